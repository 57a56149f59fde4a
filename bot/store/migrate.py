"""Migrate the database to this version's schema, and refuse one that does not match it.

Only `obole run` and `obole migrate` change a schema; every other command checks it.
"""

import asyncio
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.copies import copy_sqlite
from bot.store.db import Database
from bot.store.file_lock import InUse
from bot.store.schema import metadata

_LOCK = 7_210_815_412  # any number unused on this server
_NAMED = 5  # differences listed in a message


class WrongSchema(Exception):
    """A schema that this version cannot work with. The message tells the operator why and what to do."""


CANNOT_OPEN = (OSError, SQLAlchemyError, CommandError, WrongSchema, InUse)
"""What opening a database may raise: unreachable, refused, in use, or of another version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """The result of `migrate`: the revision before (None: the database was empty) and after, and the copy, if any."""

    before: str | None
    after: str
    copy: Path | None

    @property
    def changed(self) -> bool:
        """Whether any revision was applied."""
        return self.before != self.after


def revisions() -> ScriptDirectory:
    """Return this version's revisions."""
    return ScriptDirectory.from_config(_config())


async def migrate(db: Database, *, now: datetime | None = None, zone: str = "America/Toronto") -> Migrated:
    """Apply the missing revisions in one transaction; safe for two processes at once.

    `zone`: the charity's time zone, by which revisions date what has no day yet. With `now`, a SQLite file with any
    contents is copied first (see `copies.py`). Raises WrongSchema, with nothing changed, for a database of a newer
    version, for one whose columns differ from its revision, and if the copy fails.
    """
    async with db.change_schema() as conn:
        if not db.is_sqlite:  # SQLite's BEGIN IMMEDIATE excludes others
            await conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        before, after = await conn.run_sync(_revision), _head()
        copy = None
        if before != after:
            if before is not None and now is not None and db.file is not None:
                copy = await _copy(db.file, before, now)
            await conn.run_sync(_upgrade, zone)
            await _check_foreign_keys(db, conn)
        await conn.run_sync(_refuse_differences)
    return Migrated(before=before, after=after, copy=copy)


async def check_schema(db: Database) -> None:
    """Raise WrongSchema unless the database has exactly this version's revision and columns. Changes nothing."""
    if db.file is not None and not db.file.exists():  # connecting would create an empty one
        raise WrongSchema(f"there is no database at {db.file} yet; `obole run` or `obole migrate` makes it")
    async with db.read() as conn:
        found, wanted = await conn.run_sync(_revision), _head()
        if found is None:
            raise WrongSchema("the database is still empty; `obole run` or `obole migrate` makes its tables")
        if found != wanted:
            raise WrongSchema(
                f"the database is at revision {found} and this version needs {wanted}; "
                "restart `obole run` with this version, or run `obole migrate`, which both make a copy first on SQLite"
            )
        await conn.run_sync(_refuse_differences)


def _revision(connection: SyncConnection) -> str | None:
    """Return the database's revision, or None if it is empty. Raises WrongSchema unless the revision is one of ours."""
    heads = MigrationContext.configure(connection).get_current_heads()
    if not heads:
        if set(inspect(connection).get_table_names()) & set(metadata.tables):
            raise WrongSchema("the database has tables of Obole's but no revision: it is damaged, or not Obole's")
        return None
    known = {script.revision for script in revisions().walk_revisions()}
    if len(heads) > 1 or heads[0] not in known:
        raise WrongSchema(
            f"the database is at revision {', '.join(heads)}, which this version (up to {_head()}) does not know: "
            "a newer Obole has used it. Install that version again, or restore the copy from before its update"
        )
    return heads[0]


def _refuse_differences(connection: SyncConnection) -> None:
    """Raise WrongSchema if tables or columns differ from their declaration. Extra indexes and
    foreign tables are fine.
    """
    found = {
        table: {column["name"]: bool(column["nullable"]) for column in columns}
        for (*_, table), columns in inspect(connection).get_multi_columns().items()
    }
    problems = [line for name in metadata.tables for line in _table_differences(name, found.get(name))]
    if problems:
        more = f", and {len(problems) - _NAMED} more" if len(problems) > _NAMED else ""
        raise WrongSchema(
            f"the database's tables differ from revision {_head()}: {', '.join(problems[:_NAMED])}{more}. "
            "Restore a copy from before they were changed"
        )


def _table_differences(name: str, found: Mapping[str, bool] | None) -> list[str]:
    if found is None:
        return [f"{name} is missing"]
    wanted = {column.name: bool(column.nullable) for column in metadata.tables[name].columns}
    return [
        *(f"{name}.{column} is missing" for column in wanted if column not in found),
        *(f"{name}.{column} is unknown" for column in found if column not in wanted),
        *(
            f"{name}.{column} {'may' if found[column] else 'may not'} be empty"
            for column in wanted
            if column in found and found[column] != wanted[column]
        ),
    ]


async def _copy(file: Path, revision: str, now: datetime) -> Path:
    try:
        return await asyncio.to_thread(copy_sqlite, file, label=revision, now=now)
    except (OSError, sqlite3.Error) as why:
        raise WrongSchema(f"the database must be copied before its schema changes, and cannot be: {why}") from why


async def _check_foreign_keys(db: Database, conn: AsyncConnection) -> None:
    """Check the foreign keys that SQLite ignored while a migration rebuilt tables. Raises WrongSchema."""
    if not db.is_sqlite:
        return
    broken = (await conn.exec_driver_sql("PRAGMA foreign_key_check")).mappings().first()
    if broken is not None:
        table, parent = broken["table"], broken["parent"]
        raise WrongSchema(f"the migration would leave a row of {table} that refers to nothing in {parent}")


def _head() -> str:
    head = revisions().get_current_head()
    assert head is not None  # a test checks that there is exactly one
    return head


def _upgrade(connection: SyncConnection, zone: str) -> None:
    config = _config()
    config.attributes |= {"connection": connection, "zone": zone}
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("bot.store") / "migrations"))
    return config
