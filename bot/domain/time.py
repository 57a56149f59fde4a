"""The clock, which is always passed in, and the one rule about times: aware and in UTC."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The real time, aware, in UTC. Only the composition root names it."""
    return datetime.now(UTC)


def require_utc(when: datetime) -> datetime:
    """`when` in UTC. Raises ValueError for a naive time, whose zone nobody could know."""
    if when.tzinfo is None:
        raise ValueError(f"a time without a zone: {when!r}")
    return when.astimezone(UTC)
