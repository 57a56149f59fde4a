"""`referrals`: what upstream counters cost a set of gifts and save a reader of a circle; time of all figures."""

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import text

from bot.domain.campaigns import Campaign
from bot.domain.gifts import GiftChange
from bot.domain.ids import Ids
from bot.domain.periods import ALL_TIME, Period
from bot.domain.referrals import Circle
from bot.store.db import Connection, Database
from bot.store.migrate import migrate
from bot.store.referrals import referrals as rows
from bot.usecases.context import Context
from bot.usecases.referral_tree import refer
from bot.usecases.reports import figures as report
from bot.usecases.reports import lateral_reach
from bot.usecases.staff.reports.handlers import scope_of
from tests.bench.program import progress
from tests.bench.report import Bound, Report, median
from tests.bench.sets import BLOCK, SET, compare
from tests.bench.support import empty_database, postgres
from tests.bench.world_referrals import World, build
from tests.clock import START, MovingClock
from tests.usecase_setup import make_context, open_campaign

MORE_MOST = 0.5  # share of the time of a set without the counters
TIMES_FASTER = 100.0
FIGURES_AT_MOST = 15.0  # times one pass over gifts and lineage; reading a table once per donor would be thousands
# The query without counters.
_RECURSION = text("""
    WITH RECURSIVE below(id, level) AS (
        SELECT supporter_id, 1 FROM lineage WHERE parent_id = :who
        UNION ALL
        SELECT one.supporter_id, below.level + 1 FROM lineage one JOIN below ON one.parent_id = below.id
        WHERE below.level < 32)
    SELECT count(DISTINCT below.id) AS people, count(DISTINCT gift.supporter_id) AS donors,
           count(gift.id) AS gifts, coalesce(sum(gift.counted), 0) AS minor
    FROM below LEFT JOIN gift ON gift.supporter_id = below.id AND gift.counted > 0""")
# The cheapest question about who brought gifts: one pass over both tables.
_PASS = text("""
    SELECT count(*) FROM (SELECT lineage.parent_id, count(*) AS gifts, sum(gift.counted) AS minor
                          FROM gift JOIN lineage ON lineage.supporter_id = gift.supporter_id
                          WHERE gift.counted > 0 GROUP BY lineage.parent_id) AS inviters""")
_TOP = text("SELECT supporter_id FROM circle ORDER BY people_below DESC LIMIT :count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The charity's size, and how often each operation is timed."""

    world: World = field(default_factory=World)
    blocks: int = 9  # of sets with the counters, and as many without
    people: int = 9  # people with the largest circles
    looks: int = 11  # reads of each circle
    passes: int = 3  # of all figures, and over the tables


QUICK = Size(world=World(supporters=4_000, gifts=12_000, depth=6), blocks=1, people=2, looks=3, passes=1)


def measure(engines: Sequence[str], size: Size) -> Report:
    """Measure everything on each engine, in one run."""
    report_rows: dict[str, dict[str, float]] = {}
    bounds: list[Bound] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres()) if "postgresql" in engines else None
        for engine in engines:
            progress(f"referrals: {engine}")
            row = asyncio.run(_one(empty_database(engine, folder, server), size))
            report_rows[f"ours, {engine}"] = row
            bounds += _bounds(engine, row)
    world = size.world
    notes = (
        f"{world.supporters:,} supporters, {world.gifts:,} gifts, depth {world.depth}; medians; one process, one core",
        f"each level {world.growth} times the one above: who gives has most of the depth above them",
        f"sets of {SET} gifts, as many of new donors as in all of their history; from fact to commit",
        f"blocks of {BLOCK} sets with the counters and without by turns: a set pays for its share of checkpoints",
        f"circles of the {size.people} people with the most below them",
        "figures: all that `obole stats` says, R90 and its interval with it; a pass: gifts joined with lineage, once",
    )
    return Report(title="Who brought whom", rows=report_rows, bounds=tuple(bounds), notes=notes)


