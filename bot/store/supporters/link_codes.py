"""Hashed codes that link two accounts of one person."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.supporters.tables import link_code


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCode:
    """A code and what its two accounts have answered. Times are UTC; see tables.py."""

    id: int
    hash: str
    supporter_id: int
    address_id: int
    expires_at: datetime
    typed_by: int | None = None
    agreed_at: datetime | None = None


_COLUMNS = tuple(link_code.c[name] for name in LinkCode.__dataclass_fields__)


async def add(conn: AsyncConnection, new: LinkCode) -> None:
    """Store a new code; the supporter's earlier codes stay valid."""
    await conn.execute(insert(link_code).values(**{name: getattr(new, name) for name in new.__dataclass_fields__}))


async def by_hash(conn: AsyncConnection, hash_: str, at: datetime) -> LinkCode | None:
    """Return a typed code if it is still valid."""
    return await _one(conn, link_code.c.hash == hash_, at)


async def by_id(conn: AsyncConnection, number: int, at: datetime) -> LinkCode | None:
    """Return the code that a button names if it is still valid."""
    return await _one(conn, link_code.c.id == number, at)


async def waiting_for(conn: AsyncConnection, supporter_id: int, at: datetime) -> LinkCode | None:
    """Return this supporter's newest valid code that the other account has agreed to."""
    return await _one(conn, (link_code.c.supporter_id == supporter_id) & link_code.c.agreed_at.is_not(None), at)


async def _one(conn: AsyncConnection, which: ColumnElement[bool], at: datetime) -> LinkCode | None:
    query = (
        select(*_COLUMNS)
        .where(which, link_code.c.address_id.is_not(None), link_code.c.expires_at > at)
        .order_by(link_code.c.id.desc())
        .limit(1)
    )
    row = (await conn.execute(query)).mappings().first()
    return None if row is None else LinkCode(**row)


async def change(conn: AsyncConnection, code: LinkCode) -> None:
    """Write who typed the code, who agreed and when it expires."""
    values = {"typed_by": code.typed_by, "agreed_at": code.agreed_at, "expires_at": code.expires_at}
    await conn.execute(update(link_code).where(link_code.c.id == code.id).values(**values))


async def drop(conn: AsyncConnection, number: int) -> None:
    """Delete a code."""
    await conn.execute(delete(link_code).where(link_code.c.id == number))


async def forget_old(conn: AsyncConnection, at: datetime) -> None:
    """Delete expired codes."""
    await conn.execute(delete(link_code).where(link_code.c.expires_at <= at))
