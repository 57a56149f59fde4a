"""The one sender of a bot: whoever holds its lease, however many processes run."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from bot.domain.people import PlatformName
from bot.store.core import leases
from bot.supervise import run_together
from bot.usecases.context import Context

log = logging.getLogger(__name__)

_LEASE = timedelta(seconds=10)


class Worker(Protocol):
    """Something that a sender does all the time."""

    async def recover(self) -> None:
        """Settle what was being sent when a process died. No other sender lives when this is called."""

    async def serve(self, holding: asyncio.Event) -> None:
        """Until cancelled; send while `holding` is set."""


class Sender:
    """Keeps the lease of one platform and has its work done meanwhile."""

    def __init__(self, ctx: Context, platform: PlatformName, workers: Sequence[Worker], *, holder: str) -> None:
        self._ctx = ctx
        self._lease = f"outbox:{platform}"
        self._workers = workers
        self._holder = holder  # names this process in the lease
        self._holding = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled. Only the holder of the lease sends, so a second process waits and takes over."""
        try:
            serving = {
                f"{self._lease}:{type(worker).__name__}": worker.serve(self._holding) for worker in self._workers
            }
            await run_together(serving | {f"{self._lease}:lease": self._keep_lease()})
        finally:
            async with self._ctx.db.write() as conn:
                await leases.release(conn, self._lease, self._holder)

    async def _keep_lease(self) -> None:
        """Take the lease, keep it, notice its loss. Becoming the sender settles what the one before left behind."""
        while True:
            try:
                async with self._ctx.db.write() as conn:
                    held = await leases.hold(conn, self._lease, self._holder, self._ctx.clock(), _LEASE)
                if held and not self._holding.is_set():
                    for worker in self._workers:
                        await worker.recover()
                    self._holding.set()
                elif not held:
                    self._holding.clear()
            except Exception:
                log.exception("the lease of %s could not be kept", self._lease)
            await asyncio.sleep(_LEASE.total_seconds() / 4)
