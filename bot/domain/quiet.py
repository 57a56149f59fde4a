"""Quiet hours, in each person's local time."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

Sleep = Callable[[str | None], datetime | None]  # zone -> end of its quiet hours (UTC), or None outside them

BEGINS = time(21)
ENDS_FOR_NUDGES = time(9)
ENDS_FOR_BROADCASTS = time(8, 30)


def known_zone(name: str | None, otherwise: str) -> ZoneInfo:
    """Return the person's zone, or the charity's if it is missing or unknown on this machine."""
    try:
        return ZoneInfo(name or otherwise)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(otherwise)


def quiet_until(now: datetime, zone: ZoneInfo, ends: time) -> datetime | None:
    """Return when the current quiet hours end (UTC), or None outside them.

    The end is in local time, so a clock change makes the night an hour longer or shorter.
    """
    here = now.astimezone(zone)
    if ends <= here.time() < BEGINS:
        return None
    day = here.date() + timedelta(days=1) if here.time() >= BEGINS else here.date()
    return datetime.combine(day, ends, zone).astimezone(UTC)


def asleep_at(now: datetime, otherwise: str) -> Sleep:
    """Return a function from a zone (`otherwise` if None) to the end of its quiet hours for broadcasts."""
    return cache(lambda zone: quiet_until(now, known_zone(zone, otherwise), ENDS_FOR_BROADCASTS))
