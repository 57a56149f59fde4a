"""Commands, invites, limits and faults: what is refused, and what is stored."""

import asyncio
import io
from datetime import timedelta
from typing import Any

import discord
import pytest
from aiohttp import ClientSession, ServerDisconnectedError
from discord import app_commands, ui

from bot.sandbox.discord import DiscordSandbox, Limits, VerbError
from bot.sandbox.discord.acting import local
from bot.sandbox.discord.pace import Rate
from tests.sandbox.discord.conftest import AdjustableClock, Bot, Persistent, connected


@pytest.fixture
def channel(sandbox: DiscordSandbox) -> Any:
    return sandbox.add_channel(sandbox.add_guild("Tablée"), "général")


def room(bot: Bot, channel: Any) -> discord.PartialMessageable:
    return bot.get_partial_messageable(int(channel["id"]))


BAD_COMMANDS: list[tuple[dict[str, Any], str]] = [
    ({"name": "Give"}, "0.name"),
    ({"name": "give now"}, "0.name"),
    ({"name_localizations": {"fr": "à propos"}}, "0.name_localizations.fr"),
    ({"name_localizations": {"fr-CA": "donner"}}, "0.name_localizations.fr-CA"),
    ({"description": ""}, "0.description"),
    ({"description_localizations": {"fr": "x" * 101}}, "0.description_localizations.fr"),
    ({"contexts": [3]}, "0.contexts"),
    ({"integration_types": []}, "0.integration_types"),
    ({"colour": "red"}, "0.colour"),
    ({"options": [{"type": 3, "name": "a", "description": "x"}] * 2}, "0.options.1.name"),
    (
        {"options": [{"type": 3, "name": "a", "description": "x"},
                     {"type": 3, "name": "b", "description": "x", "required": True}]},
        "0.options",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "where"), BAD_COMMANDS)
async def test_invalid_command_is_refused_with_its_path(
    sandbox: DiscordSandbox, wrong: dict[str, Any], where: str
) -> None:
    url = f"{sandbox.api_url}/applications/{sandbox.application_id}/commands"
    body = [{"name": "give", "description": "x"} | wrong]
    headers = {"Authorization": f"Bot {sandbox.token}"}
    async with ClientSession(headers=headers) as session, session.put(url, json=body) as answer:
        told = await answer.json()
    assert (answer.status, told["code"]) == (400, 50035)
    at = told["errors"]
    for piece in where.split("."):
        at = at[piece]
    assert at["_errors"]


def test_missing_language_falls_back_to_its_sibling() -> None:
    command = {"name": "give", "name_localizations": {"en-GB": "donate", "fr": "donner"}}
    assert [local(command, "name", tongue) for tongue in ("fr", "en-US", "de")] == ["donner", "donate", "give"]


async def test_overwritten_commands_keep_their_ids(sandbox: DiscordSandbox, channel: Any) -> None:
    async with connected(sandbox) as bot:
        first = await bot.tree.sync()
        again = await bot.tree.sync()
        assert [command.id for command in first] == [command.id for command in again]
        bot.tree.add_command(app_commands.Command(name="aide", description="x", callback=_nothing))
        assert len(await bot.tree.sync()) == 2
        fetched = await bot.tree.fetch_commands()
        await fetched[1].delete()
        assert [command.name for command in await bot.tree.fetch_commands()] == ["give"]


async def _nothing(interaction: discord.Interaction[Any]) -> None:
    """A command that nobody runs."""


