"""The monthly statement: every line adds up, in each currency, and what is not known is not claimed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from content.catalog import LOCALES, Catalog, Locale
from content.messages import statement as messages
from content.messages.payouts import PayoutParts
from content.messages.statement import CurrencyMonth, PayoutLine, Statement
from content.pdf import draw, draw_pages
from content.sheet import Section, Sheet
from payments.money import Money

_AT = datetime(2026, 12, 7, 14, tzinfo=UTC)


def cad(minor: int) -> Money:
    return Money(minor, "cad")


PARTS = PayoutParts(
    gross=cad(150_000), fees=cad(-4_995), refunds=cad(-2_000), disputes=cad(0), not_ours=cad(3_854), other=cad(0)
)
PAYOUT = PayoutLine(day=date(2026, 11, 24), amount=cad(146_859), state="paid", parts=PARTS)
MONTH = CurrencyMonth(
    given=cad(275_000),
    given_back=cad(-2_000),
    fees=cad(-6_120),
    opening=cad(12_000),
    changes={
        **dict.fromkeys(("disputes", "clearing", "reserves", "conversions", "topups"), cad(0)),
        "gifts": cad(180_000),
        "refunds": cad(-2_000),
        "fees": cad(-6_120),
        "not_ours": cad(3_854),
        "payouts": cad(-146_859),
    },
    closing=cad(40_875),
    outside={"cash": cad(35_000), "cheque": cad(60_000)},
    outside_fees=cad(0),
    undeposited=(cad(0), cad(60_000)),
    payouts=(PAYOUT,),
)
NOVEMBER = Statement(first=date(2026, 11, 1), last=date(2026, 11, 30), currencies=(MONTH,), is_final=True)


def sheet(catalog: Catalog, view: Statement, locale: Locale = "en") -> Sheet:
    return messages.sheet(catalog, locale, "Les Cuisines", view, _AT)


def sections(page: Sheet) -> dict[str, Section]:
    return {section.title: section for section in page.sections}


def test_statement_says_what_was_given_and_what_is_left(catalog: Catalog) -> None:
    said = sections(sheet(catalog, NOVEMBER))
    facts = {fact.label: (fact.number, *fact.lines) for fact in said["Summary"].facts}
    assert facts == {
        "Gifts": ("$2,750.00", "Outside Obole: $950.00."),
        "Refunded or disputed": ("−$20.00",),
        "Fees": ("−$61.20",),
        "Net": ("$2,668.80", "what stays of the gifts"),
    }
    at_stripe = said["At Stripe"].table
    assert at_stripe is not None and at_stripe.rows == (
        ("At the beginning of the month", "$120.00"),
        ("Gifts through Stripe", "$1,800.00"),
        ("Refunds", "−$20.00"),
        ("Fees", "−$61.20"),
        ("Your other business on this account", "$38.54"),
        ("Payouts to your bank", "−$1,468.59"),
        ("At the end of the month, still at Stripe", "$408.75"),
    )
    to_bank = said["Payouts to the bank"].table
    assert to_bank is not None and [cell.replace("\xa0", " ") for cell in to_bank.rows[0]] == [
        *("November 24, 2026", "$1,500.00", "−$49.95", "−$20.00", "$38.54", "$1,468.59"),
    ]
    assert to_bank.rows[1] == ("Payouts of the month", "", "", "", "", "$1,468.59")
    outside = said["Outside Obole"]
    assert outside.table is not None and outside.table.rows[-1] == ("Total", "$950.00")
    assert outside.text == ("Not deposited yet: $0.00 at the beginning of the month, $600.00 at the end.",)


def test_provisional_statement_says_so_and_a_final_one_does_not(catalog: Catalog) -> None:
    coming = replace(PAYOUT, state="coming", parts=None)
    open_ = replace(NOVEMBER, currencies=(replace(MONTH, payouts=(coming,)),), is_final=False)
    page = sheet(catalog, open_, "fr")
    assert page.mark == "provisoire" and "relevé final suivra" in page.about[0]
    table = sections(page)["Virements à la banque"].table
    assert table is not None and table.rows[0][0].endswith("(en route)") and table.rows[0][1:5] == ("–",) * 4
    assert sheet(catalog, NOVEMBER).mark == "" and not sheet(catalog, NOVEMBER).about


def test_each_currency_has_its_own_sections(catalog: Catalog) -> None:
    usd = CurrencyMonth(
        **{name: Money(0, "usd") for name in ("given", "given_back", "fees", "opening", "closing", "outside_fees")},
        changes=dict.fromkeys(MONTH.changes, Money(0, "usd")),
        outside={},
        undeposited=(Money(0, "usd"), Money(0, "usd")),
        payouts=(),
    )
    titles = [section.title for section in sheet(catalog, replace(NOVEMBER, currencies=(MONTH, usd))).sections]
    assert titles == ["Canadian dollars", "At Stripe", "Payouts to the bank", "Outside Obole", "US dollars"]


@pytest.mark.parametrize("locale", LOCALES)
def test_month_of_daily_payouts_is_drawn_over_several_pages(catalog: Catalog, locale: Locale) -> None:
    failed = replace(PAYOUT, state="failed", amount=cad(-146_859), parts=replace(PARTS, other=cad(-99_999_999)))
    month = replace(MONTH, payouts=(PAYOUT, failed) * 20, given=cad(98_765_432_199))
    page = sheet(catalog, replace(NOVEMBER, currencies=(month,) * 3), locale)
    assert len(draw_pages(page, ppi=20)) > 2 and draw(page).startswith(b"%PDF-")
