"""Recognize a restored database, by a counter that is kept in it and at Stripe.

The counter is raised at every start, every hour and after each backup: first here, then at Stripe. So ours is lower
only in a copy from before. A bot that was merely off looks the same otherwise, and is not mistaken for one.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.core import switches
from bot.store.core.switches import Switch
from bot.store.db import Connection
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.staff.operations import restore
from payments.gateway_errors import GatewayError

log = logging.getLogger(__name__)

_EVERY = timedelta(hours=1)
_START_SECONDS = 10.0  # to wait for Stripe at the start
_COUNT, _ERASURES = "obole_generation", "obole_erasures"  # in the note at Stripe


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What Stripe remembers: the counter, and the length of the record of erasures."""

    count: int
    erasures: int


class Generation:
    """Checks and raises the counter of a running process."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._raised_at: datetime | None = None

    async def at_start(self) -> None:
        """Check before anything is sent. If Stripe does not answer, `tick` does so as soon as it can."""
        try:
            async with asyncio.timeout(_START_SECONDS):
                await self.tick()
        except (GatewayError, TimeoutError) as error:
            log.warning("the check whether this database is a restored copy is not complete yet: %s", error)

    async def tick(self) -> bool:
        """Check and raise the counter once an hour; return whether the database has turned out to be a copy."""
        now = self._ctx.clock()
        if self._raised_at is not None and now - self._raised_at < _EVERY:
            return False
        is_copy = await check(self._ctx)
        self._raised_at = now
        return is_copy


async def check(ctx: Context) -> bool:
    """Compare the counters, hold everything automatic if this is a copy, and raise both. Return whether it is.

    Raises GatewayError, OSError or ValueError; the check must then be repeated, but a copy is held already.
    """
    known = await at_stripe(ctx)  # before ours is read, which another process may be raising
    async with ctx.db.write() as conn:
        is_copy = await _is_behind(conn, known)
        if known is not None and is_copy and not await restore.is_held(conn, known.count):
            log.critical("the database is a restored copy (Stripe knows %d): holding messages", known.count)
            await restore.hold(ctx, conn, erasures_known=known.erasures, counter=known.count)
    if known is not None and is_copy:
        await restore.repeat_withdrawals(ctx, restore.Restored(), erasures_known=known.erasures)
    await _raise_counter(ctx, known)
    return is_copy


async def is_copy(ctx: Context) -> bool:
    """Return whether the database is a copy that `check` would hold, and change nothing. Raises GatewayError."""
    known = await at_stripe(ctx)
    async with ctx.db.read() as conn:
        return await _is_behind(conn, known)


async def raise_unless_copy(ctx: Context) -> bool:
    """Raise the counter, but not of a copy, which it would hide. Return whether it was raised. Raises like `check`."""
    known = await at_stripe(ctx)
    async with ctx.db.read() as conn:
        if await _is_behind(conn, known):
            return False
    await _raise_counter(ctx, known)
    return True


async def mark_restored(ctx: Context) -> restore.Restored:
    """Do for a restored database what the check would do, for operators who know. Raises like `check`."""
    async with ctx.db.write() as conn:  # before Stripe is asked
        done = await restore.hold(ctx, conn)
    known = await at_stripe(ctx)
    done = await restore.repeat_withdrawals(ctx, done, erasures_known=0 if known is None else known.erasures)
    await _raise_counter(ctx, known)
    return done


async def at_stripe(ctx: Context) -> Known | None:
    """Return what Stripe remembers, also under a former secret key; None for a new database. Raises GatewayError."""
    for name in _names(ctx):
        note = await ctx.gateway.read_note(name)
        if (count := note.get(_COUNT, "")).isdecimal():
            erasures = note.get(_ERASURES, "")
            return Known(count=int(count), erasures=int(erasures) if erasures.isdecimal() else 0)
    return None


async def _is_behind(conn: Connection, known: Known | None) -> bool:
    """Return whether our counter is lower than Stripe's. A database without counter and people is new."""
    ours = await _count(conn)
    is_new = not ours and not await supporters.addresses_above(conn, 0, 1)
    return known is not None and ours < known.count and not is_new


async def _raise_counter(ctx: Context, known: Known | None) -> None:
    """Raise the counter above what Stripe knows, as just read. Raises GatewayError, OSError or ValueError."""
    recorded = 0 if ctx.erasures is None else len(ctx.erasures.erased())
    async with ctx.db.write() as conn:
        count = max(await _count(conn), 0 if known is None else known.count) + 1
        await switches.set_switch(conn, Switch(name=switches.GENERATION, on=True, value=count, at=ctx.clock()))
        if known is not None and await restore.lacks_erasures(conn):  # otherwise, it is shorter by its oldest lines
            recorded = max(recorded, known.erasures)
    await ctx.gateway.write_note(_names(ctx)[0], {_COUNT: str(count), _ERASURES: str(recorded)})


async def _count(conn: Connection) -> int:
    stored = await switches.read(conn, switches.GENERATION)
    return int(stored.value) if stored is not None else 0


def _names(ctx: Context) -> list[str]:
    """Return the note's name by each secret key: two bots on one Stripe account have two notes."""
    return [f"obole_state_{mac.hex()}" for mac in ctx.keyring.macs("generation", b"", 12)]
