"""SQLite through aiosqlite with one visit to its thread for each statement.

aiosqlite runs a connection in a thread, and SQLAlchemy visits it four times for one query: to open a cursor,
execute, fetch and close. Each visit costs more than a small query does, so here one visit does it all; and
returning a connection that is in no transaction costs none.
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
    """What is left of a cursor once its rows are fetched: the attributes that SQLAlchemy reads."""

    __slots__ = ("arraysize", "description", "lastrowid", "rowcount")

    def __init__(self) -> None:
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def close(self) -> None:
        """Nothing is open."""


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """Holds all rows as soon as a statement has run, as SQLAlchemy's own cursor does."""

    __slots__ = ()
    _cursor: Any

    def _make_new_cursor(self, connection: Any) -> Any:
        return _Ran()

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    async def _execute_async(self, operation: str, parameters: Any) -> Any:
        await self._visit(False, operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: str, seq_of_parameters: Sequence[Any]) -> Any:
        await self._visit(True, operation, seq_of_parameters)

    async def _visit(self, many: bool, operation: str, parameters: Any) -> None:
        async with self._adapt_connection._execute_mutex:
            driver: Any = self._connection
            rows = await driver._execute(_run, driver._conn, self._cursor, many, operation, parameters)
            self._rows = deque(rows)


def _run(connection: sqlite3.Connection, ran: _Ran, many: bool, operation: str, parameters: Any) -> list[Any]:
    """In the driver's thread: execute, fetch, close."""
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
        """Asked for whenever a connection goes back to its pool."""
        if self._connection._connection and self._connection.in_transaction:
            super().rollback()


class _Driver(AsyncAdapt_aiosqlite_dbapi):
    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        return _Connection(self, super().connect(*arg, **kw)._connection)


def driver() -> AsyncAdapt_aiosqlite_dbapi:
    """What to give `create_async_engine` as its `module`."""
    stock = SQLiteDialect_aiosqlite.import_dbapi()
    return _Driver(stock.aiosqlite, stock.sqlite)
