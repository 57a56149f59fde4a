"""Calendar periods in the charity's own days. Weeks begin on Monday."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_DAY = timedelta(days=1)
EPOCH = date(1970, 1, 1)  # where the period without bounds begins, for storage


class Span(StrEnum):
    """The kind of a calendar period; the value is what the database stores."""

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
        case Span.WEEK:
            until = since + timedelta(days=7)
        case Span.MONTH:
            until = start_of(Span.MONTH, since + timedelta(days=31))
        case Span.YEAR:
            until = since.replace(year=since.year + 1)
        case Span.ALL:
            return ALL_TIME
    return Period(since=since, until=until, span=span)


def periods_of(day: date) -> Iterator[tuple[Span, date]]:
    """Yield the kind and first day of every calendar period that has the day."""
    for span in Span:
        yield span, start_of(span, day)
