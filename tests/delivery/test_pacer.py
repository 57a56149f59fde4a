"""The pacer, on a clock that only moves when somebody sleeps."""

import asyncio
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.pacer import DISCORD, LongWait, Pace, Pacer, Turn
from bot.usecases.ports import RetryLater


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
    await pacer.slot("a", Turn.ANSWER)
    assert time() >= 110


async def test_a_thank_you_may_follow_one_message_at_once_but_not_two() -> None:
    pacer, time = make(Pace(overall=30, per_chat=1.0))
    await pacer.slot("a", Turn.ANSWER)
    await pacer.slot("a", Turn.THANKS)
    assert time() < 100.5
    await pacer.slot("a", Turn.THANKS)
    await pacer.slot("a", Turn.THANKS)
    assert time() >= 102.0


async def test_an_answer_does_not_wait_for_its_chat() -> None:
    pacer, time = make(Pace(overall=30, per_chat=1.0))
    await pacer.slot("a")
    await pacer.slot("a", Turn.ANSWER)
    assert time() < 100.5


async def test_the_most_urgent_goes_first() -> None:
    pacer, _ = make(Pace(overall=1))
    await pacer.slot("before")
    left: list[str] = []

    async def send(chat: str, turn: Turn) -> None:
        await pacer.slot(chat, turn)
        left.append(chat)

    turns = {"news": Turn.BROADCAST, "card": Turn.EDIT, "thanks": Turn.THANKS, "answer": Turn.ANSWER}
    await asyncio.gather(*(send(chat, turn) for chat, turn in turns.items()))
    assert left == ["answer", "thanks", "card", "news"]


async def test_a_chat_that_must_wait_holds_nobody_up() -> None:
    pacer, time = make(Pace(overall=30, per_chat=1.0))
    await pacer.slot("a")
    slow = asyncio.create_task(pacer.slot("a", Turn.SERVICE))
    await asyncio.sleep(0)
    await pacer.slot("b", Turn.BROADCAST)
    assert time() < 100.5
    await slow
    assert time() >= 101.0


async def test_a_group_takes_so_many_a_minute() -> None:
    pacer, time = make(Pace(overall=30, per_group=3))
    for _ in range(3):
        await pacer.slot("-100", Turn.EDIT)
    assert time() < 101.0
    await pacer.slot("-100", Turn.EDIT)
    assert time() >= 160.0


async def test_sends_are_spread_evenly_and_the_pace_is_used() -> None:
    pacer, time = make(Pace(overall=30))
    left = []
    for number in range(301):
        await pacer.slot(str(number), Turn.BROADCAST)
        left.append(time())
    assert min(b - a for a, b in itertools.pairwise(left)) > 0.03
    assert 300 / (left[-1] - left[0]) > 0.96 * 30


async def test_who_gives_up_takes_no_slot() -> None:
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


async def test_one_halt_is_an_incident_and_several_lower_the_pace_for_a_while() -> None:
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
    assert await seconds_for(pacer, time, 300) < usual * 2.1, "it never comes to a stop"
    time.now += 600
    assert await seconds_for(pacer, time, 300) < usual * 1.02


# --- refusals -----------------------------------------------------------------------------------------
CHATTY = Pace(overall=30, per_chat=1.0, per_group=20)


async def written_to(pacer: Pacer, time: Time, *chats: str) -> None:
    """Chats that have been written to twice a moment ago."""
    for _ in range(2):
        for chat in chats:
            await pacer.slot(chat, Turn.ANSWER)
    time.now += 2


async def test_refusal_pauses_its_chat_and_halves_the_pace_of_others() -> None:
    pacer, time = make(CHATTY)
    usual = await seconds_for(pacer, time, 150)
    await written_to(pacer, time, "a")
    pacer.refused("a", 20)
    refused_at = time()
    slowed = await seconds_for(pacer, time, 150)
    assert 1.9 * usual < slowed < 2.2 * usual
    await pacer.slot("a", Turn.ANSWER)
    assert time() >= refused_at + 20
    assert await seconds_for(pacer, time, 150) < 1.05 * usual


async def test_second_chat_refused_within_ten_seconds_pauses_everything() -> None:
    pacer, time = make(CHATTY)
    await written_to(pacer, time, "a", "b")
    pacer.refused("a", 30)
    assert pacer.halted_for == 0
    time.now += 9
    pacer.refused("b", 5)
    assert 20 < pacer.halted_for <= 21, "it lasts as long as the longer of the two"


