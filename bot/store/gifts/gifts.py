"""Gifts, the entries that book them, and cases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, RowMapping, Update, bindparam, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.gifts import CountedGift, Gift
from bot.domain.nudges import NO_NUDGE_AFTER_GIFT
from bot.store.columns import Utc
from bot.store.db import any_of, insert_or_ignore
from bot.store.gifts.tables import entry, error_case, gift, posting
from bot.store.rows import as_parameter, as_table, write_rows
from bot.store.supporters.tables import supporter
from payments import ledger
from payments.books import Posting
from payments.ledger import Settled
from payments.money import Money
from payments.reference import Touch, TouchKind

# Built once: building a statement takes longer than running it.
_NAMES = any_of("names")
_NAMED = select(gift).where(
    or_(gift.c.payment_intent.in_(_NAMES), gift.c.invoice.in_(_NAMES), gift.c.charge.in_(_NAMES))
)
_BY_IDS = select(gift).where(gift.c.id.in_(any_of("ids")))
_OF_PLEDGES = select(gift).where(gift.c.pledge.in_(any_of("pledges")))
_COUNTED_OF = select(gift.c.supporter_id, gift.c.campaign_id, gift.c.day).where(
    gift.c.supporter_id.in_(any_of("supporters")), gift.c.counted > 0
)
_CHANGING = [column.name for column in gift.columns if column.name not in ("id", "campaign_id")]


def read_gift(row: RowMapping) -> Gift:
    """Return a gift from its row."""
    return Gift(
        id=row["id"],
        campaign_id=row["campaign_id"],
        supporter_id=row["supporter_id"],
        touch=Touch(TouchKind(row["touch_kind"]), row["touch_id"]),
        late=row["late"],
        receipt_url=row["receipt_url"],
        balance_transaction=row["balance_transaction"],
        claimed_at=row["claimed_at"],
        disowned_at=row["disowned_at"],
        payer=row["payer"],
        forgotten=row["forgotten"],
        day=row["day"],
        book=ledger.from_row(dict(row)),
    )


def _row(gift_: Gift) -> dict[str, Any]:
    row = {
        "id": gift_.id,
        "campaign_id": gift_.campaign_id,
        "supporter_id": gift_.supporter_id,
        "touch_kind": gift_.touch.kind.value,
        "touch_id": gift_.touch.id,
        "late": gift_.late,
        "state": gift_.book.state.value,
        "counted": gift_.book.counted.minor,
        "receipt_url": gift_.receipt_url,
        "balance_transaction": gift_.balance_transaction,
        "claimed_at": gift_.claimed_at,
        "disowned_at": gift_.disowned_at,
        "payer": gift_.payer,
        "forgotten": gift_.forgotten,
        "day": gift_.day,
        **ledger.to_row(gift_.book),
    }
    return row | _scrubbed(gift_) if gift_.forgotten else row


def _scrubbed(gift_: Gift) -> dict[str, Any]:
    """Return nulls for the details that only identify a forgotten supporter; late events bring them again.

    The payment intent and a monthly gift's invoice and subscription stay: refunds and disputes find the gift by them.
    So do the charge, while it is the only name of its payment, and the balance transaction until the fee is known.
    """
    gone = ["receipt_url", "payer", "session"]
    gone += ["charge"] if gift_.book.payment_intent is not None else []
    gone += ["balance_transaction"] if gift_.book.fee is not None else []
    return dict.fromkeys(gone)


async def forget(conn: AsyncConnection, supporter_ids: Iterable[int]) -> None:
    """Erase from these supporters' gifts what refunds, disputes and the books do not need."""
    theirs = select(gift).where(gift.c.supporter_id.in_(any_of("ids")))
    for row in (await conn.execute(theirs, {"ids": list(supporter_ids)})).mappings().all():
        gift_ = replace(read_gift(row), forgotten=True)
        values = {"forgotten": True, **_scrubbed(gift_)}
        await conn.execute(update(gift).where(gift.c.id == gift_.id).values(**values))


