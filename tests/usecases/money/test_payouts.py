"""Payouts: the books have Stripe's balance, whatever happens on the account and whatever order it is learned in."""

import random

import pytest
from sqlalchemy import func, select

from bot.store.gifts import gifts
from bot.store.gifts.gifts import NewEntry
from bot.store.gifts.tables import entry
from bot.store.money.tables import movement, payout
from bot.usecases.context import Context
from bot.usecases.money import payouts, stripe_balance, verify
from bot.usecases.money.notices import KINDS
from bot.usecases.money.stripe_balance import Compared
from payments import books
from payments.stripe import GatewayRefused, StripeGateway
from tests.usecase_setup import make_context, notices_of
from tests.usecases.money.stripe_account import Account


async def test_payout_is_booked_and_itemised(account: Account) -> None:
    await account.catch_up()
    gift = await account.give(10_000)
    await account.sandbox.sell(5_000)
    await account.deliver()
    [made] = await account.pass_days(2)
    net = 10_000 - 320 + 5_000 - 175
    assert made["amount"] == net
    assert await account.books() == {
        ("gifts", "cad"): -10_000,
        ("fees", "cad"): 320,
        ("not_ours", "cad"): -(5_000 - 175),
        ("bank", "cad"): net,
    }
    await account.pass_days(3)
    async with account.ctx.db.read() as conn:
        rows = (await conn.execute(select(movement).where(movement.c.payout_id == made["id"]))).mappings().all()
        stored = (await conn.execute(select(payout))).mappings().one()
    assert stored["itemised_at"] is not None and stored["status"] == "paid"
    ours = [row for row in rows if row["gift_id"] is not None]
    assert len(rows) == 3 and [row["payment_intent"] for row in ours] == [gift["payment_intent"]]
    assert (await verify.verify(account.ctx)).problems == ()


async def test_events_that_repeat_book_nothing_more(account: Account) -> None:
    await account.catch_up()
    await account.give(10_000)
    await account.pass_days(5)
    async with account.ctx.db.read() as conn:
        before = (await conn.execute(select(func.count()).select_from(entry))).scalar_one()
    account.known = 0
    await account.deliver(random.Random(1))
    await account.catch_up()
    async with account.ctx.db.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(entry))).scalar_one() == before


async def test_gift_whose_event_comes_late_is_ours_then(account: Account) -> None:
    await account.catch_up()
    await account.give(10_000)
    account.clock.move(hours=1)
    await account.catch_up()
    assert await account.books() == {("stripe", "cad"): 9_680, ("not_ours", "cad"): -9_680}
    await account.deliver()
    await account.catch_up()
    assert await account.books() == {("stripe", "cad"): 9_680, ("gifts", "cad"): -10_000, ("fees", "cad"): 320}
    assert (await verify.verify(account.ctx)).problems == ()


@pytest.mark.parametrize("off", ["events", "movements"])
async def test_gift_is_ours_however_late_it_is_linked(account: Account, off: str) -> None:
    await account.catch_up()
    await account.give(10_000)
    account.clock.move(hours=1)
    await account.catch_up()
    if off == "movements":  # the job does not run for a while, such as without its permission at Stripe
        await account.deliver()
    account.clock.move(days=40)
    if off == "events":
        await account.deliver()
    await account.catch_up()
    assert ("not_ours", "cad") not in await account.books()
    assert (await verify.verify(account.ctx)).problems == ()


async def test_failed_payout_is_on_the_balance_again(account: Account) -> None:
    await account.catch_up()
    await account.give(10_000)
    [made] = await account.pass_days(2)
    await account.sandbox.fail_payout(made["id"])
    await account.deliver()
    account.clock.move(hours=1)
    await account.catch_up()
    assert (await account.books()).get(("bank", "cad")) is None
    assert await account.stripe() == await account.balance() == {"cad": 9_680}


async def test_what_was_paid_out_before_obole_is_not_booked(account: Account) -> None:
    await account.sandbox.sell(10_000)
    account.clock.move(days=3)
    [earlier] = await account.sandbox.run_payouts()
    await account.sandbox.sell(2_000)
    account.clock.move(hours=1)
    await account.catch_up()
    await account.give(10_000)
    await account.deliver()
    assert await account.stripe() == {"cad": 9_680}
    await account.pass_days(6)
    await account.sandbox.fail_payout(earlier["id"])
    await account.pass_days(1)
    await account.pass_days(4)
    assert (await account.stripe(), await account.balance()) == ({}, {})
    assert (await account.books())["not_ours", "cad"] == -(2_000 - 88) - 9_680
    assert (await verify.verify(account.ctx)).problems == ()


async def test_key_without_the_permission_still_books_movements(account: Account) -> None:
    key = await account.sandbox.make_restricted_key(["rak_balance_transaction_source_read", "rak_balance_read"])
    await account.catch_up()
    await account.give(10_000)
    await account.deliver()
    account.clock.move(hours=1)
    gateway = StripeGateway(key, account.sandbox.url, max_network_retries=0)
    account.ctx = make_context(account.ctx.db, account.clock, gateway=gateway)
    await payouts.read_movements(account.ctx)
    assert await account.stripe() == {"cad": 9_680}
    await gateway.close()


async def test_each_difference_from_stripes_balance_is_reported_once(account: Account) -> None:
    await account.catch_up()
    await account.give(10_000)
    await account.deliver()
    account.clock.move(minutes=20)
    await stripe_balance.read_and_compare(account.ctx)
    assert await account.compared() is None, "too soon after a gift"
    for _ in range(2):
        await account.compare()
    await misbook(account.ctx, 250)
    await account.compare()
    reported = []
    for _ in range(4):
        reported.append(len(await notices_of(account.ctx, "stripe_differs")))
        await account.compare()
    assert reported == [0, 0, 1, 1], "once it has lasted for half a day"
    (notice,) = await notices_of(account.ctx, "stripe_differs")
    for locale, words in (("en", "balance minus the one in the books: −$2.50"), ("fr", "celui des livres : −2,50 $")):
        card = await KINDS["stripe_differs"](account.ctx, notice, locale)
        assert words in " ".join(card.lines).replace("\u00a0", " ").replace("-", "−")
    await misbook(account.ctx, 9_000)
    for _ in range(4):
        await account.compare()
    assert len(await notices_of(account.ctx, "stripe_differs")) == 2, "another difference is another notice"
    await misbook(account.ctx, -9_250)
    await account.compare()
    assert await account.compared() == Compared(opening={}, is_established=True)


async def test_key_that_may_not_read_the_balance_compares_nothing(account: Account) -> None:
    key = await account.sandbox.make_restricted_key(["rak_balance_transaction_source_read"])
    gateway = StripeGateway(key, account.sandbox.url, max_network_retries=0)
    account.ctx = make_context(account.ctx.db, account.clock, gateway=gateway)
    with pytest.raises(GatewayRefused):
        await account.compare()
    assert await account.compared() is None
    await gateway.close()


async def misbook(ctx: Context, minor: int) -> None:
    """Book what never happened."""
    postings = books.entry({}, {("stripe", "cad"): minor, ("not_ours", "cad"): -minor})
    async with ctx.db.write() as conn:
        now = ctx.clock()
        await gifts.book(conn, [NewEntry(ctx.ids.new(), "txn_wrong", postings)], now, now.date())
