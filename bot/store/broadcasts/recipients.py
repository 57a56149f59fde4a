"""The recipients of a broadcast, one row per supporter, with the state of each copy. Posts in places: posts.py."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, String, Text, Update, and_, bindparam, func, or_, select, true, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.broadcasts import NO_ASK_AFTER_GIFT, BroadcastState, Quiet
from bot.domain.people import Locale, PlatformName, Preference
from bot.domain.quiet import Sleep
from bot.store.broadcasts.tables import broadcast, recipient, recipient_sum
from bot.store.columns import Utc
from bot.store.core.outbox import State, drop_values
from bot.store.db import any_of
from bot.store.rows import as_parameter, as_table
from bot.store.supporters.supporters import gets_messages, may_be_written
from bot.store.supporters.tables import address, preference, supporter

_CHANGED_WITHIN = timedelta(days=30)  # after a correction or withdrawal; later, copies stay as they are
_DEFERRED_AT_ONCE = 5_000  # recipients deferred to the morning in one statement
ENDED_BEFORE = "ended before it was sent"
_ATTEMPTS, _LOOKAHEAD = 5, 200  # queries in one claim past recipients who get nothing, and their size


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A broadcast for which delivery may have something to do."""

    id: int
    state: BroadcastState
    revision: int
    campaign_id: int
    quiet: Quiet


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One supporter who gets a broadcast, with what sending needs."""

    broadcast_id: int
    supporter_id: int
    external_id: str
    locale: Locale
    asks: bool
    silent: bool
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The outcome of sending to one recipient. `due_at` is set for a retry; `counted`: this counts as an attempt."""

    broadcast_id: int
    supporter_id: int
    state: State
    error: str | None = None
    chat_id: str | None = None
    message_id: str | None = None
    revision: int = 0
    due_at: datetime | None = None
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A sent copy, to be corrected or deleted."""

    supporter_id: int
    chat_id: str
    message_id: str
    locale: Locale
    asks: bool


_JOB = tuple(broadcast.c[name] for name in Job.__dataclass_fields__)
_RECIPIENT = tuple(recipient.c[name] for name in Recipient.__dataclass_fields__)
_COPY = tuple(recipient.c[name] for name in Copy.__dataclass_fields__)


async def jobs(conn: AsyncConnection, now: datetime) -> list[Job]:
    """Return running broadcasts, and those whose copies may need correction or deletion; the oldest first."""
    changed = or_(broadcast.c.revision > 1, broadcast.c.state == BroadcastState.WITHDRAWN)
    # By the time of the change, not of sending: staff may correct or withdraw an old one as well.
    recent = func.coalesce(broadcast.c.changed_at, broadcast.c.started_at) > now - _CHANGED_WITHIN
    wanted = or_(broadcast.c.state == BroadcastState.RUNNING, and_(changed, recent))
    rows = (await conn.execute(select(*_JOB).where(wanted).order_by(broadcast.c.id))).mappings()
    return [Job(**{**row, "state": BroadcastState(row["state"]), "quiet": Quiet(row["quiet"])}) for row in rows]


@dataclass(frozen=True, slots=True)
class NightRule:
    """What happens to recipients for whom it is night when they are claimed, perhaps long after they were written."""

    quiet: Quiet
    until: Sleep


async def claim(
    conn: AsyncConnection,
    broadcast_id: int,
    platform: PlatformName,
    now: datetime,
    limit: int,
    night: NightRule | None = None,
) -> list[Recipient]:
    """Take the next due recipients; they are `sending` until marked.

    Recipients who have since opted out or blocked us end here without a message. During the night they get it silently
    or wait for the morning, as `night` says; None: as written. Those who have given meanwhile or are under 18 get it
    without the ask.
    """
    query_size = limit
    for _ in range(_ATTEMPTS):
        due = await _due(conn, broadcast_id, platform, now, query_size)
        opted_out = [row["supporter_id"] for row in due if not row["agreed"]]
        unreached = [row["supporter_id"] for row in due if row["agreed"] and not row["can_be_reached"]]
        taken = [row for row in due if row["agreed"] and row["can_be_reached"]]
        if night is not None:
            taken = await _by_night(conn, broadcast_id, platform, now, night, taken)
        await _end(conn, broadcast_id, opted_out, State.OPTED_OUT, None, now)
        await _end(conn, broadcast_id, unreached, State.UNREACHABLE, "unreachable since it was written", now)
        if taken or not due:
            break
        query_size = _LOOKAHEAD  # none of these gets it; the next may not, either
    taken = await _without_some_asks(conn, broadcast_id, now, taken[:limit])
    if taken:
        ids = [row["supporter_id"] for row in taken]
        await conn.execute(_CLAIM, {"broadcast": broadcast_id, "who": ids, "now": now})
    return [Recipient(**{name: row[name] for name in Recipient.__dataclass_fields__}) for row in taken]


async def _due(
    conn: AsyncConnection, broadcast_id: int, platform: PlatformName, now: datetime, limit: int
) -> list[dict[str, Any]]:
    """Return the due recipients, with what may have changed since they were written."""
    agreed = and_(
        preference.c.supporter_id == recipient.c.supporter_id,
        preference.c.kind == Preference.NEWS,
        preference.c.accepted,
    )
    query = (
        select(
            *_RECIPIENT,
            preference.c.accepted.label("agreed"),
            (address.c.reachable & may_be_written() & gets_messages()).label("can_be_reached"),
            address.c.time_zone,
            supporter.c.last_gift_at,
            supporter.c.adult,
        )
        .join(address, address.c.id == recipient.c.address_id)
        .join(supporter, supporter.c.id == recipient.c.supporter_id)
        .outerjoin(preference, agreed)
        .where(_of(broadcast_id, platform), recipient.c.state == State.WAITING, recipient.c.due_at <= now)
        .order_by(recipient.c.due_at)
        .limit(limit)
    )
    if conn.dialect.name == "postgresql":
        query = query.with_for_update(of=recipient, skip_locked=True)
    return [dict(row) for row in (await conn.execute(query)).mappings()]


async def _without_some_asks(
    conn: AsyncConnection, broadcast_id: int, now: datetime, taken: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return them without the ask for those who have given since they were written, since a run can take hours.

    Also for people under 18: a copy is the same for all, and its amounts may be above what they may give.
    """
    since = now - NO_ASK_AFTER_GIFT
    gave = {row["supporter_id"] for row in taken if row["last_gift_at"] and row["last_gift_at"] > since}
    unasked = gave | {row["supporter_id"] for row in taken if row["adult"] is False}
    if not any(row["asks"] and row["supporter_id"] in unasked for row in taken):
        return taken
    theirs = (recipient.c.broadcast_id == broadcast_id) & recipient.c.supporter_id.in_(unasked)
    await conn.execute(update(recipient).where(theirs).values(asks=False))
    return [row | {"asks": row["asks"] and row["supporter_id"] not in unasked} for row in taken]


