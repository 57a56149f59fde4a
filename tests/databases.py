"""Databases for tests: one per engine and run is migrated, and every test gets a clean one in milliseconds.

SQLite files are copied. Creating and dropping a PostgreSQL database costs 70 ms of CPU, so databases are emptied (5 ms)
and reused, except after a test that changed the schema.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.store.db import Database, database_url
from bot.store.migrate import migrate
from tests import connections

MODEL = "obole_model"

_END_OTHERS = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL (%s)
    AND backend_type = 'client backend'"""
_USED = """SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0"""
_WITHOUT_FOREIGN_KEYS = sql.SQL("SET LOCAL session_replication_role = replica")
_RESTART_IDS = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL"""
_SCHEMA = """SELECT (SELECT (max(xmin::text::bigint), count(*))::text FROM pg_attribute),
    (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_trigger), version_num FROM alembic_version"""


async def migrated_file(file: Path) -> str:
    """Create a migrated SQLite database in `file`. Return its URL."""
    model = _model_folder() / "model.sqlite3"
    if not model.exists():
        await _migrate(f"sqlite:///{model}")
    shutil.copy(model, file)
    return f"sqlite:///{file}"


@cache
def _model_folder() -> Path:
    """Return this process's folder for the file that is copied."""
    folder = tempfile.TemporaryDirectory(prefix="obole-model-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


class PostgresqlDatabases:
    """Migrated databases of one PostgreSQL server, emptied and reused."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._free: list[str] = []
        self._made: dict[str, psycopg.Connection[tuple[object, ...]]] = {}
        self._schema: object = None

    async def lend(self) -> str:
        """Return the URL of a migrated and empty database."""
        if self._schema is None:
            self._administer(f"CREATE DATABASE {MODEL}")
            await _migrate(named(self._server, MODEL))
        if not self._free:
            self._make(f"obole_{os.urandom(6).hex()}")
        return named(self._server, self._free.pop())

    def take_back(self, url: str) -> None:
        """Empty the database for the next test; drop it if the test changed its schema."""
        name = database_url(url).database
        assert name is not None
        if self._emptied(self._made[name]):
            self._free.append(name)
            return
        connections.forget(name)
        self._made.pop(name).close()
        self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        for name, connection in self._made.items():
            connections.forget(name)
            connection.close()

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)

    def _make(self, name: str) -> None:
        self._administer(f"CREATE DATABASE {name} TEMPLATE {MODEL} STRATEGY file_copy")
        connection = self._made[name] = psycopg.connect(named(self._server, name), autocommit=True)
        connections.keep(name)
        self._schema = connection.execute(_SCHEMA).fetchone()
        self._free.append(name)

    def _emptied(self, connection: psycopg.Connection[tuple[object, ...]]) -> bool:
        """Empty the database. Return whether it is as when created."""
        try:
            connection.execute(_END_OTHERS, [connections.idle(connection.info.dbname)])
            if connection.execute(_SCHEMA).fetchone() != self._schema:
                return False
            used = [sql.Identifier(str(name)) for (name,) in connection.execute(_USED)]
            if used:
                emptying = sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(table) for table in used)
                connection.execute(sql.SQL("BEGIN; {}; {}; COMMIT").format(_WITHOUT_FOREIGN_KEYS, emptying))
                # So that rows of the next test are stored in insertion order.
                connection.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(used)))
            connection.execute(_RESTART_IDS)
        except (psycopg.OperationalError, psycopg.errors.UndefinedTable):  # the test ended our connection, or the table
            return False
        return True


async def _migrate(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()


def named(server: str, name: str) -> str:
    """Return the URL of the database `name` on the server."""
    return server.replace("/postgres?", f"/{name}?")


@asynccontextmanager
async def owner(server: str) -> AsyncIterator[AsyncConnection]:
    """Yield a connection that can create and drop databases."""
    admin = create_async_engine(database_url(server), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with admin.connect() as conn:
        yield conn
    await admin.dispose()
