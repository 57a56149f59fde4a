"""Stripe's events as they came in: each once, including those that could not be applied yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import any_of
from bot.store.money.tables import stripe_event
from bot.store.rows import write_rows


class EventState(StrEnum):
    """The state of an event."""

    APPLIED = "applied"
    IGNORED = "ignored"  # not ours, or of a type we do not use
    WAITING = "waiting"  # its gift is not known yet
    FAILED = "failed"  # stored with its error, retried later


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """One event row. The body is stored only while it may be needed again."""

    id: str
    type: str
    created_at: datetime
    received_at: datetime
    state: EventState
    waits_for: str | None = None
    error: str | None = None
    attempts: int = 0
    try_at: datetime | None = None
    body: str | None = None
    came_by: str | None = None


_FIELDS = tuple(StoredEvent.__dataclass_fields__)
_CHANGING = ("state", "waits_for", "error", "attempts", "try_at", "body")


# Built once: building a statement takes longer than running it.
_SEEN = select(stripe_event.c.id).where(stripe_event.c.id.in_(any_of("ids")), stripe_event.c.state != EventState.FAILED)
_WAITING_FOR = select(stripe_event).where(
    stripe_event.c.state == EventState.WAITING, stripe_event.c.waits_for.in_(any_of("names"))
)


async def handled(conn: AsyncConnection, ids: Iterable[str]) -> set[str]:
    """Return which of these events need nothing more: all stored ones except the failed."""
    return set((await conn.execute(_SEEN, {"ids": list(set(ids))})).scalars())


async def stored(conn: AsyncConnection, ids: Iterable[str]) -> set[str]:
    """Return which of these events are stored, in any state."""
    return set((await conn.execute(select(stripe_event.c.id).where(stripe_event.c.id.in_(set(ids))))).scalars())


async def write(conn: AsyncConnection, events: Sequence[StoredEvent]) -> None:
    """Write the state of these events, new or known."""
    rows = [{name: getattr(e, name) for name in _FIELDS} for e in events]
    await write_rows(conn, stripe_event, rows, key=["id"], change=_CHANGING)


async def waiting_for(conn: AsyncConnection, keys: Iterable[str]) -> list[StoredEvent]:
    """Return events that wait for one of these names."""
    return [_read(row) for row in await conn.execute(_WAITING_FOR, {"names": list(set(keys))})]


async def to_retry(conn: AsyncConnection, now: datetime, limit: int) -> list[StoredEvent]:
    """Return failed events that are due for a retry."""
    query = (
        select(stripe_event)
        .where(stripe_event.c.state == EventState.FAILED, stripe_event.c.try_at <= now)
        .order_by(stripe_event.c.try_at)
        .limit(limit)
    )
    return [_read(row) for row in await conn.execute(query)]


async def received_since(conn: AsyncConnection, kind: str, since: datetime) -> int:
    """Return how many events of a type came in since then (UTC)."""
    query = select(func.count()).select_from(stripe_event)
    recent = (stripe_event.c.received_at > since) & (stripe_event.c.type == kind)
    return int((await conn.execute(query.where(recent))).scalar_one())


async def failed(conn: AsyncConnection) -> list[StoredEvent]:
    """Return all events that could not be applied."""
    query = select(stripe_event).where(stripe_event.c.state == EventState.FAILED)
    return [_read(row) for row in await conn.execute(query)]


async def delete_waiting(conn: AsyncConnection, before: datetime) -> int:
    """Delete events that have waited since before `before`; return how many: their gift was never ours."""
    result = await conn.execute(
        delete(stripe_event).where(stripe_event.c.state == EventState.WAITING, stripe_event.c.received_at < before)
    )
    return result.rowcount


async def counts_by_source(conn: AsyncConnection, since: datetime) -> dict[str, int]:
    """Return how many of the events received since then came first by webhook or by polling."""
    known = (stripe_event.c.received_at >= since) & stripe_event.c.came_by.is_not(None)
    query = select(stripe_event.c.came_by, func.count()).where(known).group_by(stripe_event.c.came_by)
    return {str(row[0]): int(row[1]) for row in await conn.execute(query)}


async def last_received(conn: AsyncConnection) -> datetime | None:
    """Return when an event last came in, by either way, or None."""
    newest = select(stripe_event.c.received_at).order_by(stripe_event.c.received_at.desc()).limit(1)
    found: datetime | None = (await conn.execute(newest)).scalar_one_or_none()
    return found


def _read(row: object) -> StoredEvent:
    values = {name: getattr(row, name) for name in _FIELDS}
    return StoredEvent(**{**values, "state": EventState(values["state"])})
