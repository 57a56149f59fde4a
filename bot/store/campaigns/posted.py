"""Cards posted in channels and groups, kept up to date with their campaign's total."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import PlatformName
from bot.store.campaigns.tables import campaign, posted_card
from bot.store.matching.tables import match_period


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedCard:
    """One card in one place. `locale`: fr, en or fr+en."""

    id: int
    campaign_id: int
    platform: PlatformName
    chat_id: str
    message_id: str | None
    locale: str


_COLUMNS = tuple(posted_card.c[name] for name in PostedCard.__dataclass_fields__)


async def add(conn: AsyncConnection, card: PostedCard, at: datetime, *, asked: bool = False) -> None:
    """Add a card before it is posted, since its buttons carry its id. `asked`: the platform's worker posts it."""
    values = {name: getattr(card, name) for name in PostedCard.__dataclass_fields__}
    await conn.execute(insert(posted_card).values(**values, posted_at=at, asked_at=at if asked else None))


async def requested(conn: AsyncConnection, platform: PlatformName, now: datetime) -> list[PostedCard]:
    """Return cards that staff asked for and nobody has started posting, oldest first."""
    waiting = (posted_card.c.asked_at <= now) & posted_card.c.gone_at.is_(None)
    query = select(*_COLUMNS).where(posted_card.c.platform == platform, waiting).order_by(posted_card.c.id)
    return [PostedCard(**row) for row in (await conn.execute(query)).mappings()]


async def set_requested_at(conn: AsyncConnection, card_id: int, at: datetime | None) -> None:
    """Set when to post the card (UTC); None means that posting has started, so nobody else may."""
    await conn.execute(update(posted_card).where(posted_card.c.id == card_id).values(asked_at=at))


async def to_remove(conn: AsyncConnection, platform: PlatformName) -> list[PostedCard]:
    """Return posted cards that staff no longer want."""
    unwanted = posted_card.c.away_at.is_not(None) & posted_card.c.gone_at.is_(None)
    query = select(*_COLUMNS).where(posted_card.c.platform == platform, unwanted)
    return [PostedCard(**row) for row in (await conn.execute(query)).mappings()]


async def request_removal(
    conn: AsyncConnection, campaign_id: int, platform: PlatformName, chat_id: str, at: datetime
) -> int:
    """Mark the campaign's cards in a chat for removal, drop those not posted yet, and return how many there are."""
    here = (posted_card.c.platform == platform) & (posted_card.c.chat_id == chat_id)
    mine = here & (posted_card.c.campaign_id == campaign_id) & posted_card.c.gone_at.is_(None)
    waiting = posted_card.c.asked_at.is_not(None)
    dropped = await conn.execute(update(posted_card).where(mine, waiting).values(gone_at=at))
    marked = await conn.execute(update(posted_card).where(mine, posted_card.c.away_at.is_(None)).values(away_at=at))
    return dropped.rowcount + marked.rowcount


async def chats(conn: AsyncConnection, campaign_id: int) -> set[tuple[PlatformName, str]]:
    """Return the (platform, chat) pairs that have a card of the campaign, or are about to get one."""
    wanted = posted_card.c.gone_at.is_(None) & posted_card.c.away_at.is_(None)
    query = select(posted_card.c.platform, posted_card.c.chat_id).where(
        posted_card.c.campaign_id == campaign_id, wanted
    )
    return {(row.platform, row.chat_id) for row in await conn.execute(query)}


async def mark_shown(
    conn: AsyncConnection, card_id: int, chat_id: str, message_id: str, version: int, at: datetime
) -> None:
    """Record where the card was posted and which version of its campaign it shows."""
    await conn.execute(
        update(posted_card)
        .where(posted_card.c.id == card_id)
        .values(chat_id=chat_id, message_id=message_id, shown_version=version, edited_at=at)
    )


async def mark_gone(conn: AsyncConnection, card: PostedCard, at: datetime) -> None:
    """Record that the card was deleted or can no longer be edited, unless it has moved to another chat since."""
    same = (posted_card.c.id == card.id) & (posted_card.c.chat_id == card.chat_id)
    await conn.execute(update(posted_card).where(same).values(gone_at=at))


async def postpone(conn: AsyncConnection, card_id: int, until: datetime) -> None:
    """Do not edit the card until then (UTC): it counts as edited at that time."""
    await conn.execute(update(posted_card).where(posted_card.c.id == card_id).values(edited_at=until))


async def outdated(
    conn: AsyncConnection, platform: PlatformName, edited_before: datetime, limit: int, now: datetime
) -> list[tuple[PostedCard, int]]:
    """Return outdated cards with their campaign's current version, the most outdated first.

    The start or end of a match period since the last edit is a change too, although no row was written.
    """
    begun = (match_period.c.starts_at > posted_card.c.edited_at) & (match_period.c.starts_at <= now)
    ended = (match_period.c.ends_at > posted_card.c.edited_at) & (match_period.c.ends_at <= now)
    match_changed = exists().where(match_period.c.campaign_id == campaign.c.id, or_(begun, ended))
    query = (
        select(*_COLUMNS, campaign.c.version)
        .join_from(posted_card, campaign, campaign.c.id == posted_card.c.campaign_id)
        .where(
            posted_card.c.platform == platform,
            posted_card.c.gone_at.is_(None),
            posted_card.c.away_at.is_(None),
            posted_card.c.message_id.is_not(None),
            or_(posted_card.c.shown_version < campaign.c.version, campaign.c.has_match & match_changed),
            or_(posted_card.c.edited_at.is_(None), posted_card.c.edited_at <= edited_before),
        )
        .order_by(posted_card.c.edited_at)
        .limit(limit)
    )
    cards = []
    for row in (await conn.execute(query)).mappings():
        values = dict(row)
        version = values.pop("version")
        cards.append((PostedCard(**values), version))
    return cards


async def chats_on(conn: AsyncConnection, platform: PlatformName) -> list[str]:
    """Return the chats that have a posted card on a platform."""
    posted_now = posted_card.c.message_id.is_not(None) & posted_card.c.gone_at.is_(None)
    query = select(posted_card.c.chat_id).where(posted_card.c.platform == platform, posted_now)
    return sorted(set((await conn.execute(query)).scalars()))


async def in_chat(conn: AsyncConnection, platform: PlatformName, chat_id: str) -> list[PostedCard]:
    """Return the cards in a chat that are there or wanted there."""
    here = (posted_card.c.platform == platform) & (posted_card.c.chat_id == chat_id)
    wanted = posted_card.c.gone_at.is_(None) & posted_card.c.away_at.is_(None)
    rows = (await conn.execute(select(*_COLUMNS).where(here, wanted).order_by(posted_card.c.id))).mappings()
    return [PostedCard(**row) for row in rows]


async def end_in_chat(conn: AsyncConnection, platform: PlatformName, chat_id: str, at: datetime) -> None:
    """Record that no card in a chat can be edited or deleted any more."""
    here = (posted_card.c.platform == platform) & (posted_card.c.chat_id == chat_id) & posted_card.c.gone_at.is_(None)
    await conn.execute(update(posted_card).where(here).values(gone_at=at))


async def post_anew(conn: AsyncConnection, card: PostedCard, chat_id: str, at: datetime) -> None:
    """Post a card again, in another chat; it keeps its id, which its links carry. One being posted now goes there."""
    values: dict[str, Any] = {
        "chat_id": chat_id,
        "message_id": None,
        "gone_at": None,
        "shown_version": 0,
        "edited_at": None,
    }
    if card.message_id is not None:
        values["asked_at"] = at
    await conn.execute(update(posted_card).where(posted_card.c.id == card.id).values(values))
