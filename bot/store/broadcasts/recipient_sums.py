"""Recipients of old broadcasts: counted by the groups in reports, and their rows deleted.

People who gave through the broadcast or opted out by its button keep a row without an address: their gifts change the
report as long as they may be refunded, and those people are few.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, text, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.broadcasts.tables import broadcast, broadcast_opt_out, recipient, recipient_sum
from bot.store.core.outbox import State
from bot.store.gifts.tables import BY_APPEAL, gift
from bot.store.rows import write_rows
from payments.reference import TouchKind

# After its end or last change. Nothing reads single copies by then: corrections end after 30 days.
KEPT = timedelta(days=180)

_KEY = ("locale", "platform", "part", "state", "asks")
_BETWEEN = (State.WAITING, State.SENDING)  # of an ended broadcast, only after an error of ours


async def sum_some(conn: AsyncConnection, now: datetime, limit: int) -> int | None:
    """Sum up and delete up to `limit` recipients of one broadcast whose retention is over at `now` (UTC).

    Return how many rows were deleted, or None if no broadcast is left.
    """
    before = now - KEPT
    over = and_(broadcast.c.ended_at < before, func.coalesce(broadcast.c.changed_at, broadcast.c.ended_at) < before)
    query = select(broadcast.c.id, broadcast.c.summed_to).where(over, broadcast.c.summed_at.is_(None))
    found = (await conn.execute(query.order_by(broadcast.c.id).limit(1))).first()
    if found is None:
        return None
    last = await _last(conn, found.id, found.summed_to, limit)
    deleted = 0
    done: dict[str, Any] = {"summed_at": now}
    if last is not None:
        these = (recipient.c.broadcast_id == found.id) & recipient.c.supporter_id.between(found.summed_to + 1, last)
        deleted = await _sum(conn, found.id, these)
        await conn.execute(update(recipient).where(these).values(external_id="", chat_id=None, message_id=None))
        done = {"summed_to": last}
    await conn.execute(update(broadcast).where(broadcast.c.id == found.id).values(done))
    return deleted


async def _last(conn: AsyncConnection, broadcast_id: int, after: int, limit: int) -> int | None:
    """Return the supporter id that ends the next batch, or None if none is left."""
    left = (recipient.c.broadcast_id == broadcast_id) & (recipient.c.supporter_id > after)
    batch = select(recipient.c.supporter_id).where(left).order_by(recipient.c.supporter_id).limit(limit).subquery()
    last: int | None = (await conn.execute(select(func.max(batch.c.supporter_id)))).scalar_one()
    return last


async def _sum(conn: AsyncConnection, broadcast_id: int, these: ColumnElement[bool]) -> int:
    """Move recipients from rows to sums; return how many. Sums what was deleted, so concurrent writers do no harm."""
    plain = recipient.c.supporter_id.not_in(_responded(broadcast_id)) & recipient.c.state.not_in(_BETWEEN)
    columns = (*(recipient.c[name] for name in _KEY), recipient.c.done_at)
    rows = (await conn.execute(delete(recipient).where(these, plain).returning(*columns))).all()
    people, timed = Counter(map(_key, rows)), Counter(_key(row) for row in rows if row.done_at is not None)
    sums = [
        {"broadcast_id": broadcast_id, **dict(zip(_KEY, key, strict=True)), "people": number, "timed": timed[key]}
        for key, number in people.items()
    ]
    await write_rows(conn, recipient_sum, sums, key=("broadcast_id", *_KEY), add=("people", "timed"))
    return len(rows)


def _key(row: Any) -> tuple[str, str, str, str, bool]:
    return row.locale, row.platform, row.part or "", row.state, row.asks


def _responded(broadcast_id: int) -> Any:
    """Select the supporters for whom a report counts more than a copy."""
    by_it = (gift.c.touch_kind == TouchKind.BROADCAST.value) & (gift.c.touch_id == broadcast_id)
    gave = select(gift.c.supporter_id).where(text(BY_APPEAL), by_it, gift.c.supporter_id.is_not(None))
    stopped = select(broadcast_opt_out.c.supporter_id).where(broadcast_opt_out.c.broadcast_id == broadcast_id)
    return union(gave, stopped)
