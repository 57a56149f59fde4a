"""Payment links for one person and one payment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.giving.tables import own_link


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLink:
    """One such link. `supporter_id`: who requested it, None once forgotten. `gift_id`: the first payment."""

    id: int
    supporter_id: int | None
    campaign_id: int
    minor: int
    monthly: bool
    code_hash: str | None  # of the code that its page shows to the payer
    stripe_id: str
    url: str
    made_at: datetime
    gift_id: int | None = None
    active: bool = True


_ACTIVE = text("own_link.active")  # as the partial index is written: SQLite does not match it with `active = 1`
_CLOSED = text("NOT own_link.active")


def _read(row: Row[tuple[object, ...]]) -> OwnLink:
    return OwnLink(**{name: getattr(row, name) for name in OwnLink.__dataclass_fields__})


async def add(conn: AsyncConnection, link: OwnLink) -> None:
    """Store a link created at Stripe."""
    await conn.execute(insert(own_link).values({name: getattr(link, name) for name in OwnLink.__dataclass_fields__}))


async def unused(
    conn: AsyncConnection, supporter_id: int, campaign_id: int, minor: int, since: datetime, *, monthly: bool
) -> OwnLink | None:
    """Return a supporter's newest unpaid link for an amount, created since then (UTC), or None."""
    mine = (own_link.c.supporter_id == supporter_id) & own_link.c.active & own_link.c.gift_id.is_(None)
    same = (own_link.c.campaign_id == campaign_id) & (own_link.c.minor == minor) & (own_link.c.monthly == monthly)
    query = select(own_link).where(mine, same, own_link.c.made_at >= since).order_by(own_link.c.id.desc()).limit(1)
    row = (await conn.execute(query)).first()
    return None if row is None else _read(row)


async def by_code(conn: AsyncConnection, code_hash: str) -> OwnLink | None:
    """Return the link whose page shows this code, or None."""
    row = (await conn.execute(select(own_link).where(own_link.c.code_hash == code_hash))).first()
    return None if row is None else _read(row)


async def has_code(conn: AsyncConnection, supporter_id: int, gift_id: int) -> bool:
    """Return whether a gift was paid through one of their links whose code is still valid."""
    mine = (own_link.c.supporter_id == supporter_id) & (own_link.c.gift_id == gift_id)
    query = select(own_link.c.id).where(mine, own_link.c.code_hash.is_not(None)).limit(1)
    return (await conn.execute(query)).first() is not None


async def by_ids(conn: AsyncConnection, ids: Collection[int]) -> dict[int, OwnLink]:
    """Return links by our own ids."""
    rows = await conn.execute(select(own_link).where(own_link.c.id.in_(ids)))
    return {row.id: _read(row) for row in rows}


async def note_gift(conn: AsyncConnection, link_id: int, gift_id: int) -> None:
    """Store the first payment through a link."""
    await conn.execute(update(own_link).where(own_link.c.id == link_id).values(gift_id=gift_id))


async def drop_code(conn: AsyncConnection, link_id: int) -> None:
    """Invalidate the code of a link."""
    await conn.execute(update(own_link).where(own_link.c.id == link_id).values(code_hash=None))


async def to_close(conn: AsyncConnection, before: datetime, limit: int) -> list[OwnLink]:
    """Return active links created before then (UTC), the oldest first."""
    old = _ACTIVE & (own_link.c.made_at < before)
    return [
        _read(row) for row in await conn.execute(select(own_link).where(old).order_by(own_link.c.made_at).limit(limit))
    ]


async def closed_since(conn: AsyncConnection, since: datetime) -> list[str]:
    """Return the Stripe ids of links created since then (UTC) and closed, paid ones included.

    Further pages opened from a link before its first payment can still be paid.
    """
    query = select(own_link.c.stripe_id).where(_CLOSED, own_link.c.made_at >= since)
    return list((await conn.execute(query)).scalars())


async def of_campaign(conn: AsyncConnection, campaign_id: int) -> list[OwnLink]:
    """Return the active links of a campaign."""
    query = select(own_link).where(_ACTIVE, own_link.c.campaign_id == campaign_id)
    return [_read(row) for row in await conn.execute(query)]


async def close(conn: AsyncConnection, link_id: int) -> None:
    """Record that a link takes no more payments."""
    await conn.execute(update(own_link).where(own_link.c.id == link_id).values(active=False))


async def forget(conn: AsyncConnection, ids: Collection[int]) -> None:
    """Detach links from supporters and invalidate their codes."""
    mine = own_link.c.supporter_id.in_(ids)
    await conn.execute(update(own_link).where(mine).values(supporter_id=None, code_hash=None))
