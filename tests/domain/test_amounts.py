import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.amounts import Ambiguous, NotUnderstood, OtherCurrency, OutOfRange, Reading, is_number_word, read_amount
from payments.money import Money


def read(text: str) -> Reading:
    return read_amount(text, code="cad", minimum=Money(50, "cad"), maximum=Money(500_000, "cad"))


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("5", 500),
        ("5$", 500),
        ("$5", 500),
        ("5 $", 500),
        ("5\u00a0$", 500),
        ("7,50", 750),
        ("7.50 $", 750),
        ("7,5", 750),
        ("5 CAD", 500),
        ("cad 5", 500),
        ("5 $ CA", 500),
        ("CA$5", 500),
        ("5 dollars", 500),
        ("1 250", 125_000),
        ("1\u202f250 $", 125_000),
        ("1,234.56", 123_456),
        ("1.234,56", 123_456),
        ("+5", 500),
    ],
)
def test_written_amount_is_read(text: str, minor: int) -> None:
    assert read(text) == Money(minor, "cad")


@pytest.mark.parametrize("text", ["cinq", "", " ", "five bucks", "5 pommes", "7,505", "1,2,3", "x" * 500, "5..5"])
def test_unreadable_text_is_not_guessed(text: str) -> None:
    assert isinstance(read(text), NotUnderstood | Ambiguous)


@pytest.mark.parametrize("text", ["1,000", "1.000", "1,000 $"])
def test_one_or_one_thousand_is_ambiguous(text: str) -> None:
    assert read(text) == Ambiguous((Money(100, "cad"), Money(100_000, "cad")))


@pytest.mark.parametrize(("text", "code"), [("5 €", "eur"), ("5 EUR", "eur"), ("US$5", "usd"), ("£5", "gbp")])
def test_other_currency_is_recognized(text: str, code: str) -> None:
    assert read(text) == OtherCurrency(code)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("0", "not_positive"),
        ("-5", "not_positive"),
        ("−5", "not_positive"),
        ("0,49", "below_minimum"),
        ("5001", "above_cap"),
        ("99999999999999999999", "above_cap"),
    ],
)
def test_amount_out_of_range_is_refused(text: str, problem: str) -> None:
    found = read(text)
    assert isinstance(found, OutOfRange)
    assert found.problem == problem


def test_currency_without_cents_refuses_decimals() -> None:
    minimum, maximum = Money(50, "jpy"), Money(10_000_000, "jpy")
    assert read_amount("500 ¥", code="jpy", minimum=minimum, maximum=maximum) == Money(500, "jpy")
    assert isinstance(read_amount("5,5", code="jpy", minimum=minimum, maximum=maximum), NotUnderstood)


def test_amount_in_words_is_recognized() -> None:
    assert is_number_word("cinq")
    assert is_number_word("Vingt-cinq dollars")
    assert is_number_word("twenty")
    assert not is_number_word("merci beaucoup")
    assert not is_number_word("dollars")
    assert not is_number_word("")


@given(st.text(max_size=60))
def test_any_text_is_read_without_error(text: str) -> None:
    found = read(text)
    if isinstance(found, Money):
        assert 50 <= found.minor <= 500_000


@given(st.integers(min_value=50, max_value=500_000))
def test_every_amount_is_read_with_comma_and_point(minor: int) -> None:
    plain = f"{minor // 100}.{minor % 100:02}"
    assert read(plain) == read(plain.replace(".", ",")) == Money(minor, "cad")
