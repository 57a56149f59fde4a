"""Campaigns, their counters and milestones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import RowMapping, bindparam, case, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.campaigns import Campaign, CampaignState
from bot.store.campaigns.tables import campaign, campaign_donor, campaign_other, campaign_picture, milestone
from bot.store.db import any_of, insert_or_ignore, upsert
from bot.store.rows import write_rows
from content.campaign import Campaign as Authored
from payments.money import Money

# Run for every set of events or every tap: built once, since building a statement takes longer than running it.
_BY_IDS = select(campaign).where(campaign.c.id.in_(any_of("ids")))
_OPEN = select(campaign).where(campaign.c.state == CampaignState.OPEN).order_by(campaign.c.id.desc())
_MOVE_COUNTERS = (
    update(campaign)
    .where(campaign.c.id == bindparam("in_campaign"))
    .values(
        raised_minor=campaign.c.raised_minor + bindparam("by_minor"),
        offline_minor=campaign.c.offline_minor + bindparam("by_offline"),
        gift_count=campaign.c.gift_count + bindparam("by_gifts"),
        donor_count=campaign.c.donor_count + bindparam("by_donors"),
        version=campaign.c.version + 1,
        given_at=func.coalesce(bindparam("given_at", type_=campaign.c.given_at.type), campaign.c.given_at),
    )
)
_NOT_CROSSED = select(milestone.c.campaign_id, milestone.c.threshold_minor).where(
    milestone.c.campaign_id.in_(any_of("campaigns")), milestone.c.crossed_at.is_(None)
)


@lru_cache(maxsize=256)
def _authored(text: str) -> Authored:
    return Authored.model_validate_json(text)


def _read(row: RowMapping) -> Campaign:
    return Campaign(
        id=row["id"],
        slug=row["slug"],
        state=CampaignState(row["state"]),
        authored=_authored(row["authored"]),
        ends_at=row["ends_at"],
        raised=Money(row["raised_minor"], row["currency"]),
        offline=Money(row["offline_minor"], row["currency"]),
        gift_count=row["gift_count"],
        donor_count=row["donor_count"],
        version=row["version"],
        has_match=row["has_match"],
        extended=row["extended"],
        given_at=row["given_at"],
    )


async def by_ids(conn: AsyncConnection, ids: Iterable[int]) -> dict[int, Campaign]:
    """Return campaigns by id; unknown ids are left out."""
    rows = (await conn.execute(_BY_IDS, {"ids": list(set(ids))})).mappings()
    return {row["id"]: _read(row) for row in rows}


async def all_campaigns(conn: AsyncConnection) -> list[Campaign]:
    """Return all campaigns, newest first."""
    query = select(campaign).order_by(campaign.c.id.desc())
    return [_read(row) for row in (await conn.execute(query)).mappings()]


async def open_campaigns(conn: AsyncConnection, now: datetime) -> list[Campaign]:
    """Return the campaigns that may ask for gifts now, newest first."""
    campaigns = [_read(row) for row in (await conn.execute(_OPEN)).mappings()]
    return [c for c in campaigns if c.is_open(now)]


async def by_slug(conn: AsyncConnection, slug: str) -> Campaign | None:
    """Return the campaign with that slug, or None."""
    row = (await conn.execute(select(campaign).where(campaign.c.slug == slug))).mappings().first()
    return None if row is None else _read(row)


async def publish(
    conn: AsyncConnection, authored: Authored, ends_at: datetime | None, at: datetime, *, extended: bool = False
) -> Campaign:
    """Write a new or changed campaign and open it; counters stay. `extended`: its end moved to a later day."""
    statement = upsert(conn, campaign, ["slug"], ["state", "authored", "ends_at", "closed_at", "extended"])
    await conn.execute(
        statement,
        {
            "slug": authored.slug,
            "state": CampaignState.OPEN,
            "authored": authored.model_dump_json(),
            "currency": authored.currency,
            "ends_at": ends_at,
            "published_at": at,
            "closed_at": None,
            "extended": extended,
        },
    )
    await conn.execute(update(campaign).where(campaign.c.slug == authored.slug).values(version=campaign.c.version + 1))
    written = await by_slug(conn, authored.slug)
    assert written is not None
    return written


async def clear_given_at(conn: AsyncConnection, before: datetime) -> int:
    """Clear `given_at` where the latest gift is older, so that cards stop mentioning it; return how many campaigns."""
    old = campaign.c.given_at <= before
    result = await conn.execute(update(campaign).where(old).values(given_at=None, version=campaign.c.version + 1))
    return result.rowcount


async def has_old_given_at(conn: AsyncConnection, before: datetime) -> bool:
    """Whether `forget_giving` would change anything; needs no write transaction."""
    return (await conn.execute(select(campaign.c.id).where(campaign.c.given_at <= before).limit(1))).first() is not None


async def set_state(conn: AsyncConnection, campaign_id: int, before: CampaignState, after: CampaignState) -> bool:
    """Change the state, so that cards are redrawn; return False if it was not in state `before`."""
    unchanged = (campaign.c.id == campaign_id) & (campaign.c.state == before)
    result = await conn.execute(update(campaign).where(unchanged).values(state=after, version=campaign.c.version + 1))
    return result.rowcount == 1


async def close(conn: AsyncConnection, campaign_id: int, at: datetime) -> None:
    """Close the campaign; gifts that still arrive are counted and marked late."""
    now = literal(at, campaign.c.ends_at.type)
    ended = case((or_(campaign.c.ends_at.is_(None), campaign.c.ends_at > now), now), else_=campaign.c.ends_at)
    await conn.execute(
        update(campaign)
        .where(campaign.c.id == campaign_id)
        .values(state=CampaignState.CLOSED, closed_at=at, ends_at=ended, version=campaign.c.version + 1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterChange:
    """How much to add to one campaign's counters, in minor units of its currency."""

    campaign_id: int
    raised_minor: int
    gifts: int
    donors: int
    offline_minor: int = 0  # of raised_minor: from outside Stripe
    given_at: datetime | None = None  # when the latest of these gifts was paid


