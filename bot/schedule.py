"""Ticks: what the clock sets in motion. One visible table; a tick that fails is logged and comes again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One recurring job. `every` is the pause between the end of one run and the start of the next."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]


async def keep_ticking(tick: Tick) -> None:
    """Run one job for ever; its failures never end it, and never end its neighbours."""
    while True:
        try:
            await tick.run()
        except Exception as error:
            log.warning("%s failed and will be tried again: %s", tick.name, error, exc_info=log.isEnabledFor(10))
        await asyncio.sleep(tick.every.total_seconds())


async def run_all(ticks: Sequence[Tick]) -> None:
    """Run all jobs side by side until cancelled."""
    async with asyncio.TaskGroup() as group:
        for tick in ticks:
            group.create_task(keep_ticking(tick), name=f"tick:{tick.name}")
