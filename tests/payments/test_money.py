import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.money import (
    CURRENCIES,
    CurrencyMismatch,
    Money,
    UnknownCurrency,
    currency,
    is_chargeable,
    minimum_charge,
)

# fmt: off
ZERO_DECIMAL = ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga",
                "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"]
THREE_DECIMAL = ["bhd", "jod", "kwd", "omr", "tnd"]
# fmt: on

amounts = st.integers(-(10**12), 10**12)


def CAD(minor: int) -> Money:
    return Money(minor, "cad")


@given(amounts, amounts)
def test_arithmetic_and_order_follow_the_minor_units(a: int, b: int) -> None:
    assert CAD(a) + CAD(b) == CAD(a + b)
    assert CAD(a) - CAD(b) == CAD(a - b)
    assert -CAD(a) == CAD(-a)
    assert (CAD(a) < CAD(b), CAD(a) <= CAD(b), CAD(a) > CAD(b), CAD(a) >= CAD(b)) == (
        a < b,
        a <= b,
        a > b,
        a >= b,
    )
    assert CAD(a).is_positive is (a > 0)


def test_mixing_currencies_raises() -> None:
    for clash in (
        lambda: CAD(1) + Money(1, "usd"),
        lambda: CAD(1) - Money(1, "usd"),
        lambda: CAD(1) < Money(1, "usd"),
        lambda: CAD(1) >= Money(1, "usd"),
    ):
        with pytest.raises(CurrencyMismatch):
            clash()
    assert CAD(1) != Money(1, "usd")


@pytest.mark.parametrize("minor", [True, 1.0, "1", None])
def test_non_integer_amount_is_refused(minor: object) -> None:
    with pytest.raises(TypeError):
        Money(minor, "cad")  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize("code", ["CAD", "ca", "cada", "c4d", "", "éur"])
def test_malformed_currency_code_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        Money(1, code)


def test_table_has_the_decimals_of_each_currency() -> None:
    assert {code for code, row in CURRENCIES.items() if row.exponent == 0} == set(ZERO_DECIMAL)
    assert {code for code, row in CURRENCIES.items() if row.exponent == 3} == set(THREE_DECIMAL)
    assert all(row.exponent in (0, 2, 3) and row.minimum_minor > 0 for row in CURRENCIES.values())
    assert all(code == row.code for code, row in CURRENCIES.items())
    with pytest.raises(UnknownCurrency):
        currency("xxx")


def test_minimum_charges_match_stripes() -> None:
    assert [minimum_charge(code).minor for code in ("usd", "gbp", "cad", "eur", "jpy")] == [
        50,
        30,
        50,
        50,
        50,
    ]


def test_every_minimum_is_chargeable() -> None:
    assert [code for code in CURRENCIES if not is_chargeable(minimum_charge(code))] == ["ugx"]


@pytest.mark.parametrize(
    ("money", "chargeable"),
    [
        (CAD(49), False),
        (CAD(50), True),
        (CAD(0), False),
        (CAD(-500), False),
        (Money(5120, "kwd"), True),
        (Money(5124, "kwd"), False),  # card networks require the last of three decimals to be 0
        (Money(40_000, "isk"), True),
        (Money(40_010, "isk"), False),  # no fraction of a króna
        (Money(1_000_000, "ugx"), False),  # its unit is ambiguous
    ],
)
def test_chargeable_amounts_follow_minimum_and_step(money: Money, chargeable: bool) -> None:
    assert is_chargeable(money) is chargeable
