"""Messages: nonces, mentions, pictures, limits, and unreachable people."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest
from discord import ui

from bot.sandbox.discord import DiscordSandbox
from tests.sandbox.discord.conftest import AdjustableClock, Bot, connected

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x10"


@pytest.fixture
def guild(sandbox: DiscordSandbox) -> Any:
    return sandbox.add_guild("Tablée")


@pytest.fixture
def channel(sandbox: DiscordSandbox, guild: Any) -> Any:
    return sandbox.add_channel(guild, "général")


@pytest.fixture
def ana(sandbox: DiscordSandbox, guild: Any) -> Any:
    user = sandbox.add_user("Ana")
    sandbox.join(user, guild)
    return user


@pytest.fixture
async def bot(sandbox: DiscordSandbox, channel: Any, ana: Any) -> AsyncIterator[Bot]:
    async with connected(sandbox) as running:
        yield running


def room(bot: Bot, channel: Any) -> discord.PartialMessageable:
    return bot.get_partial_messageable(int(channel["id"]))


async def test_repeated_nonce_returns_the_same_message(
    bot: Bot, sandbox: DiscordSandbox, channel: Any, clock: AdjustableClock
) -> None:
    first = await room(bot, channel).send("once", nonce="delivery-1")
    second = await room(bot, channel).send("once", nonce="delivery-1")
    clock.ahead = timedelta(minutes=6)
    third = await room(bot, channel).send("once", nonce="delivery-1")
    assert (first.id == second.id, first.id == third.id) == (True, False)
    assert len(sandbox.view(channel)) == 2
    with pytest.raises(discord.HTTPException) as refused:
        await room(bot, channel).send("x", nonce="a" * 26)
    assert refused.value.code == 50035


async def test_pings_follow_allowed_mentions(bot: Bot, sandbox: DiscordSandbox, channel: Any, ana: Any) -> None:
    words = f"@everyone <@{ana['id']}>"
    await room(bot, channel).send(words)
    await room(bot, channel).send(words, allowed_mentions=discord.AllowedMentions.none())
    await room(bot, channel).send(discord.utils.escape_mentions(words))
    await room(bot, channel).send(words, allowed_mentions=discord.AllowedMentions(everyone=False))
    pings = [message["pings"] for message in sandbox.view(channel)]
    assert pings == [["everyone", ana["id"]], [], [], [ana["id"]]]


async def test_picture_in_an_embed_can_be_replaced(bot: Bot, sandbox: DiscordSandbox, channel: Any) -> None:
    def embed() -> discord.Embed:
        return discord.Embed(title="Tablée").set_image(url="attachment://bar.png")

    def file(content: bytes = PNG) -> discord.File:
        return discord.File(io.BytesIO(content), "bar.png", description="half")

    sent = await room(bot, channel).send(embed=embed(), file=file())
    assert sent.attachments == []
    assert (sent.embeds[0].image.width, sent.embeds[0].image.height) == (32, 16)
    async with aiohttp.ClientSession() as session, session.get(sent.embeds[0].image.url or "") as answer:
        assert (await answer.read(), answer.content_type) == (PNG, "image/png")
    edited = await sent.edit(embed=embed(), attachments=[file(PNG + b"2")])
    seen = sandbox.view(channel)[0]
    assert sandbox.file(edited.embeds[0].image.url or "") == PNG + b"2"
    assert (len(seen["files"]), seen["attachments"], seen["edited"]) == (1, [], True)
    # An edit that names the picture by its address instead shows it twice, as Discord does.
    await sent.edit(embed=edited.embeds[0])
    assert len(sandbox.view(channel)[0]["attachments"]) == 1


BAD_BUTTONS: list[tuple[dict[str, Any], str]] = [
    ({"style": 5, "label": "x", "url": "https://a.example/" + "x" * 500}, "url"),
    ({"style": 5, "label": "x", "url": "https://a.example", "custom_id": "a"}, "_errors"),
    ({"style": 5, "label": "x", "url": "tel:1"}, "url"),
    ({"style": 1, "label": "x" * 81, "custom_id": "a"}, "label"),
    ({"style": 1, "label": "x", "custom_id": "a" * 101}, "custom_id"),
    ({"style": 1, "label": "x"}, "custom_id"),
    ({"style": 1, "custom_id": "a"}, "_errors"),
    ({"style": 1, "label": "x", "custom_id": "a", "colour": "red"}, "colour"),
]


@pytest.mark.parametrize(("button", "where"), BAD_BUTTONS)
async def test_invalid_button_is_refused_with_its_path(
    bot: Bot, channel: Any, button: dict[str, Any], where: str
) -> None:
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=channel["id"])
    body = {"content": "x", "components": [{"type": 1, "components": [{"type": 2} | button]}]}
    with pytest.raises(discord.HTTPException) as refused:
        await bot.http.request(route, json=body)
    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert f"components.0.components.0{'' if where == '_errors' else '.' + where}" in refused.value.text


async def test_message_beyond_limits_is_refused(bot: Bot, channel: Any) -> None:
    async def code(**message: Any) -> int:
        with pytest.raises(discord.HTTPException) as refused:
            await room(bot, channel).send(**message)
        return refused.value.code

    twice = ui.View()
    for _ in range(2):
        twice.add_item(ui.Button(label="x", custom_id="same"))
    assert await code(content="x" * 2001) == 50035
    assert await code(content="x", view=twice) == 50035
    assert await code(embeds=[discord.Embed(description="x" * 4000), discord.Embed(description="y" * 2001)]) == 50035
    assert await code(embed=discord.Embed(title="x" * 257)) == 50035
    assert await code(embed=discord.Embed().set_image(url="attachment://gone.png")) == 50035
    assert await code(content="") == 50006


async def test_dms_reach_only_reachable_people(bot: Bot, sandbox: DiscordSandbox, guild: Any, ana: Any) -> None:
    person = await bot.fetch_user(int(ana["id"]))
    await person.send("hello")
    sandbox.dm(ana, "hello you")
    assert [m["content"] for m in sandbox.view(ana)] == ["hello", "hello you"]
    sandbox.close_dms(ana)
    with pytest.raises(discord.Forbidden) as closed:
        await person.send("are you there?")
    sandbox.close_dms(ana, closed=False)
    sandbox.leave(ana, guild)
    with pytest.raises(discord.Forbidden) as stranger:
        await person.send("are you there?")
    assert (closed.value.code, stranger.value.code) == (50007, 50278)
    sandbox.install_app(ana)
    await person.send("through your own installation")


async def test_opening_dms_too_fast_is_refused(bot: Bot, sandbox: DiscordSandbox, clock: AdjustableClock) -> None:
    sandbox.limit_dms(1)
    one, two = [await bot.fetch_user(int(sandbox.add_user(name)["id"])) for name in ("Bo", "Cy")]
    await one.create_dm()
    with pytest.raises(discord.HTTPException) as fast:
        await two.create_dm()
    assert fast.value.code == 40003
    clock.ahead = timedelta(minutes=11)
    await two.create_dm()


async def test_flagged_bot_writes_only_to_people_it_has_written_to(
    bot: Bot, sandbox: DiscordSandbox, guild: Any, ana: Any
) -> None:
    known, stranger, writer = [
        await bot.fetch_user(int(person["id"])) for person in (ana, sandbox.add_user("Bo"), sandbox.add_user("Cy"))
    ]
    await known.send("hello")
    sandbox.install_app({"id": str(writer.id)})
    sandbox.dm({"id": str(writer.id)}, "hello?")
    sandbox.flag_bot()
    await known.send("hello again")
    for person in (stranger, writer):
        with pytest.raises(discord.Forbidden) as refused:
            await person.send("hello")
        assert refused.value.code == 20026
    sandbox.flag_bot(flagged=False)
    await writer.send("hello")


async def test_channel_permissions_are_enforced(bot: Bot, sandbox: DiscordSandbox, channel: Any, ana: Any) -> None:
    codes = []
    theirs = sandbox.say(ana, channel, "hello")
    for denied in ("send_messages", "view_channel"):
        sandbox.allow(channel, deny=[denied])
        with pytest.raises(discord.Forbidden) as refused:
            await room(bot, channel).send("x")
        codes.append(refused.value.code)
    sandbox.allow(channel, deny=["manage_messages"])
    with pytest.raises(discord.Forbidden) as refused:
        await room(bot, channel).get_partial_message(int(theirs["id"])).delete()
    with pytest.raises(discord.NotFound) as gone:
        await room(bot, channel).get_partial_message(1).edit(content="x")
    assert [*codes, refused.value.code, gone.value.code] == [50013, 50001, 50013, 10008]
