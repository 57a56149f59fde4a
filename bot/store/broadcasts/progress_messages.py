"""Progress messages: where staff watch a broadcast, and what each message shows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Locale, PlatformName
from bot.store.broadcasts.tables import progress_message
from bot.store.db import upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressMessage:
    """One message about one broadcast. `shown`: a hash of its content."""

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
    """Return all messages on a platform that are still being edited."""
    query = select(*_COLUMNS).where(progress_message.c.platform == platform).order_by(progress_message.c.edited_at)
    return [ProgressMessage(**row) for row in (await conn.execute(query)).mappings()]


async def put(conn: AsyncConnection, message: ProgressMessage) -> None:
    """Store a message that was sent or edited."""
    key = ["broadcast_id", "platform", "chat_id"]
    statement = upsert(conn, progress_message, key, ["message_id", "target", "locale", "shown", "edited_at"])
    await conn.execute(statement, {name: getattr(message, name) for name in ProgressMessage.__dataclass_fields__})


async def drop(conn: AsyncConnection, message: ProgressMessage) -> None:
    """Delete a message that is final or gone."""
    row = (progress_message.c.broadcast_id == message.broadcast_id) & (progress_message.c.platform == message.platform)
    await conn.execute(delete(progress_message).where(row, progress_message.c.chat_id == message.chat_id))


async def leave_messages(conn: AsyncConnection, platform: PlatformName, chat_id: str) -> None:
    """Forget the messages in a chat, whose ids are no longer valid; those still watched are sent again."""
    here = (progress_message.c.platform == platform) & (progress_message.c.chat_id == chat_id)
    await conn.execute(delete(progress_message).where(here))
