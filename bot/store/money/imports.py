"""Imports of gifts from files, and the key by which each imported gift is recognized in an overlapping file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import any_of
from bot.store.gifts.tables import gift
from bot.store.money.tables import IMPORTED, gift_import, imported_gift, offline_gift, payout
from payments.money import Money

_RETURNED = "returned"  # a reason for taking a gift back: the bank returned the cheque
_MOST_PARAMETERS = 5_000  # of one statement; SQLite takes 32,766


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One file that was imported. `gifts`: how many of its gifts count today, with their total by currency."""

    id: int
    at: datetime
    source: str
    gifts: int
    totals: Sequence[Money]
    undone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedGift:
    """What the file said about one gift, besides amount, day and way. `key`: keyed hash, None once it was undone."""

    gift_id: int
    import_id: int
    key: str | None
    receipted_by: str
    received_from: str | None


async def begin(conn: AsyncConnection, import_id: int, source: str, at: datetime) -> None:
    """Add an import."""
    await conn.execute(insert(gift_import).values(id=import_id, source=source, at=at))


async def add(conn: AsyncConnection, rows: Sequence[ImportedGift]) -> None:
    """Add what a file said about new gifts. A key that is there already is an IntegrityError."""
    names = ImportedGift.__dataclass_fields__
    await conn.execute(insert(imported_gift), [{name: getattr(row, name) for name in names} for row in rows])


async def known(conn: AsyncConnection, keys: Sequence[str]) -> set[str]:
    """Return which of these keys belong to gifts that were imported and not undone."""
    query = select(imported_gift.c.key).where(imported_gift.c.key.in_(any_of("keys")))
    found = set[str]()
    for at in range(0, len(keys), _MOST_PARAMETERS):
        found.update((await conn.execute(query, {"keys": keys[at : at + _MOST_PARAMETERS]})).scalars())
    return found


async def typed_gifts(conn: AsyncConnection, since: date, until: date) -> Counter[tuple[date, str, int]]:
    """Count the gifts that staff typed, by day received, currency and amount; those of both days included."""
    columns = (offline_gift.c.received_on, gift.c.currency, gift.c.amount)
    query = (
        select(*columns, func.count())
        .join_from(offline_gift, gift, gift.c.id == offline_gift.c.gift_id)
        .outerjoin(imported_gift, imported_gift.c.gift_id == gift.c.id)
        .where(offline_gift.c.received_on.between(since, until))
        .where(imported_gift.c.gift_id.is_(None), offline_gift.c.taken_back_at.is_(None))
        .group_by(*columns)
    )
    return Counter({(day, code, minor): count for day, code, minor, count in await conn.execute(query)})


async def deposits(conn: AsyncConnection, since: date, until: date) -> list[tuple[date, Money]]:
    """Return the deposit slips of a period, both days included: when they were deposited, and their total."""
    day, why = func.max(offline_gift.c.banked_on), offline_gift.c.taken_back_why
    was_deposited = or_(
        offline_gift.c.taken_back_at.is_(None), why == _RETURNED
    )  # a returned cheque was in the deposit
    query = (
        select(day, gift.c.currency, func.sum(gift.c.amount))
        .join_from(offline_gift, gift, gift.c.id == offline_gift.c.gift_id)
        .where(offline_gift.c.slip_id.is_not(None), offline_gift.c.banked_on.between(since, until), was_deposited)
        .group_by(offline_gift.c.slip_id, gift.c.currency)
    )
    return [(on, Money(int(minor), code)) for on, code, minor in await conn.execute(query)]


async def payouts(conn: AsyncConnection, since: datetime, until: datetime) -> list[tuple[datetime, Money]]:
    """Return Stripe's payouts that arrive in a period: when, and how much."""
    query = select(payout.c.arrives_at, payout.c.minor, payout.c.currency).where(
        payout.c.arrives_at.between(since, until)
    )
    return [(at, Money(minor, code)) for at, minor, code in await conn.execute(query)]


async def is_undone(conn: AsyncConnection, import_id: int) -> bool:
    """Return whether an import was undone."""
    query = select(gift_import.c.undone_at).where(gift_import.c.id == import_id)
    return (await conn.execute(query)).scalar_one_or_none() is not None


async def latest(conn: AsyncConnection, limit: int) -> list[Import]:
    """Return the newest imports, the newest first."""
    query = select(gift_import).order_by(gift_import.c.id.desc()).limit(limit)
    found = (await conn.execute(query)).all()
    sums = (
        select(imported_gift.c.import_id, gift.c.currency, func.count(), func.sum(gift.c.counted))
        .join_from(imported_gift, gift, gift.c.id == imported_gift.c.gift_id)
        .where(imported_gift.c.import_id.in_([row.id for row in found]), gift.c.counted > 0)
        .group_by(imported_gift.c.import_id, gift.c.currency)
        .order_by(gift.c.currency)
    )
    totals: dict[int, list[tuple[int, Money]]] = {}
    for number, code, count, minor in await conn.execute(sums):
        totals.setdefault(number, []).append((count, Money(int(minor), code)))
    return [
        Import(
            id=row.id,
            at=row.at,
            source=row.source,
            gifts=sum(count for count, _ in totals.get(row.id, [])),
            totals=tuple(money for _, money in totals.get(row.id, [])),
            undone_at=row.undone_at,
        )
        for row in found
    ]


async def live_gifts(conn: AsyncConnection, import_id: int, limit: int) -> list[int]:
    """Return gifts of an import, all in one currency, that were not undone yet."""
    query = (
        select(imported_gift.c.gift_id, gift.c.currency)
        .join_from(imported_gift, gift, gift.c.id == imported_gift.c.gift_id)
        .where(imported_gift.c.import_id == import_id, text(IMPORTED))
        .order_by(imported_gift.c.gift_id)
        .limit(limit)
    )
    found = (await conn.execute(query)).all()
    return [gift_id for gift_id, code in found if code == found[0].currency]


async def forget_keys(conn: AsyncConnection, gift_ids: Sequence[int]) -> None:
    """Let these gifts be imported again."""
    theirs = imported_gift.c.gift_id.in_(any_of("ids"))
    await conn.execute(update(imported_gift).where(theirs).values(key=None), {"ids": list(gift_ids)})


async def mark_undone(conn: AsyncConnection, import_id: int, at: datetime) -> bool:
    """Note that an import was undone; return whether it exists and was not undone before."""
    statement = update(gift_import).where(gift_import.c.id == import_id, gift_import.c.undone_at.is_(None))
    return (await conn.execute(statement.values(undone_at=at))).rowcount > 0
