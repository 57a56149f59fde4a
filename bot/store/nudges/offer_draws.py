"""The test of offering a monthly gift: what was drawn for each donor, kept as a one-time mark, and the results."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, func, literal, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.holdout import ArmName
from bot.store.gifts.tables import gift
from bot.store.nudges.impact_updates import record_once
from bot.store.nudges.tables import one_time_message
from bot.store.supporters.tables import supporter

_PREFIX = "monthly_test:"  # then the percentage that was left out, and the arm


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDraw:
    """What was drawn for a donor: their arm, the percentage that was left out then, and when (UTC)."""

    arm: ArmName
    percent: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCell:
    """Donors drawn into one arm while the same percentage was left out, and how many of them began to give monthly."""

    arm: ArmName
    percent: int
    assigned: int
    began: int


async def drawn_for(conn: AsyncConnection, supporter_id: int) -> OfferDraw | None:
    """Return what was drawn for a supporter, or None; after a merge, what was drawn first."""
    mine = (one_time_message.c.supporter_id == supporter_id) & one_time_message.c.about.startswith(_PREFIX)
    query = select(one_time_message.c.about, one_time_message.c.at).where(mine).order_by(one_time_message.c.at).limit(1)
    row = (await conn.execute(query)).first()
    if row is None:
        return None
    arm, percent = _read(row.about)
    return OfferDraw(arm=arm, percent=percent, at=row.at)


async def store_draw(conn: AsyncConnection, supporter_id: int, draw: OfferDraw) -> None:
    """Store what was drawn for a supporter."""
    await record_once(conn, supporter_id, f"{_PREFIX}{draw.percent}:{draw.arm}", draw.at)


async def cells(conn: AsyncConnection, window: timedelta, now: datetime) -> Sequence[OfferCell]:
    """Count both arms of draws older than the window, and who began to give monthly within it."""
    mark = one_time_message
    span = literal(int(window.total_seconds() * 1_000_000), BigInteger)
    drawn_at, paid_at = type_coerce(mark.c.at, BigInteger), type_coerce(gift.c.paid_at, BigInteger)
    monthly = (gift.c.supporter_id == mark.c.supporter_id) & gift.c.pledge.is_not(None) & (gift.c.counted > 0)
    began = select(gift.c.id).where(monthly, paid_at >= drawn_at, paid_at <= drawn_at + span).exists()
    counts = select(mark.c.about, func.count(), func.count().filter(began))
    counts = counts.join(supporter, supporter.c.id == mark.c.supporter_id).where(supporter.c.merged_into.is_(None))
    rows = await conn.execute(
        counts.where(mark.c.about.startswith(_PREFIX), mark.c.at <= now - window).group_by(mark.c.about)
    )
    read = [(_read(about), assigned, number) for about, assigned, number in rows]
    return [OfferCell(arm=arm, percent=percent, assigned=n, began=b) for (arm, percent), n, b in read]


def _read(about: str) -> tuple[ArmName, int]:
    percent, _, arm = about.removeprefix(_PREFIX).partition(":")
    return ("sent" if arm == "sent" else "held_out"), int(percent)
