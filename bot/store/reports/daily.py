"""Keep the tables of figures: add the differences that a change of gifts makes."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.giving_days import DonorChanges, SumKey
from bot.domain.periods import Span, start_of
from bot.store.db import any_of
from bot.store.reports.tables import SUM_SPANS, donor_count, gift_sum
from bot.store.rows import add_up

_NARROWED_BY = 3  # columns of the key by which rows that came to zero are looked for


async def new_donors_since(conn: AsyncConnection, day: date) -> int:
    """Return how many people gave for the first time on that day or later."""
    days = (donor_count.c.span == Span.DAY.value) & (donor_count.c.start >= day)
    query = select(func.coalesce(func.sum(donor_count.c.new), 0)).where(days)
    return int((await conn.execute(query)).scalar_one())


async def add_sums(conn: AsyncConnection, moved: Mapping[SumKey, int]) -> None:
    """Add to the sums by day, month and year."""
    sums: Counter[tuple[Any, ...]] = Counter()
    for (day, *kind), by in moved.items():
        for span in SUM_SPANS:
            sums[span.value, start_of(span, day), *kind] += by
    await _add(conn, gift_sum, {key: (by,) for key, by in sums.items() if by})


async def add_donors(conn: AsyncConnection, changes: DonorChanges) -> None:
    """Add to the numbers of donors."""
    periods = changes.donors.keys() | changes.new.keys()
    rows = {
        (span.value, start): (changes.donors[span, start], changes.new[span, start], changes.again[span, start])
        for span, start in periods
    }
    await _add(conn, donor_count, {key: numbers for key, numbers in rows.items() if any(numbers)})


async def _add(conn: AsyncConnection, table: Table, rows: Mapping[tuple[Any, ...], tuple[int, ...]]) -> None:
    """Add numbers to the rows with these keys, and delete those whose first number came to zero.

    That is seldom, since only refunds and changes of supporters take something away.
    """
    keys, (counted, *others) = list(table.primary_key), [column for column in table.c if not column.primary_key]
    add = [counted.name, *(column.name for column in others)]
    await add_up(conn, table, [(*key, *by) for key, by in rows.items()], key=[c.name for c in keys], add=add)
    if less := [key for key, by in rows.items() if by[0] < 0]:
        among = dict(zip(keys[:_NARROWED_BY], zip(*less, strict=True), strict=False))
        conditions = [column.in_(any_of(column.name)) for column in among]
        values = {column.name: list(set(each)) for column, each in among.items()}
        await conn.execute(delete(table).where(*conditions, counted == 0), values)
