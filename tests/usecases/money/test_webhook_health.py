"""Staff are notified when Stripe's webhooks do not arrive or are refused, and not when Obole itself was off."""

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
from tests.world import RecordingGateway, make_context, metadata, open_campaign

SECRET = "whsec_right"


@dataclass
class Town:
    """One Obole with a public address, and what Stripe lists."""

    ctx: Context
    clock: MovingClock
    intake: Intake
    marks: dict[str, str]
    number: int = 0

    def happens(self) -> dict[str, Any]:
        """A payment at Stripe, now."""
        self.number += 1
        session = stripe.session(
            id=f"cs_{self.number}", payment_intent=f"pi_{self.number}", client_reference_id=None, metadata=self.marks
        )
        now = {"created": int(self.clock().timestamp())}
        made = stripe.event("checkout.session.completed", session, id=f"evt_{self.number}") | now
        assert isinstance(self.ctx.gateway, RecordingGateway)
        self.ctx.gateway.listed.append(made)
        return made

    async def calls(self, event: dict[str, Any], secret: str = SECRET, age: int = 0) -> None:
        """Stripe calls us about an event."""
        raw = json.dumps(event).encode()
        await self.intake.receive(raw, signature(raw, secret, int(self.clock().timestamp()) - age))

    async def poll(self) -> None:
        await reconcile.poll(self.ctx, self.intake)

    async def causes(self) -> list[str]:
        async with self.ctx.db.read() as conn:
            due = await notices.due(conn, self.clock(), 99)
        for one in due:
            if one.kind == "webhook_silent":
                assert (await inbox_notices.KINDS[one.kind](self.ctx, one, "fr")).lines
        return [one.args["cause"] for one in due if one.kind == "webhook_silent"]


@pytest.fixture
async def town(db: Database, clock: MovingClock) -> AsyncIterator[Town]:
    ctx = make_context(db, clock, public_url="https://don.example")
    marks = metadata(await open_campaign(ctx))
    intake = Intake(ctx, [SECRET], livemode=False)
    running = asyncio.create_task(intake.run())
    town = Town(ctx, clock, intake, marks)
    await town.poll()
    yield town
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_several_in_a_row_by_polling_alone_are_reported_once_a_day(town: Town) -> None:
    for number in range(12):
        town.happens()
        town.clock.move(seconds=60)
        await town.poll()
        assert await town.causes() == (["silent"] if number >= 2 else [])
    town.clock.move(days=1)
    for _ in range(3):
        town.happens()
        town.clock.move(seconds=60)
        await town.poll()
    assert await town.causes() == ["silent", "silent"]


async def test_webhooks_that_arrive_are_no_alarm(town: Town) -> None:
    for number in range(12):
        await town.calls(town.happens())
        if number % 3 == 0:  # one is held back, as happens
            town.happens()
        town.clock.move(seconds=60)
        await town.poll()
    assert await town.causes() == []


async def test_polling_that_wins_by_a_moment_is_no_alarm(town: Town) -> None:
    for _ in range(9):
        event = town.happens()
        town.clock.move(seconds=5)
        await town.poll()
        await town.calls(event)
    assert await town.causes() == []


async def test_what_came_while_obole_was_off_is_no_alarm(town: Town) -> None:
    for _ in range(9):
        town.happens()
        town.clock.move(minutes=1)
    town.intake = Intake(town.ctx, [SECRET], livemode=False)  # a new process
    running = asyncio.create_task(town.intake.run())
    await town.poll()
    running.cancel()
    assert await town.causes() == []


async def test_what_came_while_the_process_slept_is_no_alarm(town: Town) -> None:
    for _ in range(9):
        town.happens()
        town.clock.move(minutes=10)
    await town.poll()
    assert await town.causes() == []


@pytest.mark.parametrize(("secret", "age", "cause"), [("whsec_wrong", 0, "secret"), (SECRET, 3600, "clock")])
async def test_refused_signatures_are_reported_with_their_cause(town: Town, secret: str, age: int, cause: str) -> None:
    event = town.happens()
    with pytest.raises(NotAccepted):
        await town.calls(event, secret, age)
    assert await town.causes() == [], "so far it may be anybody"
    town.clock.move(seconds=2)
    await town.poll()
    assert await town.causes() == [cause]


async def test_strangers_cannot_raise_the_alarm(town: Town) -> None:
    for number in range(400):
        forged = stripe.event("checkout.session.completed", stripe.session(), id=f"evt_forged{number}")
        with pytest.raises(NotAccepted):
            await town.calls(forged, "whsec_wrong")
    await town.calls(town.happens())
    await town.poll()
    assert await town.causes() == []


async def test_without_a_public_address_polling_is_no_alarm(town: Town, db: Database) -> None:
    town.ctx = make_context(db, town.clock, gateway=town.ctx.gateway)
    for _ in range(9):
        town.happens()
        town.clock.move(seconds=60)
        await town.poll()
    assert await town.causes() == []


async def test_the_door_by_which_an_event_came_first_is_kept(town: Town) -> None:
    first, second = town.happens(), town.happens()
    await town.calls(first)
    await town.poll()
    await town.calls(second)
    async with town.ctx.db.read() as conn:
        query = select(stripe_event.c.id, stripe_event.c.came_by).order_by(stripe_event.c.id)
        assert [tuple(row) for row in await conn.execute(query)] == [("evt_1", "webhook"), ("evt_2", "poll")]
        since = town.clock() - timedelta(hours=1)
        assert await event_rows.counts_by_source(conn, since) == {"webhook": 1, "poll": 1}


async def test_an_event_that_failed_keeps_its_door_when_it_is_tried_again(town: Town) -> None:
    town.marks = {"obole": "1", "campaign": "elsewhere", "campaign_id": "77"}
    await town.calls(town.happens())
    town.clock.move(minutes=2)
    assert await reconcile.retry_failed(town.ctx, town.intake) == 1
    async with town.ctx.db.read() as conn:
        (kept,) = await event_rows.failed(conn)
    assert (kept.came_by, kept.attempts) == ("webhook", 2)
