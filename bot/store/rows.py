"""Write many rows in one statement.

SQLite takes them one by one without leaving the process. PostgreSQL takes them as one JSON parameter: sent row by row,
a set of events would cost both sides hundreds of messages.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import JSON, Insert, Table, bindparam, column, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine

from bot.store.columns import Day, Utc, day_number
from bot.store.db import replaced, upsert

Row = Mapping[str, Any]


async def write_rows(
    conn: AsyncConnection,
    table: Table,
    rows: Sequence[Row],
    *,
    key: Sequence[str] = (),
    change: Sequence[str] = (),
    add: Sequence[str] = (),
) -> None:
    """Insert rows, which must all have the same columns.

    For an existing `key`, the columns `change` are replaced and the columns `add` are added to.
    """
    if not rows:
        return
    if conn.dialect.name == "postgresql":
        statement = _insert(table, tuple(rows[0]), tuple(key), tuple(change), tuple(add))
        await conn.execute(statement, as_parameter({name: table.c[name].type for name in rows[0]}, rows))
    else:
        statement = upsert(conn, table, key, change, add) if key else _plain(table)
        await conn.execute(statement, [dict(row) for row in rows])


async def add_up(
    conn: AsyncConnection,
    table: Table,
    rows: Sequence[tuple[int | str | date, ...]],
    *,
    key: Sequence[str],
    add: Sequence[str],
) -> None:
    """Add numbers to hundreds of rows, creating missing ones: each row is its key and the numbers, in that order.

    A faster `write_rows`: on SQLite, converting each value takes longer than writing it.
    """
    names = (*key, *add)
    if conn.dialect.name == "postgresql":
        await write_rows(conn, table, [dict(zip(names, row, strict=True)) for row in rows], key=key, add=add)
    elif rows:
        if any(isinstance(table.c[name].type, Day) for name in names):
            rows = [tuple(day_number(value) if isinstance(value, date) else value for value in row) for row in rows]
        await conn.exec_driver_sql(_adding(table, tuple(key), tuple(add)), list(rows))


@cache
def _adding(table: Table, key: tuple[str, ...], add: tuple[str, ...]) -> str:
    values = {name: table.c[name] + sqlite.insert(table).excluded[name] for name in add}
    statement = sqlite.insert(table).on_conflict_do_update(index_elements=key, set_=values)
    compiled = statement.compile(dialect=sqlite.dialect(), column_keys=(*key, *add))
    assert compiled.positiontup == [*key, *add]
    return str(compiled)


_plain = cache(insert)


def as_table(columns: Mapping[str, TypeEngine[Any]]) -> TableValuedAlias:
    """PostgreSQL: return the rows of `as_parameter` as a table."""
    parameter = func.json_to_recordset(bindparam("rows", type_=JSON))
    named = parameter.table_valued(*(column(name, kind) for name, kind in columns.items()))
    return named.render_derived(name="new", with_types=True)


def as_parameter(columns: Mapping[str, TypeEngine[Any]], rows: Sequence[Row]) -> dict[str, Any]:
    """Return the parameters for a statement over `as_table(columns)`."""
    stored = {name: kind for name, kind in columns.items() if isinstance(kind, Utc | Day)}
    return {
        "rows": [
            {**row, **{name: kind.process_bind_param(row[name], None) for name, kind in stored.items()}} for row in rows
        ]
    }


@cache
def _insert(
    table: Table, names: tuple[str, ...], key: tuple[str, ...], change: tuple[str, ...], add: tuple[str, ...]
) -> Insert:
    new = as_table({name: table.c[name].type for name in names})
    statement = postgresql.insert(table).from_select(list(names), select(*(new.c[name] for name in names)), False)
    if not key:
        return statement
    return statement.on_conflict_do_update(index_elements=key, set_=replaced(table, statement, change, add))
