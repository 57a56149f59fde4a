"""Discord's private replies that a thank-you may still replace."""

from datetime import datetime

from sqlalchemy import delete, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import ERASED
from bot.store.columns import Utc
from bot.store.core.tables import private_answer
from bot.store.db import upsert
from bot.store.supporters.tables import address


async def put(conn: AsyncConnection, address_id: int, campaign_id: int, token: str, expires_at: datetime) -> None:
    """Store the newest reply to an address for a campaign, unless its person was forgotten meanwhile."""
    names = ["address_id", "campaign_id", "token", "expires_at"]
    row = select(address.c.id, literal(campaign_id), literal(token), literal(expires_at, Utc())).where(
        address.c.id == address_id, ~address.c.external_id.startswith(ERASED)
    )
    statement = upsert(conn, private_answer, names[:2], names[2:])
    await conn.execute(statement.from_select(names, row))


async def current(
    conn: AsyncConnection, address_id: int, campaign_id: int, now: datetime
) -> tuple[str, datetime] | None:
    """Return token and expiry (UTC) of a reply that can still be edited, or None."""
    query = select(private_answer.c.token, private_answer.c.expires_at).where(
        private_answer.c.address_id == address_id,
        private_answer.c.campaign_id == campaign_id,
        private_answer.c.expires_at > now,
    )
    row = (await conn.execute(query)).first()
    return None if row is None else (row.token, row.expires_at)


async def drop_expired(conn: AsyncConnection, now: datetime) -> None:
    """Delete expired tokens."""
    await conn.execute(delete(private_answer).where(private_answer.c.expires_at <= now))
