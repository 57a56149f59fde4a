"""The lifecycle of a broadcast: approved, counted down, prepared, running, paused, ended; corrected and withdrawn.

Each staff action checks `MOVES` on the row as it was read, writes the audit log and notifies all staff in one
transaction; of two people acting at once, the second gets an error. `tick` makes the automatic moves; nothing is held
in memory, so a restart continues where it was.
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

_RANGE = 5_000  # supporters written in one transaction, which keeps transactions short
_RANGES_A_TICK = 20
# Before it starts, the approved text cannot be corrected: stop it instead.
_NOT_CORRECTED = (BroadcastState.APPROVAL, BroadcastState.COUNTDOWN, BroadcastState.WITHDRAWN)
_ALIVE = (BroadcastState.COUNTDOWN, BroadcastState.PREPARING, BroadcastState.RUNNING)


class NotPossible(Exception):
    """The broadcast's state does not allow this action; `state` is its current one."""

    def __init__(self, state: BroadcastState | None) -> None:
        super().__init__(state.value if state is not None else "gone")
        self.state = state


class CampaignNotOpen(NotPossible):
    """It would ask for a campaign that is not open."""


class ForeignLink(NotPossible):
    """Its text links to a site that is not allowed and must be corrected first."""


async def approve(ctx: Context, who: Member, broadcast_id: int) -> Broadcast:
    """Approve a broadcast as the second person, which starts the countdown of five minutes.

    Raises NotPossible, also for its own author, from any of their accounts.
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
    """Return whether `who` wrote it, also from a linked account on the other platform."""
    if author_id == who.id:
        return True
    author = (await staff.by_ids(conn, [author_id]))[author_id]
    accounts = [await supporters.find(conn, one.platform, one.external_id) for one in (author, who)]
    return None not in accounts and len({one.id for one in accounts if one is not None}) == 1


async def stop(ctx: Context, who: Member, broadcast_id: int, why: str = "") -> Broadcast:
    """End it: people without a copy get none. Raises NotPossible."""
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
    """Pause it; automatically (`who` None) when too many messages fail. Raises NotPossible."""
    async with ctx.db.write() as conn:
        found = await _read(conn, broadcast_id)
        await _move(ctx, conn, found, BroadcastState.PAUSED, who, why=why or None)
        return await _read(conn, broadcast_id)


async def resume(ctx: Context, who: Member, broadcast_id: int) -> Broadcast:
    """Continue where it was, in writing recipients or in sending.

    Raises NotPossible, and CampaignNotOpen if it would ask for a campaign that is not open.
    """
    async with ctx.db.write() as conn:
        found = await _read(conn, broadcast_id)
        if await _asks_for_closed_campaign(ctx, conn, found):
            raise CampaignNotOpen(found.state)
        resumed = await _resume(ctx, conn, found, who)
    ctx.wake()
    return resumed


async def resume_without_amounts(ctx: Context, who: Member, broadcast_id: int) -> Broadcast:
    """Continue without amounts, which are removed from sent copies as well. Raises NotPossible."""
    async with ctx.db.write() as conn:
        found = await _read(conn, broadcast_id)
        if found.state is not BroadcastState.PAUSED:
            raise NotPossible(found.state)
        await correct_now(ctx, conn, found, who, found.message.model_copy(update={"amounts": False}))
        resumed = await _resume(ctx, conn, await _read(conn, broadcast_id), who)
    ctx.wake()
    return resumed


async def _resume(ctx: Context, conn: Connection, found: Broadcast, who: Member) -> Broadcast:
    if found.state is not BroadcastState.PAUSED:
        raise NotPossible(found.state)
    if await has_foreign_link(ctx, conn, found):
        raise ForeignLink(found.state)
    to = BroadcastState.RUNNING if found.started_at is not None else BroadcastState.PREPARING
    await _move(ctx, conn, found, to, who, why=None)
    return await _read(conn, found.id)


def may_be_corrected(found: Broadcast) -> bool:
    """Return whether copies have been or are being sent."""
    return found.state not in _NOT_CORRECTED


async def correct_now(
    ctx: Context, conn: Connection, found: Broadcast, who: Member, message: Message, why: str = ""
) -> None:
    """Change its text: sent copies are edited, the others are sent with the new text.

    `why`: an owner's reason for skipping the second person. Who may correct is decided in `corrections.py`. Raises
    NotPossible, also before it starts.
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
    """Delete every copy, as far as the platforms allow; a running broadcast is stopped first. Raises NotPossible."""
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
    """Add the reason for a hasty stop afterwards, once. Raises NotPossible."""
    async with ctx.db.write() as conn:
        found = await _read(conn, broadcast_id)
        if found.why is not None or not await rows.move(conn, found, found.state, why=why):
            raise NotPossible(found.state)
        await log_action(ctx, conn, who, "broadcast.reason", broadcast=broadcast_id, why=why)
        args = {"broadcast": broadcast_id, "state": found.state.value, "by": who.label, "why": why}
        await notify_staff(ctx, conn, f"broadcast_reason:{broadcast_id}", "broadcast_moved", **args)
        return await _read(conn, broadcast_id)


