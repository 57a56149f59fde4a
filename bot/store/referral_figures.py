"""What came of people's invites, counted over invites, referrals and gifts."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.lateral import Scope, Tree
from bot.store.figures import for_campaign, gifts_in, within
from bot.store.invites import day_number
from bot.store.schema import campaign, campaign_donor, gift, supporter
from bot.store.schema_referrals import circle, invite, invite_count, lineage, referral, share_prompt
from payments.reference import TouchKind

_AT_ONCE = 5_000  # rows that are held in memory
_IS_DONOR = exists().where(campaign_donor.c.supporter_id == supporter.c.id, campaign_donor.c.gift_count > 0)


async def invites_made(conn: AsyncConnection, scope: Scope) -> int:
    """Invites belong to people, not to campaigns: the campaign is left out of account."""
    return int((await conn.execute(select(func.count()).where(within(invite.c.made_at, scope)))).scalar_one())


async def happened(conn: AsyncConnection, scope: Scope) -> dict[str, int]:
    """How often invites were shared and opened, by whole days of UTC."""
    day = invite_count.c.day
    bounds = [day >= day_number(scope.since)] if scope.since else []
    bounds += [day < day_number(scope.until)] if scope.until else []
    query = select(invite_count.c.kind, func.sum(invite_count.c.number)).where(
        and_(true(), *bounds), for_campaign(invite_count.c.campaign_id, scope)
    )
    return {kind: int(number) for kind, number in await conn.execute(query.group_by(invite_count.c.kind))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """People who came by somebody: how many it is known of by whom, how many not, and how many of the first gave."""

    known: int
    unknown: int
    gave: int


async def came(conn: AsyncConnection, scope: Scope) -> Came:
    """Who came in the period, by an invite about the campaign."""
    here = and_(within(referral.c.at, scope), for_campaign(referral.c.campaign_id, scope))
    known = referral.c.inviter_id.is_not(None)
    query = select(
        func.count().filter(known),
        func.count().filter(~known),
        func.count().filter(known, _IS_DONOR),
    ).join_from(referral, supporter, supporter.c.id == referral.c.supporter_id)
    row = (await conn.execute(query.where(here))).one()
    return Came(known=row[0], unknown=row[1], gave=row[2])


async def new_donors_brought(conn: AsyncConnection, scope: Scope) -> int:
    """(a) Donors who came by somebody, by the day of their first gift."""
    gave = exists().where(
        campaign_donor.c.supporter_id == supporter.c.id,
        campaign_donor.c.gift_count > 0,
        for_campaign(campaign_donor.c.campaign_id, scope),
    )
    query = select(func.count()).select_from(supporter).join(referral, referral.c.supporter_id == supporter.c.id)
    known = referral.c.inviter_id.is_not(None)
    return int((await conn.execute(query.where(known, gave, within(supporter.c.first_gift_at, scope)))).scalar_one())


async def gifts_by_invite(conn: AsyncConnection, scope: Scope) -> dict[str, tuple[int, int]]:
    """(b) Gifts whose own link was somebody's invite: (gifts, minor units) by currency."""
    return await _gifts(conn, scope, gift.c.touch_kind == TouchKind.INVITE.value)


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


async def levels(conn: AsyncConnection) -> dict[int, int]:
    """How many people stand so many levels below who came alone, as the tree is today (32: or more)."""
    path = lineage.c.ancestors
    level = (func.length(path) - func.length(func.replace(path, ",", "")) + 1).label("level")
    query = select(level, func.count()).where(path != "").group_by(level).order_by(level)
    return {int(at): number for at, number in await conn.execute(query)}


# --- R90 ------------------------------------------------------------------------------------------
async def trees(conn: AsyncConnection, now: datetime, window: timedelta) -> Counter[Tree]:
    """How many trees there are of each kind; donors outside any tree are trees of one."""
    cutoff = now - window
    sums: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    alone = 0
    async for who, ancestors, is_node, brought in _donors(conn, cutoff, window):
        if not is_node:
            alone += 1
            continue
        root = sums[int(ancestors.rsplit(",", 1)[-1]) if ancestors else who]
        root[0] += 1
        root[1] += brought
    found = Counter(Tree(donors, brought) for donors, brought in sums.values())
    found[Tree(1, 0)] += alone
    return +found


