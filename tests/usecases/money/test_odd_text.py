"""Events whose texts hold NUL or a lone surrogate are stored on both engines, so that Stripe does not retry."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from bot.sandbox.stripe.webhooks import signature
from bot.store.db import Database
from bot.store.money import events
from bot.usecases.context import Context
from bot.usecases.money.intake import Intake, NotAccepted
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import make_context, metadata, open_campaign, signed

ODD = "a\x00b\ud83dc"


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def deliver(ctx: Context, *arrived: Mapping[str, Any]) -> list[int]:
    """Return the response statuses."""
    intake = Intake(ctx, ["whsec_x"], livemode=False)
    running, statuses = asyncio.create_task(intake.run()), []
    for event in arrived:
        body = json.dumps(event).encode()
        try:
            await intake.receive(body, signature(body, "whsec_x", int(ctx.clock().timestamp())))
            statuses.append(200)
        except NotAccepted as why:
            statuses.append(why.status)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return statuses


async def test_odd_characters_anywhere_in_an_event_are_accepted(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    _, reference = await signed(ctx, campaign)
    marks = metadata(campaign)
    paid = stripe.session(client_reference_id=reference, metadata=marks | {ODD: ODD})
    broken = stripe.session(id="cs_2", metadata=marks, amount_total=ODD)
    whole = [
        stripe.event("checkout.session.completed", paid, id="evt_1"),
        stripe.event("checkout.session.completed", broken, id=f"evt_2{ODD}"),
        stripe.event(f"checkout.session.{ODD}", paid, id="evt_3"),
        stripe.event(ODD, stripe.charge(metadata=marks), id=f"evt_4{ODD}"),
        {**stripe.event("charge.refunded", stripe.charge(metadata=marks), id="evt_5"), "api_version": ODD},
    ]
    assert await deliver(ctx, *whole) == [200] * len(whole)
    assert await deliver(ctx, *whole) == [200] * len(whole)
    async with ctx.db.read() as conn:
        kept = await events.failed(conn)
    assert [event.id for event in kept] == ["evt_2a\ufffdb\ufffdc"]


async def test_unstorable_event_is_refused_permanently(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    broken = stripe.session(metadata=metadata(campaign), amount_total="x")
    long = stripe.event("checkout.session.completed", broken, id="evt_" + "x" * 100_000)
    (status,) = await deliver(ctx, long)
    assert status == (200 if ctx.db.is_sqlite else 400)  # SQLite has no limit to keep to
