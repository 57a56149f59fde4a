"""What came of people's invites, counted over invites, referrals and gifts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, text, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.lateral import Scope
from bot.store.campaigns.tables import campaign, campaign_donor
from bot.store.gifts.tables import BY_APPEAL, gift
from bot.store.referrals.invites import day_number
from bot.store.referrals.tables import circle, invite, invite_count, lineage, referral, share_prompt
from bot.store.reports.figures import for_campaign, gifts_in, within
from bot.store.supporters.tables import supporter
from payments.reference import TouchKind

_AT_ONCE = 5_000  # rows that are held in memory


async def invites_made(conn: AsyncConnection, scope: Scope) -> int:
    """Invites belong to people, not to campaigns: the campaign is left out of account."""
    query = select(func.count()).select_from(invite).where(within(invite.c.made_at, scope))
    return int((await conn.execute(query)).scalar_one())


async def happened(conn: AsyncConnection, scope: Scope) -> dict[str, int]:
    """How often invites were shared and opened, by whole days of UTC."""
    day = invite_count.c.day
    bounds = [day >= _nearest_day(scope.since)] if scope.since else []
    bounds += [day < _nearest_day(scope.until)] if scope.until else []
    query = select(invite_count.c.kind, func.sum(invite_count.c.number)).where(
        and_(true(), *bounds), for_campaign(invite_count.c.campaign_id, scope)
    )
    return {kind: int(number) for kind, number in await conn.execute(query.group_by(invite_count.c.kind))}


def _nearest_day(bound: datetime) -> int:
    """The day of UTC that begins nearest to a bound: midnight somewhere else lies in the day before, or the day of."""
    return day_number(bound + timedelta(hours=12))


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """People who came by somebody: how many it is known of by whom, how many not, and how many of the first gave."""

    known: int
    unknown: int
    gave: int


async def came(conn: AsyncConnection, scope: Scope) -> Came:
    """Who came in the period, by an invite about the campaign; and who of them has given, to that campaign, since."""
    here = and_(within(referral.c.at, scope), for_campaign(referral.c.campaign_id, scope))
    known = referral.c.inviter_id.is_not(None)
    gave = exists().where(
        campaign_donor.c.supporter_id == referral.c.supporter_id,
        campaign_donor.c.gift_count > 0,
        for_campaign(campaign_donor.c.campaign_id, scope),
    )
    query = select(func.count().filter(known), func.count().filter(~known), func.count().filter(known, gave))
    row = (await conn.execute(query.select_from(referral).where(here))).one()
    return Came(known=row[0], unknown=row[1], gave=row[2])


async def gifts_by_invite(conn: AsyncConnection, scope: Scope) -> dict[str, tuple[int, int]]:
    """(b) Gifts whose own link was somebody's invite: (gifts, minor units) by currency."""
    return await _gifts(conn, scope, text(BY_APPEAL) & (gift.c.touch_kind == TouchKind.INVITE.value))


async def gifts_downstream(conn: AsyncConnection, scope: Scope) -> dict[str, tuple[int, int]]:
    """(c) Gifts, by whatever link, of people who came by somebody: (gifts, minor units) by currency."""
    brought = exists().where(lineage.c.supporter_id == gift.c.supporter_id, lineage.c.parent_id.is_not(None))
    return await _gifts(conn, scope, brought)


async def _gifts(conn: AsyncConnection, scope: Scope, which: ColumnElement[bool]) -> dict[str, tuple[int, int]]:
    query = (
        select(gift.c.currency, func.count(), func.sum(gift.c.counted))
        .where(gift.c.counted > 0, which, gifts_in(scope))
        .group_by(gift.c.currency)
        .order_by(gift.c.currency)
    )
    return {code: (gifts, int(minor)) for code, gifts, minor in await conn.execute(query)}


