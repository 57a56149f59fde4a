"""Refunds that we order: written before Stripe is called; the row's id is the idempotency key."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import any_of
from bot.store.gifts.tables import entry, error_case, gift
from bot.store.money.tables import refund_order
from payments.ledger import State


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """One refund order. `minor`: the amount, in the gift's currency. Times are UTC; see the schema."""

    id: int
    gift_id: int
    minor: int
    reason: str
    staff_id: int | None
    made_at: datetime
    confirmed_at: datetime | None = None
    try_at: datetime | None = None
    attempts: int = 0
    refund_id: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleGift:
    """A single gift without refunds, reduced to what the search for duplicates compares."""

    id: int
    supporter_id: int
    campaign_id: int
    currency: str
    amount: int
    paid_at: datetime

    @property
    def duplicate_key(self) -> tuple[int, int, str, int]:
        """What duplicates have in common."""
        return self.supporter_id, self.campaign_id, self.currency, self.amount


_COLUMNS = tuple(refund_order.c[name] for name in RefundOrder.__dataclass_fields__)
_SINGLE_GIFT = tuple(gift.c[name] for name in SingleGift.__dataclass_fields__)
_UNREFUNDED = (
    select(*_SINGLE_GIFT)
    .where(gift.c.supporter_id.in_(any_of("people")), gift.c.pledge.is_(None), gift.c.state == State.PAID.value)
    .order_by(gift.c.paid_at, gift.c.id)
)

_EARLIER = entry.alias("earlier")
_NEWLY_BOOKED = (
    select(*_SINGLE_GIFT)
    .join(entry, entry.c.gift_id == gift.c.id)
    .where(
        entry.c.id >= bindparam("first"),
        entry.c.id < bindparam("end"),
        ~exists().where(_EARLIER.c.gift_id == entry.c.gift_id, _EARLIER.c.id < entry.c.id),
        gift.c.supporter_id.is_not(None),
        gift.c.pledge.is_(None),
        gift.c.state == State.PAID.value,
    )
    .order_by(entry.c.id)
)


async def add(conn: AsyncConnection, new: RefundOrder) -> None:
    """Write an order."""
    await conn.execute(insert(refund_order).values(**{name: getattr(new, name) for name in new.__dataclass_fields__}))


async def get(conn: AsyncConnection, order_id: int) -> RefundOrder | None:
    """Return one order, or None."""
    row = (await conn.execute(select(*_COLUMNS).where(refund_order.c.id == order_id))).mappings().first()
    return None if row is None else RefundOrder(**row)


async def of_gift(conn: AsyncConnection, gift_id: int) -> list[RefundOrder]:
    """Return the confirmed orders for a gift, the oldest first."""
    mine = (refund_order.c.gift_id == gift_id) & refund_order.c.confirmed_at.is_not(None)
    rows = (await conn.execute(select(*_COLUMNS).where(mine).order_by(refund_order.c.id))).mappings()
    return [RefundOrder(**row) for row in rows]


async def offered(conn: AsyncConnection, gift_id: int, reason: str) -> RefundOrder | None:
    """Return the newest order offered to the donor of a gift, confirmed or not, or None."""
    mine = (refund_order.c.gift_id == gift_id) & refund_order.c.staff_id.is_(None) & (refund_order.c.reason == reason)
    row = (await conn.execute(select(*_COLUMNS).where(mine).order_by(refund_order.c.id.desc()).limit(1))).mappings()
    found = row.first()
    return None if found is None else RefundOrder(**found)


async def confirmed_by_donors(conn: AsyncConnection, reason: str, since: datetime, offered_since: int) -> list[int]:
    """Return the supporter of each order that a donor confirmed since then (UTC).

    `offered_since`: the lowest id such an order can have, which limits the query to the newest rows.
    """
    query = (
        select(gift.c.supporter_id)
        .join(refund_order, refund_order.c.gift_id == gift.c.id)
        .where(
            refund_order.c.id >= offered_since,
            refund_order.c.staff_id.is_(None),
            refund_order.c.reason == reason,
            refund_order.c.confirmed_at > since,
        )
    )
    return list((await conn.execute(query)).scalars())