async def by_names(conn: AsyncConnection, names: Iterable[str], pledges: Iterable[str] = ()) -> list[Gift]:
    """Return gifts known under any of these Stripe ids, and those of these pledges."""
    wanted, of = list(set(names)), list(set(pledges))
    rows = list((await conn.execute(_NAMED, {"names": wanted})).mappings()) if wanted else []
    if of:
        rows += (await conn.execute(_OF_PLEDGES, {"pledges": of})).mappings()
    return [read_gift(row) for row in {row["id"]: row for row in rows}.values()]


async def by_id(conn: AsyncConnection, gift_id: int) -> Gift | None:
    """Return a gift by our own id, or None."""
    row = (await conn.execute(select(gift).where(gift.c.id == gift_id))).mappings().first()
    return None if row is None else read_gift(row)


async def by_ids(conn: AsyncConnection, ids: Iterable[int]) -> dict[int, Gift]:
    """Return gifts by our own ids; unknown ids are left out."""
    rows = (await conn.execute(_BY_IDS, {"ids": list(ids)})).mappings()
    return {row["id"]: read_gift(row) for row in rows}


async def by_session(conn: AsyncConnection, session: str) -> Gift | None:
    """Return the gift made on this payment page, or None."""
    row = (await conn.execute(select(gift).where(gift.c.session == session))).mappings().first()
    return None if row is None else read_gift(row)


async def first_paid_at(conn: AsyncConnection, supporter_id: int) -> datetime | None:
    """Return when a supporter first gave (UTC), refunded or not, excluding gifts of other people; or None."""
    found: datetime | None = (
        await conn.execute(select(func.min(gift.c.paid_at)).where(gift.c.supporter_id == supporter_id))
    ).scalar_one()
    return found


async def first_paid(conn: AsyncConnection) -> datetime | None:
    """Return when the first gift that was recorded was paid through Stripe (UTC), or None before any."""
    by_stripe = gift.c.paid_at.is_not(None) & (gift.c.payment_intent.is_not(None) | gift.c.invoice.is_not(None))
    query = select(gift.c.paid_at).where(by_stripe).order_by(gift.c.id).limit(1)
    found: datetime | None = (await conn.execute(query)).scalar_one_or_none()
    return found


async def of_supporter(conn: AsyncConnection, supporter_id: int, limit: int) -> list[Gift]:
    """Return a supporter's gifts, the newest first; unpaid ones only while they may still be paid."""
    query = (
        select(gift)
        .where(gift.c.supporter_id == supporter_id, gift.c.settled != int(Settled.UNKNOWN))
        .order_by(gift.c.id.desc())
        .limit(limit)
    )
    return [read_gift(row) for row in (await conn.execute(query)).mappings()]


async def latest_paid(conn: AsyncConnection, first_id: int, limit: int) -> list[Gift]:
    """Return the newest paid gifts, from an id on."""
    recent = (gift.c.id >= first_id) & (gift.c.settled == int(Settled.PAID))
    query = select(gift).where(recent).order_by(gift.c.id.desc()).limit(limit)
    return [read_gift(row) for row in (await conn.execute(query)).mappings()]


async def paid_between(
    conn: AsyncConnection, since: datetime, before: datetime, first_id: int, end_id: int, limit: int
) -> list[Gift]:
    """Return gifts paid in a period, the newest first. The ids, which say when a gift was first reported, bound it."""
    known = (gift.c.id >= first_id) & (gift.c.id < end_id)
    paid = (gift.c.paid_at >= since) & (gift.c.paid_at < before)
    query = select(gift).where(known, paid).order_by(gift.c.id.desc()).limit(limit)
    return [read_gift(row) for row in (await conn.execute(query)).mappings()]


async def of_amount(conn: AsyncConnection, currency: str, minor: int, first_id: int, limit: int) -> list[Gift]:
    """Return the newest paid gifts of exactly this amount, from an id on."""
    same = (gift.c.currency == currency) & (gift.c.amount == minor) & (gift.c.settled == int(Settled.PAID))
    query = select(gift).where(gift.c.id >= first_id, same).order_by(gift.c.id.desc()).limit(limit)
    return [read_gift(row) for row in (await conn.execute(query)).mappings()]


