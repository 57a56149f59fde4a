"""Monthly gifts: whose, for what, and how they stand as far as we were told."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.gifts import Pledge
from bot.store.db import upsert
from bot.store.schema import gift, pledge
from payments.pledges import ENDED


def _read(row: Row[tuple[object, ...]]) -> Pledge:
    return Pledge(**{name: getattr(row, name) for name in Pledge.__dataclass_fields__})


async def write(conn: AsyncConnection, changed: Sequence[Pledge], at: datetime) -> None:
    """Write monthly gifts, new or known."""
    rows = [{name: getattr(p, name) for name in Pledge.__dataclass_fields__} | {"changed_at": at} for p in changed]
    if rows:
        columns = [name for name in rows[0] if name != "subscription"]
        await conn.execute(upsert(conn, pledge, ["subscription"], columns), rows)


async def of_supporter(conn: AsyncConnection, supporter_id: int) -> list[Pledge]:
    """Somebody's monthly gifts that have not ended, the newest first."""
    alive = (pledge.c.supporter_id == supporter_id) & pledge.c.status.not_in(ENDED)
    return [_read(row) for row in await conn.execute(select(pledge).where(alive).order_by(pledge.c.changed_at.desc()))]


async def of_campaign(conn: AsyncConnection, campaign_id: int) -> list[Pledge]:
    """The monthly gifts for a campaign that have not ended."""
    alive = (pledge.c.campaign_id == campaign_id) & pledge.c.status.not_in(ENDED)
    return [_read(row) for row in await conn.execute(select(pledge).where(alive))]


async def move(conn: AsyncConnection, subscription: str, campaign_id: int, at: datetime) -> None:
    """Its gifts are for another campaign from now on."""
    row = pledge.c.subscription == subscription
    await conn.execute(update(pledge).where(row).values(campaign_id=campaign_id, changed_at=at))


async def set_status(conn: AsyncConnection, subscription: str, status: str, at: datetime) -> None:
    """What Stripe has just told us of it."""
    row = pledge.c.subscription == subscription
    await conn.execute(update(pledge).where(row).values(status=status, said_at=at, changed_at=at))


async def gave_before(conn: AsyncConnection, subscription: str, paid_at: datetime) -> bool:
    """Whether a gift of this pledge was paid before that time: then one of that time is a renewal."""
    earlier = (gift.c.pledge == subscription) & (gift.c.paid_at < paid_at)
    return (await conn.execute(select(gift.c.id).where(earlier).limit(1))).first() is not None


async def known(conn: AsyncConnection, subscriptions: Iterable[str]) -> dict[str, Pledge]:
    """Monthly gifts by Stripe's id."""
    rows = await conn.execute(select(pledge).where(pledge.c.subscription.in_(set(subscriptions))))
    return {row.subscription: _read(row) for row in rows}


async def set_amount(conn: AsyncConnection, subscription: str, minor: int) -> None:
    """What its next gifts come to, in minor units, as the donor has just chosen."""
    await conn.execute(update(pledge).where(pledge.c.subscription == subscription).values(minor=minor))


async def last_amount(conn: AsyncConnection, subscription: str) -> int | None:
    """What its newest paid gift came to, in minor units."""
    paid = (gift.c.pledge == subscription) & gift.c.paid_at.is_not(None)
    query = select(gift.c.amount).where(paid).order_by(gift.c.paid_at.desc()).limit(1)
    return (await conn.execute(query)).scalar_one_or_none()
