"""Two like gifts within minutes: asked once whether that was meant, and one tap pays back the second, never twice."""

import pytest
from sqlalchemy import select

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Change, Gift
from bot.domain.people import Contact
from bot.store import notices
from bot.store.db import Database
from bot.store.outbox import Delivery, Lane
from bot.store.schema import delivery
from bot.usecases import doubles, messages, refunds, talk
from bot.usecases.context import Context
from bot.usecases.join import who
from bot.usecases.outgoing import OutOfDate
from payments.stripe import GatewayRefused, GatewayUnavailable
from tests.conftest import MovingClock
from tests.giving import give, paid, refund, write
from tests.world import ALEX, CAMILLE, RecordingGateway, make_context, open_campaign


class Moody(RecordingGateway):
    """Refuses, or does not answer, as long as it is told to."""

    mood: Exception | None = None

    async def refund(self, payment_intent: str, minor: int | None, idempotency_key: str) -> str:
        made = await super().refund(payment_intent, minor, idempotency_key)
        if self.mood is not None:
            raise self.mood
        return made


@pytest.fixture
def stripe() -> Moody:
    return Moody()


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, stripe: Moody) -> Context:
    return make_context(db, clock, gateway=stripe)


async def asked(ctx: Context, clock: MovingClock) -> list[Delivery]:
    """The questions in the outbox, a little later."""
    clock.move(seconds=5)
    await doubles.tick(ctx)
    await doubles.tick(ctx)
    async with ctx.db.read() as conn:
        rows = (
            await conn.execute(select(delivery).where(delivery.c.message == "double").order_by(delivery.c.id))
        ).all()
    return [
        Delivery(
            id=row.id,
            lane=Lane(row.lane),
            platform=row.platform,
            address_id=row.address_id,
            message=row.message,
            args=row.args,
            due_at=row.due_at,
        )
        for row in rows
    ]


async def twice(ctx: Context, clock: MovingClock, contact: Contact = CAMILLE) -> tuple[Campaign, Gift, Gift]:
    campaign = await open_campaign(ctx, ends_on=None)
    person = await who(ctx, contact)
    first = await give(ctx, campaign, person.id, 1_000)
    clock.move(minutes=4)
    return campaign, first, await give(ctx, campaign, person.id, 1_000)


async def test_asked_once_about_the_second(ctx: Context, clock: MovingClock) -> None:
    _, first, second = await twice(ctx, clock)
    await write(ctx, [Change(event_id="again", before=second, after=second)])
    (question,) = await asked(ctx, clock)
    assert question.args["gift"] == second.id and question.lane is Lane.SERVICE
    person = await who(ctx, CAMILLE)
    card = (await messages.render(ctx, question, person)).card
    assert card.title == "Deux dons semblables"
    assert [b.action for b in card.buttons] == [f"dbl:{second.id}:back", f"dbl:{second.id}:keep"]
    await refund(ctx, first)
    with pytest.raises(OutOfDate):
        await messages.render(ctx, question, person)


async def test_other_gifts_are_not_like(ctx: Context, clock: MovingClock) -> None:
    campaign, _, _ = await twice(ctx, clock)
    person, other = await who(ctx, CAMILLE), await who(ctx, ALEX)
    await give(ctx, campaign, person.id, 900)
    await give(ctx, campaign, other.id, 1_000)
    await give(ctx, campaign, None, 1_000)
    clock.move(minutes=11)
    await give(ctx, campaign, person.id, 1_000)
    assert len(await asked(ctx, clock)) == 1


async def test_in_one_set_and_in_the_wrong_order(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    person = await who(ctx, CAMILLE)
    one = paid(ctx, campaign, person.id, 500)
    clock.move(minutes=1)
    two = paid(ctx, campaign, person.id, 500)
    await write(ctx, [Change(event_id=f"e{g.id}", before=None, after=g) for g in (two, one)])
    assert [d.args["gift"] for d in await asked(ctx, clock)] == [two.id]
    early = paid(ctx, campaign, person.id, 700)
    clock.move(minutes=1)
    late = await give(ctx, campaign, person.id, 700)
    await write(ctx, [Change(event_id="early", before=None, after=early)])
    assert [d.args["gift"] for d in await asked(ctx, clock)] == [two.id, late.id]


async def test_one_tap_pays_back_the_second_and_no_more(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    _, first, second = await twice(ctx, clock)
    for _ in range(3):
        reply = await talk.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
        assert "10" in reply.card.lines[0] and reply.mode == "edit"
    await talk.on_action(ctx, CAMILLE, f"dbl:{first.id}:back")
    assert [(pi, minor) for pi, minor, _ in stripe.refunds] == [(second.book.payment_intent, 1_000)]
    await talk.on_action(ctx, ALEX, f"dbl:{first.id}:back")
    assert len(stripe.refunds) == 1, "somebody else's gift is nobody's business"


async def test_who_goes_on_giving_is_asked_once(ctx: Context, clock: MovingClock) -> None:
    campaign, _, second = await twice(ctx, clock)
    person = await who(ctx, CAMILLE)
    for _ in range(3):
        await give(ctx, campaign, person.id, 1_000)
    assert [d.args["gift"] for d in await asked(ctx, clock)] == [second.id]


async def test_both_stay(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    _, _, second = await twice(ctx, clock)
    reply = await talk.on_action(ctx, CAMILLE, f"dbl:{second.id}:keep")
    assert reply.card.title == "Merci!" and not stripe.refunds


async def test_stripe_is_away_and_the_tick_finishes_it_once(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    _, _, second = await twice(ctx, clock)
    stripe.mood = GatewayUnavailable("away")
    await talk.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
    assert await refunds.tick(ctx) == 0
    clock.move(minutes=5)
    stripe.mood = None
    assert await refunds.tick(ctx) == 1
    assert await refunds.tick(ctx) == 0
    keys = {key for _, _, key in stripe.refunds}
    assert len(stripe.refunds) == 2 and len(keys) == 1, "asked again with the same key"


async def test_a_refusal_reaches_the_staff_and_the_donor(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    _, _, second = await twice(ctx, clock)
    stripe.mood = GatewayRefused("insufficient balance")
    reply = await talk.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
    assert "une personne va s’en occuper" in reply.card.lines[0]
    async with ctx.db.read() as conn:
        told = await notices.due(conn, ctx.clock(), 10)
    assert [(n.kind, n.args["why"]) for n in told] == [("refund_refused", "insufficient balance")]


async def test_a_key_that_stripe_may_have_forgotten_is_not_used(
    ctx: Context, clock: MovingClock, stripe: Moody
) -> None:
    _, _, second = await twice(ctx, clock)
    stripe.mood = GatewayUnavailable("away")
    await talk.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
    clock.move(hours=25)
    stripe.mood = None
    await refunds.tick(ctx)
    assert len(stripe.refunds) == 1
    async with ctx.db.read() as conn:
        assert [n.kind for n in await notices.due(conn, ctx.clock(), 10)] == ["refund_refused"]
