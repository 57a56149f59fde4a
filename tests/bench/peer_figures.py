"""The figures as they were counted before: by scanning the gifts of each currency, again for each figure."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, text

from bot.store.db import Connection
from bot.store.gifts.tables import gift

Answer = dict[str, dict[str, int]]


async def scan(conn: Connection, since: datetime | None, until: datetime | None) -> Answer:
    """Return the figures of each currency, with counted gifts by kind of touch under ''."""
    bounds = [gift.c.paid_at >= since] if since else []
    bounds += [gift.c.paid_at < until] if until else []
    counts = and_(gift.c.counted > 0, *bounds)
    query = select(gift.c.currency).where(counts).group_by(gift.c.currency).order_by(gift.c.currency)
    found = {code: await _figures(conn, code, counts) for code in (await conn.execute(query)).scalars().all()}
    touches = select(gift.c.touch_kind, func.count()).where(counts).group_by(gift.c.touch_kind)
    return found | {"": {row[0]: row[1] for row in await conn.execute(touches)}}


async def _figures(conn: Connection, code: str, scoped: ColumnElement[bool]) -> dict[str, int]:
    counts = (gift.c.currency == code) & scoped
    sums = select(func.count(), func.sum(gift.c.counted), func.count().filter(gift.c.supporter_id.is_(None)))
    gifts, total, anonymous = (await conn.execute(sums.where(counts))).one()
    per_donor = select(func.count().label("gifts")).where(counts, gift.c.supporter_id.is_not(None))
    each = per_donor.group_by(gift.c.supporter_id).subquery()
    givers = select(func.count(), func.count().filter(each.c.gifts > 1)).select_from(each)
    (await conn.execute(givers)).one()  # donors per currency; `people` counts them over all currencies
    middle = select(gift.c.counted).where(counts).order_by(gift.c.counted).offset((gifts - 1) // 2).limit(1)
    median = (await conn.execute(middle)).scalar_one()
    return {"gifts": gifts, "minor": int(total), "anonymous": anonymous, "median": int(median)}


# Plain SQL over the gifts, by the definitions alone.
_DONORS = "SELECT count(DISTINCT supporter_id) FROM gift WHERE counted > 0 AND paid_at >= :since AND paid_at < :until"
_FIRST = """
    SELECT count(*), coalesce(sum(CASE WHEN EXISTS (
        SELECT 1 FROM gift later WHERE later.supporter_id = first.supporter_id AND later.counted > 0
                                   AND later.day > first.day AND later.day <= first.day + 90) THEN 1 ELSE 0 END), 0)
    FROM (SELECT supporter_id, min(paid_at) AS at, min(day) AS day FROM gift
          WHERE counted > 0 AND supporter_id IS NOT NULL GROUP BY supporter_id) first
    WHERE first.at >= :since AND first.at < :until"""


async def people(conn: Connection, since: datetime | None, until: datetime | None) -> tuple[int, int, int]:
    """Return distinct donors, new ones, and how many of the new ones gave again within 90 days."""
    bounds = {"since": _micros(since, 0), "until": _micros(until, 2**62)}
    donors = (await conn.execute(text(_DONORS), bounds)).scalar_one()
    new, again = (await conn.execute(text(_FIRST), bounds)).one()
    return donors, new, int(again)


def _micros(at: datetime | None, otherwise: int) -> int:
    return otherwise if at is None else round(at.timestamp()) * 1_000_000
