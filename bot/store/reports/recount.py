"""Recount the tables of figures from the gifts, for `obole ledger verify`. Memory stays flat: differences only."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.periods import Span, period_of
from bot.store import pages
from bot.store.gifts.tables import gift
from bot.store.reports.tables import daily_sum, donor_count, first_gift_day, month_sum
from payments.ledger import Settled

_LISTED = 20  # differences of a table; one is enough to know that it is wrong
_COUNTS = gift.c.counted > 0
_MONTHLY, _KNOWN = gift.c.pledge.is_not(None), gift.c.supporter_id.is_not(None)
_SUMS = (
    select(
        *(gift.c.day, gift.c.campaign_id, gift.c.currency, gift.c.origin, gift.c.touch_kind),
        *(_MONTHLY.label("monthly"), _KNOWN.label("known")),
        *(gift.c.counted.label("amount"), func.count().label("gifts")),
    )
    .where(_COUNTS)
    .group_by(
        *(gift.c.day, gift.c.campaign_id, gift.c.currency, gift.c.origin, gift.c.touch_kind),
        *(_MONTHLY, _KNOWN, gift.c.counted),
    )
)


class Difference(NamedTuple):
    """A daily sum that should be there (`missing`), or should not."""

    row: tuple[Any, ...]
    missing: bool


async def differences(conn: AsyncConnection) -> list[Difference]:
    """Return daily sums that differ from the gifts."""
    found, stored = [], select(*daily_sum.c)
    for missing, query in ((True, _SUMS.except_(stored)), (False, stored.except_(_SUMS))):
        rows = await conn.execute(select(query.subquery()).limit(_LISTED))
        found += [Difference(tuple(row), missing) for row in rows]
    return found


async def wrong_months(conn: AsyncConnection) -> list[date]:
    """Return the months whose sums differ from those of their days."""
    bounds: list[date] = []
    for column in (daily_sum.c.day, month_sum.c.month):
        ends = (await conn.execute(select(func.min(column), func.max(column)))).one()
        bounds += [day for day in ends if day is not None]
    found, month = [], period_of(Span.MONTH, min(bounds)) if bounds else None
    while month is not None and month.since is not None and month.until is not None and month.since <= max(bounds):
        kinds = [column for column in daily_sum.c if column.name not in ("day", "gifts")]
        days = (daily_sum.c.day >= month.since) & (daily_sum.c.day < month.until)
        right = select(*kinds, func.sum(daily_sum.c.gifts)).where(days).group_by(*kinds)
        stored = select(*(c for c in month_sum.c if c.name != "month")).where(month_sum.c.month == month.since)
        for query in (right.except_(stored), stored.except_(right)):
            if (await conn.execute(select(query.subquery()).limit(1))).first() is not None:
                found.append(month.since)
        month = period_of(Span.MONTH, month.until)
    return found


async def undated(conn: AsyncConnection) -> list[int]:
    """Return gifts that are paid without a day, or have a day without being paid."""
    is_paid = gift.c.settled == int(Settled.PAID)
    query = select(gift.c.id).where(is_paid != gift.c.day.is_not(None)).order_by(gift.c.id).limit(_LISTED)
    return list((await conn.execute(query)).scalars())


async def days_of_donors(conn: AsyncConnection) -> AsyncIterator[Mapping[int, set[date]]]:
    """Yield each donor's days with counted gifts, from the gifts themselves, some thousand donors at a time."""
    query = select(gift.c.supporter_id, gift.c.day).where(_COUNTS, gift.c.day.is_not(None)).distinct()
    highest = (await conn.execute(select(func.max(gift.c.supporter_id)))).scalar_one() or 0
    for above in range(0, highest, pages.ROWS):
        ids = (gift.c.supporter_id > above) & (gift.c.supporter_id <= above + pages.ROWS)
        found: defaultdict[int, set[date]] = defaultdict(set)
        for supporter_id, day in await conn.execute(query.where(ids)):
            found[supporter_id].add(day)
        yield found


async def stored_donors(conn: AsyncConnection) -> dict[tuple[str, date], int]:
    """Return the stored numbers of donors by kind and first day of the period."""
    rows = await conn.execute(select(donor_count))
    return {(row.span, row.start): row.donors for row in rows}


async def stored_first_days(conn: AsyncConnection) -> dict[date, tuple[int, int]]:
    """Return the stored numbers of new donors by day, and of those who gave again."""
    return {row.day: (row.donors, row.again) for row in await conn.execute(select(first_gift_day))}
