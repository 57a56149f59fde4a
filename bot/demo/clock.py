"""The stage's clock: real time, set back for what came before the curtain, set on where a story skips some."""

from datetime import UTC, datetime, timedelta


class StageClock:
    """The time on stage (aware, UTC). It runs as fast as real time and only ever jumps forward."""

    def __init__(self, behind: timedelta = timedelta()) -> None:
        self._behind = behind

    def __call__(self) -> datetime:
        return datetime.now(UTC) - self._behind

    def forward(self, by: timedelta) -> None:
        """Let time pass."""
        self._behind -= max(by, timedelta())

    def to_now(self) -> None:
        """From here on the stage's time is real time; where it is ahead already it stays so."""
        self._behind = min(self._behind, timedelta())
