"""Shared Payment Links, stored so that showing a button never has to create one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Locale
from bot.store.db import any_of
from bot.store.giving.tables import payment_link


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLink:
    """One Payment Link. `minor` 0 means that the donor types the amount on Stripe's page.

    `locale`: the language of its page; None: both, as earlier versions made them.
    """

    id: int
    campaign_id: int
    minor: int
    currency: str
    params_hash: str
    stripe_id: str
    url: str
    suggested: bool
    monthly: bool = False
    locale: Locale | None = None


async def active(conn: AsyncConnection, campaign_id: int | None = None) -> list[StoredLink]:
    """Return links that take gifts, of one campaign or all, the newest last, so that it wins in a mapping."""
    query = (
        select(
            *(payment_link.c[name] for name in StoredLink.__dataclass_fields__),
        )
        .where(payment_link.c.active.is_(True))
        .order_by(payment_link.c.id)
    )
    if campaign_id is not None:
        query = query.where(payment_link.c.campaign_id == campaign_id)
    return [StoredLink(**row) for row in (await conn.execute(query)).mappings()]


async def inactive(conn: AsyncConnection, stripe_ids: Collection[str]) -> list[StoredLink]:
    """Return those of these links that take no more gifts."""
    query = select(*(payment_link.c[name] for name in StoredLink.__dataclass_fields__))
    these = payment_link.c.stripe_id.in_(any_of("ids")) & payment_link.c.active.is_(False)
    rows = await conn.execute(query.where(these), {"ids": list(stripe_ids)})
    return [StoredLink(**row) for row in rows.mappings()]


async def add(conn: AsyncConnection, link: StoredLink, at: datetime) -> None:
    """Store a link created at Stripe."""
    values = {name: getattr(link, name) for name in StoredLink.__dataclass_fields__}
    await conn.execute(insert(payment_link).values(**values, active=True, created_at=at))


async def deactivate(conn: AsyncConnection, stripe_id: str, at: datetime) -> None:
    """Record that a link takes no more gifts."""
    this = payment_link.c.stripe_id == stripe_id
    await conn.execute(update(payment_link).where(this).values(active=False, closed_at=at))


async def closed_since(conn: AsyncConnection, since: datetime) -> list[str]:
    """Return the Stripe ids of links closed since then (UTC), whose pages may still be open."""
    query = select(payment_link.c.stripe_id).where(payment_link.c.closed_at >= since)
    return list((await conn.execute(query)).scalars())
