"""Amounts: integer minor units with their currency, and Stripe's rules for each currency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


class UnknownCurrency(ValueError):
    """The code is not a currency that we accept, or not a currency code at all."""


class CurrencyMismatch(ValueError):
    """Two amounts in different currencies were added, subtracted or compared."""


@dataclass(frozen=True, slots=True)
class Currency:
    """What is needed to charge a currency.

    exponent: digits after the point (0, 2 or 3), so that 1 unit = 10**exponent minor units.
    minimum_minor: the smallest charge, in minor units.
    step: charged amounts must be multiples of it; 0 means that we never charge this currency.
    """

    code: str
    exponent: int
    minimum_minor: int
    step: int = 1


# Source: docs.stripe.com/currencies: "Zero-decimal", "Three-decimal", "Special cases" and "Minimum and
# maximum charge amounts". The first table has Stripe's published minimums. For all other currencies, Stripe
# converts the charge and applies the minimum of the account's settlement currency; those rows are our own
# floor: about one US dollar, rounded up, so that it still holds when the exchange rate changes.
#
#   code exponent minimum_minor [step]
_PUBLISHED_MINIMUM = """
    aed 2   200
    aud 2    50
    brl 2    50
    cad 2    50
    chf 2    50
    czk 2  1500
    dkk 2   250
    eur 2    50
    gbp 2    30
    hkd 2   400
    huf 2 17500
    inr 2    50
    jpy 0    50
    mxn 2  1000
    myr 2   200
    nok 2   300
    nzd 2    50
    pln 2   200
    ron 2   200
    sek 2   300
    sgd 2    50
    thb 2  1000
    usd 2    50
"""

_OUR_FLOOR = """
    ars 2 150000
    bdt 2  12500
    bif 0   3000
    clp 0   1000
    cop 2 450000
    crc 2  55000
    djf 0    200
    dop 2   6500
    egp 2   5000
    ghs 2   1500
    gnf 0   9000
    gtq 2    800
    htg 2  14000
    idr 2 1700000
    ils 2    400
    isk 2  15000 100
    jmd 2  17000
    kes 2  13500
    kmf 0    500
    krw 0   1500
    mad 2   1000
    mga 0   5000
    mur 2   5000
    ngn 2 160000
    pen 2    400
    php 2   6000
    pyg 0   8000
    qar 2    400
    rwf 0   1500
    sar 2    400
    try 2   4500
    twd 2   3500 100
    uah 2   4500
    ugx 0   4000 0
    uyu 2   4500
    vnd 0  27000
    vuv 0    130
    xaf 0    650
    xof 0    650
    xpf 0    120
    zar 2   2000
    bhd 3    400 10
    jod 3    750 10
    kwd 3    350 10
    omr 3    400 10
    tnd 3   3500 10
"""
# Three decimals: the card networks accept no last digit other than 0 (step 10). ISK no longer has a fraction, yet
# Stripe's API still counts it in hundredths, and TWD is paid out in whole dollars only (step 100). UGX is
# documented both as zero-decimal and as "to charge 5 UGX, pass 500". Because of that possible factor of 100 it is
# read but never charged (step 0).


def _rows(table: str) -> Iterable[Currency]:
    for line in table.split("\n"):
        if line.strip():
            code, *numbers = line.split()
            yield Currency(code, *map(int, numbers))


CURRENCIES: Mapping[str, Currency] = MappingProxyType(
    {row.code: row for table in (_PUBLISHED_MINIMUM, _OUR_FLOOR) for row in _rows(table)}
)


def currency(code: str) -> Currency:
    """Return the currency of a lowercase ISO code. Raises UnknownCurrency."""
    try:
        return CURRENCIES[code]
    except KeyError:
        raise UnknownCurrency(f"{code!r} is not a currency that we accept") from None


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount: `minor` units (cents for cad, yen for jpy) of a lowercase ISO `currency`; may be negative.

    Any well-formed code is valid, since Stripe may report currencies that we do not charge; `currency()` raises for
    those. Adding, subtracting or comparing amounts in different currencies raises CurrencyMismatch.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:  # bool is an int, and True is not an amount
            raise TypeError(f"minor units are an int, not {self.minor!r}")
        if self.currency not in CURRENCIES and not _is_code(self.currency):
            raise UnknownCurrency(f"{self.currency!r} is not a lowercase ISO currency code")

    @property
    def is_positive(self) -> bool:
        return self.minor > 0

    def __add__(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix")
        return other.minor


def _is_code(text: object) -> bool:
    return isinstance(text, str) and len(text) == 3 and text.isascii() and text.isalpha() and text.islower()


def minimum_charge(code: str) -> Money:
    """Return the smallest amount that Stripe charges in this currency. Raises UnknownCurrency."""
    return Money(currency(code).minimum_minor, code)


# About two US dollars, rounded to what people give: below that, fees take a fifth, and small charges attract card
# testers. For the currencies of the second table it is twice our floor, which is about one dollar.
_USUAL_LEAST: Mapping[str, int] = MappingProxyType({
    "aed": 800, "aud": 200, "brl": 1000, "cad": 200, "chf": 200, "czk": 5000, "dkk": 1500, "eur": 200, "gbp": 200,
    "hkd": 1500, "huf": 70000, "inr": 15000, "jpy": 300, "mxn": 4000, "myr": 800, "nok": 2000, "nzd": 200, "pln": 800,
    "ron": 1000, "sek": 2000, "sgd": 200, "thb": 7000, "usd": 200,
})  # fmt: skip


def usual_minimum(code: str) -> Money:
    """Return a new campaign's minimum gift in this currency: about two US dollars. Raises UnknownCurrency."""
    least = minimum_charge(code).minor
    return Money(max(least, _USUAL_LEAST.get(code, 2 * least)), code)


def charge_step(code: str) -> int:
    """Return the step of amounts in a currency, in minor units: 1 where nothing else is known."""
    return (CURRENCIES[code].step or 1) if code in CURRENCIES else 1


def chargeable_at_least(money: Money) -> Money | None:
    """Return the smallest chargeable amount that is not below this one; None if the currency is never charged.

    Raises UnknownCurrency.
    """
    row = currency(money.currency)
    if row.step == 0:
        return None
    return Money(-(-max(money.minor, row.minimum_minor) // row.step) * row.step, money.currency)


def chargeable_at_most(money: Money) -> Money | None:
    """Return the largest chargeable amount that is not above this one, or None. Raises UnknownCurrency."""
    step = currency(money.currency).step
    found = Money(money.minor // step * step, money.currency) if step else None
    return found if found is not None and is_chargeable(found) else None


def is_chargeable(money: Money) -> bool:
    """Return whether Stripe would charge this amount: not below the minimum, and a multiple of the currency's step.

    Raises UnknownCurrency.
    """
    row = currency(money.currency)
    return row.step > 0 and money.minor >= row.minimum_minor and money.minor % row.step == 0
