"""Figures stored beside the gifts equal a recount from scratch, whatever happened to the gifts in any order."""

import random
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from bot.domain.campaigns import Campaign
from bot.domain.gifts import GiftChange
from bot.domain.people import Contact
from bot.store.db import Connection, Database
from bot.store.gifts.tables import gift as gifts
from bot.store.reports.tables import donor_count, gift_sum
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.gifts import claim
from bot.usecases.money.verify import verify
from payments import ledger
from payments.facts import DisputeClosed
from payments.money import Money
from tests.conftest import MovingClock
from tests.giving import give, paid, refund, write
from tests.payments import stripe_json as stripe
from tests.usecase_setup import make_context, metadata, open_campaign, signed
from tests.usecases.money.test_record import take
from tests.usecases.reports.test_lateral_reach_recount import History

_FROM = datetime(2026, 3, 1, tzinfo=UTC)
_ZONES = ("America/Toronto", "America/Vancouver", "Asia/Kathmandu", "Pacific/Auckland")


class LongHistory(History):
    """A history in which gifts are also monthly, disputed and disowned, and the charity moves to another zone."""

    def acts(self) -> dict[Callable[[], Awaitable[None]], int]:
        more = {self.gives_monthly: 4, self.disputes: 3, self.disowns: 2, self.moves: 1}
        return super().acts() | more | {self.gives_twice: 2}

    async def gives_monthly(self) -> None:
        await give(self.ctx, self.about(), await self.somebody(), 700, pledge=f"sub_{self.rng.randrange(5)}")

    async def gives_twice(self) -> None:
        """Write two gifts, one of them refunded, in one set."""
        person = await self.somebody()
        first, other = (paid(self.ctx, self.about(), person, 500) for _ in range(2))
        nobodys = replace(other, supporter_id=None)
        changes = [
            GiftChange(event_id=f"evt_{first.id}", before=None, after=first),
            GiftChange(event_id=f"evt_{other.id}", before=None, after=other),
            GiftChange(event_id=f"evt_{other.id}_b", before=other, after=nobodys),
        ]
        await write(self.ctx, changes)

    async def disputes(self) -> None:
        """A dispute, or news of one: as good as lost, or won."""
        gift = await self.gift()
        if gift is None:
            return
        fact = DisputeClosed(
            event_id=f"evt_dp_{self.ctx.ids.new()}",
            at=self.clock(),
            payment_intent=gift.book.payment_intent,
            dispute_id=f"dp_{gift.id}",
            money=Money(self.rng.choice([50, gift.book.amount]), gift.book.currency),
            status=self.rng.choice(["needs_response", "lost", "won"]),
        )
        after = replace(gift, book=ledger.apply(gift.book, fact))
        await write(self.ctx, [GiftChange(event_id=fact.event_id, before=gift, after=after)])

    async def disowns(self) -> None:
        if (gift := await self.gift()) is not None:
            await claim.disown(self.ctx, gift.id, by_payer=self.rng.random() < 0.5)

    async def moves(self) -> None:
        self.ctx = replace(self.ctx, zone=self.rng.choice(_ZONES))


async def assert_recounted(conn: Connection) -> None:
    """Compare every stored row with loops over the gifts, which share no code with the product."""
    counted = (await conn.execute(select(gifts).where(gifts.c.counted > 0))).all()
    sums: Counter[tuple[object, ...]] = Counter()
    for g in counted:
        kind = (g.campaign_id, g.currency, g.origin, g.touch_kind, g.pledge is not None, g.supporter_id is not None)
        for span, start in (("d", g.day), ("m", g.day.replace(day=1)), ("y", date(g.day.year, 1, 1))):
            sums[span, start, *kind, g.counted] += 1
    assert {tuple(row[:-1]): row.gifts for row in await conn.execute(select(gift_sum))} == sums
    known = [g for g in counted if g.supporter_id is not None]
    donors: defaultdict[tuple[str, date], set[int]] = defaultdict(set)
    days: defaultdict[int, set[date]] = defaultdict(set)
    for g in known:
        days[g.supporter_id].add(g.day)
        for period in _periods(g.day):
            donors[period].add(g.supporter_id)
    new, again = Counter[tuple[str, date]](), Counter[tuple[str, date]]()
    for theirs in days.values():
        first = min(theirs)
        for period in _periods(first):
            new[period] += 1
            again[period] += any(first < day <= first + timedelta(days=90) for day in theirs)
    stored = {
        (row.span, row.start): (row.donors, row.new, row.again) for row in await conn.execute(select(donor_count))
    }
    assert stored == {at: (len(people), new[at], again[at]) for at, people in donors.items()}


