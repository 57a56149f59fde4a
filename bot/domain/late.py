"""The one rule about what is late: anything automatic waits for staff once it is an hour overdue."""

from datetime import datetime, timedelta

LATE_AFTER = timedelta(hours=1)


def is_late(due: datetime, now: datetime) -> bool:
    """Return whether something due then (UTC) must not leave now without a confirmation."""
    return now - due > LATE_AFTER
