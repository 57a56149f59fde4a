"""The messages in which staff watch a broadcast: where each stands and what it shows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Locale, PlatformName
from bot.store.broadcasts.tables import progress_message
from bot.store.db import upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressMessage:
    """One message about one broadcast. `shown`: a hash of what it says."""

    broadcast_id: int
    platform: PlatformName
    chat_id: str
    message_id: str | None  # None: it could not be shown
    target: str  # who or which place it was sent to
    locale: Locale
    shown: str
    edited_at: datetime


_COLUMNS = tuple(progress_message.c[name] for name in ProgressMessage.__dataclass_fields__)


async def of_platform(conn: AsyncConnection, platform: PlatformName) -> list[ProgressMessage]:
    """All that are still being edited on a platform."""
    query = select(*_COLUMNS).where(progress_message.c.platform == platform).order_by(progress_message.c.edited_at)
    return [ProgressMessage(**row) for row in (await conn.execute(query)).mappings()]


async def put(conn: AsyncConnection, one: ProgressMessage) -> None:
    """It was sent or edited."""
    key = ["broadcast_id", "platform", "chat_id"]
    statement = upsert(conn, progress_message, key, ["message_id", "target", "locale", "shown", "edited_at"])
    await conn.execute(statement, {name: getattr(one, name) for name in ProgressMessage.__dataclass_fields__})


async def drop(conn: AsyncConnection, one: ProgressMessage) -> None:
    """It shows how the broadcast ended, or is gone."""
    row = (progress_message.c.broadcast_id == one.broadcast_id) & (progress_message.c.platform == one.platform)
    await conn.execute(delete(progress_message).where(row, progress_message.c.chat_id == one.chat_id))
