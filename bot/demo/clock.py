"""The stage's clock: real time, which can be set back for what happened before the curtain rises."""

from datetime import UTC, datetime, timedelta


class StageClock:
    """The time on stage (aware, UTC). It runs as fast as real time and only ever jumps forward."""

    def __init__(self, behind: timedelta = timedelta()) -> None:
        self._behind = behind

    def __call__(self) -> datetime:
        return datetime.now(UTC) - self._behind

    def forward(self, by: timedelta) -> None:
        """Let time pass; at most until now."""
        self._behind = max(timedelta(), self._behind - by)

    def to_now(self) -> None:
        """From here on the stage's time is real time."""
        self._behind = timedelta()
