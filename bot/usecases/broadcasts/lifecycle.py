"""The lifecycle of a broadcast: approved, counted down, prepared, running, paused, ended; corrected and withdrawn.

Each staff action checks `MOVES` on the row as it was read, writes the audit log and notifies all staff in one
transaction; of two people acting at once, the second gets an error. `tick` makes the automatic moves; nothing is held
in memory, so a restart continues where it was.
"""

import logging

from bot.domain.broadcasts import COUNTDOWN, MOVES, Broadcast, BroadcastState
from bot.domain.ids import read_id
from bot.domain.late import is_late
from bot.domain.people import Locale, Supporter
from bot.domain.staff import Member
from bot.store.broadcasts import broadcasts as rows
from bot.store.broadcasts import posts, recipients, segments
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import notices, switches
from bot.store.core.outbox import State
from bot.store.db import Connection
from bot.usecases.broadcasts.plan import audience, check_texts, has_foreign_link, selection
from bot.usecases.context import Context
from bot.usecases.core import late, limits
from bot.usecases.core.access import is_same_person
from bot.usecases.core.audit import log_action
from bot.usecases.core.isolate import each
from bot.usecases.core.notify import notify_staff
from bot.usecases.preferences import preferences
from bot.usecases.reply import Reply
from content.broadcast import Message

log = logging.getLogger(__name__)

_RANGE = 5_000  # supporters written in one transaction, which keeps transactions short
_RANGES_A_TICK = 20
# Before it starts, the approved text cannot be corrected: stop it instead.
_NOT_CORRECTED = (BroadcastState.APPROVAL, BroadcastState.COUNTDOWN, BroadcastState.HELD, BroadcastState.WITHDRAWN)
ALIVE = (BroadcastState.COUNTDOWN, BroadcastState.PREPARING, BroadcastState.RUNNING)


class NotPossible(Exception):
    """The broadcast's state does not allow this action; `state` is its current one."""

    def __init__(self, state: BroadcastState | None) -> None:
        super().__init__(state.value if state is not None else "gone")
        self.state = state


class OwnBroadcast(NotPossible):
    """Its author cannot be the second person."""


class CampaignNotOpen(NotPossible):
    """It would ask for a campaign that is not open."""


class ForeignLink(NotPossible):
    """Its text links to a site that is not allowed and must be corrected first."""


async def approve(ctx: Context, actor: Member, broadcast_id: int) -> Broadcast:
    """Approve a broadcast as the second person, which starts the countdown of five minutes.

    One that is late by then is held until staff confirm it again: a « tonight » in it may no longer be true. Milestones
    have no such time.

    Raises NotPossible; OwnBroadcast for its own author, from any of their accounts.
    """
    async with ctx.db.write() as conn:
        broadcast = await _read(conn, broadcast_id)
        if broadcast.made_by is not None and await is_same_person(conn, broadcast.made_by, actor):
            raise OwnBroadcast(broadcast.state)
        now = ctx.clock()
        due, by = broadcast.starts_at or now, actor.id or None
        if broadcast.kind != "milestone" and is_late(due, now):
            await _move(ctx, conn, broadcast, BroadcastState.HELD, actor, approved_by=by, why="approved_late")
        else:
            starts = max(due, now + COUNTDOWN)
            await _move(ctx, conn, broadcast, BroadcastState.COUNTDOWN, actor, approved_by=by, starts_at=starts)
        return await _read(conn, broadcast_id)


def may_be_reworded(broadcast: Broadcast) -> bool:
    """Return whether its words can be changed before anyone has approved them: Obole wrote them, not a colleague."""
    return broadcast.kind == "milestone" and broadcast.state is BroadcastState.APPROVAL


async def reword(ctx: Context, actor: Member, broadcast_id: int, language: Locale, text: str) -> None:
    """Change the words of a milestone that awaits approval.

    Raises NotPossible if it does not, or has changed since; CannotSend for a text that cannot be shown.
    """
    async with ctx.db.write() as conn:
        broadcast = await _read(conn, broadcast_id)
        texts = {**broadcast.message.texts, language: text}
        message = broadcast.message.model_copy(update={"texts": texts})
        await check_texts(ctx, conn, message)
        body = message.model_dump(mode="json")
        if not may_be_reworded(broadcast) or not await rows.move(conn, broadcast, broadcast.state, body=body):
            raise NotPossible(broadcast.state)
        await log_action(ctx, conn, actor, "broadcast.reworded", broadcast=broadcast_id, language=language)
        # The request to approve shows the words.
        await notices.mark_stale(conn, "milestone_approval", f"milestone_approval:{broadcast_id}")


