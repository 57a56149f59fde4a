"""`nudges`: find supporters due next, by our index and by scanning gifts; and plan all who are due.

Planning is compared with planning one donor at a time, and with a small charity's.
"""

import asyncio
import random
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import text

from bot.domain.ids import Ids
from bot.store.db import Database
from bot.store.migrate import migrate
from bot.store.nudges import nudges as rows
from bot.usecases.context import Context
from bot.usecases.nudges import plan as nudge
from tests.bench.program import progress
from tests.bench.report import Bound, Report, median
from tests.bench.support import empty_database, postgres
from tests.bench.world_nudges import World, build, earlier
from tests.clock import START, MovingClock
from tests.usecase_setup import make_context, open_campaign

TIMES_FASTER = 1_000.0
TIMES_ONE_AT_A_TIME = 10.0
TIMES_A_SMALL_ONE = 2.0  # what a donor takes in a large charity, at most
MEMORY_MOST = 1.1  # ratio of the last tick's peak to the first one's
# The query without the index: a first gift ten days ago or more, and none since.
_SCAN = text(
    "SELECT supporter_id FROM gift WHERE counted > 0 GROUP BY supporter_id "
    "HAVING count(*) = 1 AND max(paid_at) <= :before ORDER BY max(paid_at) LIMIT 200"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The charity's size, and how often each query runs."""

    world: World = field(default_factory=World)
    small: World = field(default_factory=lambda: World(donors=20_000, gifts=60_000, due=4_200))
    small_rounds: int = 3
    ticks_of_one: int = 4  # a tick takes 50 batches
    scans: int = 3
    batches: int = 51


QUICK = Size(
    world=World(donors=2_000, gifts=6_000, due=300), small=World(donors=400, gifts=1_200, due=160),
    small_rounds=1, ticks_of_one=1, scans=1, batches=5,
)  # fmt: skip


def measure(engines: Sequence[str], size: Size) -> Report:
    """Measure both queries on each engine, in one run."""
    report_rows: dict[str, dict[str, float]] = {}
    bounds: list[Bound] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres()) if "postgresql" in engines else None
        for engine in engines:
            progress(f"nudges: {engine}")
            small = [
                asyncio.run(_small(empty_database(engine, folder, server), size)) for _ in range(size.small_rounds)
            ]
            row = asyncio.run(_one(empty_database(engine, folder, server), size))
            row |= {name: median([one[name] for one in small]) for name in small[0]}
            report_rows[f"ours, {engine}"] = row
            bounds += _bounds(engine, row)
    world, little = size.world, size.small
    notes = (
        f"{world.donors:,} donors, {world.gifts:,} gifts, {world.due:,} due; one process, one core",
        f"a small charity: {little.donors:,} donors, {little.gifts:,} gifts; one donor a transaction, then in batches",
    )
    return Report(title="Whom to ask again", rows=report_rows, bounds=tuple(bounds), notes=notes)


def _bounds(engine: str, row: dict[str, float]) -> list[Bound]:
    return [
        Bound(what=f"{engine}: times faster than a scan", value=row["faster"], limit=TIMES_FASTER, at_least=True),
        Bound(
            what=f"{engine}: planning, times faster than one donor at a time",
            value=row["one at a time ms"] / row["a donor ms"],
            limit=TIMES_ONE_AT_A_TIME,
            at_least=True,
        ),
        Bound(
            what=f"{engine}: planning a donor, times a small charity's",
            value=row["a donor ms"] / row["of a small charity ms"],
            limit=TIMES_A_SMALL_ONE,
        ),
        Bound(what=f"{engine}: memory, last tick / first", value=row["memory"], limit=MEMORY_MOST),
    ]


@asynccontextmanager
async def _charity(url: str, world: World) -> AsyncIterator[Context]:
    db, clock = Database(url), MovingClock(START)
    try:
        await migrate(db)
        ctx = make_context(db, clock, ids=Ids(clock, random.Random(1)))
        campaign = await open_campaign(ctx, ends_on=None)
        await build(db, campaign.id, clock(), world)
        yield ctx
    finally:
        await db.close()


async def _small(url: str, size: Size) -> dict[str, float]:
    """Return milliseconds to plan a donor, one at a time and in batches."""
    async with _charity(url, size.small) as ctx:
        one_at_a_time = []
        with patch.object(nudge, "_BATCH", 1):
            for _ in range(size.ticks_of_one):
                begun = time.perf_counter()
                planned = await nudge.tick(ctx)
                one_at_a_time.append((time.perf_counter() - begun) / planned * 1_000)
        plan, _, planned = await _plan(ctx)
    return {"of a small charity ms": plan / planned * 1_000, "one at a time ms": median(one_at_a_time)}


async def _one(url: str, size: Size) -> dict[str, float]:
    async with _charity(url, size.world) as ctx:
        scan = [await _timed_scan(ctx) for _ in range(size.scans)]
        batch = [await _timed_batch(ctx) for _ in range(size.batches)]
        plan, memory, planned = await _plan(ctx)
    assert planned == size.world.due, f"{planned} of {size.world.due} were decided"
    return {
        "batch ms": median(batch) * 1_000,
        "scan ms": median(scan) * 1_000,
        "faster": median(scan) / median(batch),
        "a donor ms": plan / size.world.due * 1_000,
        "memory": memory,
    }


async def _timed_scan(ctx: Context) -> float:
    async with ctx.db.snapshot() as conn:  # it reads a whole table
        begun = time.perf_counter()
        found = (await conn.execute(_SCAN, {"before": earlier(ctx.clock(), 10)})).all()
        assert found
        return time.perf_counter() - begun


async def _timed_batch(ctx: Context) -> float:
    async with ctx.db.write() as conn:
        begun = time.perf_counter()
        found = await rows.due_candidates(conn, ctx.clock(), 200)
        assert found
        return time.perf_counter() - begun


async def _plan(ctx: Context) -> tuple[float, float, int]:
    """Plan everybody; return seconds elapsed, growth of memory, and how many were decided."""
    begun, planned = time.perf_counter(), 0
    planned += await nudge.tick(ctx)
    after_first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    while made := await nudge.tick(ctx):
        planned += made
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return time.perf_counter() - begun, peak / after_first, planned