async def add_to_counters(conn: AsyncConnection, changes: Sequence[CounterChange]) -> None:
    """Add to counters, in the transaction that writes the gifts."""
    if not changes:
        return
    await conn.execute(
        _MOVE_COUNTERS,
        [
            {
                "in_campaign": c.campaign_id,
                "by_minor": c.raised_minor,
                "by_offline": c.offline_minor,
                "by_gifts": c.gifts,
                "by_donors": c.donors,
                "given_at": c.given_at,
            }
            for c in changes
        ],
    )


async def add_other_currencies(conn: AsyncConnection, changes: Mapping[tuple[int, str], tuple[int, int]]) -> None:
    """Add to what campaigns received in other currencies: {(campaign, currency): (minor, gifts)}."""
    if not changes:
        return
    keys = [{"campaign_id": c, "currency": cur, "raised_minor": 0, "gift_count": 0} for c, cur in changes]
    await conn.execute(insert_or_ignore(conn, campaign_other), keys)
    statement = (
        update(campaign_other)
        .where(
            campaign_other.c.campaign_id == bindparam("in_campaign"),
            campaign_other.c.currency == bindparam("in_currency"),
        )
        .values(
            raised_minor=campaign_other.c.raised_minor + bindparam("by_minor"),
            gift_count=campaign_other.c.gift_count + bindparam("by_gifts"),
        )
    )
    await conn.execute(
        statement,
        [
            {"in_campaign": c, "in_currency": cur, "by_minor": minor, "by_gifts": gifts}
            for (c, cur), (minor, gifts) in changes.items()
        ],
    )


async def other_currencies(conn: AsyncConnection) -> dict[tuple[int, str], tuple[int, int]]:
    """Return what campaigns received in other currencies: {(campaign, currency): (minor, gifts)}."""
    rows = await conn.execute(select(campaign_other))
    return {(row.campaign_id, row.currency): (row.raised_minor, row.gift_count) for row in rows}


