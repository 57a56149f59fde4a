"""The clock, which is always passed in. Times are aware and in UTC."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the real time, aware, in UTC. Only the composition root uses it."""
    return datetime.now(UTC)
