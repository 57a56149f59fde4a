"""The pacer, on a clock that only moves when somebody sleeps."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.pacer import Pace, Pacer


class Time:
    """Seconds that pass by sleeping."""

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
def test_never_more_than_the_pace_in_any_window(chats: list[int]) -> None:
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


async def test_a_halt_stops_every_lane_and_is_never_shortened() -> None:
    pacer, time = make(Pace(overall=30))
    pacer.halt(10)
    pacer.halt(1)
    await pacer.slot("a", answer=True)
    assert time() >= 110


async def test_a_thank_you_may_follow_one_message_at_once_but_not_two() -> None:
    pacer, time = make(Pace(overall=30, per_chat=1.0))
    await pacer.slot("a", answer=True)
    await pacer.slot("a", soon=True)
    assert time() < 100.5
    await pacer.slot("a", soon=True)
    await pacer.slot("a", soon=True)
    assert time() >= 102.0


async def test_an_answer_does_not_wait_for_its_chat() -> None:
    pacer, time = make(Pace(overall=30, per_chat=1.0))
    await pacer.slot("a")
    await pacer.slot("a", answer=True)
    assert time() < 100.5
