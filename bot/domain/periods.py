"""Calendar periods in the charity's own days. Weeks begin on Monday."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

_DAY = timedelta(days=1)
_WEEKS_OF_YEAR = timedelta(weeks=52)  # a week is compared with the same days of the week
EPOCH = date(1970, 1, 1)  # where the period without bounds begins, for storage


class Span(StrEnum):
    """The kind of a calendar period; the value is what the database stores."""

    DAY = "d"
    WEEK = "w"
    MONTH = "m"
    YEAR = "y"
    ALL = "a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From the day `since` until before the day `until`; None: without bound. `span` is None for a free range."""

    since: date | None = None
    until: date | None = None
    span: Span | None = None

    def __contains__(self, day: date) -> bool:
        return (self.since is None or day >= self.since) and (self.until is None or day < self.until)

    @property
    def last(self) -> date | None:
        """The last day, or None."""
        return None if self.until is None else self.until - _DAY


ALL_TIME = Period(span=Span.ALL)


def start_of(span: Span, day: date) -> date:
    """Return the first day of the period of this kind that has the day."""
    match span:
        case Span.DAY:
            return day
        case Span.WEEK:
            return day - timedelta(days=day.weekday())
        case Span.MONTH:
            return day.replace(day=1)
        case Span.YEAR:
            return day.replace(month=1, day=1)
        case Span.ALL:
            return EPOCH


def period_of(span: Span, day: date) -> Period:
    """Return the period of this kind that has the day."""
    since = start_of(span, day)
    match span:
        case Span.DAY:
            until = since + _DAY
        case Span.WEEK:
            until = since + timedelta(days=7)
        case Span.MONTH:
            until = start_of(Span.MONTH, since + timedelta(days=31))
        case Span.YEAR:
            until = since.replace(year=since.year + 1)
        case Span.ALL:
            return ALL_TIME
    return Period(since=since, until=until, span=span)


def periods_between(span: Span, first: date, last: date) -> Iterator[Period]:
    """Yield the bounded periods of a kind from the one that has the first day to the one that has the last."""
    period = period_of(span, first)
    while period.since is not None and period.until is not None and period.since <= last:
        yield period
        period = period_of(span, period.until)


@lru_cache(maxsize=4096)
def periods_of(day: date) -> frozenset[tuple[Span, date]]:
    """Return the kind and first day of every calendar period that has the day."""
    return frozenset((span, start_of(span, day)) for span in Span)


def so_far(period: Period, today: date) -> Period:
    """Return a period that is not over up to today; it keeps its kind, since nothing is given in the future."""
    if period.until is None or today not in period:
        return period
    return Period(since=period.since, until=today + _DAY, span=period.span)


def before(period: Period) -> Period | None:
    """Return the period before: as many days of the calendar period before, or those just before a free range."""
    if period.since is None or period.until is None:
        return None
    if period.span is None:
        return Period(since=period.since - (period.until - period.since), until=period.since)
    whole = period_of(period.span, period.since - _DAY)
    return _as_far(whole, period)


def last_year(period: Period) -> Period | None:
    """Return the same days a year before; None for years, whose period before says the same."""
    if period.since is None or period.until is None or period.span is Span.YEAR:
        return None
    if period.span is Span.MONTH:
        return _as_far(period_of(Span.MONTH, _year_before(period.since)), period)
    if period.span is Span.WEEK:
        return Period(since=period.since - _WEEKS_OF_YEAR, until=period.until - _WEEKS_OF_YEAR)
    return Period(since=_year_before(period.since), until=_year_before(period.until - _DAY) + _DAY)


def _year_before(day: date) -> date:
    return date(day.year - 1, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def _as_far(whole: Period, period: Period) -> Period:
    """Return the part of a calendar period that is as long as another one which is not over, or all of it."""
    assert period.since is not None and period.until is not None and period.span is not None
    assert whole.since is not None and whole.until is not None
    if period.until == period_of(period.span, period.since).until:
        return whole
    until = min(whole.since + (period.until - period.since), whole.until)
    return Period(since=whole.since, until=until, span=whole.span if until == whole.until else None)


_WORDS = {
    **dict.fromkeys(("w", "week", "semaine"), Span.WEEK),
    **dict.fromkeys(("m", "month", "mois"), Span.MONTH),
    **dict.fromkeys(("y", "year", "annee", "an"), Span.YEAR),
    **dict.fromkeys(("a", "0", "all", "tout"), Span.ALL),
}


_LONGEST = len("2026-11")


def short(written: str) -> str:
    """Return the one letter for a word, and other text as it is."""
    span = _WORDS.get(written)
    return written if span is None else span.value


def last_days(number: int, today: date) -> Period:
    """Return the last so many days, today included."""
    return Period(since=today - (number - 1) * _DAY, until=today + _DAY)


def read_period(written: str, today: date) -> Period | None:
    """Return the period that somebody wrote, folded to lower case without accents; None if it is none.

    A word or letter for this week, month, year or all; `2026`, `2026-11`; or a number of days up to 999.
    """
    if span := _WORDS.get(written):
        return period_of(span, today)
    parts = written.split("-")
    if len(written) > _LONGEST or len(parts) > 2 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    number, month = int(parts[0]), int(parts[1]) if len(parts) == 2 else 1
    if len(parts) == 1 and 0 < number <= 999:
        return last_days(number, today)
    if len(parts[0]) != 4 or not 1970 <= number < 9999 or not 1 <= month <= 12:
        return None
    return period_of(Span.MONTH if len(parts) == 2 else Span.YEAR, date(number, month, 1))
