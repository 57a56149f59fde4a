"""What became of decisions: both arms counted by intention to treat, and what reminders were credited with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, Subquery, and_, case, func, literal, select, text, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.core.outbox import State
from bot.store.core.tables import delivery
from bot.store.gifts.tables import BY_APPEAL, gift
from bot.store.nudges.tables import decision, nudge_end, nudge_policy
from payments.reference import TouchKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Supporters assigned to one arm under one text with one chance of being sent to."""

    arm: str
    text: int
    propensity: float
    assigned: int
    gave: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmMoney:
    """What assigned supporters of one arm gave within the window, net, in minor units of one currency."""

    arm: str
    propensity: float
    minor: int
    supporters: int  # who gave exactly this much


def _first(policy: str, until: datetime) -> Subquery:
    """Each supporter's first decision under a policy, as far as its window is over: what they are counted by."""
    place = func.row_number().over(partition_by=decision.c.supporter_id, order_by=decision.c.due_at)
    ranked = select(decision, place.label("place")).where(decision.c.policy == policy).subquery()
    return (
        select(ranked).where(ranked.c.place == 1, ranked.c.due_at <= literal(until, decision.c.due_at.type)).subquery()
    )


def _within(first: Subquery, window: timedelta) -> ColumnElement[bool]:
    """A gift of theirs in the window. Times are microseconds in the database, so a span is added there."""
    span = literal(int(window.total_seconds() * 1_000_000), BigInteger)
    paid, due = type_coerce(gift.c.paid_at, BigInteger), type_coerce(first.c.due_at, BigInteger)
    return and_(gift.c.supporter_id == first.c.supporter_id, paid > due, paid <= due + span)


async def cells(
    conn: AsyncConnection, policy: str, window: timedelta, now: datetime, since: datetime | None = None
) -> list[Cell]:
    """How many were assigned to each arm, `since` then where it is given, and how many gave within the window."""
    first = _first(policy, now - window)
    gave = select(gift.c.id).where(_within(first, window), gift.c.counted > 0).exists()
    query = select(
        first.c.arm, first.c.text, first.c.propensity, func.count(), func.sum(case((gave, 1), else_=0))
    ).group_by(first.c.arm, first.c.text, first.c.propensity)
    if since is not None:
        query = query.where(first.c.due_at >= since)
    return [
        Cell(arm=row[0], text=int(row[1]), propensity=float(row[2]), assigned=int(row[3]), gave=int(row[4] or 0))
        for row in await conn.execute(query)
    ]


async def money(conn: AsyncConnection, policy: str, window: timedelta, now: datetime, currency: str) -> list[ArmMoney]:
    """What was given, as (arm, chance, sum, how many supporters gave that sum); those who gave nothing are in it."""
    first = _first(policy, now - window)
    given = (
        select(func.coalesce(func.sum(gift.c.counted), 0))
        .where(_within(first, window), gift.c.currency == currency)
        .scalar_subquery()
    )
    each = select(first.c.arm, first.c.propensity, given.label("minor")).subquery()
    alike = (each.c.arm, each.c.propensity, each.c.minor)
    return [
        ArmMoney(arm=row[0], propensity=float(row[1]), minor=int(row[2]), supporters=int(row[3]))
        for row in await conn.execute(select(*alike, func.count()).group_by(*alike))
    ]


async def texts_at(conn: AsyncConnection, policy: str) -> datetime | None:
    """When (UTC) staff last changed the texts of a policy; None: never."""
    query = select(nudge_policy.c.texts_at).where(nudge_policy.c.name == policy)
    return (await conn.execute(query)).scalar_one_or_none()


async def credited(conn: AsyncConnection, policy: str) -> list[tuple[str, int, int]]:
    """Gifts whose own link was a reminder's: (currency, gifts, minor units)."""
    ours = text(BY_APPEAL) & (gift.c.touch_kind == TouchKind.NUDGE.value) & (gift.c.counted > 0)
    joined = select(gift.c.currency, func.count(), func.sum(gift.c.counted)).join(
        decision, decision.c.id == gift.c.touch_id
    )
    rows = await conn.execute(joined.where(ours, decision.c.policy == policy).group_by(gift.c.currency))
    return [(row[0], int(row[1]), int(row[2])) for row in rows]


async def ends(conn: AsyncConnection, policy: str) -> dict[str, int]:
    """What else reminders brought about: sent, stopped, later, blocked (before it came, or soon after)."""
    mine = decision.c.policy == policy
    kinds = select(nudge_end.c.kind, func.count()).join(decision, decision.c.id == nudge_end.c.decision_id)
    found = {row[0]: int(row[1]) for row in await conn.execute(kinds.where(mine).group_by(nudge_end.c.kind))}
    states = select(delivery.c.state, func.count()).join(decision, decision.c.id == delivery.c.id)
    counts = {row[0]: int(row[1]) for row in await conn.execute(states.where(mine).group_by(delivery.c.state))}
    blocked = counts.get(State.UNREACHABLE, 0) + found.get("blocked", 0)
    return found | {"sent": counts.get(State.SENT, 0), "blocked": blocked}


async def currencies(conn: AsyncConnection, policy: str) -> Sequence[str]:
    """In which assigned supporters gave."""
    query = select(gift.c.currency).join(decision, decision.c.supporter_id == gift.c.supporter_id)
    return sorted(set((await conn.execute(query.where(decision.c.policy == policy).distinct())).scalars()))
