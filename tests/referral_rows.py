"""Read referrals for assertions."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.referrals import referrals
from bot.store.referrals.tables import referral


async def inviter_of(conn: AsyncConnection, supporter_id: int) -> int | None:
    """Return a supporter's inviter, who may have been erased since; None if there is none or they are unknown."""
    row = await referrals.referral(conn, supporter_id)
    return None if row is None else row.inviter_id


async def referral_count(conn: AsyncConnection, inviter_id: int) -> int:
    """Return how many people a supporter referred directly."""
    query = select(func.count()).where(referral.c.inviter_id == inviter_id)
    return int((await conn.execute(query)).scalar_one())
