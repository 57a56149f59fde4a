"""Results of decisions: both arms by intention to treat, and the gifts credited to reminders."""

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
    """Supporters assigned to one arm with the same text and the same propensity."""

    arm: str
    text: int
    propensity: float
    assigned: int
    gave: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmMoney:
    """An amount that assigned supporters of one arm gave within the window: net, in minor units of one currency."""

    arm: str
    propensity: float
    minor: int
    supporters: int  # how many gave exactly this much


def _first(policy: str, until: datetime) -> Subquery:
    """Select each supporter's first decision under a policy, which decides their arm, if its window is over."""
    place = func.row_number().over(partition_by=decision.c.supporter_id, order_by=decision.c.due_at)
    ranked = select(decision, place.label("place")).where(decision.c.policy == policy).subquery()
    return (
        select(ranked).where(ranked.c.place == 1, ranked.c.due_at <= literal(until, decision.c.due_at.type)).subquery()
    )


def _within(first: Subquery, window: timedelta) -> ColumnElement[bool]:
    """Match the supporter's gifts within the window. Times are microseconds in the database, so the span is added."""
    span = literal(int(window.total_seconds() * 1_000_000), BigInteger)
    paid, due = type_coerce(gift.c.paid_at, BigInteger), type_coerce(first.c.due_at, BigInteger)
    return and_(gift.c.supporter_id == first.c.supporter_id, paid > due, paid <= due + span)


async def cells(
    conn: AsyncConnection, policy: str, window: timedelta, now: datetime, since: datetime | None = None
) -> list[Cell]:
    """Count who was assigned to each arm (since `since`, if given) and who of them gave within the window."""
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
    """Return how many supporters gave which sum, by arm and propensity, including those who gave nothing."""
    first = _first(policy, now - window)
    given = (
        select(func.coalesce(func.sum(gift.c.counted), 0))
        .where(_within(first, window), gift.c.currency == currency)
        .scalar_subquery()
    )
    each = select(first.c.arm, first.c.propensity, given.label("minor")).subquery()
    same = (each.c.arm, each.c.propensity, each.c.minor)
    return [
        ArmMoney(arm=row[0], propensity=float(row[1]), minor=int(row[2]), supporters=int(row[3]))
        for row in await conn.execute(select(*same, func.count()).group_by(*same))
    ]


async def texts_at(conn: AsyncConnection, policy: str) -> datetime | None:
    """Return when staff last changed the texts of a policy (UTC), or None."""
    query = select(nudge_policy.c.texts_at).where(nudge_policy.c.name == policy)
    return (await conn.execute(query)).scalar_one_or_none()


async def credited(conn: AsyncConnection, policy: str) -> list[tuple[str, int, int]]:
    """Return gifts made through a reminder's own link: (currency, gifts, minor units)."""
    ours = text(BY_APPEAL) & (gift.c.touch_kind == TouchKind.NUDGE.value) & (gift.c.counted > 0)
    joined = select(gift.c.currency, func.count(), func.sum(gift.c.counted)).join(
        decision, decision.c.id == gift.c.touch_id
    )
    rows = await conn.execute(joined.where(ours, decision.c.policy == policy).group_by(gift.c.currency))
    return [(row[0], int(row[1]), int(row[2])) for row in rows]


async def ends(conn: AsyncConnection, policy: str) -> dict[str, int]:
    """Return other outcomes of reminders: sent, stopped, later, and blocked (before delivery or soon after)."""
    mine = decision.c.policy == policy
    kinds = select(nudge_end.c.kind, func.count()).join(decision, decision.c.id == nudge_end.c.decision_id)
    by_kind = {row[0]: int(row[1]) for row in await conn.execute(kinds.where(mine).group_by(nudge_end.c.kind))}
    states = select(delivery.c.state, func.count()).join(decision, decision.c.id == delivery.c.id)
    counts = {row[0]: int(row[1]) for row in await conn.execute(states.where(mine).group_by(delivery.c.state))}
    blocked = counts.get(State.UNREACHABLE, 0) + by_kind.get("blocked", 0)
    return by_kind | {"sent": counts.get(State.SENT, 0), "blocked": blocked}


async def currencies(conn: AsyncConnection, policy: str) -> Sequence[str]:
    """Return the currencies in which assigned supporters gave."""
    query = select(gift.c.currency).join(decision, decision.c.supporter_id == gift.c.supporter_id)
    return sorted(set((await conn.execute(query.where(decision.c.policy == policy).distinct())).scalars()))
