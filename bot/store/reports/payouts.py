"""Payouts with what they consist of, for staff and `obole export`. All sums in minor units of the payout's currency."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.lateral import Scope
from bot.domain.periods import Period
from bot.store import pages
from bot.store.gifts.tables import entry, posting
from bot.store.money.payouts import read_movement, read_payout
from bot.store.money.tables import movement, payout
from bot.store.reports.figures import within, within_days
from payments.payouts import Kind, Movement, Payout

_IS_OF_PAYOUT = text("entry.payout_id IS NOT NULL")  # as the partial index is written
_NET = movement.c.gross - movement.c.fee
_OURS = movement.c.gift_id.is_not(None)
_OF_PAYMENTS = (Kind.CHARGE, Kind.REFUND, Kind.DISPUTE)
# The payout's own movement is the other side of all others.
_IS_OWN = (movement.c.kind == Kind.PAYOUT.value) & (movement.c.source == movement.c.payout_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an itemised payout consists of: these add up to its amount. Fees, refunds and disputes are negative."""

    gifts: int  # how many
    gross: int
    fees: int
    refunds: int
    disputes: int
    not_ours: int
    other: int


@dataclass(frozen=True, slots=True)
class PaidOut:
    """A payout and its parts; None if Stripe does not say, or not yet."""

    payout: Payout
    parts: Parts | None


@dataclass(frozen=True, slots=True)
class Item:
    """One movement of a payout, and the gift it belongs to, if any."""

    payout: Payout
    movement: Movement
    gift_id: int | None


def _kind(*kinds: Kind) -> ColumnElement[bool]:
    return movement.c.kind.in_([kind.value for kind in kinds])


def _sum(amount: ColumnElement[Any], condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(amount).filter(condition & ~_IS_OWN), 0)


def _with_parts() -> Select[Any]:
    of_gifts = _OURS & _kind(*_OF_PAYMENTS)
    fees = _sum(-movement.c.fee, of_gifts) + _sum(_NET, _kind(Kind.FEE))
    return (
        select(
            payout,
            func.count(movement.c.id).filter(_OURS & _kind(Kind.CHARGE)).label("gifts"),
            _sum(movement.c.gross, _OURS & _kind(Kind.CHARGE)).label("gross"),
            fees.label("fees"),
            _sum(movement.c.gross, _OURS & _kind(Kind.REFUND)).label("refunds"),
            _sum(movement.c.gross, _OURS & _kind(Kind.DISPUTE)).label("disputes"),
            _sum(_NET, ~_OURS & _kind(*_OF_PAYMENTS, Kind.OTHER)).label("not_ours"),
            _sum(_NET, _kind(Kind.RESERVE, Kind.TOPUP, Kind.PAYOUT)).label("other"),
        )
        .outerjoin_from(payout, movement, (movement.c.payout_id == payout.c.id) & movement.c.payout_id.is_not(None))
        .group_by(payout.c.id)
    )


def _read(row: Any) -> PaidOut:
    found = row._mapping
    if found["itemised_at"] is None:
        return PaidOut(read_payout(found), None)
    names = ("gifts", "gross", "fees", "refunds", "disputes", "not_ours", "other")
    return PaidOut(read_payout(found), Parts(**{name: int(found[name]) for name in names}))


async def latest(conn: AsyncConnection, limit: int) -> Sequence[PaidOut]:
    """Return the payouts that arrive last, the last first."""
    newest = select(payout.c.id).order_by(payout.c.arrives_at.desc(), payout.c.id.desc()).limit(limit)
    query = _with_parts().where(payout.c.id.in_(newest))
    found = [_read(row) for row in await conn.execute(query)]
    return sorted(found, key=lambda one: (one.payout.arrives_at, one.payout.id), reverse=True)


async def posted(conn: AsyncConnection, period: Period) -> Sequence[tuple[PaidOut, int]]:
    """Return the payouts booked in a period, each with what its postings took from the Stripe balance then.

    A payout that fails is booked again, the other way round, when Stripe has its money back.
    """
    of_payouts = select(entry.c.id, entry.c.payout_id).where(_IS_OF_PAYOUT, within_days(entry.c.day, period))
    by_entry = {row.id: row.payout_id for row in await conn.execute(of_payouts)}
    at_stripe = (posting.c.account == "stripe") & posting.c.entry_id.in_(by_entry)
    taken: Counter[str] = Counter()
    for entry_id, minor in await conn.execute(select(posting.c.entry_id, posting.c.minor).where(at_stripe)):
        taken[by_entry[entry_id]] -= int(minor)
    query = _with_parts().where(payout.c.id.in_(set(by_entry.values())))
    found = [_read(row) for row in await conn.execute(query)]
    return [
        (one, taken[one.payout.id]) for one in sorted(found, key=lambda one: (one.payout.arrives_at, one.payout.id))
    ]


async def exported(conn: AsyncConnection, scope: Scope) -> AsyncIterator[PaidOut]:
    """Yield the payouts that arrive within the scope, in that order."""
    query = _with_parts().where(_arriving(payout.c.arrives_at, scope))
    async for row in pages.pages(conn, query, (payout.c.arrives_at, payout.c.id)):
        yield _read(row)


async def exported_items(conn: AsyncConnection, scope: Scope) -> AsyncIterator[Item]:
    """Yield what itemised payouts that arrive within the scope consist of, payout by payout."""
    of = payout.alias("of")
    query = (
        select(movement, *(column.label(f"of_{column.name}") for column in of.columns))
        .join_from(movement, of, of.c.id == movement.c.payout_id)
        .where(of.c.itemised_at.is_not(None), ~func.coalesce(_IS_OWN, False), _arriving(of.c.arrives_at, scope))
    )
    async for row in pages.pages(conn, query, (movement.c.payout_id, movement.c.id)):
        found = row._mapping
        theirs: Any = {column.name: found[f"of_{column.name}"] for column in of.columns}
        yield Item(read_payout(theirs), read_movement(found), found["gift_id"])


def _arriving(column: Any, scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a payout arrives within the scope's days, each of which begins at midnight in UTC."""
    since, until = (None if at is None else at.replace(tzinfo=UTC) for at in (scope.since, scope.until))
    return within(column, Scope(since=since, until=until))
