"""The ledger for readers: its newest entries, each with its postings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.gifts.tables import entry, gift, posting


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One entry. `postings`: minor units by (account, currency), debits positive; they sum to zero per currency."""

    id: int
    gift_id: int | None
    payout_id: str | None
    payment_intent: str | None
    event_id: str
    at: datetime
    postings: Mapping[tuple[str, str], int]


async def latest(conn: AsyncConnection, limit: int) -> list[JournalEntry]:
    """Return the newest entries, the newest first."""
    heads = (
        select(entry.c.id, entry.c.gift_id, entry.c.payout_id, entry.c.event_id, entry.c.at, gift.c.payment_intent)
        .outerjoin_from(entry, gift, gift.c.id == entry.c.gift_id)
        .order_by(entry.c.id.desc())
        .limit(limit)
    )
    newest = (await conn.execute(heads)).all()
    lines = select(posting).where(posting.c.entry_id.in_([row.id for row in newest]))
    booked: dict[int, dict[tuple[str, str], int]] = {row.id: {} for row in newest}
    for line in await conn.execute(lines):
        booked[line.entry_id][line.account, line.currency] = line.minor
    return [
        JournalEntry(
            id=row.id,
            gift_id=row.gift_id,
            payout_id=row.payout_id,
            payment_intent=row.payment_intent,
            event_id=row.event_id,
            at=row.at,
            postings=booked[row.id],
        )
        for row in newest
    ]
