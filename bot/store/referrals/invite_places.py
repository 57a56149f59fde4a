"""Where invite links can be created, and who has left a chat before."""

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
JOINS_NOT_VISIBLE = frozenset(
    {RIGHTS, PUBLIC, GONE}
)  # joins there are not visible to us either, so older links are no better


# --- where invite links can be created --------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class InviteAttempt:
    """The last attempt to create an invite link into a place. `home`: the chat or server that links lead into."""

    place_id: int
    home: str | None
    trouble: str | None
    looked_at: datetime


async def attempts(conn: AsyncConnection, place_ids: Iterable[int]) -> dict[int, InviteAttempt]:
    """Return the last attempts by place id; places never tried are left out."""
    rows = await conn.execute(select(invite_place).where(invite_place.c.place_id.in_(set(place_ids))))
    return {row["place_id"]: InviteAttempt(**row) for row in rows.mappings()}


async def note_success(conn: AsyncConnection, place_id: int, home: str, at: datetime) -> None:
    """Record that an invite link into a place works."""
    statement = upsert(conn, invite_place, ["place_id"], ["home", "trouble", "looked_at"])
    await conn.execute(statement, {"place_id": place_id, "home": home, "trouble": None, "looked_at": at})


async def note_failure(conn: AsyncConnection, place_id: int, trouble: str, at: datetime) -> bool:
    """Record why no link can be created into a place; return whether that is new."""
    before = (await attempts(conn, [place_id])).get(place_id)
    if trouble == BUSY and before is not None and before.trouble is not None:
        trouble = before.trouble  # the earlier reason still holds
    statement = upsert(conn, invite_place, ["place_id"], ["trouble", "looked_at"])
    await conn.execute(statement, {"place_id": place_id, "home": None, "trouble": trouble, "looked_at": at})
    return before is None or before.trouble != trouble


async def places_into(conn: AsyncConnection, platform: PlatformName, home: str) -> dict[int, str]:
    """Return the titles, by id, of places whose invite links lead into a chat or server."""
    query = (
        select(place.c.id, place.c.title)
        .join_from(invite_place, place, place.c.id == invite_place.c.place_id)
        .where(place.c.platform == platform, invite_place.c.home == home)
    )
    return {row.id: row.title for row in await conn.execute(query)}


async def has_invites_into(conn: AsyncConnection, platform: PlatformName, home: str) -> bool:
    """Whether the bot ever created an invite link into a chat or server."""
    query = select(invite_link.c.id).where(invite_link.c.platform == platform, invite_link.c.place == home).limit(1)
    return (await conn.execute(query)).first() is not None


async def invited_chats(conn: AsyncConnection, platform: PlatformName) -> list[str]:
    """Return the chats or servers that the bot ever created an invite link into."""
    query = select(invite_link.c.place).where(invite_link.c.platform == platform).distinct()
    return list((await conn.execute(query)).scalars())


# --- who has left before ----------------------------------------------------------------------------
async def record_departure(conn: AsyncConnection, digest: str, at: datetime) -> None:
    """Record that a person left a chat. The keyed hash identifies both."""
    await conn.execute(insert_or_ignore(conn, left_before), {"hash": digest, "at": at})


async def has_departed(conn: AsyncConnection, digest: str) -> bool:
    """Whether this departure is recorded."""
    return (await conn.execute(select(left_before.c.hash).where(left_before.c.hash == digest))).first() is not None


async def delete_departures(conn: AsyncConnection, digests: Iterable[str]) -> None:
    """Delete these departures."""
    await conn.execute(delete(left_before).where(left_before.c.hash.in_(list(digests))))


async def delete_old_departures(conn: AsyncConnection, before: datetime) -> int:
    """Delete older departures; return how many."""
    return (await conn.execute(delete(left_before).where(left_before.c.at < before))).rowcount


async def drop_attempt(conn: AsyncConnection, place_id: int) -> None:
    """Delete the last attempt to create an invite link into a place."""
    await conn.execute(delete(invite_place).where(invite_place.c.place_id == place_id))
