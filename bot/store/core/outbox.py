"""The outbox: messages that are decided but not yet sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, get_args

from sqlalchemy import Table, bindparam, case, exists, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tracing
from bot.domain.people import PlatformName
from bot.store.core.tables import delivery
from bot.store.rows import write_rows
from bot.store.supporters import conversations
from bot.store.supporters.tables import address


class Lane(IntEnum):
    """The order of sending. Up to SERVICE these are not appeals, and need neither consent nor caps."""

    THANKS = 1
    SERVICE = 2
    NUDGE = 3
    BROADCAST = 4


class State(StrEnum):
    """The state of a delivery."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    IN_DOUBT = "in_doubt"
    DROPPED = "dropped"  # obsolete before it was sent
    OPTED_OUT = "opted_out"  # a recipient who opted out before a broadcast was sent to them
    HELD = "held"  # late: waits until staff send or drop it
    PARKED = "parked"  # waits until the person writes again (Discord, no DM allowed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one address. It is rendered when it is sent."""

    id: int
    lane: int
    platform: PlatformName
    address_id: int
    message: str
    args: Mapping[str, Any]
    due_at: datetime
    attempts: int = 0
    error: str | None = None  # why it was not sent the last time

    @property
    def is_in_doubt(self) -> bool:
        """Whether an earlier attempt may have arrived."""
        return (self.error or "").startswith(DOUBT_PREFIX)

    @property
    def is_repeated(self) -> bool:
        """Whether it was sent a second time after being in doubt."""
        return (self.error or "").startswith(_REPEATED)

    @property
    def is_shown(self) -> bool:
        """Whether an answer that only the person sees shows it already, which they may have closed unread (Discord)."""
        return self.error == SHOWN

    @property
    def is_begun(self) -> bool:
        """Whether it may have left since it was claimed."""
        return self.error == _BEGUN or self.is_repeated


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOutcome:
    """The outcome of sending. `due_at` is set if it will be retried; `counted`: this counts as an attempt.

    `closed`: the address no longer takes messages from us.
    """

    id: int
    state: State
    error: str | None = None
    due_at: datetime | None = None
    counted: bool = True
    closed: bool = False


SHOWN = "only in a private answer so far"  # the error of a parked row
DOUBT_PREFIX = "in doubt"  # starts the error of a waiting row that may have arrived already
_REPEATED = f"{DOUBT_PREFIX}, sent again"
_BEGUN = "about to leave"  # the error of a `sending` row that may have left; before, it only waits for the pacer


def drop_values(table: Table, why: str, now: datetime) -> dict[str, Any]:
    """Return the values that cancel a waiting row: dropped, or in doubt if an attempt may have arrived."""
    maybe = func.coalesce(table.c.error, "").startswith(DOUBT_PREFIX)
    state = case((maybe, State.IN_DOUBT.value), else_=State.DROPPED.value)
    return {"state": state, "error": case((maybe, table.c.error), else_=why), "done_at": now}


_HELD = text("delivery.state = 'held'")  # as the partial index is written
_PARKED = text("delivery.state = 'parked'")
_COLUMNS = tuple(delivery.c[name] for name in Delivery.__dataclass_fields__)


async def add(conn: AsyncConnection, deliveries: Sequence[Delivery], *, held: bool = False) -> None:
    """Add messages in the transaction of the fact that causes them. `held`: they wait for staff."""
    rows = [
        {
            "id": d.id,
            "lane": d.lane,
            "platform": d.platform,
            "address_id": d.address_id,
            "message": d.message,
            "args": dict(d.args),
            "state": State.HELD if held else State.WAITING,
            "due_at": d.due_at,
        }
        for d in deliveries
    ]
    await write_rows(conn, delivery, rows)
    for added in deliveries:
        tracing.remember(added.id)


async def claim(conn: AsyncConnection, platform: PlatformName, now: datetime, limit: int) -> list[Delivery]:
    """Take the most urgent due messages; they are `sending` until marked."""
    due = (
        select(delivery.c.id)
        .where(delivery.c.platform == platform, delivery.c.state == State.WAITING, delivery.c.due_at <= now)
        .order_by(delivery.c.lane, delivery.c.due_at, delivery.c.id)
        .limit(limit)
    )
    if conn.dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True)
    taken = (
        update(delivery)
        .where(delivery.c.id.in_(due.scalar_subquery()))
        .values(state=State.SENDING, claimed_at=now, attempts=delivery.c.attempts + 1)
        .returning(*_COLUMNS)
    )
    rows = [Delivery(**row) for row in (await conn.execute(taken)).mappings()]
    return sorted(rows, key=lambda d: (d.lane, d.due_at, d.id))


async def hold(conn: AsyncConnection, platform: PlatformName, before: datetime) -> int:
    """Hold the appeals and updates that were due before then; return how many."""
    waiting = (delivery.c.platform == platform) & (delivery.c.state == State.WAITING)
    late = waiting & (delivery.c.lane == Lane.NUDGE) & (delivery.c.due_at < before)
    return (await conn.execute(update(delivery).where(late).values(state=State.HELD))).rowcount


async def hold_all(conn: AsyncConnection) -> int:
    """Hold every message that is not sent yet, of all platforms; return how many."""
    open_ones = delivery.c.state.in_([State.WAITING, State.SENDING, State.PARKED])
    return (await conn.execute(update(delivery).where(open_ones).values(state=State.HELD))).rowcount