async def test_second_chat_refused_later_is_a_refusal_of_its_own() -> None:
    pacer, time = make(CHATTY)
    await written_to(pacer, time, "a", "b")
    pacer.refused("a", 30)
    time.now += 10.5
    pacer.refused("b", 5)
    assert pacer.halted_for == 0
    assert (round(pacer.paused_for("a")), round(pacer.paused_for("b"))) == (20, 5)


async def test_refusal_by_a_chat_not_written_to_lately_pauses_everything() -> None:
    pacer, time = make(CHATTY)
    await written_to(pacer, time, "a")
    await pacer.slot("new", Turn.THANKS)
    pacer.refused("new", 30)
    assert pacer.halted_for == 30
    pacer, time = make(CHATTY)
    await written_to(pacer, time, "a")
    time.now += 60
    await pacer.slot("a", Turn.THANKS)
    pacer.refused("a", 30)
    assert pacer.halted_for == 30


async def test_refusals_on_discord_pause_their_channels_alone() -> None:
    """Discord limits each channel by itself, and says so where a limit is the whole bot's."""
    pacer, time = make(DISCORD)
    usual = await seconds_for(pacer, time, 100)
    for quiet in ("card", "other card"):
        pacer.refused(quiet, 4000)
    assert (pacer.halted_for, pacer.paused_for("card")) == (0, 4000)
    assert await seconds_for(pacer, time, 100) < 1.05 * usual
    assert list(pacer.long_waits) == [LongWait("card", 4000), LongWait("other card", 4000)]
    pacer.heed("", RetryLater(60))
    assert pacer.halted_for == 60


async def test_refusal_told_twice_is_one_and_no_pause_is_cut_short() -> None:
    pacer, time = make(CHATTY)
    await written_to(pacer, time, "a")
    pacer.refused("a", 30)
    pacer.refused("a", 2)
    assert pacer.halted_for == 0
    assert pacer.paused_for("a") == 30
    time.now += 15
    pacer.refused("a", 1)
    assert pacer.paused_for("a") == 15


async def test_only_one_message_meets_a_wait_of_the_whole_bot() -> None:
    """Each refusal takes as long as Telegram takes to answer to become known."""
    pacer, time = make(CHATTY)
    await written_to(pacer, time, "flooder")
    begun, refused = time(), []

    async def known(at: float) -> None:
        while time() < at:  # noqa: ASYNC110  # time passes while others sleep
            await asyncio.sleep(0)

    async def send(chat: str) -> None:
        await pacer.slot(chat, Turn.BROADCAST)
        if time() < begun + 30:
            refused.append(chat)
            await known(time() + 0.1)
            pacer.refused(chat, begun + 30 - time())

    pacer.refused("flooder", 30)
    await asyncio.gather(*(send(str(number)) for number in range(20)))
    assert len(refused) == 1


async def test_reply_that_would_wait_too_long_is_turned_away_also_while_it_waits() -> None:
    pacer, _ = make(Pace(overall=1, window=10, per_chat=1.0))
    await pacer.slot("a", Turn.ANSWER)
    waiting = asyncio.create_task(pacer.reply_slot("b"))
    await asyncio.sleep(0)
    pacer.halt(3600)
    with pytest.raises(RetryLater) as caught:
        await waiting
    assert (caught.value.after > 3000, caught.value.everything) == (True, False)
    pacer, _ = make(CHATTY)
    pacer.halt(3600)
    with pytest.raises(RetryLater):
        await pacer.reply_slot("c")


async def test_message_to_a_paused_chat_makes_way_for_others() -> None:
    pacer, time = make(CHATTY)
    await written_to(pacer, time, "a")
    pacer.refused("a", 30)
    with pytest.raises(RetryLater) as caught:
        await pacer.slot("a", Turn.BROADCAST, patience=1)
    assert caught.value.after == 30
    await pacer.slot("b", Turn.BROADCAST, patience=1)
    assert time() < 105


async def test_replies_keep_to_the_group_limit() -> None:
    pacer, time = make(CHATTY)
    for _ in range(20):
        await pacer.slot("-100", Turn.ANSWER)
        time.now += 1.1
    begun = time()
    await pacer.slot("-100", Turn.ANSWER)
    assert time() >= begun + 35


