"""Money and dates as people in Quebec write them, and missing texts."""

from datetime import UTC, date, datetime

import pytest

from content.catalog import Catalog, MissingText, pick_locale
from payments.money import Money

NB = "\u00a0"


@pytest.mark.parametrize(
    ("said", "locale"),
    [
        ("fr", "fr"),
        ("fr-CA", "fr"),
        ("FR_be", "fr"),
        (None, "fr"),
        ("", "fr"),
        ("en-US", "en"),
        ("pt-BR", "en"),
        ("fro", "en"),
    ],
)
def test_platform_locale_gives_the_language(said: str | None, locale: str) -> None:
    assert pick_locale(said) == locale


@pytest.mark.parametrize(
    ("money", "fr", "en"),
    [
        (Money(500, "cad"), f"5{NB}$", "$5"),
        (Money(750, "cad"), f"7,50{NB}$", "$7.50"),
        (Money(125_000, "cad"), f"1{NB}250{NB}$", "$1,250"),
        (Money(123_456_789, "cad"), f"1{NB}234{NB}567,89{NB}$", "$1,234,567.89"),
        (Money(0, "cad"), f"0{NB}$", "$0"),
        (Money(-750, "cad"), f"−7,50{NB}$", "−$7.50"),
        (Money(500, "eur"), f"5{NB}€", "€5"),
        (Money(500, "jpy"), f"500{NB}¥", "¥500"),
        (Money(1500, "kwd"), f"1,500{NB}KWD", f"KWD{NB}1.500"),
        (Money(99_999_999_999_999_999, "cad"), f"999{NB}999{NB}999{NB}999{NB}999,99{NB}$", "$999,999,999,999,999.99"),
    ],
)
def test_amount_is_written_for_the_locale(catalog: Catalog, money: Money, fr: str, en: str) -> None:
    assert catalog.money("fr", money) == fr
    assert catalog.money("en", money) == en


def test_dollars_are_named_on_request(catalog: Catalog) -> None:
    assert catalog.money("fr", Money(500, "cad"), name_currency=True) == f"5{NB}${NB}CA"
    assert catalog.money("en", Money(500, "cad"), name_currency=True) == "CA$5"
    assert catalog.money("fr", Money(750, "usd"), name_currency=True) == f"7,50{NB}${NB}US"
    assert catalog.money("fr", Money(500, "eur"), name_currency=True) == f"5{NB}€"


def test_date_is_written_for_the_locale(catalog: Catalog) -> None:
    assert catalog.date("fr", date(2026, 12, 1)) == f"1er{NB}décembre{NB}2026"
    assert catalog.date("fr", date(2026, 12, 11)) == f"11{NB}décembre{NB}2026"
    assert catalog.date("en", date(2026, 12, 1)) == f"December{NB}1, 2026"


def test_moment_is_shown_in_its_zone(catalog: Catalog) -> None:
    midnight = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
    assert catalog.date("fr", midnight, "America/Toronto") == f"1er{NB}décembre{NB}2026"
    assert catalog.moment("fr", midnight, "America/Toronto").endswith(f"à{NB}21{NB}h")
    half_past = datetime(2026, 12, 1, 19, 30, tzinfo=UTC)
    assert catalog.moment("fr", half_past, "America/Toronto").endswith(f"à{NB}14{NB}h{NB}30")
    assert catalog.moment("en", half_past, "America/Toronto").endswith(f"at{NB}2:30{NB}p.m.")


def test_naive_datetime_is_refused(catalog: Catalog) -> None:
    with pytest.raises(ValueError, match="time zone"):
        catalog.date("fr", datetime(2026, 12, 1))  # noqa: DTZ001


def test_amount_in_a_sentence_is_written_for_the_locale(catalog: Catalog) -> None:
    assert catalog.text("fr", "give-amount", amount=Money(750, "cad")) == f"Donner 7,50{NB}$"
    assert catalog.text("en", "give-amount", amount=Money(750, "cad")) == "Give $7.50"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Camille", "de Camille"),
        ("Alex", "d’Alex"),
        ("Élodie", "d’Élodie"),
        ("Œuvre du Partage", "d’Œuvre du Partage"),
        ("Yves", "d’Yves"),
        ("Yasmine", "de Yasmine"),
        ("🌸 Anaïs", "de 🌸 Anaïs"),
        ("42", "de 42"),
    ],
)
def test_french_elides_before_a_vowel(catalog: Catalog, name: str, said: str) -> None:
    assert catalog.text("fr", "relayed-title", charity=name) == f"Réponse {said}"


def test_missing_text_or_argument_raises(catalog: Catalog) -> None:
    with pytest.raises(MissingText, match="no-such-key"):
        catalog.text("fr", "no-such-key")
    with pytest.raises(MissingText, match="give-amount"):
        catalog.text("fr", "give-amount")


def test_braces_in_an_argument_are_kept(catalog: Catalog) -> None:
    assert "{ $amount }" in catalog.text("fr", "welcome-title", charity="{ $amount }")


def test_broken_fluent_is_refused() -> None:
    with pytest.raises(ValueError, match="not Fluent"):
        Catalog({"fr": "key = { $x\n"})
