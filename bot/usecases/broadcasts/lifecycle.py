"""A broadcast's life: approved, counted down, prepared, running, paused, ended; corrected and withdrawn.

Each act of staff checks `MOVES` on the row as it was read, writes the audit log and tells all staff, in one
transaction: of two people who act at once the second one is told. `tick` moves what moves by itself; nothing is held
in memory, so a restart goes on where it stood.
"""

import logging

from bot.domain.broadcasts import COUNTDOWN, MOVES, Broadcast, BroadcastState
from bot.domain.ids import read_id
from bot.domain.people import Contact
from bot.domain.staff import Member
from bot.store.broadcasts import broadcasts as rows
from bot.store.broadcasts import posts, recipients, segments
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import switches
from bot.store.core.outbox import State
from bot.store.db import Connection
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.usecases.broadcasts.plan import audience, has_foreign_link, selection
from bot.usecases.context import Context
from bot.usecases.core import limits
from bot.usecases.core.audit import log_action
from bot.usecases.core.isolate import each
from bot.usecases.core.join import who as who_is
from bot.usecases.core.notify import notify_staff
from bot.usecases.preferences import preferences
from bot.usecases.reply import Reply
from content.broadcast import Message

log = logging.getLogger(__name__)

_RANGE = 5_000  # supporters written in one transaction, so that the writer is never held long
_RANGES_A_TICK = 20
# Until it leaves, what leaves is what was read by whoever agreed to it; who would have it otherwise stops it.
_NOT_CORRECTED = (BroadcastState.APPROVAL, BroadcastState.COUNTDOWN, BroadcastState.WITHDRAWN)
_ALIVE = (BroadcastState.COUNTDOWN, BroadcastState.PREPARING, BroadcastState.RUNNING)


class NotPossible(Exception):
    """The broadcast does not stand so that this can be done; `state` is how it stands."""

    def __init__(self, state: BroadcastState | None) -> None:
        super().__init__(state.value if state is not None else "gone")
        self.state = state


class CampaignNotOpen(NotPossible):
    """It would ask for a campaign that is not open."""


class ForeignLink(NotPossible):
    """Its words hold a link to a site that is not allowed: they have to be corrected first."""


async def approve(ctx: Context, who: Member, broadcast_id: int) -> Broadcast:
    """A second person agrees; from now on five minutes' countdown.

    Raises NotPossible, also for its own author, whichever of their accounts they come by.
    """
    async with ctx.db.write() as conn:
        found = await _read(conn, broadcast_id)
        if found.made_by is not None and await is_author(conn, found.made_by, who):
            raise NotPossible(found.state)
        now = ctx.clock()
        starts = max(found.starts_at or now, now + COUNTDOWN)
        await _move(ctx, conn, found, BroadcastState.COUNTDOWN, who, approved_by=who.id or None, starts_at=starts)
        return await _read(conn, broadcast_id)


async def is_author(conn: Connection, author_id: int, who: Member) -> bool:
    """Whether this is who wrote it, or the same person on the other platform, as far as their accounts are linked."""
    if author_id == who.id:
        return True
    author = (await staff.by_ids(conn, [author_id]))[author_id]
    found = [await supporters.find(conn, one.platform, one.external_id) for one in (author, who)]
    return None not in found and len({one.id for one in found if one is not None}) == 1


async def stop(ctx: Context, who: Member, broadcast_id: int, why: str = "") -> Broadcast:
    """End it: who has not got it does not get it. Raises NotPossible."""
    async with ctx.db.write() as conn:
        found = await _read(conn, broadcast_id)
        await _end(ctx, conn, found, who, why)
        return await _read(conn, broadcast_id)


async def _end(ctx: Context, conn: Connection, found: Broadcast, who: Member, why: str) -> None:
    now = ctx.clock()
    await _move(ctx, conn, found, BroadcastState.STOPPED, who, ended_at=now, why=why or None)
    await recipients.drop_waiting(conn, found.id, "stopped", now)
    await posts.drop_waiting(conn, found.id, "stopped", now)


async def pause(ctx: Context, broadcast_id: int, *, who: Member | None = None, why: str = "") -> Broadcast:
    """Let it rest; by itself (`who` None) where too much fails. Raises NotPossible."""
    async with ctx.db.write() as conn:
        found = await _read(conn, broadcast_id)
        await _move(ctx, conn, found, BroadcastState.PAUSED, who, why=why or None)
        return await _read(conn, broadcast_id)


async def resume(ctx: Context, who: Member, broadcast_id: int) -> Broadcast:
    """Let it go on where it stood, in writing recipients or in sending.

    Raises NotPossible, and CampaignOver where it would ask for a campaign that is not open.
    """
    async with ctx.db.write() as conn:
        found = await _read(conn, broadcast_id)
        if await _asks_in_vain(ctx, conn, found):
            raise CampaignNotOpen(found.state)
        resumed = await _go_on(ctx, conn, found, who)
    ctx.wake()
    return resumed


