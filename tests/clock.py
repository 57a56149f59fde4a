"""A clock that moves only by hand."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


class MovingClock:
    """A clock that moves only by `move`."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)
