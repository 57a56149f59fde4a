"""Quiet hours in local time, including clock changes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.quiet import BEGINS, ENDS_FOR_NUDGES, known_zone, quiet_until

MONTREAL = ZoneInfo("America/Toronto")


def here(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=MONTREAL)


def until(now: datetime) -> datetime | None:
    return quiet_until(now.astimezone(UTC), MONTREAL, ENDS_FOR_NUDGES)


def test_no_quiet_hours_by_day() -> None:
    assert until(here(2026, 11, 23, 9)) is None
    assert until(here(2026, 11, 23, 20, 59)) is None


def test_night_ends_in_the_morning() -> None:
    assert until(here(2026, 11, 23, 21)) == here(2026, 11, 24, 9)
    assert until(here(2026, 11, 24, 3)) == here(2026, 11, 24, 9)


def test_nights_of_clock_changes_end_at_local_time() -> None:
    spring = until(here(2027, 3, 13, 22))
    assert spring == here(2027, 3, 14, 9)
    assert spring - here(2027, 3, 13, 22).astimezone(UTC) == timedelta(hours=10)
    autumn = until(here(2026, 10, 31, 22))
    assert autumn is not None
    assert autumn - here(2026, 10, 31, 22).astimezone(UTC) == timedelta(hours=12)


def test_unknown_zone_falls_back_to_the_charitys() -> None:
    assert known_zone("Nowhere/At_All", "America/Toronto") == MONTREAL
    assert known_zone(None, "America/Toronto") == MONTREAL
    assert known_zone("../etc/passwd", "America/Toronto") == MONTREAL


zones = st.sampled_from(["America/St_Johns", "Pacific/Kiritimati", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"])
moments = st.integers(0, 6 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(moments, zones, st.sampled_from([time(8, 30), time(9)]))
def test_delayed_message_is_never_due_at_night(now: datetime, zone: str, ends: time) -> None:
    there = ZoneInfo(zone)
    end = quiet_until(now, there, ends)
    sent = end or now
    assert ends <= sent.astimezone(there).time() < BEGINS
    assert timedelta() <= sent - now <= timedelta(hours=13)
