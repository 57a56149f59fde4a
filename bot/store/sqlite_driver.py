"""SQLite through aiosqlite with at most one round trip to its thread per statement, and none for a small read.

aiosqlite runs a connection in a thread, and SQLAlchemy makes four round trips for one query: open a cursor, execute,
fetch, close. Each costs several times a small query, so here one does it all; returning a connection without a
transaction costs none.

A connection that only reads runs its query on the event loop first, for at most BRIEF_STEPS of SQLite's virtual
machine: what an answer looks up by a key takes a few dozen. A longer query is stopped there and runs again in the
thread, and so does one that would have to wait for a lock.

It overrides private methods of SQLAlchemy's adapter; `python -m tests.bench driver` shows what that buys: more
than half of the CPU of a small read.
"""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
    SQLiteDialect_aiosqlite,
)

BRIEF_STEPS = 2_000  # of SQLite's virtual machine; about 0.1 ms
BUSY_MILLISECONDS = 10_000  # to wait for a lock, in the thread
_BUSY_LOOP_SECONDS = 0.005  # after which a brief read lets the event loop serve others
_NOT_BRIEF = (sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY)


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


class _ReadingCursor(_Cursor):
    """Runs brief queries without the driver's thread."""

    __slots__ = ()
    last_yield = 0.0  # monotonic seconds; of all cursors, since they share the event loop

    async def _round_trip(self, many: bool, operation: str, parameters: Any) -> None:
        async with self._adapt_connection._execute_mutex:
            driver: Any = self._connection
            rows = None if many else _run_briefly(driver._conn, self._cursor, operation, parameters)
            if rows is None:
                rows = await driver._execute(_run_at_length, driver._conn, self._cursor, many, operation, parameters)
            elif time.monotonic() - _ReadingCursor.last_yield > _BUSY_LOOP_SECONDS:
                await asyncio.sleep(0)
                _ReadingCursor.last_yield = time.monotonic()
            self._rows = deque(rows)


def _run_briefly(connection: sqlite3.Connection, ran: _Ran, operation: str, parameters: Any) -> list[Any] | None:
    """Execute and fetch a query here; None if it takes long, waits for a lock or is no query."""
    if not operation.startswith("SELECT"):  # a PRAGMA may read the whole file in one step
        return None
    connection.set_progress_handler(_stop, BRIEF_STEPS)
    try:
        return _run(connection, ran, False, operation, parameters)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in _NOT_BRIEF:
            raise
        return None


def _stop() -> bool:
    return True


def _run_at_length(connection: sqlite3.Connection, ran: _Ran, many: bool, operation: str, parameters: Any) -> list[Any]:
    """Execute in the driver's thread, which may wait for a lock."""
    connection.set_progress_handler(None, 0)
    connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    try:
        return _run(connection, ran, many, operation, parameters)
    finally:
        connection.execute("PRAGMA busy_timeout=0")  # the event loop never waits


class _ReadingConnection(_Connection):
    __slots__ = ()
    _cursor_cls = _ReadingCursor


class _Driver(AsyncAdapt_aiosqlite_dbapi):
    connection: type[_Connection] = _Connection

    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        return self.connection(self, super().connect(*arg, **kw)._connection)


class _ReadingDriver(_Driver):
    connection = _ReadingConnection


def driver(*, readonly: bool) -> AsyncAdapt_aiosqlite_dbapi:
    """Return the `module` argument for `create_async_engine`.

    `readonly`: needs connections opened with `check_same_thread=False`. The event loop and the driver's thread use them
    in turn, never at once.
    """
    stock = SQLiteDialect_aiosqlite.import_dbapi()
    return (_ReadingDriver if readonly else _Driver)(stock.aiosqlite, stock.sqlite)
