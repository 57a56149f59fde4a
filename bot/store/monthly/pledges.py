"""Monthly gifts: their supporter, campaign and last known status."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Row, exists, false, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.gifts import Pledge
from bot.store.db import upsert
from bot.store.gifts.tables import gift
from bot.store.monthly.tables import pledge
from bot.store.nudges.tables import one_time_message
from bot.store.supporters.tables import supporter
from payments.pledges import ENDED, PledgeView

_LEGACY = text("pledge.legacy")  # spelled like the partial index's condition: SQLite does not match `legacy = 1` to it


def _read(row: Row[tuple[object, ...]]) -> Pledge:
    return Pledge(**{name: getattr(row, name) for name in Pledge.__dataclass_fields__})


async def write(conn: AsyncConnection, changed: Sequence[Pledge], at: datetime) -> None:
    """Insert or update monthly gifts."""
    rows = [{name: getattr(p, name) for name in Pledge.__dataclass_fields__} | {"changed_at": at} for p in changed]
    if rows:
        columns = [name for name in rows[0] if name != "subscription"]
        await conn.execute(upsert(conn, pledge, ["subscription"], columns), rows)


async def of_supporter(conn: AsyncConnection, supporter_id: int) -> list[Pledge]:
    """Return a supporter's monthly gifts that have not ended, newest first."""
    alive = (pledge.c.supporter_id == supporter_id) & pledge.c.status.not_in(ENDED)
    return [_read(row) for row in await conn.execute(select(pledge).where(alive).order_by(pledge.c.changed_at.desc()))]


async def of_campaign(conn: AsyncConnection, campaign_id: int, *, after: str, limit: int) -> list[Pledge]:
    """Return a campaign's monthly gifts that have not ended, in the order of Stripe's ids, starting after `after`."""
    alive = (pledge.c.campaign_id == campaign_id) & pledge.c.status.not_in(ENDED)
    query = select(pledge).where(alive, pledge.c.subscription > after).order_by(pledge.c.subscription).limit(limit)
    return [_read(row) for row in await conn.execute(query)]


async def legacy_unasked(conn: AsyncConnection, about: str, limit: int) -> list[Pledge]:
    """Return legacy monthly gifts whose supporter was not asked to confirm them; `about` is the prefix of that mark."""
    asked = (one_time_message.c.supporter_id == pledge.c.supporter_id) & (
        one_time_message.c.about == literal(f"{about}:") + pledge.c.subscription
    )
    waiting = _LEGACY & pledge.c.claimed_at.is_(None) & pledge.c.status.not_in(ENDED)
    query = select(pledge).where(
        waiting, pledge.c.supporter_id.is_not(None), pledge.c.campaign_id.is_not(None), ~exists().where(asked)
    )
    return [_read(row) for row in await conn.execute(query.limit(limit))]


async def to_end(conn: AsyncConnection, limit: int) -> list[Pledge]:
    """Return unended monthly gifts of supporters who have died or are under 18, except those that others may pay."""
    died = select(supporter.c.id).where(supporter.c.deceased_at.is_not(None))
    minors = select(supporter.c.id).where(supporter.c.adult.is_not(None), supporter.c.adult == false())
    people = [*(await conn.execute(died)).scalars(), *(await conn.execute(minors)).scalars()]
    known = pledge.c.claimed_at.is_not(None) | pledge.c.legacy
    theirs = pledge.c.supporter_id.in_(people) & pledge.c.status.not_in(ENDED) & known
    if not people:
        return []
    return [_read(row) for row in await conn.execute(select(pledge).where(theirs).limit(limit))]


async def of_session(conn: AsyncConnection, session: str) -> Pledge | None:
    """Return the monthly gift that began on a payment page, or None."""
    row = (await conn.execute(select(pledge).where(pledge.c.session == session))).first()
    return None if row is None else _read(row)


async def forget(conn: AsyncConnection, ids: Iterable[int]) -> None:
    """Detach monthly gifts from erased supporters: they continue without a name."""
    mine = pledge.c.supporter_id.in_(set(ids)) & pledge.c.claimed_at.is_(None)
    await conn.execute(update(pledge).where(mine).values(supporter_id=None, legacy=False, payer=None))
    await conn.execute(update(pledge).where(pledge.c.supporter_id.in_(set(ids))).values(payer=None))


async def move(conn: AsyncConnection, subscription: str, campaign_id: int, at: datetime) -> None:
    """Move a monthly gift to another campaign."""
    row = pledge.c.subscription == subscription
    await conn.execute(update(pledge).where(row).values(campaign_id=campaign_id, changed_at=at))


async def set_state(conn: AsyncConnection, view: PledgeView, at: datetime) -> None:
    """Set what Stripe just answered: the status, when it renews and when it ends."""
    row = pledge.c.subscription == view.subscription
    changes = {"status": view.status, "renews_at": view.renews_at, "ends_at": view.ends_at}
    await conn.execute(update(pledge).where(row).values(**changes, said_at=at, changed_at=at))


async def set_status(conn: AsyncConnection, subscription: str, status: str, at: datetime) -> None:
    """Set the status that Stripe just reported."""
    row = pledge.c.subscription == subscription
    await conn.execute(update(pledge).where(row).values(status=status, said_at=at, changed_at=at))


async def has_earlier_gift(conn: AsyncConnection, subscription: str, paid_at: datetime) -> bool:
    """Whether a gift of this pledge was paid before that time, which makes a later one a renewal."""
    earlier = (gift.c.pledge == subscription) & (gift.c.paid_at < paid_at)
    return (await conn.execute(select(gift.c.id).where(earlier).limit(1))).first() is not None


async def by_subscription(conn: AsyncConnection, subscriptions: Iterable[str]) -> dict[str, Pledge]:
    """Return monthly gifts by Stripe's id; unknown ids are left out."""
    rows = await conn.execute(select(pledge).where(pledge.c.subscription.in_(set(subscriptions))))
    return {row.subscription: _read(row) for row in rows}


async def get(conn: AsyncConnection, subscription: str) -> Pledge | None:
    """Return the monthly gift with this id of Stripe's, or None."""
    return (await by_subscription(conn, [subscription])).get(subscription)


async def set_amount(conn: AsyncConnection, subscription: str, minor: int) -> None:
    """Set the amount of future renewals, in minor units."""
    await conn.execute(update(pledge).where(pledge.c.subscription == subscription).values(minor=minor))


async def last_amount(conn: AsyncConnection, subscription: str) -> int | None:
    """Return the amount of the latest paid gift in minor units, or None."""
    paid = (gift.c.pledge == subscription) & gift.c.paid_at.is_not(None)
    query = select(gift.c.amount).where(paid).order_by(gift.c.paid_at.desc()).limit(1)
    return (await conn.execute(query)).scalar_one_or_none()
