"""`nudges`: find supporters due next, by our index and by scanning gifts; and plan all who are due."""

import asyncio
import random
import resource
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from bot.domain.ids import Ids
from bot.store.db import Database
from bot.store.migrate import migrate
from bot.store.nudges import nudges as rows
from bot.usecases.context import Context
from bot.usecases.nudges import plan as nudge
from tests.bench.figures import Bound, Report, median
from tests.bench.support import empty_database, postgres
from tests.bench.world_nudges import World, build, earlier
from tests.conftest import START, MovingClock
from tests.world import make_context, open_campaign

TIMES_FASTER = 1_000.0
PLAN_MOST_SECONDS = 60.0
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
    scans: int = 3
    batches: int = 51


QUICK = Size(world=World(donors=2_000, gifts=6_000, due=300), scans=1, batches=5)


def measure(engines: Sequence[str], size: Size) -> Report:
    """Measure both queries on each engine, in one run."""
    report_rows: dict[str, dict[str, float]] = {}
    bounds: list[Bound] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres()) if "postgresql" in engines else None
        for engine in engines:
            row = asyncio.run(_one(empty_database(engine, folder, server), size))
            report_rows[f"ours, {engine}"] = row
            bounds += _bounds(engine, row)
    world = size.world
    note = f"{world.donors:,} donors, {world.gifts:,} gifts, {world.due:,} due; one process, one core"
    return Report(title="Whom to ask again", rows=report_rows, bounds=tuple(bounds), notes=(note,))


def _bounds(engine: str, row: dict[str, float]) -> list[Bound]:
    return [
        Bound(what=f"{engine}: times faster than a scan", value=row["faster"], limit=TIMES_FASTER, at_least=True),
        Bound(what=f"{engine}: planning all, s", value=row["plan s"], limit=PLAN_MOST_SECONDS),
        Bound(what=f"{engine}: memory, last tick / first", value=row["memory"], limit=MEMORY_MOST),
    ]


async def _one(url: str, size: Size) -> dict[str, float]:
    db, clock = Database(url), MovingClock(START)
    try:
        await migrate(db)
        ctx = make_context(db, clock, ids=Ids(clock, random.Random(1)))
        campaign = await open_campaign(ctx, ends_on=None)
        await build(db, campaign.id, clock(), size.world)
        scan = [await _timed_scan(db, clock) for _ in range(size.scans)]
        batch = [await _timed_batch(db, clock) for _ in range(size.batches)]
        plan, memory, planned = await _plan(ctx)
        assert planned == size.world.due, f"{planned} of {size.world.due} were decided"
    finally:
        await db.close()
    return {
        "batch ms": median(batch) * 1_000,
        "scan ms": median(scan) * 1_000,
        "faster": median(scan) / median(batch),
        "plan s": plan,
        "a donor ms": plan / size.world.due * 1_000,
        "memory": memory,
    }


async def _timed_scan(db: Database, clock: MovingClock) -> float:
    async with db.read() as conn:
        begun = time.perf_counter()
        found = (await conn.execute(_SCAN, {"before": earlier(clock(), 10)})).all()
        assert found
        return time.perf_counter() - begun


async def _timed_batch(db: Database, clock: MovingClock) -> float:
    async with db.write() as conn:
        begun = time.perf_counter()
        found = await rows.due_candidates(conn, clock(), 200)
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
