"""Ids made before any request: the same number is database key, idempotency key and nonce."""

import random
from datetime import UTC, datetime

from bot.domain.time import Clock

_RANDOM_BITS = 22
_PUT_BACK = 2_000 << _RANDOM_BITS  # two seconds: more than ids made in one millisecond can run ahead
_LARGEST = 2**63 - 1  # what a database column and a reference can hold
_EPOCH_MS = 1_704_067_200_000  # 2024-01-01; leaves 41 bits of milliseconds in a signed 64-bit column


class Ids:
    """Make ids that sort by time, never repeat within a process and rarely collide between processes.

    The primary key catches a collision between processes, and the affected set of events is applied again.
    """

    def __init__(self, clock: Clock, rng: random.Random) -> None:
        self._clock = clock
        self._rng = rng
        self._last = 0

    def new(self) -> int:
        """Return a new id: 41 bits of milliseconds, 22 random bits; above the last unless the clock was set back."""
        now_ms = int(self._clock().timestamp() * 1000) - _EPOCH_MS
        fresh = (max(now_ms, 0) << _RANDOM_BITS) | self._rng.getrandbits(_RANDOM_BITS)
        if self._last - fresh > _PUT_BACK:  # lookups by time would miss ids from the future
            self._last = 0
        self._last = max(fresh, self._last + 1)
        return self._last


def id_at(when: datetime) -> int:
    """Return the lowest id that can have been made at this time (UTC)."""
    return max(int(when.timestamp() * 1000) - _EPOCH_MS, 0) << _RANDOM_BITS


def time_of(made: int) -> datetime:
    """Return when an id was made (UTC), to the millisecond."""
    return datetime.fromtimestamp(((made >> _RANDOM_BITS) + _EPOCH_MS) / 1000, UTC)


def read_id(text: str) -> int | None:
    """Return the id in a button or deep link, or None if it cannot be one of ours: anyone can forge those."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST))):
        return None
    number = int(text)
    return number if number <= _LARGEST else None
