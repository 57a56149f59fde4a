"""Ticks: recurring jobs. A failed run is reported and the job runs again."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.supervise import run_together

log = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0  # seconds, after failures in a row
_WATCH_EVERY = 10.0  # seconds between checks for hung jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A recurring job. `every` is the pause between the end of a run and the start of the next; a run that takes longer
    than `hangs_after` counts as hung."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]
    hangs_after: timedelta = timedelta(minutes=10)


class Schedule:
    """Runs all jobs concurrently, and tracks how long each run takes."""

    def __init__(
        self,
        ticks: Sequence[Tick],
        *,
        report: Callable[[Exception, str], object],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ticks = ticks
        self._report = report
        self._monotonic = monotonic
        self._since: dict[str, float] = {}
        self._jobs: dict[str, asyncio.Task[None] | None] = {}
        self._reported: set[str] = set()

    async def run(self) -> None:
        """Run until cancelled. Raises the error that ends a job; failed runs never do."""
        jobs = {f"tick:{tick.name}": self._keep_ticking(tick) for tick in self._ticks}
        await run_together(jobs | {"tick:watch": self._watch()})

    def hung(self) -> dict[str, float]:
        """Return the jobs that have been running for too long, with their seconds."""
        now = self._monotonic()
        ages = {tick.name: now - self._since[tick.name] for tick in self._ticks if tick.name in self._since}
        most = {tick.name: tick.hangs_after.total_seconds() for tick in self._ticks}
        return {name: age for name, age in ages.items() if age > most[name]}

    def report_hung(self) -> None:
        """Log each hung job once, with the line where it waits."""
        hung = self.hung()
        self._reported &= hung.keys()
        for name in hung.keys() - self._reported:
            log.error("%s has been running for %d minutes; it waits at %s", name, hung[name] / 60, self._waits_at(name))
            self._reported.add(name)

    def _waits_at(self, name: str) -> str:
        """Return the lines at which a job waits, outermost first."""
        task = self._jobs.get(name)
        inner: Any = None if task is None else task.get_coro()
        found = []
        while (frame := getattr(inner, "cr_frame", None)) is not None:
            found.append(f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}")
            inner = inner.cr_await
        return " > ".join(found)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_WATCH_EVERY)
            self.report_hung()

    async def _keep_ticking(self, tick: Tick) -> None:
        """Run one job until cancelled; failures end neither it nor other jobs."""
        failures = 0
        self._jobs[tick.name] = asyncio.current_task()
        while True:
            self._since[tick.name] = self._monotonic()
            try:
                await tick.run()
                failures = 0
            except Exception as error:
                failures += 1
                self._report(error, tick.name)
            finally:
                self._since.pop(tick.name, None)
            await asyncio.sleep(max(tick.every.total_seconds(), pause_after(failures)))


def pause_after(failures: int) -> float:
    """Return the seconds to wait after `failures` consecutive failures."""
    return min(float(2 ** min(failures - 1, 10)), LONGEST_PAUSE) if failures else 0.0
