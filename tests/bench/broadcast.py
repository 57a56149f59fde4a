"""`broadcast`: send to everybody at exactly Telegram's pace, compared with libraries people would use."""

import json
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.bench.ours_broadcast import FIRST_CHAT, prepare
from tests.bench.program import Program, output_of, progress
from tests.bench.report import Bound, Report, median, percentile
from tests.bench.support import migrated_database, postgres, run_alone

PER_SECOND = 30
LATENCY_MS, FLOOD_SECONDS = 60, 3.0
USE_AT_LEAST, USE_OUTSIDE_FLOOD_AT_LEAST = 96.0, 95.0  # percent
FREE_AT_LEAST = 4.0  # times the peer's messages a second, where nothing limits either
CPU_AT_MOST, MEMORY_AT_MOST = 1 / 4, 1.1
THANKS_AT_MOST = 3.0  # times an undisturbed thank-you and one message's share of the pace
STOCK = "PTB, loop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Numbers of recipients. Every figure is the median of `rounds`."""

    rounds: int = 3
    people: int = 900  # ours at the pace
    peer_people: int = 240
    flood_people: int = 360
    free_people: int = 3000  # ours without a limit
    peer_free_people: int = 600
    many: int = 40_000  # memory must not grow between `free_people` and `many`
    thanks_people: int = 400
    thanks_per_second: float = 5.0
    undisturbed_thanks: int = 50


