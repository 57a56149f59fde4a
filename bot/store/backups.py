"""Backups of the whole database: one file, made while Obole runs, and put back while it does not.

SQLite's is a database file of its own; PostgreSQL's is an archive of pg_dump, which must be installed.
"""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL

from bot.store.copies import copy_file
from bot.store.db import Database

_KEPT_SCHEMA = "replaced_"  # what a restore put aside on PostgreSQL
_SIDE_FILES = ("-wal", "-shm")


class BackupFailed(Exception):
    """A backup cannot be made, read or put back. The message tells the operator why."""


def extension(db: Database) -> str:
    """Return how the names of this engine's backups end."""
    return "sqlite3" if db.is_sqlite else "dump"


async def back_up(db: Database, to: Path) -> None:
    """Write a backup of the last commit to a new file, for its owner alone. Raises BackupFailed, leaving no file."""
    try:
        if db.file is not None:
            await asyncio.to_thread(_copy_whole, db.file, to)
        else:
            os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--exclude-schema={_KEPT_SCHEMA}*"]
            await _run(db.url, "pg_dump", [*options, f"--file={to}"])
            await _run(None, "pg_restore", ["--list", str(to)])
    except (OSError, sqlite3.Error, BackupFailed) as why:
        remove(to)
        raise BackupFailed(f"no backup was made: {why}") from why


def remove(file: Path) -> None:
    """Delete a file, if there is one. Raises OSError."""
    file.unlink(missing_ok=True)


def open_backup(file: Path) -> Database:
    """Return a SQLite backup as a database, to check it."""
    return Database(f"sqlite:///{file}", checkpoints=False)


def put_back_file(backup: Path, file: Path, now: datetime) -> Path | None:
    """Put a SQLite file in the place of the database, which no process uses. Return where that was kept, if any.

    Raises OSError.
    """
    kept = None
    if file.exists():
        kept = file.with_name(f"{file.name}.replaced-{now:%Y%m%dT%H%M%SZ}")
        for side in _SIDE_FILES:  # first: without them, the newest commits would be lost
            if (beside := Path(f"{file}{side}")).exists():
                beside.replace(f"{kept}{side}")
        file.replace(kept)
    backup.replace(file)
    return kept


@asynccontextmanager
async def archive_put_back(db: Database, backup: Path, now: datetime) -> AsyncIterator[str]:
    """Restore an archive into the schema `public` of PostgreSQL, which no process uses. Yield the schema that keeps
    what was there. If this or what is done inside fails, all is as before.

    Raises BackupFailed.
    """
    kept = f"{_KEPT_SCHEMA}{now:%Y%m%d%H%M%S}"
    await _run(None, "pg_restore", ["--list", str(backup)])
    async with db.change_schema() as conn:
        await conn.execute(text(f"ALTER SCHEMA public RENAME TO {kept}"))
        await conn.execute(text("CREATE SCHEMA public"))
    try:
        options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
        await _run(db.url, "pg_restore", [*options, str(backup)])
        yield kept
    except BaseException:
        async with db.change_schema() as conn:
            await conn.execute(text("DROP SCHEMA public CASCADE"))
            await conn.execute(text(f"ALTER SCHEMA {kept} RENAME TO public"))
        raise


def _copy_whole(file: Path, to: Path) -> None:
    copy_file(file, to)
    with closing(sqlite3.connect(to)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with none beside it
        (found,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise BackupFailed(f"the copy is damaged: {found}")


def address_of(url: URL) -> str:
    """Return a database's address for PostgreSQL's programs, without its password."""
    return url._replace(drivername="postgresql", password=None).render_as_string()  # set(password=None) keeps it


async def _run(url: URL | None, program: str, arguments: Sequence[str]) -> None:
    """Run a program of PostgreSQL's; the password is in its environment, which other users cannot read."""
    if shutil.which(program) is None:
        raise BackupFailed(f"{program} is not installed; install PostgreSQL's client programs")
    environment = dict(os.environ)
    database = []
    if url is not None:
        environment["PGPASSWORD"] = url.password or environment.get("PGPASSWORD", "")
        database = [f"--dbname={address_of(url)}"]
    quiet, heard = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        program, *database, *arguments, env=environment, stdin=quiet, stdout=quiet, stderr=heard
    )
    _, said = await process.communicate()
    if process.returncode:
        lines = said.decode(errors="replace").splitlines() or [f"{program}: exit status {process.returncode}"]
        raise BackupFailed(lines[0])
