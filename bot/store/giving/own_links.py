"""Payment links that were made for one person and take one payment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.giving.tables import own_link


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLink:
    """One such link. `supporter_id`: who asked for it, None once they are forgotten. `gift_id`: what was paid first."""

    id: int
    supporter_id: int | None
    campaign_id: int
    minor: int
    monthly: bool
    code_hash: str | None  # of the code that its page hands to whoever has paid
    stripe_id: str
    url: str
    made_at: datetime
    gift_id: int | None = None
    active: bool = True


_ACTIVE = text("own_link.active")  # as the partial index says it: SQLite sees no likeness in `active = 1`
_CLOSED = text("NOT own_link.active")


def _read(row: Row[tuple[object, ...]]) -> OwnLink:
    return OwnLink(**{name: getattr(row, name) for name in OwnLink.__dataclass_fields__})


async def add(conn: AsyncConnection, link: OwnLink) -> None:
    """Keep a link that Stripe has made."""
    await conn.execute(insert(own_link).values({name: getattr(link, name) for name in OwnLink.__dataclass_fields__}))


async def unused(
    conn: AsyncConnection, supporter_id: int, campaign_id: int, minor: int, since: datetime, *, monthly: bool
) -> OwnLink | None:
    """Return somebody's newest link for an amount that nobody has paid through yet, made since then (UTC)."""
    mine = (own_link.c.supporter_id == supporter_id) & own_link.c.active & own_link.c.gift_id.is_(None)
    same = (own_link.c.campaign_id == campaign_id) & (own_link.c.minor == minor) & (own_link.c.monthly == monthly)
    query = select(own_link).where(mine, same, own_link.c.made_at >= since).order_by(own_link.c.id.desc()).limit(1)
    row = (await conn.execute(query)).first()
    return None if row is None else _read(row)


async def by_code(conn: AsyncConnection, code_hash: str) -> OwnLink | None:
    """Return the link whose page hands out this code."""
    row = (await conn.execute(select(own_link).where(own_link.c.code_hash == code_hash))).first()
    return None if row is None else _read(row)


async def has_code(conn: AsyncConnection, supporter_id: int, gift_id: int) -> bool:
    """Return whether a gift was paid through a link of theirs whose page hands out a code that is still good."""
    mine = (own_link.c.supporter_id == supporter_id) & (own_link.c.gift_id == gift_id)
    query = select(own_link.c.id).where(mine, own_link.c.code_hash.is_not(None)).limit(1)
    return (await conn.execute(query)).first() is not None


async def by_ids(conn: AsyncConnection, ids: Collection[int]) -> dict[int, OwnLink]:
    """Return links by our own ids."""
    rows = await conn.execute(select(own_link).where(own_link.c.id.in_(ids)))
    return {row.id: _read(row) for row in rows}


async def note_gift(conn: AsyncConnection, link_id: int, gift_id: int) -> None:
    """Note the first payment through a link."""
    await conn.execute(update(own_link).where(own_link.c.id == link_id).values(gift_id=gift_id))


async def drop_code(conn: AsyncConnection, link_id: int) -> None:
    """The code of a link's page leads nowhere any more."""
    await conn.execute(update(own_link).where(own_link.c.id == link_id).values(code_hash=None))


async def to_close(conn: AsyncConnection, before: datetime, limit: int) -> list[OwnLink]:
    """Return links that were made before then (UTC) and still take a payment, the oldest first."""
    old = _ACTIVE & (own_link.c.made_at < before)
    return [
        _read(row) for row in await conn.execute(select(own_link).where(old).order_by(own_link.c.made_at).limit(limit))
    ]


async def closed_since(conn: AsyncConnection, since: datetime) -> list[str]:
    """Return the links, by Stripe's ids, that were made since then (UTC), and closed before anybody paid."""
    unpaid = (own_link.c.made_at >= since) & own_link.c.gift_id.is_(None)
    return list((await conn.execute(select(own_link.c.stripe_id).where(_CLOSED, unpaid))).scalars())


async def of_campaign(conn: AsyncConnection, campaign_id: int) -> list[OwnLink]:
    """Return the links of a campaign that still take a payment."""
    query = select(own_link).where(_ACTIVE, own_link.c.campaign_id == campaign_id)
    return [_read(row) for row in await conn.execute(query)]


async def close(conn: AsyncConnection, link_id: int) -> None:
    """A link takes no payment any more."""
    await conn.execute(update(own_link).where(own_link.c.id == link_id).values(active=False))


async def forget(conn: AsyncConnection, ids: Collection[int]) -> None:
    """Detach links from supporters; the codes of their pages lead nowhere."""
    mine = own_link.c.supporter_id.in_(ids)
    await conn.execute(update(own_link).where(mine).values(supporter_id=None, code_hash=None))
