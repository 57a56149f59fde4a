"""Keep the tables of figures: add the differences that a change of gifts makes."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Column, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.giving_days import DonorChanges, SumKey
from bot.domain.periods import Span, start_of
from bot.store.db import any_of
from bot.store.gifts.tables import gift
from bot.store.reports.tables import daily_sum, donor_count, first_gift_day, month_sum
from bot.store.rows import add_up

# Built once: building a statement takes longer than running it.
_DAYS_OF = select(gift.c.supporter_id, gift.c.day).where(
    gift.c.supporter_id.in_(any_of("supporters")), gift.c.counted > 0
)
_SPANS = [span.value for span in Span]


async def days_of(conn: AsyncConnection, supporter_ids: Collection[int]) -> dict[int, Counter[date]]:
    """Return the number of counted gifts on every day that these supporters gave on."""
    found: dict[int, Counter[date]] = {supporter_id: Counter() for supporter_id in supporter_ids}
    for supporter_id, day in await conn.execute(_DAYS_OF, {"supporters": list(supporter_ids)}):
        found[supporter_id][day] += 1
    return found


async def new_donors_since(conn: AsyncConnection, day: date) -> int:
    """Return how many people gave for the first time on that day or later."""
    query = select(func.coalesce(func.sum(first_gift_day.c.donors), 0)).where(first_gift_day.c.day >= day)
    return int((await conn.execute(query)).scalar_one())


async def add_sums(conn: AsyncConnection, moved: Mapping[SumKey, int]) -> None:
    """Add to the sums by day and by month."""
    await add_up(conn, daily_sum, [(*key, by) for key, by in moved.items()], key=SumKey._fields, add=["gifts"])
    await _drop_zeros(conn, daily_sum.c.gifts, {daily_sum.c.day: {key.day for key, by in moved.items() if by < 0}})
    by_month: Counter[SumKey] = Counter()
    for key, by in moved.items():
        by_month[key._replace(day=start_of(Span.MONTH, key.day))] += by
    rows = [(*key, by) for key, by in by_month.items() if by]
    await add_up(conn, month_sum, rows, key=["month", *SumKey._fields[1:]], add=["gifts"])
    less = {key.day for key, by in by_month.items() if by < 0}
    await _drop_zeros(conn, month_sum.c.gifts, {month_sum.c.month: less})


async def add_donors(conn: AsyncConnection, changes: DonorChanges) -> None:
    """Add to the numbers of donors."""
    periods = {at: by for at, by in changes.by_period.items() if by}
    counts = [(span.value, start, by) for (span, start), by in periods.items()]
    await add_up(conn, donor_count, counts, key=["span", "start"], add=["donors"])
    less = {start for (_, start), by in periods.items() if by < 0}
    await _drop_zeros(conn, donor_count.c.donors, {donor_count.c.span: _SPANS, donor_count.c.start: less})
    first = {day for day in changes.by_first_day if changes.by_first_day[day] or changes.again[day]}
    rows = [(day, changes.by_first_day[day], changes.again[day]) for day in first]
    await add_up(conn, first_gift_day, rows, key=["day"], add=["donors", "again"])
    less = {day for day in first if changes.by_first_day[day] < 0}
    await _drop_zeros(conn, first_gift_day.c.donors, {first_gift_day.c.day: less})


async def _drop_zeros(
    conn: AsyncConnection, counted: Column[int], where: Mapping[Column[Any], Collection[Any]]
) -> None:
    """Delete rows that came to zero; seldom, since only refunds and changes of supporters take something away."""
    if all(where.values()):
        conditions = [column.in_(any_of(column.name)) for column in where]
        values = {column.name: list(among) for column, among in where.items()}
        await conn.execute(delete(counted.table).where(*conditions, counted == 0), values)
