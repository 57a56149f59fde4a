"""The demo's clock: real time, set back for what happened before the scenario, moved forward where it skips time."""

from datetime import UTC, datetime, timedelta


class DemoClock:
    """The demo's time (aware, UTC). It runs as fast as real time and only jumps forward."""

    def __init__(self, behind: timedelta = timedelta()) -> None:
        self._behind = behind

    def __call__(self) -> datetime:
        return datetime.now(UTC) - self._behind

    def forward(self, by: timedelta) -> None:
        """Advance the clock; negative amounts are ignored."""
        self._behind -= max(by, timedelta())

    def to_now(self) -> None:
        """Return to real time, unless the clock is ahead of it."""
        self._behind = min(self._behind, timedelta())
