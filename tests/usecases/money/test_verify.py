"""`obole ledger verify` finds every wrong counter."""

import pytest
from sqlalchemy import func, select, text, update

from bot.store.db import Database
from bot.store.gifts.tables import posting
from bot.usecases.money import verify
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import make_context, metadata, open_campaign, signed
from tests.usecases.money.test_record import take


@pytest.mark.parametrize(
    "astray",
    [
        "UPDATE campaign SET raised_minor = raised_minor + 1",
        "UPDATE campaign_other SET raised_minor = raised_minor + 1",
        "UPDATE supporter SET gift_count = gift_count + 1",
        "DELETE FROM posting WHERE account = 'gifts'",
    ],
)
async def test_wrong_counter_is_found(db: Database, clock: MovingClock, astray: str) -> None:
    ctx = make_context(db, clock)
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    for number, code in enumerate(("cad", "usd")):
        names = {"id": f"cs_{number}", "payment_intent": f"pi_{number}", "currency": code}
        session = stripe.session(**names, client_reference_id=token, metadata=metadata(campaign))
        await take(ctx, stripe.event("checkout.session.completed", session, id=f"evt_{number}"))
    assert (await verify.verify(ctx)).problems == ()
    async with db.write() as conn:
        await conn.execute(text(astray))
    assert (await verify.verify(ctx)).problems


async def test_books_of_several_pages_are_read_completely(
    db: Database, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "_PAGE", 2)
    ctx = make_context(db, clock)
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    for number in range(4):
        names = {"id": f"cs_{number}", "payment_intent": f"pi_{number}", "client_reference_id": token}
        session = stripe.session(**names, metadata=metadata(campaign))
        await take(ctx, stripe.event("checkout.session.completed", session, id=f"evt_{number}"))
    found = await verify.verify(ctx)
    assert (found.gifts, found.problems) == (4, ())
    assert sum(found.entries_sum.values()) == 0 and found.entries_sum
    async with db.write() as conn:
        last = select(func.max(posting.c.entry_id)).scalar_subquery()
        posted = (posting.c.entry_id == last) & (posting.c.account == "gifts")
        await conn.execute(update(posting).where(posted).values(minor=posting.c.minor + 1))
    assert len((await verify.verify(ctx)).problems) == 2, "the gift's, and that all does not add up to nothing"
