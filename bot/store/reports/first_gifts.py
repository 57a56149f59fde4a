"""First gifts of donors and of the people they referred, for the 90-day referral rate."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, Select, and_, case, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.lateral import Scope, Tree
from bot.domain.referrals import LEVELS
from bot.store.gifts.tables import gift
from bot.store.referrals.tables import lineage, referral
from bot.store.reports.figures import for_campaign, within

_MICROSECOND = timedelta(microseconds=1)  # the unit of times and spans in the tables


def first_gifts(scope: Scope) -> Select[Any]:
    """Select each donor's first counted gift, for a campaign their first to it.

    `supporter.first_gift_at` does not serve, since it stays when that gift is refunded or disowned. The query reads
    only the index `ix_gift_supporter_id`, in its order.
    """
    counts = and_(gift.c.supporter_id.is_not(None), gift.c.counted > 0, for_campaign(gift.c.campaign_id, scope))
    query = select(gift.c.supporter_id.label("who"), func.min(gift.c.paid_at).label("at")).where(counts)
    return query.group_by(gift.c.supporter_id)


async def new_donors_brought(conn: AsyncConnection, scope: Scope) -> int:
    """(a) Count referred donors by the day of their first gift."""
    first = first_gifts(scope).subquery()
    query = select(func.count()).join_from(referral, first, first.c.who == referral.c.supporter_id)
    in_scope = and_(referral.c.inviter_id.is_not(None), within(first.c.at, scope))
    return int((await conn.execute(query.where(in_scope))).scalar_one())


async def unknown_donors(conn: AsyncConnection, scope: Scope, window: timedelta) -> int:
    """Count donors with an unknown inviter whose first gift a donor of the period may have caused."""
    first = first_gifts(scope).subquery()
    later = Scope(since=scope.since, until=scope.until + window if scope.until else None)
    query = select(func.count()).join_from(referral, first, first.c.who == referral.c.supporter_id)
    in_scope = and_(referral.c.inviter_id.is_(None), within(first.c.at, later))
    return int((await conn.execute(query.where(in_scope))).scalar_one())


# --- 90-day referral rate -------------------------------------------------------------------------
async def trees(conn: AsyncConnection, scope: Scope, now: datetime, window: timedelta) -> Counter[Tree]:
    """Count trees by their number of donors and referrals, for donors whose first gift is in scope and old enough.

    A donor outside any tree is a tree of one. Their referrals count if their first gift came within the window, even
    after the period.
    """
    first, tops = first_gifts(scope).cte("first"), _tops()
    friend, top = first.alias("friend"), tops.alias("top")
    in_time = and_(friend.c.at >= first.c.at, friend.c.at - first.c.at <= window // _MICROSECOND)
    brought = (
        select(referral.c.inviter_id.label("who"), func.count().label("number"))
        .join_from(referral, friend, friend.c.who == referral.c.supporter_id)
        .join(first, first.c.who == referral.c.inviter_id)
        .where(in_time)
        .group_by(referral.c.inviter_id)
        .subquery()
    )
    stored = func.coalesce(_furthest(lineage.c.ancestors), first.c.who)
    root = func.coalesce(top.c.root, stored).label("root")
    each = (
        select(func.count().label("donors"), func.sum(func.coalesce(brought.c.number, 0)).label("brought"))
        .select_from(first)
        .outerjoin(lineage, lineage.c.supporter_id == first.c.who)
        .outerjoin(top, and_(lineage.c.ancestors != "", top.c.id == stored))
        .outerjoin(brought, brought.c.who == first.c.who)
        .where(first.c.at <= now - window, within(first.c.at, scope))
        .group_by(root)
        .subquery()
    )
    query = select(each.c.donors, each.c.brought, func.count()).group_by(each.c.donors, each.c.brought)
    rows = await conn.execute(query)
    return Counter({Tree(donors, int(number)): count for donors, number, count in rows})


def _furthest(path: ColumnElement[str]) -> ColumnElement[int | None]:
    """Return the last id of a stored path, which is the root unless the path is full; NULL for an empty path."""
    last = func.substr(path, func.length(func.rtrim(path, "0123456789")) + 1)
    return case((path != "", cast(last, BigInteger)), else_=None)


def _tops() -> CTE:
    """Select the true roots (`root`) of the nodes (`id`) where full paths end, by following the paths from there."""
    path = lineage.c.ancestors
    commas = func.length(path) - func.length(func.replace(path, ",", ""))
    full = select(_furthest(path).label("id")).where(func.length(path) >= 2 * LEVELS - 1, commas == LEVELS - 1)
    begin = full.distinct().subquery()
    climb = select(begin.c.id, begin.c.id.label("at")).cte("climb", recursive=True)
    further = select(climb.c.id, _furthest(path)).join(lineage, lineage.c.supporter_id == climb.c.at).where(path != "")
    climb = climb.union(further)
    ends = select(climb.c.id, climb.c.at.label("root")).join(lineage, lineage.c.supporter_id == climb.c.at)
    return ends.where(path == literal("")).cte("tops")