async def _donors(
    conn: AsyncConnection, cutoff: datetime, window: timedelta
) -> AsyncIterator[tuple[int, str, bool, int]]:
    """Each donor whose first gift is old enough: their place, and how many they brought who gave in time."""
    friend = supporter.alias("friend")
    friend_gave = exists().where(campaign_donor.c.supporter_id == friend.c.id, campaign_donor.c.gift_count > 0)
    brought = (
        select(func.count())
        .select_from(referral)
        .join(friend, friend.c.id == referral.c.supporter_id)
        .where(
            referral.c.inviter_id == supporter.c.id,
            friend.c.first_gift_at >= supporter.c.first_gift_at,
            # A time is an integer of microseconds in the table; so is a span.
            friend.c.first_gift_at - supporter.c.first_gift_at <= window // timedelta(microseconds=1),
            friend_gave.correlate(friend),
        )
        .correlate(supporter)
        .scalar_subquery()
    )
    base = (
        select(supporter.c.id, lineage.c.ancestors, brought)
        .outerjoin(lineage, lineage.c.supporter_id == supporter.c.id)
        .where(supporter.c.first_gift_at <= cutoff, _IS_DONOR)
        .order_by(supporter.c.id)
        .limit(_AT_ONCE)
    )
    async for row in _pages(conn, base, supporter.c.id):
        yield row[0], row[1] or "", row[1] is not None, row[2]


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
    """One arm: supporters whose first drawn thanks was in it, and those of them who brought somebody in time."""

    assigned: int
    brought: int


async def share_arms(conn: AsyncConnection, scope: Scope, now: datetime, window: timedelta) -> dict[bool, Prompted]:
    """Both arms of the share prompt, of draws that are old enough: {shown: ...}. A supporter counts once."""
    first = select(share_prompt.c.supporter_id, func.min(share_prompt.c.at).label("at")).group_by(
        share_prompt.c.supporter_id
    )
    firsts = first.subquery()
    soon = exists().where(
        referral.c.inviter_id == share_prompt.c.supporter_id,
        referral.c.at >= share_prompt.c.at,
        referral.c.at - share_prompt.c.at <= window // timedelta(microseconds=1),
    )
    query = (
        select(
            share_prompt.c.shown,
            func.count(share_prompt.c.supporter_id.distinct()),
            func.count(share_prompt.c.supporter_id.distinct()).filter(soon),
        )
        .join(
            firsts,
            and_(firsts.c.supporter_id == share_prompt.c.supporter_id, firsts.c.at == share_prompt.c.at),
        )
        .join(gift, gift.c.id == share_prompt.c.gift_id)
        .where(
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
    """Each referral in the columns of `EXPORTED`, by supporter; numbers and times only, and no names."""
    path = func.coalesce(lineage.c.ancestors, "")
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
            supporter.c.first_gift_at,
            supporter.c.gift_count,
            func.coalesce(circle.c.people_direct, 0),
            func.coalesce(circle.c.people_below, 0),
        )
        .join(supporter, supporter.c.id == referral.c.supporter_id)
        .outerjoin(lineage, lineage.c.supporter_id == referral.c.supporter_id)
        .outerjoin(circle, circle.c.supporter_id == referral.c.supporter_id)
        .outerjoin(campaign, campaign.c.id == referral.c.campaign_id)
        .order_by(referral.c.supporter_id)
        .limit(_AT_ONCE)
    )
    async for row in _pages(conn, base, referral.c.supporter_id):
        yield (*row[:7], row[7].count(",") + 1 if row[7] else 0, *row[8:])


async def unknown_ever(conn: AsyncConnection) -> int:
    """How many came by somebody of whom nobody can say who it was."""
    query = select(func.count()).select_from(referral).where(referral.c.inviter_id.is_(None))
    return int((await conn.execute(query)).scalar_one())