async def test_menu_choice_reaches_the_bot(sandbox: DiscordSandbox, channel: Any) -> None:
    chosen: list[str] = []

    async def choose(interaction: discord.Interaction[Any]) -> None:
        if interaction.type is discord.InteractionType.component:
            data: Any = interaction.data
            chosen.extend(data["values"])
            await interaction.response.send_message("thanks", ephemeral=True)

    ana = sandbox.add_user("Ana")
    sandbox.join(ana, channel["guild_id"])
    menu: ui.Select[Any] = ui.Select(custom_id="m", options=[discord.SelectOption(label="One", value="1")])
    async with connected(sandbox) as bot:
        bot.on_interaction = choose  # type: ignore[attr-defined]  # how discord.py finds its events
        post = await room(bot, channel).send("x", view=ui.View(timeout=None).add_item(menu))
        assert (await sandbox.select(ana, post.id, "m", ["One"]))["message"]["content"] == "thanks"
        with pytest.raises(VerbError, match="no option"):
            await sandbox.select(ana, post.id, "m", ["Two"])
    assert chosen == ["1"]


async def test_invites_have_limits_and_expire(sandbox: DiscordSandbox, clock: AdjustableClock) -> None:
    sandbox.world.max_invites = 2
    channel = sandbox.add_channel(sandbox.add_guild("Tablée"), "général")
    async with connected(sandbox) as bot:
        place = bot.get_channel(int(channel["id"]))
        assert isinstance(place, discord.TextChannel)
        short = await place.create_invite(max_age=60, unique=True)
        assert (await place.create_invite(max_age=60, unique=False)).code == short.code
        await place.create_invite(max_age=0, unique=True)
        with pytest.raises(discord.HTTPException) as full:
            await place.create_invite(unique=True)
        assert full.value.code == 30016
        clock.ahead = timedelta(seconds=61)
        with pytest.raises(VerbError, match="Unknown Invite"):
            sandbox.join(sandbox.add_user("Ana"), channel["guild_id"], short.code)
        with pytest.raises(discord.NotFound):
            await bot.fetch_invite(short.code)
        assert len(await place.guild.invites()) == 1
        sandbox.allow(channel["guild_id"], deny=["manage_guild"])
        with pytest.raises(discord.Forbidden):
            await place.guild.invites()


async def test_member_search_names_the_invite(sandbox: DiscordSandbox, channel: Any) -> None:
    ana, bo = sandbox.add_user("Ana"), sandbox.add_user("Bo")
    sandbox.join(ana, channel["guild_id"])
    invite = sandbox.add_invite(ana, channel)
    sandbox.join(bo, channel["guild_id"], invite["code"])
    sandbox.set_indexing(1)
    url = f"{sandbox.api_url}/guilds/{channel['guild_id']}/members-search"
    body = {"and_query": {"user_id": {"or_query": [bo["id"]]}}, "limit": 10}
    answers = []
    async with ClientSession(headers={"Authorization": f"Bot {sandbox.token}"}) as session:
        for _ in range(2):
            async with session.post(url, json=body) as answer:
                answers.append((answer.status, await answer.json()))
    assert answers[0][0] == 202
    found = answers[1][1]["members"]
    assert [(problem["source_invite_code"], problem["inviter_id"]) for problem in found] == [
        (invite["code"], ana["id"])
    ]


async def test_rate_limit_buckets_are_announced_and_enforced(clock: AdjustableClock) -> None:
    limits = Limits(routes=(("POST /channels/{channel_id}/messages", Rate(2, 0.3)),))
    async with DiscordSandbox(clock=clock, limits=limits) as sandbox:
        channel = sandbox.add_channel(sandbox.add_guild("Tablée"), "général")
        url = f"{sandbox.api_url}/channels/{channel['id']}/messages"
        async with ClientSession(headers={"Authorization": f"Bot {sandbox.token}"}) as session:
            answers = [await session.post(url, json={"content": "x"}) for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 200, 429]
        assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
        assert answers[2].headers["Via"]
        assert 0 < (await answers[2].json())["retry_after"] <= 0.3
        async with connected(sandbox) as bot:  # which keeps to what it is told
            await asyncio.gather(*(room(bot, channel).send(str(n)) for n in range(5)))
        assert len(sandbox.view(channel)) == 7


