"""Events that come late, out of order, or that cannot be applied; and polling Stripe's list."""

import asyncio
import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.sandbox.stripe.webhooks import signature
from bot.store.core import private_replies
from bot.store.core.notices import due
from bot.store.db import Database
from bot.store.money import events as event_rows
from bot.store.money.events import StoredEvent
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.money import reconcile, verify
from bot.usecases.money.intake import Intake
from bot.usecases.staff import notices
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import (
    ALEX,
    RecordingGateway,
    all_gifts,
    make_context,
    metadata,
    open_campaign,
    queued,
    signed,
)
from tests.usecases.money.test_record import take, total


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock, gateway=RecordingGateway())


async def failed(ctx: Context) -> list[StoredEvent]:
    async with ctx.db.read() as conn:
        return await event_rows.failed(conn)


async def poll(ctx: Context) -> int:
    intake = Intake(ctx, [], livemode=False)
    running = asyncio.create_task(intake.run())
    try:
        return await reconcile.poll(ctx, intake)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def paid(marks: dict[str, str], number: int, **changes: Any) -> dict[str, Any]:
    names = {"id": f"cs_{number}", "payment_intent": f"pi_{number}"}
    session = stripe.session(**(names | {"client_reference_id": None, "metadata": marks} | changes))
    return stripe.event("checkout.session.completed", session, id=f"evt_{number}")


@pytest.mark.parametrize("order", [9, 15, 20, 23])
async def test_refund_finds_pledge_gift_in_any_order(ctx: Context, order: int) -> None:
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    ours = metadata(campaign)
    parent = {"type": "subscription_details", "subscription_details": {"subscription": "sub_1", "metadata": ours}}
    bound = stripe.pledge_session(client_reference_id=token, metadata=ours)
    refund = stripe.refund(payment_intent="pi_7", amount=100, charge="ch_7")
    events = [
        stripe.event("invoice.paid", stripe.invoice(parent=parent), id="evt_i"),
        stripe.event("invoice_payment.paid", stripe.invoice_payment(), id="evt_ip"),
        stripe.event("checkout.session.completed", bound, id="evt_s"),
        stripe.event("refund.created", refund, id="evt_r"),
    ]
    await take(ctx, *list(itertools.permutations(events))[order])
    assert await total(ctx, campaign.slug) == (900, 1, 1)
    assert (await verify.verify(ctx)).problems == ()


async def test_refused_event_is_stored_with_error_and_blocks_no_other(ctx: Context) -> None:
    marks = metadata(await open_campaign(ctx))
    same_session = paid(marks, 2, id="cs_1")  # no two gifts can come from one payment page
    await take(ctx, paid(marks, 1), same_session, paid(marks, 3))
    assert len(await all_gifts(ctx)) == 2
    (kept,) = await failed(ctx)
    assert kept.id == "evt_2"
    assert "unique" in (kept.error or "").lower()
    assert kept.body
    assert kept.try_at is not None


async def test_stored_body_contains_no_personal_data(ctx: Context, clock: MovingClock) -> None:
    await open_campaign(ctx)
    person = {"email": "someone@example.org", "name": "Some One"}
    unknown = {"obole": "1", "campaign": "elsewhere", "campaign_id": "77"}
    charge = stripe.charge(payment_intent="pi_not_ours", billing_details=person, customer="cus_1", metadata={})
    await take(ctx, paid(unknown, 1, customer_details=person), stripe.event("charge.updated", charge, id="evt_foreign"))
    async with ctx.db.read() as conn:
        kept = await event_rows.failed(conn) + await event_rows.waiting_for(conn, ["pi_not_ours"])
    assert len(kept) == 2
    assert not [event for event in kept if "some" in (event.body or "").lower()]
    clock.move(minutes=1)
    intake = Intake(ctx, [], livemode=False)
    running = asyncio.create_task(intake.run())
    assert await reconcile.retry_failed(ctx, intake) == 1  # it can still be read
    running.cancel()
    (again,) = await failed(ctx)
    assert again.attempts == 2
    assert again.error == kept[0].error


