"""After `/forget`, a gift keeps only the ids by which refunds and disputes find it, even after later events."""

from dataclasses import replace

import pytest

from bot.domain.gifts import GiftChange
from bot.store.db import Database
from bot.usecases.context import Context
from bot.usecases.money.verify import verify
from bot.usecases.supporters.forgetting import forget
from payments import ledger
from payments.facts import FeeKnown
from payments.ledger import State
from payments.money import Money
from tests.conftest import MovingClock
from tests.giving import write
from tests.payments import stripe_json as stripe
from tests.usecase_setup import all_gifts, make_context, metadata, open_campaign, signed
from tests.usecases.money.test_record import events_of_gift, take
from tests.usecases.supporters.test_forgetting import everything

LEADS_TO_THEM = ("cs_1", "ch_1", "txn_1", "pay.stripe.com/receipts")


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def rows(ctx: Context) -> str:
    """Return the whole database as text, except Stripe's events, which contain their own ids."""
    lines = (await everything(ctx)).splitlines()
    return "\n".join(line for line in lines if not line.startswith(("stripe_event:", "entry:")))


async def leads(ctx: Context) -> list[str]:
    left = await rows(ctx)
    return [name for name in LEADS_TO_THEM if name in left]


async def test_rows_after_erasure_and_late_events_name_nobody(ctx: Context) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    person, token = await signed(ctx, campaign)
    paid, updated, refunded, charge_refunded = events_of_gift(metadata(campaign), token)
    await take(ctx, paid, updated)
    assert await leads(ctx) == list(LEADS_TO_THEM), "there is something to erase"
    await forget(ctx, person.id)
    assert await leads(ctx) == ["txn_1"], "by which the fee is still to be asked for"
    late = {**updated, "id": "evt_late"}
    await take(ctx, late, {**paid, "id": "evt_again"}, refunded, charge_refunded)
    assert await leads(ctx) == ["txn_1"]
    (now,) = await all_gifts(ctx)
    fee = FeeKnown(
        event_id="txn_1",
        at=ctx.clock(),
        charge="ch_1",
        payment_intent="pi_1",
        fee=Money(45, "cad"),
    )
    await write(ctx, [GiftChange(event_id="fee", before=now, after=replace(now, book=ledger.apply(now.book, fee)))])
    await take(ctx, {**updated, "id": "evt_later"})
    assert await leads(ctx) == []
    (after,) = await all_gifts(ctx)
    assert after.book.payment_intent == "pi_1" and after.book.refunded.minor == 200
    assert (await verify(ctx)).problems == ()


async def test_dispute_finds_the_gift_of_an_erased_supporter(ctx: Context) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    person, token = await signed(ctx, campaign)
    paid, updated, *_ = events_of_gift(metadata(campaign), token)
    await take(ctx, paid, updated)
    await forget(ctx, person.id)
    await take(ctx, stripe.event("charge.dispute.created", stripe.dispute(), id="evt_d"))
    (gift,) = await all_gifts(ctx)
    assert gift.book.state is State.DISPUTED
