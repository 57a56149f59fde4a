import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.amounts import (
    Ambiguous,
    NotChargeable,
    NotUnderstood,
    OnlyReading,
    OtherCurrency,
    OutOfRange,
    Reading,
    check_chargeable,
    is_number_word,
    read_amount,
)
from payments.money import Money, minimum_charge


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


@pytest.mark.parametrize("text", ["cinq", "", " ", "five bucks", "5 pommes", "5,5050", "1,2,3", "x" * 500, "5..5"])
def test_unreadable_text_is_not_guessed(text: str) -> None:
    assert isinstance(read(text), NotUnderstood | Ambiguous)


@pytest.mark.parametrize("text", ["1,000", "1.000", "1,000 $"])
def test_one_or_one_thousand_is_ambiguous(text: str) -> None:
    assert read(text) == Ambiguous((Money(100, "cad"), Money(100_000, "cad")))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("2 50", 250, 25_000), ("12 50 $", 1_250, 125_000), ("2 5", 250, 2_500), ("2'50", 250, 25_000)],
)
def test_digits_that_are_no_thousands_are_asked_about(text: str, low: int, high: int) -> None:
    assert read(text) == Ambiguous((Money(low, "cad"), Money(high, "cad")))


@pytest.mark.parametrize("text", ["2 5000", "1 0 0", "12 34 56", "514 555 1234", "1 2500", "1234 567"])
def test_irregular_groups_are_not_understood(text: str) -> None:
    assert read(text) == NotUnderstood()


@pytest.mark.parametrize(("text", "minor"), [("1 234", 123_400), ("1’234.50", 123_450), ("1 234,5", 123_450)])
def test_groups_of_three_digits_are_thousands(text: str, minor: int) -> None:
    assert read(text) == Money(minor, "cad")


@pytest.mark.parametrize(
    ("text", "least", "most", "expected"),
    [
        ("1,500", 50, 100_000, OnlyReading(Money(150, "cad"), Money(100_000, "cad"))),
        ("1,500", 200, 500_000, OnlyReading(Money(150_000, "cad"), Money(200, "cad"))),
        ("2 50", 50, 10_000, OnlyReading(Money(250, "cad"), Money(10_000, "cad"))),
        ("1,500", 200, 100_000, OutOfRange("above_cap", Money(100_000, "cad"))),
        ("1,200", 200_000, 300_000, OutOfRange("below_minimum", Money(200_000, "cad"))),
    ],
)
def test_ambiguous_amount_with_one_possible_reading_is_no_choice(
    text: str, least: int, most: int, expected: Reading
) -> None:
    assert read_amount(text, code="cad", minimum=Money(least, "cad"), maximum=Money(most, "cad")) == expected


def test_currency_without_cents_leaves_one_reading_of_a_group() -> None:
    least, most = Money(50, "jpy"), Money(10_000, "jpy")
    assert read_amount("1,500", code="jpy", minimum=least, maximum=most) == Money(1500, "jpy")
    assert read_amount("1.500", code="jpy", minimum=least, maximum=most) == Money(1500, "jpy")


@pytest.mark.parametrize(
    ("text", "code", "nearest"),
    [("200.50", "isk", (20_000, 20_100)), ("0.905", "kwd", (900, 910)), ("150,01", "twd", (15_000, 15_100))],
)
def test_amount_between_steps_is_not_chargeable(text: str, code: str, nearest: tuple[int, ...]) -> None:
    least, most = minimum_charge(code), Money(10_000_000, code)
    expected = NotChargeable(tuple(Money(minor, code) for minor in nearest))
    assert read_amount(text, code=code, minimum=least, maximum=most) == expected
    assert isinstance(read_amount(text, code=code, minimum=least, maximum=most, charged=False), Money)


def test_nearest_amounts_stay_within_the_bounds() -> None:
    least, most = Money(15_000, "isk"), Money(15_150, "isk")
    around = (Money(15_000, "isk"), Money(15_100, "isk"))
    assert check_chargeable(Money(15_050, "isk"), least, most) == NotChargeable(around)
    assert check_chargeable(Money(15_150, "isk"), least, most) == NotChargeable((Money(15_100, "isk"),))
    assert check_chargeable(Money(5_000, "ugx"), Money(1, "ugx"), Money(9_000, "ugx")) == NotChargeable(())


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
        ("7,505", "above_cap"),  # as a decimal it would have three digits, so only one reading is left
        ("9 999", "above_cap"),
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
