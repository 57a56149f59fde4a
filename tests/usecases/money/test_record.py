"""Events applied to a real database: once each, in any order, with all their effects."""

import asyncio
import itertools
import random
from typing import Any

import pytest

from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import notices
from bot.store.db import Database
from bot.store.money import events as event_rows
from bot.usecases.context import Context
from bot.usecases.money import verify
from bot.usecases.money.intake import Intake, NotAccepted
from payments.ledger import State
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import all_gifts, make_context, metadata, open_campaign, queued, signed


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def take(ctx: Context, *events: dict[str, Any]) -> None:
    """Hand each event to the intake in a set of its own."""
    intake = Intake(ctx, [], livemode=False)
    running = asyncio.create_task(intake.run())
    try:
        for event in events:
            await intake.take([event])
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def total(ctx: Context, slug: str) -> tuple[int, int, int]:
    async with ctx.db.read() as conn:
        campaign = await campaign_rows.by_slug(conn, slug)
    assert campaign is not None
    return campaign.raised.minor, campaign.gift_count, campaign.donor_count


async def test_gift_is_counted_once_despite_repeated_events(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    paid = stripe.session(client_reference_id=token, metadata=metadata(campaign))
    event = stripe.event("checkout.session.completed", paid)
    again = stripe.event("checkout.session.async_payment_succeeded", paid, id="evt_2")
    await take(ctx, event, event, again)
    assert await total(ctx, campaign.slug) == (500, 1, 1)
    assert await queued(ctx) == {"waiting": 1}
    assert (await verify.verify(ctx)).problems == ()


def events_of_gift(campaign_metadata: dict[str, str], token: str) -> list[dict[str, Any]]:
    """Return the events of a gift with its fee, a partial refund and a lost dispute."""
    return [
        stripe.event(
            "checkout.session.completed",
            stripe.session(client_reference_id=token, metadata=campaign_metadata),
            id="evt_paid",
        ),
        stripe.event(
            "charge.updated", stripe.charge(balance_transaction="txn_1", metadata=campaign_metadata), id="evt_c"
        ),
        stripe.event("refund.created", stripe.refund(amount=200), id="evt_r"),
        stripe.event("charge.refunded", stripe.charge(amount_refunded=200, metadata=campaign_metadata), id="evt_cr"),
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
async def test_any_order_of_events_gives_same_gift(ctx: Context, order: tuple[int, ...]) -> None:
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    events = events_of_gift(metadata(campaign), token)
    await take(ctx, *(events[i] for i in order))
    (gift,) = await all_gifts(ctx)
    assert gift.book.state is State.PARTLY_REFUNDED
    assert gift.balance_transaction == "txn_1"
    assert await total(ctx, campaign.slug) == (300, 1, 1)
    assert (await verify.verify(ctx)).problems == ()


async def test_foreign_refund_waits_and_changes_nothing(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    await take(ctx, stripe.event("refund.created", stripe.refund(payment_intent="pi_of_the_shop"), id="evt_shop"))
    assert await all_gifts(ctx) == []
    assert await total(ctx, campaign.slug) == (0, 0, 0)


async def test_full_refund_removes_donor(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    paid, *_ = events_of_gift(metadata(campaign), token)
    await take(ctx, paid, stripe.event("refund.created", stripe.refund(amount=500), id="evt_r"))
    assert await total(ctx, campaign.slug) == (0, 0, 0)
    assert await queued(ctx) == {"waiting": 1}  # the thank-you; news of the refund are for a proved payer


async def test_forged_reference_makes_anonymous_gift(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    paid = stripe.session(client_reference_id="forged", metadata=metadata(campaign))
    await take(ctx, stripe.event("checkout.session.completed", paid))
    (gift,) = await all_gifts(ctx)
    assert gift.supporter_id is None
    assert await total(ctx, campaign.slug) == (500, 1, 0)
    assert await queued(ctx) == {}


async def test_bad_event_is_stored_and_blocks_no_other(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    lost = {**metadata(campaign), "campaign_id": "999"}
    bad = stripe.event("checkout.session.completed", stripe.session(id="cs_x", payment_intent="pi_x", metadata=lost))
    unreadable = stripe.event("checkout.session.completed", stripe.session(amount_total="five"), id="evt_u")
    good = events_of_gift(metadata(campaign), token)[0]
    intake = Intake(ctx, [], livemode=False)
    running = asyncio.create_task(intake.run())
    await intake.take([bad, unreadable, good])
    running.cancel()
    assert await total(ctx, campaign.slug) == (500, 1, 1)
    async with ctx.db.read() as conn:
        failed = {event.id: event.error for event in await event_rows.failed(conn)}
    assert "999" in (failed["evt_1"] or "") or "no campaign" in (failed["evt_1"] or "")
    assert "amount_total" in (failed["evt_u"] or "")
    assert await notified_keys(ctx) == ["intake_error:evt_1", "intake_error:evt_u"]


async def notified_keys(ctx: Context) -> list[str]:
    """Return the keys of notices to staff."""
    async with ctx.db.read() as conn:
        return sorted(notice.key for notice in await notices.due(conn, ctx.clock(), 20))


async def test_dispute_and_warning_notify_staff_once(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    paid, charged, *_ = events_of_gift(metadata(campaign), token)
    dispute = stripe.dispute()
    warning = {"charge": "ch_1", "payment_intent": "pi_1", "fraud_type": "misc", "actionable": True, "id": "issfr_1"}
    events = [
        stripe.event("radar.early_fraud_warning.created", warning, id="evt_w"),  # before the gift it is about
        paid,
        charged,
        stripe.event("charge.dispute.created", dispute, id="evt_d"),
        stripe.event("charge.dispute.created", dispute, id="evt_d2"),
    ]
    await take(ctx, *events, *events)
    assert await notified_keys(ctx) == [f"dispute:{dispute['id']}", f"fraud_warning:{warning['charge']}"]


async def test_renewal_is_counted_once_from_invoice(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    ours = metadata(campaign)
    details = {"subscription": "sub_1", "metadata": ours}
    invoice = stripe.invoice(parent={"type": "subscription_details", "subscription_details": details})
    events = [
        stripe.event("invoice.paid", invoice, id="evt_i"),
        stripe.event("invoice_payment.paid", stripe.invoice_payment(), id="evt_ip"),
        stripe.event(
            "checkout.session.completed", stripe.pledge_session(client_reference_id=token, metadata=ours), id="evt_s"
        ),
        stripe.event("refund.created", stripe.refund(payment_intent="pi_7", amount=100, charge="ch_7"), id="evt_r"),
    ]
    random.Random(3).shuffle(events)
    await take(ctx, *events, *events)
    (gift,) = await all_gifts(ctx)
    assert gift.supporter_id is not None
    assert await total(ctx, campaign.slug) == (900, 1, 1)
    assert (await verify.verify(ctx)).problems == ()


async def test_other_currency_is_counted_separately(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    paid = stripe.session(client_reference_id=token, metadata=metadata(campaign), currency="usd")
    await take(ctx, stripe.event("checkout.session.completed", paid))
    raised, gifts, donors = await total(ctx, campaign.slug)
    assert (raised, gifts, donors) == (0, 0, 1)
    assert (await verify.verify(ctx)).problems == ()


async def test_two_gifts_in_one_set_cross_milestone_once(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    half = campaign.goal.minor // 2
    events = [
        stripe.event(
            "checkout.session.completed",
            stripe.session(
                id=f"cs_{n}", payment_intent=f"pi_{n}", amount_total=half, client_reference_id=token,
                metadata=metadata(campaign),
            ),
            id=f"evt_{n}",
        )
        for n in range(2)
    ]  # fmt: skip
    await take(ctx, *events)
    async with ctx.db.write() as conn:
        assert await campaign_rows.cross_milestones(conn, {campaign.id: 2 * half}, clock()) == []


async def test_event_of_other_mode_is_refused(ctx: Context) -> None:
    intake = Intake(ctx, [], livemode=True)
    with pytest.raises(NotAccepted):
        await intake.receive(b"{}", "t=1,v1=00")
