"""Migrations end in the declared schema, keep every row, and refuse unknown databases."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, literal_column, select, table, text

from bot.store.copies import KEPT, copies_of, copy_sqlite
from bot.store.db import Database
from bot.store.migrate import WrongSchema, check_schema, migrate, revisions
from bot.store.schema import metadata
from tests.migrations.conftest import load
from tests.migrations.shape import shape

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
RENAMED = {"looked_back": "one_time_message"}


def test_revisions_form_one_chain_and_files_are_named_after_them() -> None:
    chain = list(revisions().walk_revisions())[::-1]
    assert len(revisions().get_heads()) == 1
    assert [revision.revision for revision in chain] == [f"{number:04}" for number in range(1, len(chain) + 1)]
    assert [revision.down_revision for revision in chain] == [None, *(revision.revision for revision in chain[:-1])]
    assert [Path(revision.path).name.partition("_")[0] for revision in chain] == [
        f"v{revision.revision}" for revision in chain
    ]


async def test_migrations_end_in_declared_schema(empty: Database) -> None:
    await migrate(empty)
    async with empty.change_schema() as conn:
        migrated = await conn.run_sync(shape)
        wanted = await conn.run_sync(_declared_shape)
    assert migrated == wanted
    assert migrated.keys() == metadata.tables.keys()


async def test_database_of_the_first_revision_is_upgraded_with_its_rows(old: Database) -> None:
    async with old.read() as conn:
        before = await conn.run_sync(_rows)
    assert all(before.values())
    done = await migrate(old, now=NOW)
    assert (done.before, done.after) == ("0001", revisions().get_current_head())
    async with old.read() as conn:
        assert await conn.run_sync(_tables_with_lost_rows, before) == []
        (sent,) = (await conn.execute(text("SELECT supporter_id, about FROM one_time_message"))).all()
        assert tuple(sent) == (1, "looked_back-about")
        upgraded = await conn.run_sync(shape)
    async with old.change_schema() as conn:
        assert upgraded == await conn.run_sync(_declared_shape)


async def test_upgraded_database_works_with_terminal_commands(old: Database) -> None:
    await _refused(check_schema, old, "obole migrate")
    await migrate(old)
    await check_schema(old)
    assert not (await migrate(old, now=NOW)).changed


async def test_foreign_keys_hold_after_a_migration(old: Database) -> None:
    await migrate(old)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        async with old.write() as conn:
            await conn.execute(text("UPDATE address SET supporter_id = 77"))


async def test_sqlite_file_is_copied_first_and_the_last_copies_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "obole.sqlite3"
    db = Database(f"sqlite:///{file}")
    await load(db)
    file.chmod(0o600)
    for day in range(5):
        copy_sqlite(file, label="0000", now=NOW - timedelta(days=day + 1))
    done = await migrate(db, now=NOW)
    await db.close()
    assert done.copy == file.with_name("obole.sqlite3.0001-20261130T120000Z.copy")
    assert done.copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(done.copy)) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert copy.execute("SELECT amount FROM gift").fetchall() == [(500,)]
    assert len(copies_of(file)) == KEPT
    assert copies_of(file)[-1] == done.copy
    assert not [path for path in file.parent.iterdir() if path.suffix == ".part"]


async def test_migration_does_not_start_without_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = Database(f"sqlite:///{tmp_path / 'obole.sqlite3'}")
    await load(db)

    def full(*_: object, **__: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.store.migrate.copy_sqlite", full)
    with pytest.raises(WrongSchema, match="No space left"):
        await migrate(db, now=NOW)
    assert await _version(db) == "0001"
    await db.close()


async def test_newer_database_is_refused_and_left_as_it_is(db: Database) -> None:
    await _change(db, "UPDATE alembic_version SET version_num = '9999'")
    await _refused(migrate, db, "newer")
    await _refused(check_schema, db, "newer")
    assert await _version(db) == "9999"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("ALTER TABLE campaign DROP COLUMN given_at", "campaign.given_at is missing"),
        ("ALTER TABLE campaign ADD COLUMN mood TEXT", "campaign.mood is unknown"),
        ("DROP TABLE to_repath", "to_repath is missing"),
        ("DELETE FROM alembic_version", "no revision"),
    ],
)
async def test_database_that_differs_from_its_revision_is_refused(db: Database, change: str, named: str) -> None:
    await _change(db, change)
    await _refused(migrate, db, named)
    await _refused(check_schema, db, named)


async def test_first_revision_with_columns_missing_is_refused_and_left_as_it_is(old: Database) -> None:
    await _change(old, "ALTER TABLE campaign DROP COLUMN given_at")
    await _refused(migrate, old, "campaign.given_at is missing")
    assert await _version(old) == "0001"


async def test_extra_indexes_and_foreign_tables_are_accepted(db: Database) -> None:
    await _change(db, "CREATE INDEX mine ON gift (paid_at)", "CREATE TABLE somebody_elses (id INTEGER)")
    await migrate(db)
    await check_schema(db)


async def test_empty_database_is_created_by_migrate_only(empty: Database) -> None:
    await _refused(check_schema, empty, "obole migrate")
    if empty.file is not None:
        assert not empty.file.exists()
    done = await migrate(empty, now=NOW)
    assert (done.before, done.copy) == (None, None)
    await check_schema(empty)


def _declared_shape(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return the shape of tables created from the declaration, replacing the existing ones."""
    metadata.drop_all(connection)
    metadata.create_all(connection)
    return shape(connection)


def _rows(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    names = inspect(connection).get_table_names()
    return {
        name: [dict(row) for row in connection.execute(select(literal_column("*")).select_from(table(name))).mappings()]
        for name in names
        if name != "alembic_version"
    }


def _tables_with_lost_rows(connection: Connection, before: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Return the tables that have lost rows, apart from those that a revision is meant to drop or change."""
    after = _rows(connection)
    names = {name: RENAMED.get(name, name) for name in before}
    return [name for name, rows in before.items() if names[name] in after and len(after[names[name]]) < len(rows)]


async def _change(db: Database, *statements: str) -> None:
    async with db.change_schema() as conn:
        for statement in statements:
            await conn.exec_driver_sql(statement)


async def _refused(work: Callable[[Database], Awaitable[Any]], db: Database, why: str) -> None:
    with pytest.raises(WrongSchema, match=why):
        await work(db)


async def _version(db: Database) -> str:
    async with db.read() as conn:
        return str((await conn.execute(text("SELECT version_num FROM alembic_version"))).scalar_one())
