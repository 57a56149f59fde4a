"""What is late: anything automatic waits for staff once it is an hour overdue; all else leaves, and names its day."""

from datetime import datetime, timedelta

LATE_AFTER = timedelta(hours=1)
NAMES_DAY_AFTER = timedelta(hours=6)  # later thank-yous and service messages name the day


def is_late(due: datetime, now: datetime) -> bool:
    """Return whether something due then (UTC) must not leave now without a confirmation."""
    return now - due > LATE_AFTER


def told_late(happened: datetime, now: datetime) -> dict[str, int]:
    """Return the argument of a service message about something of an earlier hour; nothing if it is recent."""
    return {"at": int(happened.timestamp())} if now - happened > NAMES_DAY_AFTER else {}
