"""`obole restore`: put a backup in the place of the database, while no process uses it. What was there is kept."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.domain.time import Clock
from bot.opening import NotReady, not_ready
from bot.settings import Settings
from bot.store import backups
from bot.store.backups import BackupFailed
from bot.store.copies import copy_file
from bot.store.core import leases
from bot.store.db import Database
from bot.store.erasure_file import ErasureFile
from bot.store.file_lock import serve_alone
from bot.store.migrate import CANNOT_OPEN, migrate

_RECORDS = "*.erasures"


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a restore did. `kept`: the file or schema with what was there before; empty if there was nothing."""

    kept: str


async def put_back(settings: Settings, backup: Path, *, clock: Clock) -> Replaced:
    """Take over the records of erasures beside a backup, and replace the database with it, migrated to this version.

    Raises NotReady; the database is as before then.
    """
    async with AsyncExitStack() as stack:
        db = Database(settings.database_url)
        stack.push_async_callback(db.close)
        with _explained():
            kept = await (_put_back_file if db.is_sqlite else _put_back_archive)(db, backup, clock, settings)
        return Replaced(kept)


def _take_over_records(settings: Settings, backup: Path) -> None:
    """Add the records of erasures beside a backup to ours, which no process uses, before anything is replaced: one that
    cannot be read must not stop us half-way. Raises OSError or BackupFailed."""
    record = ErasureFile(settings.erasures_path)
    beside = [one for one in sorted(backup.parent.glob(_RECORDS)) if one.resolve() != record.path.resolve()]
    for path in [record.path, *beside]:
        try:
            ErasureFile(path).read()
        except ValueError:
            raise BackupFailed(f"{path} is no record of erasures; repair it or move it away") from None
    for path in beside:
        record.merge(ErasureFile(path))


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except CANNOT_OPEN as error:
        raise not_ready(error) from None
    except (BackupFailed, sqlite3.Error, ValueError) as error:
        raise NotReady(f"the backup cannot be restored: {error}") from None


async def _put_back_file(db: Database, backup: Path, clock: Clock, settings: Settings) -> str:
    assert db.file is not None
    with serve_alone(db.file):
        new = db.file.with_name(f"{db.file.name}.restoring")
        new.unlink(missing_ok=True)
        try:
            await asyncio.to_thread(copy_file, backup, new)
            candidate = Database(f"sqlite:///{new}")
            try:
                migrated = await migrate(candidate, zone=settings.charity_time_zone)
            finally:
                await candidate.close()
            if migrated.before is None:
                raise BackupFailed(f"{backup} holds no database of Obole's")
            _take_over_records(settings, backup)
            kept = backups.put_back_file(new, db.file, clock())
        finally:
            new.unlink(missing_ok=True)
    return "" if kept is None else str(kept)


async def _put_back_archive(db: Database, backup: Path, clock: Clock, settings: Settings) -> str:
    async with db.read() as conn:
        if await leases.any_held(conn):
            raise BackupFailed("another `obole run` uses the database; stop it first")
    _take_over_records(settings, backup)
    async with backups.archive_put_back(db, backup, clock()) as kept:
        migrated = await migrate(db, zone=settings.charity_time_zone)
        if migrated.before is None:
            raise BackupFailed(f"{backup} holds no database of Obole's")
    return f"schema {kept}"
