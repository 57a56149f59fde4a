"""The figures that matter, counted over the gifts."""

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
    """Gifts in one currency that count today: net of refunds and disputes, minor units."""

    currency: str
    gifts: int
    total_minor: int
    median_minor: int
    donors: int  # supporters with at least one of these gifts
    donors_again: int  # of them, those with at least two
    anonymous_gifts: int  # gifts that nobody has claimed: gifts, not donors
    fees_minor: int


async def by_currency(conn: AsyncConnection, scope: Scope = EVERYTHING) -> list[CurrencyFigures]:
    """One row for each currency in which gifts count; gifts belong to the day on which they were paid."""
    counts = (gift.c.counted > 0) & gifts_in(scope)
    query = select(gift.c.currency).where(counts).group_by(gift.c.currency).order_by(gift.c.currency)
    return [await _figures(conn, code, counts) for code in (await conn.execute(query)).scalars().all()]


def within(column: Any, scope: Scope) -> ColumnElement[bool]:
    """Whether a time lies in what is looked at."""
    since = [column >= scope.since] if scope.since else []
    return and_(true(), *since, *([column < scope.until] if scope.until else []))


def for_campaign(column: Any, scope: Scope) -> ColumnElement[bool]:
    """Whether a row is about the campaign that is looked at."""
    return and_(true(), *([column == scope.campaign_id] if scope.campaign_id is not None else []))


def gifts_in(scope: Scope) -> ColumnElement[bool]:
    """The gifts that are looked at."""
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
    """How many people have joined."""
    query = select(func.count()).where(supporter.c.merged_into.is_(None), supporter.c.erased_at.is_(None))
    return (await conn.execute(query.select_from(supporter))).scalar_one()


async def gifts_by_touch(conn: AsyncConnection, scope: Scope = EVERYTHING) -> dict[str, int]:
    """Gifts that count, by the kind of appeal in their link."""
    counts = (gift.c.counted > 0) & gifts_in(scope)
    query = select(gift.c.touch_kind, func.count()).where(counts).group_by(gift.c.touch_kind)
    return {row[0]: row[1] for row in await conn.execute(query)}


async def taps(conn: AsyncConnection) -> int:
    """Taps on short links; zero without a public address."""
    return int((await conn.execute(select(func.coalesce(func.sum(tap_count.c.taps), 0)))).scalar_one())
