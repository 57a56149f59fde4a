"""`obole journal`: a month of the books for an accounting program."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, NoReturn

import typer
from rich.box import SIMPLE
from rich.table import Table

from bot.domain.periods import Span, period_of
from bot.export_cli import File, write_file
from bot.terminal import err, out, with_context
from bot.usecases.context import Context, local_day
from bot.usecases.core.access import TERMINAL
from bot.usecases.reports import journal
from bot.usecases.reports.journal_files import (
    FORMATS,
    Account,
    BadAccount,
    JournalEntry,
    Program,
    UnnamedAccounts,
    WrongDecimals,
)

journal_cli = typer.Typer(no_args_is_help=True, help="The month's journal for QuickBooks or Sage 50.")
Month = Annotated[datetime, typer.Argument(formats=["%Y-%m"], help="The month, as 2026-11.")]

# The accounts of payments/books.py and payments/payouts.py, and what they are in a chart of accounts.
ACCOUNTS = {
    "gifts": "income: what was given",
    "refunds": "income, reduces it: what was given back",
    "disputes": "income, reduces it: disputed or lost",
    "fees": "expense: fees of Stripe and other platforms",
    "stripe": "current asset: the balance at Stripe",
    "clearing": "current asset: disputed amounts between the bank and Stripe",
    "undeposited": "current asset: cash and cheques that are not at the bank yet",
    "bank": "bank account",
    "payout_failures": "current asset: failed payouts that Stripe does not have back yet",
    "reserves": "current asset: what Stripe holds back",
    "conversions": "exchange between currencies, one side in each",
    "not_ours": "what your other business brought through the same Stripe account",
}


@journal_cli.command("accounts")
def show_accounts() -> None:
    """List the accounts of the books with their names and numbers in your accounting program."""
    known = with_context(journal.accounts)
    table = Table("account", "what it is", "name", "number", box=SIMPLE)
    for ours, about in ACCOUNTS.items():
        account = known.get(ours, Account())
        table.add_row(ours, about, account.name or "", account.number or "")
    out.print(table)


@journal_cli.command("account")
def name_account(
    ours: Annotated[str, typer.Argument(metavar="ACCOUNT", help="An account of `obole journal accounts`.")],
    name: Annotated[str | None, typer.Option(help="Its name in QuickBooks: Parent:Sub for a sub-account.")] = None,
    number: Annotated[str | None, typer.Option(help="Its number in Sage 50, four digits.")] = None,
) -> None:
    """Set once what your accounting program calls an account."""
    if ours not in ACCOUNTS:
        _fail(f"no account is called {ours}; see: obole journal accounts")
    if name is None and number is None:
        _fail("nothing to set: --name for QuickBooks, --number for Sage 50")
    try:
        after = with_context(lambda ctx: journal.set_account(ctx, TERMINAL, ours, Account(name, number)))
    except BadAccount as error:
        _fail(str(error))
    out.print(f"{ours}: name {after.name or 'not set'}, number {after.number or 'not set'}", markup=False)


@journal_cli.command("write")
def write_journal(
    month: Month,
    program: Annotated[Program, typer.Option("--for", help="The accounting program.")],
    file: File = None,
    currency: Annotated[str | None, typer.Option(help="Needed if the month has several.")] = None,
) -> None:
    """Write a month's journal: one entry a day, equal to the ledger to the cent."""

    async def write(ctx: Context) -> None:
        code, entries = _of_currency(await journal.journal(ctx, month.date()), currency)
        if local_day(ctx, ctx.clock()) in period_of(Span.MONTH, month.date()):
            err.print("this month is not over: export it again when it is", style="yellow")
        # All lines before the file is opened: an error leaves no half of a file.
        lines = list(FORMATS[program](entries, await journal.accounts(ctx), code))
        await write_file(file, _each(lines))

    try:
        with_context(write)
    except UnnamedAccounts as missing:
        option = "--name" if program == "quickbooks" else "--number"
        fixes = (f"obole journal account {each} {option} ..." for each in missing.accounts)
        _fail("\n".join(["some accounts are not set yet:", *fixes]))
    except WrongDecimals as error:
        _fail(f"Sage 50 takes two decimals; {str(error).upper()} has more")


def _of_currency(
    found: Mapping[str, Sequence[JournalEntry]], currency: str | None
) -> tuple[str, Sequence[JournalEntry]]:
    """Return the entries of the wanted currency, or of the only one."""
    if not found:
        _fail("nothing was booked in this month")
    code = currency.lower() if currency is not None else next(iter(found))
    if code not in found or (currency is None and len(found) > 1):
        _fail(f"choose a currency with --currency: {', '.join(each.upper() for each in found)}")
    return code, found[code]


async def _each(lines: Sequence[str]) -> AsyncIterator[str]:
    for line in lines:
        yield line


def _fail(message: str) -> NoReturn:
    err.print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1)
