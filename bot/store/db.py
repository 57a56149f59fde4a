"""The one door to the database: a writer, and readers that never hold it up. What engines differ in is here."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import BindParameter, Table, bindparam, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.store import postgresql_driver, sqlite_driver
from bot.store.file_watch import FileWatch

Connection = AsyncConnection  # what use cases pass on without knowing what it is
_READERS = 4
_POOL_SECONDS = 5.0  # until a connection is free
_STATEMENT = "statement_seconds"  # how long one statement may take, as an option of a connection
_LONG_LOOKS = 2  # at once; fewer than there are connections, so that others find one
_TAKE_MONEY_TURN = text("SELECT pg_advisory_xact_lock(7210815413)")  # any number nobody else on this server uses


def database_url(written: str) -> URL:
    """A SQLAlchemy URL from what people and hosts write: `postgres://`, `sqlite:///file`, or a bare path."""
    if "://" not in written:
        written = f"sqlite:///{written}"
    url = make_url(written)
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+aiosqlite"):
        return url.set(drivername="sqlite+aiosqlite")
    raise ValueError(f"neither SQLite nor PostgreSQL: {url.drivername}")


class Database:
    """Gives connections. One writer at a time on SQLite, whose lock would be taken by one only anyway."""

    def __init__(self, url: str, *, checkpoints: bool = True) -> None:
        """`checkpoints` False: for a visitor beside the process that serves.

        SQLite before 3.51.3 can lose a commit when two connections race for a checkpoint (its WAL-reset bug), so
        only one process makes them.
        """
        self.url = database_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer = _sqlite_engine(self.url, readonly=False, checkpoints=checkpoints)
            self._reader = _sqlite_engine(self.url, readonly=True, checkpoints=False)
        else:
            # A read alone needs no transaction: without one it is one round trip instead of three.
            self._writer = _postgresql_engine(self.url)
            self._reader = _postgresql_engine(self.url, isolation_level="AUTOCOMMIT")
        self.file = Path(self.url.database) if self.is_sqlite and self.url.database else None
        self.watch = FileWatch(self.file)
        self._turn = asyncio.Lock()
        self._looks = asyncio.Semaphore(_LONG_LOOKS)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that commits at the end, or rolls back when an exception leaves it. No network inside.

        Raises DatabaseLost where SQLite's file is no longer there.
        """
        self.watch.require()
        if self.is_sqlite:
            async with self._turn, self._writer.begin() as conn:
                yield conn
        else:
            async with self._writer.begin() as conn:
                yield conn

    @asynccontextmanager
    async def write_money(self) -> AsyncIterator[AsyncConnection]:
        """`write`, where gifts and counters are read, moved by the rules and written back.

        One at a time over all processes: two at once would undo or double what the other did. SQLite's only writer
        has that already; PostgreSQL is told, which costs one round trip a set of events.
        """
        async with self.write() as conn:
            if not self.is_sqlite:
                await conn.execute(_TAKE_MONEY_TURN)
            yield conn

    @asynccontextmanager
    async def change_schema(self) -> AsyncIterator[AsyncConnection]:
        """A transaction for migrations. On SQLite foreign keys are off in it: a table that others refer to is
        changed by replacing it, and dropping the old one would drop what refers to it.
        """
        if not self.is_sqlite:
            async with postgresql_driver.long_answers(), self._writer.connect() as conn:
                await conn.execution_options(**{_STATEMENT: postgresql_driver.LONG_SECONDS})
                async with conn.begin():
                    yield conn
            return
        async with self._turn, self._writer.connect() as conn:
            driver = (await conn.get_raw_connection()).driver_connection
            assert driver is not None
            await driver.execute("PRAGMA foreign_keys=OFF")  # inside a transaction it would do nothing
            try:
                async with conn.begin():
                    yield conn
            finally:
                await driver.execute("PRAGMA foreign_keys=ON")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read with. On SQLite it cannot write and never checkpoints."""
        async with self._reader.connect() as conn:
            yield conn

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose queries all see the same moment.

        For what reads whole tables, for seconds where there is a lot: however often staff tap meanwhile, gifts and
        answers find a connection.
        """
        async with self._looks:
            if self.is_sqlite:
                async with self._reader.connect() as conn:
                    await conn.exec_driver_sql("BEGIN")
                    yield conn
                    await conn.rollback()
            else:
                async with postgresql_driver.long_answers(), self._writer.connect() as conn:
                    longer = {_STATEMENT: postgresql_driver.LONG_SECONDS}
                    await conn.execution_options(isolation_level="REPEATABLE READ", **longer)
                    yield conn

    async def warm(self) -> None:
        """Open the readers' connections before anybody waits for one."""
        async with AsyncExitStack() as stack:
            for _ in range(_READERS):
                await stack.enter_async_context(self._reader.connect())
        self.watch.remember()

    async def mark_file(self) -> None:
        """Put a new mark into SQLite's file, by which `watch` notices that another file was copied over it."""
        if self.file is None:
            return
        async with self._turn, self._writer.connect() as conn:
            driver = (await conn.get_raw_connection()).driver_connection
            if driver is None or (mark := self.watch.next_mark()) is None:
                return
            await driver.execute(f"PRAGMA user_version={mark}")
            await driver.execute("PRAGMA wal_checkpoint(PASSIVE)")  # waits for nobody; else the next one brings it
            self.watch.forget_old_marks()

    async def renew_writer(self) -> None:
        """Give up the writer's idle connections, so that the next transaction begins on a fresh one."""
        if self.is_sqlite:
            async with self._turn:  # the only connection is idle only while nobody writes
                await self._writer.dispose()
        else:
            await self._writer.dispose()

    async def close(self) -> None:
        """Give all connections back. An aiosqlite connection left open would keep the process from ending."""
        await self._reader.dispose()
        await self._writer.dispose()
        self.watch.close()


