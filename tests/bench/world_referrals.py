"""A large referral tree, written by SQL alone: supporters, their gifts, and all derived counters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, pairwise

from sqlalchemy import text

from bot.store.db import Database
from bot.store.migrations.versions.v0029_daily_figures import set_days
from bot.store.migrations.versions.v0042_sums_by_span import fill
from tests.bench.numbers import insert

_MICROS = 1_000_000
_DAY = 86_400 * _MICROS
_GIFT = 500  # minor units


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Numbers of supporters (every second one gave) and gifts, and the tree's depth."""

    supporters: int = 1_000_000
    gifts: int = 3_000_000
    depth: int = 12  # levels below supporters without an inviter
    growth: int = 2  # each level's size relative to the one above

    def levels(self) -> Sequence[range]:
        """The ids of each level, starting with supporters without an inviter."""
        shares = [0, *accumulate(self.growth**level for level in range(self.depth + 1))]
        return [range(begin, end) for begin, end in pairwise(1 + self.supporters * s // shares[-1] for s in shares)]

    @property
    def each(self) -> int:
        """Number of gifts per donor."""
        return self.gifts // (self.supporters // 2)


async def build(db: Database, campaign_id: int, now: datetime, world: World) -> None:
    """Fill a migrated database with one open campaign and two years of gifts. A few invite many: see `_NODES`."""
    at = int(now.timestamp()) * _MICROS - 30 * _DAY
    shared = {"at": at, "each": world.each, "minor": world.each * _GIFT}
    levels = world.levels()
    async with db.change_schema() as conn:  # for its patience: one statement may take minutes
        await insert(conn, _SUPPORTERS, range(1, world.supporters + 1), {**shared, "donor": world.each})
        await insert(conn, _ADDRESSES, range(1, world.supporters + 1), {})
        donors = {"campaign": campaign_id, "each": world.each}
        await insert(conn, _CAMPAIGN_DONORS, range(1, world.supporters // 2 + 1), donors)
        gifts = range(1, world.each * (world.supporters // 2) + 1)
        await insert(
            conn, _GIFTS, gifts, {"at": at, "campaign": campaign_id, "half": world.supporters // 2, "minor": _GIFT}
        )
    async with db.change_schema() as conn:
        await conn.run_sync(set_days, "America/Toronto")
        await conn.run_sync(fill)
    for above, level in zip([range(0), *levels], levels, strict=False):
        async with db.change_schema() as conn:
            await insert(conn, _NODES if above else _ROOTS, level, _of(above))
            if above:
                await conn.execute(text(_REFERRALS), {"first": level.start, "last": level.stop - 1, "at": at})
    for level in reversed(levels[1:]):
        values = {"first": level.start, "last": level.stop - 1, "each": world.each, "minor": world.each * _GIFT}
        async with db.change_schema() as conn:
            for statement in (_CIRCLES, _CIRCLE_MONEY):
                await conn.execute(text(statement), {n: v for n, v in values.items() if f":{n}" in statement})
    if not db.is_sqlite:  # PostgreSQL soon does this on its own; nothing does on SQLite
        async with db.change_schema() as conn:
            await conn.execute(text("ANALYZE"))


def _of(above: range) -> dict[str, int]:
    return {"above": above.start, "size": len(above)} if above else {}


_SUPPORTERS = """
    INSERT INTO supporter (id, joined_at, gift_count, first_gift_at, last_gift_at)
    SELECT n, :at - n, CASE WHEN n % 2 = 1 THEN :donor ELSE 0 END, CASE WHEN n % 2 = 1 THEN :at END,
           CASE WHEN n % 2 = 1 THEN :at END FROM ids"""
_ADDRESSES = """
    INSERT INTO address (id, supporter_id, platform, external_id, locale, locale_chosen, reachable)
    SELECT n, n, 'telegram', CAST(n AS VARCHAR(20)), 'fr', false, true FROM ids"""
_CAMPAIGN_DONORS = """
    INSERT INTO campaign_donor (campaign_id, supporter_id, gift_count)
    SELECT :campaign, 2 * n - 1, :each FROM ids"""
_GIFTS = """
    INSERT INTO gift (id, campaign_id, supporter_id, touch_kind, touch_id, late, state, counted, currency,
                      amount, settled, paid_at, refunds, charge_refunded, disputes, payment_intent, session, charge)
    SELECT n, :campaign, 1 + 2 * (n % :half), 'c', 0, false, 'paid', :minor, 'cad', :minor, 3,
           :at - (n % 99991) * (n % 99991) % 99991 % 730 * 86400000000,
           '[]', 0, '[]', 'pi_b' || n, 'cs_b' || n, 'ch_b' || n FROM ids"""
_ROOTS = """
    INSERT INTO lineage (supporter_id, parent_id, ancestors)
    SELECT n, NULL, '' FROM ids"""
# The inviter's position is the cube of a uniform value: a thousandth of each level invited a tenth of the next.
_NODES = """
    INSERT INTO lineage (supporter_id, parent_id, ancestors)
    SELECT n, up.supporter_id,
           CAST(up.supporter_id AS VARCHAR(20)) || CASE WHEN up.ancestors = '' THEN '' ELSE ',' || up.ancestors END
    FROM ids JOIN lineage up ON up.supporter_id = :above + CAST(
        (:size - 1) * ((n * 7919) % 99991 / 99991.0) * ((n * 7919) % 99991 / 99991.0) * ((n * 7919) % 99991 / 99991.0)
        AS BIGINT)"""
_REFERRALS = """
    INSERT INTO referral (supporter_id, inviter_id, how, certain, at, candidates)
    SELECT supporter_id, parent_id, 'deep_link', true, :at, '[]'
    FROM lineage WHERE supporter_id BETWEEN :first AND :last"""
_CIRCLES = """
    INSERT INTO circle (supporter_id, people_direct, people_below, donors_direct, donors_below)
    SELECT one.parent_id, count(*), sum(1 + coalesce(low.people_below, 0)),
           sum(CASE WHEN one.supporter_id % 2 = 1 THEN 1 ELSE 0 END),
           sum(CASE WHEN one.supporter_id % 2 = 1 THEN 1 ELSE 0 END + coalesce(low.donors_below, 0))
    FROM lineage one LEFT JOIN circle low ON low.supporter_id = one.supporter_id
    WHERE one.supporter_id BETWEEN :first AND :last GROUP BY one.parent_id"""
_CIRCLE_MONEY = """
    INSERT INTO circle_money (supporter_id, currency, gifts_direct, gifts_below, minor_direct, minor_below)
    SELECT one.parent_id, 'cad', sum(CASE WHEN one.supporter_id % 2 = 1 THEN :each ELSE 0 END),
           sum(CASE WHEN one.supporter_id % 2 = 1 THEN :each ELSE 0 END + coalesce(low.gifts_below, 0)),
           sum(CASE WHEN one.supporter_id % 2 = 1 THEN :minor ELSE 0 END),
           sum(CASE WHEN one.supporter_id % 2 = 1 THEN :minor ELSE 0 END + coalesce(low.minor_below, 0))
    FROM lineage one LEFT JOIN circle_money low ON low.supporter_id = one.supporter_id AND low.currency = 'cad'
    WHERE one.supporter_id BETWEEN :first AND :last GROUP BY one.parent_id"""