async def resume_without_amounts(ctx: Context, who: Member, broadcast_id: int) -> Broadcast:
    """Let it go on without its amounts, which copies that were sent lose as well. Raises NotPossible."""
    async with ctx.db.write() as conn:
        found = await _read(conn, broadcast_id)
        if found.state is not BroadcastState.PAUSED:
            raise NotPossible(found.state)
        await correct_now(ctx, conn, found, who, found.message.model_copy(update={"amounts": False}))
        resumed = await _go_on(ctx, conn, await _read(conn, broadcast_id), who)
    ctx.wake()
    return resumed


async def _go_on(ctx: Context, conn: Connection, found: Broadcast, who: Member) -> Broadcast:
    if found.state is not BroadcastState.PAUSED:
        raise NotPossible(found.state)
    if await has_foreign_link(ctx, conn, found):
        raise ForeignLink(found.state)
    to = BroadcastState.RUNNING if found.started_at is not None else BroadcastState.PREPARING
    await _move(ctx, conn, found, to, who, why=None)
    return await _read(conn, found.id)


def may_be_corrected(found: Broadcast) -> bool:
    """Whether copies of it have left, or are leaving."""
    return found.state not in _NOT_CORRECTED


async def correct_now(
    ctx: Context, conn: Connection, found: Broadcast, who: Member, message: Message, why: str = ""
) -> None:
    """Give it new words: copies that were sent are edited, those that were not are sent so.

    `why`: an owner's reason to do it without a second person. Who may is decided in `broadcast_corrections`. Raises
    NotPossible, also before it leaves.
    """
    if not may_be_corrected(found) or not await rows.correct(conn, found, message, ctx.clock()):
        raise NotPossible(found.state)
    if not message.amounts:
        await recipients.remove_asks(conn, found.id)
    revision = found.revision + 1
    await log_action(ctx, conn, who, "broadcast.corrected", broadcast=found.id, revision=revision, why=why)
    key = f"broadcast_corrected:{found.id}:{revision}"
    await notify_staff(ctx, conn, key, "broadcast_corrected", broadcast=found.id, by=who.label, why=why)


async def withdraw(ctx: Context, who: Member, broadcast_id: int, why: str) -> Broadcast:
    """Take back every copy, as far as the platforms allow; what still runs is stopped first. Raises NotPossible."""
    async with ctx.db.write() as conn:
        found = await _read(conn, broadcast_id)
        if BroadcastState.STOPPED in MOVES[found.state]:
            await _end(ctx, conn, found, who, why)
            found = await _read(conn, broadcast_id)
        await _move(ctx, conn, found, BroadcastState.WITHDRAWN, who, why=why or None, changed_at=ctx.clock())
        withdrawn = await _read(conn, broadcast_id)
    ctx.wake()
    return withdrawn


async def give_reason(ctx: Context, who: Member, broadcast_id: int, why: str) -> Broadcast:
    """Say afterwards why it was stopped in a hurry; once. Raises NotPossible."""
    async with ctx.db.write() as conn:
        found = await _read(conn, broadcast_id)
        if found.why is not None or not await rows.move(conn, found, found.state, why=why):
            raise NotPossible(found.state)
        await log_action(ctx, conn, who, "broadcast.reason", broadcast=broadcast_id, why=why)
        said = {"broadcast": broadcast_id, "state": found.state.value, "by": who.label, "why": why}
        await notify_staff(ctx, conn, f"broadcast_reason:{broadcast_id}", "broadcast_moved", **said)
        return await _read(conn, broadcast_id)


async def unsubscribe(ctx: Context, contact: Contact, argument: str) -> Reply:
    """One tap under a broadcast: no more news or reminders. `unsub:<broadcast>`."""
    supporter = await who_is(ctx, contact)
    broadcast_id = read_id(argument)
    if broadcast_id is not None:
        async with ctx.db.write() as conn:
            if await rows.get(conn, broadcast_id) is not None:
                await rows.add_opt_out(conn, broadcast_id, supporter.id, ctx.clock())
    return await preferences.stop(ctx, contact)


async def _read(conn: Connection, broadcast_id: int) -> Broadcast:
    found = await rows.get(conn, broadcast_id)
    if found is None:
        raise NotPossible(None)
    return found


async def _move(
    ctx: Context, conn: Connection, found: Broadcast, to: BroadcastState, who: Member | None, **values: object
) -> None:
    """Change the state, log it, tell all staff. Raises NotPossible where it may not be, or somebody was faster."""
    if to not in MOVES[found.state] or not await rows.move(conn, found, to, **values):
        raise NotPossible(found.state)
    why = str(values.get("why") or "")
    await log_action(ctx, conn, who, f"broadcast.{to.value}", broadcast=found.id, was=found.state.value, why=why)
    by = who.label if who is not None else ""
    key = f"broadcast_moved:{found.id}:{found.version + 1}"
    await notify_staff(ctx, conn, key, "broadcast_moved", broadcast=found.id, state=to.value, by=by, why=why)