def _postgresql_engine(url: URL, **options: Any) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=_READERS,
        max_overflow=0,
        hide_parameters=True,
        pool_timeout=_POOL_SECONDS,
        pool_pre_ping=True,  # after a restart of the server the first tap finds a live connection
        connect_args={**postgresql_driver.CONNECT, "async_creator_fn": postgresql_driver.PatientConnection.connect},
        **options,
    )

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(conn: Any) -> None:
        # Not as a parameter of the connection, which poolers refuse. Without a transaction it would do nothing.
        if options.get("isolation_level") != "AUTOCOMMIT":
            seconds = conn.get_execution_options().get(_STATEMENT, postgresql_driver.STATEMENT_SECONDS)
            conn.exec_driver_sql(f"SET LOCAL statement_timeout = '{int(seconds)}s'")

    return engine


def _sqlite_engine(url: URL, *, readonly: bool, checkpoints: bool) -> AsyncEngine:
    logging.getLogger("aiosqlite").setLevel(logging.INFO)  # below that it writes what is stored, tokens too
    engine = create_async_engine(
        url,
        module=sqlite_driver.driver(),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=_READERS if readonly else 1,
        max_overflow=0,
        pool_use_lifo=True,  # each has a cache of its own: the fewer of them are busy, the less memory
        hide_parameters=True,  # they hold names and tokens, which errors would carry into logs
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _open(dbapi_connection: Any, _record: object) -> None:
        # Without this the driver begins transactions on its own terms, and savepoints leak.
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA busy_timeout=10000")
        if readonly:
            cursor.execute("PRAGMA query_only=ON")
        else:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA foreign_keys=ON")
        if not checkpoints:
            cursor.execute("PRAGMA wal_autocheckpoint=0")
        cursor.close()

    if not readonly:

        @event.listens_for(engine.sync_engine, "begin")
        def _begin(conn: Any) -> None:
            conn.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def any_of(name: str) -> BindParameter[Any]:
    """The parameter of `column.in_(...)` in a statement that is built once and run with lists of any length."""
    return bindparam(name, expanding=True)


def insert_or_ignore(conn: AsyncConnection, table: Table) -> Any:
    """INSERT ... ON CONFLICT DO NOTHING, in the words of the engine at hand."""
    return _insert_or_ignore(conn.dialect.name, table)


def upsert(
    conn: AsyncConnection, table: Table, key: Sequence[str], change: Sequence[str], add: Sequence[str] = ()
) -> Any:
    """INSERT that replaces the columns `change` of the row with the same `key`, and adds to its columns `add`."""
    return _upsert(conn.dialect.name, table, tuple(key), tuple(change), tuple(add))


# Statements never change, and building one takes longer than running it.
@cache
def _insert_or_ignore(engine: str, table: Table) -> Any:
    return _INSERT[engine](table).on_conflict_do_nothing()


@cache
def _upsert(engine: str, table: Table, key: tuple[str, ...], change: tuple[str, ...], add: tuple[str, ...]) -> Any:
    statement = _INSERT[engine](table)
    return statement.on_conflict_do_update(index_elements=key, set_=replaced(table, statement, change, add))


def replaced(table: Table, statement: Any, change: Sequence[str], add: Sequence[str]) -> dict[str, Any]:
    """What an upsert does to a row that is there."""
    new = statement.excluded
    return {name: new[name] for name in change} | {name: table.c[name] + new[name] for name in add}


_INSERT: Mapping[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
