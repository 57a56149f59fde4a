"""A sponsor's pool: it shrinks in the gift's own transaction, is never overspent, and is refilled by refunds."""

import asyncio
import random
from datetime import timedelta

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift, GiftChange
from bot.domain.matching import MatchPeriod
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.db import Database
from bot.store.matching import matches
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.matching import matching
from bot.usecases.money import verify
from payments.money import Money
from tests.conftest import MovingClock
from tests.giving import give, paid, refund, write
from tests.usecase_setup import CAMILLE, make_context, open_campaign


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def sponsored(ctx: Context, pool: int = 2_000, days: float = 7) -> Campaign:
    """The open campaign, with a sponsor from now on."""
    campaign = await open_campaign(ctx, ends_on=None)
    period = MatchPeriod(
        id=ctx.ids.new(),
        campaign_id=campaign.id,
        sponsor={"fr": "Boulangerie Roy", "en": "Roy Bakery"},
        pool=Money(pool, "cad"),
        left=Money(pool, "cad"),
        starts_at=ctx.clock(),
        ends_at=ctx.clock() + timedelta(days=days),
    )
    async with ctx.db.write() as conn:
        await matches.add(conn, period)
        return (await campaign_rows.by_ids(conn, [campaign.id]))[campaign.id]


async def left(ctx: Context) -> int:
    async with ctx.db.read() as conn:
        (period,) = await matches.everything(conn)
    assert (await verify.verify(ctx)).problems == ()
    return period.left.minor


async def added(ctx: Context, gift: Gift, campaign: Campaign) -> int | None:
    async with ctx.db.read() as conn:
        found = await matching.match_of_gift(conn, gift, campaign)
    return found[1].minor if found is not None else None


async def test_gift_is_doubled_until_pool_is_empty(ctx: Context) -> None:
    campaign = await sponsored(ctx)
    person = await find_or_join(ctx, CAMILLE)
    gifts = [await give(ctx, campaign, person.id, 800) for _ in range(4)]
    assert [await added(ctx, gift, campaign) for gift in gifts] == [800, 800, 400, 0]
    assert await left(ctx) == 0
    async with ctx.db.read() as conn:
        (now,) = (await campaign_rows.by_ids(conn, [campaign.id])).values()
        assert await matching.active(conn, now, ctx.clock()) is None
    assert now.raised.minor == 3_200, "what a sponsor adds is never in the total"


async def test_refund_refills_pool(ctx: Context) -> None:
    campaign = await sponsored(ctx)
    gift = await give(ctx, campaign, None, 1_500)
    assert await left(ctx) == 500
    await refund(ctx, gift, 600)
    assert await left(ctx) == 2_000 - 900
    whole = await give(ctx, campaign, None, 400)
    assert await left(ctx) == 2_000 - 900 - 400
    await refund(ctx, whole)
    assert await left(ctx) == 2_000 - 900


async def test_unmatched_gift_is_not_matched_later(ctx: Context) -> None:
    campaign = await sponsored(ctx, pool=500)
    first, late = [await give(ctx, campaign, None, 500) for _ in range(2)]
    await refund(ctx, first)
    await write(ctx, [GiftChange(event_id="fee", before=late, after=late)])
    assert await added(ctx, late, campaign) == 0 and await left(ctx) == 500
    assert await added(ctx, await give(ctx, campaign, None, 300), campaign) == 300


async def test_gift_outside_period_or_currency_is_not_matched(ctx: Context, clock: MovingClock) -> None:
    campaign = await sponsored(ctx, days=1)
    foreign = paid(ctx, campaign, None, 500, code="eur")
    await write(ctx, [GiftChange(event_id="e", before=None, after=foreign)])
    clock.move(days=2)
    late = await give(ctx, campaign, None, 500)
    assert await left(ctx) == 2_000
    assert await added(ctx, late, campaign) is None


async def test_concurrent_gifts_in_any_order_never_overspend_pool(ctx: Context) -> None:
    campaign = await sponsored(ctx, pool=5_000)
    rng = random.Random(11)
    gifts = [paid(ctx, campaign, None, rng.choice([300, 700, 1_100])) for _ in range(30)]

    async def one(gift: Gift) -> None:
        await write(ctx, [GiftChange(event_id=f"e{gift.id}", before=None, after=gift)])
        await write(ctx, [GiftChange(event_id=f"e{gift.id}", before=gift, after=gift)])
        if rng.random() < 0.4:
            await refund(ctx, gift, rng.choice([100, 300]))

    await asyncio.gather(*(one(gift) for gift in gifts))
    assert 0 <= await left(ctx) <= 5_000
