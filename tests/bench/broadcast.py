"""`broadcast`: send to everybody at exactly Telegram's pace, compared with libraries people would use."""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.figures import Bound, Report, median, percentile
from tests.bench.ours_broadcast import FIRST_CHAT, prepare
from tests.bench.support import Program, empty_database, postgres

PER_SECOND = 30
LATENCY_MS, FLOOD_SECONDS = 60, 3.0
USE_AT_LEAST, USE_OUTSIDE_FLOOD_AT_LEAST = 96.0, 95.0  # percent
FREE_AT_LEAST = 1000.0
CPU_AT_MOST, MEMORY_AT_MOST = 1 / 3, 1.1
THANKS_P99_MS = 250.0
STOCK = "PTB, loop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Numbers of recipients. Every figure is the median of `rounds`."""

    rounds: int = 3
    people: int = 1800  # ours at the pace
    peer_people: int = 600
    flood_people: int = 600
    free_people: int = 6000  # ours without a limit
    peer_free_people: int = 400
    few: int = 2000  # memory must not grow between `few` and `many`
    many: int = 50_000
    thanks_people: int = 900
    thanks_per_second: float = 3.0


QUICK = Size(
    rounds=1, people=60, peer_people=30, flood_people=40, free_people=200, peer_free_people=60,
    few=100, many=400, thanks_people=60, thanks_per_second=5.0,
)  # fmt: skip


@dataclass(slots=True)
class _Run:
    """What the sender reports, and what the judge recorded."""

    said: dict[str, Any]
    seen: dict[str, Any]

    def use(self, *, outside: float = 0.0) -> float:
        """Return the percentage of the pace that was used between first and last send, without `outside` seconds."""
        seconds = self.seen["seconds"] - outside
        return 100 * self.seen["accepted"] / (PER_SECOND * seconds) if seconds > 0 else 0.0


@dataclass(slots=True)
class _Found:
    """All runs of one contender."""

    paced: list[_Run] = field(default_factory=list)
    flooded: list[_Run] = field(default_factory=list)
    free: list[_Run] = field(default_factory=list)
    free_people: int = 1

    def row(self) -> dict[str, float]:
        """Return the figures of one table row."""
        reached = [run.seen["people"] / run.said["people"] for run in self.paced]
        return {
            "% of the pace": median([run.use() for run in self.paced]),
            "429s": median([run.seen["refused"] for run in self.paced]),
            "% reached": 100 * median(reached),
            "% outside a flood wait": median([run.use(outside=FLOOD_SECONDS) for run in self.flooded]),
            "429s after it was told": median([run.seen["refused_late"] for run in self.flooded]),
            "messages/s, no limit": median([self.free_people / run.said["seconds"] for run in self.free]),
            "CPU ms each": median([1000 * run.said["cpu"] / self.free_people for run in self.free]),
        }


Send = Callable[[Program, int, str], dict[str, Any]]  # the judge, how many, the pace or `free`


def measure(engines: Sequence[str], size: Size) -> Report:
    """Measure our sender on each engine, and the peer."""
    notes = list(_NOTES)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="obole-bench-")))
        server = stack.enter_context(postgres()) if "postgresql" in engines else None
        ours = {f"ours, {engine}": _Ours(engine, folder, server) for engine in engines}
        judge = _start_judge(stack)
        found = {name: _race(one.send, judge, size) for name, one in ours.items()}
        found[STOCK] = _race_peer(_peer, judge, size)
        first = next(iter(ours.values()))
        judge.ask("0 0")
        memory = [first.send(judge, count, "free")["peak_mb"] for count in (size.few, size.many)]
        judge.ask(f"{PER_SECOND} 0")
        thanks = [
            seconds
            for _ in range(size.rounds)
            for seconds in first.send(judge, size.thanks_people, str(PER_SECOND), size.thanks_per_second)["thanks"]
        ]
    rows = {name: one.row() for name, one in found.items()}
    bounds = [bound for name in ours for bound in _bounds(name, rows[name], rows[STOCK])]
    bounds.append(Bound(what=f"peak memory at {size.many} over {size.few}", value=memory[1] / memory[0],
                        limit=MEMORY_AT_MOST))  # fmt: skip
    p99 = percentile(thanks, 0.99) * 1000
    bounds.append(Bound(what=f"p99 ms of {len(thanks)} thank-yous meanwhile", value=p99, limit=THANKS_P99_MS))
    notes.append(f"Peak memory: {memory[0]:.0f} MB at {size.few} recipients, {memory[1]:.0f} MB at {size.many}.")
    return Report(title="a broadcast on Telegram", rows=rows, bounds=tuple(bounds), notes=tuple(notes))


