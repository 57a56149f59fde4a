"""The pacer, on a clock that moves only by sleeping."""

import asyncio
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.pace import Pace, Priority
from bot.delivery.pacer import Pacer

CHATTY = Pace(overall=30, per_chat=1.0, per_group=20)


class Time:
    """A fake clock in seconds, moved by `sleep`."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds + 1e-6
        await asyncio.sleep(0)


def make(pace: Pace) -> tuple[Pacer, Time]:
    time = Time()
    return Pacer(pace, monotonic=time, sleep=time.sleep), time


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=80))
def test_window_never_exceeds_pace(chats: list[int]) -> None:
    async def send_all() -> None:
        pacer, time = make(Pace(overall=7, per_chat=1.0))
        left: list[tuple[float, int]] = []
        for chat in chats:
            await pacer.slot(str(chat))
            left.append((time(), chat))
        for at, chat in left:
            assert len([t for t, _ in left if at <= t < at + 1.0]) <= 7
            assert len([t for t, c in left if at <= t < at + 0.999 and c == chat]) == 1

    asyncio.run(send_all())


async def test_halt_stops_every_priority_and_is_never_shortened() -> None:
    pacer, time = make(Pace(overall=30))
    pacer.halt(10)
    pacer.halt(1)
    await pacer.slot("a", Priority.ANSWER)
    assert time() >= 110


async def test_thank_you_may_follow_one_message_but_not_two() -> None:
    pacer, time = make(Pace(overall=30, per_chat=1.0))
    await pacer.slot("a", Priority.ANSWER)
    await pacer.slot("a", Priority.THANKS)
    assert time() < 100.5
    await pacer.slot("a", Priority.THANKS)
    await pacer.slot("a", Priority.THANKS)
    assert time() >= 102.0


async def test_answer_does_not_wait_for_its_chat() -> None:
    pacer, time = make(Pace(overall=30, per_chat=1.0))
    await pacer.slot("a")
    await pacer.slot("a", Priority.ANSWER)
    assert time() < 100.5


async def test_most_urgent_message_leaves_first() -> None:
    pacer, _ = make(Pace(overall=1))
    await pacer.slot("before")
    left: list[str] = []

    async def send(chat: str, priority: Priority) -> None:
        await pacer.slot(chat, priority)
        left.append(chat)

    priorities = {
        "news": Priority.BROADCAST,
        "card": Priority.EDIT,
        "thanks": Priority.THANKS,
        "answer": Priority.ANSWER,
    }
    await asyncio.gather(*(send(chat, priority) for chat, priority in priorities.items()))
    assert left == ["answer", "thanks", "card", "news"]


async def test_waiting_chat_delays_no_other() -> None:
    pacer, time = make(Pace(overall=30, per_chat=1.0))
    await pacer.slot("a")
    slow = asyncio.create_task(pacer.slot("a", Priority.SERVICE))
    await asyncio.sleep(0)
    await pacer.slot("b", Priority.BROADCAST)
    assert time() < 100.5
    await slow
    assert time() >= 101.0


async def test_group_limit_per_minute_is_kept() -> None:
    pacer, time = make(Pace(overall=30, per_group=3))
    for _ in range(3):
        await pacer.slot("-100", Priority.EDIT)
    assert time() < 101.0
    await pacer.slot("-100", Priority.EDIT)
    assert time() >= 160.0


async def test_sends_are_even_and_use_the_pace() -> None:
    pacer, time = make(Pace(overall=30))
    left = []
    for number in range(301):
        await pacer.slot(str(number), Priority.BROADCAST)
        left.append(time())
    assert min(b - a for a, b in itertools.pairwise(left)) > 0.03
    assert 300 / (left[-1] - left[0]) > 0.96 * 30


async def test_dispatcher_ends_quietly_if_all_waits_are_cancelled() -> None:
    pacer, time = make(Pace(overall=30, per_chat=1.0))
    await pacer.slot("a")
    time.now += 0.5  # the chat is not free yet, the bot is
    gone = asyncio.create_task(pacer.slot("a"))
    await asyncio.sleep(0)
    gone.cancel()  # the dispatcher runs before the task that waits
    dispatcher = pacer._dispatcher
    assert dispatcher is not None
    await asyncio.wait([dispatcher])
    assert dispatcher.exception() is None


async def test_cancelled_wait_uses_no_slot() -> None:
    pacer, time = make(Pace(overall=1, window=10))
    await pacer.slot("a")
    gone = asyncio.create_task(pacer.slot("b"))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    await pacer.slot("c")
    assert time() < 111


async def seconds_for(pacer: Pacer, time: Time, sends: int) -> float:
    begun = time()
    for number in range(sends):
        await pacer.slot(f"{begun}:{number}")
    return time() - begun


async def test_repeated_halts_lower_the_pace_for_a_while() -> None:
    pacer, time = make(Pace(overall=30))
    usual = await seconds_for(pacer, time, 300)
    pacer.halt(3)
    time.now += 3.1
    assert await seconds_for(pacer, time, 300) < usual * 1.02
    for _ in range(3):
        pacer.halt(3)
        time.now += 3.1
    assert await seconds_for(pacer, time, 300) > usual * 1.25
    for _ in range(30):
        pacer.halt(3)
        time.now += 3.1
    assert await seconds_for(pacer, time, 300) < usual * 2.1, "it never stops"
    time.now += 600
    assert await seconds_for(pacer, time, 300) < usual * 1.02


async def test_replies_keep_to_group_limit() -> None:
    pacer, time = make(CHATTY)
    for _ in range(20):
        await pacer.slot("-100", Priority.ANSWER)
        time.now += 1.1
    begun = time()
    await pacer.slot("-100", Priority.ANSWER)
    assert time() >= begun + 35


async def test_burst_of_replies_stays_within_chat_limit() -> None:
    pacer, time = make(CHATTY)
    left = []
    for priority in (
        Priority.ANSWER,
        Priority.ANSWER,
        Priority.ANSWER,
        Priority.THANKS,
        Priority.BROADCAST,
        Priority.ANSWER,
        Priority.ANSWER,
    ):
        await pacer.slot("a", priority)
        left.append(time())
    for at in left:
        assert len([t for t in left if at <= t < at + 5]) <= 5


async def test_message_without_slot_is_counted() -> None:
    pacer, time = make(Pace(overall=2, per_chat=1.0))
    await pacer.slot("a", Priority.ANSWER)
    pacer.left("a")  # an edit, which is refused
    pacer.left("a")  # the new message in its place
    begun = time()
    await pacer.slot("b", Priority.ANSWER)
    assert time() >= begun + 0.4


async def test_chats_and_refusals_are_forgotten() -> None:
    pacer, time = make(CHATTY)
    for number in range(300):
        await pacer.slot(str(number), Priority.BROADCAST)
    pacer.refused("0", 1)
    time.now += 200
    await pacer.slot("last")
    pacer.refused("last", 1)
    assert len(pacer._chats) == 1
    assert len(pacer._refusals._paused) == len(pacer._refusals._recent) == 1


async def test_window_begins_when_message_leaves() -> None:
    pacer, time = make(Pace(overall=2, per_chat=1.0))
    await pacer.slot("a")
    time.now += 0.5
    pacer.left("a")  # the loop was busy
    left = time()
    await pacer.slot("b")
    pacer.left("b")
    await pacer.slot("c")
    assert time() >= left + 1.0


async def test_slow_message_counts_as_left_later() -> None:
    pacer, time = make(Pace(overall=2, per_chat=1.0))
    answered = pacer.left("quick")
    time.now += 0.06
    answered()
    time.now += 5
    await pacer.slot("a")
    answered = pacer.left("a")
    time.now += 0.36
    answered()
    await pacer.slot("b")
    await pacer.slot("c")
    assert 106.36 < time() < 106.40
