"""When the statement of a month is due: on the fifth working day of the next one, at nine in the charity's time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_AT = time(9)
_WORKING_DAY = 5
_SATURDAY = 5


def due_at(first: date, zone: str, is_holiday: Callable[[date], bool]) -> datetime:
    """Return when the statement of the month before this first day of a month is due (UTC)."""
    day, passed = first, int(_is_working(first, is_holiday))
    while passed < _WORKING_DAY:
        day += timedelta(days=1)
        passed += _is_working(day, is_holiday)
    return datetime.combine(day, _AT, ZoneInfo(zone)).astimezone(UTC)


def _is_working(day: date, is_holiday: Callable[[date], bool]) -> bool:
    return day.weekday() < _SATURDAY and not is_holiday(day)
