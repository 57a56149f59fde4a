"""What the tasks of this process are doing: how long each run takes, and when the last one succeeded."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

HANGS_AFTER = 25.0  # seconds; of work that waits for nothing but our own database
_LATE_AFTER = 900.0  # seconds without success, at least, until a recurring task counts as late
_LATE_RUNS = 10  # and at least this many times its interval


@dataclass(slots=True)
class _Task:
    every: float
    hangs_after: float
    succeeded: float  # monotonic; at first the time of the start
    begun: float | None = None


class Heartbeats:
    """Tracks the tasks of one process. Times are seconds."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._started = monotonic()
        self._tasks: dict[str, _Task] = {}

    @property
    def uptime(self) -> float:
        """Seconds since the start."""
        return self._monotonic() - self._started

    def expect(self, name: str, *, every: float = math.inf, hangs_after: float = HANGS_AFTER) -> None:
        """Register a task. `every`: its interval; infinite for one that works only when there is something to do."""
        self._tasks[name] = _Task(every, hangs_after, self._monotonic())

    @contextmanager
    def run(self, name: str) -> Iterator[None]:
        """Track one run of a task; it succeeds if the block raises nothing."""
        if name not in self._tasks:
            self.expect(name)
        task = self._tasks[name]
        task.begun = self._monotonic()
        try:
            yield
            task.succeeded = self._monotonic()
        finally:
            task.begun = None

    def hung(self) -> dict[str, float]:
        """Return the tasks whose current run takes too long, with its seconds."""
        now = self._monotonic()
        ages = {name: (now - task.begun, task) for name, task in self._tasks.items() if task.begun is not None}
        return {name: age for name, (age, task) in ages.items() if age > task.hangs_after}

    def late(self) -> dict[str, float]:
        """Return the recurring tasks that have not succeeded for too long, with the seconds since they did."""
        most = {name: max(_LATE_AFTER, _LATE_RUNS * task.every, task.hangs_after) for name, task in self._tasks.items()}
        return {name: age for name, age in self.ages().items() if age > most[name]}

    def ages(self) -> dict[str, float]:
        """Return the seconds since each task last succeeded, or since the start."""
        now = self._monotonic()
        return {name: now - task.succeeded for name, task in self._tasks.items()}
