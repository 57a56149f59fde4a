"""The health of this process, for /livez, /readyz, /status, `obole check` and notices to the owners."""

import asyncio
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot.domain.people import PlatformName
from bot.store.core import cursors, outbox
from bot.store.money import events
from bot.usecases.context import Context
from bot.usecases.core.stuck import BACKUP, Stuck

STRIPE_POLL = "stripe events"  # the recurring job
_DATABASE_SECONDS = 5.0
_PATIENCE = timedelta(minutes=15)  # until what waits or is silent counts as stuck
_BACKUP_AGE = timedelta(days=2)
_FREE_DISK = 500_000_000  # bytes


class Contact(Protocol):
    """What a chat platform's adapter tells of its connection. Times are UTC; None: not since the start."""

    @property
    def last_update(self) -> datetime | None:
        """When the platform last sent something."""

    @property
    def last_contact(self) -> datetime | None:
        """When the connection was last known to work."""


@dataclass(slots=True, kw_only=True)
class Health:
    """Collects problems. `refused` is set as they occur; the callables are asked for each report."""

    refused: dict[PlatformName, str] = field(default_factory=dict)  # reason, by platform that is off until restart
    database: Callable[[], str] = str  # what is wrong with the database file; empty if nothing
    hung: Callable[[], Mapping[str, float]] = dict  # seconds running, by hung task
    unreadable: Callable[[], Mapping[str, int]] = dict  # skipped updates, by platform
    contacts: Callable[[], Mapping[PlatformName, Contact]] = dict

    def readiness(self) -> dict[str, object]:
        """Return whether this process can serve, for /readyz.

        No outage of a service changes it, and no platform that refuses us: a restart would not help.
        """
        hung = {name: round(age) for name, age in self.hung().items()}
        database = self.database()
        return {"ok": not hung and not database, "hung": hung, "database": database}

    async def ready(self, ctx: Context) -> dict[str, object]:
        """Return the readiness. Raises if the database does not answer within five seconds; load balancers ask this."""
        async with asyncio.timeout(_DATABASE_SECONDS), ctx.db.read() as conn:
            await cursors.read(conn, BACKUP, ctx.clock())
        return self.readiness()

    async def status(self, ctx: Context) -> dict[str, object]:
        """Return everything that is known, for /status. Ages are seconds, times ISO in UTC; no ids and no names."""
        now = ctx.clock()
        async with asyncio.timeout(_DATABASE_SECONDS), ctx.db.read() as conn:
            oldest = await outbox.oldest_due(conn, now)
            last_event = await events.last_received(conn)
            backup = await cursors.read(conn, BACKUP, now)
        ages = ctx.heartbeats.ages()
        platforms = {
            name: {"last_update": _iso(contact.last_update), "last_contact": _iso(contact.last_contact)}
            for name, contact in self.contacts().items()
        }
        return {
            **self.readiness(),
            "uptime": round(ctx.heartbeats.uptime),
            "tasks": {name: round(age) for name, age in ages.items()},
            "late": {name: round(age) for name, age in ctx.heartbeats.late().items()},
            "refused": dict(self.refused),
            "unreadable": dict(self.unreadable()),
            "platforms": platforms,
            "stripe": {"last_event": _iso(last_event), "last_poll": round(ages.get(STRIPE_POLL, 0.0))},
            "oldest_waiting": None if oldest is None else round((now - oldest).total_seconds()),
            "free_disk": free_disk(ctx),
            "backup": _iso(backup),
        }

    async def stuck(self, ctx: Context) -> Sequence[Stuck]:
        """Return what is stuck, of which the owners are notified."""
        now, patience = ctx.clock(), _PATIENCE.total_seconds()
        found = [Stuck(kind="task", name=name, seconds=age) for name, age in ctx.heartbeats.late().items()]
        async with ctx.db.read() as conn:
            oldest = await outbox.oldest_due(conn, now)
            backup = await cursors.read(conn, BACKUP, now)
        if ctx.heartbeats.uptime > patience:  # after a pause, everything is late at first
            if oldest is not None and now - oldest > _PATIENCE:
                found.append(Stuck(kind="messages", seconds=(now - oldest).total_seconds()))
            for name, contact in self.contacts().items():
                silent = None if contact.last_contact is None else (now - contact.last_contact).total_seconds()
                if name not in self.refused and (silent is None or silent > patience):
                    found.append(Stuck(kind=name, seconds=silent or ctx.heartbeats.uptime))
        if (free := free_disk(ctx)) < _FREE_DISK:
            found.append(Stuck(kind="disk", megabytes=free // 1_000_000))
        if backup is not None and now - backup > _BACKUP_AGE:
            found.append(Stuck(kind="backup", seconds=(now - backup).total_seconds()))
        return found


def free_disk(ctx: Context) -> int:
    """Return the bytes free where the database is, or the working directory."""
    return shutil.disk_usage(ctx.db.file.parent if ctx.db.file is not None else Path.cwd()).free


def _iso(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat(timespec="seconds")
