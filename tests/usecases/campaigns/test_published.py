"""Campaigns that tests restore from rows are exactly as published (tests/published.py)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.store.campaigns import campaigns
from bot.store.db import Database
from bot.store.schema import metadata
from bot.usecases.context import Context
from tests import published
from tests.clock import MovingClock
from tests.databases import PostgresqlDatabases, migrated_file
from tests.usecase_setup import RecordingGateway, make_context, open_campaign


@pytest.fixture
async def other_db(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> AsyncIterator[Database]:
    """A second migrated database on the same engine."""
    databases: PostgresqlDatabases | None = None
    if url.startswith("sqlite"):
        second = await migrated_file(tmp_path / "second.sqlite3")
    else:
        databases = request.getfixturevalue("postgresql_databases")
        assert databases is not None
        second = await databases.lend()
    database = Database(second)
    yield database
    await database.close()
    if databases is not None:
        databases.take_back(second)


async def contents(ctx: Context) -> list[Any]:
    """Return all rows, and what the context and its gateway know of links."""
    async with ctx.db.read() as conn:
        rows = [(await conn.execute(select(table))).all() for table in metadata.sorted_tables]
    assert isinstance(ctx.gateway, RecordingGateway)
    return [rows, ctx.gateway.made, ctx.links._links, ctx.ids.new()]


@pytest.mark.parametrize("changes", [{}, {"slug": "autre", "ends_on": None, "monthly_on_card": True}])
async def test_restored_campaign_equals_a_published_one(
    db: Database, other_db: Database, clock: MovingClock, changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "_known", {})
    real, restored = make_context(db, clock), make_context(other_db, clock)
    campaign = await open_campaign(real, **changes)
    monkeypatch.setattr(published.publish, "publish", None)
    assert await open_campaign(restored, **changes) == campaign
    assert await contents(restored) == await contents(real)
    async with restored.db.write() as conn:  # ids that the database assigns go on after the restored ones
        second = await campaigns.publish(conn, campaign.authored.model_copy(update={"slug": "b"}), None, clock())
    assert second.id == campaign.id + 1


async def test_campaign_is_published_beside_another(
    db: Database, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx = make_context(db, clock)
    first = await open_campaign(ctx)
    monkeypatch.setattr(published, "_restored", None)
    assert (await open_campaign(ctx, slug="b")).id == first.id + 1