async def write_donors(conn: AsyncConnection, counts: Mapping[tuple[int, int], int]) -> None:
    """Set the number of counted gifts by (campaign, supporter)."""
    rows = [{"campaign_id": c, "supporter_id": s, "gift_count": n} for (c, s), n in counts.items()]
    await write_rows(conn, campaign_donor, rows, key=["campaign_id", "supporter_id"], change=["gift_count"])


async def set_milestones(
    conn: AsyncConnection, campaign_id: int, thresholds: Iterable[int], raised_minor: int, at: datetime
) -> None:
    """Add the campaign's milestones; existing ones stay as they are.

    A new milestone at or below the amount raised so far was not crossed by any gift, so it is never announced.
    """
    rows = []
    for minor in thresholds:
        past = at if minor <= raised_minor else None
        rows.append({"campaign_id": campaign_id, "threshold_minor": minor, "crossed_at": past, "announced_at": past})
    if rows:
        await conn.execute(insert_or_ignore(conn, milestone), rows)


async def cross_milestones(
    conn: AsyncConnection, totals: Mapping[int, int], at: Mapping[int, datetime]
) -> list[tuple[int, int]]:
    """Mark the milestones that these totals {campaign: minor} cross; return each new (campaign, threshold) once.

    `at`: when each campaign crossed them (UTC).
    """
    crossed = [
        (row.campaign_id, row.threshold_minor)
        for row in await conn.execute(_NOT_CROSSED, {"campaigns": list(totals)})
        if row.threshold_minor <= totals[row.campaign_id]
    ]
    for campaign_id, threshold in crossed:
        await conn.execute(
            update(milestone)
            .where(milestone.c.campaign_id == campaign_id, milestone.c.threshold_minor == threshold)
            .values(crossed_at=at[campaign_id])
        )
    return crossed


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossedMilestone:
    """A milestone that was crossed but not yet announced."""

    campaign_id: int
    threshold_minor: int
    crossed_at: datetime


async def unannounced_milestones(conn: AsyncConnection) -> list[CrossedMilestone]:
    """Return crossed milestones that await their announcement, the highest of each campaign first."""
    waiting = milestone.c.crossed_at.is_not(None) & milestone.c.announced_at.is_(None)
    columns = (milestone.c.campaign_id, milestone.c.threshold_minor, milestone.c.crossed_at)
    query = select(*columns).where(waiting).order_by(milestone.c.campaign_id, milestone.c.threshold_minor.desc())
    return [CrossedMilestone(**row) for row in (await conn.execute(query)).mappings()]


async def mark_announced(conn: AsyncConnection, campaign_id: int, up_to_minor: int, at: datetime) -> None:
    """Mark crossed milestones up to this one as announced: the highest one speaks for those below."""
    up_to_here = (milestone.c.campaign_id == campaign_id) & (milestone.c.threshold_minor <= up_to_minor)
    waiting = milestone.c.crossed_at.is_not(None) & milestone.c.announced_at.is_(None)
    await conn.execute(update(milestone).where(up_to_here, waiting).values(announced_at=at))


async def set_picture(conn: AsyncConnection, campaign_id: int, image: bytes) -> None:
    """Store the campaign's own picture (PNG, JPEG or WebP)."""
    statement = upsert(conn, campaign_picture, ["campaign_id"], ["image"])
    await conn.execute(statement, {"campaign_id": campaign_id, "image": image})


async def picture(conn: AsyncConnection, campaign_id: int) -> bytes | None:
    """Return the campaign's own picture, or None."""
    query = select(campaign_picture.c.image).where(campaign_picture.c.campaign_id == campaign_id)
    image: bytes | None = (await conn.execute(query)).scalar_one_or_none()
    return image


async def due_to_close(conn: AsyncConnection, now: datetime) -> list[int]:
    """Return the ids of campaigns past their end that are not closed, including paused ones."""
    query = select(campaign.c.id).where(campaign.c.state != CampaignState.CLOSED, campaign.c.ends_at <= now)
    return list((await conn.execute(query)).scalars())
