"""SQLite through aiosqlite with one round trip to its thread per statement.

aiosqlite runs a connection in a thread, and SQLAlchemy makes four round trips for one query: open a cursor, execute,
fetch, close. Each costs more than a small query, so here one does it all; returning a connection without a transaction
costs none.

It overrides private methods of SQLAlchemy's adapter; `python -m tests.bench driver` shows what that buys: a quarter
of the CPU of a small read.
"""

import sqlite3
from collections import deque
from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
    SQLiteDialect_aiosqlite,
)


class _Ran:
    """The remains of a cursor once its rows are fetched: the attributes that SQLAlchemy reads."""

    __slots__ = ("arraysize", "description", "lastrowid", "rowcount")

    def __init__(self) -> None:
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def close(self) -> None:
        """Do nothing: nothing is open."""


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """Fetches all rows as soon as a statement has run, as SQLAlchemy's own cursor does."""

    __slots__ = ()
    _cursor: Any

    def _make_new_cursor(self, connection: Any) -> Any:
        return _Ran()

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    async def _execute_async(self, operation: str, parameters: Any) -> Any:
        await self._round_trip(False, operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: str, seq_of_parameters: Sequence[Any]) -> Any:
        await self._round_trip(True, operation, seq_of_parameters)

    async def _round_trip(self, many: bool, operation: str, parameters: Any) -> None:
        async with self._adapt_connection._execute_mutex:
            driver: Any = self._connection
            rows = await driver._execute(_run, driver._conn, self._cursor, many, operation, parameters)
            self._rows = deque(rows)


def _run(connection: sqlite3.Connection, ran: _Ran, many: bool, operation: str, parameters: Any) -> list[Any]:
    """Execute, fetch and close, in the driver's thread."""
    cursor = connection.executemany(operation, parameters) if many else connection.execute(operation, parameters)
    try:
        ran.description, ran.rowcount, ran.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        return cursor.fetchall() if cursor.description else []
    finally:
        cursor.close()


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()
    _cursor_cls = _Cursor

    def rollback(self) -> None:
        """Roll back only if there is a transaction: SQLAlchemy calls this whenever a connection returns to its pool."""
        if self._connection._connection and self._connection.in_transaction:
            super().rollback()


class _Driver(AsyncAdapt_aiosqlite_dbapi):
    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        return _Connection(self, super().connect(*arg, **kw)._connection)


def driver() -> AsyncAdapt_aiosqlite_dbapi:
    """Return the `module` argument for `create_async_engine`."""
    stock = SQLiteDialect_aiosqlite.import_dbapi()
    return _Driver(stock.aiosqlite, stock.sqlite)
