"""The month's journal: balanced, equal to the ledger, and in the form that accounting programs document."""

import csv
import io
import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain.gifts import GiftChange
from bot.domain.lateral import Scope
from bot.domain.periods import ALL_TIME
from bot.journal_cli import ACCOUNTS
from bot.store.reports import exports as rows
from bot.usecases.context import Context, local_day, midnight
from bot.usecases.core.access import TERMINAL
from bot.usecases.reports.exports import EXPORTS, read
from bot.usecases.reports.journal import accounts, journal, set_account
from bot.usecases.reports.journal_files import (
    FORMATS,
    QUICKBOOKS_COLUMNS,
    Account,
    BadAccount,
    JournalEntry,
    UnnamedAccounts,
    WrongDecimals,
    checked,
)
from payments import books, payouts
from tests.conftest import MovingClock
from tests.giving import give, paid, refund, write
from tests.usecase_setup import open_campaign

NOVEMBER = date(2026, 11, 15)
NAMES = {name: Account(f"Obole:{name}", f"{1000 + at}") for at, name in enumerate(ACCOUNTS)}
DAY = JournalEntry("OB261103CAD", date(2026, 11, 3), "Obole 2026-11-03", {"stripe": 470, "fees": 30, "gifts": -500})


async def some_months(ctx: Context, clock: MovingClock) -> None:
    """Gifts and refunds minutes before and after both ends of November in Montréal, in two currencies."""
    campaign = await open_campaign(ctx, ends_on=None)
    for at in (datetime(2026, 11, 1, 3, 58, tzinfo=UTC), datetime(2026, 11, 1, 4, 2, tzinfo=UTC)):
        clock.now = at
        await give(ctx, campaign, None, 1001)
    clock.now += timedelta(days=9)
    await refund(ctx, await give(ctx, campaign, None, 2599), 599)
    yen = paid(ctx, campaign, None, 1500, code="jpy")
    await write(ctx, [GiftChange(event_id="evt_yen", before=None, after=yen)])
    clock.now = datetime(2026, 12, 1, 4, 58, tzinfo=UTC)
    last = await give(ctx, campaign, None, 700)
    clock.now = datetime(2026, 12, 1, 5, 1, tzinfo=UTC)
    await refund(ctx, last)


async def ledger_sums(ctx: Context) -> Counter[tuple[str, str]]:
    sums = Counter[tuple[str, str]]()
    async with ctx.db.snapshot() as conn:
        async for line in rows.ledger(conn, ALL_TIME):
            sums[line.currency, line.account] += line.minor
    return sums


async def test_journals_of_all_months_add_up_to_ledger_and_balance(ctx: Context, clock: MovingClock) -> None:
    await some_months(ctx, clock)
    sums = Counter[tuple[str, str]]()
    for month in (date(2026, 10, 31), NOVEMBER, date(2026, 12, 1)):
        for code, entries in (await journal(ctx, month)).items():
            for entry in entries:
                assert sum(entry.lines.values()) == 0
                assert (entry.day.year, entry.day.month) == (month.year, month.month)
                sums.update({(code, name): minor for name, minor in entry.lines.items()})
    assert {at: minor for at, minor in sums.items() if minor} == {
        at: minor for at, minor in (await ledger_sums(ctx)).items() if minor
    }


async def test_posting_belongs_to_charitys_day_and_month_that_is_over_never_changes(
    ctx: Context, clock: MovingClock
) -> None:
    await some_months(ctx, clock)
    november = await journal(ctx, NOVEMBER)
    assert [(entry.number, entry.lines["gifts"]) for entry in november["cad"]] == [
        ("OB261101CAD", -1001), ("OB261109CAD", -2599), ("OB261130CAD", -700),
    ]  # fmt: skip
    assert [entry.lines for entry in november["jpy"]] == [{"stripe": 1500, "gifts": -1500}]
    campaign = await open_campaign(ctx, ends_on=None)
    await give(ctx, campaign, None, 5000)
    assert await journal(ctx, NOVEMBER) == november


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Vancouver"])
async def test_new_time_zone_moves_no_earlier_posting_or_gift(ctx: Context, clock: MovingClock, zone: str) -> None:
    await some_months(ctx, clock)
    moved, months = replace(ctx, zone=zone), (date(2026, 10, 1), NOVEMBER, date(2026, 12, 1))
    assert [await journal(moved, month) for month in months] == [await journal(ctx, month) for month in months]
    for name in ("gifts", "ledger"):
        seen = []
        for here in (ctx, moved):
            november = Scope(since=midnight(here, date(2026, 11, 1)), until=midnight(here, date(2026, 12, 1)))
            seen.append([row async for row in read(here, EXPORTS[name], november)])
        assert seen[0]
        assert seen[0] == seen[1]
    clock.move(days=2)
    await give(moved, await open_campaign(moved, ends_on=None, slug="suite"), None, 300)
    assert (await journal(moved, date(2026, 12, 1)))["cad"][-1].day == local_day(moved, clock.now)


