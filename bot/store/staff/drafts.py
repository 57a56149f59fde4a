"""What staff are writing: nothing is lost by a restart, and two who write at once do not overwrite each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.staff.tables import draft


class Stale(Exception):
    """Somebody else has changed the draft since it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One text in the making. `body` is the business of its kind."""

    id: int
    kind: str
    body: Mapping[str, Any]
    version: int = 1
    changed_by: int | None = None


_COLUMNS = tuple(draft.c[name] for name in Draft.__dataclass_fields__)


async def add(conn: AsyncConnection, new: Draft, at: datetime) -> None:
    """Begin one."""
    values = {name: getattr(new, name) for name in Draft.__dataclass_fields__}
    await conn.execute(insert(draft).values(**values | {"body": dict(new.body)}, changed_at=at))


async def by_id(conn: AsyncConnection, draft_id: int) -> Draft | None:
    """One draft; None where it was sent or thrown away."""
    row = (await conn.execute(select(*_COLUMNS).where(draft.c.id == draft_id))).mappings().first()
    return None if row is None else Draft(**row)


async def of_kind(conn: AsyncConnection, kind: str) -> list[Draft]:
    """The drafts of a kind, the newest first."""
    query = select(*_COLUMNS).where(draft.c.kind == kind).order_by(draft.c.id.desc())
    return [Draft(**row) for row in (await conn.execute(query)).mappings()]


async def save(conn: AsyncConnection, read: Draft, body: Mapping[str, Any], by: int | None, at: datetime) -> Draft:
    """Write a new body over the one that was read. Raises Stale where somebody else was faster."""
    mine = (draft.c.id == read.id) & (draft.c.version == read.version)
    values = {"body": dict(body), "version": read.version + 1, "changed_by": by, "changed_at": at}
    done = await conn.execute(update(draft).where(mine).values(**values))
    if done.rowcount != 1:
        raise Stale
    return Draft(id=read.id, kind=read.kind, body=body, version=read.version + 1, changed_by=by)


async def set_picture(conn: AsyncConnection, draft_id: int, image: bytes | None) -> None:
    """Keep, replace or take away its picture; `save` before it in the same transaction says whose turn it is."""
    await conn.execute(update(draft).where(draft.c.id == draft_id).values(picture=image))


async def picture(conn: AsyncConnection, draft_id: int) -> bytes | None:
    """Its picture, where it has one."""
    found: bytes | None = (
        await conn.execute(select(draft.c.picture).where(draft.c.id == draft_id))
    ).scalar_one_or_none()
    return found


async def drop(conn: AsyncConnection, draft_id: int) -> None:
    """It became something, or nothing."""
    await conn.execute(delete(draft).where(draft.c.id == draft_id))


async def take(conn: AsyncConnection, draft_id: int, kind: str, since: int) -> Draft | None:
    """Delete a draft of this kind and return it, once; None where it is gone, or its id is below `since`."""
    mine = (draft.c.id == draft_id) & (draft.c.kind == kind) & (draft.c.id >= since)
    row = (await conn.execute(delete(draft).where(mine).returning(*_COLUMNS))).mappings().first()
    return None if row is None else Draft(**row)


async def drop_older(conn: AsyncConnection, kind: str, before: int) -> None:
    """Delete the drafts of a kind whose id is below this."""
    await conn.execute(delete(draft).where(draft.c.kind == kind, draft.c.id < before))


async def drop_if_unchanged(conn: AsyncConnection, read: Draft) -> None:
    """It became something as it was read. What a colleague has changed since then stays a draft."""
    await conn.execute(delete(draft).where(draft.c.id == read.id, draft.c.version == read.version))
