"""Read the stored figures: what was given, and by how many, in a period and for a campaign.

Everything here reads the tables that `daily.py` keeps; donors of other ranges come from an index of the gifts. Amounts
are in minor units and never added across currencies.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.periods import EPOCH, Period, Span, period_of, start_of
from bot.store.campaigns.tables import campaign
from bot.store.gifts.tables import OF_DONORS, gift
from bot.store.reports.figures import in_period, within_days
from bot.store.reports.tables import OFFLINE, SUM_SPANS, donor_count, gift_sum
from payments.ledger import Origin
from payments.reference import TouchKind


class AmountRow(NamedTuple):
    """So many gifts of one amount and kind."""

    currency: str
    origin: str
    touch_kind: str
    monthly: bool
    known: bool
    amount: int
    gifts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Counted gifts in one currency: net of refunds and disputes.

    Average and median are those of the gifts through Stripe, if there are any: staff enter a cash box as one gift.
    """

    currency: str
    gifts: int
    minor: int
    average: int  # rounded to a minor unit
    median: int  # of two in the middle, the lower
    known: int  # gifts of known supporters
    offline: int  # minor units from outside Stripe
    by_invite: tuple[int, int]  # gifts whose own link was somebody's invite, and their minor units


async def amounts(conn: AsyncConnection, period: Period, campaign_id: int | None = None) -> list[AmountRow]:
    """Return the gifts of a period by amount and kind, of one campaign or all."""
    found: Counter[tuple[Any, ...]] = Counter()
    kinds = [gift_sum.c[name] for name in AmountRow._fields[:-1]]
    query = select(*kinds, func.sum(gift_sum.c.gifts)).group_by(*kinds)
    for span, part in _parts(period):
        scope = in_period(gift_sum.c.start, part, gift_sum.c.campaign_id, campaign_id)
        for *kind, gifts in await conn.execute(query.where(gift_sum.c.span == span.value, scope)):
            found[tuple(kind)] += int(gifts)
    return [AmountRow._make((*kind, gifts)) for kind, gifts in found.items()]


def _parts(period: Period) -> Iterator[tuple[Span, Period]]:
    """Yield the parts of a period, each as whole periods of the longest span for which sums are stored."""
    if period.span in SUM_SPANS:
        yield period.span, period  # whole, or so far
    else:
        yield from _cut(period, *reversed(SUM_SPANS))


def _cut(period: Period, span: Span, *shorter: Span) -> Iterator[tuple[Span, Period]]:
    """Yield the whole periods of a span, then what lies before and after them in shorter ones."""
    first, last = period.since, period.until and start_of(span, period.until)
    if first is not None and first != start_of(span, first):
        first = period_of(span, first).until
    if first is not None and last is not None and first >= last and shorter:
        yield from _cut(period, *shorter)
        return
    yield span, Period(since=first, until=last)
    if first != period.since:
        yield from _cut(Period(since=period.since, until=first), *shorter)
    if last != period.until:
        yield from _cut(Period(since=last, until=period.until), *shorter)


def total(currency: str, rows: Sequence[AmountRow]) -> Total:
    """Return the sums of rows in one currency."""
    offline = [row for row in rows if row.origin != Origin.STRIPE.value]
    each = [row for row in rows if row.origin == Origin.STRIPE.value] or rows
    number = _gifts(each)
    invited = [row for row in rows if row.touch_kind == TouchKind.INVITE.value]
    return Total(
        currency=currency,
        gifts=_gifts(rows),
        minor=_minor(rows),
        average=(2 * _minor(each) + number) // (2 * number),
        median=_median(each, number),
        known=_gifts([row for row in rows if row.known]),
        offline=_minor(offline),
        by_invite=(_gifts(invited), _minor(invited)),
    )


