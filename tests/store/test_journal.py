"""The ledger for readers: the newest entries first, each balanced, with its payment."""

from bot.store.db import Database
from bot.store.gifts import journal
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import make_context, metadata, open_campaign
from tests.usecases.money.test_record import take


async def test_newest_entries_come_first_with_postings(db: Database, clock: MovingClock) -> None:
    ctx = make_context(db, clock)
    campaign = await open_campaign(ctx)
    for number in range(3):
        paid = stripe.session(id=f"cs_{number}", payment_intent=f"pi_{number}", metadata=metadata(campaign))
        await take(ctx, stripe.event("checkout.session.completed", paid, id=f"evt_{number}"))
        clock.move(seconds=1)
    async with db.read() as conn:
        found = await journal.latest(conn, 2)
        assert await journal.latest(conn, 0) == []
    assert [entry.payment_intent for entry in found] == ["pi_2", "pi_1"]
    for entry in found:
        assert sum(entry.postings.values()) == 0
        assert {account for account, _ in entry.postings} == {"gifts", "stripe"}
