"""Figures counted over gifts."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.lateral import EVERYTHING, Scope
from bot.store.core.tables import tap_count
from bot.store.gifts.tables import gift
from bot.store.supporters.tables import supporter


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyFigures:
    """Counted gifts in one currency: net of refunds and disputes, in minor units."""

    currency: str
    gifts: int
    total_minor: int
    median_minor: int
    donors: int  # supporters with at least one of these gifts
    donors_again: int  # of them, those with at least two
    anonymous_gifts: int  # gifts without a supporter: counted as gifts, not as donors
    fees_minor: int


async def by_currency(conn: AsyncConnection, scope: Scope = EVERYTHING) -> list[CurrencyFigures]:
    """Return the figures of each currency with counted gifts; a gift belongs to the day it was paid."""
    counts = (gift.c.counted > 0) & gifts_in(scope)
    query = select(gift.c.currency).where(counts).group_by(gift.c.currency).order_by(gift.c.currency)
    return [await _figures(conn, code, counts) for code in (await conn.execute(query)).scalars().all()]


def within(column: Any, scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a time lies in the scope."""
    since = [column >= scope.since] if scope.since else []
    return and_(true(), *since, *([column < scope.until] if scope.until else []))


def for_campaign(column: Any, scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a row is about the scope's campaign, if it has one."""
    return and_(true(), *([column == scope.campaign_id] if scope.campaign_id is not None else []))


def gifts_in(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a gift lies in the scope."""
    return within(gift.c.paid_at, scope) & for_campaign(gift.c.campaign_id, scope)


async def _figures(conn: AsyncConnection, code: str, scoped: ColumnElement[bool]) -> CurrencyFigures:
    counts = (gift.c.currency == code) & scoped
    sums = select(
        func.count(),
        func.sum(gift.c.counted),
        func.count().filter(gift.c.supporter_id.is_(None)),
        func.coalesce(func.sum(gift.c.fee).filter(gift.c.fee_currency == code), 0),
    ).where(counts)
    gifts, total, anonymous, fees = (await conn.execute(sums)).one()
    per_donor = select(func.count().label("gifts")).where(counts, gift.c.supporter_id.is_not(None))
    each = per_donor.group_by(gift.c.supporter_id).subquery()
    givers = select(func.count(), func.count().filter(each.c.gifts > 1)).select_from(each)
    donors, again = (await conn.execute(givers)).one()
    middle = select(gift.c.counted).where(counts).order_by(gift.c.counted).offset((gifts - 1) // 2).limit(1)
    return CurrencyFigures(
        currency=code,
        gifts=gifts,
        total_minor=int(total),
        median_minor=int((await conn.execute(middle)).scalar_one()),
        donors=donors,
        donors_again=again,
        anonymous_gifts=anonymous,
        fees_minor=int(fees),
    )


async def supporters(conn: AsyncConnection) -> int:
    """Return how many supporters there are."""
    query = select(func.count()).where(supporter.c.merged_into.is_(None), supporter.c.erased_at.is_(None))
    return (await conn.execute(query.select_from(supporter))).scalar_one()


async def gifts_by_touch(conn: AsyncConnection, scope: Scope = EVERYTHING) -> dict[str, int]:
    """Return the number of counted gifts by the kind of touch in their link."""
    counts = (gift.c.counted > 0) & gifts_in(scope)
    query = select(gift.c.touch_kind, func.count()).where(counts).group_by(gift.c.touch_kind)
    return {row[0]: row[1] for row in await conn.execute(query)}


async def taps(conn: AsyncConnection) -> int:
    """Return the number of taps on short links; zero without a public address."""
    return int((await conn.execute(select(func.coalesce(func.sum(tap_count.c.taps), 0)))).scalar_one())