# --- what moves by itself -------------------------------------------------------------------------
async def tick(ctx: Context) -> int:
    """Begin what is due, write recipients, end what is through; how many moved. Nothing while all is frozen."""
    async with ctx.db.read() as conn:
        if await switches.is_frozen(conn):
            return 0
        alive = await rows.in_states(conn, _ALIVE)

    async def one(found: Broadcast) -> bool:
        try:
            return await _advance(ctx, found)
        except NotPossible:
            log.info("broadcast %d was moved by somebody else", found.id)
            return False

    return await each(ctx, "broadcasts", alive, one, name=lambda found: str(found.id))


async def _advance(ctx: Context, found: Broadcast) -> bool:
    if found.state is BroadcastState.COUNTDOWN:
        return await _begin(ctx, found)
    if found.state is BroadcastState.RUNNING and await _is_through(ctx, found):
        return True
    async with ctx.db.read() as conn:
        in_vain = await _asks_in_vain(ctx, conn, found)
        elsewhere = await has_foreign_link(ctx, conn, found)
    if in_vain or elsewhere:
        await pause(ctx, found.id, why="campaign" if in_vain else "address")
        return True
    return found.state is BroadcastState.PREPARING and await _prepare(ctx, found)


async def _asks_in_vain(ctx: Context, conn: Connection, found: Broadcast) -> bool:
    """Whether it asks for a campaign that is closed, or rests."""
    campaign = (await campaign_rows.by_ids(conn, [found.campaign_id]))[found.campaign_id]
    return found.message.amounts and not campaign.is_open(ctx.clock())


async def _begin(ctx: Context, found: Broadcast) -> bool:
    if found.starts_at is not None and ctx.clock() < found.starts_at:
        return False
    if ctx.clock_state.is_right is False:  # it may not be time yet, and what has left cannot be taken back
        return False
    grown = await _grown_past_limit(ctx, found)
    async with ctx.db.write() as conn:
        if not await rows.move(conn, found, BroadcastState.APPROVAL if grown else BroadcastState.PREPARING):
            raise NotPossible(found.state)
        if grown:
            about = {"broadcast": found.id, "recipients": grown, "places": len(found.places)}
            await log_action(ctx, conn, None, "broadcast.approval", was=found.state.value, **about)
            key = f"broadcast_approval:{found.id}:{found.version + 1}"
            await notify_staff(ctx, conn, key, "broadcast_approval", by="", why="grown", **about)
    return True


async def _grown_past_limit(ctx: Context, found: Broadcast) -> int:
    """How many it would go to, where no second person has agreed and needs to by now; else 0.

    Months may lie between submitting it and its time: people have joined since, or an owner has lowered the limit.
    """
    if found.segment is None or found.approved_by is not None:
        return 0
    people = await audience(ctx, found.segment, found.campaign_id, found.quiet, asks=found.message.amounts)
    async with ctx.db.read() as conn:
        most = (await limits.read(ctx, conn)).approve
    return people.recipients if people.recipients > most else 0


async def _prepare(ctx: Context, found: Broadcast) -> bool:
    """Write recipients in ranges of ids, each its own transaction; then let it run."""
    for _ in range(_RANGES_A_TICK):
        if await _prepare_range(ctx, found.id):
            break
    ctx.wake()
    return True


async def _prepare_range(ctx: Context, broadcast_id: int) -> bool:
    """Write the next range; whether that was the last one. Raises NotPossible where it was stopped meanwhile."""
    async with ctx.db.write() as conn:
        now = await _read(conn, broadcast_id)
        if now.state is not BroadcastState.PREPARING:
            raise NotPossible(now.state)
        bound = await segments.next_bound(conn, now.prepared_to, _RANGE) if now.segment is not None else None
        if bound is None:
            if not await rows.move(conn, now, BroadcastState.RUNNING, started_at=ctx.clock()):
                raise NotPossible(now.state)
            return True
        assert now.segment is not None
        rule = await selection(ctx, conn, now.segment, now.campaign_id, now.quiet, asks=now.message.amounts)
        await segments.write(conn, now.id, rule, now.prepared_to, bound)
        await rows.mark_prepared(conn, now.id, bound)
    return False


async def _is_through(ctx: Context, found: Broadcast) -> bool:
    """End it when nobody waits any more."""
    async with ctx.db.read() as conn:
        people = await recipients.counts(conn, found.id)
        here = await posts.counts(conn, found.id)
    if any(people.get(state, 0) + here.get(state, 0) for state in (State.WAITING, State.SENDING)):
        return False
    async with ctx.db.write() as conn:
        await _move(ctx, conn, found, BroadcastState.DONE, None, ended_at=ctx.clock())
    return True
