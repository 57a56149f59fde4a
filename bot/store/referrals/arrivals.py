"""Where invites can be made, and who has left a chat before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import PlatformName
from bot.store.campaigns.tables import place
from bot.store.db import insert_or_ignore, upsert
from bot.store.referrals.tables import invite_link, invite_place, left_before

RIGHTS, PUBLIC, GONE, FULL, BUSY = "rights", "public", "gone", "full", "busy"
UNTOLD = frozenset({RIGHTS, PUBLIC, GONE})  # who comes there is not told either, so older links are no better


# --- where invites can be made ----------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class InvitePlace:
    """What became of making invites into a place. `home`: the chat or server they lead into."""

    place_id: int
    home: str | None
    trouble: str | None
    looked_at: datetime


async def of_places(conn: AsyncConnection, place_ids: Iterable[int]) -> dict[int, InvitePlace]:
    """What is known of these places, by their id."""
    rows = await conn.execute(select(invite_place).where(invite_place.c.place_id.in_(set(place_ids))))
    return {row["place_id"]: InvitePlace(**row) for row in rows.mappings()}


async def works(conn: AsyncConnection, place_id: int, home: str, at: datetime) -> None:
    """An invite into it was made."""
    statement = upsert(conn, invite_place, ["place_id"], ["home", "trouble", "looked_at"])
    await conn.execute(statement, {"place_id": place_id, "home": home, "trouble": None, "looked_at": at})


async def fails(conn: AsyncConnection, place_id: int, trouble: str, at: datetime) -> bool:
    """None can be made into it now; whether that is news."""
    before = (await of_places(conn, [place_id])).get(place_id)
    if trouble == BUSY and before is not None and before.trouble is not None:
        trouble = before.trouble  # what was known is still so
    statement = upsert(conn, invite_place, ["place_id"], ["trouble", "looked_at"])
    await conn.execute(statement, {"place_id": place_id, "home": None, "trouble": trouble, "looked_at": at})
    return before is None or before.trouble != trouble


async def places_into(conn: AsyncConnection, platform: PlatformName, home: str) -> dict[int, str]:
    """The titles of our places whose invites lead into a chat or server, by id."""
    query = (
        select(place.c.id, place.c.title)
        .join_from(invite_place, place, place.c.id == invite_place.c.place_id)
        .where(place.c.platform == platform, invite_place.c.home == home)
    )
    return {row.id: row.title for row in await conn.execute(query)}


async def is_invited_to(conn: AsyncConnection, platform: PlatformName, home: str) -> bool:
    """Whether there was ever an invite of ours into a chat or server."""
    query = select(invite_link.c.id).where(invite_link.c.platform == platform, invite_link.c.place == home).limit(1)
    return (await conn.execute(query)).first() is not None


async def homes(conn: AsyncConnection, platform: PlatformName) -> list[str]:
    """The chats or servers into which there was ever an invite of ours."""
    query = select(invite_link.c.place).where(invite_link.c.platform == platform).distinct()
    return list((await conn.execute(query)).scalars())


# --- who has left before ----------------------------------------------------------------------------
async def note_left(conn: AsyncConnection, digest: str, at: datetime) -> None:
    """Somebody left a chat; the hash names both, to who holds our key."""
    await conn.execute(insert_or_ignore(conn, left_before), {"hash": digest, "at": at})


async def has_left(conn: AsyncConnection, digest: str) -> bool:
    """Whether they had been there and left."""
    return (await conn.execute(select(left_before.c.hash).where(left_before.c.hash == digest))).first() is not None


async def drop_left(conn: AsyncConnection, digests: Iterable[str]) -> None:
    """Let go of these departures."""
    await conn.execute(delete(left_before).where(left_before.c.hash.in_(list(digests))))


async def forget_left(conn: AsyncConnection, before: datetime) -> int:
    """Let go of departures that are older; how many."""
    return (await conn.execute(delete(left_before).where(left_before.c.at < before))).rowcount
