"""Quiet hours, by the clock on the wall where the person lives."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

Sleep = Callable[[str | None], datetime | None]  # until when (UTC) people of a zone sleep; None: they are awake

BEGINS = time(21)
ENDS_FOR_NUDGES = time(9)
ENDS_FOR_BROADCASTS = time(8, 30)


def known_zone(name: str | None, otherwise: str) -> ZoneInfo:
    """The person's zone; the charity's where it is not known, or is none that this machine knows."""
    try:
        return ZoneInfo(name or otherwise)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(otherwise)


def quiet_until(now: datetime, zone: ZoneInfo, ends: time) -> datetime | None:
    """When the quiet hours end (UTC) in which `now` lies; None outside them.

    A morning that a clock change moves is the one on the wall: at most an hour more or less of sleep.
    """
    here = now.astimezone(zone)
    if ends <= here.time() < BEGINS:
        return None
    day = here.date() + timedelta(days=1) if here.time() >= BEGINS else here.date()
    return datetime.combine(day, ends, zone).astimezone(UTC)


def asleep_at(now: datetime, otherwise: str) -> Sleep:
    """Who sleeps at this moment, by their zone (`otherwise` where it is not known), as broadcasts see it."""
    return cache(lambda zone: quiet_until(now, known_zone(zone, otherwise), ENDS_FOR_BROADCASTS))
