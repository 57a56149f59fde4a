"""The sandbox refuses messages that Discord refuses: one case per rule."""

from typing import Any

import pytest
from aiohttp import ClientSession

from bot.sandbox.discord import DiscordSandbox

Json = dict[str, Any]
EMPTY = 50006
BAD_BODY = 50035


async def said(sandbox: DiscordSandbox, method: str, path: str, body: Json) -> tuple[int, Json]:
    """Return status and body of the API's answer to a bot."""
    headers = {"Authorization": f"Bot {sandbox.token}"}
    url = sandbox.api_url + path
    async with ClientSession(headers=headers) as session, session.request(method, url, json=body) as answer:
        return answer.status, await answer.json()


@pytest.fixture
def messages(sandbox: DiscordSandbox) -> str:
    """Return the path of a channel's messages."""
    return f"/channels/{sandbox.add_channel(sandbox.add_guild('Tablée'), 'général')['id']}/messages"


def embed(**parts: Any) -> Json:
    return {"embeds": [{"title": "Repas"} | parts]}


def menu(**parts: Any) -> Json:
    options = [{"label": "a", "value": "a"}, {"label": "b", "value": "b"}]
    return {"content": "x", "components": [
        {"type": 1, "components": [{"type": 3, "custom_id": "m", "options": options} | parts]}
    ]}  # fmt: skip


def link(url: str, label: str = "5 $") -> Json:
    button = {"type": 2, "style": 5, "label": label, "url": url}
    return {"content": "x", "components": [{"type": 1, "components": [button]}]}


BAD: dict[str, Json] = {
    "title": embed(title="x" * 257),
    "description": embed(description="x" * 4_097),
    "all together": embed(description="x" * 4_000, footer={"text": "x" * 1_996}),
    "footer": embed(footer={"text": "x" * 2_049}),
    "footer without text": embed(footer={"text": "  "}),
    "footer's picture": embed(footer={"text": "x", "icon_url": "icon.png"}),
    "author": embed(author={"name": "x" * 257}),
    "author without name": embed(author={"url": "https://a.example"}),
    "author's address": embed(author={"name": "x", "url": "discord://a"}),
    "field's name": embed(fields=[{"name": "x" * 257, "value": "x"}]),
    "field's value": embed(fields=[{"name": "x", "value": "x" * 1_025}]),
    "blank field": embed(fields=[{"name": " ", "value": "x"}]),
    "twenty-six fields": embed(fields=[{"name": "x", "value": "x"}] * 26),
    "timestamp": embed(timestamp="tomorrow"),
    "picture without address": embed(image={}),
    "picture that is no address": embed(image={"url": "repas.png"}),
    "embed's address": embed(url="https://"),
    "blank embed": {"embeds": [{"title": "  ", "description": "\n"}]},
    "button without host": link("https://"),
    "button with another scheme": link("steam://connect/1"),
    "button with a long address": link(f"https://a.example/{'x' * 500}"),
    "button with a blank label": link("https://a.example", "  "),
    "least above most": menu(min_values=2, max_values=1),
    "more than there are": menu(max_values=3),
    "twenty-six": menu(max_values=26),
    "blank option": menu(options=[{"label": " ", "value": "a"}]),
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
async def test_message_that_discord_refuses_is_refused(sandbox: DiscordSandbox, messages: str, body: Json) -> None:
    status, answer = await said(sandbox, "POST", messages, body)
    assert (status, answer["code"]) == (400, BAD_BODY)
    assert answer["errors"]


GOOD: dict[str, Json] = {
    "everything at its longest": embed(
        title="x" * 256, description="x" * 3_000, footer={"text": "x" * 2_048}, author={"name": "x" * 256},
        timestamp="2026-11-30T12:00:00Z", url="https://a.example/b?c=d",
    ),
    "white space at the ends does not count": embed(title=f" {'x' * 256} "),
    "no choice needed": menu(min_values=0, max_values=2),
    "an address of Discord's": link("discord://-/channels/1"),
}  # fmt: skip


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD)
async def test_message_within_limits_is_taken(sandbox: DiscordSandbox, messages: str, body: Json) -> None:
    status, answer = await said(sandbox, "POST", messages, body)
    assert (status, answer.get("errors")) == (200, None)


@pytest.mark.parametrize("body", [{"content": " \n "}, {"content": ""}, {"embeds": []}])
async def test_blank_message_is_refused_as_empty(sandbox: DiscordSandbox, messages: str, body: Json) -> None:
    assert (await said(sandbox, "POST", messages, body))[1]["code"] == EMPTY


@pytest.mark.parametrize("body", [{"content": None, "embeds": []}, {"content": " ", "embeds": []}])
async def test_edit_to_nothing_is_refused_as_empty(sandbox: DiscordSandbox, messages: str, body: Json) -> None:
    _, sent = await said(sandbox, "POST", messages, {"content": "x", **embed()})
    assert (await said(sandbox, "PATCH", f"{messages}/{sent['id']}", body))[1]["code"] == EMPTY
    status, kept = await said(sandbox, "PATCH", f"{messages}/{sent['id']}", {"content": None})
    assert (status, kept["embeds"][0]["title"]) == (200, "Repas")


async def test_embed_needs_its_permission(sandbox: DiscordSandbox) -> None:
    guild = sandbox.add_guild("Tablée")
    messages = f"/channels/{sandbox.add_channel(guild, 'général')['id']}/messages"
    sandbox.allow(guild, deny=["embed_links"])
    assert (await said(sandbox, "POST", messages, embed()))[1]["code"] == 50013
    assert (await said(sandbox, "POST", messages, {"content": "x"}))[0] == 200