async def counted_since(conn: AsyncConnection, supporter_id: int, since: datetime) -> tuple[list[Money], int]:
    """Return a supporter's proved total since then (UTC) by currency, and how many gifts are credited to them."""
    known = (gift.c.paid_at >= since) & gift.c.claimed_at.is_not(None)
    query = (
        select(gift.c.currency, func.sum(gift.c.counted).filter(known), func.count())
        .where(gift.c.supporter_id == supporter_id)
        .group_by(gift.c.currency)
        .order_by(gift.c.currency)
    )
    rows = (await conn.execute(query)).all()
    return [Money(int(minor), code) for code, minor, _ in rows if minor], sum(count for *_, count in rows)


async def counted_of(conn: AsyncConnection, supporter_ids: Iterable[int]) -> list[CountedGift]:
    """Return the gifts of these supporters that count."""
    rows = await conn.execute(_COUNTED_OF, {"supporters": list(supporter_ids)})
    return [CountedGift(*row) for row in rows]


async def amounts_of(conn: AsyncConnection, supporter_id: int, currency: str, limit: int = 20) -> list[int]:
    """Return the amounts of a supporter's newest gifts in a currency, in minor units."""
    mine = (gift.c.supporter_id == supporter_id) & (gift.c.currency == currency) & (gift.c.counted > 0)
    query = select(gift.c.counted).where(mine).order_by(gift.c.paid_at.desc()).limit(limit)
    return list((await conn.execute(query)).scalars())


async def write(conn: AsyncConnection, gifts: Sequence[Gift]) -> None:
    """Write gifts, new or known, in their state after a set of events."""
    await write_rows(conn, gift, [_row(one) for one in gifts], key=["id"], change=_CHANGING)


class NewEntry(NamedTuple):
    """An entry to append: of a gift, of a payout, or of neither if it only moved the Stripe balance."""

    id: int
    event_id: str
    postings: Sequence[Posting]
    gift_id: int | None = None
    payout_id: str | None = None


async def has_booked(conn: AsyncConnection, first_id: int) -> bool:
    """Return whether an entry has an id from `first_id` on, that is from a time on (domain/ids.py)."""
    return (await conn.execute(select(exists().where(entry.c.id >= first_id)))).scalar_one()


async def book(conn: AsyncConnection, entries: Sequence[NewEntry], at: datetime, day: date) -> None:
    """Append entries, booked at this time and on this posting day. They are never changed or removed."""
    booked = {"at": at, "day": day}
    heads = [
        {"id": one.id, "gift_id": one.gift_id, "payout_id": one.payout_id, "event_id": one.event_id, **booked}
        for one in entries
    ]
    lines = [
        {"entry_id": one.id, "account": p.account, "currency": p.money.currency, "minor": p.money.minor}
        for one in entries
        for p in one.postings
    ]
    await write_rows(conn, entry, heads)
    await write_rows(conn, posting, lines)


def _count_gifts(by: Any, earliest: Any, latest: Any, look: Any) -> Update:
    first, last = supporter.c.first_gift_at, supporter.c.last_gift_at
    return update(supporter).values(
        gift_count=supporter.c.gift_count + by,
        first_gift_at=case((or_(first.is_(None), first > earliest), earliest), else_=first),
        last_gift_at=case((or_(last.is_(None), last < latest), latest), else_=last),
        next_nudge_at=look,
    )


_COUNTED = {"of": supporter.c.id.type, "by": Integer(), "earliest": Utc(), "latest": Utc(), "look": Utc()}
_COUNT_EACH = _count_gifts(
    *(bindparam(name, type_=kind) for name, kind in _COUNTED.items() if name != "of"),
).where(supporter.c.id == bindparam("of"))
_NEW_COUNTS = as_table(_COUNTED)
_COUNT_ALL = _count_gifts(
    *(_NEW_COUNTS.c[name] for name in _COUNTED if name != "of"),
).where(supporter.c.id == _NEW_COUNTS.c.of)


