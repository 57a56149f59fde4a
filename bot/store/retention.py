"""What is deleted when its time is over, in small batches that hold nobody up.

Gifts, the books, refunds, cases, reminders and their experiment, and the copies of broadcasts are never deleted here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, bindparam, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import any_of
from bot.store.schema import DELIVERY_OVER, delivery, stripe_event
from bot.store.schema_staff import audit, notice, notice_copy, relay


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Rows of `table` whose `since` is more than `kept` ago, under `only`; what refers to them by `parts` goes too."""

    table: Table
    since: str
    kept: timedelta
    only: ColumnElement[bool] | None = None
    parts: tuple[ColumnElement[int], ...] = ()


# A test compares this with the READMEs.
RETENTION = (
    # A reply to an answer that was lost is still to be told of; those rows are in `relay` until then.
    Retention(
        table=delivery,
        since="done_at",
        kept=timedelta(days=90),
        only=text(DELIVERY_OVER) & delivery.c.id.not_in(select(relay.c.delivery_id)),
    ),
    # Stripe repeats nothing that is older than 30 days, and the rules apply an event twice without harm.
    Retention(
        table=stripe_event,
        since="received_at",
        kept=timedelta(days=90),
        only=stripe_event.c.state.in_(("applied", "ignored")),
    ),
    Retention(
        table=notice,
        since="made_at",
        kept=timedelta(days=365),
        parts=(notice_copy.c.notice_id,),
    ),
    Retention(table=audit, since="at", kept=timedelta(days=3 * 365)),
)


async def delete_some(conn: AsyncConnection, one: Retention, now: datetime, limit: int) -> int:
    """Delete up to `limit` rows whose time is over at `now` (UTC), the oldest first; return how many."""
    key, since = one.table.c.id, one.table.c[one.since]
    old = select(key).where(since < bindparam("before")).order_by(since).limit(limit)
    if one.only is not None:
        old = old.where(one.only)
    ids = list((await conn.execute(old, {"before": now - one.kept})).scalars())
    if ids:
        for part in one.parts:
            await conn.execute(delete(part.table).where(part.in_(any_of("ids"))), {"ids": ids})
        await conn.execute(delete(one.table).where(key.in_(any_of("ids"))), {"ids": ids})
    return len(ids)
