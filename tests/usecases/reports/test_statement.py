"""The monthly statement: equal to the journal to the cent, sent once, in private, to those with the finance right."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.holidays import is_holiday
from bot.domain.people import Contact
from bot.domain.staff import Role
from bot.domain.statement import due_at
from bot.store.core import notices as notice_rows
from bot.usecases.context import Context
from bot.usecases.core.access import TERMINAL
from bot.usecases.reports import statement as statements
from bot.usecases.reports.documents import sheet_of
from bot.usecases.reports.journal import journal
from bot.usecases.staff import notices
from bot.usecases.staff.reports import statement
from content.messages.statement import CurrencyMonth
from tests.usecase_setup import ALEX, CAMILLE, hire, notices_of
from tests.usecases.core.test_notices import RecordingPlatform
from tests.usecases.money.stripe_account import Account, happens_at_stripe
from tests.usecases.staff.offline_setup import add, command, said

_TORONTO = "America/Toronto"
_TREASURER = Contact(platform="telegram", external_id="77", locale="fr", private=True)


@pytest.mark.parametrize(
    ("first", "due"),
    [
        (date(2026, 12, 1), datetime(2026, 12, 7, 14, tzinfo=UTC)),
        (date(2027, 1, 1), datetime(2027, 1, 8, 14, tzinfo=UTC)),  # after New Year's Day, a Friday
        (date(2026, 9, 1), datetime(2026, 9, 8, 13, tzinfo=UTC)),  # Labour Day; summer time
    ],
)
def test_statement_is_due_on_the_fifth_working_day_at_nine(first: date, due: datetime) -> None:
    assert due_at(first, _TORONTO, lambda day: is_holiday("CA-QC", day)) == due


def months_between(first: datetime, last: datetime) -> list[date]:
    day, end, found = first.date().replace(day=1), last.date(), []
    while day <= end:
        found.append(day)
        day = (day + timedelta(days=31)).replace(day=1)
    return found


def assert_adds_up(month: CurrencyMonth) -> None:
    """The balance at Stripe is explained to the cent, and payouts are in it as listed."""
    assert month.opening.minor + sum(money.minor for money in month.changes.values()) == month.closing.minor
    assert sum(line.amount.minor for line in month.payouts) == -month.changes["payouts"].minor
    outside = sum(money.minor for money in month.outside.values())
    assert month.given.minor == month.changes["gifts"].minor + outside


async def test_statements_are_the_journal_and_begin_where_the_last_ended(account: Account) -> None:
    ctx, rng = account.ctx, random.Random(1)
    await account.catch_up()
    await hire(ctx, CAMILLE, finance=True)
    begun = account.clock()
    for _ in range(7):
        for _ in range(7):
            await happens_at_stripe(account, rng)
        await add(ctx, rng.choice(("50 interac", "20 cash", "2 x 30 cheque")))
        await account.pass_days(rng.randrange(5, 9))
    last: dict[str, tuple[int, int]] = {}
    for month in months_between(begun, account.clock()):
        view = await statements.read(ctx, month)
        books = {code: sum_of(entries) for code, entries in (await journal(ctx, month)).items()}
        found = {one.given.currency: one for one in view.currencies}
        for code in found.keys() | books.keys() | last.keys():
            one, lines = found[code], books.get(code, Counter())
            assert_adds_up(one)
            assert one.given.minor == -lines["gifts"] and one.fees.minor == -lines["fees"]
            assert one.given_back.minor == -lines["refunds"] - lines["disputes"]
            opening, undeposited = last.get(code, (0, 0))
            assert (one.opening.minor, one.undeposited[0].minor) == (opening, undeposited)
            assert one.closing.minor - opening == lines["stripe"]
            assert one.undeposited[1].minor - undeposited == lines["undeposited"]
        last = {
            code: (one.closing.minor, one.undeposited[1].minor)
            for code, one in found.items()
            if one.closing.minor or one.undeposited[1].minor
        }
    assert {code: left for code, (left, _) in last.items() if left} == await account.balance()


def sum_of(entries: object) -> Counter[str]:
    sums: Counter[str] = Counter()
    for entry in entries:  # type: ignore[attr-defined]
        sums.update(entry.lines)
    return sums


async def run_until(ctx: Context, account: Account, end: datetime, hours: float = 8) -> None:
    """Let the job run as it does, but only so often."""
    while account.clock() < end:
        await statement.tick(ctx)
        account.clock.move(hours=hours)
    account.clock.now = end
    await statement.tick(ctx)


async def with_treasurers(ctx: Context) -> RecordingPlatform:
    await hire(ctx, ALEX, Role.EDITOR, label="Alex")
    await hire(ctx, CAMILLE, Role.OWNER, label="Camille")
    await hire(ctx, _TREASURER, Role.VIEWER, label="Luc", finance=True)
    return RecordingPlatform()


async def test_provisional_statement_is_followed_by_a_final_one_each_sent_once(account: Account) -> None:
    ctx, platform = account.ctx, await with_treasurers(account.ctx)
    await account.catch_up()
    account.clock.now = datetime(2026, 11, 28, 15, tzinfo=UTC)
    await account.give(10_000)
    await account.deliver()
    [made] = await account.pass_days(2)  # created on 30 November
    assert not await statements.is_settled(ctx, date(2026, 11, 1))
    await run_until(ctx, account, datetime(2026, 12, 7, 13, 50, tzinfo=UTC))
    assert await notices_of(ctx, "statement") == []
    await run_until(ctx, account, datetime(2026, 12, 7, 14, tzinfo=UTC), hours=0.5)
    await run_until(ctx, account, datetime(2026, 12, 8, 12, tzinfo=UTC))
    await notices.tick(ctx, [platform])  # type: ignore[list-item]
    await notices.tick(ctx, [platform])  # type: ignore[list-item]
    assert sorted(who for who, _ in platform.sent) == sorted([CAMILLE.external_id, "77"])
    card = next(card for who, card in platform.sent if who == "77")
    assert card.file is not None and card.file.name == "obole-statement-2026-11-fr.pdf"
    assert "pas encore arrivés" in card.lines[1]
    await account.catch_up()
    await run_until(ctx, account, datetime(2026, 12, 9, 12, tzinfo=UTC))
    await account.pass_days(3)
    await run_until(ctx, account, account.clock() + timedelta(days=40))
    kept = [sheet_of(found, "en") for found in [await statements.find(ctx, number) for number in (1, 2)] if found]
    assert [sheet.mark for sheet in kept] == ["provisional", ""]
    sent = await notices_of(ctx, "statement")
    assert [notice.key for notice in sent] == ["statement:2026-11:final"], "and in December nothing was booked"
    assert made["amount"] == 9_680 and "$96.80" in str(kept[1].sections)


async def test_late_statement_waits_until_a_treasurer_wants_it(account: Account) -> None:
    ctx, platform = account.ctx, await with_treasurers(account.ctx)
    account.clock.now = datetime(2026, 11, 20, 15, tzinfo=UTC)
    await add(ctx, "50 cash", _TREASURER)
    await statement.tick(ctx)
    account.clock.now = datetime(2026, 12, 8, 15, tzinfo=UTC)
    await statement.tick(ctx)
    await notices.tick(ctx, [platform])  # type: ignore[list-item]
    assert len(platform.sent) == 2 and all(card.file is None for _, card in platform.sent)
    [show] = [button.action for who, card in platform.sent if who == "77" for button in card.buttons]
    reply = await statement.act(ctx, _TREASURER, TERMINAL, str(show).removeprefix("sm:"))
    assert reply.card.file is not None


async def test_month_without_postings_has_no_statement(account: Account) -> None:
    ctx = account.ctx
    await with_treasurers(ctx)
    await statement.tick(ctx)
    await run_until(ctx, account, account.clock() + timedelta(days=45))
    async with ctx.db.read() as conn:
        assert await notice_rows.due(conn, ctx.clock(), 9) == []


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "Rien n’a été inscrit"),
        ("2026-10", "Rien n’a été inscrit"),
        ("mois", "n’est pas fini"),
        ("2030-01", "n’est pas fini"),
        ("2026", "Aucun mois"),
        ("30", "Aucun mois"),
        ("tout", "Aucun mois"),
        ("<b>" * 99, "Aucun mois"),
    ],
)
async def test_month_that_has_no_statement_is_explained(account: Account, typed: str, answer: str) -> None:
    await hire(account.ctx, _TREASURER, Role.VIEWER, finance=True)
    reply = await command(account.ctx, typed, _TREASURER, "statement")
    assert reply.card.file is None and answer in said(reply)


async def test_final_statement_is_shown_again_as_it_was(account: Account) -> None:
    ctx = account.ctx
    await hire(ctx, _TREASURER, Role.VIEWER, finance=True)
    await add(ctx, "50 cash", _TREASURER)
    month = account.clock().astimezone(ZoneInfo(ctx.zone)).date()
    account.clock.move(days=31)
    first = await command(ctx, f"{month:%Y-%m}", _TREASURER, "statement")
    again = await command(ctx, f"{month:%Y-%m}", _TREASURER, "statement")
    assert first.card.file is not None and first.card.file == again.card.file
    assert await statements.find(ctx, 2) is None
    [other] = first.card.buttons
    shown = await statement.act(ctx, _TREASURER, TERMINAL, str(other.action).removeprefix("sm:"))
    assert shown.card.file is not None and shown.card.file.name.endswith("-en.pdf")


async def test_statement_takes_the_finance_right_in_private(account: Account) -> None:
    ctx = account.ctx
    await hire(ctx, ALEX, Role.EDITOR)
    assert "finance right" in said(await command(ctx, "", ALEX, "statement"))
