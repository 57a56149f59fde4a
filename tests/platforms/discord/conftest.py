"""A context on an empty SQLite file and a talk that echoes: what most tests of the Discord adapter begin with."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.db import Database
from bot.store.migrate import migrate
from bot.usecases.context import Context
from tests.conftest import MovingClock
from tests.platforms.discord.fake_talk import FakeTalk
from tests.world import make_context


@pytest.fixture
async def ctx(tmp_path: Path, clock: MovingClock) -> AsyncIterator[Context]:
    """One engine is enough: what the adapter asks of the database is tested with the store."""
    database = Database(f"sqlite:///{tmp_path / 'obole.sqlite3'}")
    await migrate(database)
    yield make_context(database, clock)
    await database.close()


@pytest.fixture
def talk() -> FakeTalk:
    return FakeTalk()
