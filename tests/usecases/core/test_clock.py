"""A wrong clock, now or earlier: nothing is lost, nothing irreversible happens, nobody waits for a dead holder."""

import asyncio
import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.domain.broadcasts import BroadcastState
from bot.domain.campaigns import Campaign
from bot.domain.ids import Ids, time_of
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import cursors, leases, notices
from bot.store.db import Database
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core import clock_check
from bot.usecases.gifts import claim, duplicates
from bot.usecases.money import reconcile
from bot.usecases.money.intake import Intake
from bot.usecases.nudges import impact_updates
from tests.conftest import START, MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import RecordingGateway, all_gifts, make_context, metadata, open_campaign, signed
from tests.usecases.broadcasts import test_lifecycle as broadcasts
from tests.usecases.money.test_record import take

LENGTH = timedelta(seconds=10)


class Timed(RecordingGateway):
    """A gateway that reports Stripe's time."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.answered_at = now


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock, gateway=Timed(clock.now))


async def hold(db: Database, holder: str, now: datetime) -> bool:
    async with db.write() as conn:
        return await leases.acquire(conn, "outbox:telegram", holder, now, LENGTH)


async def put_lease(db: Database, until: timedelta) -> None:
    """Store a lease of a dead process, ending that far from now by the clock that decides."""
    async with db.write() as conn:
        now = START if db.is_sqlite else (await conn.execute(select(func.clock_timestamp()))).scalar_one()
        await conn.execute(leases.lease.insert().values(name="outbox:telegram", holder="dead", until=now + until))


async def test_lease_of_dead_holder_with_clock_ahead_is_taken_over(db: Database) -> None:
    await put_lease(db, timedelta(hours=1))
    assert await hold(db, "new", START)


async def test_lease_of_a_living_holder_is_respected(db: Database) -> None:
    await put_lease(db, timedelta(seconds=8))
    assert not await hold(db, "new", START)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_wrong_machine_clock_takes_no_lease_on_postgresql(db: Database) -> None:
    assert await hold(db, "one", START)
    assert not await hold(db, "other", START + timedelta(days=365))
    assert await hold(db, "one", START - timedelta(days=365))


async def test_cursor_is_never_ahead_of_now(db: Database) -> None:
    async with db.write() as conn:
        await cursors.write(conn, "consent", START + timedelta(hours=1))
        assert await cursors.read(conn, "consent", START) == START
        assert await cursors.read(conn, "consent", START + timedelta(hours=2)) == START + timedelta(hours=1)


async def test_consent_question_survives_clock_jumping_forward_and_back(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    clock.move(hours=5)
    ctx.ids.new()
    await impact_updates.ask_first_donors(ctx)
    clock.move(hours=-5, seconds=10)
    await impact_updates.ask_first_donors(ctx)
    session = stripe.session(client_reference_id=token, metadata=metadata(campaign))
    await take(ctx, stripe.event("checkout.session.completed", session))
    clock.move(seconds=70)
    assert await impact_updates.ask_first_donors(ctx) == 1


async def test_duplicate_question_survives_clock_jumping_forward_and_back(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    camille, token = await signed(ctx, campaign)
    clock.move(hours=5)
    await _gifts(ctx, campaign, token, 1)
    await duplicates.tick(ctx)
    clock.move(hours=-5, seconds=10)
    await duplicates.tick(ctx)
    await _gifts(ctx, campaign, token, 2, 3)
    (third,) = [gift for gift in await all_gifts(ctx) if gift.book.payment_intent == "pi_3"]
    async with ctx.db.write_money() as conn:
        await claim.record_proof(ctx, conn, third, camille.id)
    clock.move(seconds=10)
    assert await duplicates.tick(ctx) == 1


async def _gifts(ctx: Context, campaign: Campaign, token: str, *numbers: int) -> None:
    for number in numbers:
        session = stripe.session(
            id=f"cs_{number}",
            payment_intent=f"pi_{number}",
            client_reference_id=token,
            metadata=metadata(campaign),
        )
        at = int(ctx.clock().timestamp())
        await take(ctx, stripe.event("checkout.session.completed", session, id=f"evt_{number}", at=at))


def test_ids_follow_clock_set_back(clock: MovingClock) -> None:
    ids = Ids(clock, random.Random(1))
    clock.move(hours=5)
    ahead = ids.new()
    clock.move(hours=-5)
    numbers = [ids.new() for _ in range(1000)]
    assert numbers == sorted(set(numbers)) and numbers[-1] < ahead
    assert time_of(numbers[0]) == clock.now


async def _poll(ctx: Context) -> None:
    intake = Intake(ctx, [], livemode=False)
    running = asyncio.create_task(intake.run())
    await reconcile.poll(ctx, intake)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def _clock_notices(ctx: Context) -> list[tuple[str, object, object]]:
    async with ctx.db.read() as conn:
        due = await notices.due(conn, ctx.clock() + timedelta(days=9), 20)
    return [(notice.kind, notice.args["seconds"], notice.args["ahead"]) for notice in due]


@pytest.mark.parametrize(
    ("off", "expected"), [(59, []), (61, [("clock_off", 61, True)]), (-61, [("clock_off", 61, False)])]
)
async def test_poll_compares_clocks_and_notifies_staff_once(
    ctx: Context, clock: MovingClock, off: int, expected: list[tuple[str, object, object]]
) -> None:
    clock.move(seconds=off)
    await _poll(ctx)
    await _poll(ctx)
    assert await _clock_notices(ctx) == expected
    ran: list[int] = []

    async def job() -> None:
        ran.append(1)

    await clock_check.while_right(ctx, job)()
    assert len(ran) == (not expected)


async def test_campaign_is_not_closed_by_clock_ahead(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx, ends_on=(START + timedelta(days=3)).date())
    clock.move(days=5)
    assert await publish.close_due(ctx) == 0
    assert await _state(ctx, campaign.id) == "open"
    assert isinstance(ctx.gateway, Timed)
    assert ctx.gateway.switched_off == []
    ctx.gateway.answered_at = clock.now
    assert await publish.close_due(ctx) == 1
    assert await _state(ctx, campaign.id) == "closed"


async def test_broadcast_does_not_start_by_clock_ahead(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    await broadcasts.person(ctx, 1)
    broadcast = await broadcasts.submitted(ctx, await broadcasts.hire(ctx, "Nadia"), broadcasts.spec(campaign))
    assert isinstance(ctx.gateway, Timed) and ctx.gateway.answered_at is not None
    clock.move(minutes=6)
    await _poll(ctx)
    await broadcasts.run(ctx)
    assert await broadcasts.now(ctx, broadcast) is BroadcastState.COUNTDOWN
    ctx.gateway.answered_at = clock.now
    await _poll(ctx)
    await broadcasts.run(ctx)
    assert await broadcasts.now(ctx, broadcast) is BroadcastState.RUNNING


async def _state(ctx: Context, campaign_id: int) -> str:
    async with ctx.db.read() as conn:
        return str((await campaign_rows.by_ids(conn, [campaign_id]))[campaign_id].state.value)
