"""A large charity, written by SQL alone: supporters, their gifts, and some who are due for a reminder."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from bot.store.db import Database

_MICROS = 1_000_000
_DAY = 86_400 * _MICROS


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Numbers of donors, of gifts, and of donors who are due."""

    donors: int = 1_000_000
    gifts: int = 3_000_000
    due: int = 50_000


async def build(db: Database, campaign_id: int, now: datetime, world: World) -> None:
    """Fill a migrated database with one open campaign. Donor n is due if n <= `due`: one gift, 12 days ago."""
    at = int(now.timestamp()) * _MICROS
    steps = (
        """INSERT INTO supporter (id, joined_at, gift_count, first_gift_at, last_gift_at, next_nudge_at)
           SELECT n, :at - 400 * :day, CASE WHEN n <= :due THEN 1 ELSE 3 END, :at - 300 * :day,
                  CASE WHEN n <= :due THEN :at - 12 * :day ELSE :at - 5 * :day END,
                  CASE WHEN n <= :due THEN :at - 2 * :day ELSE :at + 2 * :day + n END FROM numbers""",
        """INSERT INTO address (id, supporter_id, platform, external_id, locale, locale_chosen, reachable)
           SELECT n, n, 'telegram', CAST(n AS VARCHAR(20)), 'fr', false, true FROM numbers""",
        """INSERT INTO preference (supporter_id, kind, accepted, changed_at)
           SELECT n, 'reminders', true, :at - 300 * :day FROM numbers""",
    )
    gift = """INSERT INTO gift (id, campaign_id, supporter_id, touch_kind, touch_id, late, state, counted, currency,
                                amount, settled, paid_at, refunds, charge_refunded, disputes)
              SELECT n, :campaign, CASE WHEN n <= :due THEN n ELSE :due + 1 + (n % (:donors - :due)) END,
                     'c', 0, false, 'paid', 500, 'cad', 500, 3,
                     CASE WHEN n <= :due THEN :at - 12 * :day ELSE :at - 5 * :day - (n % 300) * :day END,
                     '[]', 0, '[]' FROM numbers"""
    values = {"at": at, "day": _DAY, "due": world.due, "donors": world.donors, "campaign": campaign_id}
    for statement in steps:
        await _run(db, statement, world.donors, values)
    await _run(db, gift, world.gifts, values)
    async with db.change_schema() as conn:
        await conn.execute(text("ANALYZE"))


async def _run(db: Database, statement: str, count: int, values: dict[str, int]) -> None:
    """Run one INSERT ... SELECT over the numbers from 1 to `count`."""
    if db.is_sqlite:
        numbers = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count) "
        whole = statement.replace("SELECT", f"{numbers}SELECT", 1)
    else:
        whole = statement.replace("FROM numbers", "FROM generate_series(1, :count) AS numbers(n)")
    named = {name for name in (*values, "count") if f":{name}" in whole}
    async with db.change_schema() as conn:  # for its patience: one statement may take minutes
        await conn.execute(text(whole), {name: ({**values, "count": count})[name] for name in named})


def earlier(now: datetime, days: int) -> int:
    """Return the time this many days ago, as the database stores it."""
    return int((now - timedelta(days=days)).timestamp()) * _MICROS