class _Ours:
    """Our sender: a new database and process for each run."""

    def __init__(self, engine: str, folder: Path, server: str | None) -> None:
        self._engine, self._folder, self._server = engine, folder, server

    def send(self, judge: Program, count: int, pace: str, thanks: float = 0.0) -> dict[str, Any]:
        """Run one broadcast. Raises RuntimeError if a recipient did not get it: a fast wrong answer is no result."""
        url = empty_database(self._engine, self._folder, self._server)
        asyncio.run(prepare(url, range(FIRST_CHAT, FIRST_CHAT + count)))
        where = (judge.info["api"], judge.info["token"])
        number = "0" if pace == "free" else pace
        said = json.loads(_program("ours_broadcast", url, *where, number, str(thanks)))
        if said["states"] != {"sent": count}:
            raise RuntimeError(f"{count} people, but {said['states']}")
        return dict(said)


def _peer(judge: Program, count: int, pace: str) -> dict[str, Any]:
    """Send with what people would use: python-telegram-bot in a loop."""
    where = (judge.info["api"], judge.info["token"])
    return dict(json.loads(_program("peer_broadcast", *where, str(count), pace)))


def _start_judge(stack: ExitStack) -> Program:
    judge = Program("judge_telegram")
    stack.callback(judge.stop)
    return judge


def _race(send: Send, judge: Program, size: Size) -> _Found:
    found = _Found()
    for _ in range(size.rounds):
        found.paced.append(_run(send, judge, size.people, limit=PER_SECOND))
    for _ in range(size.rounds):
        found.flooded.append(_run(send, judge, size.flood_people, limit=PER_SECOND, flood_at=size.flood_people // 2))
    _race_free(found, send, judge, size.free_people, size.rounds)
    return found


def _race_peer(send: Send, judge: Program, size: Size) -> _Found:
    found = _Found()
    for _ in range(size.rounds):
        found.paced.append(_run(send, judge, size.peer_people, limit=PER_SECOND))
    for _ in range(size.rounds):
        found.flooded.append(_run(send, judge, size.peer_people, limit=PER_SECOND, flood_at=size.peer_people // 2))
    _race_free(found, send, judge, size.peer_free_people, size.rounds)
    return found


def _race_free(found: _Found, send: Send, judge: Program, people: int, rounds: int) -> None:
    found.free_people = people
    found.free = [_run(send, judge, people, limit=0) for _ in range(rounds)]


def _run(send: Send, judge: Program, people: int, *, limit: int, flood_at: int = 0) -> _Run:
    judge.ask(f"{limit} {flood_at}")
    said = send(judge, people, str(limit) if limit else "free")
    return _Run({**said, "people": people}, judge.ask("figures"))


def _program(module: str, *arguments: str) -> str:
    command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{module} {arguments[0]} ended with status {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def _bounds(name: str, row: dict[str, float], stock: dict[str, float]) -> tuple[Bound, ...]:
    return (
        _at_least(f"{name}: % of the pace", row["% of the pace"], USE_AT_LEAST),
        Bound(what=f"{name}: 429s", value=row["429s"], limit=0),
        _at_least(f"{name}: % outside a flood wait", row["% outside a flood wait"], USE_OUTSIDE_FLOOD_AT_LEAST),
        Bound(what=f"{name}: 429s after the flood wait was told", value=row["429s after it was told"], limit=0),
        _at_least(f"{name}: messages/s without a limit", row["messages/s, no limit"], FREE_AT_LEAST),
        Bound(what=f"{name}: CPU over PTB's", value=row["CPU ms each"] / stock["CPU ms each"], limit=CPU_AT_MOST),
    )


def _at_least(what: str, value: float, limit: float) -> Bound:
    return Bound(what=what, value=value, limit=limit, at_least=True)


_NOTES = (
    f"Telegram's judge in a process of its own: {PER_SECOND} in any sliding second, {LATENCY_MS} ms to each answer;"
    f" who is too fast meets {FLOOD_SECONDS:g} s in which everything is refused. Medians of the rounds.",
    "Ours: rows out of the database, rendered, sent, marked; the peer sends from a range of numbers and marks nothing.",
    "CPU: of the sending process, where nothing limits it.",
)