async def held(conn: AsyncConnection) -> dict[str, int]:
    """Return how many messages wait for staff, by message key."""
    query = select(delivery.c.message, func.count()).where(_HELD).group_by(delivery.c.message)
    return {row[0]: row[1] for row in await conn.execute(query)}


async def holds_service_messages(conn: AsyncConnection) -> bool:
    """Return whether thank-yous or service messages are held: only a restored backup holds those."""
    query = select(exists().where(_HELD, delivery.c.lane <= Lane.SERVICE))
    return bool((await conn.execute(query)).scalar_one())


async def decide_held(conn: AsyncConnection, now: datetime, *, send: bool) -> int:
    """Send the held messages now, or drop them; return how many."""
    dropped = {"state": State.DROPPED, "done_at": now, "error": "late, and staff dropped it"}
    values = {"state": State.WAITING, "due_at": now} if send else dropped
    return (await conn.execute(update(delivery).where(_HELD).values(**values))).rowcount


async def mark_started(conn: AsyncConnection, sending: Delivery) -> None:
    """Record that a claimed message is about to leave; in doubt, it is the second and last time."""
    error = _REPEATED if sending.is_in_doubt else _BEGUN
    await conn.execute(update(delivery).where(delivery.c.id == sending.id).values(error=error))


async def mark(conn: AsyncConnection, outcomes: Sequence[SendOutcome], now: datetime) -> None:
    """Store the outcomes of claimed messages."""
    if not outcomes:
        return
    ended = update(delivery).where(delivery.c.id == bindparam("of"))
    ended = ended.values(state=bindparam("to"), error=bindparam("why"), done_at=bindparam("at"))
    again = update(delivery).where(delivery.c.id == bindparam("of"))
    attempts = delivery.c.attempts - bindparam("uncounted")
    again = again.values(state=bindparam("to"), error=bindparam("why"), due_at=bindparam("due"), attempts=attempts)
    final = [o for o in outcomes if o.due_at is None]
    later = [o for o in outcomes if o.due_at is not None]
    if final:
        await conn.execute(ended, [{"of": o.id, "to": o.state, "why": o.error, "at": now} for o in final])
    if later:
        rows = [
            {"of": o.id, "to": o.state, "why": o.error, "due": o.due_at, "uncounted": int(not o.counted)} for o in later
        ]
        await conn.execute(again, rows)


async def interrupted(conn: AsyncConnection, platform: PlatformName, before: datetime) -> list[Delivery]:
    """Return messages claimed before `before` and never marked: a process died, so they are in doubt."""
    query = select(*_COLUMNS).where(
        delivery.c.platform == platform, delivery.c.state == State.SENDING, delivery.c.claimed_at < before
    )
    return [Delivery(**row) for row in (await conn.execute(query)).mappings()]


async def parked_for(conn: AsyncConnection, address_id: int) -> list[Delivery]:
    """Return the messages parked for this address, the oldest first."""
    query = (
        select(*_COLUMNS)
        .where(delivery.c.address_id == address_id, delivery.c.state == State.PARKED)
        .order_by(delivery.c.id)
    )
    return [Delivery(**row) for row in (await conn.execute(query)).mappings()]


async def release_parked(conn: AsyncConnection, error: str, now: datetime, limit: int, *, to_new: bool) -> int:
    """Send the messages that were parked with this error after all, the oldest first; return how many.

    `to_new`: also those that open a conversation.
    """
    parked = select(delivery.c.id).where(_PARKED, delivery.c.error == error).order_by(delivery.c.id).limit(limit)
    if not to_new:
        parked = parked.join(address, address.c.id == delivery.c.address_id).where(conversations.is_open())
    again = update(delivery).where(delivery.c.id.in_(parked.scalar_subquery()))
    return (await conn.execute(again.values(state=State.WAITING, due_at=now))).rowcount


async def next_due(conn: AsyncConnection, platform: PlatformName) -> datetime | None:
    """Return when the next waiting message of a platform is due (UTC), or None."""
    query = select(func.min(delivery.c.due_at)).where(
        delivery.c.platform == platform, delivery.c.state == State.WAITING
    )
    found: datetime | None = (await conn.execute(query)).scalar_one_or_none()
    return found


async def oldest_due(conn: AsyncConnection, now: datetime) -> datetime | None:
    """Return when the oldest message that should have left was due (UTC), or None."""
    due = [await next_due(conn, platform) for platform in get_args(PlatformName)]
    return min((at for at in due if at is not None and at <= now), default=None)


async def counts(conn: AsyncConnection) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    query = select(delivery.c.state, func.count()).group_by(delivery.c.state)
    return {row[0]: row[1] for row in await conn.execute(query)}


async def counts_by_lane(conn: AsyncConnection) -> dict[tuple[int, str], int]:
    """Return how many deliveries are in each lane and state."""
    query = select(delivery.c.lane, delivery.c.state, func.count()).group_by(delivery.c.lane, delivery.c.state)
    return {(row[0], row[1]): row[2] for row in await conn.execute(query)}


async def wake_unreachable(conn: AsyncConnection, address_id: int, now: datetime) -> None:
    """Requeue the service messages that an address missed while it was unreachable."""
    missed = (delivery.c.state == State.UNREACHABLE) & (delivery.c.lane <= Lane.SERVICE)
    await conn.execute(
        update(delivery).where(delivery.c.address_id == address_id, missed).values(state=State.WAITING, due_at=now)
    )
