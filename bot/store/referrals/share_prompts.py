"""Whether a supporter's thank-you suggests inviting someone: drawn once and stored."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import insert_or_ignore
from bot.store.referrals.tables import share_prompt


async def drawn_for(conn: AsyncConnection, supporter_id: int) -> bool | None:
    """Return what was drawn for a supporter, or None."""
    query = select(share_prompt.c.shown).where(share_prompt.c.supporter_id == supporter_id)
    shown: bool | None = (await conn.execute(query)).scalar_one_or_none()
    return shown


async def store_draw(conn: AsyncConnection, gift_id: int, supporter_id: int, shown: bool, at: datetime) -> bool:
    """Store what was drawn with the thank-you for a gift; return the draw that applies, which is the first one."""
    row = {"gift_id": gift_id, "supporter_id": supporter_id, "shown": shown, "at": at}
    await conn.execute(insert_or_ignore(conn, share_prompt), [row])
    first = await drawn_for(conn, supporter_id)
    return shown if first is None else first
