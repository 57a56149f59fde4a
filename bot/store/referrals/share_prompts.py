"""Whether thanks propose to pass it on to somebody: drawn once for each supporter, and kept."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import insert_or_ignore
from bot.store.referrals.tables import share_prompt


async def find(conn: AsyncConnection, supporter_id: int) -> bool | None:
    """What was drawn for a supporter; None where nothing was yet."""
    query = select(share_prompt.c.shown).where(share_prompt.c.supporter_id == supporter_id)
    found: bool | None = (await conn.execute(query)).scalar_one_or_none()
    return found


async def keep(conn: AsyncConnection, gift_id: int, supporter_id: int, shown: bool, at: datetime) -> bool:
    """Keep what was drawn at the thanks for a gift; what was kept for this supporter before goes before it."""
    row = {"gift_id": gift_id, "supporter_id": supporter_id, "shown": shown, "at": at}
    await conn.execute(insert_or_ignore(conn, share_prompt), [row])
    kept = await find(conn, supporter_id)
    return shown if kept is None else kept
