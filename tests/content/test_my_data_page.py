"""Every column and every known value of a person's copy has words in both languages."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import pytest

from bot.domain.broadcasts import Giving
from bot.domain.nudges import PolicyName
from bot.domain.people import Preference
from bot.domain.quick_give import Removal
from bot.domain.referrals import JoinedVia
from bot.store.core import outbox
from bot.store.supporters.personal import PARTS
from bot.usecases.outbox_messages import APART_FROM_GIFTS, MESSAGES
from content.catalog import LOCALES, Arg, Catalog, Locale
from content.messages.my_data_page import TITLES, PageWriter
from content.writer import Writer
from payments import ledger
from payments.reference import TouchKind

AT = datetime(2026, 12, 2, 3, 30, tzinfo=UTC)
ENUMS: dict[str, tuple[type[StrEnum], ...]] = {
    "how": (JoinedVia,),
    "kind": (Preference,),
    "part": (Giving,),
    "policy": (PolicyName,),
    "removed_why": (Removal,),
    "state": (ledger.State, outbox.State),
    "touch_kind": (TouchKind,),
}

VALUES: dict[str, tuple[str, ...]] = {
    "arm": ("sent", "held_out"),
    "disputes": ledger.DISPUTE_ORDER,
    "kind": (
        *("wrong_amount", "paid_twice", "wasnt_me", "child", "double_unsure", "second_claim", "second_payment"),
        *("linked", "dispute", "fraud_warning", "refund_failed"),  # cases
        *("stopped", "later", "blocked"),  # what followed a reminder
    ),
    "locale": LOCALES,
    "message": (*MESSAGES, *APART_FROM_GIFTS),
    "platform": ("telegram", "discord"),
    "refunds": ledger.REFUND_ORDER,
    "status": (  # of subscriptions at Stripe
        *("active", "trialing", "past_due", "unpaid", "canceled", "incomplete", "incomplete_expired", "paused"),
    ),
}


class Listening(Writer):
    """Notes which sentences are asked for."""

    def __init__(self, locale: Locale, asked: set[str]) -> None:
        super().__init__(Catalog.load(), locale)
        self.__dict__["asked"] = asked

    def __call__(self, key: str, /, **args: Arg) -> str:
        self.__dict__["asked"].add(key)
        return super().__call__(key, **args)


def page_writer(locale: Locale, asked: set[str] | None = None) -> PageWriter:
    say = Listening(locale, set() if asked is None else asked)
    return PageWriter(say=say, zone="America/Toronto", campaigns={"repas": "Repas chauds"})


def facts(locale: Locale, part: str, **row: Any) -> tuple[str, dict[str, str]]:
    """Return the title of a row, and its facts by label."""
    (section,) = page_writer(locale).sections({part: [row]})
    return section.entries[0].title, dict(section.entries[0].facts)


def columns() -> Iterator[tuple[str, str]]:
    """Yield each part and column that the page shows."""
    for part in PARTS:
        for name in part.columns.split():
            yield part.name, "campaign" if name == "campaign_id" else name
    yield from (("letters", "at"), ("letters", "text"))


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_column_has_a_label_and_every_label_a_column(locale: Locale) -> None:
    asked: set[str] = set()
    writer = page_writer(locale, asked)
    for part, column in columns():
        if column not in (TITLES.get(part), "currency"):
            assert writer.label(part, column)
    labels = {key for key in Catalog.load().keys(locale) if key.startswith("mydata-column-")}
    assert labels == {key for key in asked if key.startswith("mydata-column-")}


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_known_value_has_words_and_all_words_a_value(locale: Locale) -> None:
    known = {(column, member.value) for column, kinds in ENUMS.items() for kind in kinds for member in kind}
    known |= {(column, value) for column, values in VALUES.items() for value in values}
    words = {f"{column}-{value.strip('-') or 'none'}".replace("_", "-") for column, value in known}
    assert {f"mydata-value-{each}" for each in words} == {
        key for key in Catalog.load().keys(locale) if key.startswith("mydata-value-")
    }


def test_values_are_written_for_people() -> None:
    row = {"campaign": "repas", "paid_at": AT, "amount": 750, "currency": "cad", "late": False, "touch_kind": "-"}
    title, shown = facts(
        "fr", "gifts", **row, refunds={"re_1": {"minor": 250, "status": "succeeded"}}, disputes={}, charge=None
    )
    assert title == "7,50\u00a0$\u00a0CA"
    assert shown == {
        "Collecte": "Repas chauds",
        "Payé le": "1er\u00a0décembre\u00a02026 à\u00a022\u00a0h\u00a030",
        "Après la fin de la collecte": "Non",
        "Origine": "Inconnue",
        "Remboursements": "2,50\u00a0$\u00a0CA (fait)",
    }
    assert facts("en", "unconfirmed_gifts", paid_at=date(2026, 12, 1), amount=500, currency="cad")[1] == {
        "Paid on": "December\u00a01, 2026"
    }


def test_figures_of_few_people_stay_hidden() -> None:
    figures = {"direct": None, "all": {"donors": 5, "money": {"cad": 10000}}}
    _, shown = facts("en", "circle_shown", at=AT, figures=figures)
    assert shown["Figures"] == "Through you: hidden, too few people\nThrough you or them: at least 5 gave CA$100"


def test_words_of_a_person_stay_theirs() -> None:
    _, shown = facts("fr", "letters", at=AT, text="paid")
    assert "paid" in shown.values()
    assert facts("fr", "invite", words="sent", code="c0de")[1] == {"Code": "c0de", "Vos mots": "sent"}
