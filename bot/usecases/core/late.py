"""What is sent automatically and is late waits for staff: `bot.domain.late` has the rule.

A job that merely has much to do is not late. So reminders and updates count as late if the job that sends them was
interrupted: the time of its last run is stored. Thank-yous and service messages always leave, and name the date.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.late import LATE_AFTER, is_late
from bot.domain.people import PlatformName
from bot.domain.staff import Member
from bot.store.core import cursors, notices, outbox, switches
from bot.store.core.outbox import Delivery
from bot.store.db import Connection
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action
from bot.usecases.core.notify import notify_staff

# Jobs, by the name of their cursor.
BROADCASTS, NUDGES, UPDATES, YEAR, STATEMENTS = "broadcasts", "nudges", "updates", "year", "statement"
DIGEST = "digest"
NOTICE = "late_held"
_FRESH = timedelta(seconds=30)
_NOTE_EVERY = timedelta(minutes=1)  # each note is a write


async def was_interrupted(
    conn: Connection, job: str, now: datetime, *, stopped_by: Sequence[str] = (switches.FREEZE,)
) -> bool:
    """Return whether a job has not run for more than an hour.

    Not if staff stopped it by one of these switches and have let it go on since: that was their confirmation.
    """
    last = await cursors.read(conn, job, now)
    if last is None or not is_late(last, now):
        return False
    found = await switches.read_each(conn, stopped_by)
    return not any(not switch.on and switch.at > last for switch in found.values())


async def note_run(conn: Connection, job: str, now: datetime) -> None:
    """Store that a job has caught up with everything due until now."""
    if await is_note_due(conn, job, now):
        await cursors.write(conn, job, now)


async def note_run_when_due(ctx: Context, job: str, now: datetime) -> None:
    """Like `note_run`, for a job without a transaction of its own: most calls only read."""
    async with ctx.db.read() as conn:
        is_due = await is_note_due(conn, job, now)
    if is_due:
        async with ctx.db.write() as conn:
            await note_run(conn, job, now)


async def is_note_due(conn: Connection, job: str, now: datetime) -> bool:
    """Return whether `note_run` would write: at most once a minute."""
    last = await cursors.read(conn, job, now)
    return last is None or now - last >= _NOTE_EVERY


async def note_all(conn: Connection, now: datetime) -> None:
    """Store that every job has run until now, for a demo whose clock jumps: nothing was interrupted there."""
    for job in (BROADCASTS, NUDGES, UPDATES, YEAR, STATEMENTS, outbox_job("telegram"), outbox_job("discord")):
        await cursors.write(conn, job, now)


def outbox_job(platform: PlatformName) -> str:
    """Return the name of a platform's outbox worker."""
    return f"outbox:{platform}"


async def broadcasts_wait(conn: Connection, now: datetime) -> bool:
    """Return whether no copy may leave: everything is frozen, or was interrupted and the lifecycle pauses it next."""
    return await switches.is_frozen(conn) or await was_interrupted(conn, BROADCASTS, now)


async def hold_overdue(ctx: Context, conn: Connection, platform: PlatformName) -> None:
    """After an interruption of the outbox worker, hold the reminders and updates that were due meanwhile."""
    now, job = ctx.clock(), outbox_job(platform)
    if not await is_note_due(conn, job, now):  # it ran within the last minute
        return
    if await was_interrupted(conn, job, now) and await outbox.hold(conn, platform, now - LATE_AFTER):
        await notify(ctx, conn)
    await cursors.write(conn, job, now)


async def add_held(ctx: Context, conn: Connection, deliveries: Sequence[Delivery]) -> None:
    """Add messages that wait for staff, and notify them."""
    if deliveries:
        await outbox.add(conn, deliveries, held=True)
        await notify(ctx, conn)


async def add_unless_restored(ctx: Context, conn: Connection, messages: Sequence[tuple[Delivery, datetime]]) -> None:
    """Add messages, each with when its cause happened (UTC); those from before a restored backup wait for staff."""
    oldest = min((at for _, at in messages), default=ctx.clock())
    restored = await _restored_after(conn, oldest, ctx.clock()) or oldest
    await add_held(ctx, conn, [message for message, at in messages if at < restored])
    await outbox.add(conn, [message for message, at in messages if at >= restored])


async def notify(ctx: Context, conn: Connection) -> None:
    """Notify staff once of everything that is found late within an hour."""
    await notify_staff(ctx, conn, f"{NOTICE}:{ctx.clock():%Y-%m-%dT%H}", NOTICE)


async def is_before_restore(conn: Connection, at: datetime, now: datetime) -> bool:
    """Return whether something happened before a backup was put in place, so that its message may have been sent."""
    return await _restored_after(conn, at, now) is not None


async def _restored_after(conn: Connection, at: datetime, now: datetime) -> datetime | None:
    """Return when a backup was put in place since then (UTC), or None. What has just happened costs no query."""
    if now - at < _FRESH:
        return None
    restored = await switches.read(conn, switches.RESTORED)
    return restored.at if restored is not None and at < restored.at else None


async def decide(ctx: Context, actor: Member, *, send: bool) -> int:
    """Send or drop everything that is held; return how many messages."""
    async with ctx.db.write() as conn:
        decided = await outbox.decide_held(conn, ctx.clock(), send=send)
        if decided:
            await log_action(ctx, conn, actor, "late.sent" if send else "late.dropped", messages=decided)
            await notices.mark_stale(conn, NOTICE, f"{NOTICE}:")
    if send:
        ctx.wake()
    return decided
