"""The gateway: logins, events by intent, and resuming a lost connection."""

from typing import Any

import discord
import pytest
from aiohttp import ClientSession, WSMsgType

from bot.sandbox.discord import DiscordSandbox
from tests.sandbox.discord.conftest import connected
from tests.waiting import until


async def test_lost_connection_is_resumed_with_missed_events(sandbox: DiscordSandbox) -> None:
    guild = sandbox.add_guild("Tablée")
    ana = sandbox.add_user("Ana")
    sandbox.join(ana, guild)
    async with connected(sandbox) as bot:
        assert sandbox.drop_gateway() == 1
        sandbox.dm(ana, "said while nobody listened")
        await until(lambda: "message" in bot.names() and "resumed" in bot.names())
        said = dict(bot.heard)["message"]
        assert (said.content, said.guild) == ("said while nobody listened", None)
        assert bot.names().count("message") == 1


@pytest.mark.parametrize("how", ["forgotten", "asked", "closed"])
async def test_other_disconnects_are_recovered(sandbox: DiscordSandbox, how: str) -> None:
    guild = sandbox.add_guild("Tablée")
    ana = sandbox.add_user("Ana")
    sandbox.join(ana, guild)
    async with connected(sandbox) as bot:
        before = set(sandbox.hub.lines)
        if how == "forgotten":
            sandbox.drop_gateway(resumable=False)
        elif how == "asked":
            sandbox.ask_reconnect()
        else:
            sandbox.drop_gateway(code=4000)
        await until(lambda: bool(sandbox.hub.connected()) and not before & sandbox.hub.lines, 8)
        sandbox.dm(ana, "hello")
        await until(lambda: "message" in bot.names())
        assert ("resumed" in bot.names()) == (how != "forgotten")


async def test_events_follow_the_intents(sandbox: DiscordSandbox) -> None:
    guild = sandbox.add_guild("Tablée")
    channel = sandbox.add_channel(guild, "général")
    ana, bo = sandbox.add_user("Ana"), sandbox.add_user("Bo")
    sandbox.join(ana, guild)
    intents = discord.Intents(guilds=True, guild_messages=True)
    async with connected(sandbox, intents=intents) as bot:
        sandbox.dm(ana, "not for it")
        sandbox.join(bo, guild)
        sandbox.say(ana, channel, "words that it may not read")
        sandbox.say(ana, channel, f"<@{sandbox.application_id}> words to it")
        await until(lambda: len(bot.heard) == 2)
        contents = [message.content for _, message in bot.heard]
        assert contents == ["", f"<@{sandbox.application_id}> words to it"]
        assert bot.guilds[0].member_count == 3  # the owner, the bot and Ana when it came
        assert [member.id for member in bot.guilds[0].members] == [sandbox.application_id]


async def test_member_and_invite_events_are_sent(sandbox: DiscordSandbox) -> None:
    guild = sandbox.add_guild("Tablée")
    channel = sandbox.add_channel(guild, "général")
    ana, bo = sandbox.add_user("Ana"), sandbox.add_user("Bo")
    intents = discord.Intents(guilds=True, members=True, invites=True)
    async with connected(sandbox, intents=intents) as bot:
        place = bot.guilds[0]
        single = await place.text_channels[0].create_invite(max_uses=1, unique=True)
        shared = await place.text_channels[0].create_invite(max_age=60, unique=True)
        sandbox.join(ana, guild, single.code)
        sandbox.join(bo, guild, shared.url)
        await until(lambda: bot.names().count("join") == 2)
        uses = {invite.code: invite.uses for invite in await place.invites()}
        assert uses == {shared.code: 1}
        assert bot.heard == [("invite", single.code), ("invite", shared.code), ("uninvite", single.code),
                             ("join", "ana"), ("join", "bo")]  # fmt: skip
        asked = await place.query_members(user_ids=[int(ana["id"])], cache=False)
        assert [member.name for member in asked] == ["ana"]
        sandbox.leave(ana, guild)
        await until(lambda: place.get_member(int(ana["id"])) is None)
    assert channel["guild_id"] == guild["id"]


@pytest.mark.parametrize(
    ("identify", "code"),
    [({"token": "wrong", "intents": 1}, 4004), ({"intents": 1 << 1}, 4014), ({"intents": 1 << 40}, 4013)],
)
async def test_invalid_gateway_logins_are_refused(sandbox: DiscordSandbox, identify: dict[str, Any], code: int) -> None:
    sandbox.set_privileged_intents([])
    async with ClientSession() as session, session.ws_connect(sandbox.gateway_url) as socket:
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": {"token": sandbox.token} | identify})
        assert (await socket.receive()).type is WSMsgType.CLOSE
        assert socket.close_code == code


async def test_wrong_token_does_not_log_in(sandbox: DiscordSandbox) -> None:
    sandbox.token, sandbox.api.token = "other", "not the other"
    with pytest.raises(discord.LoginFailure):
        async with connected(sandbox):
            pass


async def test_privileged_intents_must_be_enabled(sandbox: DiscordSandbox) -> None:
    sandbox.set_privileged_intents(["message_content"])
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with connected(sandbox, intents=discord.Intents(guilds=True, members=True)):
            pass


async def test_actions_during_a_lost_connection_are_answered(sandbox: DiscordSandbox) -> None:
    guild = sandbox.add_guild("Tablée")
    channel = sandbox.add_channel(guild, "général")
    ana = sandbox.add_user("Ana")
    sandbox.join(ana, guild)
    async with connected(sandbox) as bot:
        await bot.tree.sync()
        sandbox.drop_gateway()
        answer = await sandbox.slash(ana, channel, "give", {"amount": "5"})
        assert answer["kind"] == "message"
    assert (await sandbox.slash(ana, channel, "give"))["kind"] == "failed"


async def test_frames_can_be_uncompressed(sandbox: DiscordSandbox) -> None:
    async with ClientSession() as session, session.ws_connect(sandbox.gateway_url + "?v=10&encoding=json") as socket:
        assert (await socket.receive_json())["d"]["heartbeat_interval"] > 1000
        await socket.send_json({"op": 1, "d": None})
        assert (await socket.receive_json())["op"] == 11
        await socket.send_json({"op": 8, "d": {}})
        await socket.receive()
        assert socket.close_code == 4003