def _bounds(engine: str, row: dict[str, float]) -> list[Bound]:
    return [
        Bound(what=f"{engine}: counters add to a set, share", value=row["more"], limit=MORE_MOST),
        Bound(what=f"{engine}: times faster than recursion", value=row["faster"], limit=TIMES_FASTER, at_least=True),
        Bound(what=f"{engine}: all figures, passes", value=row["figures s"] / row["pass s"], limit=FIGURES_AT_MOST),
        Bound(what=f"{engine}: figures of a year, passes", value=row["year s"] / row["pass s"], limit=FIGURES_AT_MOST),
    ]


async def _one(url: str, size: Size) -> dict[str, float]:
    db, clock = Database(url), MovingClock(START)
    try:
        await migrate(db)
        ctx = make_context(db, clock, ids=Ids(clock, random.Random(1)))
        campaign = await open_campaign(ctx, ends_on=None)
        await build(db, campaign.id, clock(), size.world)
        circles = await _circles(db, size)
        sets = await _sets(ctx, campaign, size)
        figures = await _figures(ctx, campaign, size)
    finally:
        await db.close()
    return sets | circles | figures


# --- a set of gifts -------------------------------------------------------------------------------
async def _sets(ctx: Context, campaign: Campaign, size: Size) -> dict[str, float]:
    rng = random.Random(3)
    return await compare(ctx, campaign, lambda: _giver(rng, size.world), _without_counters, size.blocks)


def _giver(rng: random.Random, world: World) -> int:
    """Return a random donor's id: odd ids gave before, even ones never did."""
    is_new = rng.random() < 1 / world.each
    return 2 * rng.randint(1, world.supporters // 2) - (0 if is_new else 1)


@contextmanager
def _without_counters() -> Iterator[None]:
    async def nothing(conn: Connection, changes: Sequence[GiftChange]) -> None:
        """Credit nobody."""

    with patch.object(refer, "credit_gifts", nothing):
        yield


# --- a circle -------------------------------------------------------------------------------------
async def _circles(db: Database, size: Size) -> dict[str, float]:
    """Return milliseconds for a person's circle by the counters and by recursion, which must agree."""
    ours: list[float] = []
    recursion: list[float] = []
    people: list[float] = []
    async with db.snapshot() as conn:  # the recursion reads whole tables
        for who in (await conn.execute(_TOP, {"count": size.people})).scalars().all():
            begun = time.perf_counter()
            found = (await conn.execute(_RECURSION, {"who": who})).one()
            recursion.append((time.perf_counter() - begun) * 1_000)
            for _ in range(size.looks):
                begun = time.perf_counter()
                circle = await rows.circle(conn, who)
                ours.append((time.perf_counter() - begun) * 1_000)
            assert _said(circle) == tuple(map(int, found)), "the counters and the recursion disagree"
            people.append(float(circle.people_below))
    figures = {"circle ms": median(ours), "recursion ms": median(recursion), "people below": median(people)}
    return figures | {"faster": median(recursion) / median(ours)}


# --- the figures ----------------------------------------------------------------------------------
async def _figures(ctx: Context, campaign: Campaign, size: Size) -> dict[str, float]:
    """Return seconds for `obole stats` over everything and over one campaign's last year, and for one pass."""
    today = ctx.clock().date()
    year = Period(since=today - timedelta(days=365), until=today + timedelta(days=1))
    timed: dict[str, list[float]] = {"figures s": [], "year s": [], "pass s": []}
    for _ in range(size.passes):
        for name, period, about in (("figures s", ALL_TIME, None), ("year s", year, campaign)):
            begun = time.perf_counter()
            giving = await report.stats(ctx, period, about.id if about else None)
            reach = await lateral_reach.lateral(ctx, scope_of(ctx, period, about))
            timed[name].append(time.perf_counter() - begun)
            assert giving["currencies"]["cad"]["donors"] >= reach.r90.donors > 0, "there is something to count"
        async with ctx.db.snapshot() as conn:
            begun = time.perf_counter()
            assert (await conn.execute(_PASS)).scalar_one() > 0
            timed["pass s"].append(time.perf_counter() - begun)
    return {name: median(seconds) for name, seconds in timed.items()}


def _said(circle: Circle) -> tuple[int, int, int, int]:
    money = circle.money["cad"]
    return circle.people_below, circle.donors_below, money.gifts_below, money.minor_below
