"""Sums of the ledger's postings by account and source, in minor units; debits are positive."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.periods import Period
from bot.store.gifts.tables import entry, gift, posting
from bot.store.reports.figures import within_days

PAYOUT, MOVEMENT = "payout", "movement"
"""Sources of postings that belong to no gift; those of a gift have its origin (payments.ledger.Origin)."""

_SOURCE = case(
    (entry.c.payout_id.is_not(None), literal(PAYOUT)),
    (entry.c.gift_id.is_(None), literal(MOVEMENT)),
    else_=gift.c.origin,
)


class PostedSum(NamedTuple):
    """What was posted to an account by entries of one source."""

    currency: str
    account: str
    source: str
    minor: int


async def sums(conn: AsyncConnection, period: Period) -> list[PostedSum]:
    """Return the sums of a period by posting day."""
    key = (posting.c.currency, posting.c.account, _SOURCE)
    query = (
        select(*key, func.sum(posting.c.minor))
        .join_from(entry, posting, posting.c.entry_id == entry.c.id)
        .outerjoin(gift, gift.c.id == entry.c.gift_id)
        .where(within_days(entry.c.day, period))
        .group_by(*key)
    )
    return [PostedSum._make((*of, int(minor))) for *of, minor in await conn.execute(query)]


async def balances(conn: AsyncConnection, before: date) -> dict[tuple[str, str], int]:
    """Return what each account (currency, name) came to before a day."""
    query = (
        select(posting.c.currency, posting.c.account, func.sum(posting.c.minor))
        .join_from(entry, posting, posting.c.entry_id == entry.c.id)
        .where(entry.c.day < before)
        .group_by(posting.c.currency, posting.c.account)
    )
    return {(code, account): int(minor) for code, account, minor in await conn.execute(query)}
