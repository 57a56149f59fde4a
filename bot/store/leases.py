"""Leases: one sender for each bot token, however many processes run."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import insert_or_ignore
from bot.store.schema import lease


async def hold(conn: AsyncConnection, name: str, holder: str, now: datetime, length: timedelta) -> bool:
    """Take the lease or keep it; whether it is ours until `now + length` (UTC)."""
    await conn.execute(delete(lease).where(lease.c.name == name, or_(lease.c.until <= now, lease.c.holder == holder)))
    await conn.execute(insert_or_ignore(conn, lease).values(name=name, holder=holder, until=now + length))
    found = (await conn.execute(select(lease.c.holder).where(lease.c.name == name))).scalar_one_or_none()
    return found == holder


async def release(conn: AsyncConnection, name: str, holder: str) -> None:
    """Give it back, so that another process need not wait for its end."""
    await conn.execute(delete(lease).where(lease.c.name == name, lease.c.holder == holder))