async def remove_asks(conn: AsyncConnection, broadcast_id: int) -> None:
    """Remove the ask from waiting recipients: the message has lost its amounts, so it does not count in caps."""
    waiting = (recipient.c.broadcast_id == broadcast_id) & (recipient.c.state == State.WAITING)
    await conn.execute(update(recipient).where(waiting, recipient.c.asks).values(asks=False))


async def _by_night(
    conn: AsyncConnection,
    broadcast_id: int,
    platform: PlatformName,
    now: datetime,
    night: NightRule,
    taken: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Return who gets it now, and whether silently. Others in a sleeping zone are deferred along with them."""
    if night.quiet is not Quiet.MORNING:
        silent = night.quiet is Quiet.SILENT
        return [row | {"silent": silent and night.until(row["time_zone"]) is not None} for row in taken]
    for zone in {row["time_zone"] for row in taken}:
        if (ends := night.until(zone)) is not None:
            await _defer(conn, broadcast_id, platform, now, zone, ends)
    return [row for row in taken if night.until(row["time_zone"]) is None]


async def _defer(
    conn: AsyncConnection, broadcast_id: int, platform: PlatformName, now: datetime, zone: str | None, until: datetime
) -> None:
    """Defer recipients in a zone, many at a time, so that they do not block others."""
    there = address.c.time_zone.is_(None) if zone is None else address.c.time_zone == zone
    sleepers = (
        select(recipient.c.supporter_id)
        .join(address, address.c.id == recipient.c.address_id)
        .where(_of(broadcast_id, platform), recipient.c.state == State.WAITING, recipient.c.due_at <= now, there)
        .order_by(recipient.c.due_at)
        .limit(_DEFERRED_AT_ONCE)
    )
    these = (recipient.c.broadcast_id == broadcast_id) & recipient.c.supporter_id.in_(sleepers)
    await conn.execute(update(recipient).where(these).values(due_at=until))


_CLAIM = (
    update(recipient)
    .where(recipient.c.broadcast_id == bindparam("broadcast"), recipient.c.supporter_id.in_(any_of("who")))
    .values(state=State.SENDING, claimed_at=bindparam("now", type_=Utc()), attempts=recipient.c.attempts + 1)
)


async def _end(
    conn: AsyncConnection, broadcast_id: int, who: Sequence[int], state: State, error: str | None, now: datetime
) -> None:
    if who:
        rows = (recipient.c.broadcast_id == broadcast_id) & recipient.c.supporter_id.in_(who)
        await conn.execute(update(recipient).where(rows).values(state=state, error=error, done_at=now))


_KEY = {"of": recipient.c.broadcast_id.type, "who": recipient.c.supporter_id.type}
_ENDED = {
    **_KEY,
    "to": String(),
    "why": Text(),
    "at": Utc(),
    "chat": String(),
    "message": String(),
    "shown": Integer(),
}
_LATER = {**_KEY, "why": Text(), "due": Utc(), "uncounted": Integer()}


def _ended(new: Mapping[str, Any]) -> Update:
    return update(recipient).values(
        state=new["to"],
        error=new["why"],
        done_at=new["at"],
        chat_id=new["chat"],
        message_id=new["message"],
        revision=new["shown"],
    )


def _later(new: Mapping[str, Any]) -> Update:
    attempts = recipient.c.attempts - new["uncounted"]
    return update(recipient).values(state=State.WAITING, error=new["why"], due_at=new["due"], attempts=attempts)


async def mark(conn: AsyncConnection, results: Sequence[Result], now: datetime) -> None:
    """Store the outcomes of claimed recipients."""
    finished = [_row(r) | {"to": r.state, "at": now, **_message_of(r)} for r in results if r.due_at is None]
    later = [_row(r) | {"due": r.due_at, "uncounted": int(not r.counted)} for r in results if r.due_at is not None]
    await _update_each(conn, _ended, _ENDED, finished)
    await _update_each(conn, _later, _LATER, later)


async def ended_since(conn: AsyncConnection, broadcast_id: int, since: datetime) -> int:
    """Return how many recipients have finished since then; deleted rows always count."""
    these = (recipient.c.broadcast_id == broadcast_id) & (recipient.c.done_at >= since)
    here = select(func.count().label("people")).select_from(recipient).where(these)
    before = select(recipient_sum.c.timed).where(recipient_sum.c.broadcast_id == broadcast_id)
    # In one statement, since rows may be deleted between two statements.
    return sum((await conn.execute(union_all(here, before))).scalars())


def _row(result: Result) -> dict[str, Any]:
    return {"of": result.broadcast_id, "who": result.supporter_id, "why": result.error}


def _message_of(result: Result) -> dict[str, Any]:
    return {"chat": result.chat_id, "message": result.message_id, "shown": result.revision}


async def _update_each(
    conn: AsyncConnection, build: Any, columns: Mapping[str, Any], rows: list[dict[str, Any]]
) -> None:
    """Run one statement for all rows; see rows.py for the differences between engines."""
    if not rows:
        return
    if conn.dialect.name == "postgresql":
        new = as_table(columns)
        theirs = (recipient.c.broadcast_id == new.c.of) & (recipient.c.supporter_id == new.c.who)
        await conn.execute(build(new.c).where(theirs), as_parameter(columns, rows))
    else:
        new_values = {name: bindparam(name, type_=kind) for name, kind in columns.items()}
        theirs = (recipient.c.broadcast_id == new_values["of"]) & (recipient.c.supporter_id == new_values["who"])
        await conn.execute(build(new_values).where(theirs), rows)


async def interrupted(conn: AsyncConnection, platform: PlatformName) -> list[Recipient]:
    """Return recipients claimed and never marked: a process died. No other sender may be running."""
    alive = select(broadcast.c.id).where(broadcast.c.state != BroadcastState.DONE)  # done: nothing is in progress
    rows = recipient.c.broadcast_id.in_(alive) & (recipient.c.platform == platform)
    found = await conn.execute(select(*_RECIPIENT).where(rows, recipient.c.state == State.SENDING))
    return [Recipient(**row) for row in found.mappings()]


async def counts(conn: AsyncConnection, broadcast_id: int) -> dict[State, int]:
    """Return how many recipients are in each state; their sum is the audience."""
    here = select(recipient.c.state, func.count().label("people")).where(recipient.c.broadcast_id == broadcast_id)
    before = select(recipient_sum.c.state, recipient_sum.c.people).where(recipient_sum.c.broadcast_id == broadcast_id)
    found: Counter[State] = Counter()
    for row in await conn.execute(union_all(here.group_by(recipient.c.state), before)):
        found[State(row.state)] += row.people
    return dict(found)


async def drop_waiting(conn: AsyncConnection, broadcast_id: int, why: str, now: datetime) -> int:
    """Cancel waiting recipients; return how many. Those that may have a copy stay in doubt."""
    waiting = (recipient.c.broadcast_id == broadcast_id) & (recipient.c.state == State.WAITING)
    return (await conn.execute(update(recipient).where(waiting).values(drop_values(recipient, why, now)))).rowcount


async def drop_returned(conn: AsyncConnection, ids: Iterable[int], now: datetime) -> None:
    """Cancel recipients who were being sent to while staff ended the broadcast and would wait again now."""
    for broadcast_id in await ended(conn, ids):
        await drop_waiting(conn, broadcast_id, ENDED_BEFORE, now)


async def ended(conn: AsyncConnection, ids: Iterable[int]) -> list[int]:
    """Return those of these broadcasts that have ended or were ended by staff."""
    states = (BroadcastState.STOPPED, BroadcastState.DONE, BroadcastState.WITHDRAWN)
    query = select(broadcast.c.id).where(broadcast.c.id.in_(set(ids)), broadcast.c.state.in_(states))
    return list((await conn.execute(query)).scalars())


async def outdated(conn: AsyncConnection, job: Job, platform: PlatformName, *, after: int, limit: int) -> list[Copy]:
    """Return copies without the current revision, by supporter id after `after`; if withdrawn, all copies.

    People under 18 lose the ask, in case it was not known yet when their copy was sent.
    """
    old: Any = recipient.c.message_id.is_not(None)
    if job.state is not BroadcastState.WITHDRAWN:
        old &= recipient.c.revision < job.revision
    asks = recipient.c.asks & func.coalesce(supporter.c.adult, true())
    query = select(*(column for column in _COPY if column is not recipient.c.asks), asks.label("asks"))
    query = query.join(supporter, supporter.c.id == recipient.c.supporter_id)
    query = query.where(_of(job.id, platform), recipient.c.supporter_id > after, old)
    query = query.where(recipient.c.state == State.SENT).order_by(recipient.c.supporter_id).limit(limit)
    return [Copy(**row) for row in (await conn.execute(query)).mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedCopy:
    """A copy that was corrected (`revision`) or deleted; `error` says why not."""

    broadcast_id: int
    supporter_id: int
    revision: int
    gone: bool = False
    error: str | None = None


async def mark_corrected(conn: AsyncConnection, changed: Sequence[CorrectedCopy]) -> None:
    """Store which copies were corrected or deleted."""
    for gone in (False, True):
        rows = [
            {"of": c.broadcast_id, "who": c.supporter_id, "why": c.error, "shown": c.revision}
            for c in changed
            if c.gone is gone
        ]
        await _update_each(conn, _gone if gone else _corrected, _CHANGED, rows)


_CHANGED = {**_KEY, "why": Text(), "shown": Integer()}


def _corrected(new: Mapping[str, Any]) -> Update:
    return update(recipient).values(error=new["why"], revision=new["shown"])


def _gone(new: Mapping[str, Any]) -> Update:
    return _corrected(new).values(message_id=None)


def _of(broadcast_id: int, platform: PlatformName) -> Any:
    return (recipient.c.broadcast_id == broadcast_id) & (recipient.c.platform == platform)
