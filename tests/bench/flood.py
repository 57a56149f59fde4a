"""`flood`: three people and a group flood the bot; nobody else is slowed down. With both scopes of flood waits."""

import json
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tests.bench.program import Program, progress
from tests.bench.report import Bound, Report, percentile
from tests.bench.support import migrated_database, postgres

PER_SECOND = 30
USE_AT_LEAST = 95.0  # percent of the pace that is left
TAPS_AT_MOST = 5.0  # times an undisturbed run's
WAIT = 5  # seconds of a flood wait that applies to the whole bot
_REFUSED_AFTER = 8.0  # seconds

World = Literal["chat", "bot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Numbers of recipients of the broadcast."""

    people: int = 750  # recipients without and with a flood
    refused_people: int = 450
    refused_after: float = _REFUSED_AFTER


QUICK = Size(people=40, refused_people=40, refused_after=0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the sandbox recorded, and what our process reports."""

    seen: dict[str, Any]
    said: dict[str, Any]

    def use(self) -> float:
        """Return the percentage of the pace left by other messages that the copies used."""
        return 100 * self.seen["copies"] / (PER_SECOND * self.seen["seconds"] - self.seen["other messages"])

    def tap_ms(self, share: float = 0.99) -> float:
        """Return the latency in milliseconds of other people's taps, at this percentile."""
        return percentile(self.seen["taps"], share) * 1000

    def row(self) -> dict[str, float]:
        """Return the figures of one table row."""
        seconds = self.seen["seconds"]
        return {
            "copies/s": self.seen["copies"] / seconds,
            "others/s": self.seen["other messages"] / seconds,
            "% of what is left": self.use(),
            "taps": len(self.seen["taps"]),
            "tap p50 ms": self.tap_ms(0.5),
            "tap p99 ms": self.tap_ms(),
            "thank-yous": len(self.said["thanks"]),
            "thanks p99 ms": percentile(self.said["thanks"], 0.99) * 1000,
            "to flooders": self.seen["flooder answers"],
            "to the group": self.seen["group answers"],
            "429s": self.seen["refused"],
            "429s late": self.seen["refused late"],
            "% CPU": 100 * self.said["busy"],
        }


def measure(engines: Sequence[str], size: Size) -> Report:
    """Measure each engine three times: undisturbed, flooded, and with a bot-wide refusal."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="obole-bench-")))
        server = stack.enter_context(postgres()) if "postgresql" in engines else None
        with ThreadPoolExecutor(len(engines)) as pool:  # at the pace both mostly wait
            found = list(pool.map(lambda engine: _measure_one(folder, server, engine, size), engines))
    rows: dict[str, dict[str, float]] = {}
    bounds: list[Bound] = []
    for engine, (calm, flooded, refused) in zip(engines, found, strict=True):
        name = f"ours, {engine}"
        rows |= {
            name: flooded.row(),
            f"{name}, nobody floods": calm.row(),
            f"{name}, the whole bot refused": refused.row(),
        }
        bounds += _bounds(name, calm, flooded, refused)
    return Report(title="three people and a group flood the bot", rows=rows, bounds=tuple(bounds), notes=_NOTES)


def _measure_one(folder: Path, server: str | None, engine: str, size: Size) -> tuple[Run, Run, Run]:
    """Return the runs of one engine: undisturbed, flooded, and with a bot-wide refusal."""

    def run(what: str, world: World, people: int, **changes: Any) -> Run:
        progress(f"flood: ours, {engine}, {what}")
        return _run(folder, migrated_database(engine, folder, server), world, people, **changes)

    return (
        run("nobody floods", "chat", size.people),
        run("three people and a group flood", "chat", size.people, flood=True),
        run("the whole bot is refused", "bot", size.refused_people, flood=True, refuse_after=size.refused_after),
    )


def _run(folder: Path, url: str, world: World, people: int, *, flood: bool = False, refuse_after: float = 0.0) -> Run:
    """Run one broadcast from first to last copy. Raises RuntimeError if a recipient did not get it."""
    with ExitStack() as stack:
        wire = Program("wire_flood", world, str(people))
        stack.callback(wire.stop)
        file = Path(tempfile.mkdtemp(dir=folder)) / "who.json"
        file.write_text(json.dumps(wire.info))
        ours = Program("ours_flood", url, str(file))
        stack.callback(ours.stop)
        wire.ask("cards")
        wire.ask("begin flood" if flood else "begin")
        refuse = threading.Timer(refuse_after, wire.ask, [f"refuse {WAIT}"])
        if refuse_after:
            refuse.start()
        said = ours.ask("send")
        refuse.cancel()
        if refuse_after:
            refuse.join()
        seen = wire.ask("end")
    if said["states"] != {"sent": people}:
        raise RuntimeError(f"{people} people, but {said['states']}")
    return Run(seen=seen, said=said)


def _bounds(name: str, calm: Run, flooded: Run, refused: Run) -> list[Bound]:
    slower = flooded.tap_ms() / calm.tap_ms()
    late = refused.seen["refused late"]
    return [
        Bound(what=f"{name}: copies, % of what is left of the pace", value=flooded.use(), limit=USE_AT_LEAST,
              at_least=True),
        Bound(what=f"{name}: taps' p99 over an undisturbed run's", value=slower, limit=TAPS_AT_MOST),
        Bound(what=f"{name}: copies and reminders before a thank-you", value=flooded.said["overtaken"], limit=0),
        Bound(what=f"{name}: 429s after a wait of the whole bot was told", value=late, limit=1),
    ]  # fmt: skip


_NOTES = (
    "Telegram's sandbox in its own process, with all its limits and 60 ms to each answer. Three people send five"
    " commands a second each, and one sends 26 in nine seconds into a group; 60 others tap by turns, two a second;"
    " 1.5 thank-yous and 0.5 reminders a second leave, and a broadcast. The engines run at once.",
    "% of what is left: copies, of 30 a second less all other messages that were accepted meanwhile.",
    f"The whole bot refused: Telegram refuses one answer to a flooder, and then everything for {WAIT} s. Late 429s are"
    " those of requests that left after the first was told; what was on its way then cannot be called back.",
)