async def stop(ctx: Context, actor: Member, broadcast_id: int, why: str = "") -> Broadcast:
    """End it: people without a copy get none. Raises NotPossible."""
    async with ctx.db.write() as conn:
        broadcast = await _read(conn, broadcast_id)
        await _end(ctx, conn, broadcast, actor, why)
        return await _read(conn, broadcast_id)


async def _end(ctx: Context, conn: Connection, broadcast: Broadcast, actor: Member, why: str) -> None:
    now = ctx.clock()
    await _move(ctx, conn, broadcast, BroadcastState.STOPPED, actor, ended_at=now, why=why or None)
    await recipients.drop_waiting(conn, broadcast.id, "stopped", now)
    await posts.drop_waiting(conn, broadcast.id, "stopped", now)


async def pause(ctx: Context, broadcast_id: int, *, actor: Member | None = None, why: str = "") -> Broadcast:
    """Pause it; automatically (`actor` None) when too many messages fail. Raises NotPossible."""
    async with ctx.db.write() as conn:
        broadcast = await _read(conn, broadcast_id)
        await _move(ctx, conn, broadcast, BroadcastState.PAUSED, actor, why=why or None)
        return await _read(conn, broadcast_id)


async def send_held(ctx: Context, actor: Member, broadcast_id: int) -> Broadcast:
    """Send a held broadcast after all, by a new countdown. Raises NotPossible."""
    async with ctx.db.write() as conn:
        broadcast = await _read(conn, broadcast_id)
        if broadcast.state is not BroadcastState.HELD:
            raise NotPossible(broadcast.state)
        starts = ctx.clock() + COUNTDOWN
        await _move(ctx, conn, broadcast, BroadcastState.COUNTDOWN, actor, starts_at=starts, why=None)
        return await _read(conn, broadcast_id)


async def resume(ctx: Context, actor: Member, broadcast_id: int) -> Broadcast:
    """Continue where it was, in writing recipients or in sending.

    Raises NotPossible, and CampaignNotOpen if it would ask for a campaign that is not open.
    """
    async with ctx.db.write() as conn:
        broadcast = await _read(conn, broadcast_id)
        if await _asks_for_closed_campaign(ctx, conn, broadcast):
            raise CampaignNotOpen(broadcast.state)
        resumed = await _resume(ctx, conn, broadcast, actor)
    ctx.wake()
    return resumed


async def resume_without_amounts(ctx: Context, actor: Member, broadcast_id: int) -> Broadcast:
    """Continue without amounts, which are removed from sent copies as well. Raises NotPossible."""
    async with ctx.db.write() as conn:
        broadcast = await _read(conn, broadcast_id)
        if broadcast.state is not BroadcastState.PAUSED:
            raise NotPossible(broadcast.state)
        await correct_now(ctx, conn, broadcast, actor, broadcast.message.model_copy(update={"amounts": False}))
        resumed = await _resume(ctx, conn, await _read(conn, broadcast_id), actor)
    ctx.wake()
    return resumed


async def _resume(ctx: Context, conn: Connection, broadcast: Broadcast, actor: Member) -> Broadcast:
    if broadcast.state is not BroadcastState.PAUSED:
        raise NotPossible(broadcast.state)
    if await has_foreign_link(ctx, conn, broadcast):
        raise ForeignLink(broadcast.state)
    to = BroadcastState.RUNNING if broadcast.started_at is not None else BroadcastState.PREPARING
    await _move(ctx, conn, broadcast, to, actor, why=None)
    return await _read(conn, broadcast.id)


async def hold_restored(ctx: Context, conn: Connection, broadcast: Broadcast) -> bool:
    """Hold or pause a broadcast that may have left since a backup was made; return whether it waits for staff now."""
    is_due = broadcast.starts_at is None or broadcast.starts_at <= ctx.clock()
    if broadcast.state is BroadcastState.COUNTDOWN and not is_due:
        return False
    waits = BroadcastState.HELD if broadcast.state is BroadcastState.COUNTDOWN else BroadcastState.PAUSED
    await _move(ctx, conn, broadcast, waits, None, why="restored")
    return True


def may_be_corrected(broadcast: Broadcast) -> bool:
    """Return whether copies have been or are being sent."""
    return broadcast.state not in _NOT_CORRECTED


async def correct_now(
    ctx: Context, conn: Connection, broadcast: Broadcast, actor: Member, message: Message, why: str = ""
) -> None:
    """Change its text: sent copies are edited, the others are sent with the new text.

    `why`: an owner's reason for skipping the second person. Who may correct is decided in `corrections.py`. Raises
    NotPossible, also before it starts.
    """
    if not may_be_corrected(broadcast) or not await rows.correct(conn, broadcast, message, ctx.clock()):
        raise NotPossible(broadcast.state)
    if not message.amounts:
        await recipients.remove_asks(conn, broadcast.id)
    revision = broadcast.revision + 1
    await log_action(ctx, conn, actor, "broadcast.corrected", broadcast=broadcast.id, revision=revision, why=why)
    key = f"broadcast_corrected:{broadcast.id}:{revision}"
    await notify_staff(ctx, conn, key, "broadcast_corrected", broadcast=broadcast.id, by=actor.label, why=why)


