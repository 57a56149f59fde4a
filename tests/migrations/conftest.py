"""Empty databases on both engines, and databases of revision 0001 with a row in every table."""

import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.store.db import Database
from tests.databases import named, owner

HERE = Path(__file__).parent


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database without tables."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'obole.sqlite3'}")
        yield database
        await database.close()
        return
    server = request.getfixturevalue("postgres")
    name = f"empty_{random.SystemRandom().getrandbits(48):x}"
    async with owner(server) as conn:
        await conn.execute(text(f"CREATE DATABASE {name}"))
    database = Database(named(server, name))
    yield database
    await database.close()
    async with owner(server) as conn:
        await conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def old(empty: Database) -> Database:
    """A database as left by the last version without its own revisions (commit 8d3dc60)."""
    await load(empty)
    return empty


async def load(db: Database) -> None:
    """Fill an empty database from the dump of revision 0001 for its engine."""
    dump = HERE / f"{'sqlite' if db.is_sqlite else 'postgresql'}_0001.sql"
    if db.file is not None:
        with closing(sqlite3.connect(db.file)) as connection:
            connection.executescript(dump.read_text())
        return
    async with db.write() as conn:
        for statement in dump.read_text().split(";\n"):
            if statement.strip():
                await conn.exec_driver_sql(statement)
