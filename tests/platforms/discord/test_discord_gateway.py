"""The gateway: unreadable events cost no session and no socket, and sessions are started sparingly."""

import asyncio
import itertools
import threading
from typing import Any

import pytest
from discord.gateway import KeepAliveHandler

from bot.platforms.discord import gateway
from bot.platforms.discord.app import DiscordApp
from bot.platforms.discord.gateway import MAX_PAUSE_SECONDS, SessionStarts, StartLimit
from bot.sandbox.discord import DiscordSandbox
from bot.usecases.context import Context
from bot.usecases.ports import RetryLater
from tests.logged import as_printed
from tests.platforms.discord.conftest import make_app
from tests.platforms.discord.fake_router import FakeRouter

NAME, WORDS = "Zoé Tremblay", "mon père est mort hier"
WHO = {"id": "7", "username": NAME, "discriminator": "0"}
ODD: list[tuple[str, Any]] = [
    ("MESSAGE_CREATE", {"content": WORDS, "author": WHO}),
    ("MESSAGE_CREATE", {"id": WORDS, "channel_id": "1", "content": WORDS, "author": WHO}),
    ("INTERACTION_CREATE", {"id": "1", "type": 2, "data": {"name": WORDS}, "user": WHO}),
    ("INTERACTION_CREATE", {"id": NAME}),
    ("GUILD_CREATE", {"name": NAME}),
    ("GUILD_CREATE", {"id": "99", "channels": WORDS}),
    ("GUILD_MEMBER_ADD", {"user": WHO}),
    ("GUILD_MEMBER_REMOVE", {"user": {"username": NAME}}),
    ("CHANNEL_CREATE", {"name": WORDS}),
    ("CHANNEL_UPDATE", {"name": WORDS}),
    ("GUILD_ROLE_CREATE", {"role": NAME}),
    ("INVITE_CREATE", {"code": NAME, "inviter": WHO}),
    ("INVITE_DELETE", {"channel_id": WORDS}),
    ("MESSAGE_UPDATE", WORDS),
    ("USER_UPDATE", {"username": NAME}),
]


async def test_unparsable_events_cost_no_session_and_no_socket(
    app: DiscordApp, sandbox: DiscordSandbox, channel: Any, ana: Any
) -> None:
    (session,) = sandbox.hub.sessions
    with as_printed() as printed:
        for _ in range(2):
            for name, data in ODD:
                sandbox.dispatch_odd(name, data)
        answer = await sandbox.slash(ana, channel, "give")
    assert answer["kind"] == "message"
    assert list(sandbox.hub.sessions) == [session]
    assert len(sandbox.hub.lines) == 1
    assert app.unreadable >= 20
    assert f"{app.unreadable} so far" in printed.getvalue()
    for quoted in (NAME, WORDS):
        assert quoted not in printed.getvalue()


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_remaining_sessions_last_until_reset(ctx: Context, sandbox: DiscordSandbox, router: FakeRouter) -> None:
    sandbox.world.starts_left = 100
    app = make_app(ctx, sandbox, router)
    with pytest.raises(RetryLater) as caught:
        await app.start()
    assert 860 <= caught.value.after <= 864 + 1e-6
    assert sandbox.world.starts_left == 100
    assert not sandbox.hub.lines
    await app.stop()


def test_no_session_waits_while_more_than_half_remain() -> None:
    assert StartLimit(total=1000, remaining=501, reset_after=86_400).share == 0
    assert StartLimit(total=1000, remaining=500, reset_after=86_400).share == pytest.approx(172.8)
    assert StartLimit(total=1000, remaining=0, reset_after=3600).share == 3600


async def test_short_sessions_are_restarted_more_slowly(app: DiscordApp, sandbox: DiscordSandbox) -> None:
    seconds = Seconds()
    starts, waits = SessionStarts(monotonic=seconds), []
    for _ in range(2000):
        wait = await starts.wait_time(app.client)
        seconds.now += wait
        await starts.take(app.client)
        waits.append(wait)
    assert waits[:6] == [0, 5, 5, 8, 16, 32]
    assert waits[-1] == MAX_PAUSE_SECONDS
    in_a_day = sum(at <= 86_400 for at in itertools.accumulate(waits))
    assert in_a_day < 300
    seconds.now += 3600
    assert await starts.wait_time(app.client) == 0


async def test_crash_loop_does_not_use_up_session_limit(app: DiscordApp, sandbox: DiscordSandbox) -> None:
    """Each start is a new process that remembers nothing; Discord counts."""
    seconds, reset = Seconds(), 86_400.0
    for _ in range(5000):
        seconds.now += 1
        if seconds.now >= reset:
            break
        limit = StartLimit(total=1000, remaining=sandbox.world.starts_left, reset_after=reset - seconds.now)
        seconds.now += limit.share
        sandbox.world.starts_left -= 1
        assert sandbox.world.starts_left > 0 or seconds.now >= reset


async def test_invalid_sessions_leave_one_socket_and_one_thread(
    app: DiscordApp, sandbox: DiscordSandbox, channel: Any, ana: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "BETWEEN_SECONDS", 0.01)
    monkeypatch.setattr(gateway, "FIRST_PAUSE_SECONDS", 0.01)
    changes = sandbox.world.changes.subscribe()
    for _ in range(5):
        sandbox.invalidate_sessions()
        async with asyncio.timeout(20):
            while (await changes.get()).get("state") != "ready":
                pass
    assert (await sandbox.slash(ana, channel, "give"))["kind"] == "message"
    assert len(sandbox.hub.lines) == 1
    running = [thread for thread in threading.enumerate() if isinstance(thread, KeepAliveHandler)]
    assert len([thread for thread in running if not thread._stop_ev.is_set()]) == 1


async def test_invalid_frame_is_survived(
    app: DiscordApp, sandbox: DiscordSandbox, channel: Any, ana: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "BETWEEN_SECONDS", 0.01)
    monkeypatch.setattr(gateway, "FIRST_PAUSE_SECONDS", 0.01)
    changes = sandbox.world.changes.subscribe()
    with as_printed() as printed:
        sandbox.send_odd_frame({"op": 10, "d": {"name": NAME}, "s": None, "t": None})
        async with asyncio.timeout(20):
            while (await changes.get()).get("state") != "ready":
                pass
    assert (await sandbox.slash(ana, channel, "give"))["kind"] == "message"
    assert len(sandbox.hub.lines) == 1
    assert NAME not in printed.getvalue()
