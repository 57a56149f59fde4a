"""Payouts, the movements of the Stripe balance, and the entries that book them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, or_, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import any_of
from bot.store.gifts.tables import entry, gift, posting
from bot.store.money.tables import TO_ITEMISE, movement, payout
from bot.store.rows import write_rows
from payments.money import Money
from payments.payouts import Kind, Movement, Payout

_NAMES = (gift.c.payment_intent, gift.c.charge)
_CHANGING = ["status", "arrives_at", "said_at", "returned", "reconciled"]


@dataclass(frozen=True, slots=True)
class Moved:
    """Sums over movements of one kind, ours or not, in one currency; minor units, debits positive."""

    kind: Kind
    is_ours: bool
    gross: Money
    fee: Money
    presented: Money | None


def read_payout(row: RowMapping) -> Payout:
    """Return a payout from its row."""
    registers = ("id", "status", "automatic", "instant", "created_at", "arrives_at", "said_at", "returned")
    return Payout(
        money=Money(row["minor"], row["currency"]),
        reconciled=row["reconciled"],
        **{name: row[name] for name in registers},
    )


def read_movement(row: RowMapping) -> Movement:
    """Return a movement from its row."""
    code, presented = row["currency"], row["presented_currency"]
    return Movement(
        id=row["id"],
        kind=Kind(row["kind"]),
        type=row["type"],
        gross=Money(row["gross"], code),
        fee=Money(row["fee"], code),
        created_at=row["created_at"],
        available_at=row["available_at"],
        source=row["source"],
        payment_intent=row["payment_intent"],
        presented=None if presented is None else Money(row["presented"], presented),
    )


async def by_ids(conn: AsyncConnection, ids: Collection[str]) -> dict[str, Payout]:
    """Return payouts by their ids."""
    rows = await conn.execute(select(payout).where(payout.c.id.in_(any_of("ids"))), {"ids": list(ids)})
    return {row["id"]: read_payout(row) for row in rows.mappings()}


async def write(conn: AsyncConnection, payouts: Iterable[Payout]) -> None:
    """Write payouts, new or known."""
    rows = [
        {
            "id": one.id,
            "currency": one.money.currency,
            "minor": one.money.minor,
            "status": one.status,
            "automatic": one.automatic,
            "instant": one.instant,
            "created_at": one.created_at,
            "arrives_at": one.arrives_at,
            "said_at": one.said_at,
            "returned": one.returned,
            "reconciled": one.reconciled,
        }
        for one in payouts
    ]
    await write_rows(conn, payout, rows, key=["id"], change=_CHANGING)


async def to_itemise(conn: AsyncConnection, since: datetime, limit: int) -> list[str]:
    """Return payouts created since then (UTC) whose movements Stripe lists but we have not read, the oldest first."""
    due = (payout.c.created_at >= since) & text(TO_ITEMISE)
    query = select(payout.c.id).where(due).order_by(payout.c.created_at).limit(limit)
    return list((await conn.execute(query)).scalars())


async def set_itemised(conn: AsyncConnection, payout_id: str, at: datetime) -> None:
    """Record that all movements of a payout were read."""
    await conn.execute(update(payout).where(payout.c.id == payout_id).values(itemised_at=at))


async def known_movements(conn: AsyncConnection, ids: Collection[str]) -> set[str]:
    """Return which of these movements are stored."""
    found = await conn.execute(select(movement.c.id).where(movement.c.id.in_(any_of("ids"))), {"ids": list(ids)})
    return set(found.scalars())


async def add_movements(conn: AsyncConnection, moved: Sequence[tuple[Movement, int | None]]) -> None:
    """Store movements, each with its gift or None."""
    rows = [
        {
            "id": one.id,
            "gift_id": gift_id,
            "kind": one.kind.value,
            "type": one.type,
            "currency": one.gross.currency,
            "gross": one.gross.minor,
            "fee": one.fee.minor,
            "source": one.source,
            "payment_intent": one.payment_intent,
            "presented_currency": one.presented and one.presented.currency,
            "presented": one.presented and one.presented.minor,
            "created_at": one.created_at,
            "available_at": one.available_at,
        }
        for one, gift_id in moved
    ]
    await write_rows(conn, movement, rows)


async def put_into(conn: AsyncConnection, payout_id: str, ids: Collection[str]) -> None:
    """Record that these movements belong to a payout."""
    theirs = movement.c.id.in_(any_of("ids"))
    await conn.execute(update(movement).where(theirs).values(payout_id=payout_id), {"ids": list(ids)})


async def unlinked(conn: AsyncConnection, first_gift_id: int, limit: int) -> list[tuple[Movement, int]]:
    """Return movements of gifts with an id from `first_gift_id` on that were not ours when they were read."""
    still = movement.c.gift_id.is_(None) & movement.c.payment_intent.is_not(None)
    query = (
        select(movement, gift.c.id.label("their_gift"))
        .join_from(gift, movement, (movement.c.payment_intent == gift.c.payment_intent) & still)
        .where(gift.c.id >= first_gift_id)
        .limit(limit)
    )
    return [(read_movement(row), row["their_gift"]) for row in (await conn.execute(query)).mappings()]


async def link(conn: AsyncConnection, movement_id: str, gift_id: int) -> None:
    """Record that a movement belongs to a gift."""
    await conn.execute(update(movement).where(movement.c.id == movement_id).values(gift_id=gift_id))


async def gifts_of(conn: AsyncConnection, moved: Iterable[Movement]) -> dict[str, int]:
    """Return the gifts of movements by movement id: by payment intent or charge."""
    names = {one.id: (one.payment_intent, one.charge) for one in moved}
    wanted = list({name for each in names.values() for name in each if name})
    by_any = or_(*(column.in_(any_of("names")) for column in _NAMES))
    found: dict[str, int] = {}
    for row in await conn.execute(select(gift.c.id, *_NAMES).where(by_any), {"names": wanted}):
        found |= {name: row.id for name in row[1:] if name}
    theirs = {one: next((found[name] for name in each if name in found), None) for one, each in names.items()}
    return {one: gift_id for one, gift_id in theirs.items() if gift_id is not None}


# -- for `obole ledger verify` --


async def page(conn: AsyncConnection, after: str, size: int) -> list[Payout]:
    """Return the next payouts by id."""
    query = select(payout).where(payout.c.id > after).order_by(payout.c.id).limit(size)
    return [read_payout(row) for row in (await conn.execute(query)).mappings()]


async def booked(conn: AsyncConnection, payout_ids: Collection[str]) -> dict[tuple[str, str, str], int]:
    """Return the sums of these payouts' postings: {(payout, account, currency): minor}, without zeros."""
    query = (
        select(entry.c.payout_id, posting.c.account, posting.c.currency, func.sum(posting.c.minor))
        .join_from(posting, entry, entry.c.id == posting.c.entry_id)
        .where(entry.c.payout_id.in_(any_of("ids")), entry.c.payout_id.is_not(None))
        .group_by(entry.c.payout_id, posting.c.account, posting.c.currency)
    )
    found = await conn.execute(query, {"ids": list(payout_ids)})
    return {(p, account, code): int(minor) for p, account, code, minor in found if minor}


