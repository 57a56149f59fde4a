"""Replies within a budget, on a clock that the test moves."""

import asyncio

import pytest

from bot.platforms.replies import Replies, ReplyBudget


class HandClock:
    """A fake clock in seconds, moved by the test; sleepers wake at their time."""

    def __init__(self) -> None:
        self.now = 100.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self._sleepers.append((self.now + seconds + 1e-6, woken))
        await woken.wait()

    async def move(self, seconds: float) -> None:
        """Let so much time pass, and everything happen that happens in it."""
        end = self.now + seconds
        await settle()
        while due := [sleeper for sleeper in self._sleepers if sleeper[0] <= end]:
            first = min(due, key=lambda sleeper: sleeper[0])
            self._sleepers.remove(first)
            self.now = first[0]
            first[1].set()
            await settle()
        self.now = end


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)


class Chat:
    """Records which replies a person reads, and when."""

    def __init__(self, budget: ReplyBudget | None = None) -> None:
        self.time = HandClock()
        self.replies = Replies(budget or ReplyBudget(), monotonic=self.time, sleep=self.time.sleep)
        self.read: list[tuple[str, float]] = []

    async def reply(self, text: str, person: str = "ana") -> None:
        async def send() -> None:
            self.read.append((text, self.time()))

        await self.replies.send_reply(person, send)

    async def all_read(self) -> list[str]:
        """What they have read after a minute."""
        await self.time.move(60)
        return [text for text, _ in self.read]


async def test_burst_is_answered_at_once_and_rest_by_one_reply() -> None:
    chat = Chat()
    for number in range(10):
        await chat.reply(str(number))
    assert [text for text, _ in chat.read] == ["0", "1", "2"]
    assert await chat.all_read() == ["0", "1", "2", "9"], "the newest is answered"
    assert chat.read[-1][1] >= 103


async def test_lasting_flood_is_answered_every_three_seconds() -> None:
    chat = Chat()
    for number in range(300):
        await chat.reply(str(number))
        await chat.time.move(0.2)
    assert 20 <= len(chat.read) <= 3 + 60 / 3
    assert (await chat.all_read())[-1] == "299"


async def test_flood_of_one_person_costs_others_no_reply() -> None:
    chat = Chat()
    for number in range(10):
        await chat.reply(str(number))
    await chat.reply("for Luc", "luc")
    assert ("for Luc", 100.0) in chat.read


async def test_action_does_not_wait_for_hanging_reply() -> None:
    chat, hangs = Chat(), asyncio.Event()

    async def hang() -> None:
        await hangs.wait()

    async with asyncio.timeout(10):
        await chat.replies.send_reply("ana", hang)
    await chat.reply("later", "luc")
    assert chat.read == [("later", 100.0)]
    await chat.replies.stop(0.01)


async def test_failing_reply_delays_no_later_one(caplog: pytest.LogCaptureFixture) -> None:
    chat = Chat()

    async def fail() -> None:
        raise RuntimeError("no")

    await chat.replies.send_reply("ana", fail)
    await chat.reply("after")
    assert await chat.all_read() == ["after"]
    assert "could not be sent" in caplog.text


async def test_person_with_full_budget_is_forgotten() -> None:
    chat = Chat()
    for number in range(1000):
        await chat.reply("hello", str(number))
    chat.time.now += 60
    await chat.reply("hello", "last")
    assert len(chat.replies._queues) == 1
