"""`tap`: from an update to the answer passed to the transport, for known people, with warm links."""

import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench import load
from tests.bench.figures import Bound, Report, percentile
from tests.bench.program import Program, load_process, progress
from tests.bench.support import empty_database, postgres
from tests.bench.updates import FIRST_ID, Updates

PEER = "PTB + SQLAlchemy's ORM"  # on the same engine as ours, with the same driver
SLOWER_TIMES = 10.0  # p99 at most so many times an unloaded tap's median: up to there a rate is sustained
AT_LEAST_TIMES = 2.0  # taps a second that one core sustains, beside the peer


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How long, with how many people. Rates in updates a second; the search goes up by `step`."""

    seconds: float = 5.0
    warm_up_seconds: float = 3.0
    people: int = 600
    unloaded: float = 20.0
    usual: float = 60.0
    step: float = 1.12
    most_steps: int = 14
    beyond: float = 1.5  # times what was sustained


QUICK = Size(seconds=0.3, warm_up_seconds=0.1, people=30, most_steps=1)


@dataclass(slots=True)
class _Contender:
    """One bot, in a process of its own on one core, and what drives it."""

    pool: ProcessPoolExecutor
    program: Program
    size: Size
    sent: int = FIRST_ID

    def run(self, rate: float, seconds: float | None = None) -> "_Outcome":
        """Offer so many updates a second, and wait for the answers to all that were taken in."""
        seconds = seconds or self.size.seconds
        self.program.ask("begin")
        source = Updates(self.program.info["users"], self.program.info["campaign_id"], self.sent)
        plan = load.Plan(port=self.program.info["port"], source=source, seconds=seconds, rate=rate)
        run = self.pool.submit(load.run, plan).result()
        self.sent += int(rate * seconds) + 1
        found = self.program.ask("end")
        return _Outcome(
            waits=found["seconds"],
            dropped=run.answered - len(found["seconds"]) + found["failed"],
            refused=run.refused,
            cpu=found["cpu"],
            calls=found["stripe_calls"],
            writes=found["writes"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """`waits`: seconds until each answer. `refused`: to be sent again later.

    `dropped`: taken in, never answered, or by an apology only.
    """

    waits: list[float]
    dropped: int
    refused: int
    cpu: float
    calls: int
    writes: int

    def keeps(self, most: float) -> bool:
        """Whether everything was taken in, and 99 of 100 were answered within `most` seconds."""
        return not self.refused and percentile(self.waits, 0.99) <= most


def measure(engines: Sequence[str], size: Size) -> Report:
    """Measure the peer and ours on each engine."""
    rows: dict[str, dict[str, float]] = {}
    bounds: list[Bound] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="obole-bench-")))
        server = stack.enter_context(postgres()) if "postgresql" in engines else None
        pool = stack.enter_context(load_process())
        for engine in engines:
            found = {}
            for name, module in ((f"{PEER}, {engine}", "peer_tap"), (f"ours, {engine}", "ours_tap")):
                progress(f"tap: {name}")
                found[name] = _measure_one(pool, module, empty_database(engine, folder, server), size)
            peer, ours = found.values()
            for row in (peer, ours):
                row["times the peer"] = row["taps/s"] / peer["taps/s"] if peer["taps/s"] else 0.0
            rows |= found
            bounds += _bounds(f"ours, {engine}", ours)
    return Report(title="a tap, until its answer is handed over", rows=rows, bounds=tuple(bounds), notes=_NOTES)


def _measure_one(pool: ProcessPoolExecutor, module: str, url: str, size: Size) -> dict[str, float]:
    with ExitStack() as stack:
        wire = Program("wire_telegram")
        stack.callback(wire.stop)
        program = Program(module, url, wire.info["api"], wire.info["token"], str(size.people))
        stack.callback(program.stop)
        bot = _Contender(pool, program, size)
        bot.run(size.usual, size.warm_up_seconds)
        unloaded, usual = bot.run(size.unloaded), bot.run(size.usual)
        cpu = usual.cpu / max(1, len(usual.waits))
        most = SLOWER_TIMES * percentile(unloaded.waits, 0.5)
        rate, there = _sustained(bot, most, 0.4 / cpu)
        beyond = bot.run(size.beyond * (rate or size.usual))
    below = (unloaded, usual, *there)
    return {
        "CPU ms": cpu * 1000,
        "unloaded p50 ms": percentile(unloaded.waits, 0.5) * 1000,
        "taps/s": rate,
        "p99 ms there": percentile(there[-1].waits, 0.99) * 1000,
        "dropped": sum(one.dropped for one in below),
        "beyond: p99 ms": percentile(beyond.waits, 0.99) * 1000,
        "beyond: sent again": beyond.refused,
        "beyond: dropped": beyond.dropped,
        "Stripe calls": sum(one.calls for one in below),
        "database writes": sum(one.writes for one in below),
    }


def _sustained(bot: _Contender, most: float, rate: float) -> tuple[float, list[_Outcome]]:
    """Return the highest rate that is sustained, 0 if none, and the outcome of every run up to it, the best one last.

    The search goes up from a rate that half a core would do, or down from it. A rate that fails is tried twice, since
    machines pause.
    """
    tried: list[tuple[float, _Outcome]] = []
    kept: tuple[float, _Outcome] | None = None
    for _ in range(bot.size.most_steps):
        for _attempt in range(2):
            tried.append((rate, bot.run(rate)))
            if tried[-1][1].keeps(most):
                break
        if tried[-1][1].keeps(most):
            kept = tried[-1]
            rate *= bot.size.step
        elif kept is not None:
            break
        else:
            rate /= bot.size.step**2
    if kept is None:
        return 0.0, [outcome for _, outcome in tried]
    below = [outcome for offered, outcome in tried if offered <= kept[0] and outcome is not kept[1]]
    return kept[0], [*below, kept[1]]


def _bounds(name: str, row: dict[str, float]) -> tuple[Bound, ...]:
    return (
        Bound(what=f"{name}: Stripe calls", value=row["Stripe calls"], limit=0),
        Bound(what=f"{name}: database writes", value=row["database writes"], limit=0),
        Bound(what=f"{name}: times the peer", value=row["times the peer"], limit=AT_LEAST_TIMES, at_least=True),
        Bound(what=f"{name}: dropped at what it sustains", value=row["dropped"], limit=0),
        Bound(what=f"{name}: dropped beyond it", value=row["beyond: dropped"], limit=0),
    )


_NOTES = (
    "Open loop at fixed times: /donner, /start, an amount in words, a tap on an old button, a quarter each.",
    "From the update's bytes in the bot's process to the answer at the transport; limits off, links warm.",
    f"taps/s: one core's, while p99 stays within {SLOWER_TIMES:g} times an unloaded tap's median; beyond: 1.5 times.",
    "Fake Telegram and load in processes of their own. The peer sends one text; ours sends the card with its picture.",
    "The peer runs on the same engine with the same driver: aiosqlite, or psycopg on the same PostgreSQL server.",
)
