"""What reaches the staff: one message about one thing, said once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import PlatformName
from bot.store.core.tables import notice, notice_copy
from bot.store.db import insert_or_ignore

_UNKNOWN = "?"  # begins the message's id of a copy that may have arrived or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing that staff should know. Its words are made when it is sent."""

    id: int
    key: str  # the same key is said once
    kind: str
    args: Mapping[str, Any]
    due_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A message that says a notice. `target`: whom or where it was said to."""

    platform: PlatformName
    chat_id: str
    message_id: str
    target: str


_COPY = tuple(notice_copy.c[name] for name in Copy.__dataclass_fields__)
_COLUMNS = tuple(notice.c[name] for name in Notice.__dataclass_fields__)
_STALE = text("notice.stale")  # as the partial index says it: SQLite sees no likeness in `stale IS 1`


def of_kind(kind: str, prefix: str) -> ColumnElement[bool]:
    """Return the condition for notices of one kind whose key begins with `prefix`; the kind is what is indexed."""
    return (notice.c.kind == kind) & notice.c.key.startswith(prefix, autoescape=True)


async def add(conn: AsyncConnection, new: Notice, at: datetime) -> None:
    """Say something to staff, in the transaction of what causes it; nothing where it was said already."""
    values = {name: getattr(new, name) for name in Notice.__dataclass_fields__}
    await conn.execute(insert_or_ignore(conn, notice), [{**values, "args": dict(new.args), "made_at": at}])


async def due(conn: AsyncConnection, now: datetime, limit: int) -> list[Notice]:
    """What is to be said now, the oldest first."""
    query = select(*_COLUMNS).where(notice.c.said_at.is_(None), notice.c.due_at <= now)
    rows = (await conn.execute(query.order_by(notice.c.due_at, notice.c.id).limit(limit))).mappings()
    return [Notice(**row) for row in rows]


async def mark_sent(conn: AsyncConnection, notice_id: int, at: datetime) -> None:
    """It stands wherever it could be said."""
    await conn.execute(update(notice).where(notice.c.id == notice_id).values(said_at=at))


async def defer(conn: AsyncConnection, notice_id: int, until: datetime) -> None:
    """Nobody could be told yet."""
    row = notice.c.id == notice_id
    await conn.execute(update(notice).where(row).values(due_at=until, attempts=notice.c.attempts + 1))


async def add_copy(
    conn: AsyncConnection, notice_id: int, platform: PlatformName, chat_id: str, message_id: str, target: str
) -> None:
    """Where a notice stands, so that an answer to it finds whom it is about."""
    row = {"platform": platform, "chat_id": chat_id, "message_id": message_id, "notice_id": notice_id}
    row["target"] = target
    await conn.execute(insert_or_ignore(conn, notice_copy), [row])


async def add_copy_in_doubt(conn: AsyncConnection, notice_id: int, platform: PlatformName, target: str) -> None:
    """A notice may stand there, nobody knows where: it is not said again, and cannot be brought up to date."""
    await add_copy(conn, notice_id, platform, target, f"{_UNKNOWN}{notice_id}", target)


async def notified_targets(conn: AsyncConnection, notice_id: int) -> set[tuple[str, str]]:
    """To whom a notice was said already: (platform, target)."""
    query = select(notice_copy.c.platform, notice_copy.c.target).where(notice_copy.c.notice_id == notice_id)
    return {(row.platform, row.target) for row in await conn.execute(query)}


async def of_message(conn: AsyncConnection, platform: PlatformName, chat_id: str, message_id: str) -> Notice | None:
    """The notice whose copy this message is."""
    copy = (notice_copy.c.platform == platform) & (notice_copy.c.chat_id == chat_id)
    query = select(*_COLUMNS).join(notice_copy, notice_copy.c.notice_id == notice.c.id)
    row = (await conn.execute(query.where(copy, notice_copy.c.message_id == message_id))).mappings().first()
    return None if row is None else Notice(**row)


async def update_args(conn: AsyncConnection, changed: Notice) -> None:
    """Keep what a notice is about as it is now; its copies follow."""
    values = {"args": dict(changed.args), "stale": True}
    await conn.execute(update(notice).where(notice.c.id == changed.id).values(**values))


async def mark_stale(conn: AsyncConnection, kind: str, prefix: str) -> None:
    """The copies of all notices of a kind whose key begins like this no longer say what is so."""
    like = of_kind(kind, prefix) & notice.c.said_at.is_not(None)
    await conn.execute(update(notice).where(like).values(stale=True))


async def take_stale(conn: AsyncConnection, limit: int) -> list[Notice]:
    """Notices whose copies are to be written anew; from now on they count as fresh."""
    query = select(*_COLUMNS).where(_STALE).order_by(notice.c.id).limit(limit)
    found = [Notice(**row) for row in (await conn.execute(query)).mappings()]
    await conn.execute(update(notice).where(notice.c.id.in_([one.id for one in found])).values(stale=False))
    return found


async def copies(conn: AsyncConnection, notice_id: int) -> list[Copy]:
    """Wherever a notice is known to stand."""
    query = select(*_COPY).where(notice_copy.c.notice_id == notice_id)
    query = query.where(~notice_copy.c.message_id.startswith(_UNKNOWN))
    return [Copy(**row) for row in (await conn.execute(query)).mappings()]


async def by_id(conn: AsyncConnection, notice_id: int) -> Notice | None:
    """One notice."""
    row = (await conn.execute(select(*_COLUMNS).where(notice.c.id == notice_id))).mappings().first()
    return None if row is None else Notice(**row)
