"""What staff entered about gifts outside Stripe, and the deposit slips that group them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import any_of
from bot.store.gifts.tables import gift
from bot.store.money.tables import UNDEPOSITED, deposit_slip, offline_gift
from payments.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineGift:
    """One row. The amount, way and campaign are the gift's; days are in the charity's time zone, times in UTC."""

    gift_id: int
    batch: int
    received_on: date
    banked_on: date | None
    slip_id: int | None
    note: str
    entered_by: int | None
    entered_at: datetime
    approved_by: int | None = None
    taken_back_at: datetime | None = None
    taken_back_by: int | None = None
    taken_back_why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeposited:
    """Gifts of one slip, or without a slip, that are not at the bank yet: their ids and total in one currency."""

    slip_id: int | None
    gifts: tuple[int, ...]
    total: Money


_ROW = tuple(offline_gift.c[name] for name in OfflineGift.__dataclass_fields__)


async def add(conn: AsyncConnection, rows: Sequence[OfflineGift]) -> None:
    """Add what was entered about new gifts."""
    names = OfflineGift.__dataclass_fields__
    await conn.execute(insert(offline_gift), [{name: getattr(row, name) for name in names} for row in rows])


async def by_gifts(conn: AsyncConnection, ids: Iterable[int]) -> dict[int, OfflineGift]:
    """Return the rows by gift; gifts by Stripe have none."""
    query = select(*_ROW).where(offline_gift.c.gift_id.in_(any_of("ids")))
    rows = (await conn.execute(query, {"ids": list(ids)})).mappings()
    return {row["gift_id"]: OfflineGift(**row) for row in rows}


async def of_batch(conn: AsyncConnection, batch: int) -> list[OfflineGift]:
    """Return the gifts that were entered together, in order; none for an unknown batch."""
    query = select(*_ROW).where(offline_gift.c.batch == batch).order_by(offline_gift.c.gift_id)
    return [OfflineGift(**row) for row in (await conn.execute(query)).mappings()]


async def taken_back_beside(conn: AsyncConnection, row: OfflineGift) -> dict[int, int | None]:
    """Return the gifts of the same batch or slip that were taken back, each with the member who did, if known."""
    together = offline_gift.c.batch == row.batch
    if row.slip_id is not None:
        together |= offline_gift.c.slip_id == row.slip_id
    query = select(offline_gift.c.gift_id, offline_gift.c.taken_back_by)
    found = await conn.execute(query.where(together, offline_gift.c.taken_back_at.is_not(None)))
    return {row.gift_id: row.taken_back_by for row in found}


async def latest(conn: AsyncConnection, limit: int) -> list[int]:
    """Return the ids of the gifts entered last, the newest first."""
    query = select(offline_gift.c.gift_id).order_by(offline_gift.c.gift_id.desc()).limit(limit)
    return list((await conn.execute(query)).scalars())


async def received(conn: AsyncConnection, on: date, limit: int) -> list[int]:
    """Return the ids of the gifts received on a day, the newest first."""
    query = select(offline_gift.c.gift_id).where(offline_gift.c.received_on == on)
    return list((await conn.execute(query.order_by(offline_gift.c.gift_id.desc()).limit(limit))).scalars())


async def same(
    conn: AsyncConnection, like: dict[str, Any], received_on: date, slip_id: int | None, since: datetime
) -> OfflineGift | None:
    """Return the gift entered last since then on the same day received and with the same columns of `gift`, or None.

    Gifts of one slip are meant to be alike: those of `slip_id` are left out.
    """
    recent = (offline_gift.c.entered_at >= since) & offline_gift.c.taken_back_at.is_(None)
    alike = [gift.c[name] == value for name, value in like.items()]
    query = (
        select(*_ROW)
        .join_from(offline_gift, gift, gift.c.id == offline_gift.c.gift_id)
        .where(recent, offline_gift.c.received_on == received_on, *alike)
        .order_by(offline_gift.c.entered_at.desc())
        .limit(1)
    )
    if slip_id is not None:
        query = query.where(offline_gift.c.slip_id.is_distinct_from(slip_id))
    row = (await conn.execute(query)).mappings().first()
    return None if row is None else OfflineGift(**row)


async def undeposited(conn: AsyncConnection) -> list[Undeposited]:
    """Return what is not at the bank yet by slip and currency: gifts without a slip first, then the oldest slip."""
    columns = (offline_gift.c.gift_id, offline_gift.c.slip_id, gift.c.currency, gift.c.counted)
    query = (
        select(*columns)
        .join_from(offline_gift, gift, gift.c.id == offline_gift.c.gift_id)
        .where(text(UNDEPOSITED))
        .order_by(offline_gift.c.gift_id)
    )
    groups: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for gift_id, slip_id, code, counted in await conn.execute(query):
        groups.setdefault((slip_id or 0, code), []).append((gift_id, counted))
    return [
        Undeposited(
            slip_id=slip or None,
            gifts=tuple(gift_id for gift_id, _ in found),
            total=Money(sum(counted for _, counted in found), code),
        )
        for (slip, code), found in sorted(groups.items())
    ]


async def new_slip(conn: AsyncConnection, by: int | None, at: datetime) -> int:
    """Add a deposit slip and return its number."""
    result = await conn.execute(insert(deposit_slip).values(made_by=by, made_at=at).returning(deposit_slip.c.id))
    return int(result.scalar_one())


async def put_on_slip(conn: AsyncConnection, gift_ids: Iterable[int], slip_id: int) -> None:
    """Put gifts on a deposit slip."""
    await _set(conn, gift_ids, slip_id=slip_id)


async def set_banked(conn: AsyncConnection, gift_ids: Iterable[int], on: date | None) -> None:
    """Note when gifts were deposited; None: not yet."""
    await _set(conn, gift_ids, banked_on=on)


async def take_back(conn: AsyncConnection, gift_ids: Iterable[int], at: datetime, by: int | None, why: str) -> None:
    """Note that gifts were taken back, by whom and why."""
    await _set(conn, gift_ids, taken_back_at=at, taken_back_by=by, taken_back_why=why)


async def _set(conn: AsyncConnection, gift_ids: Iterable[int], **values: Any) -> None:
    theirs = offline_gift.c.gift_id.in_(any_of("ids"))
    await conn.execute(update(offline_gift).where(theirs).values(**values), {"ids": list(gift_ids)})
