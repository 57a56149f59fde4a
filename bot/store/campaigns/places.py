"""Channels and groups that staff have connected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import PlatformName
from bot.store.campaigns.tables import place
from bot.store.db import upsert

PUBLIC, STAFF, OFF = "public", "staff", "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One channel or group. `purpose`: public (posts go there), staff (the inbox) or off (not used).

    `locales`: fr, en or fr+en. `is_open`: people who were not invited can read it. `thread_id`: the topic of a Telegram
    group that messages go to.
    """

    id: int
    platform: PlatformName
    chat_id: str
    title: str
    purpose: str
    locales: str
    lost_at: datetime | None = None
    is_open: bool = False
    thread_id: str | None = None


_COLUMNS = tuple(place.c[name] for name in Place.__dataclass_fields__)


async def save(
    conn: AsyncConnection,
    platform: PlatformName,
    chat_id: str,
    *,
    title: str,
    purpose: str,
    locales: str,
    at: datetime,
    is_open: bool = False,
    thread_id: str | None = None,
) -> Place:
    """Add or update a place; the bot has (again) the rights to post there."""
    changes = ["title", "purpose", "locales", "is_open", "lost_at", "thread_id"]
    statement = upsert(conn, place, ["platform", "chat_id"], changes)
    row = {"platform": platform, "chat_id": chat_id, "title": title, "purpose": purpose, "locales": locales}
    await conn.execute(statement, row | {"is_open": is_open, "added_at": at, "lost_at": None, "thread_id": thread_id})
    written = await at_chat(conn, platform, chat_id)
    assert written is not None
    return written


async def set_purpose(conn: AsyncConnection, place_id: int, purpose: str, locales: str) -> None:
    """Set what a place is used for, and in which languages."""
    await conn.execute(update(place).where(place.c.id == place_id).values(purpose=purpose, locales=locales))


async def all_places(conn: AsyncConnection) -> list[Place]:
    """Return all places, including lost ones, in the order they were added."""
    return [Place(**row) for row in (await conn.execute(select(*_COLUMNS).order_by(place.c.id))).mappings()]


async def at_chat(conn: AsyncConnection, platform: PlatformName, chat_id: str) -> Place | None:
    """Return the place for a chat, or None."""
    query = select(*_COLUMNS).where(place.c.platform == platform, place.c.chat_id == chat_id)
    row = (await conn.execute(query)).mappings().first()
    return None if row is None else Place(**row)


async def of_purpose(conn: AsyncConnection, purpose: str) -> list[Place]:
    """Return the places with this purpose where the bot may post."""
    query = select(*_COLUMNS).where(place.c.purpose == purpose, place.c.lost_at.is_(None)).order_by(place.c.id)
    return [Place(**row) for row in (await conn.execute(query)).mappings()]


async def by_ids(conn: AsyncConnection, ids: Iterable[int]) -> dict[int, Place]:
    """Return places by id."""
    rows = (await conn.execute(select(*_COLUMNS).where(place.c.id.in_(set(ids))))).mappings()
    return {row["id"]: Place(**row) for row in rows}


async def mark_lost(conn: AsyncConnection, place_id: int, at: datetime) -> bool:
    """Record that the bot lost its rights there; return whether that is new."""
    not_yet = (place.c.id == place_id) & place.c.lost_at.is_(None)
    return (await conn.execute(update(place).where(not_yet).values(lost_at=at))).rowcount == 1


async def mark_public(conn: AsyncConnection, place_id: int) -> bool:
    """Record that anyone can read a place, so it stops being an inbox; return whether it was one."""
    inbox = (place.c.id == place_id) & (place.c.purpose == STAFF)
    return (await conn.execute(update(place).where(inbox).values(is_open=True, purpose=OFF))).rowcount == 1


async def move(conn: AsyncConnection, moved: Place) -> None:
    """Store a place whose group has a new chat id, with everything else that it says."""
    values = {name: getattr(moved, name) for name in Place.__dataclass_fields__ if name != "id"}
    await conn.execute(update(place).where(place.c.id == moved.id).values(values))


async def drop(conn: AsyncConnection, place_id: int) -> None:
    """Delete a place that turned out to be another one. Rows that refer to it must be gone."""
    await conn.execute(delete(place).where(place.c.id == place_id))
