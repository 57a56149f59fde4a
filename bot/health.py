"""The health of this process, for /healthz and `obole check`."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.domain.people import PlatformName
from bot.store.campaigns import campaigns as campaign_rows
from bot.usecases.context import Context

_DATABASE_SECONDS = 5.0


@dataclass(slots=True, kw_only=True)
class Health:
    """Collects problems. `refused` is set as they occur; the callables are asked for each report."""

    refused: dict[PlatformName, str] = field(default_factory=dict)  # reason, by platform that is off until restart
    database: Callable[[], str] = str  # what is wrong with the database file; empty if nothing
    hung: Callable[[], Mapping[str, float]] = dict  # seconds running, by hung job
    unreadable: Callable[[], Mapping[str, int]] = dict  # skipped updates, by platform

    def report(self) -> dict[str, object]:
        """Return the body of /healthz. A refused platform does not count as unhealthy: a restart would not help."""
        hung = {name: round(age) for name, age in self.hung().items()}
        database = self.database()
        return {
            "ok": not hung and not database,
            "hung": hung,
            "refused": dict(self.refused),
            "unreadable": dict(self.unreadable()),
            "database": database,
        }

    async def check(self, ctx: Context) -> dict[str, object]:
        """Return the report. Raises if the database does not answer within five seconds; load balancers ask this."""
        async with asyncio.timeout(_DATABASE_SECONDS), ctx.db.read() as conn:
            await campaign_rows.open_campaigns(conn, ctx.clock())
        return self.report()
