"""Years of gifts, written by SQL alone: several campaigns, two currencies, refunds, monthly and anonymous gifts."""

import time
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import text

from bot.store.db import Connection, Database
from bot.store.migrations.versions.v0029_daily_figures import set_days
from bot.store.migrations.versions.v0042_sums_by_span import fill
from tests.bench.numbers import insert

_MICROS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Numbers of supporters, their gifts over three years, and referrals."""

    supporters: int = 1_000_000
    gifts: int = 3_000_000
    referrals: int = 60_000


async def build(db: Database, campaigns: list[int], now: datetime, world: World, zone: str) -> float:
    """Fill a migrated database, then its stored figures by the migration's own statements; return their seconds."""
    at = int(now.timestamp()) * _MICROS
    async with db.change_schema() as conn:  # for its patience: one statement may take minutes
        people = range(1, world.supporters + 1)
        await insert(conn, _SUPPORTERS, people, {"at": at})
        values = {"at": at, "people": world.supporters, "first": campaigns[0], "campaigns": len(campaigns)}
        await insert(conn, _GIFTS, range(1, world.gifts + 1), values)
        await insert(conn, _REFERRALS, range(1, world.referrals + 1), {"at": at, "people": world.supporters})
        await _count_campaigns(conn)
    if not db.is_sqlite:  # PostgreSQL soon does this on its own; nothing does on SQLite
        async with db.change_schema() as conn:
            await conn.execute(text("ANALYZE"))
    async with db.change_schema() as conn:
        seconds = await conn.run_sync(_fill, zone)
    if not db.is_sqlite:
        async with db.change_schema() as conn:
            await conn.execute(text("ANALYZE"))
    return seconds


def _fill(conn: SyncConnection, zone: str) -> float:
    begun = time.perf_counter()
    set_days(conn, zone)
    fill(conn)
    return time.perf_counter() - begun


async def _count_campaigns(conn: Connection) -> None:
    for statement in _COUNTERS:
        await conn.execute(text(statement))


_SUPPORTERS = """
    INSERT INTO supporter (id, joined_at, gift_count, first_gift_at, last_gift_at)
    SELECT n, :at - n, 3, :at, :at FROM ids"""
# n * a prime modulo another prime: even, and the same on both engines.
_GIFTS = """
    INSERT INTO gift (id, campaign_id, supporter_id, touch_kind, touch_id, late, state, currency, amount, settled,
                      paid_at, refunds, charge_refunded, disputes, payment_intent, session, charge, pledge, counted,
                      fee, fee_currency)
    SELECT n, :first + (n * 7919 % 99991) % :campaigns,
           CASE WHEN n % 19 = 0 THEN NULL ELSE 1 + (n * 48271) % :people END,
           CASE n % 7 WHEN 0 THEN 'i' WHEN 1 THEN 'b' WHEN 2 THEN 'p' WHEN 3 THEN 'n' ELSE 'c' END, 0, false, 'paid',
           CASE WHEN n % 11 = 0 THEN 'usd' ELSE 'cad' END, 500 + 500 * (n * 31 % 40), 3,
           :at - (n * 104729 % 1299709) * 72800000, '{}', 0, '{}', 'pi_b' || n, 'cs_b' || n, 'ch_b' || n,
           CASE WHEN n % 5 = 0 THEN 'sub_' || (n % 1000) END,
           CASE WHEN n % 47 = 0 THEN 0 WHEN n % 43 = 0 THEN 250 ELSE 500 + 500 * (n * 31 % 40) END,
           45, 'cad' FROM ids"""
_REFERRALS = """
    INSERT INTO referral (supporter_id, inviter_id, how, certain, at, candidates)
    SELECT n, 1 + (n * 7919) % :people, 'deep_link', true, :at - (n * 104729 % 1299709) * 72800000, '[]' FROM ids"""
_COUNTERS = (
    """
    INSERT INTO campaign_donor (campaign_id, supporter_id, gift_count)
    SELECT campaign_id, supporter_id, count(*) FROM gift WHERE counted > 0 AND supporter_id IS NOT NULL
    GROUP BY campaign_id, supporter_id""",
    """
    UPDATE campaign SET donor_count = (SELECT count(*) FROM campaign_donor WHERE campaign_id = campaign.id)""",
)
