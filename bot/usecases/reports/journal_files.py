"""A month's journal in the files that accounting programs import.

The formats follow the vendors' help pages, as of November 2026; they were not tried in the products.
QuickBooks Online: quickbooks.intuit.com, "Import journal entries" (accounts by name, dates MM/DD/YYYY, one of debit and
credit empty). Sage 50, Canadian edition: ca-kb.sage.com, "Importing miscellaneous transactions from a text file"
(accounts of four digits, dates mm-dd-yy, debits positive, two decimals, at most 13 characters of source and 39 of
comment).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from bot.usecases.core.tables import BEGINS_A_FORMULA, amount, line
from payments.money import CURRENCIES

Program = Literal["quickbooks", "sage50"]
QUICKBOOKS_COLUMNS = ("JournalNo", "JournalDate", "AccountName", "Description", "Debits", "Credits", "Name")

_LONGEST_NAME = 100  # of an account in QuickBooks
_NUMBER = re.compile(r"[0-9]{4}")
_SAGE_DECIMALS = 2
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Account:
    """What the charity's accounting program calls an account of ours: by name, by a number of four digits, or both."""

    name: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One entry. `number`: unique and the same in every export. `lines`: minor units by account; they sum to zero."""

    number: str
    day: date
    about: str
    lines: Mapping[str, int]


class BadAccount(ValueError):
    """This is no name or number that the programs take."""


class UnnamedAccounts(LookupError):
    """These accounts have no name, or no number, in the program yet."""

    def __init__(self, accounts: Sequence[str]) -> None:
        super().__init__(", ".join(accounts))
        self.accounts = accounts


class WrongDecimals(ValueError):
    """The program cannot take this currency's amounts."""


def checked(account: Account) -> Account:
    """Return the account as it will be written. Raises BadAccount."""
    name = None if account.name is None else " ".join(account.name.split())
    if name is not None and (not name or len(name) > _LONGEST_NAME or not name.isprintable()):
        raise BadAccount(f"a name has 1 to {_LONGEST_NAME} characters")
    if name is not None and name.startswith((*BEGINS_A_FORMULA, "'")):
        raise BadAccount("a name must not begin like a formula of a spreadsheet")
    if account.number is not None and not _NUMBER.fullmatch(account.number):
        raise BadAccount("a number has four digits")
    return Account(name, account.number)


def quickbooks(entries: Sequence[JournalEntry], accounts: Mapping[str, Account], currency: str) -> Iterator[str]:
    """Yield the lines of a CSV file for QuickBooks Online. Raises UnnamedAccounts."""
    names = _each(entries, accounts, lambda account: account.name)
    yield line(QUICKBOOKS_COLUMNS, ",")
    for entry in entries:
        for account, minor in entry.lines.items():
            sides = (amount(minor, currency), None) if minor > 0 else (None, amount(-minor, currency))
            yield line((entry.number, f"{entry.day:%m/%d/%Y}", names[account], entry.about, *sides, None), ",")


def sage50(entries: Sequence[JournalEntry], accounts: Mapping[str, Account], currency: str) -> Iterator[str]:
    """Yield the lines of a text file for Sage 50's Canadian edition. Raises UnnamedAccounts, WrongDecimals."""
    if CURRENCIES[currency].exponent > _SAGE_DECIMALS:
        raise WrongDecimals(currency)
    numbers = _each(entries, accounts, lambda account: account.number)
    for entry in entries:
        yield f'{entry.day:%m-%d-%y},"{entry.number}","{entry.about}"\r\n'
        for account, minor in entry.lines.items():
            yield f"{numbers[account]},{amount(minor, currency):.2f}\r\n"


FORMATS: Mapping[Program, Callable[[Sequence[JournalEntry], Mapping[str, Account], str], Iterator[str]]] = {
    "quickbooks": quickbooks,
    "sage50": sage50,
}


def _each(
    entries: Sequence[JournalEntry], accounts: Mapping[str, Account], read: Callable[[Account], _T | None]
) -> Mapping[str, _T]:
    used = sorted({account for entry in entries for account in entry.lines})
    found = {account: read(accounts[account]) for account in used if account in accounts}
    if missing := [account for account in used if found.get(account) is None]:
        raise UnnamedAccounts(missing)
    return {account: value for account, value in found.items() if value is not None}
