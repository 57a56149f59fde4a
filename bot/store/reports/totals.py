"""Read the stored figures: what was given, and by how many, in a period and for a campaign.

Everything here reads the tables that `daily.py` keeps; donors of other ranges come from an index of the gifts. Amounts
are in minor units and never added across currencies.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Column, and_, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.periods import EPOCH, Period, Span, period_of, start_of
from bot.store.campaigns.tables import campaign
from bot.store.gifts.tables import OF_DONORS, gift
from bot.store.reports.figures import in_period, within_days
from bot.store.reports.tables import OFFLINE, daily_sum, donor_count, first_gift_day, month_sum
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
    for start, part in _parts(period):
        table = start.table
        kinds = [table.c[name] for name in AmountRow._fields[:-1]]
        scope = in_period(start, part, table.c.campaign_id, campaign_id)
        for *kind, gifts in await conn.execute(select(*kinds, func.sum(table.c.gifts)).where(scope).group_by(*kinds)):
            found[tuple(kind)] += int(gifts)
    return [AmountRow._make((*kind, gifts)) for kind, gifts in found.items()]


def _parts(period: Period) -> Iterator[tuple[Column[Any], Period]]:
    """Yield the whole months of a period, and the days before and after them, each with the column that dates them."""
    first = period.since and start_of(Span.MONTH, period.since)
    if first is not None and first != period.since:
        first = period_of(Span.MONTH, first).until
    last = period.until and start_of(Span.MONTH, period.until)
    if first is not None and last is not None and first >= last:
        yield daily_sum.c.day, period
        return
    yield month_sum.c.month, Period(since=first, until=last)
    if first != period.since:
        yield daily_sum.c.day, Period(since=period.since, until=first)
    if last != period.until:
        yield daily_sum.c.day, Period(since=last, until=period.until)


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
        select(campaign.c.id, func.sum(daily_sum.c.amount * daily_sum.c.gifts))
        .join_from(daily_sum, campaign, campaign.c.id == daily_sum.c.campaign_id)
        .where(text(OFFLINE), daily_sum.c.currency == campaign.c.currency)
        .group_by(campaign.c.id)
    )
    return {campaign_id: int(minor) for campaign_id, minor in await conn.execute(query)}


async def donors(conn: AsyncConnection, period: Period, campaign_id: int | None = None) -> int:
    """Return how many supporters gave in a period. Calendar periods of all campaigns are stored, others counted."""
    if period.span is not None and campaign_id is None:
        at = (donor_count.c.span == period.span.value) & (donor_count.c.start == (period.since or EPOCH))
        return (await conn.execute(select(donor_count.c.donors).where(at))).scalar_one_or_none() or 0
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
    sums = [func.coalesce(func.sum(column), 0) for column in (first_gift_day.c.donors, first_gift_day.c.again)]
    first, later = (await conn.execute(select(*sums).where(within_days(first_gift_day.c.day, period)))).one()
    return int(first), int(later)


async def first_day(conn: AsyncConnection) -> date | None:
    """Return the day of the first gift that counts, or None."""
    query = select(daily_sum.c.day).order_by(daily_sum.c.day).limit(1)
    found: date | None = (await conn.execute(query)).scalar_one_or_none()
    return found
