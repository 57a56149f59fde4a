"""`tap`: from an update to the answer passed to the transport, for known people, with warm links."""

import multiprocessing
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench import load
from tests.bench.cores import leave_one_core, without_one_core
from tests.bench.program import Program, progress
from tests.bench.report import Bound, Report, median, percentile
from tests.bench.support import empty_database, postgres
from tests.bench.updates import FIRST_ID, Updates

PEER = "PTB + SQLAlchemy's ORM"  # on the same engine as ours, with the same driver
SLOWER_TIMES = 10.0  # p99 at most so many times an unloaded tap's median: up to there a rate is sustained
AT_LEAST_TIMES = 2.0  # taps a second that one core sustains, beside the peer
_FIRST_LOAD = 0.8  # of a core, by the CPU of a tap at the usual rate, where the search begins
_SUMS = ("dropped", "beyond: sent again", "beyond: dropped", "Stripe calls", "database writes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How long, with how many people. Rates in updates a second; the search goes up by `step`."""

    seconds: float = 5.0
    warm_up_seconds: float = 3.0
    people: int = 600
    unloaded: float = 20.0
    usual: float = 60.0
    step: float = 1.08
    most_steps: int = 16
    rounds: int = 3
    beyond: float = 1.5  # times what was sustained


QUICK = Size(seconds=0.3, warm_up_seconds=0.1, people=30, most_steps=1, rounds=1)


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
        with without_one_core():
            server = stack.enter_context(postgres()) if "postgresql" in engines else None
        spawn = multiprocessing.get_context("spawn")
        pool = stack.enter_context(ProcessPoolExecutor(1, spawn, initializer=leave_one_core))
        for engine in engines:
            with ExitStack() as both:
                peer = _start(both, pool, "peer_tap", empty_database(engine, folder, server), size)
                ours = _start(both, pool, "ours_tap", empty_database(engine, folder, server), size)
                found: list[tuple[dict[str, float], dict[str, float]]] = []
                for number in range(size.rounds):
                    progress(f"tap: {engine}, round {number + 1} of {size.rounds}")
                    found.append((_measure_one(peer), _measure_one(ours)))
            rows |= _compared(engine, found)
            bounds += _bounds(f"ours, {engine}", rows[f"ours, {engine}"])
    return Report(title="a tap, until its answer is handed over", rows=rows, bounds=tuple(bounds), notes=_NOTES)


def _start(stack: ExitStack, pool: ProcessPoolExecutor, module: str, url: str, size: Size) -> _Contender:
    """Start a bot with a fake Telegram of its own, and warm it up."""
    wire = Program("wire_telegram")
    stack.callback(wire.stop)
    program = Program(module, url, wire.info["api"], wire.info["token"], str(size.people))
    stack.callback(program.stop)
    bot = _Contender(pool, program, size)
    bot.run(size.usual, size.warm_up_seconds)
    return bot


def _compared(engine: str, found: Sequence[tuple[dict[str, float], dict[str, float]]]) -> dict[str, dict[str, float]]:
    """Return a row for each bot, from its figures in every round. `found`: those of the peer and of ours."""
    times = [ours["taps/s"] / peer["taps/s"] if peer["taps/s"] else 0.0 for peer, ours in found]
    peer, ours = _over_rounds([peer for peer, _ in found]), _over_rounds([ours for _, ours in found])
    same = {"times the peer": 1.0, "lowest": 1.0, "highest": 1.0}
    compared = {"times the peer": median(times), "lowest": min(times), "highest": max(times)}
    return {f"{PEER}, {engine}": peer | same, f"ours, {engine}": ours | compared}


def _over_rounds(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the median of each figure; the sum of what must not happen at all."""
    return {name: (sum if name in _SUMS else median)([figures[name] for figures in rounds]) for name in rounds[0]}


def _measure_one(bot: _Contender) -> dict[str, float]:
    size = bot.size
    unloaded, usual = bot.run(size.unloaded), bot.run(size.usual)
    cpu = usual.cpu / max(1, len(usual.waits))
    most = SLOWER_TIMES * percentile(unloaded.waits, 0.5)
    rate, there = _sustained(bot, most, _FIRST_LOAD / cpu)
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

    The search goes up from `rate`, or down from it. A rate that fails is tried twice, since machines pause.
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
    "Medians of rounds in which both take turns; times the peer: of each round's ratio, its lowest and highest.",
    "The bot alone on one core; fake Telegram, load and PostgreSQL on the others.",
    "The peer sends one text; ours sends the card with its picture.",
    "The peer runs on the same engine with the same driver: aiosqlite, or psycopg on the same PostgreSQL server.",
)