async def count_for_supporters(conn: AsyncConnection, paid: Sequence[tuple[int, datetime, int]]) -> None:
    """Update supporters' gift counts: (supporter, when in UTC, +1 or -1), and when to consider a reminder."""
    rows: dict[int, dict[str, Any]] = {}
    for who, at, by in paid:
        row = rows.setdefault(who, {"of": who, "by": 0, "earliest": at, "latest": at})
        row |= {"by": row["by"] + by, "earliest": min(row["earliest"], at), "latest": max(row["latest"], at)}
        row["look"] = row["latest"] + NO_NUDGE_AFTER_GIFT
    if rows and conn.dialect.name == "postgresql":
        await conn.execute(_COUNT_ALL, as_parameter(_COUNTED, list(rows.values())))
    elif rows:
        await conn.execute(_COUNT_EACH, list(rows.values()))


async def without_fee(conn: AsyncConnection, limit: int) -> list[str]:
    """Return balance transactions of paid gifts without a known fee, the newest first: old ones may never come."""
    query = (
        select(gift.c.balance_transaction)
        .where(gift.c.fee.is_(None), gift.c.balance_transaction.is_not(None))
        .order_by(gift.c.id.desc())
        .limit(limit)
    )
    return [found for found in (await conn.execute(query)).scalars() if found]


async def open_case(
    conn: AsyncConnection,
    *,
    gift_id: int,
    supporter_id: int | None,
    kind: str,
    at: datetime,
    due_at: datetime | None = None,
) -> int:
    """Open a case for staff and return its id; the same kind for the same gift is one case."""
    await conn.execute(
        insert_or_ignore(conn, error_case).values(
            gift_id=gift_id, supporter_id=supporter_id, kind=kind, opened_at=at, due_at=due_at
        )
    )
    query = select(error_case.c.id).where(error_case.c.gift_id == gift_id, error_case.c.kind == kind)
    return int((await conn.execute(query)).scalar_one())


async def open_cases(conn: AsyncConnection) -> list[Mapping[str, Any]]:
    """Return open cases, the oldest first."""
    query = select(error_case).where(error_case.c.closed_at.is_(None)).order_by(error_case.c.opened_at)
    return [dict(row) for row in (await conn.execute(query)).mappings()]


@dataclass(frozen=True, slots=True)
class Page:
    """Gifts in order of id: all with an id above `above`, up to `to` (None: the last page)."""

    gifts: list[Gift]
    above: int
    to: int | None


async def counts_by_state(conn: AsyncConnection) -> dict[str, int]:
    """Return how many gifts are in each state."""
    query = select(gift.c.state, func.count()).group_by(gift.c.state)
    return {row[0]: row[1] for row in await conn.execute(query)}


async def page(conn: AsyncConnection, above: int, size: int) -> tuple[Page, int | None]:
    """Return the next gifts, and the id after which the following page begins; None for the last page."""
    query = select(gift).where(gift.c.id > above).order_by(gift.c.id).limit(size)
    found = [read_gift(row) for row in (await conn.execute(query)).mappings()]
    to = found[-1].id if len(found) == size else None
    return Page(found, above, to), to


async def sums_by_account(conn: AsyncConnection, page: Page) -> dict[tuple[int, str, str], int]:
    """Return the sums of a page's postings: {(gift, account, currency): minor}, without zeros."""
    here = entry.c.gift_id > page.above
    query = (
        select(entry.c.gift_id, posting.c.account, posting.c.currency, func.sum(posting.c.minor))
        .join_from(posting, entry, entry.c.id == posting.c.entry_id)
        .where(here if page.to is None else here & (entry.c.gift_id <= page.to))
        .group_by(entry.c.gift_id, posting.c.account, posting.c.currency)
    )
    return {(g, account, code): int(minor) for g, account, code, minor in await conn.execute(query) if minor}
