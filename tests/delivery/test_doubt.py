"""Messages whose answers are lost: sent once more, then left in doubt; staff see the count."""

import asyncio

import pytest

from bot.domain.people import PlatformName
from bot.store.core import notices, outbox
from bot.store.db import Database
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.ports import InDoubt, Rejected, RetryLater
from bot.usecases.staff import notices as staff_notices
from tests.conftest import MovingClock
from tests.delivery.test_loop import RecordingPlatform, loop_for, record_gift
from tests.usecase_setup import ALEX, CAMILLE, make_context, queued
from tests.waiting import until


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.mark.parametrize("name", ["telegram", "discord"])
async def test_message_with_lost_answers_is_sent_twice_and_stays_in_doubt(
    ctx: Context, clock: MovingClock, name: PlatformName
) -> None:
    contact = CAMILLE if name == "telegram" else ALEX
    await record_gift(ctx, contact)
    person = await find_or_join(ctx, contact)
    async with ctx.db.write() as conn:
        await supporters.record_private_message(conn, person.address_id, clock())
    platform = RecordingPlatform(name)
    # A refusal in between does not resolve the doubt.
    platform.trouble = [InDoubt("no answer"), RetryLater(1, everything=False), *[InDoubt("no answer")] * 9]
    loop = loop_for(ctx, platform)
    for _ in range(20):
        clock.move(minutes=10)
        await loop.step()
    assert len(platform.sent) == 3  # one of which was refused by the platform
    assert await queued(ctx) == {"in_doubt": 1}
    async with ctx.db.read() as conn:
        [notice] = [notice for notice in await notices.due(conn, ctx.clock(), 9) if notice.kind == "in_doubt"]
    assert any("1 message" in line for line in (await staff_notices.KINDS["in_doubt"](ctx, notice, "en")).lines)


async def crash_and_recover(ctx: Context, clock: MovingClock, *, begun: bool = False) -> None:
    """Claim due messages, crash before they leave (or, if `begun`, while they leave), and recover."""
    async with ctx.db.write() as conn:
        for delivery in await outbox.claim(conn, "telegram", clock(), 10):
            if begun:
                await outbox.mark_started(conn, delivery)
    clock.move(minutes=1)
    await loop_for(ctx, RecordingPlatform()).recover()


async def test_unsent_message_survives_many_crashes(ctx: Context, clock: MovingClock) -> None:
    await record_gift(ctx)
    for _ in range(9):
        await crash_and_recover(ctx, clock)
    platform = RecordingPlatform()
    await loop_for(ctx, platform).step()
    assert (len(platform.sent), await queued(ctx)) == (1, {"sent": 1})


async def claimed_in_doubt(ctx: Context) -> list[bool]:
    async with ctx.db.write() as conn:
        return [delivery.is_in_doubt for delivery in await outbox.claim(conn, "telegram", ctx.clock(), 10)]


async def test_crash_puts_only_begun_messages_in_doubt(ctx: Context, clock: MovingClock) -> None:
    await record_gift(ctx)
    await crash_and_recover(ctx, clock)
    assert await claimed_in_doubt(ctx) == [False], "it only waited for its pace"
    await crash_and_recover(ctx, clock)
    clock.move(minutes=1)
    await loop_for(ctx, RecordingPlatform()).recover()
    await crash_and_recover(ctx, clock, begun=True)
    assert await claimed_in_doubt(ctx) == [True]


async def test_message_is_marked_begun_just_before_leaving(ctx: Context, clock: MovingClock) -> None:
    await record_gift(ctx)
    platform = RecordingPlatform()
    platform.answers.clear()
    crashed = loop_for(ctx, platform)
    await crashed._run_once()
    await until(lambda: bool(platform.sent))
    clock.move(minutes=1)
    async with ctx.db.read() as conn:
        [left] = await outbox.interrupted(conn, "telegram", clock())
    assert left.is_begun
    for task in crashed._sending:
        task.cancel()
    await asyncio.wait(crashed._sending)


async def test_message_repeated_after_crash_is_not_sent_a_third_time(ctx: Context, clock: MovingClock) -> None:
    await record_gift(ctx)
    await crash_and_recover(ctx, clock, begun=True)
    platform = RecordingPlatform()
    platform.answers.clear()
    crashed = loop_for(ctx, platform)
    await crashed._run_once()
    await until(lambda: bool(platform.sent))
    clock.move(minutes=1)
    await loop_for(ctx, RecordingPlatform()).recover()
    assert await queued(ctx) == {"in_doubt": 1}
    for task in crashed._sending:
        task.cancel()
    await asyncio.wait(crashed._sending)


async def test_refusal_after_lost_answer_leaves_message_in_doubt(ctx: Context, clock: MovingClock) -> None:
    await record_gift(ctx)
    platform = RecordingPlatform()
    platform.trouble = [InDoubt("no answer"), Rejected("too long")]
    loop = loop_for(ctx, platform)
    for _ in range(3):
        await loop.step()
        clock.move(minutes=1)
    assert await queued(ctx) == {"in_doubt": 1}
