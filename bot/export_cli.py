"""`obole export`: tables for spreadsheets and other programs."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Literal, TextIO

import typer

from bot.figures_cli import Day, OneCampaign, scope_of
from bot.terminal import err, with_context
from bot.usecases.context import Context
from bot.usecases.core.tables import as_csv, as_json
from bot.usecases.reports.exports import EXPORTS, read

export_cli = typer.Typer(no_args_is_help=True, help="Export tables, with IDs instead of names.")
Format = Literal["csv", "json"]
_OF_ALL_CAMPAIGNS = ("payouts", "payout-items")
File = Annotated[Path | None, typer.Argument(dir_okay=False, help="The file to write; printed if omitted.")]


def _add(name: str, about: str) -> None:
    """Add the command that exports one table."""

    @export_cli.command(name, help=f"Export {about}. `--since` and `--until` are the first and the last day.")
    def export(
        file: File = None,
        campaign: OneCampaign = None,
        since: Day = None,
        until: Day = None,
        fmt: Annotated[Format, typer.Option("--format", help="For spreadsheets or for programs.")] = "csv",
        semicolons: Annotated[
            bool, typer.Option("--semicolons", help="CSV for spreadsheets with a decimal comma.")
        ] = False,
    ) -> None:
        if campaign is not None and name in _OF_ALL_CAMPAIGNS:
            err.print("payouts bring the money of all campaigns: leave out --campaign", style="red", markup=False)
            raise typer.Exit(1)

        async def write(ctx: Context) -> None:
            rows = read(ctx, EXPORTS[name], await scope_of(ctx, campaign, since, until))
            columns = EXPORTS[name].columns
            lines = (
                as_json(columns, rows) if fmt == "json" else as_csv(columns, rows, separator=";" if semicolons else ",")
            )
            await write_file(file, lines)

        with_context(write)


_add("gifts", "the paid gifts, one per line, by the day they were paid")
_add("donors", "the known donors with the sum of their gifts, one line per donor and currency")
_add("ledger", "the postings of the books, by the day they were booked")
_add("payouts", "Stripe's payouts to your bank, one per line, by the day they arrive")
_add("payout-items", "what each payout consists of, to tick off, by the day the payout arrives")
_add("broadcasts", "broadcasts with their results, by the day they started")
_add("referrals", "who came through whom, by the day they came")


async def write_file(file: Path | None, lines: AsyncIterator[str]) -> None:
    """Write the lines to a file, or print them without one. Exits with status 1 if it cannot be written."""
    if file is None:
        async for line in lines:
            typer.echo(line, nl=False)
        return
    with _open_for_writing(file) as stream:
        async for line in lines:
            stream.write(line)


def _open_for_writing(file: Path) -> TextIO:
    try:
        return file.open("w", encoding="utf-8", newline="")
    except OSError as error:
        err.print(f"{file} cannot be written: {error.strerror}", style="red", markup=False)
        raise typer.Exit(1) from None
