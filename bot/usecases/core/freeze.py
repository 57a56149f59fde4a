"""The freeze: any editor stops all automatic messages at once; an owner lifts it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.broadcasts import COUNTDOWN
from bot.domain.late import LATE_AFTER
from bot.domain.staff import Member
from bot.store.broadcasts import broadcasts
from bot.store.core import switches
from bot.store.core.switches import FREEZE, Switch
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
    return await _switch(ctx, actor, on=True, why=why)


async def lift(ctx: Context, actor: Member) -> bool:
    """Lift the freeze; everything continues from where it was. Return False if nothing was frozen.

    A broadcast whose countdown ended within the last hour gets a new one, so that staff can still stop it; an older one
    is held as late.
    """
    return await _switch(ctx, actor, on=False, why="")


async def _switch(ctx: Context, actor: Member, *, on: bool, why: str) -> bool:
    now = ctx.clock()
    async with ctx.db.write() as conn:
        if await switches.is_frozen(conn) is on:
            return False
        value = {"why": why} if on else None
        await switches.set_switch(conn, Switch(name=FREEZE, on=on, value=value, at=now, by=actor.id or None))
        if not on:
            await broadcasts.delay_starts(conn, now - LATE_AFTER, now + COUNTDOWN)
        action = "freeze.on" if on else "freeze.off"
        await log_action(ctx, conn, actor, action, why=why)
        kind = "frozen" if on else "freeze_lifted"
        await notify_staff(ctx, conn, f"{kind}:{ctx.ids.new()}", kind, by=actor.label, why=why)
    if not on:
        ctx.wake()
    return True