async def withdraw(ctx: Context, actor: Member, broadcast_id: int, why: str) -> Broadcast:
    """Delete every copy, as far as the platforms allow; a running broadcast is stopped first. Raises NotPossible."""
    async with ctx.db.write() as conn:
        broadcast = await _read(conn, broadcast_id)
        if BroadcastState.STOPPED in MOVES[broadcast.state]:
            await _end(ctx, conn, broadcast, actor, why)
            broadcast = await _read(conn, broadcast_id)
        await _move(ctx, conn, broadcast, BroadcastState.WITHDRAWN, actor, why=why or None, changed_at=ctx.clock())
        result = await _read(conn, broadcast_id)
    ctx.wake()
    return result


async def give_reason(ctx: Context, actor: Member, broadcast_id: int, why: str) -> Broadcast:
    """Add the reason for a hasty stop afterwards, once. Raises NotPossible."""
    async with ctx.db.write() as conn:
        broadcast = await _read(conn, broadcast_id)
        if broadcast.why is not None or not await rows.move(conn, broadcast, broadcast.state, why=why):
            raise NotPossible(broadcast.state)
        await log_action(ctx, conn, actor, "broadcast.reason", broadcast=broadcast_id, why=why)
        args = {"broadcast": broadcast_id, "state": broadcast.state.value, "by": actor.label, "why": why}
        await notify_staff(ctx, conn, f"broadcast_reason:{broadcast_id}", "broadcast_moved", **args)
        return await _read(conn, broadcast_id)


async def unsubscribe(ctx: Context, supporter: Supporter, argument: str) -> Reply:
    """Handle `unsub:<broadcast>`, the button under a broadcast: no more news or reminders."""
    broadcast_id = read_id(argument)
    if broadcast_id is not None:
        async with ctx.db.write() as conn:
            if await rows.get(conn, broadcast_id) is not None:
                await rows.add_opt_out(conn, broadcast_id, supporter.id, ctx.clock())
    return await preferences.stop(ctx, supporter)


async def _read(conn: Connection, broadcast_id: int) -> Broadcast:
    broadcast = await rows.get(conn, broadcast_id)
    if broadcast is None:
        raise NotPossible(None)
    return broadcast


async def _move(
    ctx: Context, conn: Connection, broadcast: Broadcast, to: BroadcastState, actor: Member | None, **values: object
) -> None:
    """Change the state, audit it and notify all staff. Raises NotPossible if not allowed or the row has changed."""
    if to not in MOVES[broadcast.state] or not await rows.move(conn, broadcast, to, **values):
        raise NotPossible(broadcast.state)
    why = str(values.get("why") or "")
    await log_action(
        ctx, conn, actor, f"broadcast.{to.value}", broadcast=broadcast.id, was=broadcast.state.value, why=why
    )
    by = actor.label if actor is not None else ""
    key = f"broadcast_moved:{broadcast.id}:{broadcast.version + 1}"
    await notify_staff(ctx, conn, key, "broadcast_moved", broadcast=broadcast.id, state=to.value, by=by, why=why)


# --- automatic moves ------------------------------------------------------------------------------
async def tick(ctx: Context) -> int:
    """Start due broadcasts, write recipients, end finished ones; return how many moved. Does nothing during a freeze.

    A broadcast whose time is more than an hour past is held, and one whose sending was interrupted for that long is
    paused, until staff decide.
    """
    now = ctx.clock()
    async with ctx.db.read() as conn:
        if await switches.is_frozen(conn):
            return 0
        alive = await rows.in_states(conn, ALIVE)
        is_note_due = await late.is_note_due(conn, late.BROADCASTS, now)  # if not, it ran within the last minute
        interrupted = is_note_due and await late.was_interrupted(conn, late.BROADCASTS, now)

    async def advance(broadcast: Broadcast) -> bool:
        try:
            if interrupted and broadcast.state is not BroadcastState.COUNTDOWN:
                return bool(await pause(ctx, broadcast.id, why="late"))
            return await _advance(ctx, broadcast)
        except NotPossible:
            log.info("broadcast %d was moved by somebody else", broadcast.id)
            return False

    moved = await each(ctx, "broadcasts", alive, advance, name=lambda broadcast: str(broadcast.id))
    if is_note_due:
        async with ctx.db.write() as conn:
            await late.note_run(conn, late.BROADCASTS, now)
    return moved


