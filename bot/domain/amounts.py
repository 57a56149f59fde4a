"""Amounts as people write them: `5`, `5$`, `$5`, `7,50`, `7.50 $`, `5 CAD`. Never guessed."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from payments.money import CURRENCIES, Money, chargeable_at_least, chargeable_at_most, currency, is_chargeable

_SIGNS = {
    "$": None,
    "€": "eur",
    "£": "gbp",
    "¥": "jpy",
    "CA$": "cad",
    "US$": "usd",
    "$CA": "cad",
    "$US": "usd",
}
_NUMBER = re.compile(r"[+-]?\s?(?:\d[\d ,.’']*|[.,]\d+)")
_THOUSANDS = re.compile(r"\d{1,3}(?:[ ’']\d{3})+(?:[.,]\d*)?")  # groups of three digits, and no others
_PERHAPS_CENTS = re.compile(r"(\d{1,7})[ ’'](\d{1,2})")
PER_MONTH = (
    r"\s*(?:(?:/|par|per|a|each|every|chaque|tous\s+les|au|le)\s*(?:mois|months?|mths?|mo)\b"
    r"|\b(?:monthly|mensuel(?:le)?s?|mensuellement)\b)\.?"
)
_PER_MONTH = re.compile(PER_MONTH, re.IGNORECASE)
_DOLLAR_WORDS = re.compile(r"DOLLARS?|PIASTRES?|BUCKS")
_LONGEST = 40  # characters of a plausible amount
_ABSURD_DIGITS = 10
_NUMBER_WORDS = frozenset({
    "un", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "quinze",
    "vingt", "vingts", "trente", "quarante", "cinquante", "soixante", "cent", "cents", "mille", "et",
    "one", "two", "three", "four", "five", "seven", "eight", "nine", "ten", "eleven", "twelve", "fifteen", "twenty",
    "thirty", "forty", "fifty", "sixty", "hundred", "thousand", "and",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """No amount could be read: ask again."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """`1,000` may be one or one thousand: ask which."""

    candidates: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class OnlyReading:
    """An amount that can be read in two ways, of which only this one can be given: ask whether it is meant."""

    money: Money
    limit: Money  # the smallest or largest gift, which excludes the other reading


@dataclass(frozen=True, slots=True)
class NotChargeable:
    """An amount between two steps of its currency, such as half a króna; `nearest`: payable ones around it."""

    nearest: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class OtherCurrency:
    """An amount in a currency that the campaign does not accept."""

    code: str


@dataclass(frozen=True, slots=True)
class OutOfRange:
    """Zero, negative, below the minimum or above the maximum gift."""

    problem: Literal["not_positive", "below_minimum", "above_cap"]
    limit: Money


Reading = Money | NotUnderstood | Ambiguous | OnlyReading | NotChargeable | OtherCurrency | OutOfRange


def read_amount(text: str, *, code: str, minimum: Money, maximum: Money, charged: bool = True) -> Reading:
    """Parse typed text as an amount in currency `code`, between `minimum` and `maximum` (inclusive).

    A bare `$` means the campaign's dollar. More decimals than the currency has are not understood. `charged`: whether
    Stripe is to charge it, so that it must be a multiple of the currency's step.
    """
    folded = text.strip().replace("\u202f", " ").replace("\u00a0", " ").replace("−", "-")
    if not folded or len(folded) > _LONGEST:
        return NotUnderstood()
    match = _NUMBER.search(folded)
    if match is None:
        return NotUnderstood()
    named = _named_currency(folded[: match.start()] + " " + folded[match.end() :], code)
    if not isinstance(named, str):
        return named
    if named != code:
        return OtherCurrency(named)
    reading = _in_range(_read_number(match.group().strip(" ’'"), code), minimum, maximum)
    if charged and isinstance(reading, Money):
        return check_chargeable(reading, minimum, maximum)
    return reading


def check_chargeable(money: Money, minimum: Money, maximum: Money) -> Money | NotChargeable | OutOfRange:
    """Return the amount if it can be charged and lies within the bounds, or why not."""
    found = _check_range(money, minimum, maximum)
    if not isinstance(found, Money) or is_chargeable(found):
        return found
    around = {chargeable_at_most(money), chargeable_at_least(money)}
    nearest = sorted(m.minor for m in around if m is not None and minimum.minor <= m.minor <= maximum.minor)
    return NotChargeable(tuple(Money(minor, money.currency) for minor in nearest))


def without_month(text: str) -> str | None:
    """Return what is left of a text that says "a month", such as `15 par mois` or `15$/mo`; None if it does not."""
    left, found = _PER_MONTH.subn(" ", text)
    return " ".join(left.split()) if found else None


def is_number_word(text: str) -> bool:
    """Return whether a message is only an amount in words: « cinq », "twenty dollars"."""
    words = text.casefold().replace("-", " ").split()
    while words and words[-1] in ("dollar", "dollars", "piastres", "$", "bucks"):
        words.pop()
    return bool(words) and all(word in _NUMBER_WORDS for word in words)


def _named_currency(around: str, code: str) -> str | NotUnderstood:
    """Return the currency named in the text around the number, or `code` if none is."""
    word = _DOLLAR_WORDS.sub("$", around.strip().upper().replace(" ", ""))
    if word in ("", "$"):
        return code
    if word in _SIGNS:
        return _SIGNS[word] or code
    stripped = word.replace("$", "").lower()
    return stripped if stripped in CURRENCIES else NotUnderstood()


def _read_number(digits: str, code: str) -> Money | NotUnderstood | Ambiguous:
    sign = -1 if digits.startswith("-") else 1
    body = digits.lstrip("+- ").rstrip(",. ’'")
    exponent = currency(code).exponent
    if any(c in body for c in " ’'") and _THOUSANDS.fullmatch(body) is None:
        cents = _PERHAPS_CENTS.fullmatch(body)  # "2 50" may be 2.50 or 250
        return _either(sign, cents[1], cents[2], exponent, code) if cents is not None else NotUnderstood()
    body = re.sub(r"[ ’']", "", body)
    marks = [c for c in body if c in ",."]
    if not marks:
        return _money(sign, body, "", exponent, code)
    whole, _, tail = body.rpartition(marks[-1])
    others = set(marks[:-1])
    if len(set(marks)) == 2:  # "1,234.56": the last mark is the decimal one
        grouped = re.fullmatch(r"\d{1,3}([,.]\d{3})+", whole) is not None and marks[-1] not in others
        return _money(sign, re.sub(r"[,.]", "", whole), tail, exponent, code) if grouped else NotUnderstood()
    if len(marks) > 1:  # "1,234,567": groups only
        grouped = re.fullmatch(r"\d{1,3}([,.]\d{3})+", body) is not None
        return _money(sign, re.sub(r"[,.]", "", body), "", exponent, code) if grouped else NotUnderstood()
    if len(tail) == 3 and 1 <= len(whole) <= 3 and whole != "0":
        return _either(sign, whole, tail, exponent, code)
    return _money(sign, whole or "0", tail, exponent, code)


def _either(sign: int, whole: str, tail: str, exponent: int, code: str) -> Money | Ambiguous | NotUnderstood:
    """Return both readings, with `tail` as decimals and as digits; the only one if the currency excludes the other."""
    readings = [
        _money(sign, whole, tail.rstrip("0"), exponent, code),
        _money(sign, whole + tail, "", exponent, code),
    ]
    candidates = tuple(r for r in readings if isinstance(r, Money))
    if len(candidates) == 1:
        return candidates[0]
    return Ambiguous(candidates) if candidates else NotUnderstood()


def _money(sign: int, whole: str, tail: str, exponent: int, code: str) -> Money | NotUnderstood:
    if len(whole) > _ABSURD_DIGITS:
        whole, tail = "9" * _ABSURD_DIGITS, ""  # far above any cap, so that the reply states the cap
    if not whole.isdigit() or len(tail.rstrip("0")) > exponent or (tail and not tail.isdigit()):
        return NotUnderstood()
    value = Decimal(f"{whole}.{tail or '0'}").scaleb(exponent)
    return Money(sign * int(value), code)


def _in_range(reading: Money | NotUnderstood | Ambiguous, minimum: Money, maximum: Money) -> Reading:
    if isinstance(reading, Ambiguous):
        return _which(reading.candidates, minimum, maximum)
    return _check_range(reading, minimum, maximum) if isinstance(reading, Money) else reading


def _which(candidates: tuple[Money, ...], minimum: Money, maximum: Money) -> Reading:
    """Return the readings that can be given; if none can, what is wrong with the largest."""
    fitting = tuple(m for m in candidates if minimum.minor <= m.minor <= maximum.minor)
    if len(fitting) > 1:
        return Ambiguous(fitting)
    if not fitting:
        return _check_range(max(candidates, key=lambda m: m.minor), minimum, maximum)
    (other,) = (m for m in candidates if m != fitting[0])
    return OnlyReading(fitting[0], maximum if other.minor > maximum.minor else minimum)


def _check_range(reading: Money, minimum: Money, maximum: Money) -> Money | OutOfRange:
    if reading.minor <= 0:
        return OutOfRange("not_positive", minimum)
    if reading.minor < minimum.minor:
        return OutOfRange("below_minimum", minimum)
    if reading.minor > maximum.minor:
        return OutOfRange("above_cap", maximum)
    return reading
