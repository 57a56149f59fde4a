"""Staff are notified when Stripe's webhooks do not arrive or are refused, but not because Obole itself was off."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.sandbox.stripe.webhooks import signature
from bot.store.core import notices
from bot.store.db import Database
from bot.store.money import events as event_rows
from bot.store.money.tables import stripe_event
from bot.usecases.context import Context
from bot.usecases.money import reconcile
from bot.usecases.money.intake import Intake, NotAccepted
from bot.usecases.staff.inbox import notices as inbox_notices
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import RecordingGateway, make_context, metadata, open_campaign

SECRET = "whsec_right"


@dataclass
class Environment:
    """Obole with a public address, and the events that Stripe lists."""

    ctx: Context
    clock: MovingClock
    intake: Intake
    marks: dict[str, str]
    number: int = 0

    def happens(self) -> dict[str, Any]:
        """Add a payment at Stripe, now."""
        self.number += 1
        session = stripe.session(
            id=f"cs_{self.number}", payment_intent=f"pi_{self.number}", client_reference_id=None, metadata=self.marks
        )
        now = {"created": int(self.clock().timestamp())}
        event = stripe.event("checkout.session.completed", session, id=f"evt_{self.number}") | now
        assert isinstance(self.ctx.gateway, RecordingGateway)
        self.ctx.gateway.listed.append(event)
        return event

    async def calls(self, event: dict[str, Any], secret: str = SECRET, age: int = 0) -> None:
        """Deliver an event by webhook."""
        raw = json.dumps(event).encode()
        await self.intake.receive(raw, signature(raw, secret, int(self.clock().timestamp()) - age))

    async def poll(self) -> None:
        await reconcile.poll(self.ctx, self.intake)

    async def causes(self) -> list[str]:
        async with self.ctx.db.read() as conn:
            due = await notices.due(conn, self.clock(), 99)
        for notice in due:
            if notice.kind == "webhook_silent":
                assert (await inbox_notices.KINDS[notice.kind](self.ctx, notice, "fr")).lines
        return [notice.args["cause"] for notice in due if notice.kind == "webhook_silent"]


@pytest.fixture
async def env(db: Database, clock: MovingClock) -> AsyncIterator[Environment]:
    ctx = make_context(db, clock, public_url="https://don.example")
    marks = metadata(await open_campaign(ctx))
    intake = Intake(ctx, [SECRET], livemode=False)
    running = asyncio.create_task(intake.run())
    env = Environment(ctx, clock, intake, marks)
    await env.poll()
    yield env
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_consecutive_polled_events_are_reported_once_a_day(env: Environment) -> None:
    for number in range(12):
        env.happens()
        env.clock.move(seconds=60)
        await env.poll()
        assert await env.causes() == (["silent"] if number >= 2 else [])
    env.clock.move(days=1)
    for _ in range(3):
        env.happens()
        env.clock.move(seconds=60)
        await env.poll()
    assert await env.causes() == ["silent", "silent"]


async def test_arriving_webhooks_raise_no_alarm(env: Environment) -> None:
    for number in range(12):
        await env.calls(env.happens())
        if number % 3 == 0:  # one is delayed
            env.happens()
        env.clock.move(seconds=60)
        await env.poll()
    assert await env.causes() == []


async def test_slightly_faster_polling_raises_no_alarm(env: Environment) -> None:
    for _ in range(9):
        event = env.happens()
        env.clock.move(seconds=5)
        await env.poll()
        await env.calls(event)
    assert await env.causes() == []


async def test_events_while_off_raise_no_alarm(env: Environment) -> None:
    for _ in range(9):
        env.happens()
        env.clock.move(minutes=1)
    env.intake = Intake(env.ctx, [SECRET], livemode=False)  # a new process
    running = asyncio.create_task(env.intake.run())
    await env.poll()
    running.cancel()
    assert await env.causes() == []


async def test_events_while_suspended_raise_no_alarm(env: Environment) -> None:
    for _ in range(9):
        env.happens()
        env.clock.move(minutes=10)
    await env.poll()
    assert await env.causes() == []


@pytest.mark.parametrize(("secret", "age", "cause"), [("whsec_wrong", 0, "secret"), (SECRET, 3600, "clock")])
async def test_refused_signatures_are_reported_with_their_cause(
    env: Environment, secret: str, age: int, cause: str
) -> None:
    event = env.happens()
    with pytest.raises(NotAccepted):
        await env.calls(event, secret, age)
    assert await env.causes() == [], "so far it may be anybody"
    env.clock.move(seconds=2)
    await env.poll()
    assert await env.causes() == [cause]


async def test_strangers_cannot_raise_alarm(env: Environment) -> None:
    for number in range(400):
        forged = stripe.event("checkout.session.completed", stripe.session(), id=f"evt_forged{number}")
        with pytest.raises(NotAccepted):
            await env.calls(forged, "whsec_wrong")
    await env.calls(env.happens())
    await env.poll()
    assert await env.causes() == []


async def test_polling_without_public_address_raises_no_alarm(env: Environment, db: Database) -> None:
    env.ctx = make_context(db, env.clock, gateway=env.ctx.gateway)
    for _ in range(9):
        env.happens()
        env.clock.move(seconds=60)
        await env.poll()
    assert await env.causes() == []


async def test_first_source_of_event_is_stored(env: Environment) -> None:
    first, second = env.happens(), env.happens()
    await env.calls(first)
    await env.poll()
    await env.calls(second)
    async with env.ctx.db.read() as conn:
        query = select(stripe_event.c.id, stripe_event.c.came_by).order_by(stripe_event.c.id)
        assert [tuple(row) for row in await conn.execute(query)] == [("evt_1", "webhook"), ("evt_2", "poll")]
        since = env.clock() - timedelta(hours=1)
        assert await event_rows.counts_by_source(conn, since) == {"webhook": 1, "poll": 1}


async def test_retried_event_keeps_its_source(env: Environment) -> None:
    env.marks = {"obole": "1", "campaign": "elsewhere", "campaign_id": "77"}
    await env.calls(env.happens())
    env.clock.move(minutes=2)
    assert await reconcile.retry_failed(env.ctx, env.intake) == 1
    async with env.ctx.db.read() as conn:
        (kept,) = await event_rows.failed(conn)
    assert (kept.came_by, kept.attempts) == ("webhook", 2)
