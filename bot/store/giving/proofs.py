"""Cards and customers that supporters have proved to be theirs, as keyed hashes."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import insert_or_ignore
from bot.store.gifts.tables import gift
from bot.store.giving.tables import payer_proof
from bot.store.monthly.tables import pledge


async def proved(conn: AsyncConnection, pairs: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Return those of the pairs (supporter, payer) that were proved."""
    if not pairs:
        return set()
    people, payers = {who for who, _ in pairs}, {payer for _, payer in pairs}
    query = select(payer_proof.c.supporter_id, payer_proof.c.payer).where(
        payer_proof.c.supporter_id.in_(people), payer_proof.c.payer.in_(payers)
    )
    return {(row.supporter_id, row.payer) for row in await conn.execute(query)} & set(pairs)


async def is_needed(conn: AsyncConnection, supporter_id: int) -> bool:
    """Return whether a proof would tell something new: they have none, or a gift by an unproved payer.

    Such a gift may have been paid by their new card, or by someone else who used their link.
    """
    known = select(payer_proof.c.payer).where(payer_proof.c.supporter_id == supporter_id).limit(1)
    if (await conn.execute(known)).first() is None:
        return True
    unproved = select(gift.c.id).where(
        gift.c.supporter_id == supporter_id,
        gift.c.claimed_at.is_(None),
        gift.c.disowned_at.is_(None),
        gift.c.paid_at.is_not(None),
    )
    return (await conn.execute(unproved.limit(1))).first() is not None


async def add(conn: AsyncConnection, supporter_id: int, payers: Collection[str], at: datetime) -> None:
    """Store that these cards or customers are theirs."""
    rows = [{"supporter_id": supporter_id, "payer": payer, "proved_at": at} for payer in sorted(set(payers))]
    if rows:
        await conn.execute(insert_or_ignore(conn, payer_proof), rows)


async def unproved_of(conn: AsyncConnection, supporter_id: int, payers: Collection[str]) -> tuple[list[int], list[str]]:
    """Return the unproved gifts and monthly gifts credited to them and paid by these payers."""
    gifts = select(gift.c.id).where(
        gift.c.supporter_id == supporter_id,
        gift.c.payer.in_(payers),
        gift.c.claimed_at.is_(None),
        gift.c.disowned_at.is_(None),
    )
    monthly = select(pledge.c.subscription).where(
        pledge.c.supporter_id == supporter_id, pledge.c.payer.in_(payers), pledge.c.claimed_at.is_(None)
    )
    return list((await conn.execute(gifts)).scalars()), list((await conn.execute(monthly)).scalars())


async def proved_of(conn: AsyncConnection, supporter_id: int, payers: Collection[str]) -> tuple[list[int], list[str]]:
    """Return the gifts and monthly gifts paid by these payers and proved to be this supporter's."""
    gifts = select(gift.c.id).where(
        gift.c.supporter_id == supporter_id, gift.c.payer.in_(payers), gift.c.claimed_at.is_not(None)
    )
    monthly = select(pledge.c.subscription).where(
        pledge.c.supporter_id == supporter_id, pledge.c.payer.in_(payers), pledge.c.claimed_at.is_not(None)
    )
    return list((await conn.execute(gifts)).scalars()), list((await conn.execute(monthly)).scalars())


async def drop(conn: AsyncConnection, supporter_id: int, payers: Collection[str]) -> bool:
    """Delete these proofs of a supporter; return whether there were any."""
    mine = (payer_proof.c.supporter_id == supporter_id) & payer_proof.c.payer.in_(payers)
    return (await conn.execute(delete(payer_proof).where(mine))).rowcount > 0


async def without_payer(conn: AsyncConnection, supporter_id: int, limit: int) -> list[int]:
    """Return single gifts credited to them whose payer was not stored, the newest first."""
    query = select(gift.c.id).where(
        gift.c.supporter_id == supporter_id,
        gift.c.payer.is_(None),
        gift.c.claimed_at.is_(None),
        gift.c.disowned_at.is_(None),
        gift.c.pledge.is_(None),
        gift.c.paid_at.is_not(None),
    )
    return list((await conn.execute(query.order_by(gift.c.id.desc()).limit(limit))).scalars())


async def forget(conn: AsyncConnection, ids: Collection[int]) -> None:
    """Delete all proofs of these supporters."""
    await conn.execute(delete(payer_proof).where(payer_proof.c.supporter_id.in_(ids)))