async def levels(conn: AsyncConnection, scope: Scope) -> dict[int, int]:
    """How many donors of these gifts stand so many levels below who came alone, as the tree is today (32: or more)."""
    path = lineage.c.ancestors
    level = (func.length(path) - func.length(func.replace(path, ",", "")) + 1).label("level")
    gave = select(gift.c.supporter_id).where(gift.c.supporter_id.is_not(None), gift.c.counted > 0, gifts_in(scope))
    query = select(level, func.count()).where(path != "", lineage.c.supporter_id.in_(gave))
    return {int(at): number for at, number in await conn.execute(query.group_by(level).order_by(level))}


async def _pages(conn: AsyncConnection, base: Select[Any], key: Any) -> AsyncIterator[Any]:
    """All rows of a query that is ordered by `key`, a page at a time, so that none waits for all."""
    after: int | None = None
    while True:
        page = (await conn.execute(base if after is None else base.where(key > after))).all()
        for row in page:
            yield row
        if len(page) < _AT_ONCE:
            return
        after = page[-1][0]


# --- the share prompt -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Prompted:
    """One arm: supporters who were drawn into it, and those of them who brought somebody in time."""

    assigned: int
    brought: int


async def share_arms(conn: AsyncConnection, scope: Scope, now: datetime, window: timedelta) -> dict[bool, Prompted]:
    """Both arms of the share prompt, of draws that are old enough: {shown: ...}.

    Who has become somebody else counts as that one alone, whose draw stays; whom both brought is theirs.
    """
    soon = exists().where(
        referral.c.inviter_id == share_prompt.c.supporter_id,
        referral.c.at >= share_prompt.c.at,
        referral.c.at - share_prompt.c.at <= window // timedelta(microseconds=1),
    )
    query = (
        select(share_prompt.c.shown, func.count(), func.count().filter(soon))
        .join_from(share_prompt, supporter, supporter.c.id == share_prompt.c.supporter_id)
        .join(gift, gift.c.id == share_prompt.c.gift_id)
        .where(
            supporter.c.merged_into.is_(None),
            share_prompt.c.at <= now - window,
            within(share_prompt.c.at, scope),
            for_campaign(gift.c.campaign_id, scope),
        )
        .group_by(share_prompt.c.shown)
    )
    rows = {bool(shown): Prompted(assigned=n, brought=b) for shown, n, b in await conn.execute(query)}
    nobody = Prompted(assigned=0, brought=0)
    return {shown: rows.get(shown, nobody) for shown in (True, False)}


# --- export ---------------------------------------------------------------------------------------
EXPORTED = (
    "supporter", "came_at", "how", "certain", "inviter", "settled_at", "campaign", "level",
    "first_gift_at", "gifts", "people_brought", "people_below",
)  # fmt: skip


async def exported(conn: AsyncConnection) -> AsyncIterator[tuple[Any, ...]]:
    """Each referral in the columns of `EXPORTED`, by supporter; numbers and times only, and no names.

    Gifts are those that count, as in the figures.
    """
    path = func.coalesce(lineage.c.ancestors, "")
    counts = and_(gift.c.supporter_id == referral.c.supporter_id, gift.c.counted > 0)
    first, number = (select(one).where(counts).scalar_subquery() for one in (func.min(gift.c.paid_at), func.count()))
    base = (
        select(
            referral.c.supporter_id,
            referral.c.at,
            referral.c.how,
            referral.c.certain,
            referral.c.inviter_id,
            referral.c.settled_at,
            campaign.c.slug,
            path,
            first,
            number,
            func.coalesce(circle.c.people_direct, 0),
            func.coalesce(circle.c.people_below, 0),
        )
        .outerjoin(lineage, lineage.c.supporter_id == referral.c.supporter_id)
        .outerjoin(circle, circle.c.supporter_id == referral.c.supporter_id)
        .outerjoin(campaign, campaign.c.id == referral.c.campaign_id)
        .order_by(referral.c.supporter_id)
        .limit(_AT_ONCE)
    )
    async for row in _pages(conn, base, referral.c.supporter_id):
        yield (*row[:7], row[7].count(",") + 1 if row[7] else 0, *row[8:])
