"""Direct messages on Discord: how many conversations the bot opens in a day, and the stop after a refusal.

Discord flags bots that open conversations with many people, however slowly: reports name 20 to 50. A flagged bot may
write to nobody it has not written to before. So a day has a cap, and the first refusal (20026: flagged, 40003: too
fast) stops what nobody waits for, and every message that would open a conversation, until staff let them go on.
Messages to people who wrote to the bot open none. A day ends at midnight in the charity's zone: at midnight UTC, an
evening in Quebec would get the share of two days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final, cast
from zoneinfo import ZoneInfo

from bot.domain.people import PlatformName
from bot.domain.quiet import ENDS_FOR_BROADCASTS, quiet_until
from bot.domain.staff import Member
from bot.store.core import notices, outbox, switches
from bot.store.core.switches import DMS_STOPPED, Switch
from bot.store.db import Connection, lock_conversations
from bot.store.supporters import conversations
from bot.usecases.context import Context, local_day
from bot.usecases.core import limits
from bot.usecases.core.audit import log_action
from bot.usecases.core.notify import notify_staff
from bot.usecases.core.send_errors import Deferred, OnHold
from bot.usecases.ports import DmRefusal

NOTICE: Final = "dms_stopped"
RESUMED: Final = "dms_resumed"
NOT_NOW = "no direct message to them for now"  # the error of messages that were parked for this reason
_MOST_RELEASED = 50  # parked messages at once
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """The stop in effect: since when (UTC), and what Discord said."""

    since: datetime
    why: DmRefusal


async def current_stop(conn: Connection) -> Stop | None:
    """Return the stop in effect, or None."""
    switch = await switches.read(conn, DMS_STOPPED)
    if switch is None or not switch.on:
        return None
    return Stop(since=switch.at, why=cast(DmRefusal, switch.value["why"]))


async def admit(ctx: Context, conn: Connection, platform: PlatformName, external_id: str, *, unsolicited: bool) -> None:
    """Check that a direct message may leave now, and count it if it opens a conversation. Call it just before sending.

    `unsolicited`: nobody waits for it (broadcasts, reminders). Such messages raise Deferred, all others OnHold, which
    parks them: the person sees them on their next visit, unless they can leave before.
    """
    if platform != "discord":
        return
    stop = await current_stop(conn)
    if stop is not None and unsolicited:
        raise Deferred(None, NOT_NOW)
    if await conversations.exists(conn, external_id):
        return
    if stop is not None:
        raise OnHold(NOT_NOW)
    await lock_conversations(conn)
    if await conversations.exists(conn, external_id):  # another worker opened it meanwhile
        return
    if await _left_today(ctx, conn) <= 0:
        raise Deferred(_day_start(ctx, days=1), NOT_NOW) if unsolicited else OnHold(NOT_NOW)
    await conversations.open_one(conn, external_id, ctx.clock())


async def stop(ctx: Context, conn: Connection, why: DmRefusal, refused: Sequence[str]) -> None:
    """Stop direct messages because Discord refused those to `refused` (ids there); staff are notified once per stop."""
    await lock_conversations(conn)
    await conversations.forget(conn, refused)
    if await current_stop(conn) is not None:
        return
    await switches.set_switch(conn, Switch(name=DMS_STOPPED, on=True, value={"why": why}, at=ctx.clock()))
    await log_action(ctx, conn, None, "dms.stopped", why=why)
    await notify_staff(ctx, conn, f"{NOTICE}:{ctx.ids.new()}", NOTICE, why=why)


async def resume(ctx: Context, actor: Member) -> bool:
    """Let direct messages go on; return False if they were not stopped. Audited, and announced to all staff."""
    async with ctx.db.write() as conn:
        await lock_conversations(conn)
        if await current_stop(conn) is None:
            return False
        await switches.set_switch(conn, Switch(name=DMS_STOPPED, on=False, at=ctx.clock(), by=actor.id or None))
        await log_action(ctx, conn, actor, "dms.resumed")
        await notify_staff(ctx, conn, f"{RESUMED}:{ctx.ids.new()}", RESUMED, by=actor.label)
        await notices.mark_stale(conn, NOTICE, f"{NOTICE}:")
    ctx.wake()
    return True


async def release_parked(ctx: Context) -> int:
    """Send what was parked for this reason and can leave now, by day; return how many. Run by the schedule."""
    now = ctx.clock()
    if quiet_until(now, ZoneInfo(ctx.zone), ENDS_FOR_BROADCASTS) is not None:
        return 0
    async with ctx.db.write() as conn:
        if await current_stop(conn) is not None:
            return 0
        to_new = await _left_today(ctx, conn) > 0
        released = await outbox.release_parked(conn, NOT_NOW, now, _MOST_RELEASED, to_new=to_new)
    if released:
        ctx.wake()
    return released


async def _left_today(ctx: Context, conn: Connection) -> int:
    """Return how many conversations the bot may still open today."""
    most = (await limits.read(ctx, conn)).new_dms
    return most - await conversations.count_opened(conn, _day_start(ctx))


def _day_start(ctx: Context, *, days: int = 0) -> datetime:
    """Return when this day began in the charity's zone, or a later one (UTC)."""
    day = local_day(ctx, ctx.clock()) + days * _A_DAY
    return datetime.combine(day, time(), ZoneInfo(ctx.zone)).astimezone(UTC)
