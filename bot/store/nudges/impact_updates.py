"""Impact updates and other one-time messages: who is due to get them, and who has had them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import insert_or_ignore
from bot.store.gifts.tables import entry, gift
from bot.store.nudges.tables import one_time_message
from bot.store.supporters.supporters import gets_messages
from bot.store.supporters.tables import preference, supporter


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierGift:
    """A gift made some weeks ago."""

    gift_id: int
    supporter_id: int
    campaign_id: int


async def gifts_between(conn: AsyncConnection, after_id: int, before_id: int, limit: int) -> list[EarlierGift]:
    """Return counted gifts with ids in a range that their supporters proved to be theirs; ids increase with time."""
    known = gift.c.supporter_id.is_not(None) & gift.c.claimed_at.is_not(None)
    query = select(gift.c.id, gift.c.supporter_id, gift.c.campaign_id).where(
        gift.c.id > after_id, gift.c.id <= before_id, gift.c.counted > 0, known
    )
    rows = await conn.execute(query.order_by(gift.c.id).limit(limit))
    return [EarlierGift(gift_id=r.id, supporter_id=r.supporter_id, campaign_id=r.campaign_id) for r in rows]


async def gifts_booked_between(
    conn: AsyncConnection, after_id: int, before_id: int, limit: int
) -> list[tuple[int, EarlierGift]]:
    """Return (entry id, gift) for counted gifts of supporters that were booked with entry ids in a range.

    A bank debit is booked when it settles, days after the gift was made. Unproved monthly gifts are left out, since
    their donor gets a message of its own.
    """
    known = gift.c.supporter_id.is_not(None) & (gift.c.pledge.is_(None) | gift.c.claimed_at.is_not(None))
    query = (
        select(entry.c.id, entry.c.gift_id, gift.c.supporter_id, gift.c.campaign_id)
        .join(gift, gift.c.id == entry.c.gift_id)
        .where(entry.c.id > after_id, entry.c.id <= before_id, gift.c.counted > 0, known)
    )
    rows = await conn.execute(query.order_by(entry.c.id).limit(limit))
    return [
        (r.id, EarlierGift(gift_id=r.gift_id, supporter_id=r.supporter_id, campaign_id=r.campaign_id)) for r in rows
    ]


async def donors_between(conn: AsyncConnection, start: datetime, end: datetime, above: int, limit: int) -> list[int]:
    """Return ids, starting after `above`, of supporters with a proved gift who gave between two times (UTC)."""
    span = (supporter.c.last_gift_at >= start) & (supporter.c.first_gift_at < end) & (supporter.c.id > above)
    proved = exists().where(gift.c.supporter_id == supporter.c.id, gift.c.claimed_at.is_not(None))
    query = select(supporter.c.id).where(span, gets_messages(), proved).order_by(supporter.c.id).limit(limit)
    return list((await conn.execute(query)).scalars())


async def sums(conn: AsyncConnection, supporter_id: int, start: datetime, end: datetime) -> list[tuple[str, int, int]]:
    """Return what a supporter gave between two times: (currency, gifts, minor units), most gifts first."""
    mine = (gift.c.supporter_id == supporter_id) & (gift.c.counted > 0) & gift.c.claimed_at.is_not(None)
    span = (gift.c.paid_at >= start) & (gift.c.paid_at < end)
    query = select(gift.c.currency, func.count(), func.sum(gift.c.counted)).where(mine, span).group_by(gift.c.currency)
    by_currency = [(row[0], int(row[1]), int(row[2])) for row in await conn.execute(query)]
    return sorted(by_currency, key=lambda row: -row[1])


async def agreed_to_any(conn: AsyncConnection, ids: Sequence[int], kinds: Sequence[str]) -> set[int]:
    """Return which of these supporters agreed to at least one of these kinds."""
    agreed = preference.c.supporter_id.in_(ids) & preference.c.kind.in_(kinds) & preference.c.accepted.is_(True)
    return set((await conn.execute(select(preference.c.supporter_id).where(agreed))).scalars())


async def undecided_first_donors(conn: AsyncConnection, ids: Sequence[int]) -> set[int]:
    """Return which of these supporters gave exactly once and never set a preference.

    They are candidates for the question about messages; `bot.domain.next_step` decides when it is sent.
    """
    has_chosen = select(preference.c.supporter_id).where(preference.c.supporter_id == supporter.c.id).exists()
    query = select(supporter.c.id).where(supporter.c.id.in_(ids), supporter.c.gift_count == 1, ~has_chosen)
    return set((await conn.execute(query)).scalars())


async def record_once(conn: AsyncConnection, supporter_id: int, about: str, at: datetime) -> bool:
    """Record that a supporter gets this message; return True the first time."""
    row = {"supporter_id": supporter_id, "about": about, "at": at}
    written = insert_or_ignore(conn, one_time_message).values(**row).returning(one_time_message.c.at)
    return (await conn.execute(written)).first() is not None


async def was_recorded(conn: AsyncConnection, supporter_id: int, about: str) -> bool:
    """Whether a supporter has had this message."""
    return await recorded_at(conn, supporter_id, about) is not None


async def recorded_at(conn: AsyncConnection, supporter_id: int, about: str) -> datetime | None:
    """Return when a supporter had this message (UTC), or None."""
    row = (one_time_message.c.supporter_id == supporter_id) & (one_time_message.c.about == about)
    at: datetime | None = (await conn.execute(select(one_time_message.c.at).where(row))).scalar()
    return at


async def last_donor(conn: AsyncConnection) -> int | None:
    """Return the highest id of a supporter, or None."""
    found: int | None = (await conn.execute(select(func.max(supporter.c.id)))).scalar_one_or_none()
    return found
