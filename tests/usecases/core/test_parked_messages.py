"""Messages parked for people on Discord: obsolete ones never hide the newer ones."""

from datetime import timedelta

import pytest

from bot.store.core import outbox
from bot.store.core.outbox import Delivery, Lane, State
from bot.store.db import Database
from bot.usecases import outbox_messages, router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import ALEX, make_context, open_campaign, queued


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def test_obsolete_parked_messages_do_not_hide_newer_ones(ctx: Context) -> None:
    campaign, person = await open_campaign(ctx), await find_or_join(ctx, ALEX)
    gift = await give(ctx, campaign, person.id)
    stale = [
        Delivery(
            id=ctx.ids.new(), lane=Lane.SERVICE, platform="discord", address_id=person.address_id,
            message="pending", args={"gift": gift.id, "refunded": 0}, due_at=ctx.clock(),
        )
        for _ in range(4)
    ]  # fmt: skip
    newer = [(await give(ctx, campaign, person.id)).id for _ in range(2)]
    async with ctx.db.write() as conn:
        await outbox.add(conn, stale)
        found = await outbox.claim(conn, "discord", ctx.clock() + timedelta(days=1), 20)
        await outbox.mark(conn, [outbox.SendOutcome(id=d.id, state=State.PARKED) for d in found], ctx.clock())
        first = next(d for d in found if d.message == "thanks" and d.args["gift"] == gift.id)
        await outbox.mark(conn, [outbox.SendOutcome(id=first.id, state=State.SENT)], ctx.clock())
    assert len(found) == 7
    reply = await router.on_action(ctx, ALEX, "see")
    assert len(reply.also) == 2
    assert [d.args["gift"] for d in found if d.id in {number for number, _ in reply.also}] == newer
    assert (await queued(ctx))["dropped"] == 4
    assert len(await outbox_messages.waiting_cards(ctx, person.address_id)) == 2


async def test_at_most_three_parked_messages_are_shown_at_once(ctx: Context) -> None:
    campaign, person = await open_campaign(ctx), await find_or_join(ctx, ALEX)
    for _ in range(5):
        await give(ctx, campaign, person.id)
    async with ctx.db.write() as conn:
        found = await outbox.claim(conn, "discord", ctx.clock(), 20)
        await outbox.mark(conn, [outbox.SendOutcome(id=d.id, state=State.PARKED) for d in found], ctx.clock())
    assert len(await outbox_messages.waiting_cards(ctx, person.address_id)) == 3
