"""Limits, floods, server errors, lost answers, rival pollers; and verbs over HTTP."""

import asyncio
from typing import Any

import aiohttp
import pytest
from telegram.error import Conflict, NetworkError, RetryAfter

from bot.sandbox.telegram import Limits, TelegramSandbox
from tests.waiting import until

from .conftest import ManualClock, application

POLL = 10  # seconds that a request for updates waits


class Ticks:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """PTB warns about the old type of retry_after otherwise."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


async def refused(call: Any) -> int:
    with pytest.raises(RetryAfter) as caught:
        await call
    wait: Any = caught.value.retry_after
    return int(wait.total_seconds())


async def test_limits_are_sliding_windows(clock: ManualClock) -> None:
    ticks = Ticks()
    async with TelegramSandbox(clock=clock, limits=Limits(), monotonic=ticks) as sandbox:
        app = application(sandbox)
        async with app:
            users = [sandbox.add_user(f"U{n}") for n in range(31)]
            for user in users:
                sandbox.press_start(user)
            for user in users[:30]:
                await app.bot.send_message(user["id"], "a")
            assert await refused(app.bot.send_message(users[30]["id"], "a")) == 1
            assert await refused(app.bot.get_chat(users[30]["id"])) == 1, "a flood wait refuses everything"
            ticks.now += 1.01
            for _ in range(4):
                await app.bot.send_message(users[0]["id"], "burst")
            assert await refused(app.bot.send_message(users[0]["id"], "a")) == 4
            await app.bot.send_message(users[30]["id"], "others may")
            group = sandbox.add_chat("group", "Amis")
            for _ in range(20):
                await app.bot.send_message(group["id"], "a")
                ticks.now += 1.01
            assert await refused(app.bot.send_message(group["id"], "a")) > 30
    assert sandbox.sent.total(status=429) == 4


async def test_forced_floods_and_server_errors(sandbox: TelegramSandbox, bot: Any) -> None:
    marie = sandbox.add_user("Marie")
    sandbox.press_start(marie)
    sandbox.force_429(times=1, retry_after=7)
    assert await refused(bot.send_message(marie["id"], "a")) == 7
    assert await refused(bot.send_message(marie["id"], "a")) == 7, "the wait lasts"
    assert await bot.get_updates()
    sandbox.clear_faults()
    sandbox.force_5xx(1)
    with pytest.raises(NetworkError):
        await bot.send_message(marie["id"], "a")
    assert len(sandbox.view(marie)) == 1
    await bot.send_message(marie["id"], "a")


async def test_call_with_dropped_answer_takes_effect(sandbox: TelegramSandbox, bot: Any) -> None:
    marie = sandbox.add_user("Marie")
    sandbox.press_start(marie)
    sandbox.drop_answers(1, method="sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(marie["id"], "un")
    assert [m["text"] for m in sandbox.view(marie)] == ["/start", "un"]
    await bot.send_message(marie["id"], "deux")
    assert sandbox.sent.dropped == 1 and not sandbox.sent.calls[-2].answered


async def test_second_poller_ends_the_first(sandbox: TelegramSandbox, bot: Any) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await until(lambda: sandbox.world.updates.has_poller)
    rival = application(sandbox)
    async with rival:
        assert await rival.bot.get_updates() == ()
    with pytest.raises(Conflict, match="terminated by other getUpdates"):
        await first


async def test_updates_stay_until_they_are_confirmed(sandbox: TelegramSandbox, bot: Any) -> None:
    marie = sandbox.add_user("Marie")
    for text in ("un", "deux", "trois"):
        sandbox.say(marie, text)
    first_update = await bot.get_updates(limit=1)
    assert [u.message.text for u in await bot.get_updates()] == ["un", "deux", "trois"]
    assert [u.message.text for u in await bot.get_updates(offset=first_update[0].update_id + 1)] == ["deux", "trois"]
    assert [u.message.text for u in await bot.get_updates(offset=-1)] == ["trois"]


async def test_long_poll_returns_on_the_first_update(sandbox: TelegramSandbox, bot: Any) -> None:
    marie = sandbox.add_user("Marie")
    waiting = asyncio.create_task(bot.get_updates(timeout=POLL))
    await until(lambda: sandbox.world.updates.has_poller)
    sandbox.say(marie, "coucou")
    async with asyncio.timeout(POLL / 2):
        assert (await waiting)[0].message.text == "coucou"


async def test_verbs_over_http(sandbox: TelegramSandbox) -> None:
    async with aiohttp.ClientSession(f"{sandbox.url}/_sandbox/") as session:

        async def verb(name: str, **arguments: Any) -> tuple[int, Any]:
            async with session.post(name, json=arguments) as answer:
                return answer.status, await answer.json()

        _, marie = await verb("add_user", first_name="Marie")
        _, message = await verb("press_start", user=marie["id"], payload="abc")
        assert message["text"] == "/start abc"
        assert (await verb("block", user=5))[0] == 400
        assert (await verb("say", user=marie["id"]))[0] == 400
        assert (await verb("stop"))[0] == 404
        async with session.get("state") as answer:
            state = await answer.json()
        assert state["users"][0]["started"] and state["chats"][0]["messages"][0]["text"] == "/start abc"


async def test_memory_is_bounded_and_quiet_mode_stores_nothing(clock: ManualClock) -> None:
    async with TelegramSandbox(clock=clock, limits=None, keep_messages=3, keep_calls=2) as sandbox:
        marie = sandbox.add_user("Marie")
        news = sandbox.subscribe()
        for n in range(5):
            sandbox.say(marie, str(n))
        assert [m["text"] for m in sandbox.view(marie)] == ["2", "3", "4"]
        assert news.get_nowait() == {"what": "message", "chat_id": marie["id"], "message_id": 1}
    async with TelegramSandbox(clock=clock, limits=None, quiet=True) as sandbox:
        assert sandbox.say(sandbox.add_user("Luc"), "a")["message_id"] == 1
        assert sandbox.state()["chats"][0]["messages"] == []


def test_same_seed_creates_the_same_people(clock: ManualClock) -> None:
    one, two, other = (TelegramSandbox(clock=clock, seed=seed) for seed in (1, 1, 2))
    assert one.add_user("A") == two.add_user("A") != other.add_user("A")
    with pytest.raises(ValueError, match="aware"):
        TelegramSandbox(clock=lambda: clock().replace(tzinfo=None))


@pytest.mark.parametrize("world", ["chat", "bot"])
async def test_flood_wait_blocks_the_chat_or_the_whole_bot(clock: ManualClock, world: Any) -> None:
    ticks = Ticks()
    async with TelegramSandbox(clock=clock, limits=Limits(flood_waits=world), monotonic=ticks) as sandbox:
        app = application(sandbox)
        async with app:
            ana, luc = (sandbox.add_user(name) for name in ("Ana", "Luc"))
            for user in (ana, luc):
                sandbox.press_start(user)
            for _ in range(5):
                await app.bot.send_message(ana["id"], "burst")
            wait = await refused(app.bot.send_message(ana["id"], "a"))
            if world == "chat":
                await app.bot.send_message(luc["id"], "others may")
            else:
                assert await refused(app.bot.send_message(luc["id"], "a")) == wait
            ticks.now += wait + 0.1
            await app.bot.send_message(luc["id"], "over")
            sandbox.force_429(times=1, retry_after=9, chat=ana["id"])
            await app.bot.send_message(luc["id"], "not Luc")
            assert await refused(app.bot.edit_message_text("b", ana["id"], 2)) == 9
            assert await refused(app.bot.get_chat(ana["id"])) == 9
            if world == "chat":
                await app.bot.get_chat(luc["id"])
            else:
                assert await refused(app.bot.get_chat(luc["id"])) == 9
            sandbox.clear_faults()
            await app.bot.get_chat(ana["id"])


async def test_each_method_has_its_own_limit(clock: ManualClock) -> None:
    ticks = Ticks()
    async with TelegramSandbox(clock=clock, limits=Limits(per_method=3), monotonic=ticks) as sandbox:
        app = application(sandbox)
        async with app:
            ana = sandbox.add_user("Ana")
            sandbox.press_start(ana)
            for _ in range(3):
                await app.bot.get_chat(ana["id"])
            assert await refused(app.bot.get_chat(ana["id"])) == 1
            await app.bot.send_chat_action(ana["id"], "typing")
            ticks.now += 1.1
            await app.bot.get_chat(ana["id"])
