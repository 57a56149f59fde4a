"""Conversations on Discord: those that the bot opened, by writing first, and the channel of each."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.supporters.tables import address


def is_open() -> ColumnElement[bool]:
    """Select addresses with a conversation, so that a message to them opens no new one."""
    return address.c.wrote_at.is_not(None) | address.c.dm_at.is_not(None)


async def exists(conn: AsyncConnection, external_id: str) -> bool:
    """Return whether the bot and this person have a conversation; unknown people have none."""
    return bool((await conn.execute(select(is_open()).where(_is(external_id)))).scalar_one_or_none())


async def count_opened(conn: AsyncConnection, since: datetime) -> int:
    """Return how many conversations the bot has opened since then (UTC)."""
    query = select(func.count()).select_from(address).where(address.c.dm_at.is_not(None), address.c.dm_at >= since)
    return int((await conn.execute(query)).scalar_one())


async def open_one(conn: AsyncConnection, external_id: str, at: datetime) -> None:
    """Record that the bot opens a conversation now, just before it does."""
    await conn.execute(update(address).where(_is(external_id)).values(dm_at=at))


async def channel_of(conn: AsyncConnection, external_id: str) -> str | None:
    """Return the channel of the conversation with this person, or None if the bot never wrote there."""
    found: str | None = (await conn.execute(select(address.c.dm_channel).where(_is(external_id)))).scalar_one_or_none()
    return found


async def set_channel(conn: AsyncConnection, external_id: str, channel: str | None) -> None:
    """Store the channel of the conversation with this person."""
    await conn.execute(update(address).where(_is(external_id)).values(dm_channel=channel))


async def forget(conn: AsyncConnection, external_ids: Sequence[str]) -> None:
    """Record that these were not opened after all."""
    these = (address.c.platform == "discord") & address.c.external_id.in_(external_ids)
    await conn.execute(update(address).where(these).values(dm_at=None))


def _is(external_id: str) -> ColumnElement[bool]:
    return (address.c.platform == "discord") & (address.c.external_id == external_id)
