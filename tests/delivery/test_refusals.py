"""The pacer after refusals, on a clock that moves only by sleeping."""

import asyncio

import pytest

from bot.delivery.pace import DISCORD, Pace, Priority
from bot.delivery.pacer import LongWait, Pacer
from bot.usecases.ports import RetryLater
from tests.delivery.test_pacer import CHATTY, Time, make, seconds_for


async def write_to(pacer: Pacer, time: Time, *chats: str) -> None:
    """Write to these chats twice, a moment ago."""
    for _ in range(2):
        for chat in chats:
            await pacer.slot(chat, Priority.ANSWER)
    time.now += 2


async def test_refusal_pauses_its_chat_and_halves_the_pace_of_others() -> None:
    pacer, time = make(CHATTY)
    usual = await seconds_for(pacer, time, 150)
    await write_to(pacer, time, "a")
    pacer.refused("a", 20)
    refused_at = time()
    slowed = await seconds_for(pacer, time, 150)
    assert 1.9 * usual < slowed < 2.2 * usual
    await pacer.slot("a", Priority.ANSWER)
    assert time() >= refused_at + 20
    assert await seconds_for(pacer, time, 150) < 1.05 * usual


async def test_second_chat_refused_within_ten_seconds_pauses_everything() -> None:
    pacer, time = make(CHATTY)
    await write_to(pacer, time, "a", "b")
    pacer.refused("a", 30)
    assert pacer.halted_for == 0
    time.now += 9
    pacer.refused("b", 5)
    assert 20 < pacer.halted_for <= 21, "as long as the longer of the two"


async def test_second_chat_refused_later_pauses_separately() -> None:
    pacer, time = make(CHATTY)
    await write_to(pacer, time, "a", "b")
    pacer.refused("a", 30)
    time.now += 10.5
    pacer.refused("b", 5)
    assert pacer.halted_for == 0
    assert (round(pacer.paused_for("a")), round(pacer.paused_for("b"))) == (20, 5)


async def test_refusal_in_quiet_chat_pauses_everything() -> None:
    pacer, time = make(CHATTY)
    await write_to(pacer, time, "a")
    await pacer.slot("new", Priority.THANKS)
    pacer.refused("new", 30)
    assert pacer.halted_for == 30
    pacer, time = make(CHATTY)
    await write_to(pacer, time, "a")
    time.now += 60
    await pacer.slot("a", Priority.THANKS)
    pacer.refused("a", 30)
    assert pacer.halted_for == 30


async def test_discord_refusals_pause_only_their_channels() -> None:
    """Discord limits each channel separately, and says when a limit concerns the whole bot."""
    pacer, time = make(DISCORD)
    usual = await seconds_for(pacer, time, 100)
    for quiet in ("card", "other card"):
        pacer.refused(quiet, 4000)
    assert (pacer.halted_for, pacer.paused_for("card")) == (0, 4000)
    assert await seconds_for(pacer, time, 100) < 1.05 * usual
    assert list(pacer.long_waits) == [LongWait("card", 4000), LongWait("other card", 4000)]
    pacer.on_retry_later("", RetryLater(60))
    assert pacer.halted_for == 60


async def test_repeated_refusal_counts_once_and_shortens_no_pause() -> None:
    pacer, time = make(CHATTY)
    await write_to(pacer, time, "a")
    pacer.refused("a", 30)
    pacer.refused("a", 2)
    assert pacer.halted_for == 0
    assert pacer.paused_for("a") == 30
    time.now += 15
    pacer.refused("a", 1)
    assert pacer.paused_for("a") == 15


async def test_only_one_message_meets_bot_wide_wait() -> None:
    """A refusal is known only after Telegram's answer time."""
    pacer, time = make(CHATTY)
    await write_to(pacer, time, "flooder")
    begun, refused = time(), []

    async def known(at: float) -> None:
        while time() < at:  # noqa: ASYNC110  # time passes while others sleep
            await asyncio.sleep(0)

    async def send(chat: str) -> None:
        await pacer.slot(chat, Priority.BROADCAST)
        if time() < begun + 30:
            refused.append(chat)
            await known(time() + 0.1)
            pacer.refused(chat, begun + 30 - time())

    pacer.refused("flooder", 30)
    await asyncio.gather(*(send(str(number)) for number in range(20)))
    assert len(refused) == 1


async def test_reply_that_would_wait_too_long_is_refused_even_while_waiting() -> None:
    pacer, _ = make(Pace(overall=1, window=10, per_chat=1.0))
    await pacer.slot("a", Priority.ANSWER)
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


async def test_message_to_paused_chat_makes_way_for_others() -> None:
    pacer, time = make(CHATTY)
    await write_to(pacer, time, "a")
    pacer.refused("a", 30)
    with pytest.raises(RetryLater) as caught:
        await pacer.slot("a", Priority.BROADCAST, patience=1)
    assert caught.value.after == 30
    await pacer.slot("b", Priority.BROADCAST, patience=1)
    assert time() < 105


async def test_calls_are_paced_by_method_apart_from_messages() -> None:
    pacer, time = make(Pace(overall=10, per_chat=1.0))
    begun = time()
    for number in range(10):
        assert await pacer.call("getChatMember", str(number)) == 0
    assert await pacer.call("answerCallbackQuery") == 0
    await pacer.slot("a", Priority.ANSWER)
    assert time() == begun
    assert await pacer.call("getChatMember", "10") == 0
    assert time() >= begun + 1


async def test_refused_call_pauses_its_method_in_that_chat() -> None:
    pacer, time = make(CHATTY)
    for _ in range(2):
        await pacer.call("getChatMember", "-100")
    pacer.call_refused("getChatMember", "-100", 40)
    assert pacer.halted_for == 0
    assert await pacer.call("getChatMember", "-100") == 40
    await pacer.slot("-100", Priority.ANSWER)
    assert await pacer.call("getChatMember", "-200") == 0
    assert time() < 102


async def test_rare_refused_call_pauses_no_messages() -> None:
    """Telegram limits each method separately (tdlib/td#1019), so one invite link can be too many."""
    pacer, time = make(CHATTY)
    usual = await seconds_for(pacer, time, 150)
    assert await pacer.call("createChatInviteLink", "-100") == 0
    pacer.call_refused("createChatInviteLink", "-100", 300)
    assert pacer.halted_for == 0
    assert 1.9 * usual < await seconds_for(pacer, time, 150) < 2.4 * usual, "messages go on, at half pace"
    assert await pacer.call("createChatInviteLink", "-100") > 250
    assert await pacer.call("createChatInviteLink", "-200") == 0


async def test_refused_calls_in_two_chats_pause_everything() -> None:
    pacer, time = make(CHATTY)
    pacer.call_refused("getChat", "-100", 30)
    pacer.call_refused("getChatMember", "-100", 40)
    assert pacer.halted_for == 0, "two methods, one chat"
    await write_to(pacer, time, "a")
    pacer.refused("a", 5)
    assert pacer.halted_for > 30


async def test_calls_do_not_leave_while_everything_is_paused() -> None:
    pacer, _ = make(CHATTY)
    pacer.halt(60)
    assert await pacer.call("answerCallbackQuery") == 60


async def test_waits_above_an_hour_are_collected_for_staff() -> None:
    pacer, time = make(CHATTY)
    await write_to(pacer, time, "a")
    pacer.refused("a", 3600)
    assert not pacer.long_waits
    pacer.refused("a", 7200)
    pacer.halt(9000)
    assert list(pacer.long_waits) == [LongWait("a", 7200), LongWait(None, 9000)]
