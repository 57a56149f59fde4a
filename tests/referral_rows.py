"""Read referrals and invites for assertions."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.referrals import referrals
from bot.store.referrals.invites import Kind, day_number
from bot.store.referrals.tables import invite_count as counts
from bot.store.referrals.tables import referral


async def inviter_of(conn: AsyncConnection, supporter_id: int) -> int | None:
    """Return a supporter's inviter, who may have been erased since; None if there is none or they are unknown."""
    row = await referrals.referral(conn, supporter_id)
    return None if row is None else row.inviter_id


async def referral_count(conn: AsyncConnection, inviter_id: int) -> int:
    """Return how many people a supporter referred directly."""
    query = select(func.count()).where(referral.c.inviter_id == inviter_id)
    return int((await conn.execute(query)).scalar_one())


async def invite_count(conn: AsyncConnection, invite_id: int, kind: Kind, since: datetime | None = None) -> int:
    """Return how often that happened to an invite, from the UTC day of `since` on."""
    query = select(func.coalesce(func.sum(counts.c.number), 0)).where(
        counts.c.invite_id == invite_id,
        counts.c.kind == kind,
        counts.c.day >= (day_number(since) if since else 0),
    )
    return int((await conn.execute(query)).scalar_one())
