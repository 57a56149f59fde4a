"""A sheet: the model of a printed document, in words only. It is stored as it was issued, and drawn on demand."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from content.catalog import Locale


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A number with what it counts above it, and up to three quieter lines under it."""

    label: str
    number: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What is reached of a goal. percent: 0 to 100."""

    name: str
    amount: str
    percent: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of as many cells as the head has, figures but for the first. sums: how many of the last rows are sums."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading, and what is under it, in this order."""

    title: str
    facts: tuple[Fact, ...] = ()
    bars: tuple[Bar, ...] = ()
    table: Table | None = None
    text: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole document. as_of: when its figures were read; mark: how far it can be relied on, if not fully."""

    locale: Locale
    charity: str
    title: str
    days: str
    as_of: str
    mark: str = ""
    number: str = ""
    about: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    foot: str = ""


def to_json(sheet: Sheet) -> dict[str, Any]:
    """Return the sheet as it is stored."""
    return asdict(sheet)


def from_json(stored: Mapping[str, Any]) -> Sheet:
    """Return a stored sheet."""
    sections = tuple(_section(each) for each in stored["sections"])
    return Sheet(**{**stored, "about": tuple(stored["about"]), "sections": sections})


def _section(stored: Mapping[str, Any]) -> Section:
    facts = tuple(Fact(**{**each, "lines": tuple(each["lines"])}) for each in stored["facts"])
    bars = tuple(Bar(**each) for each in stored["bars"])
    table = stored["table"]
    if table is not None:
        table = Table(head=tuple(table["head"]), rows=tuple(map(tuple, table["rows"])), sums=table["sums"])
    return Section(title=stored["title"], facts=facts, bars=bars, table=table, text=tuple(stored["text"]))