async def test_requested_faults_happen(sandbox: DiscordSandbox, channel: Any) -> None:
    async with connected(sandbox, max_ratelimit_timeout=30.0) as bot:
        sandbox.force_429(times=1, retry_after=60, everywhere=True)
        with pytest.raises(discord.RateLimited):
            await room(bot, channel).send("x")
        sandbox.force_5xx(1, status=503)
        with pytest.raises(discord.DiscordServerError):
            await room(bot, channel).send("x")
        sandbox.drop_answers(1, only="POST /channels/{channel_id}/messages")
        with pytest.raises(ServerDisconnectedError):
            await room(bot, channel).send("was it sent?", nonce="1")
        assert len(sandbox.view(channel)) == 1
        await room(bot, channel).send("was it sent?", nonce="1")
        assert len(sandbox.view(channel)) == 1
        sandbox.clear_faults()
        await room(bot, channel).send("all is well")
    assert sandbox.calls[-1] == "POST /channels/{channel_id}/messages 200"


async def test_verbs_over_http(sandbox: DiscordSandbox) -> None:
    async with ClientSession() as session:

        async def verb(verb_name: str, /, **arguments: Any) -> Any:
            async with session.post(f"{sandbox.url}/_sandbox/{verb_name}", json=arguments) as answer:
                return await answer.json()

        guild = await verb("add_guild", name="Tablée", locale="fr")
        channel = await verb("add_channel", guild=guild, name="général")
        ana = await verb("add_user", name="Ana")
        await verb("join", user=ana["id"], guild=guild["id"])
        async with connected(sandbox) as bot:
            await bot.tree.sync()
            answer = await verb("slash", user=ana, place=channel["id"], command="give", options={"amount": "5"})
            assert answer["message"]["buttons"][0][0]["label"] == "5 $"
            pressed = await verb("click", user=ana, message=answer["message"]["id"], button="5 $")
            assert pressed["url"] == "https://give.example/5"
            assert (await verb("slash", user=ana, place=channel, command="no"))["error"]
        async with session.get(f"{sandbox.url}/_sandbox/state") as answer:
            state = await answer.json()
    assert state["channels"][0]["messages"][0]["ephemeral"]


async def test_new_components_are_shown(sandbox: DiscordSandbox, channel: Any) -> None:
    async with connected(sandbox) as bot:
        card = ui.LayoutView(timeout=None).add_item(ui.Container(ui.TextDisplay("# Tablée")))
        row: ui.ActionRow[Any] = ui.ActionRow()
        card.add_item(row.add_item(Persistent("give")))
        post = await room(bot, channel).send(view=card)
        await post.edit(view=card)
        with pytest.raises(discord.HTTPException):
            await post.edit(content="words beside the new components")
        with pytest.raises(discord.HTTPException):
            big = discord.File(io.BytesIO(b"x" * (10 * 2**20 + 1)), "big.bin")
            await room(bot, channel).send(file=big)
    seen = sandbox.view(channel)[0]
    assert (seen["text"], seen["buttons"][0][0]["custom_id"]) == ("# Tablée", "o:give")


async def test_vanity_url_counts_separately_and_returning_members_are_known(
    sandbox: DiscordSandbox, channel: Any
) -> None:
    guild, ana = channel["guild_id"], sandbox.add_user("Ana")
    async with connected(sandbox) as bot:
        place = bot.get_guild(int(guild))
        assert place is not None
        with pytest.raises(discord.Forbidden):
            await bot.http.get_vanity_code(place.id)
        sandbox.set_vanity(guild, "tablee")
        sandbox.join(ana, guild, "tablee")
        assert await bot.http.get_vanity_code(place.id) == {"code": "tablee", "uses": 1}
        assert await place.invites() == []
        assert not (await place.fetch_member(int(ana["id"]))).flags.did_rejoin
        sandbox.leave(ana, guild)
        sandbox.join(ana, guild)
        assert (await place.fetch_member(int(ana["id"]))).flags.did_rejoin
