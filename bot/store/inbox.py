"""Words between supporters and staff: who may write how much, who is blocked, what was relayed."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import insert_or_ignore
from bot.store.outbox import State
from bot.store.schema import delivery, error_case
from bot.store.schema_staff import blocked, notice

RELAYED = "relayed"  # the message of a delivery that carries words of the staff
_OVER = (State.SENT, State.FAILED, State.UNREACHABLE, State.DROPPED, State.IN_DOUBT)


async def words_since(conn: AsyncConnection, supporter_id: int, since: datetime) -> int:
    """How many messages of one supporter were passed on since then (UTC)."""
    theirs = notice.c.key.startswith(f"words:{supporter_id}:", autoescape=True) & (notice.c.made_at > since)
    return int((await conn.execute(select(func.count()).where(theirs).select_from(notice))).scalar_one())


async def is_blocked(conn: AsyncConnection, supporter_id: int) -> bool:
    """Whether their words no longer reach staff."""
    query = select(blocked.c.at).where(blocked.c.supporter_id == supporter_id)
    return (await conn.execute(query)).first() is not None


async def block(conn: AsyncConnection, supporter_id: int, by: int | None, at: datetime) -> None:
    """From now on their words no longer reach staff; nothing else changes for them."""
    row = {"supporter_id": supporter_id, "by": by, "at": at}
    await conn.execute(insert_or_ignore(conn, blocked), [row])


async def unblock(conn: AsyncConnection, supporter_id: int) -> None:
    """Their words reach staff again."""
    await conn.execute(delete(blocked).where(blocked.c.supporter_id == supporter_id))


async def forget_words(conn: AsyncConnection, before: datetime) -> None:
    """Clear what people wrote: words to staff that are older, and answers that have gone out."""
    old = (notice.c.kind == "words") & (notice.c.made_at < before) & notice.c.said_at.is_not(None)
    await conn.execute(update(notice).where(old).values(args={}))
    gone = (delivery.c.message == RELAYED) & delivery.c.state.in_(_OVER)
    await conn.execute(update(delivery).where(gone, delivery.c.done_at < before).values(args={}))


async def close_case(conn: AsyncConnection, case_id: int, at: datetime) -> bool:
    """Somebody has looked at a case; False where it was closed already, or is none."""
    open_one = (error_case.c.id == case_id) & error_case.c.closed_at.is_(None)
    return (await conn.execute(update(error_case).where(open_one).values(closed_at=at))).rowcount == 1