async def booked_for_movements(conn: AsyncConnection) -> dict[tuple[str, str], int]:
    """Return the sums of the postings that belong to movements: {(account, currency): minor}, without zeros."""
    query = (
        select(posting.c.account, posting.c.currency, func.sum(posting.c.minor))
        .join_from(posting, entry, entry.c.id == posting.c.entry_id)
        .where(entry.c.gift_id.is_(None), entry.c.payout_id.is_(None))
        .group_by(posting.c.account, posting.c.currency)
    )
    return {(account, code): int(minor) for account, code, minor in await conn.execute(query) if minor}


async def stripe_in_books(conn: AsyncConnection) -> dict[str, int]:
    """Return the ledger's Stripe balance in minor units by currency."""
    of_stripe = posting.c.account == "stripe"
    query = select(posting.c.currency, func.sum(posting.c.minor)).where(of_stripe).group_by(posting.c.currency)
    return {code: int(minor) for code, minor in await conn.execute(query)}


async def moved(conn: AsyncConnection, *, before: datetime | None = None) -> list[Moved]:
    """Return the sums of all movements, or of those before a time (UTC)."""
    is_ours = movement.c.gift_id.is_not(None)
    key = (movement.c.kind, is_ours, movement.c.currency, movement.c.presented_currency)
    sums = (func.sum(movement.c.gross), func.sum(movement.c.fee), func.sum(movement.c.presented))
    wanted = true() if before is None else movement.c.created_at < before
    found = (await conn.execute(select(*key, *sums).where(wanted).group_by(*key))).all()
    return [
        Moved(
            kind=Kind(kind),
            is_ours=bool(ours),
            gross=Money(int(gross), code),
            fee=Money(int(fee), code),
            presented=None if presented_code is None else Money(int(presented), presented_code),
        )
        for kind, ours, code, presented_code, gross, fee, presented in found
    ]


async def itemised_net(conn: AsyncConnection, payout_ids: Collection[str]) -> Mapping[str, int]:
    """Return the sums of what these payouts consist of, those that are itemised only; minor units."""
    own = (movement.c.kind == Kind.PAYOUT.value) & (movement.c.source == movement.c.payout_id)
    net: Any = func.coalesce(func.sum(movement.c.gross - movement.c.fee).filter(~own), 0)
    query = (
        select(payout.c.id, net)
        .join_from(payout, movement, (movement.c.payout_id == payout.c.id) & movement.c.payout_id.is_not(None))
        .where(payout.c.itemised_at.is_not(None), payout.c.id.in_(any_of("ids")))
        .group_by(payout.c.id)
    )
    return {payout_id: int(minor) for payout_id, minor in await conn.execute(query, {"ids": list(payout_ids)})}
