"""One-time links to the page with a person's own data. Only hashes of their tokens are stored."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.supporters.tables import my_data_link


async def add(conn: AsyncConnection, token_hash: str, supporter_id: int, expires_at: datetime) -> None:
    """Store a new link."""
    row = {"token_hash": token_hash, "supporter_id": supporter_id, "expires_at": expires_at}
    await conn.execute(insert(my_data_link).values(**row))


async def owner(conn: AsyncConnection, token_hash: str, at: datetime) -> int | None:
    """Return whose data a link shows; None if it is unknown, used or expired."""
    mine = (my_data_link.c.token_hash == token_hash) & (my_data_link.c.expires_at > at)
    return (await conn.execute(select(my_data_link.c.supporter_id).where(mine))).scalar_one_or_none()


async def use(conn: AsyncConnection, token_hash: str) -> bool:
    """Use a link up. Return False if it is gone: of several who use it at once, one gets True."""
    return (await conn.execute(delete(my_data_link).where(my_data_link.c.token_hash == token_hash))).rowcount == 1


async def forget(conn: AsyncConnection, ids: Collection[int]) -> None:
    """Delete all links of these supporters."""
    await conn.execute(delete(my_data_link).where(my_data_link.c.supporter_id.in_(ids)))


async def forget_old(conn: AsyncConnection, at: datetime) -> None:
    """Delete expired links."""
    await conn.execute(delete(my_data_link).where(my_data_link.c.expires_at <= at))


async def forget_all(conn: AsyncConnection) -> None:
    """Delete every link: in a restored database, used ones would work again."""
    await conn.execute(delete(my_data_link))
