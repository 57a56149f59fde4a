"""The freeze: any editor stops everything that leaves by itself, at once; an owner lets it go on."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.broadcasts import COUNTDOWN
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
    """What stands still since when, by whom, and why. `by`: a label; empty: the terminal."""

    since: datetime
    by: str
    why: str


async def current_freeze(ctx: Context) -> Freeze | None:
    """Whether everything stands still; None while it does not."""
    async with ctx.db.read() as conn:
        switch = await switches.read(conn, FREEZE)
        if switch is None or not switch.on:
            return None
        who = (await staff.by_ids(conn, [switch.by])).get(switch.by) if switch.by is not None else None
    value = switch.value if isinstance(switch.value, dict) else {}
    return Freeze(since=switch.at, by="" if who is None else who.label, why=str(value.get("why", "")))


async def freeze(ctx: Context, who: Member, why: str) -> bool:
    """Stop everything automatic: broadcasts, reminders, announcements, questions. False where it stood still already.

    Answers, thanks, receipts and what else somebody waits for go on.
    """
    return await _switch(ctx, who, on=True, why=why)


async def lift(ctx: Context, who: Member) -> bool:
    """Let everything go on from where it stood; False where nothing stood still.

    A broadcast whose countdown ran out meanwhile gets a new one: nothing leaves before somebody could look and stop it.
    """
    return await _switch(ctx, who, on=False, why="")


async def _switch(ctx: Context, who: Member, *, on: bool, why: str) -> bool:
    now = ctx.clock()
    async with ctx.db.write() as conn:
        if await switches.is_frozen(conn) is on:
            return False
        value = {"why": why} if on else None
        await switches.set_switch(conn, Switch(name=FREEZE, on=on, value=value, at=now, by=who.id or None))
        if not on:
            await broadcasts.delay_starts(conn, now + COUNTDOWN)
        what = "freeze.on" if on else "freeze.off"
        await log_action(ctx, conn, who, what, why=why)
        kind = "frozen" if on else "freeze_lifted"
        await notify_staff(ctx, conn, f"{kind}:{ctx.ids.new()}", kind, by=who.label, why=why)
    if not on:
        ctx.wake()
    return True
