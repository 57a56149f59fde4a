"""Backups: each is checked as soon as it is made, and the record of erasures is kept beside them."""

import logging
from dataclasses import replace
from pathlib import Path

from bot.store import backups
from bot.store.backups import BackupFailed
from bot.store.core import cursors
from bot.store.erasure_file import ErasureFile
from bot.store.migrate import CANNOT_OPEN, check_schema
from bot.usecases.context import Context
from bot.usecases.core.stuck import BACKUP
from bot.usecases.money import verify
from bot.usecases.staff.operations import generation
from payments.gateway_errors import GatewayError

log = logging.getLogger(__name__)

RECORD = "obole.erasures"  # beside the backups


async def back_up(ctx: Context, file: Path) -> verify.Verified:
    """Write a checked backup to `file`, which must not exist; return what the check of its ledger found.

    Raises BackupFailed; nothing is left then. A restored copy that nothing holds yet is refused: the counter, raised
    for the backup, would hide that it is one.
    """
    await _refuse_copy(ctx)
    part = _part_of(file)
    await backups.back_up(ctx.db, part)
    try:
        found = await _check(ctx, part)
        if found.problems:
            raise BackupFailed(f"the ledger in the backup has {len(found.problems)} problems: obole ledger verify")
        part.replace(file)
        if ctx.erasures is not None:
            ErasureFile(file.with_name(RECORD)).merge(ctx.erasures)
    except (OSError, ValueError) as why:
        raise BackupFailed(str(why)) from why
    finally:
        backups.remove(part)
    async with ctx.db.write() as conn:
        await cursors.write(conn, BACKUP, ctx.clock())
    try:
        if not await generation.raise_unless_copy(ctx):  # so that this backup is recognized from now on
            log.critical("the backup is one of a restored copy, whose messages nothing holds yet: obole restored")
    except GatewayError as error:
        log.warning("the backup is recognized only once Stripe can be reached: %s", error)
    return found


async def back_up_daily(ctx: Context, folder: Path, keep: int) -> tuple[Path, verify.Verified]:
    """Write today's backup (UTC) into a folder, and delete all but the newest `keep`. A second one today replaces it.

    Raises BackupFailed.
    """
    end = backups.extension(ctx.db)
    file = folder / f"obole-{ctx.clock():%Y-%m-%d}.{end}"
    made = folder / f"{file.name}.new"
    try:
        _make_room(folder, made)
        found = await back_up(ctx, made)
        made.replace(file)
        _keep_newest(folder, end, keep)
    except OSError as why:
        raise BackupFailed(str(why)) from why
    return file, found


async def _refuse_copy(ctx: Context) -> None:
    """Raise BackupFailed if Stripe says that the database is a copy. A backup does not wait for Stripe."""
    try:
        is_copy = await generation.is_copy(ctx)
    except GatewayError as error:
        log.warning("whether this database is a restored copy is not known: %s", error)
        return
    if is_copy:
        raise BackupFailed(
            "no backup was made: this database is itself a restored copy, and nothing holds its messages yet. "
            "Start Obole or run `obole restored`, then try again"
        )


def _part_of(file: Path) -> Path:
    """Return the name of an unfinished backup, without one left from before. Raises BackupFailed."""
    if file.exists():
        raise BackupFailed(f"{file} exists already")
    part = file.with_name(f"{file.name}.part")
    try:
        backups.remove(part)
    except OSError as why:
        raise BackupFailed(str(why)) from why
    return part


def _make_room(folder: Path, made: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    backups.remove(made)


def _keep_newest(folder: Path, end: str, keep: int) -> None:
    for old in sorted(folder.glob(f"obole-????-??-??.{end}"))[:-keep]:
        old.unlink()


async def _check(ctx: Context, file: Path) -> verify.Verified:
    """Verify the ledger inside a SQLite backup. An archive of PostgreSQL cannot be read in place: there, the database
    itself is verified."""
    if not ctx.db.is_sqlite:
        return await verify.verify(ctx)
    copy = backups.open_backup(file)
    try:
        await check_schema(copy)
        return await verify.verify(replace(ctx, db=copy))
    except CANNOT_OPEN as why:
        raise BackupFailed(f"the backup cannot be read: {why}") from why
    finally:
        await copy.close()
