"""Notices to staff: one message about one fact, sent once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import PlatformName
from bot.store.core.tables import notice, notice_copy
from bot.store.db import insert_or_ignore

_UNKNOWN = "?"  # starts the message id of a copy in doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One fact that staff should know. It is rendered when it is sent."""

    id: int
    key: str  # the same key is sent once
    kind: str
    args: Mapping[str, Any]
    due_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A sent message of a notice. `target`: the person or place it was sent to."""

    platform: PlatformName
    chat_id: str
    message_id: str
    target: str


_COPY = tuple(notice_copy.c[name] for name in Copy.__dataclass_fields__)
_COLUMNS = tuple(notice.c[name] for name in Notice.__dataclass_fields__)
_STALE = text("notice.stale")  # as the partial index is written: SQLite does not match it with `stale IS 1`


def of_kind(kind: str, prefix: str) -> ColumnElement[bool]:
    """Return the condition for notices of one kind whose key starts with `prefix`; `kind` is what is indexed."""
    return (notice.c.kind == kind) & notice.c.key.startswith(prefix, autoescape=True)


async def add(conn: AsyncConnection, new: Notice, at: datetime) -> None:
    """Add a notice in the transaction of its cause; a no-op if the key exists."""
    values = {name: getattr(new, name) for name in Notice.__dataclass_fields__}
    await conn.execute(insert_or_ignore(conn, notice), [{**values, "args": dict(new.args), "made_at": at}])


async def due(conn: AsyncConnection, now: datetime, limit: int) -> list[Notice]:
    """Return notices to send now, the oldest first."""
    query = select(*_COLUMNS).where(notice.c.said_at.is_(None), notice.c.due_at <= now)
    rows = (await conn.execute(query.order_by(notice.c.due_at, notice.c.id).limit(limit))).mappings()
    return [Notice(**row) for row in rows]


async def last_made(conn: AsyncConnection, kind: str, prefix: str) -> datetime | None:
    """Return when the newest notice of a kind whose key starts with `prefix` was made (UTC)."""
    found: datetime | None = await conn.scalar(select(func.max(notice.c.made_at)).where(of_kind(kind, prefix)))
    return found


async def mark_sent(conn: AsyncConnection, notice_id: int, at: datetime) -> None:
    """Mark a notice as sent to all reachable targets."""
    await conn.execute(update(notice).where(notice.c.id == notice_id).values(said_at=at))


async def defer(conn: AsyncConnection, notice_id: int, until: datetime) -> None:
    """Retry a notice later, since no target could be reached."""
    row = notice.c.id == notice_id
    await conn.execute(update(notice).where(row).values(due_at=until, attempts=notice.c.attempts + 1))


async def add_copy(
    conn: AsyncConnection, notice_id: int, platform: PlatformName, chat_id: str, message_id: str, target: str
) -> None:
    """Store where a copy was sent, so that a reply to it finds its notice."""
    row = {"platform": platform, "chat_id": chat_id, "message_id": message_id, "notice_id": notice_id}
    row["target"] = target
    await conn.execute(insert_or_ignore(conn, notice_copy), [row])


async def add_copy_in_doubt(conn: AsyncConnection, notice_id: int, platform: PlatformName, target: str) -> None:
    """Store that a copy may have arrived: it is not sent again, and cannot be edited."""
    await add_copy(conn, notice_id, platform, target, f"{_UNKNOWN}{notice_id}", target)


async def notified_targets(conn: AsyncConnection, notice_id: int) -> set[tuple[str, str]]:
    """Return who already has a copy, as (platform, target)."""
    query = select(notice_copy.c.platform, notice_copy.c.target).where(notice_copy.c.notice_id == notice_id)
    return {(row.platform, row.target) for row in await conn.execute(query)}


async def of_message(conn: AsyncConnection, platform: PlatformName, chat_id: str, message_id: str) -> Notice | None:
    """Return the notice whose copy this message is, or None."""
    copy = (notice_copy.c.platform == platform) & (notice_copy.c.chat_id == chat_id)
    query = select(*_COLUMNS).join(notice_copy, notice_copy.c.notice_id == notice.c.id)
    row = (await conn.execute(query.where(copy, notice_copy.c.message_id == message_id))).mappings().first()
    return None if row is None else Notice(**row)


async def update_args(conn: AsyncConnection, changed: Notice) -> None:
    """Replace the arguments of a notice; its copies are edited."""
    values = {"args": dict(changed.args), "stale": True}
    await conn.execute(update(notice).where(notice.c.id == changed.id).values(**values))


async def mark_stale(conn: AsyncConnection, kind: str, prefix: str) -> None:
    """Mark the sent notices of a kind whose key starts with `prefix` as stale, so that their copies are edited."""
    like = of_kind(kind, prefix) & notice.c.said_at.is_not(None)
    await conn.execute(update(notice).where(like).values(stale=True))


async def take_stale(conn: AsyncConnection, limit: int) -> list[Notice]:
    """Return stale notices and mark them as current."""
    query = select(*_COLUMNS).where(_STALE).order_by(notice.c.id).limit(limit)
    found = [Notice(**row) for row in (await conn.execute(query)).mappings()]
    await conn.execute(update(notice).where(notice.c.id.in_([row.id for row in found])).values(stale=False))
    return found


async def copies(conn: AsyncConnection, notice_id: int) -> list[Copy]:
    """Return the known copies of a notice."""
    query = select(*_COPY).where(notice_copy.c.notice_id == notice_id)
    query = query.where(~notice_copy.c.message_id.startswith(_UNKNOWN))
    return [Copy(**row) for row in (await conn.execute(query)).mappings()]


async def by_keys(conn: AsyncConnection, keys: Sequence[str]) -> list[Notice]:
    """Return the notices with these keys, the oldest first."""
    query = select(*_COLUMNS).where(notice.c.key.in_(keys)).order_by(notice.c.id)
    return [Notice(**row) for row in (await conn.execute(query)).mappings()]


async def by_id(conn: AsyncConnection, notice_id: int) -> Notice | None:
    """Return one notice, or None."""
    row = (await conn.execute(select(*_COLUMNS).where(notice.c.id == notice_id))).mappings().first()
    return None if row is None else Notice(**row)


async def unanswered(conn: AsyncConnection, since: datetime) -> int:
    """Return how many supporters wrote since then (UTC) and had no answer to their latest message."""
    words = (notice.c.kind == "words") & (notice.c.made_at >= since)
    query = select(notice.c.key, notice.c.args).where(words).order_by(notice.c.made_at, notice.c.id)
    latest = {key.split(":")[1]: args for key, args in await conn.execute(query)}
    return sum(1 for args in latest.values() if args and not args.get("answered"))


async def leave_messages(conn: AsyncConnection, platform: PlatformName, old_chat: str, new_chat: str) -> None:
    """Edit no copy in a chat any more, whose message ids are no longer valid. Its readers have them in the new chat."""
    here = (notice_copy.c.platform == platform) & (notice_copy.c.chat_id == old_chat)
    unknown = literal(_UNKNOWN) + cast(notice_copy.c.notice_id, String)
    await conn.execute(update(notice_copy).where(here).values(chat_id=new_chat, target=new_chat, message_id=unknown))
