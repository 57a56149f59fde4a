"""Ticks: recurring jobs. A failed run is reported and the job runs again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.heartbeats import Heartbeats
from bot.supervise import run_together
from bot.tracing import traced

log = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0  # seconds, after failures in a row
_WATCH_EVERY = 10.0  # seconds between checks for hung jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A recurring job. `every` is the pause between the end of a run and the start of the next; a run that takes longer
    than `hangs_after` counts as hung; of jobs that wait for nothing but our database, that may be seconds."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]
    hangs_after: timedelta = timedelta(minutes=10)


class Schedule:
    """Runs all jobs concurrently. Each run is a heartbeat, so a hung job is noticed."""

    def __init__(
        self,
        ticks: Sequence[Tick],
        *,
        heartbeats: Heartbeats,
        report: Callable[[Exception, str], object],
    ) -> None:
        self._ticks = ticks
        self._heartbeats = heartbeats
        self._report = report
        self._jobs: dict[str, asyncio.Task[None] | None] = {}
        self._reported: set[str] = set()

    async def run(self) -> None:
        """Run until cancelled. Raises the error that ends a job; failed runs never do."""
        for tick in self._ticks:
            every, hangs_after = tick.every.total_seconds(), tick.hangs_after.total_seconds()
            self._heartbeats.expect(tick.name, every=every, hangs_after=hangs_after)
        jobs = {f"tick:{tick.name}": self._keep_ticking(tick) for tick in self._ticks}
        await run_together(jobs | {"tick:watch": self._watch()})

    def report_hung(self) -> None:
        """Log each hung task once, with the line where it waits if it is a job."""
        hung = self._heartbeats.hung()
        self._reported &= hung.keys()
        for name in hung.keys() - self._reported:
            log.error("%s has been running for %d s; it waits at %s", name, hung[name], self._waits_at(name))
            self._reported.add(name)

    def _waits_at(self, name: str) -> str:
        """Return the lines at which a job waits, outermost first."""
        task = self._jobs.get(name)
        inner: Any = None if task is None else task.get_coro()
        found = []
        while (frame := getattr(inner, "cr_frame", None)) is not None:
            found.append(f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}")
            inner = inner.cr_await
        return " > ".join(found) or "an unknown line"

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_WATCH_EVERY)
            self.report_hung()

    async def _keep_ticking(self, tick: Tick) -> None:
        """Run one job until cancelled; failures end neither it nor other jobs."""
        failures = 0
        self._jobs[tick.name] = asyncio.current_task()
        while True:
            try:
                with traced(), self._heartbeats.run(tick.name):
                    await tick.run()
                failures = 0
            except Exception as error:
                failures += 1
                self._report(error, tick.name)
            await asyncio.sleep(max(tick.every.total_seconds(), pause_after(failures)))


def pause_after(failures: int) -> float:
    """Return the seconds to wait after `failures` consecutive failures."""
    return min(float(2 ** min(failures - 1, 10)), LONGEST_PAUSE) if failures else 0.0
