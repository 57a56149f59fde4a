"""The only access to the database: one writer, and readers that never block it. Differences between
engines are here.
"""

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
from sqlalchemy.pool import AsyncAdaptedQueuePool, QueuePool

from bot.store import postgresql_driver, sqlite_driver
from bot.store.file_watch import FileWatch

Connection = AsyncConnection  # opaque to use cases
_READERS = 4
_POOL_SECONDS = 20.0  # to wait for a free connection; longer than for an answer, so a rush makes replies late, not fail
_STATEMENT = "statement_seconds"  # connection option: how long one statement may take
_MAX_SNAPSHOTS = 2  # at once; fewer than there are connections, so that others find one
_LOCK_MONEY = text("SELECT pg_advisory_xact_lock(7210815413)")  # any number unused on this server
_LOCK_CONVERSATIONS = text("SELECT pg_advisory_xact_lock(7210815414)")


def database_url(written: str) -> URL:
    """Return a SQLAlchemy URL for what people and hosts write: `postgres://`, `sqlite:///file`, or a bare path."""
    if "://" not in written:
        written = f"sqlite:///{written}"
    url = make_url(written)
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+aiosqlite"):
        return url.set(drivername="sqlite+aiosqlite")
    raise ValueError(f"neither SQLite nor PostgreSQL: {url.drivername}")


class Database:
    """Provides connections. On SQLite one writer at a time, since its lock allows only one anyway."""

    def __init__(self, url: str, *, checkpoints: bool = True) -> None:
        """`checkpoints` False: for a process beside the one that serves.

        SQLite before 3.51.3 can lose a commit when two connections race for a checkpoint (its WAL-reset bug), so only
        one process makes them.
        """
        self.url = database_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer = _sqlite_engine(self.url, readonly=False, checkpoints=checkpoints)
            self._reader = _sqlite_engine(self.url, readonly=True, checkpoints=False)
        else:
            # A single read needs no transaction: without one it takes one round trip instead of three.
            self._writer = _postgresql_engine(self.url)
            self._reader = _postgresql_engine(self.url, isolation_level="AUTOCOMMIT")
        self.file = Path(self.url.database) if self.is_sqlite and self.url.database else None
        self.watch = FileWatch(self.file)
        self._writer_lock = asyncio.Lock()
        self._snapshots = asyncio.Semaphore(_MAX_SNAPSHOTS)

    def pools(self) -> dict[str, dict[str, int]]:
        """Return how many connections are in use, and how many there may be, by pool."""
        engines = {"writer": self._writer, "reader": self._reader}
        pools = {name: engine.pool for name, engine in engines.items()}
        return {
            name: {"in_use": pool.checkedout(), "size": pool.size()}
            for name, pool in pools.items()
            if isinstance(pool, QueuePool)
        }

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that commits at the end, or rolls back on an exception. No network calls inside.

        Raises DatabaseLost if SQLite's file is no longer there.
        """
        self.watch.require()
        if self.is_sqlite:
            async with self._writer_lock, self._writer.begin() as conn:
                yield conn
        else:
            async with self._writer.begin() as conn:
                yield conn

    @asynccontextmanager
    async def write_money(self) -> AsyncIterator[AsyncConnection]:
        """Open a `write` transaction in which gifts and counters are read, changed by the rules and written back.

        One at a time across all processes: two at once would undo or double each other's changes. SQLite has a single
        writer anyway; PostgreSQL takes an advisory lock, which costs one round trip per set of events.
        """
        async with self.write() as conn:
            if not self.is_sqlite:
                await conn.execute(_LOCK_MONEY)
            yield conn

    @asynccontextmanager
    async def change_schema(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction for migrations.

        On SQLite, foreign keys are off in it: a referenced table is changed by replacing it, and dropping the old one
        would delete the rows that refer to it.
        """
        if not self.is_sqlite:
            async with postgresql_driver.long_answers(), self._writer.connect() as conn:
                await conn.execution_options(**{_STATEMENT: postgresql_driver.LONG_SECONDS})
                async with conn.begin():
                    yield conn
            return
        async with self._writer_lock, self._writer.connect() as conn:
            driver = (await conn.get_raw_connection()).driver_connection
            assert driver is not None
            await driver.execute("PRAGMA foreign_keys=OFF")  # it has no effect inside a transaction
            try:
                async with conn.begin():
                    yield conn
            finally:
                await driver.execute("PRAGMA foreign_keys=ON")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection for reading. On SQLite it cannot write and never checkpoints."""
        async with self._reader.connect() as conn:
            yield conn

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection whose queries all see the same moment.

        For reading whole tables, which can take seconds: the number at once is limited, so that gifts and replies still
        find a connection.
        """
        async with self._snapshots:
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
        """Open the readers' connections in advance."""
        async with AsyncExitStack() as stack:
            for _ in range(_READERS):
                await stack.enter_async_context(self._reader.connect())
        self.watch.remember()

    async def mark_file(self) -> None:
        """Write a new mark into SQLite's file, by which `watch` notices another file copied over it."""
        if self.file is None:
            return
        async with self._writer_lock, self._writer.connect() as conn:
            driver = (await conn.get_raw_connection()).driver_connection
            if driver is None or (mark := self.watch.next_mark()) is None:
                return
            await driver.execute(f"PRAGMA user_version={mark}")
            await driver.execute("PRAGMA wal_checkpoint(PASSIVE)")  # does not wait; a later checkpoint will do
            self.watch.forget_old_marks()

    async def renew_writer(self) -> None:
        """Close the writer's idle connections, so that the next transaction starts on a fresh one."""
        if self.is_sqlite:
            async with self._writer_lock:  # the only connection is idle only when no one writes
                await self._writer.dispose()
        else:
            await self._writer.dispose()

    async def close(self) -> None:
        """Close all connections. An aiosqlite connection left open would keep the process from ending."""
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
        connect_args={**postgresql_driver.CONNECT, "async_creator_fn": postgresql_driver.PatientConnection.connect},
        **options,
    )
    postgresql_driver.check_before_use(engine)

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(conn: Any) -> None:
        # Not as a connection parameter, which poolers refuse. It has no effect outside a transaction.
        if options.get("isolation_level") != "AUTOCOMMIT":
            seconds = conn.get_execution_options().get(_STATEMENT, postgresql_driver.STATEMENT_SECONDS)
            conn.exec_driver_sql(f"SET LOCAL statement_timeout = '{int(seconds)}s'")

    return engine