async def test_burst_of_replies_leaves_room_in_a_chat_for_no_more_than_telegram_takes() -> None:
    pacer, time = make(CHATTY)
    left = []
    for turn in (Turn.ANSWER, Turn.ANSWER, Turn.ANSWER, Turn.THANKS, Turn.BROADCAST, Turn.ANSWER, Turn.ANSWER):
        await pacer.slot("a", turn)
        left.append(time())
    for at in left:
        assert len([t for t in left if at <= t < at + 5]) <= 5


async def test_message_that_no_slot_was_taken_for_is_counted() -> None:
    pacer, time = make(Pace(overall=2, per_chat=1.0))
    await pacer.slot("a", Turn.ANSWER)
    pacer.left("a")  # an edit, which is refused
    pacer.left("a")  # the new message in its place
    begun = time()
    await pacer.slot("b", Turn.ANSWER)
    assert time() >= begun + 0.4


async def test_calls_are_counted_by_method_and_take_nothing_from_messages() -> None:
    pacer, time = make(Pace(overall=10, per_chat=1.0))
    begun = time()
    for number in range(10):
        assert await pacer.call("getChatMember", str(number)) == 0
    assert await pacer.call("answerCallbackQuery") == 0
    await pacer.slot("a", Turn.ANSWER)
    assert time() == begun
    assert await pacer.call("getChatMember", "10") == 0
    assert time() >= begun + 1


async def test_refused_call_pauses_its_method_for_that_chat() -> None:
    pacer, time = make(CHATTY)
    for _ in range(2):
        await pacer.call("getChatMember", "-100")
    pacer.call_refused("getChatMember", "-100", 40)
    assert pacer.halted_for == 0
    assert await pacer.call("getChatMember", "-100") == 40
    await pacer.slot("-100", Turn.ANSWER)
    assert await pacer.call("getChatMember", "-200") == 0
    assert time() < 102


async def test_refused_call_that_is_rare_pauses_no_messages() -> None:
    """Telegram limits each method by itself (tdlib/td#1019), so that one invite link can be one too many."""
    pacer, time = make(CHATTY)
    usual = await seconds_for(pacer, time, 150)
    assert await pacer.call("createChatInviteLink", "-100") == 0
    pacer.call_refused("createChatInviteLink", "-100", 300)
    assert pacer.halted_for == 0
    assert 1.9 * usual < await seconds_for(pacer, time, 150) < 2.4 * usual, "messages go on, at half pace"
    assert await pacer.call("createChatInviteLink", "-100") > 250
    assert await pacer.call("createChatInviteLink", "-200") == 0


async def test_refused_calls_pause_everything_once_they_are_about_two_chats() -> None:
    pacer, time = make(CHATTY)
    pacer.call_refused("getChat", "-100", 30)
    pacer.call_refused("getChatMember", "-100", 40)
    assert pacer.halted_for == 0, "two methods, one chat"
    await written_to(pacer, time, "a")
    pacer.refused("a", 5)
    assert pacer.halted_for > 30


async def test_calls_do_not_leave_while_everything_is_paused() -> None:
    pacer, _ = make(CHATTY)
    pacer.halt(60)
    assert await pacer.call("answerCallbackQuery") == 60


async def test_waits_above_an_hour_are_kept_for_staff() -> None:
    pacer, time = make(CHATTY)
    await written_to(pacer, time, "a")
    pacer.refused("a", 3600)
    assert not pacer.long_waits
    pacer.refused("a", 7200)
    pacer.halt(9000)
    assert list(pacer.long_waits) == [LongWait("a", 7200), LongWait(None, 9000)]


async def test_chats_and_refusals_are_forgotten() -> None:
    pacer, time = make(CHATTY)
    for number in range(300):
        await pacer.slot(str(number), Turn.BROADCAST)
    pacer.refused("0", 1)
    time.now += 200
    await pacer.slot("last")
    pacer.refused("last", 1)
    assert len(pacer._chats) == 1
    assert len(pacer._refusals._paused) == len(pacer._refusals._lately) == 1


async def test_window_begins_when_a_message_leaves_not_when_its_slot_was_given() -> None:
    pacer, time = make(Pace(overall=2, per_chat=1.0))
    await pacer.slot("a")
    time.now += 0.5
    pacer.left("a")  # the loop was busy
    left = time()
    await pacer.slot("b")
    pacer.left("b")
    await pacer.slot("c")
    assert time() >= left + 1.0


async def test_slow_way_of_one_message_counts_as_if_it_had_left_later() -> None:
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
