"""Whatever happens in whatever order: every figure is what a recount gives, the books balance and have Stripe's
balance, and no posting changes its day.

People give, claim, disown, are merged and erased; staff enter, deposit, take back, import and undo gifts outside Stripe
and move to another time zone; Stripe refunds, disputes, pays out, fails and charges.
"""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.domain.import_file import read_table
from bot.domain.import_rows import Line, Reading, read_lines
from bot.domain.people import Contact, Supporter
from bot.domain.periods import ALL_TIME, Span, period_of
from bot.store.gifts.tables import entry
from bot.store.money import imports as import_rows
from bot.store.money import offline as offline_rows
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft
from bot.usecases.context import local_day
from bot.usecases.core.access import TERMINAL
from bot.usecases.core.join import find_or_join
from bot.usecases.gifts import claim
from bot.usecases.money import imports, offline, verify
from bot.usecases.money.stripe_balance import Compared
from bot.usecases.reports import figures
from bot.usecases.supporters import forgetting, merging
from payments.ledger import Origin
from payments.money import Money
from payments.reference import Reference, Touch, TouchKind
from tests import machine
from tests.usecase_setup import all_gifts
from tests.usecases.money.stripe_account import Account, happens_at_stripe
from tests.usecases.reports import recount
from tests.usecases.reports.test_lateral_reach_recount import assert_overview
from tests.usecases.reports.test_stored_figures import assert_recounted

_ZONES = ("America/Toronto", "America/Vancouver", "Asia/Kathmandu", "Pacific/Auckland")
_PEOPLE = 8


