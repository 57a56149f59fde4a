"""Leases: one sender for each bot token, however many processes run."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, inspect, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.core.tables import lease
from bot.store.db import insert_or_ignore


async def acquire(conn: AsyncConnection, name: str, holder: str, now: datetime, length: timedelta) -> bool:
    """Take or renew the lease; return whether it is ours for `length` from now.

    PostgreSQL uses its own clock, since processes on several machines may hold it; `now` (UTC) is for SQLite, which
    only one process serves (see `file_lock.py`). An end further ahead than any lease could reach was written by a wrong
    clock, and counts as past.
    """
    if conn.dialect.name == "postgresql":
        now = (await conn.execute(select(func.clock_timestamp()))).scalar_one()
    over = or_(lease.c.until <= now, lease.c.until > now + 2 * length, lease.c.holder == holder)
    await conn.execute(delete(lease).where(lease.c.name == name, over))
    await conn.execute(insert_or_ignore(conn, lease).values(name=name, holder=holder, until=now + length))
    found = (await conn.execute(select(lease.c.holder).where(lease.c.name == name))).scalar_one_or_none()
    return found == holder


async def any_held(conn: AsyncConnection) -> bool:
    """Return whether a process of ours uses this PostgreSQL database, by the server's clock. None uses an empty one."""
    if not await conn.run_sync(lambda sync: inspect(sync).has_table(lease.name)):
        return False
    now = (await conn.execute(select(func.clock_timestamp()))).scalar_one()
    return (await conn.execute(select(lease.c.name).where(lease.c.until > now).limit(1))).first() is not None


async def release(conn: AsyncConnection, name: str, holder: str) -> None:
    """Release the lease, so that another process need not wait for its end."""
    await conn.execute(delete(lease).where(lease.c.name == name, lease.c.holder == holder))
