"""The freeze: any editor stops all automatic messages at once; an owner lifts it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.broadcasts import COUNTDOWN
from bot.domain.late import LATE_AFTER
from bot.domain.staff import Member
from bot.store.broadcasts import broadcasts
from bot.store.core import switches
from bot.store.core.switches import FREEZE, Switch
from bot.store.db import Connection
from bot.store.staff import staff
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action
from bot.usecases.core.notify import notify_staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """The freeze in effect. `by`: a label; empty: the terminal."""

    since: datetime
    by: str
    why: str


async def current_freeze(ctx: Context) -> Freeze | None:
    """Return the freeze in effect, or None."""
    async with ctx.db.read() as conn:
        switch = await switches.read(conn, FREEZE)
        if switch is None or not switch.on:
            return None
        who = (await staff.by_ids(conn, [switch.by])).get(switch.by) if switch.by is not None else None
    value = switch.value if isinstance(switch.value, dict) else {}
    return Freeze(since=switch.at, by="" if who is None else who.label, why=str(value.get("why", "")))


async def freeze(ctx: Context, actor: Member, why: str) -> bool:
    """Stop everything automatic: broadcasts, reminders, announcements, prompts. Return False if already frozen.

    Replies, thank-yous, receipts and other expected messages continue.
    """
    async with ctx.db.write() as conn:
        return await freeze_in(ctx, conn, actor, why)


async def freeze_in(ctx: Context, conn: Connection, actor: Member, why: str) -> bool:
    """Like `freeze`, in the transaction of what makes it necessary."""
    return await _switch(ctx, conn, actor, on=True, why=why)


async def lift(ctx: Context, actor: Member) -> bool:
    """Lift the freeze; everything continues from where it was. Return False if nothing was frozen.

    A broadcast whose countdown ended within the last hour gets a new one, so that staff can still stop it; an older one
    is held as late.
    """
    now = ctx.clock()
    async with ctx.db.write() as conn:
        if not await _switch(ctx, conn, actor, on=False, why=""):
            return False
        await broadcasts.delay_starts(conn, now - LATE_AFTER, now + COUNTDOWN)
    ctx.wake()
    return True


async def _switch(ctx: Context, conn: Connection, actor: Member, *, on: bool, why: str) -> bool:
    if await switches.is_frozen(conn) is on:
        return False
    value = {"why": why} if on else None
    await switches.set_switch(conn, Switch(name=FREEZE, on=on, value=value, at=ctx.clock(), by=actor.id or None))
    await log_action(ctx, conn, actor, "freeze.on" if on else "freeze.off", why=why)
    kind = "frozen" if on else "freeze_lifted"
    await notify_staff(ctx, conn, f"{kind}:{ctx.ids.new()}", kind, by=actor.label, why=why)
    return True