def _sqlite_engine(url: URL, *, readonly: bool, checkpoints: bool) -> AsyncEngine:
    logging.getLogger("aiosqlite").setLevel(logging.INFO)  # DEBUG would log stored values, including tokens
    engine = create_async_engine(
        url,
        module=sqlite_driver.driver(),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=_READERS if readonly else 1,
        max_overflow=0,
        pool_use_lifo=True,  # each connection has its own cache: fewer busy ones use less memory
        hide_parameters=True,  # parameters hold names and tokens, which must not reach logs
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _open(dbapi_connection: Any, _record: object) -> None:
        # Otherwise the driver begins transactions itself, and savepoints leak.
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


async def lock_conversations(conn: AsyncConnection) -> None:
    """Let one transaction at a time count the conversations that the bot opens; SQLite has a single writer anyway."""
    if conn.dialect.name == "postgresql":
        await conn.execute(_LOCK_CONVERSATIONS)


def any_of(name: str) -> BindParameter[Any]:
    """Return the parameter of `column.in_(...)` for a statement built once and run with lists of any length."""
    return bindparam(name, expanding=True)


def insert_or_ignore(conn: AsyncConnection, table: Table) -> Any:
    """Return INSERT ... ON CONFLICT DO NOTHING for the engine in use."""
    return _insert_or_ignore(conn.dialect.name, table)


def upsert(
    conn: AsyncConnection, table: Table, key: Sequence[str], change: Sequence[str], add: Sequence[str] = ()
) -> Any:
    """Return an INSERT that, for an existing `key`, replaces the columns `change` and adds to the columns `add`."""
    return _upsert(conn.dialect.name, table, tuple(key), tuple(change), tuple(add))


# Cached: building a statement takes longer than running it.
@cache
def _insert_or_ignore(engine: str, table: Table) -> Any:
    return _INSERT[engine](table).on_conflict_do_nothing()


@cache
def _upsert(engine: str, table: Table, key: tuple[str, ...], change: tuple[str, ...], add: tuple[str, ...]) -> Any:
    statement = _INSERT[engine](table)
    return statement.on_conflict_do_update(index_elements=key, set_=replaced(table, statement, change, add))


def replaced(table: Table, statement: Any, change: Sequence[str], add: Sequence[str]) -> dict[str, Any]:
    """Return what an upsert sets in an existing row."""
    new = statement.excluded
    return {name: new[name] for name in change} | {name: table.c[name] + new[name] for name in add}


_INSERT: Mapping[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