def _periods(day: date) -> tuple[tuple[str, date], ...]:
    _, _, weekday = day.isocalendar()
    return (
        ("d", day),
        ("w", day - timedelta(days=weekday - 1)),
        ("m", date(day.year, day.month, 1)),
        ("y", date(day.year, 1, 1)),
        ("a", date(1970, 1, 1)),
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
async def test_stored_figures_equal_a_recount(db: Database, seed: int) -> None:
    clock = MovingClock(_FROM)
    ctx = make_context(db, clock)
    campaigns = [await open_campaign(ctx, ends_on=None, slug=slug) for slug in ("one", "two")]
    history = LongHistory(ctx, clock, campaigns, random.Random(seed))
    await history.lives()
    async with db.read() as conn:
        await assert_recounted(conn)
    assert (await verify(ctx)).problems == ()


@pytest.fixture
async def campaign(db: Database) -> tuple[Context, Campaign, MovingClock]:
    clock = MovingClock(datetime(2027, 1, 1, 4, 58, tzinfo=UTC))  # 31 December, 23:58 in Toronto
    ctx = make_context(db, clock)
    return ctx, await open_campaign(ctx, ends_on=None), clock


async def test_day_is_fixed_in_the_zone_of_the_booking(campaign: tuple[Context, Campaign, MovingClock]) -> None:
    ctx, where, clock = campaign
    _, token = await signed(ctx, where)

    async def pay(at: Context, number: int) -> None:
        names = {"id": f"cs_{number}", "payment_intent": f"pi_{number}", "client_reference_id": token}
        session = stripe.session(**names, metadata=metadata(where))
        event = stripe.event("checkout.session.completed", session, id=f"evt_{number}")
        await take(at, event | {"created": int(clock().timestamp())})

    await pay(ctx, 1)
    elsewhere = replace(ctx, zone="Europe/Paris")
    await pay(elsewhere, 2)
    async with ctx.db.read() as conn:
        days = list((await conn.execute(select(gifts.c.day).order_by(gifts.c.id))).scalars())
        paid_at = list((await conn.execute(select(gifts.c.paid_at).order_by(gifts.c.id))).scalars())
        await assert_recounted(conn)
    assert days == [
        at.astimezone(ZoneInfo(zone)).date() for at, zone in zip(paid_at, (ctx.zone, "Europe/Paris"), strict=True)
    ]
    assert (await verify(elsewhere)).problems == ()


async def test_last_minute_of_the_year_belongs_to_it_and_a_refund_takes_the_donor_away(
    campaign: tuple[Context, Campaign, MovingClock],
) -> None:
    ctx, where, clock = campaign
    person = await find_or_join(ctx, Contact(platform="telegram", external_id="1", locale="fr", private=True))
    gift = await give(ctx, where, person.id)
    clock.move(minutes=3)
    await give(ctx, where, person.id)
    assert await _years(ctx) == {date(2026, 1, 1): 1, date(2027, 1, 1): 1}
    await refund(ctx, gift)
    assert await _years(ctx) == {date(2027, 1, 1): 1}
    async with ctx.db.read() as conn:
        await assert_recounted(conn)


async def _years(ctx: Context) -> dict[date, int]:
    async with ctx.db.read() as conn:
        rows = await conn.execute(select(donor_count).where(donor_count.c.span == "y"))
        return {row.start: row.donors for row in rows}


@pytest.mark.parametrize(
    "astray",
    [
        "UPDATE gift_sum SET gifts = gifts + 1 WHERE span = 'd'",
        "UPDATE gift_sum SET gifts = gifts + 1 WHERE span = 'm'",
        "UPDATE gift_sum SET gifts = gifts + 1 WHERE span = 'y'",
        "DELETE FROM gift_sum WHERE span = 'd'",
        "DELETE FROM gift_sum WHERE span = 'm'",
        "DELETE FROM gift_sum WHERE span = 'y'",
        "DELETE FROM gift_sum",
        "UPDATE donor_count SET donors = donors + 1 WHERE span = 'w'",
        "DELETE FROM donor_count WHERE span = 'a'",
        "UPDATE donor_count SET new = 0 WHERE span = 'm'",
        "UPDATE donor_count SET again = 1 WHERE span = 'd'",
        "UPDATE gift SET day = NULL",
    ],
)
async def test_wrong_stored_figure_is_found(campaign: tuple[Context, Campaign, MovingClock], astray: str) -> None:
    ctx, where, _ = campaign
    person = await find_or_join(ctx, Contact(platform="telegram", external_id="1", locale="fr", private=True))
    await give(ctx, where, person.id)
    assert (await verify(ctx)).problems == ()
    async with ctx.db.write() as conn:
        await conn.execute(text(astray))
    assert (await verify(ctx)).problems
