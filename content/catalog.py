"""Every sentence and button label by key, with money and dates as people in Quebec write them.

The sentences are in locales/{fr,en}/*.ftl (Fluent). Neither language is a translation of the other, but both have the
same keys and placeholders; a test compares them.
"""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_name
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax.ast import Junk, Message, Resource

from content.folding import fold
from payments.money import Money, currency

Locale = Literal["fr", "en"]
LOCALES: tuple[Locale, ...] = get_args(Locale)
Arg = str | int | Money | datetime | date

_VOWELS = frozenset("aeiouœæ")
NBSP = "\u00a0"
_NARROW_NBSP = "\u202f"  # Babel's group separator in some French numbers; not every font has it
_BABEL: Mapping[Locale, str] = {"fr": "fr_CA", "en": "en_CA"}

_DOLLARS = {"cad": "CA", "usd": "US", "aud": "AU", "nzd": "NZ", "hkd": "HK", "sgd": "SG", "mxn": "MX"}
_SYMBOLS = {"eur": "€", "gbp": "£", "jpy": "¥", "inr": "₹", "krw": "₩", "ils": "₪", "php": "₱", "vnd": "₫"}


class MissingText(KeyError):
    """The catalog lacks a key, or a sentence's placeholder has no argument."""


def pick_locale(platform_locale: str | None) -> Locale:
    """Return the language for a platform's locale: French if unknown or any French, else English."""
    if not platform_locale:
        return "fr"
    language = platform_locale.replace("_", "-").split("-")[0].lower()
    return "fr" if language == "fr" else "en"


class Catalog:
    """All texts in all locales, immutable. Load it with `Catalog.load()` and pass it on."""

    def __init__(self, sources: Mapping[Locale, str]) -> None:
        """Build from Fluent source, one string per locale. Raises ValueError if it does not parse."""
        parsed = {locale: _parse(locale, source) for locale, source in sources.items()}
        self._bundles = {locale: _bundle(locale, resource) for locale, resource in parsed.items()}
        self._keys = {
            locale: frozenset(entry.id.name for entry in resource.body if isinstance(entry, Message))
            for locale, resource in parsed.items()
        }

    @staticmethod
    @cache
    def load() -> "Catalog":
        """Return the package's own texts, read once per process."""
        return Catalog({locale: source(locale) for locale in LOCALES})

    def text(self, locale: Locale, key: str, /, **args: Arg) -> str:
        """Return the sentence `key`, with money and dates in `args` formatted for the locale.

        Datetimes must be aware and are shown with the time, in their own zone.
        Raises MissingText for an unknown key or a missing argument, ValueError for a naive datetime.
        """
        bundle = self._bundles[locale]
        if not bundle.has_message(key):
            raise MissingText(f"{locale}: {key}")
        pattern = bundle.get_message(key).value
        if pattern is None:
            raise MissingText(f"{locale}: {key} has no text")
        given = {name: self._written(locale, arg) for name, arg in args.items()}
        text, errors = bundle.format_pattern(pattern, given)
        if errors:
            raise MissingText(f"{locale}: {key}: {errors[0]}")
        return str(text)

    def keys(self, locale: Locale) -> frozenset[str]:
        """Return the keys of all sentences."""
        return self._keys[locale]

    def money(self, locale: Locale, money: Money, *, name_currency: bool = False, cents: bool = False) -> str:
        """Return an amount as people write it: « 7,50 $ », "$7.50"; whole amounts without cents.

        `name_currency` distinguishes dollars: « 5 $ CA », "CA$5". `cents`: always, for columns of amounts.
        """
        return _write_money(locale, money.minor, money.currency, name_currency, cents)

    def date(self, locale: Locale, when: datetime | date, zone: str | tzinfo | None = None) -> str:
        """Return a day, written out: « 1er décembre 2026 », "December 1, 2026".

        A datetime is converted to `zone` first. Raises ValueError for a naive datetime.
        """
        return _write_date(locale, _day(when, zone))

    def moment(self, locale: Locale, when: datetime, zone: str | tzinfo | None = None) -> str:
        """Return day and time: « 1er décembre 2026 à 14 h 30 », "December 1, 2026 at 2:30 p.m."."""
        local = _in_zone(when, zone)
        joiner = f" à{NBSP}" if locale == "fr" else f" at{NBSP}"
        return _write_date(locale, local.date()) + joiner + _write_time(locale, local)

    def currency(self, locale: Locale, code: str) -> str:
        """Return a currency's name: « dollars canadiens », "Canadian dollars"."""
        return get_currency_name(code.upper(), count=2, locale=_BABEL[locale])

    def number(self, locale: Locale, number: int) -> str:
        """Return an integer with grouped digits."""
        return _plain_spaces(format_decimal(number, locale=_BABEL[locale]))

    def _written(self, locale: Locale, arg: Arg) -> str | int:
        if isinstance(arg, Money):
            return self.money(locale, arg)
        if isinstance(arg, datetime):
            return self.moment(locale, arg)
        if isinstance(arg, date):
            return self.date(locale, arg)
        return arg


