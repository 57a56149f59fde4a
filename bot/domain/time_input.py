"""Parsing of typed days and times: « 24 novembre 18 h 30 », "Nov 24 6:30 pm", 2026-11-24 18:30."""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from content.folding import fold

_MONTHS = (
    ("janvier", "january"), ("fevrier", "february"), ("mars", "march"), ("avril", "april"), ("mai", "may"),
    ("juin", "june"), ("juillet", "july"), ("aout", "august"), ("septembre", "september"), ("octobre", "october"),
    ("novembre", "november"), ("decembre", "december"),
)  # fmt: skip
_SHORTEST = 3  # letters of a month; « juin » and « juillet » need four
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})[ t,a@-]*(?P<rest>\d.*)")
_FRENCH = re.compile(
    r"(?:le )?(?P<day>\d{1,2})(?:er|e)? (?P<name>[a-z]+)\.?(?:,? (?P<year>\d{4}))?,?(?: a| @)? (?P<rest>\d.*)"
)
_ENGLISH = re.compile(
    r"(?P<name>[a-z]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,? (?P<year>\d{4}))?,?(?: at| @)? (?P<rest>\d.*)"
)
_TIME = re.compile(r"(?P<hour>\d{1,2})(?: ?(?:h|:) ?(?P<minute>\d{2})?)?(?: ?min)?(?: ?(?P<half>[ap])\.? ?m\.?)?")
_HALF_A_YEAR = 182  # days


@dataclass(frozen=True, slots=True)
class DayAndTime:
    """A day and a local time."""

    day: date
    at: time


def read_time(text: str, today: date) -> DayAndTime | None:
    """Return the typed day and time, or None. A day without a year is the one nearest to `today`."""
    folded = _bare(text)
    for pattern in (_ISO, _FRENCH, _ENGLISH):
        if match := pattern.fullmatch(folded):
            parts = match.groupdict()
            month = int(parts["month"]) if "month" in parts else _month(parts["name"])
            at = _time(parts["rest"])
            day = _day(today, parts["year"], month, int(parts["day"])) if month else None
            return DayAndTime(day, at) if day is not None and at is not None else None
    return None


_TODAY = ("aujourd'hui", "aujourd’hui", "today")
_YESTERDAY = ("hier", "yesterday")


def read_day(text: str, today: date, *, past: bool) -> date | None:
    """Return a typed day without a time, or None: « 28 novembre », "Nov 28", 2026-11-28, "today"; `past`: « hier ».

    A day without a year is the latest one that is not after `today` (`past`), or the first one that is not before it.
    """
    folded = _bare(text)
    if folded in _TODAY:
        return today
    if past and folded in _YESTERDAY:
        return today - timedelta(days=1)
    found = read_time(f"{folded} 0 h", today)
    if found is None or str(found.day.year) in folded:
        return None if found is None else found.day
    years = 0 if found.day == today or (found.day < today) is past else -1 if past else 1
    return _day(today, str(found.day.year + years), found.day.month, found.day.day)


def _bare(text: str) -> str:
    return " ".join(fold(text).split())


def _month(name: str) -> int | None:
    fits = [
        n for n, names in enumerate(_MONTHS, 1) if len(name) >= _SHORTEST and any(m.startswith(name) for m in names)
    ]
    return fits[0] if len(fits) == 1 else None


def _day(today: date, year: str | None, month: int, day: int) -> date | None:
    try:
        if year is not None:
            return date(int(year), month, day)
        this = date(today.year, month, day)
        return this if (today - this).days <= _HALF_A_YEAR else date(today.year + 1, month, day)
    except ValueError:
        return None


def _time(text: str) -> time | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
    if half is None and ":" not in text and "h" not in text:
        return None  # a bare number is ambiguous
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
