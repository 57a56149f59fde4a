"""Match periods, and what they add to each gift."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.matching import Matched, MatchPeriod
from bot.store.campaigns.tables import campaign
from bot.store.db import any_of
from bot.store.matching.tables import gift_match, match_period
from bot.store.rows import write_rows
from payments.money import Money

_PERIODS = select(match_period, campaign.c.currency).join(campaign, campaign.c.id == match_period.c.campaign_id)
_OF_CAMPAIGNS = _PERIODS.where(match_period.c.campaign_id.in_(any_of("campaigns"))).order_by(match_period.c.starts_at)
_OF_GIFTS = select(gift_match).where(gift_match.c.gift_id.in_(any_of("gifts")))
_LEFT = update(match_period).where(match_period.c.id == bindparam("of")).values(left_minor=bindparam("now_left"))


def _read(row: RowMapping) -> MatchPeriod:
    return MatchPeriod(
        id=row["id"],
        campaign_id=row["campaign_id"],
        sponsor=row["sponsor"],
        pool=Money(row["pool_minor"], row["currency"]),
        left=Money(row["left_minor"], row["currency"]),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        closed_at=row["closed_at"],
    )


async def of_campaigns(conn: AsyncConnection, campaign_ids: Iterable[int]) -> list[MatchPeriod]:
    """Return all periods of these campaigns, the earliest first."""
    rows = (await conn.execute(_OF_CAMPAIGNS, {"campaigns": list(set(campaign_ids))})).mappings()
    return [_read(row) for row in rows]


async def everything(conn: AsyncConnection) -> list[MatchPeriod]:
    """Return all periods."""
    return [_read(row) for row in (await conn.execute(_PERIODS)).mappings()]


async def of_gifts(conn: AsyncConnection, gift_ids: Iterable[int]) -> dict[int, Matched]:
    """Return what is added to these gifts, by gift id."""
    rows = await conn.execute(_OF_GIFTS, {"gifts": list(set(gift_ids))})
    return {row.gift_id: Matched(gift_id=row.gift_id, match_id=row.match_id, minor=row.minor) for row in rows}


async def write(conn: AsyncConnection, changed: Sequence[Matched], periods: Iterable[MatchPeriod]) -> None:
    """Write the added amounts and what is left of the pools, in the gifts' transaction."""
    rows = [{"gift_id": m.gift_id, "match_id": m.match_id, "minor": m.minor} for m in changed]
    await write_rows(conn, gift_match, rows, key=["gift_id", "match_id"], change=["minor"])
    moved = [{"of": p.id, "now_left": p.left.minor} for p in periods]
    if moved:
        await conn.execute(_LEFT, moved)


async def add(conn: AsyncConnection, new: MatchPeriod) -> None:
    """Add a period; from now on the campaign's gifts are checked for matches."""
    values = {
        "id": new.id,
        "campaign_id": new.campaign_id,
        "sponsor": dict(new.sponsor),
        "pool_minor": new.pool.minor,
        "left_minor": new.left.minor,
        "starts_at": new.starts_at,
        "ends_at": new.ends_at,
    }
    await conn.execute(insert(match_period).values(**values))
    has = update(campaign).where(campaign.c.id == new.campaign_id)
    await conn.execute(has.values(has_match=True, version=campaign.c.version + 1))


async def close(conn: AsyncConnection, match_id: int, campaign_id: int, at: datetime) -> None:
    """End a period early; amounts already added stay."""
    await conn.execute(update(match_period).where(match_period.c.id == match_id).values(closed_at=at))
    await conn.execute(update(campaign).where(campaign.c.id == campaign_id).values(version=campaign.c.version + 1))


async def added(conn: AsyncConnection) -> dict[int, int]:
    """Return the total that each period has added: {period: minor units}."""
    query = select(gift_match.c.match_id, func.sum(gift_match.c.minor)).group_by(gift_match.c.match_id)
    return {row[0]: int(row[1]) for row in await conn.execute(query)}
