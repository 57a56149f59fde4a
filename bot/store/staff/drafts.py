"""Drafts of staff: they survive restarts, and concurrent edits do not overwrite each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.staff.tables import draft


class Stale(Exception):
    """The draft was changed since it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text being written. The format of `body` depends on `kind`."""

    id: int
    kind: str
    body: Mapping[str, Any]
    version: int = 1
    changed_by: int | None = None


_COLUMNS = tuple(draft.c[name] for name in Draft.__dataclass_fields__)


async def add(conn: AsyncConnection, new: Draft, at: datetime) -> None:
    """Add a draft."""
    values = {name: getattr(new, name) for name in Draft.__dataclass_fields__}
    await conn.execute(insert(draft).values(**values | {"body": dict(new.body)}, changed_at=at))


async def by_id(conn: AsyncConnection, draft_id: int) -> Draft | None:
    """Return a draft; None if it was sent or discarded."""
    row = (await conn.execute(select(*_COLUMNS).where(draft.c.id == draft_id))).mappings().first()
    return None if row is None else Draft(**row)


async def of_kind(conn: AsyncConnection, kind: str) -> list[Draft]:
    """Return the drafts of a kind, newest first."""
    query = select(*_COLUMNS).where(draft.c.kind == kind).order_by(draft.c.id.desc())
    return [Draft(**row) for row in (await conn.execute(query)).mappings()]


async def save(conn: AsyncConnection, read: Draft, body: Mapping[str, Any], by: int | None, at: datetime) -> Draft:
    """Replace the body that was read. Raises Stale if the draft has changed since."""
    unchanged = (draft.c.id == read.id) & (draft.c.version == read.version)
    values = {"body": dict(body), "version": read.version + 1, "changed_by": by, "changed_at": at}
    result = await conn.execute(update(draft).where(unchanged).values(**values))
    if result.rowcount != 1:
        raise Stale
    return Draft(id=read.id, kind=read.kind, body=body, version=read.version + 1, changed_by=by)


async def set_picture(conn: AsyncConnection, draft_id: int, image: bytes | None) -> None:
    """Set or remove the picture; call `save` first in the same transaction, which detects concurrent edits."""
    await conn.execute(update(draft).where(draft.c.id == draft_id).values(picture=image))


async def picture(conn: AsyncConnection, draft_id: int) -> bytes | None:
    """Return the draft's picture, or None."""
    image: bytes | None = (
        await conn.execute(select(draft.c.picture).where(draft.c.id == draft_id))
    ).scalar_one_or_none()
    return image


async def picture_of(conn: AsyncConnection, read: Draft) -> bytes | None:
    """Return the picture of the version that was read, or None. Raises Stale if the draft has changed since."""
    unchanged = (draft.c.id == read.id) & (draft.c.version == read.version)
    row = (await conn.execute(select(draft.c.picture).where(unchanged))).first()
    if row is None:
        raise Stale
    image: bytes | None = row.picture
    return image


async def drop(conn: AsyncConnection, draft_id: int) -> None:
    """Delete a draft."""
    await conn.execute(delete(draft).where(draft.c.id == draft_id))


async def take(conn: AsyncConnection, draft_id: int, kind: str, since: int) -> Draft | None:
    """Delete a draft of this kind and return it; None if it is gone or its id is below `since`."""
    wanted = (draft.c.id == draft_id) & (draft.c.kind == kind) & (draft.c.id >= since)
    row = (await conn.execute(delete(draft).where(wanted).returning(*_COLUMNS))).mappings().first()
    return None if row is None else Draft(**row)


async def drop_older(conn: AsyncConnection, kind: str, before: int) -> None:
    """Delete the drafts of a kind with ids below `before`."""
    await conn.execute(delete(draft).where(draft.c.kind == kind, draft.c.id < before))


async def drop_if_unchanged(conn: AsyncConnection, read: Draft) -> bool:
    """Delete a draft that was used; return False if it is gone or a colleague has changed it since it was read."""
    unchanged = (draft.c.id == read.id) & (draft.c.version == read.version)
    return (await conn.execute(delete(draft).where(unchanged))).rowcount == 1