async def test_clock_ahead_loses_no_event(ctx: Context, clock: MovingClock) -> None:
    marks = metadata(await open_campaign(ctx))
    gateway = ctx.gateway
    assert isinstance(gateway, RecordingGateway)
    at_stripe = int((clock() - timedelta(minutes=30)).timestamp())
    assert await poll(ctx) == 0
    for number in (1, 2):
        gateway.listed.append(paid(marks, number) | {"created": at_stripe + number})
        clock.move(seconds=5)
        assert await poll(ctx) == 1


async def test_polling_continues_from_last_event_after_outage(ctx: Context, clock: MovingClock) -> None:
    marks = metadata(await open_campaign(ctx))
    gateway = ctx.gateway
    assert isinstance(gateway, RecordingGateway)
    assert await poll(ctx) == 0
    gateway.listed.append(paid(marks, 1) | {"created": int(clock().timestamp()) + 60})
    clock.move(days=5)
    assert await poll(ctx) == 1


async def test_failed_event_in_overlap_keeps_retry_schedule(ctx: Context, clock: MovingClock) -> None:
    await open_campaign(ctx)
    gateway = ctx.gateway
    assert isinstance(gateway, RecordingGateway)
    unknown = {"obole": "1", "campaign": "elsewhere", "campaign_id": "77"}
    gateway.listed.append(paid(unknown, 1) | {"created": int(clock().timestamp())})
    assert await poll(ctx) == 1
    (before,) = await failed(ctx)
    clock.move(seconds=5)
    assert await poll(ctx) == 0
    assert await failed(ctx) == [before]


