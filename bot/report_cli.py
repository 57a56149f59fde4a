"""`obole report`: documents to print and to file."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from bot.domain.ids import read_id
from bot.domain.periods import Span, read_period, start_of
from bot.store.reports.documents import Document
from bot.terminal import err, out, with_context
from bot.usecases.context import Context, local_day
from bot.usecases.core.access import TERMINAL
from bot.usecases.reports import board, statement
from bot.usecases.reports.documents import sheet_of
from content.folding import fold
from content.pdf import draw
from content.sheet import Sheet

report_cli = typer.Typer(no_args_is_help=True, help="Documents to print and to file.")
Language = Annotated[Literal["fr", "en"], typer.Option("--lang", help="The language of the document.")]
Out = Annotated[
    Path | None, typer.Option("--out", dir_okay=False, help="The file to write; in this folder if omitted.")
]


@report_cli.callback()
def reports() -> None:
    """Documents to print and to file."""


@report_cli.command("board")
def write_board(
    lang: Language = "fr",
    period: Annotated[
        str | None,
        typer.Option(help="As in chat: month, year, all, 2026, 2026-11, a number of days. This year if omitted."),
    ] = None,
    page: Annotated[str | None, typer.Option(help="The number of an earlier page, with the figures it had.")] = None,
    file: Out = None,
) -> None:
    """Write one page for the board as a PDF; it is kept, so that it can be written again with the same figures."""

    async def find(ctx: Context) -> Document:
        if page is not None:
            number = read_id(page)
            found = None if number is None else await board.find(ctx, number)
            if found is None:
                _fail(f"no page has the number {page}")
            return found
        today = local_day(ctx, ctx.clock())
        asked = board.usual_period(today) if period is None else read_period(fold(period), today)
        if asked is None:
            _fail(f"no period is called {period}: try month, year, all, 2026, 2026-11 or a number of days")
        return await board.issue(ctx, TERMINAL, asked)

    issued = with_context(find)
    _write(sheet_of(issued, lang), file or Path(f"{board.name_of(issued)}-{lang}.pdf"))
    out.print(f"page {issued.id}", markup=False)


@report_cli.command("statement")
def write_statement(
    month: Annotated[datetime, typer.Argument(formats=["%Y-%m"], help="The month, as 2026-11.")],
    lang: Language = "fr",
    file: Out = None,
) -> None:
    """Write the statement of a month that is over as a PDF; a final one is kept and never changes."""

    async def find(ctx: Context) -> Document:
        if start_of(Span.MONTH, local_day(ctx, ctx.clock())) <= month.date():
            _fail("this month is not over")
        issued = await statement.final_or_new(ctx, TERMINAL, month.date())
        if issued is None:
            _fail("nothing was booked in this month")
        return issued

    issued = with_context(find)
    _write(sheet_of(issued, lang), file or Path(f"{statement.name_of(issued)}-{lang}.pdf"))


def _write(sheet: Sheet, file: Path) -> None:
    try:
        file.write_bytes(draw(sheet))
    except OSError as error:
        _fail(f"{file} cannot be written: {error.strerror}")
    out.print(f"{file} is written", markup=False)


def _fail(message: str) -> NoReturn:
    err.print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1)