@dataclass
class Charity:
    """The people around an account, who act at random."""

    account: Account
    rng: random.Random
    days: dict[int, date] = field(default_factory=dict)  # of the entries seen so far
    done: Counter[str] = field(default_factory=Counter)
    deck: list[Callable[[], Awaitable[object]]] = field(default_factory=list)

    async def acts(self) -> None:
        """Let one thing happen at the charity: each in its turn, as often as in `every`, in any order."""
        every: dict[Callable[[], Awaitable[object]], int] = {
            self.claims: 4,
            self.disowns: 2,
            self.becomes_one: 1,
            self.is_forgotten: 1,
            self.enters: 4,
            self.deposits: 3,
            self.takes_back: 2,
            self.imports: 2,
            self.undoes_import: 1,
            self.moves: 1,
        }
        if not self.deck:
            self.deck = self.rng.sample(list(every), sum(every.values()), counts=list(every.values()))
        chosen = self.deck.pop()
        if await chosen() is not False:
            self.done[getattr(chosen, "__name__", "")] += 1

    async def somebody(self) -> Supporter:
        """Return a person; somebody new where they were erased."""
        number = str(self.rng.randrange(_PEOPLE))
        contact = Contact(platform="telegram", external_id=number, locale="fr", private=True)
        return await find_or_join(self.account.ctx, contact)

    async def reference(self) -> str:
        """Return what a payment link says of its reader: of some, nothing."""
        if self.rng.random() < 0.4:
            return ""
        ctx, person = self.account.ctx, await self.somebody()
        return ctx.keyring.sign(Reference(person.id, self.account.campaign.id, Touch(TouchKind.COMMAND)))

    # -- people --
    async def claims(self) -> bool:
        ctx = self.account.ctx
        tokens = [token for gift in await all_gifts(ctx) if (token := claim.claim_token(ctx, gift))]
        if tokens:
            await claim.on_tap(ctx, await self.somebody(), self.rng.choice(tokens))
        return bool(tokens)

    async def disowns(self) -> bool:
        theirs = [gift.id for gift in await all_gifts(self.account.ctx) if gift.supporter_id is not None]
        if theirs:
            await claim.disown(self.account.ctx, self.rng.choice(theirs), by_payer=self.rng.random() < 0.5)
        return bool(theirs)

    async def becomes_one(self) -> bool:
        one, other = await self.somebody(), await self.somebody()
        if one.id == other.id:
            return False
        async with self.account.ctx.db.write_money() as conn:
            await merging.merge(self.account.ctx, conn, one.id, other.id)
        return True

    async def is_forgotten(self) -> None:
        await forgetting.forget(self.account.ctx, (await self.somebody()).id)

    # -- staff --
    def today(self) -> date:
        return local_day(self.account.ctx, self.account.clock())

    async def enters(self) -> None:
        """Enter gifts outside Stripe, some of them days late, some already deposited."""
        ctx, rng = self.account.ctx, self.rng
        draft = Draft(id=ctx.ids.new(), kind=offline.DRAFTED, body={})
        async with ctx.db.write() as conn:
            await drafts.add(conn, draft, ctx.clock())
        received = self.today() - timedelta(days=rng.randrange(40))
        entered = offline.Entered(
            campaign=self.account.campaign,
            money=Money(rng.randrange(100, 9_000), rng.choice(("cad", "cad", "usd"))),
            count=rng.randrange(1, 4),
            way=rng.choice((Origin.CASH, Origin.CHEQUE, Origin.TRANSFER)),
            received=received,
            banked=rng.choice((None, self.today())),
            note="",
            slip=None,
        )
        assert isinstance(await offline.add(ctx, draft, entered, TERMINAL, despite_same=True), list)

    async def offline_gift(self) -> int | None:
        async with self.account.ctx.db.read() as conn:
            found = await offline_rows.latest(conn, 1_000)
        return self.rng.choice(found) if found else None

    async def deposits(self) -> bool:
        if (gift := await self.offline_gift()) is None:
            return False
        await offline.bank(self.account.ctx, [gift], self.rng.choice((None, self.today())), TERMINAL)
        return True

    async def takes_back(self) -> bool:
        gift = await self.offline_gift()
        return gift is not None and await offline.take_back(self.account.ctx, gift, TERMINAL, "returned") is not None

    async def imports(self) -> None:
        """Import a file that overlaps with the ones before."""
        days = [self.today() - timedelta(days=self.rng.randrange(12)) for _ in range(3)]
        rows = "".join(f"{day},{self.rng.choice((20, 50))}.00,{self.rng.choice((0, 1))}.00\n" for day in sorted(days))
        reading = Reading(source="canadahelps", currency="cad", today=self.today(), way=Origin.OTHER)
        found = read_lines(read_table(f"date,amount,fee\n{rows}".encode()), reading)
        lines = [line for line in found if isinstance(line, Line)]
        assert len(lines) == len(days)
        proposals = await imports.propose(self.account.ctx, lines, "canadahelps", self.account.campaign)
        await imports.book(self.account.ctx, proposals, "canadahelps", TERMINAL)

    async def undoes_import(self) -> bool:
        async with self.account.ctx.db.read() as conn:
            found = [one.id for one in await import_rows.latest(conn, 50) if one.undone_at is None]
        return bool(found) and await imports.undo(self.account.ctx, self.rng.choice(found), TERMINAL)

    async def moves(self) -> None:
        self.account.ctx = replace(self.account.ctx, zone=self.rng.choice(_ZONES))

    # -- what must hold --
    async def assert_figures(self) -> None:
        """Compare every figure of gifts with loops over the gifts, and the ledger with itself."""
        ctx = self.account.ctx
        assert (await verify.verify(ctx)).problems == ()
        books = await self.account.books()
        for code in {code for _, code in books}:
            assert sum(minor for (_, each), minor in books.items() if each == code) == 0
        async with ctx.db.read() as conn:
            await assert_recounted(conn)
            history = await recount.read(conn)
            for period in (ALL_TIME, period_of(Span.MONTH, self.today()), period_of(Span.WEEK, self.today())):
                await assert_overview(conn, history, period, None)
                assert (await figures.stats(ctx, period, None))["currencies"] == recount.giving(history, period, None)
            days = {row.id: row.day for row in await conn.execute(select(entry.c.id, entry.c.day))}
        assert days.items() >= self.days.items(), "no posting changes its day"
        self.days = days


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3 if machine.FULL else 2))
async def test_any_order_of_events_keeps_figures_books_and_stripes_balance(account: Account, seed: int) -> None:
    rng = random.Random(seed)
    charity = Charity(account, rng)
    if seed % 2:
        await account.sandbox.convert("usd", 1.37)
    await account.sandbox.sell(3_000)
    account.clock.move(hours=1)  # so that it is from before Obole
    await account.catch_up()
    opening = await account.balance()
    await account.compare()
    for week in range(3):
        for _ in range(7):
            for _ in range(rng.randrange(6)):
                await happens_at_stripe(account, rng, await charity.reference())
                account.clock.move(minutes=rng.randrange(90))
            await account.deliver(rng)
            for _ in range(rng.randrange(2, 5)):
                await charity.acts()
                account.clock.move(minutes=rng.randrange(90))
            account.clock.move(hours=9)
            if week == 0 or rng.random() < 0.8:
                await account.sandbox.run_payouts()
            if rng.random() < 0.3:
                await account.catch_up()
        for _ in range(3):  # what is from before Obole is itemised by then, so that it is known
            account.clock.move(days=2)
            await account.sandbox.run_payouts()
            await account.deliver(rng)
        for _ in range(8):
            await happens_at_stripe(account, rng, await charity.reference())
        await account.deliver(rng)
        account.clock.move(hours=1)
        await account.catch_up()
        assert await account.stripe() == await account.balance() != {}, f"week {week}"
        await charity.assert_figures()
        await account.compare()
        assert await account.compared() == Compared(opening=opening, is_established=True), f"week {week}"
    kinds = Counter(one["type"] for one in account.sandbox.world.every("balance_transaction"))
    assert {"charge", "refund", "adjustment", "payout"} <= kinds.keys()
    assert len(charity.done) >= 8, charity.done  # of ten; a few need something to happen to
