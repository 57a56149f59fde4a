"""Payouts: the books have Stripe's balance, whatever happens on the account and whatever order it is learned in."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.domain.campaigns import Campaign
from bot.sandbox.stripe import StripeSandbox
from bot.sandbox.stripe.errors import StripeError
from bot.store.db import Database
from bot.store.gifts import gifts
from bot.store.gifts.gifts import NewEntry
from bot.store.gifts.tables import entry, posting
from bot.store.money.tables import movement, payout
from bot.usecases.context import Context
from bot.usecases.money import payouts, reconcile, stripe_balance, verify
from bot.usecases.money.intake import Intake
from bot.usecases.money.notices import KINDS
from bot.usecases.money.stripe_balance import Compared
from payments import books
from payments.facts import HANDLED_TYPES
from payments.stripe import GatewayRefused, LinkSpec, StripeGateway
from tests import machine
from tests.clock import MovingClock
from tests.usecase_setup import make_context, notices_of, open_campaign, signed

ACTS = (
    "give", "give", "give", "sell", "sell", "refund", "refund", "dispute", "close", "fee", "hold", "topup", "manual",
    "fail_payout", "fail_refund",
)  # fmt: skip


@dataclass
class Account:
    """A charity's Stripe account and its books."""

    sandbox: StripeSandbox
    ctx: Context
    campaign: Campaign
    clock: MovingClock
    token: str
    links: dict[str, str] = field(default_factory=dict)  # by currency
    known: int = 0  # events of Stripe's that were delivered, or lost

    async def give(self, amount: int, currency: str = "cad") -> dict[str, Any]:
        if currency not in self.links:
            spec = LinkSpec(
                campaign_id=self.campaign.id,
                campaign_slug=self.campaign.slug,
                product_name="Repas",
                minor=None,
                currency=currency,
                return_url="https://don.example/",
                inactive_message="Fini",
            )
            gateway = self.ctx.gateway
            self.links[currency] = (await gateway.create_link(spec, f"link-{currency}")).url
        url = f"{self.links[currency]}?client_reference_id={self.token}"
        session: dict[str, Any] = await self.sandbox.pay(url, amount=amount)
        return session

    async def deliver(self, rng: random.Random | None = None) -> None:
        """Deliver Stripe's new events; with `rng`, shuffled, some of them twice, and those of payouts lost at times."""
        every = self.sandbox.world.every("event")
        new = [event for event in every[self.known :] if event["type"] in HANDLED_TYPES]
        self.known = len(every)
        if rng is not None:
            new = [event for event in new if not (event["type"].startswith("payout.") and rng.random() < 0.3)]
            new = rng.sample(new, len(new)) + rng.choices(new or [None], k=len(new) // 4)
        intake = Intake(self.ctx, [], livemode=False)
        running = asyncio.create_task(intake.run())
        await intake.take([event for event in new if event is not None])
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await reconcile.fetch_fees(self.ctx)

    async def catch_up(self) -> None:
        """Do what the recurring jobs do."""
        await payouts.list_payouts(self.ctx)
        await payouts.read_movements(self.ctx)

    async def pass_days(self, days: int) -> list[dict[str, Any]]:
        made = []
        for _ in range(days):
            self.clock.move(days=1)
            made += await self.sandbox.run_payouts()
        await self.deliver()
        await self.catch_up()
        return made

    async def compare(self) -> None:
        """Let a quiet while pass, and compare the books with Stripe's balance as the recurring job does."""
        self.clock.move(hours=7)
        await stripe_balance.read_and_compare(self.ctx)

    async def compared(self) -> Compared | None:
        async with self.ctx.db.read() as conn:
            found = await stripe_balance.latest(conn)
        return None if found is None else found[0]

    async def books(self) -> dict[tuple[str, str], int]:
        """Return what every account comes to."""
        query = select(posting.c.account, posting.c.currency, func.sum(posting.c.minor)).group_by(
            posting.c.account, posting.c.currency
        )
        async with self.ctx.db.read() as conn:
            return {(account, code): int(minor) for account, code, minor in await conn.execute(query) if minor}

    async def stripe(self) -> dict[str, int]:
        """Return the ledger's Stripe balance by currency."""
        return {code: minor for (account, code), minor in (await self.books()).items() if account == "stripe"}

    async def balance(self) -> dict[str, int]:
        """Return Stripe's own balance."""
        return {code: minor for code, minor in (await self.ctx.gateway.balance()).items() if minor}


@pytest.fixture
async def account(db: Database, clock: MovingClock) -> AsyncIterator[Account]:
    async with StripeSandbox(clock=clock, seed=0, fee_delay=0) as sandbox:
        gateway = StripeGateway("sk_test_sandbox", sandbox.url, max_network_retries=0)
        bare = make_context(db, clock)
        campaign = await open_campaign(bare)
        _, token = await signed(bare, campaign)
        yield Account(sandbox, make_context(db, clock, gateway=gateway), campaign, clock, token)
        await gateway.close()


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


@pytest.mark.parametrize("seed", range(6 if machine.FULL else 2))
async def test_books_have_stripes_balance_after_every_week(account: Account, seed: int) -> None:
    rng = random.Random(seed)
    if seed % 2:
        await account.sandbox.convert("usd", 1.37)
    await account.sandbox.sell(3_000)
    account.clock.move(hours=1)  # so that it is from before Obole
    await account.catch_up()
    opening = await account.balance()
    await account.compare()
    world = account.sandbox.world
    for week in range(3):
        for _ in range(7):
            for _ in range(rng.randrange(6)):
                await act(account, rng)
                account.clock.move(minutes=rng.randrange(90))
            await account.deliver(rng)
            account.clock.move(hours=12)
            if week == 0 or rng.random() < 0.8:
                await account.sandbox.run_payouts()
            if rng.random() < 0.3:
                await account.catch_up()
        for _ in range(3):  # what is from before Obole is itemised by then, so that it is known
            account.clock.move(days=2)
            await account.sandbox.run_payouts()
            await account.deliver(rng)
        for _ in range(8):
            await act(account, rng)
        await account.deliver(rng)
        account.clock.move(hours=1)
        await account.catch_up()
        assert await account.stripe() == await account.balance() != {}, f"week {week}"
        assert (await verify.verify(account.ctx)).problems == ()
        await account.compare()
        assert await account.compared() == Compared(opening=opening, is_established=True), f"week {week}"
    kinds = Counter(one["type"] for one in world.every("balance_transaction"))
    assert {"charge", "refund", "adjustment", "payout"} <= kinds.keys()


async def test_difference_from_stripes_balance_is_reported_once(account: Account) -> None:
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
    await misbook(account.ctx, -250)
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


async def act(account: Account, rng: random.Random) -> None:
    """Let one thing happen on the account; nothing if it cannot."""
    sandbox, world = account.sandbox, account.sandbox.world
    charges = [charge for charge in world.every("charge") if charge["status"] == "succeeded"]
    amount = rng.randrange(300, 20_000)
    with suppress(ValueError, StripeError):
        match rng.choice(ACTS):
            case "give":
                await account.give(amount, rng.choice(("cad", "cad", "usd")))
            case "sell":
                await sandbox.sell(amount, rng.choice(("cad", "cad", "usd")))
            case "refund" if charges:
                await sandbox.refund(rng.choice(charges)["payment_intent"], rng.choice((None, 100)))
            case "dispute" if charges:
                await sandbox.dispute(rng.choice(charges)["payment_intent"])
            case "close" if world.every("dispute"):
                await sandbox.close_dispute(rng.choice(world.every("dispute"))["id"], rng.random() < 0.5)
            case "fee":
                await sandbox.move_balance("stripe_fee", -rng.randrange(1, 500))
            case "hold":
                await sandbox.move_balance("reserve_hold", -rng.randrange(1, 500))
            case "topup":
                await sandbox.move_balance("topup", amount)
            case "manual":
                await sandbox.pay_out(rng.randrange(100, 2_000), method=rng.choice(("standard", "instant")))
            case "fail_payout" if world.every("payout"):
                found = rng.choice(world.every("payout"))["id"]
                await sandbox.fail_payout(found, canceled=rng.random() < 0.5)
            case "fail_refund" if world.every("refund"):
                await sandbox.fail_refund(rng.choice(world.every("refund"))["id"])
