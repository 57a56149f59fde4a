"""`obole import`: gifts from a CSV file, shown before they count; `obole imports`: list and undo."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.box import SIMPLE
from rich.table import Table as Printed

from bot.domain.import_file import HEADINGS, BadFile, Field, NoSuchColumn, Table, read_table
from bot.domain.import_rows import (
    DayOrder,
    Line,
    LineProblem,
    Mark,
    Reading,
    Source,
    Unreadable,
    guess_source,
    read_lines,
)
from bot.domain.offline import WAYS
from bot.store.campaigns import campaigns
from bot.terminal import err, out, safe_text, with_context
from bot.usecases.context import Context, local_day
from bot.usecases.core.access import TERMINAL
from bot.usecases.money import imports
from bot.usecases.money.imports import Proposal, Verdict
from content.catalog import Catalog
from payments.ledger import Origin
from payments.money import Money

imports_cli = typer.Typer(no_args_is_help=True, help="Gifts imported from files: list, undo.")

_SHOWN = 20  # lines of each kind
_CELL = 40  # characters of a cell that is shown
_BAD_FILE = {
    "empty": "the file is empty",
    "too_large": "the file is larger than 64 MB: split it",
    "not_text": "this is no CSV file; save the spreadsheet as CSV",
    "no_headings": "no line has the headings of a day and an amount: say which they are with --column",
}
_PROBLEMS: dict[LineProblem, str] = {
    "day": "no day can be read",
    "day_order": "the day can be read in two ways: say --days dmy or --days mdy",
    "future": "the day is in the future",
    "amount": "no amount can be read",
    "decimal_mark": "the amount can be read in two ways: say --decimal . or --decimal ,",
    "not_positive": "not an amount that came in",
    "net": "gross, fee and net do not agree",
    "currency": "the currency is unknown, or not the column's",
    "receipted_by": "receipted_by must be us, other or none",
    "status": "the payment did not succeed",
    "refunded": "refunded, wholly or in part: if something is left, add it with /add",
}
_VERDICTS: dict[Verdict, str] = {
    "gift": "will be added",
    "known": "imported before: left out",
    "transfer": "a platform's transfer, not a gift: left out",
    "by_hand": "staff entered it with /add: left out",
    "no_campaign": "no campaign of this name: left out; --campaign says where such gifts belong",
}


def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV file.")],
    campaign: Annotated[
        str | None, typer.Option(help="The campaign of lines that name none, by its short name.")
    ] = None,
    source: Annotated[Source | None, typer.Option(help="What wrote the file, if it is not recognized.")] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="Say which column is what: day='Posted on'. Can be repeated.")
    ] = None,
    days: Annotated[DayOrder | None, typer.Option(help="What comes first in days: the day or the month.")] = None,
    decimal: Annotated[Mark | None, typer.Option(help="The decimal mark of amounts.")] = None,
    way: Annotated[
        str, typer.Option(help="cash, cheque, transfer or other, where the file does not say.")
    ] = "transfer",
    currency: Annotated[
        str | None, typer.Option(help="Where the file does not say; the campaign's by default.")
    ] = None,
    gift: Annotated[
        list[int] | None, typer.Option(help="Add this line although it was going to be left out. Can be repeated.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before adding.")] = False,
) -> None:
    """Import gifts from a file: show what each line is taken for, ask, then add them.

    Names, addresses and texts are shown here and never stored.
    """
    table = _table(file, column or [])
    if way not in {each.value for each in WAYS}:
        _fail(f"--way must be one of {', '.join(each.value for each in WAYS)}")
    wrote = source or guess_source(table)

    async def propose(ctx: Context) -> tuple[list[Proposal], list[Unreadable]]:
        async with ctx.db.read() as conn:
            found = None if campaign is None else await campaigns.by_slug(conn, campaign)
            newest = await campaigns.all_campaigns(conn)
        if campaign is not None and found is None:
            _fail(f"no campaign is called {campaign}")
        code = currency or next((c.goal.currency for c in [found, *newest] if c is not None), "cad")
        reading = Reading(
            source=wrote,
            currency=code.lower(),
            today=local_day(ctx, ctx.clock()),
            way=Origin(way),
            order=days,
            mark=decimal,
        )
        lines = read_lines(table, reading)
        readable = [line for line in lines if isinstance(line, Line)]
        proposals = await imports.propose(ctx, readable, wrote, found)
        wanted = set(gift or [])
        proposals = [imports.as_gift(ctx, each) if each.line.number in wanted else each for each in proposals]
        return proposals, [line for line in lines if isinstance(line, Unreadable)]

    proposals, unreadable = with_context(propose)
    _print_columns(table, wrote)
    _print_proposals(proposals, unreadable)
    count, _ = imports.totals(proposals, "gift")
    if not count:
        out.print("nothing to add")
        return
    if not yes and not typer.confirm(f"Add {count} gifts?"):
        out.print("nothing was added")
        return
    number, booked = with_context(lambda ctx: imports.book(ctx, proposals, wrote, TERMINAL))
    out.print(f"{booked} gifts were added. To undo all of them: obole imports undo {number}", markup=False)


@imports_cli.command("list")
def list_imports() -> None:
    """List the newest imports."""
    printed = Printed("import", "when (UTC)", "source", "gifts", "total", "", box=SIMPLE)
    for each in with_context(imports.latest):
        undone = "undone" if each.undone_at is not None else ""
        printed.add_row(
            str(each.id), f"{each.at:%Y-%m-%d %H:%M}", each.source, str(each.gifts), _sum(each.totals), undone
        )
    out.print(printed)


@imports_cli.command("undo")
def undo_import(number: Annotated[int, typer.Argument(help="The number that `obole imports list` shows.")]) -> None:
    """Take back every gift of an import. The file can be imported again."""
    if not with_context(lambda ctx: imports.undo(ctx, number, TERMINAL)):
        _fail(f"no import has the number {number}, or it was undone")
    out.print("its gifts were taken back")


def _table(file: Path, columns: Sequence[str]) -> Table:
    chosen: dict[Field, str] = {}
    for each in columns:
        field, _, heading = each.partition("=")
        known = next((name for name in HEADINGS if name == field), None)
        if known is None:
            _fail(f"--column takes one of {', '.join(HEADINGS)}, then = and a heading")
        chosen[known] = heading.strip()
    try:
        return read_table(file.read_bytes(), chosen)
    except BadFile as error:
        _fail(f"{file.name}: {_BAD_FILE[error.problem]}")
    except NoSuchColumn as error:
        _fail(f"{file.name} has no column called {error}")
    except OSError as error:
        _fail(f"{file} cannot be read: {error.strerror}")


def _print_columns(table: Table, source: Source) -> None:
    out.print(f"source: {source}")
    for field, at in table.columns.items():
        out.print(f"{field}: the column {safe_text(table.headings[at])}", highlight=False)
    rest = [safe_text(name) for at, name in enumerate(table.headings) if at not in table.columns.values() and name]
    out.print(f"shown, never stored: {', '.join(rest) or 'nothing'}", highlight=False)


def _print_proposals(proposals: Sequence[Proposal], unreadable: Sequence[Unreadable]) -> None:
    for verdict, meaning in _VERDICTS.items():
        chosen = [proposal for proposal in proposals if proposal.verdict == verdict]
        if not chosen:
            continue
        count, sums = imports.totals(proposals, verdict)
        printed = Printed("line", "day", "amount", "way", "campaign", "", box=SIMPLE)
        for proposal in chosen[:_SHOWN]:
            printed.add_row(*_cells(proposal))
        out.print(f"{meaning}: {count} lines, {_sum(sums)}", style="bold")
        out.print(printed)
        if count > _SHOWN:
            out.print(f"and {count - _SHOWN} more")
    for line in unreadable[:_SHOWN]:
        err.print(f"line {line.number}: {_PROBLEMS[line.problem]}: {_cut(line.cell)}", style="red", highlight=False)
    if len(unreadable) > _SHOWN:
        err.print(f"and {len(unreadable) - _SHOWN} more lines that cannot be read", style="red")


def _cells(proposal: Proposal) -> tuple[str, ...]:
    line, campaign = proposal.line, proposal.campaign
    platform = f"{line.platform}: " if line.platform else ""
    slug = campaign.slug if campaign is not None and proposal.verdict == "gift" else line.campaign or ""
    said = (line.way.value, _cut(slug), _cut(platform + line.text))
    return (str(line.number), line.day.isoformat(), _sum([line.money]), *said)


def _cut(text: str) -> str:
    return safe_text(text if len(text) <= _CELL else f"{text[:_CELL]}…")


def _sum(sums: Sequence[Money]) -> str:
    return ", ".join(Catalog.load().money("en", money, name_currency=True) for money in sums) or "0"


def _fail(message: str) -> NoReturn:
    err.print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1)