async def gift_of_case(conn: AsyncConnection, case_id: int) -> int | None:
    """Return the gift of a case, or None if there is no such case."""
    query = select(error_case.c.gift_id).where(error_case.c.id == case_id)
    found: int | None = (await conn.execute(query)).scalar_one_or_none()
    return found


async def due(conn: AsyncConnection, now: datetime, limit: int) -> list[RefundOrder]:
    """Return orders that are due: confirmed ones that Stripe has not answered, and requests that expire."""
    query = select(*_COLUMNS).where(refund_order.c.try_at <= now).order_by(refund_order.c.try_at).limit(limit)
    return [RefundOrder(**row) for row in (await conn.execute(query)).mappings()]


async def confirm(conn: AsyncConnection, order: RefundOrder) -> None:
    """Record that an order was confirmed."""
    values = {"confirmed_at": order.confirmed_at, "try_at": order.try_at}
    await conn.execute(update(refund_order).where(refund_order.c.id == order.id).values(**values))


async def defer_until(conn: AsyncConnection, order_id: int, when: datetime) -> None:
    """Look at an unconfirmed order again at this time (UTC)."""
    unconfirmed = (refund_order.c.id == order_id) & refund_order.c.confirmed_at.is_(None)
    await conn.execute(update(refund_order).where(unconfirmed).values(try_at=when))


async def give_up(conn: AsyncConnection, order_id: int, why: str) -> bool:
    """End an unconfirmed order for a reason of ours; return False if it was confirmed or ended meanwhile."""
    unconfirmed = (refund_order.c.id == order_id) & refund_order.c.confirmed_at.is_(None)
    row = unconfirmed & refund_order.c.refused.is_(None)
    return (await conn.execute(update(refund_order).where(row).values(try_at=None, refused=why))).rowcount == 1


async def defer(conn: AsyncConnection, order: RefundOrder) -> None:
    """Retry later, unless another process has received Stripe's answer meanwhile."""
    unanswered = (refund_order.c.id == order.id) & refund_order.c.try_at.is_not(None)
    await conn.execute(update(refund_order).where(unanswered).values(try_at=order.try_at, attempts=order.attempts))


async def finish(conn: AsyncConnection, order: RefundOrder, *, refund_id: str | None, refused: str | None) -> bool:
    """Store Stripe's answer; return False if it was stored already, by a concurrent call."""
    open_still = (refund_order.c.id == order.id) & refund_order.c.refund_id.is_(None) & refund_order.c.refused.is_(None)
    values = {"try_at": None, "attempts": order.attempts + 1, "refund_id": refund_id, "refused": refused}
    found = await conn.execute(update(refund_order).where(open_still).values(**values))
    return found.rowcount == 1


async def waiting(conn: AsyncConnection) -> int:
    """Return how many orders a second owner was asked to confirm, and has not yet."""
    asked = refund_order.c.try_at.is_not(None) & refund_order.c.confirmed_at.is_(None)
    return (await conn.execute(select(func.count()).where(asked))).scalar_one()


async def newly_booked(conn: AsyncConnection, first: int, end: int) -> list[SingleGift]:
    """Return gifts like those of `unrefunded_gifts` whose first entry has an id in [first, end)."""
    return [SingleGift(**row) for row in (await conn.execute(_NEWLY_BOOKED, {"first": first, "end": end})).mappings()]


async def unrefunded_gifts(
    conn: AsyncConnection, people: Iterable[int], since: datetime, until: datetime
) -> list[SingleGift]:
    """Return single gifts of these supporters without refunds, paid between two times (inclusive)."""
    query = _UNREFUNDED.where(gift.c.paid_at.between(since, until))
    return [SingleGift(**row) for row in (await conn.execute(query, {"people": list(set(people))})).mappings()]
