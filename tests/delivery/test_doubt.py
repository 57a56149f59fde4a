"""Messages whose answers get lost: sent once more, then left in doubt, and staff see how many there are."""

import pytest

from bot.domain.people import PlatformName
from bot.store import notices, outbox, supporters
from bot.store.db import Database
from bot.usecases.context import Context
from bot.usecases.join import who
from bot.usecases.ports import InDoubt, Rejected, RetryLater
from bot.usecases.staff import notices as staff_notices
from tests.conftest import MovingClock
from tests.delivery.test_loop import RecordingPlatform, a_gift, loop_for
from tests.world import ALEX, CAMILLE, make_context, queued


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.mark.parametrize("name", ["telegram", "discord"])
async def test_message_whose_answers_are_all_lost_is_sent_twice_and_stays_in_doubt(
    ctx: Context, clock: MovingClock, name: PlatformName
) -> None:
    contact = CAMILLE if name == "telegram" else ALEX
    await a_gift(ctx, contact)
    person = await who(ctx, contact)
    async with ctx.db.write() as conn:
        await supporters.note_wrote(conn, person.address_id, clock())
    platform = RecordingPlatform(name)
    # Whatever comes in between takes the doubt away from nobody.
    platform.trouble = [InDoubt("no answer"), RetryLater(1, everything=False), *[InDoubt("no answer")] * 9]
    loop = loop_for(ctx, platform)
    for _ in range(20):
        clock.move(minutes=10)
        await loop.step()
    assert len(platform.sent) == 3  # one of which was refused by the platform
    assert await queued(ctx) == {"in_doubt": 1}
    async with ctx.db.read() as conn:
        [notice] = [one for one in await notices.due(conn, ctx.clock(), 9) if one.kind == "in_doubt"]
    assert any("1 message" in line for line in (await staff_notices.KINDS["in_doubt"](ctx, notice, "en")).lines)


async def test_message_that_was_sent_again_after_a_crash_is_not_sent_a_third_time(
    ctx: Context, clock: MovingClock
) -> None:
    await a_gift(ctx)
    loop = loop_for(ctx, RecordingPlatform())
    for _ in range(2):
        async with ctx.db.write() as conn:
            await outbox.claim(conn, "telegram", clock(), 10)
        clock.move(minutes=1)
        await loop.recover()
    assert await queued(ctx) == {"in_doubt": 1}


async def test_refusal_after_a_lost_answer_leaves_the_doubt(ctx: Context, clock: MovingClock) -> None:
    await a_gift(ctx)
    platform = RecordingPlatform()
    platform.trouble = [InDoubt("no answer"), Rejected("too long")]
    loop = loop_for(ctx, platform)
    for _ in range(3):
        await loop.step()
        clock.move(minutes=1)
    assert await queued(ctx) == {"in_doubt": 1}