async def _advance(ctx: Context, broadcast: Broadcast) -> bool:
    if broadcast.state is BroadcastState.COUNTDOWN:
        return await _begin(ctx, broadcast)
    if broadcast.state is BroadcastState.RUNNING and await _end_if_finished(ctx, broadcast):
        return True
    async with ctx.db.read() as conn:
        closed = await _asks_for_closed_campaign(ctx, conn, broadcast)
        foreign_link = await has_foreign_link(ctx, conn, broadcast)
    if closed or foreign_link:
        await pause(ctx, broadcast.id, why="campaign" if closed else "address")
        return True
    return broadcast.state is BroadcastState.PREPARING and await _prepare(ctx, broadcast)


async def _asks_for_closed_campaign(ctx: Context, conn: Connection, broadcast: Broadcast) -> bool:
    """Return whether it asks for a campaign that is closed or paused."""
    campaign = (await campaign_rows.by_ids(conn, [broadcast.campaign_id]))[broadcast.campaign_id]
    return broadcast.message.amounts and not campaign.is_open(ctx.clock())


async def _begin(ctx: Context, broadcast: Broadcast) -> bool:
    if broadcast.starts_at is not None and ctx.clock() < broadcast.starts_at:
        return False
    if ctx.clock_state.is_right is False:  # it may not be time yet, and sent messages cannot be recalled
        return False
    if broadcast.starts_at is not None and is_late(broadcast.starts_at, ctx.clock()):
        async with ctx.db.write() as conn:
            await _move(ctx, conn, broadcast, BroadcastState.HELD, None, why="late")
        return True
    grown = await _grown_past_limit(ctx, broadcast)
    async with ctx.db.write() as conn:
        if not await rows.move(conn, broadcast, BroadcastState.APPROVAL if grown else BroadcastState.PREPARING):
            raise NotPossible(broadcast.state)
        if grown:
            args = {"broadcast": broadcast.id, "recipients": grown, "places": len(broadcast.places)}
            await log_action(ctx, conn, None, "broadcast.approval", was=broadcast.state.value, **args)
            key = f"broadcast_approval:{broadcast.id}:{broadcast.version + 1}"
            await notify_staff(ctx, conn, key, "broadcast_approval", by="", why="grown", **args)
    return True


async def _grown_past_limit(ctx: Context, broadcast: Broadcast) -> int:
    """Return how many recipients it has if they now require a missing approval, else 0.

    Months may pass between submission and start: people have joined, or an owner has lowered the limit.
    """
    if broadcast.segment is None or broadcast.approved_by is not None:
        return 0
    people = await audience(
        ctx, broadcast.segment, broadcast.campaign_id, broadcast.quiet, asks=broadcast.message.amounts
    )
    async with ctx.db.read() as conn:
        limit = (await limits.read(ctx, conn)).approve
    return people.recipients if people.recipients > limit else 0


async def _prepare(ctx: Context, broadcast: Broadcast) -> bool:
    """Write recipients in ranges of ids, each in its own transaction; then let it run."""
    for _ in range(_RANGES_A_TICK):
        if await _prepare_range(ctx, broadcast.id):
            break
    ctx.wake()
    return True


async def _prepare_range(ctx: Context, broadcast_id: int) -> bool:
    """Write the next range; return whether it was the last. Raises NotPossible if stopped meanwhile."""
    async with ctx.db.write() as conn:
        current = await _read(conn, broadcast_id)
        if current.state is not BroadcastState.PREPARING:
            raise NotPossible(current.state)
        bound = await segments.next_bound(conn, current.prepared_to, _RANGE) if current.segment is not None else None
        if bound is None:
            if not await rows.move(conn, current, BroadcastState.RUNNING, started_at=ctx.clock()):
                raise NotPossible(current.state)
            return True
        assert current.segment is not None
        rule = await selection(
            ctx, conn, current.segment, current.campaign_id, current.quiet, asks=current.message.amounts
        )
        await segments.write(conn, current.id, rule, current.prepared_to, bound)
        await rows.mark_prepared(conn, current.id, bound)
    return False


async def _end_if_finished(ctx: Context, broadcast: Broadcast) -> bool:
    """End it when no recipient is waiting; return whether it ended."""
    async with ctx.db.read() as conn:
        people = await recipients.counts(conn, broadcast.id)
        places = await posts.counts(conn, broadcast.id)
    if any(people.get(state, 0) + places.get(state, 0) for state in (State.WAITING, State.SENDING)):
        return False
    async with ctx.db.write() as conn:
        await _move(ctx, conn, broadcast, BroadcastState.DONE, None, ended_at=ctx.clock())
    return True
