"""The one sender of a bot: the process that holds its lease, however many processes run."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from bot.domain.people import PlatformName
from bot.store.core import leases
from bot.supervise import run_together
from bot.usecases.context import Context

_LEASE = timedelta(seconds=10)


class Worker(Protocol):
    """A background task that claims, sends, marks and recovers."""

    async def recover(self) -> None:
        """Resolve what a dead process was sending. Called while this process holds the lease."""

    async def serve(self, holding: asyncio.Event) -> None:
        """Send while `holding` is set, until cancelled."""


class Sender:
    """Holds the lease of one platform and runs its workers meanwhile."""

    def __init__(self, ctx: Context, platform: PlatformName, workers: Sequence[Worker], *, holder: str) -> None:
        self._ctx = ctx
        self._lease = f"outbox:{platform}"
        self._workers = workers
        self._holder = holder  # names this process in the lease
        self._is_holding = asyncio.Event()

    async def run(self) -> None:
        """Run until cancelled. Only the lease holder sends; a second process waits and takes over."""
        try:
            serving = {
                f"{self._lease}:{type(worker).__name__}": worker.serve(self._is_holding) for worker in self._workers
            }
            await run_together(serving | {f"{self._lease}:lease": self._keep_lease()})
        finally:
            async with self._ctx.db.write() as conn:
                await leases.release(conn, self._lease, self._holder)

    async def _keep_lease(self) -> None:
        """Take and renew the lease, and stop the workers when it is lost. A new holder recovers before it sends."""
        while True:
            try:
                async with self._ctx.db.write() as conn:
                    held = await leases.acquire(conn, self._lease, self._holder, self._ctx.clock(), _LEASE)
                if held and not self._is_holding.is_set():
                    for worker in self._workers:
                        await worker.recover()
                    self._is_holding.set()
                elif not held:
                    self._is_holding.clear()
            except Exception as error:
                self._ctx.failures.report(error, f"the lease of {self._lease}")
            await asyncio.sleep(_LEASE.total_seconds() / 4)
