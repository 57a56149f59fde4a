"""Results of invites, counted over invites, referrals and gifts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select, text, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.lateral import Scope
from bot.store.campaigns.tables import campaign, campaign_donor
from bot.store.gifts.tables import BY_APPEAL, gift
from bot.store.pages import pages
from bot.store.referrals.invites import day_number
from bot.store.referrals.tables import circle, invite, invite_count, lineage, referral, share_prompt
from bot.store.reports.figures import for_campaign, gifts_in, within
from bot.store.supporters.tables import supporter
from payments.reference import TouchKind


async def invites_made(conn: AsyncConnection, scope: Scope) -> int:
    """Return how many invites were created. Invites belong to people, so the scope's campaign is ignored."""
    query = select(func.count()).select_from(invite).where(within(invite.c.made_at, scope))
    return int((await conn.execute(query)).scalar_one())


async def invite_events(conn: AsyncConnection, scope: Scope) -> dict[str, int]:
    """Return how often invites were shared, opened and joined by, in whole UTC days."""
    day = invite_count.c.day
    bounds = [day >= _nearest_day(scope.since)] if scope.since else []
    bounds += [day < _nearest_day(scope.until)] if scope.until else []
    query = select(invite_count.c.kind, func.sum(invite_count.c.number)).where(
        and_(true(), *bounds), for_campaign(invite_count.c.campaign_id, scope)
    )
    return {kind: int(number) for kind, number in await conn.execute(query.group_by(invite_count.c.kind))}


def _nearest_day(bound: datetime) -> int:
    """Return the UTC day that starts nearest to a bound, which is midnight in another time zone."""
    return day_number(bound + timedelta(hours=12))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralCounts:
    """Invited people: how many have a known inviter, how many an unknown one, and how many of the known gave."""

    known: int
    unknown: int
    gave: int


async def referral_counts(conn: AsyncConnection, scope: Scope) -> ReferralCounts:
    """Count referrals of the period by invites about the campaign, and who of them has given to it since."""
    in_scope = and_(within(referral.c.at, scope), for_campaign(referral.c.campaign_id, scope))
    known = referral.c.inviter_id.is_not(None)
    gave = exists().where(
        campaign_donor.c.supporter_id == referral.c.supporter_id,
        campaign_donor.c.gift_count > 0,
        for_campaign(campaign_donor.c.campaign_id, scope),
    )
    query = select(func.count().filter(known), func.count().filter(~known), func.count().filter(known, gave))
    row = (await conn.execute(query.select_from(referral).where(in_scope))).one()
    return ReferralCounts(known=row[0], unknown=row[1], gave=row[2])


async def gifts_by_invite(conn: AsyncConnection, scope: Scope) -> dict[str, tuple[int, int]]:
    """(b) Return gifts made directly through an invite: (gifts, minor units) by currency."""
    return await _gifts(conn, scope, text(BY_APPEAL) & (gift.c.touch_kind == TouchKind.INVITE.value))


async def gifts_downstream(conn: AsyncConnection, scope: Scope) -> dict[str, tuple[int, int]]:
    """(c) Return gifts by invited people, through any link: (gifts, minor units) by currency."""
    was_invited = exists().where(lineage.c.supporter_id == gift.c.supporter_id, lineage.c.parent_id.is_not(None))
    return await _gifts(conn, scope, was_invited)


async def _gifts(conn: AsyncConnection, scope: Scope, which: ColumnElement[bool]) -> dict[str, tuple[int, int]]:
    query = (
        select(gift.c.currency, func.count(), func.sum(gift.c.counted))
        .where(gift.c.counted > 0, which, gifts_in(scope))
        .group_by(gift.c.currency)
        .order_by(gift.c.currency)
    )
    return {code: (gifts, int(minor)) for code, gifts, minor in await conn.execute(query)}


async def levels(conn: AsyncConnection, scope: Scope) -> dict[int, int]:
    """Return the number of donors of these gifts by level in today's tree (32 means 32 or more)."""
    path = lineage.c.ancestors
    level = (func.length(path) - func.length(func.replace(path, ",", "")) + 1).label("level")
    gave = select(gift.c.supporter_id).where(gift.c.supporter_id.is_not(None), gift.c.counted > 0, gifts_in(scope))
    query = select(level, func.count()).where(path != "", lineage.c.supporter_id.in_(gave))
    return {int(at): number for at, number in await conn.execute(query.group_by(level).order_by(level))}


# --- the share prompt -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class PromptArm:
    """One arm: the supporters assigned to it, and how many of them referred someone in time."""

    assigned: int
    referred: int


async def share_arms(conn: AsyncConnection, scope: Scope, now: datetime, window: timedelta) -> dict[bool, PromptArm]:
    """Return both arms of the share prompt, from draws older than the window: {shown: ...}.

    Merged accounts count once, with the draw and the referrals of the account that remains.
    """
    referred_in_time = exists().where(
        referral.c.inviter_id == share_prompt.c.supporter_id,
        referral.c.at >= share_prompt.c.at,
        referral.c.at - share_prompt.c.at <= window // timedelta(microseconds=1),
    )
    query = (
        select(share_prompt.c.shown, func.count(), func.count().filter(referred_in_time))
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
    rows = {bool(shown): PromptArm(assigned=n, referred=b) for shown, n, b in await conn.execute(query)}
    empty = PromptArm(assigned=0, referred=0)
    return {shown: rows.get(shown, empty) for shown in (True, False)}


# --- export ---------------------------------------------------------------------------------------
EXPORTED = (
    "supporter", "came_at", "how", "certain", "inviter", "settled_at", "campaign", "level",
    "first_gift_at", "gifts", "people_brought", "people_below",
)  # fmt: skip


async def exported(conn: AsyncConnection, scope: Scope) -> AsyncIterator[tuple[Any, ...]]:
    """Yield the scope's referrals in the columns of `EXPORTED`, ordered by supporter: numbers and times, no names.

    As in the figures, only counted gifts are included.
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
        .where(within(referral.c.at, scope), for_campaign(referral.c.campaign_id, scope))
    )
    async for row in pages(conn, base, (referral.c.supporter_id,)):
        yield (*row[:7], row[7].count(",") + 1 if row[7] else 0, *row[8:])