@pytest.mark.parametrize("currency", ["cad", "jpy"])
async def test_files_carry_every_cent_of_the_month(ctx: Context, clock: MovingClock, currency: str) -> None:
    await some_months(ctx, clock)
    entries = (await journal(ctx, NOVEMBER))[currency]
    exponent = 2 if currency == "cad" else 0
    expected = Counter[str]()
    for entry in entries:
        expected.update(entry.lines)
    text = "".join(FORMATS["quickbooks"](entries, NAMES, currency))
    read = defaultdict[str, Decimal](Decimal)
    for row in csv.DictReader(io.StringIO(text)):
        read[row["AccountName"]] += Decimal(row["Debits"] or 0) - Decimal(row["Credits"] or 0)
    assert read == {NAMES[at].name: Decimal(minor).scaleb(-exponent) for at, minor in expected.items()}
    read = defaultdict[str, Decimal](Decimal)
    for line in "".join(FORMATS["sage50"](entries, NAMES, currency)).splitlines():
        if '"' not in line:
            number, amount = line.split(",")
            read[number] += Decimal(amount)
    assert read == {NAMES[at].number: Decimal(minor).scaleb(-exponent) for at, minor in expected.items()}


def test_quickbooks_file_follows_its_help_page() -> None:
    lines = list(csv.reader(io.StringIO("".join(FORMATS["quickbooks"]([DAY], NAMES, "cad")))))
    assert lines[0] == list(QUICKBOOKS_COLUMNS)
    assert lines[1] == ["OB261103CAD", "11/03/2026", "Obole:stripe", "Obole 2026-11-03", "4.70", "", ""]
    assert lines[3] == ["OB261103CAD", "11/03/2026", "Obole:gifts", "Obole 2026-11-03", "", "5.00", ""]


def test_sage_file_follows_its_help_page() -> None:
    head, *lines = "".join(FORMATS["sage50"]([DAY], NAMES, "cad")).split("\r\n")
    assert head == '11-03-26,"OB261103CAD","Obole 2026-11-03"'
    assert lines == ["1004,4.70", "1003,0.30", "1000,-5.00", ""]
    day, source, comment = next(csv.reader([head]))
    assert len(source) <= 13 and len(comment) <= 39 and re.fullmatch(r"\d\d-\d\d-\d\d", day)


def test_unset_accounts_and_unfit_currency_are_refused_before_any_line() -> None:
    with pytest.raises(UnnamedAccounts) as missing:
        list(FORMATS["quickbooks"]([DAY], {**NAMES, "fees": Account(number="1003")}, "cad"))
    assert list(missing.value.accounts) == ["fees"]
    with pytest.raises(UnnamedAccounts):
        list(FORMATS["sage50"]([DAY], {}, "cad"))
    with pytest.raises(WrongDecimals):
        next(iter(FORMATS["sage50"]([DAY], NAMES, "kwd")))


@pytest.mark.parametrize(
    "account",
    [Account(""), Account(" "), Account("=1+1"), Account("@x"), Account("'x"), Account("x" * 101), Account("a\x00b"),
     Account(number="12"), Account(number="12345"), Account(number="١٢٣٤"), Account(number="abcd")],
)  # fmt: skip
def test_name_or_number_that_no_program_takes_is_refused(account: Account) -> None:
    with pytest.raises(BadAccount):
        checked(account)


async def test_account_is_named_once_and_keeps_what_is_not_set(ctx: Context) -> None:
    await set_account(ctx, TERMINAL, "stripe", Account(" Actifs :  Stripe "))
    await set_account(ctx, TERMINAL, "stripe", Account(number="1085"))
    assert await accounts(ctx) == {"stripe": Account("Actifs : Stripe", "1085")}


def test_every_account_of_the_books_is_explained() -> None:
    tables = (*books.BOOKS, *books.OFFLINE_BOOKS)
    assert {name for name, _ in tables} | set(payouts.ACCOUNTS) == set(ACCOUNTS)