async def unsubscribe(ctx: Context, contact: Contact, argument: str) -> Reply:
    """Handle `unsub:<broadcast>`, the button under a broadcast: no more news or reminders."""
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
    """Change the state, audit it and notify all staff. Raises NotPossible if not allowed or the row has changed."""
    if to not in MOVES[found.state] or not await rows.move(conn, found, to, **values):
        raise NotPossible(found.state)
    why = str(values.get("why") or "")
    await log_action(ctx, conn, who, f"broadcast.{to.value}", broadcast=found.id, was=found.state.value, why=why)
    by = who.label if who is not None else ""
    key = f"broadcast_moved:{found.id}:{found.version + 1}"
    await notify_staff(ctx, conn, key, "broadcast_moved", broadcast=found.id, state=to.value, by=by, why=why)


# --- automatic moves ------------------------------------------------------------------------------
async def tick(ctx: Context) -> int:
    """Start due broadcasts, write recipients, end finished ones; return how many moved. Does
    nothing during a freeze.
    """
    async with ctx.db.read() as conn:
        if await switches.is_frozen(conn):
            return 0
        alive = await rows.in_states(conn, _ALIVE)

    async def advance(found: Broadcast) -> bool:
        try:
            return await _advance(ctx, found)
        except NotPossible:
            log.info("broadcast %d was moved by somebody else", found.id)
            return False

    return await each(ctx, "broadcasts", alive, advance, name=lambda found: str(found.id))


async def _advance(ctx: Context, found: Broadcast) -> bool:
    if found.state is BroadcastState.COUNTDOWN:
        return await _begin(ctx, found)
    if found.state is BroadcastState.RUNNING and await _end_if_finished(ctx, found):
        return True
    async with ctx.db.read() as conn:
        closed = await _asks_for_closed_campaign(ctx, conn, found)
        foreign_link = await has_foreign_link(ctx, conn, found)
    if closed or foreign_link:
        await pause(ctx, found.id, why="campaign" if closed else "address")
        return True
    return found.state is BroadcastState.PREPARING and await _prepare(ctx, found)


async def _asks_for_closed_campaign(ctx: Context, conn: Connection, found: Broadcast) -> bool:
    """Return whether it asks for a campaign that is closed or paused."""
    campaign = (await campaign_rows.by_ids(conn, [found.campaign_id]))[found.campaign_id]
    return found.message.amounts and not campaign.is_open(ctx.clock())


async def _begin(ctx: Context, found: Broadcast) -> bool:
    if found.starts_at is not None and ctx.clock() < found.starts_at:
        return False
    if ctx.clock_state.is_right is False:  # it may not be time yet, and sent messages cannot be recalled
        return False
    grown = await _grown_past_limit(ctx, found)
    async with ctx.db.write() as conn:
        if not await rows.move(conn, found, BroadcastState.APPROVAL if grown else BroadcastState.PREPARING):
            raise NotPossible(found.state)
        if grown:
            args = {"broadcast": found.id, "recipients": grown, "places": len(found.places)}
            await log_action(ctx, conn, None, "broadcast.approval", was=found.state.value, **args)
            key = f"broadcast_approval:{found.id}:{found.version + 1}"
            await notify_staff(ctx, conn, key, "broadcast_approval", by="", why="grown", **args)
    return True


async def _grown_past_limit(ctx: Context, found: Broadcast) -> int:
    """Return how many recipients it has if they now require a missing approval, else 0.

    Months may pass between submission and start: people have joined, or an owner has lowered the limit.
    """
    if found.segment is None or found.approved_by is not None:
        return 0
    people = await audience(ctx, found.segment, found.campaign_id, found.quiet, asks=found.message.amounts)
    async with ctx.db.read() as conn:
        limit = (await limits.read(ctx, conn)).approve
    return people.recipients if people.recipients > limit else 0


async def _prepare(ctx: Context, found: Broadcast) -> bool:
    """Write recipients in ranges of ids, each in its own transaction; then let it run."""
    for _ in range(_RANGES_A_TICK):
        if await _prepare_range(ctx, found.id):
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


async def _end_if_finished(ctx: Context, found: Broadcast) -> bool:
    """End it when no recipient is waiting; return whether it ended."""
    async with ctx.db.read() as conn:
        people = await recipients.counts(conn, found.id)
        places = await posts.counts(conn, found.id)
    if any(people.get(state, 0) + places.get(state, 0) for state in (State.WAITING, State.SENDING)):
        return False
    async with ctx.db.write() as conn:
        await _move(ctx, conn, found, BroadcastState.DONE, None, ended_at=ctx.clock())
    return True
