"""`figures`: what staff read, compared with scanning the gifts; and what the stored figures cost a set of gifts."""

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

from bot.domain.gifts import CountedGift, GiftChange
from bot.domain.ids import Ids
from bot.domain.periods import ALL_TIME, Period, Span, before, period_of
from bot.store.db import Connection, Database
from bot.store.migrate import migrate
from bot.store.reports import totals
from bot.usecases.context import Context, local_day, midnight
from bot.usecases.money import daily_figures
from bot.usecases.money.verify_figures import problems
from bot.usecases.reports import overview
from tests.bench import peer_figures
from tests.bench.peer_figures import Answer
from tests.bench.program import progress
from tests.bench.report import Bound, Report, median
from tests.bench.sets import SET, compare
from tests.bench.support import empty_database, postgres
from tests.bench.world_figures import World, build
from tests.clock import START, MovingClock
from tests.usecase_setup import make_context, open_campaign

CALENDAR_TIMES = 50.0  # faster than scanning, at least
FREE_TIMES = 5.0
MORE_MOST = 0.1  # share of the time of a set without the stored figures
_CAMPAIGNS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The charity's size, and how often each operation is timed."""

    world: World = field(default_factory=World)
    blocks: int = 25  # of sets with the stored figures, and as many without
    looks: int = 5  # of ours; the peer takes too long for more than one


QUICK = Size(world=World(supporters=3_000, gifts=9_000, referrals=300), blocks=1, looks=2)


def measure(engines: Sequence[str], size: Size) -> Report:
    """Measure everything on each engine, in one run."""
    rows: dict[str, dict[str, float]] = {}
    bounds: list[Bound] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres()) if "postgresql" in engines else None
        for engine in engines:
            progress(f"figures: {engine}")
            row = asyncio.run(_one(empty_database(engine, folder, server), size))
            rows[f"ours, {engine}"] = row
            bounds += _bounds(engine, row)
    world = size.world
    notes = (
        f"{world.supporters:,} supporters, {world.gifts:,} gifts over three years, {world.referrals:,} referrals",
        "ours: donors, new ones, total, average and median of each currency, through friends; median of the looks",
        "scan: the queries of before, which read the gifts once for each figure and currency; one run each",
        "every figure of every period equals plain SQL over the gifts, or the benchmark fails",
        f"sets of {SET} gifts, with the stored figures and without by turns; from fact to commit",
        "fill: the migration's own statements over all gifts",
    )
    return Report(title="The figures that staff read", rows=rows, bounds=tuple(bounds), notes=notes)


def _bounds(engine: str, row: dict[str, float]) -> list[Bound]:
    def faster(name: str, limit: float) -> Bound:
        times = row[f"{name} scan ms"] / row[f"{name} ms"]
        return Bound(what=f"{engine}: {name}, times faster than a scan", value=times, limit=limit, at_least=True)

    calendar = [faster(name, CALENDAR_TIMES) for name in ("week", "month", "year")]
    more = Bound(what=f"{engine}: stored figures add to a set, share", value=row["more"], limit=MORE_MOST)
    return [*calendar, faster("free", FREE_TIMES), more]


async def _one(url: str, size: Size) -> dict[str, float]:
    db, clock = Database(url), MovingClock(START)
    try:
        await migrate(db)
        ctx = make_context(db, clock, ids=Ids(clock, random.Random(1)))
        campaigns = [await open_campaign(ctx, ends_on=None, slug=f"campaign-{n}") for n in range(_CAMPAIGNS)]
        row = {"fill s": await build(db, [c.id for c in campaigns], clock(), size.world, ctx.zone)}
        for name, period in _periods(ctx).items():
            progress(f"figures: {name}")
            row |= await _compared(ctx, name, period, size.looks)
        async with db.snapshot() as conn:
            begun = time.perf_counter()
            assert await problems(conn) == []
            row["verify s"] = time.perf_counter() - begun
        progress("figures: sets")
        rng = random.Random(3)
        row |= await compare(ctx, campaigns[0], lambda: rng.randint(1, size.world.supporters), _without, size.blocks)
    finally:
        await db.close()
    return row


def _periods(ctx: Context) -> dict[str, Period]:
    today = local_day(ctx, ctx.clock())
    week, month, year = (before(period_of(span, today)) for span in (Span.WEEK, Span.MONTH, Span.YEAR))
    assert week is not None and month is not None and year is not None
    free = Period(since=today - timedelta(days=100), until=today - timedelta(days=9))
    return {"week": week, "month": month, "year": year, "all": ALL_TIME, "free": free}


async def _compared(ctx: Context, name: str, period: Period, looks: int) -> dict[str, float]:
    """Return milliseconds of ours and of the scan. Fails if any figure differs."""
    since = midnight(ctx, period.since) if period.since else None
    until = midnight(ctx, period.until) if period.until else None
    ours: list[float] = []
    async with ctx.db.snapshot() as conn:
        for _ in range(looks):
            begun = time.perf_counter()
            giving, again = await overview.giving(conn, period), await totals.again(conn, period)
            ours.append((time.perf_counter() - begun) * 1_000)
        begun = time.perf_counter()
        scanned = await peer_figures.scan(conn, since, until)
        scan = (time.perf_counter() - begun) * 1_000
        assert (giving.donors, *again) == await peer_figures.people(conn, since, until), name
        assert giving.new == again[0]
        assert await _answer(conn, period) == scanned, name
    return {f"{name} ms": median(ours), f"{name} scan ms": scan}


async def _answer(conn: Connection, period: Period) -> Answer:
    """Return ours in the form of the scan."""
    rows = await totals.amounts(conn, period)
    touches: dict[str, int] = {}
    for row in rows:
        touches[row.touch_kind] = touches.get(row.touch_kind, 0) + row.gifts
    each = {
        found.currency: {
            "gifts": found.gifts,
            "minor": found.minor,
            "anonymous": found.gifts - found.known,
            "median": found.median,
        }
        for found in totals.by_currency(rows)
    }
    return each | {"": touches}


@contextmanager
def _without() -> Iterator[None]:
    async def nothing(conn: Connection, changes: Sequence[GiftChange], theirs: Sequence[CountedGift]) -> None:
        """Store no figures."""

    with patch.object(daily_figures, "apply", nothing):
        yield
