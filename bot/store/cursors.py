"""Where reading something from outside has got to."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import upsert
from bot.store.schema import cursor


async def read(conn: AsyncConnection, name: str) -> datetime | None:
    """The stored time (UTC); None before the first."""
    return (await conn.execute(select(cursor.c.at).where(cursor.c.name == name))).scalar_one_or_none()


async def write(conn: AsyncConnection, name: str, at: datetime) -> None:
    """Go on from here next time."""
    await conn.execute(upsert(conn, cursor, ["name"], ["at"]), {"name": name, "at": at})
