"""When the weekly summary is due: Monday at nine in the charity's time, or the next day that is no holiday."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_AT = time(9)
FEWEST_SUMMED = 3  # gifts; the sum of fewer could say what one person gave


def due_at(monday: date, zone: str, is_holiday: Callable[[date], bool]) -> datetime:
    """Return when the summary of the week before this Monday is due (UTC)."""
    day = monday
    while is_holiday(day):
        day += timedelta(days=1)
    return datetime.combine(day, _AT, ZoneInfo(zone)).astimezone(UTC)
