"""Codes by which two accounts become one, as hashes, and wrong guesses."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema_referrals import link_code


async def put(conn: AsyncConnection, hash_: str, supporter_id: int, expires_at: datetime) -> None:
    """Somebody's code until then (UTC), beside those that they were given before and are still good."""
    await conn.execute(insert(link_code).values(hash=hash_, supporter_id=supporter_id, expires_at=expires_at))


async def whose(conn: AsyncConnection, hash_: str, at: datetime) -> int | None:
    """Who was given this code, while it is good."""
    query = select(link_code.c.supporter_id).where(link_code.c.hash == hash_, link_code.c.expires_at > at)
    found: int | None = (await conn.execute(query)).scalar_one_or_none()
    return found


async def forget_old(conn: AsyncConnection, at: datetime) -> None:
    """Codes that are no longer good are of no use."""
    await conn.execute(delete(link_code).where(link_code.c.expires_at <= at))


async def drop(conn: AsyncConnection, supporter_id: int) -> None:
    """A code is good once, and with it all that they were given."""
    await conn.execute(delete(link_code).where(link_code.c.supporter_id == supporter_id))
