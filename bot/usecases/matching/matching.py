"""Matching: what sponsors add to gifts, moved in the gifts' own transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift, GiftChange
from bot.domain.matching import MatchPeriod, allocate
from bot.store.db import Connection
from bot.store.matching import matches
from payments.money import Money


async def active(conn: Connection, campaign: Campaign, now: datetime) -> MatchPeriod | None:
    """Return the period in which gifts to a campaign are matched right now, or None."""
    if not campaign.has_match:
        return None
    periods = await matches.of_campaigns(conn, [campaign.id])
    return next((period for period in periods if period.is_active(now)), None)


async def add_period(conn: Connection, new: MatchPeriod) -> bool:
    """Add a match period; return False if it overlaps with another one of the campaign."""
    others = await matches.of_campaigns(conn, [new.campaign_id])
    if any(new.overlaps(other) for other in others):
        return False
    await matches.add(conn, new)
    return True


async def apply(conn: Connection, changes: Sequence[GiftChange], campaigns: Mapping[int, Campaign]) -> None:
    """Update what sponsors add to changed gifts; costs nothing unless a campaign has ever had a match.

    A gift is matched when it is paid, or never: if the pool was empty, its thank-you said so, and it takes nothing when
    its fee becomes known after a refund has refilled the pool. Gifts outside Stripe are not matched.
    """
    gifts = {c.after.id: c.after for c in changes if campaigns[c.after.campaign_id].has_match}
    if not gifts:
        return
    periods = {p.id: p for p in await matches.of_campaigns(conn, {gift.campaign_id for gift in gifts.values()})}
    known = await matches.of_gifts(conn, gifts)
    new = {
        c.after.id
        for c in changes
        if (c.before is None or c.before.book.paid_at is None) and not c.after.book.is_offline
    }
    changed, moved = allocate((gift for i, gift in gifts.items() if i in new or i in known), periods, known)
    await matches.write(conn, changed, moved.values())


async def match_of_gift(conn: Connection, gift: Gift, campaign: Campaign) -> tuple[MatchPeriod, Money] | None:
    """Return the period in which a gift was paid and the amount added, which is zero if the pool
    was empty; else None.
    """
    paid_at = gift.book.paid_at
    if not campaign.has_match or paid_at is None or gift.book.currency != campaign.goal.currency:
        return None
    matched = (await matches.of_gifts(conn, [gift.id])).get(gift.id)
    periods = await matches.of_campaigns(conn, [campaign.id])
    if matched is not None:
        period = next(p for p in periods if p.id == matched.match_id)
        return period, Money(matched.minor, period.pool.currency)
    fitting = next((p for p in periods if p.covers(paid_at)), None)
    return (fitting, Money(0, fitting.pool.currency)) if fitting is not None else None


async def pool_problems(conn: Connection) -> list[str]:
    """Return where pools disagree with the amounts added."""
    added = await matches.added(conn)
    return [
        f"match {p.id}: {p.left.minor} left and {added.get(p.id, 0)} added, of a pool of {p.pool.minor}"
        for p in await matches.everything(conn)
        if p.left.minor < 0 or p.left.minor + added.get(p.id, 0) != p.pool.minor
    ]


async def overmatched_gifts(conn: Connection, gifts: Sequence[Gift]) -> list[str]:
    """Return gifts to which more was added than they count."""
    known = await matches.of_gifts(conn, [gift.id for gift in gifts])
    return [
        f"gift {gift.id}: more is added than counts"
        for gift in gifts
        if gift.id in known and known[gift.id].minor > gift.book.counted.minor
    ]
