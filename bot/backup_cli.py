"""`obole backup`, `obole restore` and `obole restored`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.domain.time import system_clock
from bot.opening import NotReady
from bot.restoring import put_back
from bot.store.backups import BackupFailed
from bot.terminal import err, out, settings, with_context
from bot.usecases.context import Context
from bot.usecases.money.verify import Verified
from bot.usecases.staff.operations import backup, generation


def back_up(
    to: Annotated[Path, typer.Argument(help="The file to write; with --daily, a folder.")],
    daily: Annotated[int, typer.Option(help="Name it after today, and keep this many.", min=0)] = 0,
) -> None:
    """Back up the database while Obole runs, and check the copy. The record of erasures is copied beside it."""

    async def make(ctx: Context) -> tuple[Path, Verified]:
        return await backup.back_up_daily(ctx, to, daily) if daily else (to, await backup.back_up(ctx, to))

    try:
        file, found = with_context(make)
    except BackupFailed as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
    out.print(f"{file}: {found.gifts} gifts, and the ledger agrees", markup=False, soft_wrap=True)


def put_backup_back(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A backup.")],
) -> None:
    """Put a backup in the place of the database, while Obole is stopped, then do what `restored` does."""
    try:
        replaced = asyncio.run(put_back(settings(), file, clock=system_clock))
    except NotReady as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
    out.print(f"{file} is in place", markup=False, soft_wrap=True)
    if replaced.kept:
        out.print(f"what was there is kept: {replaced.kept}", markup=False, soft_wrap=True)
    mark_restored()


def mark_restored() -> None:
    """Run this once after putting a backup in place, before `run`: nothing is sent twice, erased people stay erased."""
    try:
        done = with_context(generation.mark_restored)
    except (OSError, ValueError) as error:
        err.print(f"the record of erasures cannot be read: {error}", style="red", markup=False)
        raise typer.Exit(1) from None
    out.print(f"everything automatic is frozen until an owner lifts it: /freeze. {done.stopped} broadcasts wait")
    out.print(f"{done.held} messages are held until an owner decides; the bot asks in chat")
    out.print(f"{done.erased} people were erased again, and {done.opted_out} accounts opted out again")
    if done.refused:
        err.print(f"{done.refused} more are not erased, since Stripe refuses to end their monthly gifts (see the log)")
        err.print("end these gifts in Stripe's dashboard, then: obole restored")
    if done.missing:
        err.print(f"{done.missing} erasures are not in the record: put the newest one in place, then: obole restored")
