"""How far an external source has been read. A cursor is never ahead of now, even if a wrong clock wrote it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.core.tables import cursor
from bot.store.db import upsert


async def read(conn: AsyncConnection, name: str, now: datetime) -> datetime | None:
    """Return the stored time (UTC), at most `now`; None before the first."""
    found = await _stored(conn, name)
    return None if found is None else min(found, now)


async def read_past(conn: AsyncConnection, name: str, now: datetime) -> datetime | None:
    """Return the stored time (UTC); None before the first, or if it is ahead of `now`."""
    found = await _stored(conn, name)
    return None if found is None or found > now else found


async def _stored(conn: AsyncConnection, name: str) -> datetime | None:
    found: datetime | None = (await conn.execute(select(cursor.c.at).where(cursor.c.name == name))).scalar_one_or_none()
    return found


async def write(conn: AsyncConnection, name: str, at: datetime) -> None:
    """Store where to continue next time."""
    await conn.execute(upsert(conn, cursor, ["name"], ["at"]), {"name": name, "at": at})