def by_currency(rows: Sequence[AmountRow]) -> list[Total]:
    """Return the sums of each currency, by its code."""
    each: defaultdict[str, list[AmountRow]] = defaultdict(list)
    for row in rows:
        each[row.currency].append(row)
    return [total(code, each[code]) for code in sorted(each)]


def _gifts(rows: Sequence[AmountRow]) -> int:
    return sum(row.gifts for row in rows)


def _minor(rows: Sequence[AmountRow]) -> int:
    return sum(row.amount * row.gifts for row in rows)


def _median(rows: Sequence[AmountRow], gifts: int) -> int:
    passed = 0
    for row in sorted(rows, key=lambda row: row.amount):
        passed += row.gifts
        if 2 * passed >= gifts:
            return row.amount
    return 0


async def offline_by_campaign(conn: AsyncConnection) -> Mapping[int, int]:
    """Return what came from outside Stripe for each campaign, in its own currency."""
    query = (
        select(campaign.c.id, func.sum(gift_sum.c.amount * gift_sum.c.gifts))
        .join_from(gift_sum, campaign, campaign.c.id == gift_sum.c.campaign_id)
        .where(text(OFFLINE), gift_sum.c.currency == campaign.c.currency)
        .group_by(campaign.c.id)
    )
    return {campaign_id: int(minor) for campaign_id, minor in await conn.execute(query)}


async def donors(conn: AsyncConnection, period: Period, campaign_id: int | None = None) -> int:
    """Return how many supporters gave in a period. Calendar periods of all campaigns are stored, others counted."""
    if period.span is not None and campaign_id is None:
        return (await conn.execute(select(donor_count.c.donors).where(_of(period)))).scalar_one_or_none() or 0
    if period.span is Span.ALL:
        query = select(campaign.c.donor_count).where(campaign.c.id == campaign_id)
        return (await conn.execute(query)).scalar_one_or_none() or 0
    scope = in_period(gift.c.day, period, gift.c.campaign_id, campaign_id)
    each = select(gift.c.supporter_id).where(text(OF_DONORS), scope).distinct().subquery()
    return int((await conn.execute(select(func.count()).select_from(each))).scalar_one())


async def new_donors(conn: AsyncConnection, period: Period, campaign_id: int | None = None) -> int:
    """Return how many of the period's donors had never given before it, to any campaign."""
    if campaign_id is None:
        return (await again(conn, period))[0]
    scope = in_period(gift.c.day, period, gift.c.campaign_id, campaign_id)
    each = select(gift.c.supporter_id).where(text(OF_DONORS), scope).distinct().subquery()
    query = select(func.count()).select_from(each)
    if period.since is not None:
        earlier = gift.alias()
        same = and_(earlier.c.supporter_id == each.c.supporter_id, earlier.c.counted > 0)
        query = query.where(~select(earlier.c.day).where(same, earlier.c.day < period.since).exists())
    return int((await conn.execute(query)).scalar_one())


async def again(conn: AsyncConnection, period: Period) -> tuple[int, int]:
    """Return how many donors first gave in the period, and how many of them again within 90 days, on a later day."""
    sums = [func.coalesce(func.sum(column), 0) for column in (donor_count.c.new, donor_count.c.again)]
    first, later = (await conn.execute(select(*sums).where(_of(period)))).one()
    return int(first), int(later)


def _of(period: Period) -> ColumnElement[bool]:
    """Return the condition for the row of a calendar period, or for those of the days of a free range."""
    if period.span is not None:
        return (donor_count.c.span == period.span.value) & (donor_count.c.start == (period.since or EPOCH))
    return (donor_count.c.span == Span.DAY.value) & within_days(donor_count.c.start, period)


async def first_day(conn: AsyncConnection) -> date | None:
    """Return the day of the first gift that counts, or None."""
    query = select(gift_sum.c.start).where(gift_sum.c.span == Span.DAY.value).order_by(gift_sum.c.start).limit(1)
    found: date | None = (await conn.execute(query)).scalar_one_or_none()
    return found
