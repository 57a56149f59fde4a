"""Polling reads Stripe's list page by page with little overlap, and fees keep up with gifts."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.store.db import Database
from bot.store.money import events as rows
from bot.store.money.events import EventState, StoredEvent
from bot.usecases.context import Context
from bot.usecases.money import reconcile
from bot.usecases.money.intake import Intake
from payments.facts import FeeKnown
from payments.money import Money
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import RecordingGateway, all_gifts, make_context, metadata, open_campaign
from tests.usecases.money.test_record import take

EVENTS_A_SECOND = 8  # four gifts a second, two events each


class CountingGateway(RecordingGateway):
    """Counts the pages listed, and how many were requested before the previous ones were freed."""

    def __init__(self) -> None:
        super().__init__()
        self.pages = 0
        self.fees_asked: list[int] = []

    async def event_pages(self, since: datetime, types: Sequence[str]) -> AsyncIterator[list[dict[str, Any]]]:
        async for page in super().event_pages(since, types):
            self.pages += 1
            yield page

    async def balance_transactions(self, ids: Sequence[str]) -> list[FeeKnown]:
        self.fees_asked.append(len(ids))
        at = datetime(2026, 11, 23, tzinfo=UTC)
        return [
            FeeKnown(
                event_id=name,
                at=at,
                charge=name.replace("txn", "ch"),
                payment_intent=name.replace("txn", "pi"),
                fee=Money(45, "cad"),
            )
            for name in ids
        ]


@pytest.fixture
def gateway() -> CountingGateway:
    return CountingGateway()


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, gateway: CountingGateway) -> Context:
    return make_context(db, clock, gateway=gateway)


async def poll(ctx: Context) -> int:
    intake = Intake(ctx, [], livemode=False)
    running = asyncio.create_task(intake.run())
    try:
        return await reconcile.poll(ctx, intake)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def a_busy_minute(ctx: Context, gateway: CountingGateway) -> None:
    """Events that webhooks have delivered already."""
    now = ctx.clock()
    new = []
    for second in range(60):
        for number in range(EVENTS_A_SECOND):
            at = now + timedelta(seconds=second)
            name = f"evt_{int(at.timestamp())}_{number}"
            gateway.listed.append({"id": name, "created": int(at.timestamp())})
            new.append(StoredEvent(id=name, type="x", created_at=at, received_at=at, state=EventState.APPLIED))
    async with ctx.db.write() as conn:
        await rows.write(conn, new)


def paid(marks: dict[str, str], number: int, at: datetime) -> dict[str, Any]:
    session = stripe.session(id=f"cs_{number}", payment_intent=f"pi_{number}", client_reference_id=None, metadata=marks)
    return stripe.event("checkout.session.completed", session, id=f"evt_{number}") | {"created": int(at.timestamp())}


async def test_poll_rereads_little_at_four_gifts_a_second(
    ctx: Context, gateway: CountingGateway, clock: MovingClock
) -> None:
    await poll(ctx)
    read = []
    for _ in range(21):
        await a_busy_minute(ctx, gateway)
        clock.move(minutes=1)
        gateway.pages = 0
        assert await poll(ctx) == 0
        read.append(gateway.pages)
    assert sorted(read)[-3] <= 8, "90 seconds of events; ten minutes of them are 48 pages and more"
    assert sum(read) < 21 * 48 / 3


async def test_event_listed_late_is_found(ctx: Context, gateway: CountingGateway, clock: MovingClock) -> None:
    marks = metadata(await open_campaign(ctx))
    await poll(ctx)
    gateway.listed.append({"id": "evt_0", "created": int(clock().timestamp()), "type": "x", "livemode": False})
    await poll(ctx)
    gateway.listed.append(paid(marks, 1, clock() - timedelta(seconds=20)))
    assert await poll(ctx) >= 1
    gateway.listed.append(paid(marks, 2, clock() - timedelta(minutes=5)))
    for _ in range(11):
        clock.move(minutes=1)
        await poll(ctx)
    assert len(await all_gifts(ctx)) == 2


async def test_event_listed_late_is_found_after_clock_was_ahead(
    ctx: Context, gateway: CountingGateway, clock: MovingClock
) -> None:
    marks = metadata(await open_campaign(ctx))
    gateway.listed.append({"id": "evt_0", "created": int(clock().timestamp()), "type": "x", "livemode": False})
    clock.move(hours=5)
    await poll(ctx)
    clock.move(hours=-5)
    gateway.listed.append(paid(marks, 1, clock() - timedelta(minutes=5)))
    await poll(ctx)
    assert len(await all_gifts(ctx)) == 1


async def test_weeks_of_events_are_read_page_by_page(
    ctx: Context, gateway: CountingGateway, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = metadata(await open_campaign(ctx))
    await poll(ctx)
    clock.move(days=20)
    gateway.listed += [paid(marks, number, clock() - timedelta(hours=number)) for number in range(250)]
    taken: list[int] = []
    take_in = Intake.take

    async def noting(self: Intake, events: Sequence[dict[str, Any]]) -> Any:
        taken.append(len(events))
        return await take_in(self, events)

    monkeypatch.setattr(Intake, "take", noting)
    assert await poll(ctx) == 250
    assert max(taken) <= 100
    assert len(await all_gifts(ctx)) == 250
    assert await poll(ctx) == 0


@pytest.mark.slow
async def test_fees_keep_up_with_four_gifts_a_second(ctx: Context, gateway: CountingGateway) -> None:
    marks = metadata(await open_campaign(ctx))
    gifts = range(240)
    await take(ctx, *(paid(marks, number, ctx.clock()) for number in gifts))
    charges = [
        stripe.charge(id=f"ch_{n}", payment_intent=f"pi_{n}", balance_transaction=f"txn_{n}", metadata=marks)
        for n in gifts
    ]
    await take(ctx, *(stripe.event("charge.updated", charge, id=f"evt_c{n}") for n, charge in enumerate(charges)))
    assert await reconcile.fetch_fees(ctx) == 240
    assert gateway.fees_asked == [240]
    assert {gift.book.fee for gift in await all_gifts(ctx)} == {45}
    assert await reconcile.fetch_fees(ctx) == 0
