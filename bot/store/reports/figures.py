"""Figures counted over gifts and people, and the conditions that they share."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.lateral import Scope
from bot.domain.periods import Period
from bot.store.core.tables import tap_count
from bot.store.gifts.tables import gift
from bot.store.supporters.tables import supporter


class Details(NamedTuple):
    """What only `--json` and `--details` show of a currency."""

    donors: int  # supporters with at least one of its gifts
    donors_again: int  # of them, those with at least two
    fees_minor: int  # Stripe's, as far as they are in this currency


async def details(conn: AsyncConnection, period: Period, campaign_id: int | None) -> dict[str, Details]:
    """Return the details of each currency."""
    gifts = (gift.c.counted > 0) & in_period(gift.c.day, period, gift.c.campaign_id, campaign_id)
    known = select(gift.c.currency, func.count().label("gifts")).where(gifts, gift.c.supporter_id.is_not(None))
    each = known.group_by(gift.c.currency, gift.c.supporter_id).subquery()
    givers = select(each.c.currency, func.count(), func.count().filter(each.c.gifts > 1)).group_by(each.c.currency)
    of_donors = {code: (donors, again) for code, donors, again in await conn.execute(givers)}
    in_same = func.sum(gift.c.fee).filter(gift.c.fee_currency == gift.c.currency)
    fees = select(gift.c.currency, func.coalesce(in_same, 0)).where(gifts).group_by(gift.c.currency)
    return {code: Details(*of_donors.get(code, (0, 0)), fees_minor=int(fee)) for code, fee in await conn.execute(fees)}


def in_period(day: Any, period: Period, campaign: Any, campaign_id: int | None) -> ColumnElement[bool]:
    """Return the condition that a row of a day and a campaign lies in the period, for the campaign or all."""
    return and_(within_days(day, period), *([campaign == campaign_id] if campaign_id is not None else []))


def within_days(day: Any, period: Period) -> ColumnElement[bool]:
    """Return the condition that a day lies in the period."""
    since = [day >= period.since] if period.since else []
    return and_(true(), *since, *([day < period.until] if period.until else []))


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


async def supporters(conn: AsyncConnection) -> int:
    """Return how many supporters there are."""
    query = select(func.count()).where(supporter.c.merged_into.is_(None), supporter.c.erased_at.is_(None))
    return (await conn.execute(query.select_from(supporter))).scalar_one()


async def taps(conn: AsyncConnection) -> int:
    """Return the number of taps on short links; zero without a public address."""
    return int((await conn.execute(select(func.coalesce(func.sum(tap_count.c.taps), 0)))).scalar_one())
