"""Recount the tables of figures from the gifts, for `obole ledger verify`. Memory stays flat: differences only."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import pages
from bot.store.gifts.tables import gift
from bot.store.reports.tables import daily_sum, donor_count, first_gift_day
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
