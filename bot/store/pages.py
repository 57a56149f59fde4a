"""Read a long table a page at a time, so that a million rows need no more memory than a thousand."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import Column, Select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

ROWS = 2_000  # held in memory


async def pages(conn: AsyncConnection, query: Select[Any], key: Sequence[Column[Any]]) -> AsyncIterator[Any]:
    """Yield the rows of a query in the order of `key`, columns of it that are unique together."""
    page = query.order_by(*key).limit(ROWS)
    names = [column.name for column in key]
    rows: Sequence[Any] = (await conn.execute(page)).all()
    while rows:
        for row in rows:
            yield row
        if len(rows) < ROWS:
            return
        last = [rows[-1]._mapping[name] for name in names]
        rows = (await conn.execute(page.where(tuple_(*key) > tuple_(*last)))).all()
