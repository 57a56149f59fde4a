"""A person's copy of their own data as a page to read: each part of it, row by row, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from content.writer import Writer
from payments.money import Money

Row = Mapping[str, Any]

_AMOUNTS = frozenset({"amount", "minor", "charge_refunded"})  # in minor units of the row's currency
_TEXTS = frozenset({"wording", "words", "text", "external_id", "code", "place"})  # shown as they are, whatever they say
# The column that names a row, where one does; it has no label of its own.
TITLES: Mapping[str, str] = {
    "accounts": "platform",
    "preferences": "kind",
    "preference_changes": "kind",
    "gifts": "amount",
    "unconfirmed_gifts": "amount",
    "monthly_gifts": "minor",
    "unconfirmed_monthly_gifts": "minor",
    "payment_links": "minor",
    "saved_cards": "brand",
    "messages": "message",
    "cases": "kind",
    "invite_links": "platform",
    "joined_through": "how",
    "reminders": "policy",
    "reminders_ended": "kind",
}
_CIRCLES = {"direct": "web-mydata-figures-direct", "all": "web-mydata-figures-all"}
_AFTER_AMOUNT = "currency"  # said by the amount


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A row in words: what it is, and (label, value) of everything else that is known."""

    title: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the copy."""

    part: str
    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class PageWriter:
    """Writes the parts in one language. `zone`: the time zone of all times; `campaigns`: their names by slug."""

    say: Writer
    zone: str
    campaigns: Mapping[str, str]

    def sections(self, parts: Mapping[str, Sequence[Row]]) -> tuple[Section, ...]:
        """Return the parts that have rows."""
        return tuple(
            Section(part=part, name=self.say(part_key(part)), entries=tuple(self._entry(part, row) for row in rows))
            for part, rows in parts.items()
            if rows
        )

    def _entry(self, part: str, row: Row) -> Entry:
        title = TITLES.get(part, "")
        facts = tuple(
            (self.label(part, column), self._value(part, column, value, row))
            for column, value in row.items()
            if column not in (title, _AFTER_AMOUNT) and not _is_nothing(column, value)
        )
        return Entry(title=self._value(part, title, row.get(title), row) if title else "", facts=facts)

    def label(self, part: str, column: str) -> str:
        """Return the words for a column; some parts have their own."""
        own = _key("column", part, column)
        return self.say(own if self._knows(own) else _key("column", column))

    def _value(self, part: str, column: str, value: Any, row: Row) -> str:
        say = self.say
        if column in _AMOUNTS and isinstance(value, int):
            return say.money(Money(value, row["currency"]), name_currency=True)
        match value:
            case None:
                return say("web-mydata-unknown")
            case bool():
                return say("web-mydata-yes" if value else "web-mydata-no")
            case datetime():
                return say.catalog.moment(say.locale, value, self.zone)
            case date():
                return say.catalog.date(say.locale, value)
            case float():
                return say("web-mydata-percent", percent=round(value * 100))
            case str():
                return self._words(part, column, value)
            case dict() if column == "figures":
                return self._figures(value)
            case dict():
                return self._changes(part, column, value, row)
            case _:
                return str(value)

    def _words(self, part: str, column: str, value: str) -> str:
        """Return what a stored value means; unchanged if it is a number of ours or Stripe's, or somebody's words."""
        if column == "campaign":
            return self.campaigns.get(value, value)
        if column in _TEXTS:
            return value
        for key in (_key("value", part, column, value), _key("value", column, value)):
            if self._knows(key):
                return self.say(key)
        return value

    def _changes(self, part: str, column: str, changes: Mapping[str, Row], row: Row) -> str:
        """Return refunds or disputes with their amounts; their numbers at Stripe are in the files."""
        return "\n".join(
            self.say(
                "web-mydata-with-status",
                amount=self._value(part, "minor", change["minor"], row),
                status=self._words(part, column, change["status"]),
            )
            for change in changes.values()
        )

    def _figures(self, figures: Mapping[str, Row | None]) -> str:
        """Return the figures of their circle, which hide what few people gave."""
        return "\n".join(self.say(_CIRCLES[of], what=self._gave(shown)) for of, shown in figures.items())

    def _gave(self, shown: Row | None) -> str:
        if shown is None:
            return self.say("web-mydata-figures-hidden")
        amounts = (self.say.money(Money(minor, code), name_currency=True) for code, minor in shown["money"].items())
        return self.say("web-mydata-figures-shown", donors=shown["donors"], amounts=", ".join(amounts))

    def _knows(self, key: str) -> bool:
        return key in self.say.catalog.keys(self.say.locale)


def _is_nothing(column: str, value: Any) -> bool:
    return value is None or value == {} or (column in _AMOUNTS and value == 0)


def part_key(part: str) -> str:
    """Return the key of a part's name."""
    return _key("part", part)


def _key(*names: str) -> str:
    return "-".join(("mydata", *(name.replace("_", "-").strip("-") or "none" for name in names)))