async def test_set_of_bank_debit_events_sends_only_latest_news(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    session = stripe.session(client_reference_id=token, metadata=metadata(campaign))
    intake = Intake(ctx, [], livemode=False)
    waiting = asyncio.create_task(
        intake.take(
            [
                stripe.event("checkout.session.completed", session | {"payment_status": "unpaid"}, id="evt_1"),
                stripe.event("checkout.session.async_payment_succeeded", session, id="evt_2"),
            ]
        )
    )
    await asyncio.sleep(0)
    running = asyncio.create_task(intake.run())
    await waiting
    running.cancel()
    assert await queued(ctx) == {"waiting": 1}


async def test_unreadable_event_of_other_mode_is_refused(ctx: Context) -> None:
    broken = stripe.event("checkout.session.completed", stripe.session(amount_total="?"), livemode=True)
    await take(ctx, broken)
    assert await failed(ctx) == []


async def test_expired_private_replies_are_deleted(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    person = await find_or_join(ctx, ALEX)
    async with ctx.db.write() as conn:
        await private_replies.put(conn, person.address_id, campaign.id, "token", clock() + timedelta(minutes=15))
    moment_before = datetime(2000, 1, 1, tzinfo=UTC)
    clock.move(minutes=20)
    await reconcile.prune(ctx)
    async with ctx.db.read() as conn:
        assert await private_replies.current(conn, person.address_id, campaign.id, moment_before) is None


def others_charge(number: int) -> dict[str, Any]:
    """A charge of a foreign subscription, or of one of our renewals: nothing tells them apart."""
    charge = stripe.charge(id=f"ch_{number}", payment_intent=f"pi_{number}", customer="cus_1", metadata={})
    return stripe.event("charge.updated", charge, id=f"evt_{number}")


async def waiting(ctx: Context) -> int:
    async with ctx.db.read() as conn:
        return len(await event_rows.waiting_for(conn, ["pi_1", "pi_2"]))


async def test_event_of_foreign_subscription_waits_three_days(ctx: Context, clock: MovingClock) -> None:
    await open_campaign(ctx)
    await take(ctx, others_charge(1))
    clock.move(days=2, hours=23)
    await take(ctx, others_charge(2))
    await poll(ctx)
    await reconcile.prune(ctx)
    assert await waiting(ctx) == 2
    clock.move(hours=2)
    await poll(ctx)
    await reconcile.prune(ctx)
    assert await waiting(ctx) == 1


async def test_event_waits_longer_while_polling_fails(ctx: Context, clock: MovingClock) -> None:
    await open_campaign(ctx)
    await take(ctx, others_charge(1))
    clock.move(days=29)  # nobody polls
    await reconcile.prune(ctx)
    assert await waiting(ctx) == 1
    await take(ctx, stripe.event("checkout.session.completed", stripe.session(amount_total="?"), id="evt_bad"))
    await poll(ctx)
    assert await failed(ctx)
    await reconcile.prune(ctx)
    assert await waiting(ctx) == 1, "the gift may be in what was set aside"
    clock.move(days=2)
    await poll(ctx)
    await reconcile.prune(ctx)
    assert await waiting(ctx) == 0


async def test_event_that_cannot_become_ours_is_not_stored(ctx: Context) -> None:
    """Neither by webhook nor by polling, nor when listed again."""
    await open_campaign(ctx)
    events = [
        paid({"shop": "1"}, 1),
        stripe.event("charge.updated", stripe.charge(payment_intent="pi_2", metadata={"shop": "1"}), id="evt_2"),
        stripe.event("customer.created", {"id": "cus_3", "email": "someone@example.org"}, id="evt_3"),
        {**paid({"obole": "1"}, 4), "account": "acct_9"},
    ]
    intake = Intake(ctx, ["whsec_x"], livemode=False)
    running = asyncio.create_task(intake.run())
    assert await intake.take(events) == []
    for event in events:
        body = json.dumps(event).encode()
        await intake.receive(body, signature(body, "whsec_x", int(ctx.clock().timestamp())))
    running.cancel()
    async with ctx.db.read() as conn:
        assert await event_rows.stored(conn, [event["id"] for event in events]) == set()
        assert await event_rows.failed(conn) == []


async def test_staff_are_notified_of_foreign_currency_dispute_with_deadline(ctx: Context) -> None:
    marks = metadata(await open_campaign(ctx))
    dispute = stripe.dispute(payment_intent="pi_1", currency="eur")
    await take(ctx, paid(marks, 1), stripe.event("charge.dispute.created", dispute, id="evt_9"))
    async with ctx.db.read() as conn:
        notices_by_kind = {notice.kind: notice for notice in await due(conn, ctx.clock(), 9)}
    assert set(notices_by_kind) == {"dispute", "intake_error"}
    assert notices_by_kind["dispute"].args["until"] is not None


async def test_staff_are_notified_once_of_unlisted_period(ctx: Context, clock: MovingClock) -> None:
    await poll(ctx)
    clock.move(days=28)
    await poll(ctx)
    async with ctx.db.read() as conn:
        assert [notice.kind for notice in await due(conn, clock(), 9)] == []
    clock.move(days=40)
    await poll(ctx)
    clock.move(minutes=30)
    await poll(ctx)
    async with ctx.db.read() as conn:
        [missed] = await due(conn, clock(), 9)
    assert missed.kind == "events_missed"
    card = await notices.KINDS["events_missed"](ctx, missed, "en")
    assert "30 days only" in card.lines[0]


@pytest.mark.parametrize("stripe_ahead", [timedelta(), timedelta(minutes=25)], ids=["same clock", "Stripe ahead"])
@pytest.mark.parametrize("every", [1, 4, 13], ids=lambda minutes: f"every {minutes} min")
async def test_steady_polling_reports_no_unlisted_period(
    ctx: Context, clock: MovingClock, every: int, stripe_ahead: timedelta
) -> None:
    """Events arrive between the polls that read ten minutes again."""
    marks = metadata(await open_campaign(ctx))
    assert isinstance(ctx.gateway, RecordingGateway)
    for minute in range(30):
        if minute % every == every - 1:
            created = int((clock() + stripe_ahead).timestamp())
            ctx.gateway.listed.append(paid(marks, minute) | {"created": created})
        clock.move(minutes=1)
        await poll(ctx)
    assert len(await all_gifts(ctx)) == 30 // every
    async with ctx.db.read() as conn:
        assert "events_missed" not in [notice.kind for notice in await due(conn, clock(), 99)]
