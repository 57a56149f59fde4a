"""Files with a person's own data that the bot sent to their private chat and must delete there."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import PlatformName
from bot.store.supporters.tables import my_data_file


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file and where it is. Times are UTC. `supporter_id` is None once the person was forgotten."""

    id: int
    supporter_id: int | None
    platform: PlatformName
    chat_id: str
    message_id: str
    sent_at: datetime
    delete_at: datetime


_COLUMNS = tuple(my_data_file.c[name] for name in SentFile.__dataclass_fields__)


async def add(conn: AsyncConnection, file: SentFile) -> None:
    """Store a file that was sent."""
    await conn.execute(insert(my_data_file).values(**asdict(file)))


async def due(conn: AsyncConnection, platform: PlatformName, at: datetime, limit: int) -> list[SentFile]:
    """Return up to `limit` files that are to be deleted by then, the earliest first."""
    mine = (my_data_file.c.platform == platform) & (my_data_file.c.delete_at <= at)
    query = select(*_COLUMNS).where(mine).order_by(my_data_file.c.delete_at).limit(limit)
    return [SentFile(**row) for row in (await conn.execute(query)).mappings()]


async def postpone(conn: AsyncConnection, file_id: int, until: datetime) -> None:
    """Try again later."""
    await conn.execute(update(my_data_file).where(my_data_file.c.id == file_id).values(delete_at=until))


async def drop(conn: AsyncConnection, file_id: int) -> None:
    """Remove the row of a file that is gone, or can no longer be deleted."""
    await conn.execute(delete(my_data_file).where(my_data_file.c.id == file_id))


async def forget(conn: AsyncConnection, ids: Collection[int], at: datetime) -> None:
    """Make all files of these supporters due, and detach them. Each row ends with its file."""
    theirs = my_data_file.c.supporter_id.in_(ids)
    await conn.execute(update(my_data_file).where(theirs).values(supporter_id=None, delete_at=at))
