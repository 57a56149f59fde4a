"""`intake`: a paid event from the wire to the commit, compared with the handler that people would write."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import load
from tests.bench.program import Program, load_process, progress
from tests.bench.report import Bound, Report, median, percentile
from tests.bench.support import PaidEvents, empty_database, event_template, postgres

AT_LEAST_TIMES = 10.0
OF_THE_PEERS_P99 = 0.1  # ours at most, at the most that the peer takes in
SLOWER_TIMES = 3.0  # p99 at half of the throughput: at most so many times an unloaded request's
UNLOADED = 20.0  # events a second at which no request waits for another
_PEERS = {"sqlite": "FastAPI + SQLAlchemy + aiosqlite", "postgresql": "FastAPI + SQLAlchemy + asyncpg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Durations in seconds per run; every figure is the median of `rounds`."""

    rounds: int = 3
    closed_seconds: float = 6.0
    open_seconds: float = 8.0
    warm_up_seconds: float = 1.5
    people: int = 2000


QUICK = Size(rounds=1, closed_seconds=0.2, open_seconds=0.2, warm_up_seconds=0.05, people=20)


@dataclass(slots=True)
class _Contender:
    name: str
    program: Program
    template: str
    sent: int = 0  # distinct events that were answered
    rates: list[float] = field(default_factory=list)
    # Latencies in seconds, a list for each round of an open loop: unloaded, at half of its own throughput, and at the
    # peer's.
    unloaded: list[list[float]] = field(default_factory=list)
    at_half: list[list[float]] = field(default_factory=list)
    at_peers: list[list[float]] = field(default_factory=list)
    runs: int = 0

    def plan(self, seconds: float, rate: float | None = None) -> load.Plan:
        """Return the plan of the next run; all its events are new."""
        self.runs += 1
        info = self.program.info
        return load.Plan(
            port=info["port"],
            source=PaidEvents(self.template, info["tokens"], prefix=f"r{self.runs}n"),
            seconds=seconds,
            rate=rate,
        )

    def note(self, run: load.Run) -> load.Run:
        """Record what was answered, for `check_totals`."""
        if run.refused:
            raise RuntimeError(f"{self.name} refused {run.refused} of {run.answered + run.refused} deliveries")
        self.sent += run.unique
        return run

    def check_totals(self) -> None:
        """Check that every event was applied once. Raises RuntimeError: a fast wrong answer is no result."""
        totals = self.program.ask("totals")
        right = {"gifts": self.sent, "raised": self.sent * 500, "messages": self.sent, "problems": []}
        if totals != right:
            raise RuntimeError(f"{self.name} says {totals}, should say {right}")


def measure(engines: Sequence[str], size: Size) -> Report:
    """Measure our intake and the peer on each engine, alternating."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="obole-bench-")))
        server = stack.enter_context(postgres()) if "postgresql" in engines else None
        pool = stack.enter_context(load_process())
        pairs = [
            (
                _start(stack, "peer_intake", _PEERS[engine], empty_database(engine, folder, server), size),
                _start(stack, "ours_intake", f"ours, {engine}", empty_database(engine, folder, server), size),
            )
            for engine in engines
        ]
        contenders = [one for pair in pairs for one in pair]

        def drive(one: _Contender, seconds: float, rate: float | None = None) -> load.Run:
            return one.note(pool.submit(load.run, one.plan(seconds, rate)).result())

        for one in contenders:
            drive(one, size.warm_up_seconds)
        for number in range(size.rounds):
            progress(f"intake: the highest rate, round {number + 1} of {size.rounds}")
            for one in contenders:
                run = drive(one, size.closed_seconds)
                one.rates.append(run.answered / run.seconds)
        for number in range(size.rounds):
            progress(f"intake: fixed rates, round {number + 1} of {size.rounds}")
            for peer, ours in pairs:
                for one in (peer, ours):
                    one.unloaded.append(drive(one, size.open_seconds, UNLOADED).latencies)
                    one.at_half.append(drive(one, size.open_seconds, median(one.rates) / 2).latencies)
                    one.at_peers.append(drive(one, size.open_seconds, median(peer.rates)).latencies)
        for one in contenders:
            one.check_totals()
        rows = {one.name: _row(one, peer) for peer, ours in pairs for one in (peer, ours)}
        bounds = [bound for peer, ours in pairs for bound in _bounds(ours.name, rows[ours.name], rows[peer.name])]
    return Report(title="intake of a paid event", rows=rows, bounds=tuple(bounds), notes=_NOTES)


def _start(stack: ExitStack, module: str, name: str, url: str, size: Size) -> _Contender:
    program = Program(module, url, str(size.people))
    stack.callback(program.stop)
    return _Contender(name, program, event_template(program.info["campaign_id"], program.info["slug"]))


def _row(one: _Contender, peer: _Contender) -> dict[str, float]:
    rate = median(one.rates)
    return {
        "events/s": rate,
        "times the peer": rate / median(peer.rates),
        "unloaded p99 ms": _p99_ms(one.unloaded),
        "half of it: p50 ms": median([percentile(waits, 0.50) for waits in one.at_half]) * 1000,
        "half of it: p99 ms": _p99_ms(one.at_half),
        "half of it: max ms": max(max(waits, default=0.0) for waits in one.at_half) * 1000,
        "the peer's rate: p99 ms": _p99_ms(one.at_peers),
    }


def _p99_ms(rounds: Sequence[Sequence[float]]) -> float:
    """The median of the rounds' 99th percentiles, in milliseconds."""
    return median([percentile(waits, 0.99) for waits in rounds]) * 1000


def _bounds(name: str, row: dict[str, float], peer: dict[str, float]) -> tuple[Bound, ...]:
    """Ratios of one run: milliseconds say more about the machine."""
    of_peers = row["the peer's rate: p99 ms"] / peer["the peer's rate: p99 ms"]
    slower = row["half of it: p99 ms"] / row["unloaded p99 ms"]
    return (
        Bound(what=f"{name}: times the peer", value=row["times the peer"], limit=AT_LEAST_TIMES, at_least=True),
        Bound(what=f"{name}: p99 at the peer's rate, of the peer's", value=of_peers, limit=OF_THE_PEERS_P99),
        Bound(what=f"{name}: p99 at half, times an unloaded one", value=slower, limit=SLOWER_TIMES),
    )


_NOTES = (
    "64 keep-alive connections, 10% of deliveries repeat an earlier event; medians of the rounds, taken in turn.",
    "SQLite synchronous=FULL; PostgreSQL fsync and synchronous_commit on. One Python process each, no uvloop.",
    "The peer runs on the same engine: asyncpg on the same PostgreSQL server, or aiosqlite with a WAL.",
    "Open loops (fixed arrival times, latency from the intended time): 20 events a second, half of the own throughput,",
    "all of the peer's; the max is of all rounds.",
    "Afterwards every event must be in the books exactly once, or there is no result.",
)
