"""A refund that the bank returns: staff get a case, and the donor who believed in it is told."""

from typing import Any

import pytest

from bot.domain.gifts import Gift
from bot.store.core import outbox
from bot.store.core.outbox import Delivery, State
from bot.store.db import Database
from bot.store.gifts import gifts
from bot.usecases.context import Context
from bot.usecases.core import cases
from bot.usecases.core.join import find_or_join
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.money import verify
from bot.usecases.staff.notices import KINDS
from tests.conftest import MovingClock
from tests.giving import give
from tests.payments import stripe_json as stripe
from tests.usecase_setup import CAMILLE, make_context, notices_of, open_campaign, rendered
from tests.usecases.money.test_record import take


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def given(ctx: Context, *, proved: bool = True) -> Gift:
    """A gift of $5 whose thank-you has been sent."""
    campaign = await open_campaign(ctx)
    gift = await give(ctx, campaign, (await find_or_join(ctx, CAMILLE)).id, proved=proved)
    await due(ctx)
    return gift


def refund(gift: Gift, status: str, id: str) -> dict[str, Any]:
    kind = "refund.failed" if status == "failed" else "refund.updated"
    return stripe.event(kind, stripe.refund(amount=500, status=status, payment_intent=gift.book.payment_intent), id=id)


async def due(ctx: Context) -> list[Delivery]:
    """Take what is due to supporters as sent."""
    async with ctx.db.write() as conn:
        found = await outbox.claim(conn, "telegram", ctx.clock(), 10)
        await outbox.mark(conn, [outbox.SendOutcome(id=d.id, state=State.SENT) for d in found], ctx.clock())
    return found


async def test_failed_refund_reaches_donor_and_staff_once(ctx: Context) -> None:
    gift = await given(ctx)
    await take(ctx, refund(gift, "succeeded", "evt_1"))
    assert [d.message for d in await due(ctx)] == ["refund"]
    await take(ctx, refund(gift, "failed", "evt_2"), refund(gift, "failed", "evt_3"))
    (told,) = await due(ctx)
    assert told.message == "refund_failed"
    card = await rendered(ctx, told)
    assert "n’est pas arrivé" in card.title
    assert "5\u00a0$" in card.lines[0]
    assert "jamais un numéro de carte" in card.lines[1], "nobody is invited to write one"
    (notice,) = await notices_of(ctx, "refund_failed")
    async with ctx.db.read() as conn:
        listed = await gifts.open_cases(conn)
    shown = await KINDS["refund_failed"](ctx, notice, "fr")
    assert "échoué" in shown.title
    assert "jamais par chèque ni sur une autre carte" in " ".join(shown.lines)
    assert f"rf:{gift.id}" in [b.action for b in shown.buttons]
    assert [case["kind"] for case in listed] == ["refund_failed"]
    assert (await verify.verify(ctx)).problems == ()


async def test_notice_of_a_refund_that_failed_meanwhile_is_not_sent(ctx: Context) -> None:
    gift = await given(ctx)
    await take(ctx, refund(gift, "succeeded", "evt_1"))
    (refunded,) = await due(ctx)
    await take(ctx, refund(gift, "failed", "evt_2"))
    with pytest.raises(Obsolete):
        await rendered(ctx, refunded)


async def test_failure_is_not_reported_after_a_new_refund(ctx: Context) -> None:
    gift = await given(ctx)
    await take(ctx, refund(gift, "succeeded", "evt_1"), refund(gift, "failed", "evt_2"))
    failed = (await due(ctx))[-1]
    again = stripe.refund(id="re_2", amount=500, payment_intent=gift.book.payment_intent)
    await take(ctx, stripe.event("refund.created", again, id="evt_4"))
    with pytest.raises(Obsolete):
        await rendered(ctx, failed)


async def test_donor_who_never_heard_of_the_refund_hears_nothing(ctx: Context) -> None:
    gift = await given(ctx)
    await take(ctx, refund(gift, "failed", "evt_2"), refund(gift, "succeeded", "evt_1"))
    assert await due(ctx) == []


async def test_unproved_payer_is_not_told(ctx: Context) -> None:
    gift = await given(ctx, proved=False)
    await take(ctx, refund(gift, "succeeded", "evt_1"), refund(gift, "failed", "evt_2"))
    assert await due(ctx) == []
    async with ctx.db.read() as conn:
        (case,) = await gifts.open_cases(conn)
    assert case["kind"] == "refund_failed"


async def test_closing_the_case_thanks_nobody_for_a_report(ctx: Context) -> None:
    gift = await given(ctx)
    await take(ctx, refund(gift, "succeeded", "evt_1"), refund(gift, "failed", "evt_2"))
    await due(ctx)
    async with ctx.db.write() as conn:
        (case,) = await gifts.open_cases(conn)
        assert await cases.close_case(ctx, conn, int(case["id"]))
    assert await due(ctx) == []