def source(locale: Locale) -> str:
    """Return the Fluent source of one language."""
    folder = resources.files("content") / "locales" / locale
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".ftl")), key=lambda f: f.name)
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def _parse(locale: Locale, source: str) -> Resource:
    resource = FluentResource(source)
    junk = [entry.content for entry in resource.body if isinstance(entry, Junk)]
    if junk:
        raise ValueError(f"{locale}: not Fluent: {junk[0]!r}")
    return resource


def _bundle(locale: Locale, resource: Resource) -> FluentBundle:
    # No isolation marks: chat apps show them as boxes, and both languages are written left to right.
    bundle = FluentBundle([_BABEL[locale].replace("_", "-")], use_isolating=False, functions={"DE": _of})
    bundle.add_resource(resource)
    return bundle


def _of(name: str) -> Any:  # a str, which Fluent accepts although its types do not say so
    """Implement `DE($name)` in French sentences: « de Camille », « d’Alex », « d’Yves » but « de Yasmine ».

    Before an h it is « de », since whether the h is aspirated depends on the name.
    """
    first, second = (*fold(name), "", "")[:2]
    elided = first in _VOWELS or (first == "y" and second not in _VOWELS)
    return f"d’{name}" if first and elided else f"de {name}"


@lru_cache(maxsize=4096)
def _write_money(locale: Locale, minor: int, code: str, name_currency: bool, cents: bool) -> str:
    exponent = currency(code).exponent
    whole = minor % 10**exponent == 0 and not cents
    pattern = "#,##0" if whole or not exponent else "#,##0." + "0" * exponent
    number = format_decimal(Decimal(abs(minor)).scaleb(-exponent), format=pattern, locale=_BABEL[locale])
    sign = "\u2212" if minor < 0 else ""
    dollar = _DOLLARS.get(code)
    if locale == "fr":
        unit = ("$" + (NBSP + dollar if name_currency else "")) if dollar else _SYMBOLS.get(code, code.upper())
        return sign + _plain_spaces(number) + NBSP + unit
    unit = ((dollar if name_currency else "") + "$") if dollar else _SYMBOLS.get(code, code.upper() + NBSP)
    return sign + unit + number


def _day(when: datetime | date, zone: str | tzinfo | None) -> date:
    return _in_zone(when, zone).date() if isinstance(when, datetime) else when


def _in_zone(when: datetime, zone: str | tzinfo | None) -> datetime:
    if when.tzinfo is None:
        raise ValueError("a datetime without a time zone cannot be shown")
    if zone is None:
        return when
    return when.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)


def _write_date(locale: Locale, day: date) -> str:
    if locale == "en":
        return format_date(day, "MMMM\u00a0d, y", locale="en_CA")
    written = format_date(day, "d\u00a0MMMM\u00a0y", locale="fr_CA")
    return "1er" + written[1:] if day.day == 1 else written


def _write_time(locale: Locale, when: datetime) -> str:
    """Return « 21 h », « 14 h 30 » or "9 p.m.", "2:30 p.m."."""
    if locale == "fr":
        return f"{when.hour}{NBSP}h" + (f"{NBSP}{when.minute:02}" if when.minute else "")
    minutes = f":{when.minute:02}" if when.minute else ""
    return f"{when.hour % 12 or 12}{minutes}{NBSP}{'a.m.' if when.hour < 12 else 'p.m.'}"


def _plain_spaces(number: str) -> str:
    return number.replace(_NARROW_NBSP, NBSP)
