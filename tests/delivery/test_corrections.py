"""Sent copies and posts are corrected or deleted once each, for old broadcasts too."""

import asyncio

import pytest
from sqlalchemy import update

from bot.domain.broadcasts import BroadcastState
from bot.store.broadcasts.tables import recipient
from bot.store.core.outbox import State
from bot.store.db import Database
from bot.usecases.broadcasts import corrections, lifecycle
from bot.usecases.context import Context
from bot.usecases.core.access import TERMINAL
from bot.usecases.ports import MissingPermission, Rejected, RetryLater
from tests.conftest import MovingClock
from tests.delivery.running_broadcast import (
    BROADCAST,
    BroadcastWorkers,
    RecordingMassPlatform,
    add_post,
    change,
    post_row,
    rows,
    start_broadcast,
)
from tests.usecase_setup import make_context


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def test_correction_reaches_every_copy_once(ctx: Context) -> None:
    external_ids = await start_broadcast(ctx, 4)
    await add_post(ctx, "-100")
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform(fails={"1002": [], "1003": []}))
    await telegram.sends.step()
    await telegram.corrections.step()
    await change(ctx, revision=2, state=BroadcastState.DONE)
    telegram.platform.fails = {"1001": [RetryLater(0.01)], "1002": [Rejected("too old")]}
    for _ in range(6):
        await telegram.corrections.step()
        await asyncio.sleep(0.01)
    assert sorted(chat for chat, _ in telegram.platform.edits) == ["-1009", "1000", "1001", "1003"]
    assert [revision for (revision,) in await rows(ctx, "revision")] == [2] * len(external_ids)
    assert (await post_row(ctx))[3] == 2
    assert not await telegram.corrections.step()


async def test_copy_sent_with_previous_text_is_corrected(ctx: Context) -> None:
    """The sender may have read the text just before the correction: nothing is final while a copy waits."""
    await start_broadcast(ctx, 2)
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform(fails={"1001": [RetryLater(60, everything=False)]}))
    await telegram.sends.step()
    await change(ctx, revision=2)
    for _ in range(3):
        await telegram.corrections.step()
    async with ctx.db.write() as conn:
        late = update(recipient).where(recipient.c.supporter_id == 1001)
        await conn.execute(late.values(state=State.SENT, revision=1, chat_id="1001", message_id="m1001"))
    for _ in range(2):
        await telegram.corrections.step()
    assert sorted(chat for chat, _ in telegram.platform.edits) == ["1000", "1001"]


async def test_post_that_cannot_be_rendered_delays_no_copy(ctx: Context) -> None:
    await start_broadcast(ctx, 1)
    await add_post(ctx, "-100")
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform())
    await telegram.sends.step()
    await telegram.corrections.step()
    await change(ctx, revision=2, state=BroadcastState.DONE)
    telegram.platform.fails = {"-1009": [RuntimeError("no such card")]}  # type: ignore[list-item]  # a fault of ours
    for _ in range(3):
        await telegram.corrections.step()
    assert [chat for chat, _ in telegram.platform.edits] == ["1000"]
    assert (await post_row(ctx))[3] == 2


async def test_withdrawal_deletes_or_replaces_copies(ctx: Context) -> None:
    await start_broadcast(ctx, 3)
    await add_post(ctx, "-100")
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform())
    await telegram.sends.step()
    await telegram.corrections.step()
    await change(ctx, state=BroadcastState.WITHDRAWN)
    telegram.platform.fails = {"1001": [Rejected("too old")]}
    for _ in range(4):
        await telegram.corrections.step()
    assert sorted(telegram.platform.deleted) == ["-1009", "1000", "1002"]
    assert telegram.platform.edits == [("1001", "Withdrawn fr")]
    assert await rows(ctx, "state", "message_id") == [(State.SENT, None)] * 3


async def test_old_broadcast_is_corrected_and_withdrawn(ctx: Context, clock: MovingClock) -> None:
    await start_broadcast(ctx, 2)
    await add_post(ctx, "-100")
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform())
    await telegram.sends.step()
    await telegram.corrections.step()
    await change(ctx, state=BroadcastState.DONE, ended_at=clock())
    clock.move(days=40)
    new = await corrections.propose(ctx, TERMINAL, BROADCAST, "fr", "Pardon")
    await corrections.approve(ctx, TERMINAL, new.id)
    while await telegram.corrections.step():
        pass
    assert sorted(chat for chat, _ in telegram.platform.edits) == ["-1009", "1000", "1001"]
    clock.move(days=40)
    await lifecycle.withdraw(ctx, TERMINAL, BROADCAST, "wrong")
    while await telegram.corrections.step():
        pass
    assert sorted(telegram.platform.deleted) == ["-1009", "1000", "1001"]


async def test_post_without_permission_for_an_hour_is_changed_later(ctx: Context, clock: MovingClock) -> None:
    await start_broadcast(ctx, 1)
    await add_post(ctx, "-100")
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform())
    await telegram.sends.step()
    await telegram.corrections.step()
    await change(ctx, revision=2, state=BroadcastState.DONE)
    telegram.platform.fails = {"-1009": [MissingPermission("50001"), MissingPermission("50001")]}
    for _ in range(8):
        await telegram.corrections.step()
        clock.move(minutes=6)
    assert sorted(chat for chat, _ in telegram.platform.edits) == ["-1009", "1000"]
    assert (await post_row(ctx))[3] == 2


async def test_withdrawn_post_is_deleted_once_permitted(ctx: Context, clock: MovingClock) -> None:
    await start_broadcast(ctx, 1)
    await add_post(ctx, "-100")
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform())
    await telegram.sends.step()
    await telegram.corrections.step()
    await change(ctx, state=BroadcastState.WITHDRAWN)
    telegram.platform.fails = {"-1009": [MissingPermission("50013")]}
    for _ in range(4):
        await telegram.corrections.step()
        clock.move(minutes=6)
    assert sorted(telegram.platform.deleted) == ["-1009", "1000"]


async def test_place_refusing_for_a_while_gets_post_later(ctx: Context, clock: MovingClock) -> None:
    await start_broadcast(ctx, 1)
    await add_post(ctx, "-100")
    telegram = BroadcastWorkers(
        ctx, RecordingMassPlatform(fails={"-100": [MissingPermission("50013"), MissingPermission("50013")]})
    )
    for _ in range(8):
        await telegram.corrections.step()
        clock.move(minutes=6)
    assert telegram.platform.posted == ["-100"]
