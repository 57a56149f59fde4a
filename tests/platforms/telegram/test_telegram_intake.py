"""The intake: many people at once, each in order, within its limits."""

import asyncio
from datetime import UTC, datetime

import pytest
from telegram import Chat, Message, Update, User

from bot.platforms.telegram.intake import MAX_WAITING_EACH, Intake
from bot.usecases.failures import Failures

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def update(number: int, person: int) -> Update:
    message = Message(
        message_id=number,
        date=NOON,
        chat=Chat(person, Chat.PRIVATE),
        from_user=User(person, "Ana", is_bot=False),
    )
    return Update(number, message=message)


class Gate:
    """Handles updates only once it is opened."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.begun: list[int] = []
        self.done: list[int] = []

    async def __call__(self, update: Update) -> None:
        self.begun.append(update.update_id)
        await self.open.wait()
        self.done.append(update.update_id)
        if update.update_id == 13:
            raise RuntimeError("unlucky")


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_people_are_answered_concurrently_and_each_in_order() -> None:
    gate = Gate()
    intake = Intake(gate, report=Failures().report)
    intake.start()
    for number in range(1, 9):
        assert intake.offer(update(number, person=number % 2))
    await settle()
    assert gate.begun == [1, 2]
    gate.open.set()
    await intake.stop(1)
    assert [n for n in gate.done if n % 2] == [1, 3, 5, 7]
    assert [n for n in gate.done if n % 2 == 0] == [2, 4, 6, 8]


async def test_full_intake_refuses_offers_and_blocks_puts() -> None:
    intake = Intake(Gate(), report=Failures().report, max_waiting=1)
    assert intake.offer(update(1, 1))
    assert not intake.offer(update(2, 2))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(intake.put(update(2, 2)), 0.01)


async def test_one_person_cannot_fill_intake() -> None:
    gate = Gate()
    intake = Intake(gate, report=Failures().report)
    intake.start()
    for number in range(100, 100 + MAX_WAITING_EACH * 2):
        intake.offer(update(number, 1))
    intake.offer(update(1, 2))
    await settle()
    assert gate.begun == [100, 1]
    gate.open.set()
    await intake.stop(1)
    assert len(gate.done) == MAX_WAITING_EACH + 2


async def test_failed_update_is_logged_and_next_is_handled(caplog: pytest.LogCaptureFixture) -> None:
    gate = Gate()
    gate.open.set()
    intake = Intake(gate, report=Failures().report)
    intake.start()
    intake.offer(update(13, 1))
    intake.offer(update(14, 1))
    await intake.stop(1)
    assert gate.done == [13, 14]
    assert "answers on telegram failed" in caplog.text


async def test_stopping_does_not_wait_forever() -> None:
    gate = Gate()
    intake = Intake(gate, report=Failures().report)
    intake.start()
    intake.offer(update(1, 1))
    await asyncio.wait_for(intake.stop(0.02), 1)
    assert gate.done == []
    await intake.stop(0.02)