QUICK = Size(
    rounds=1, people=60, peer_people=30, flood_people=40, free_people=200, peer_free_people=60,
    many=400, thanks_people=60, undisturbed_thanks=10,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contender:
    """A sender with a judge of its own."""

    name: str
    send: Send
    judge: Program
    people: int
    flood_people: int
    free_people: int
    found: _Found = field(default_factory=_Found)

    def race_paced(self, rounds: int) -> None:
        """Send at the pace, then with a flood wait in the middle."""
        for number in range(rounds):
            progress(f"broadcast: {self.name}, at the pace, round {number + 1} of {rounds}")
            self.found.paced.append(self._run(self.people, limit=PER_SECOND))
        for number in range(rounds):
            progress(f"broadcast: {self.name}, a flood wait, round {number + 1} of {rounds}")
            self.found.flooded.append(self._run(self.flood_people, limit=PER_SECOND, flood_at=self.flood_people // 2))

    def race_free(self) -> None:
        """Send without a limit."""
        self.found.free_people = self.free_people
        self.found.free.append(self._run(self.free_people, limit=0))

    def _run(self, people: int, *, limit: int, flood_at: int = 0) -> _Run:
        self.judge.ask(f"{limit} {flood_at}")
        said = self.send(self.judge, people, str(limit) if limit else "free")
        return _Run({**said, "people": people}, self.judge.ask("figures"))


def measure(engines: Sequence[str], size: Size) -> Report:
    """Measure our sender on each engine, and the peer."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="obole-bench-")))
        server = stack.enter_context(postgres()) if "postgresql" in engines else None
        senders = {f"ours, {engine}": _Ours(engine, folder, server) for engine in engines}
        ours = [_contender(stack, name, one.send, size) for name, one in senders.items()]
        peer = replace(
            _contender(stack, STOCK, _peer, size),
            people=size.peer_people,
            flood_people=size.peer_people,
            free_people=size.peer_free_people,
        )
        everybody = [*ours, peer]
        with ThreadPoolExecutor(len(everybody)) as pool:  # at the pace all of them mostly wait
            list(pool.map(lambda one: one.race_paced(size.rounds), everybody))
        for number in range(size.rounds):
            progress(f"broadcast: without a limit, round {number + 1} of {size.rounds}")
            for one in everybody:
                one.race_free()
        first, judge = next(iter(senders.values())), ours[0].judge
        thanks = _thanks(first, judge, size)
        progress(f"broadcast: {size.many} recipients")
        judge.ask("0 0")
        many = first.send(judge, size.many, "free")["peak_mb"]
        few = median([run.said["peak_mb"] for run in ours[0].found.free])
    rows = {one.name: one.found.row() for one in everybody}
    bounds = [bound for one in ours for bound in _bounds(one.name, rows[one.name], rows[STOCK])]
    what = f"peak memory at {size.many} over {size.free_people}"
    bounds += [Bound(what=what, value=many / few, limit=MEMORY_AT_MOST), thanks.bound()]
    memory = f"Peak memory: {few:.0f} MB at {size.free_people} recipients, {many:.0f} MB at {size.many}."
    notes = (*_NOTES, memory, thanks.note())
    return Report(title="a broadcast on Telegram", rows=rows, bounds=tuple(bounds), notes=notes)


def _contender(stack: ExitStack, name: str, send: Send, size: Size) -> _Contender:
    judge = Program("judge_telegram")
    stack.callback(judge.stop)
    return _Contender(name=name, send=send, judge=judge, people=size.people, flood_people=size.flood_people,
                      free_people=size.free_people)  # fmt: skip


@dataclass(slots=True)
class _Thanks:
    """Seconds from a payment's arrival until its thank-you leaves."""

    undisturbed: list[float] = field(default_factory=list)
    meanwhile: list[float] = field(default_factory=list)

    def bound(self) -> Bound:
        """Compare both by their p99. A thank-you may find a message just gone, so it may wait for the next slot."""
        waits = percentile(self.meanwhile, 0.99) / (percentile(self.undisturbed, 0.99) + 1 / PER_SECOND)
        return Bound(what="p99 of thank-yous meanwhile, times an undisturbed one and a slot", value=waits,
                     limit=THANKS_AT_MOST)  # fmt: skip

    def note(self) -> str:
        """Return the figures behind the bound."""
        undisturbed, meanwhile = percentile(self.undisturbed, 0.99) * 1000, percentile(self.meanwhile, 0.99) * 1000
        return (
            f"p99 of {len(self.meanwhile)} thank-yous during a broadcast: {meanwhile:.0f} ms; of"
            f" {len(self.undisturbed)} without one: {undisturbed:.0f} ms; a slot: {1000 / PER_SECOND:.0f} ms."
        )


def _thanks(ours: "_Ours", judge: Program, size: Size) -> _Thanks:
    """Measure thank-yous without a broadcast and during one, alternating."""
    found, per_second = _Thanks(), size.thanks_per_second
    for number in range(size.rounds):
        progress(f"broadcast: thank-yous meanwhile, round {number + 1} of {size.rounds}")
        for people, at_least, seconds in (
            (0, size.undisturbed_thanks, found.undisturbed),
            (size.thanks_people, 0, found.meanwhile),
        ):
            judge.ask(f"{PER_SECOND} 0")
            seconds += ours.send(judge, people, str(PER_SECOND), per_second, at_least)["thanks"]
    return found


class _Ours:
    """Our sender: a new database and process for each run."""

    def __init__(self, engine: str, folder: Path, server: str | None) -> None:
        self._engine, self._folder, self._server = engine, folder, server

    def send(
        self, judge: Program, count: int, pace: str, thanks: float = 0.0, thanks_at_least: int = 0
    ) -> dict[str, Any]:
        """Run one broadcast. Raises RuntimeError if a recipient did not get it: a fast wrong answer is no result."""
        url = migrated_database(self._engine, self._folder, self._server)
        run_alone(prepare(url, range(FIRST_CHAT, FIRST_CHAT + count)))
        where = (judge.info["api"], judge.info["token"])
        number = "0" if pace == "free" else pace
        said = json.loads(output_of("ours_broadcast", url, *where, number, str(thanks), str(thanks_at_least)))
        if said["states"] != ({"sent": count} if count else {}):
            raise RuntimeError(f"{count} people, but {said['states']}")
        return dict(said)


def _peer(judge: Program, count: int, pace: str) -> dict[str, Any]:
    """Send with what people would use: python-telegram-bot in a loop."""
    where = (judge.info["api"], judge.info["token"])
    return dict(json.loads(output_of("peer_broadcast", *where, str(count), pace)))


def _bounds(name: str, row: dict[str, float], stock: dict[str, float]) -> tuple[Bound, ...]:
    faster = row["messages/s, no limit"] / stock["messages/s, no limit"]
    return (
        _at_least(f"{name}: % of the pace", row["% of the pace"], USE_AT_LEAST),
        Bound(what=f"{name}: 429s", value=row["429s"], limit=0),
        _at_least(f"{name}: % outside a flood wait", row["% outside a flood wait"], USE_OUTSIDE_FLOOD_AT_LEAST),
        Bound(what=f"{name}: 429s after the flood wait was told", value=row["429s after it was told"], limit=0),
        _at_least(f"{name}: times PTB's messages/s without a limit", faster, FREE_AT_LEAST),
        Bound(what=f"{name}: CPU over PTB's", value=row["CPU ms each"] / stock["CPU ms each"], limit=CPU_AT_MOST),
    )


def _at_least(what: str, value: float, limit: float) -> Bound:
    return Bound(what=what, value=value, limit=limit, at_least=True)


_NOTES = (
    f"Telegram's judge in a process of its own: {PER_SECOND} in any sliding second, {LATENCY_MS} ms to each answer;"
    f" a sender that is too fast meets {FLOOD_SECONDS:g} s in which everything is refused. Medians of the rounds.",
    "Ours: rows out of the database, rendered, sent, marked; the peer sends from a range of numbers and marks nothing.",
    "At the pace, all run at once, each with a judge of its own. Without a limit one after another; the peer sends 16"
    " at once, since one after another it would wait for the network most of the time.",
    "CPU: of the sending process, where nothing limits it.",
)
