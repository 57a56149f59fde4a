"""Recount the tables of figures from the gifts, for `obole ledger verify`. Memory stays flat: differences only."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.periods import Period, Span, periods_between
from bot.store import pages
from bot.store.gifts.tables import gift
from bot.store.reports.figures import within_days
from bot.store.reports.tables import SUM_SPANS, donor_count, gift_sum
from payments.ledger import Settled

_KINDS = [column for column in gift_sum.c if column.name not in ("span", "start", "gifts")]
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

StoredDonors = dict[tuple[Span, date], tuple[int, int, int]]


class Difference(NamedTuple):
    """A daily sum that should be there (`missing`), or should not."""

    row: tuple[Any, ...]
    missing: bool


async def differences(conn: AsyncConnection) -> list[Difference]:
    """Return daily sums that differ from the gifts."""
    found, stored = [], select(gift_sum.c.start, *_KINDS, gift_sum.c.gifts).where(_stored(Span.DAY))
    for missing, query in ((True, _SUMS.except_(stored)), (False, stored.except_(_SUMS))):
        rows = await conn.execute(select(query.subquery()).limit(_LISTED))
        found += [Difference(tuple(row), missing) for row in rows]
    return found


async def wrong_periods(conn: AsyncConnection) -> list[tuple[Span, date]]:
    """Return the months whose sums differ from those of their days, and years that differ from their months."""
    ends = (await conn.execute(select(func.min(gift_sum.c.start), func.max(gift_sum.c.start)))).one()
    if ends[0] is None:
        return []
    return [
        (span, period.since)
        for shorter, span in pairwise(SUM_SPANS)
        for period in periods_between(span, *ends)
        if period.since is not None and not await _adds_up(conn, span, period, shorter)
    ]


async def _adds_up(conn: AsyncConnection, span: Span, period: Period, shorter: Span) -> bool:
    parts = _stored(shorter) & within_days(gift_sum.c.start, period)
    right = select(*_KINDS, func.sum(gift_sum.c.gifts)).where(parts).group_by(*_KINDS)
    stored = select(*_KINDS, gift_sum.c.gifts).where(_stored(span), gift_sum.c.start == period.since)
    for query in (right.except_(stored), stored.except_(right)):
        if (await conn.execute(select(query.subquery()).limit(1))).first() is not None:
            return False
    return True


def _stored(span: Span) -> ColumnElement[bool]:
    return gift_sum.c.span == span.value


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


async def stored_donors(conn: AsyncConnection) -> StoredDonors:
    """Return the stored numbers of donors, new ones and those who gave again, by kind and first day of the period."""
    rows = await conn.execute(select(donor_count))
    return {(Span(row.span), row.start): (row.donors, row.new, row.again) for row in rows}
