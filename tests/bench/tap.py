"""`tap`: from an update to the answer passed to the transport, for known people, with warm links."""

import json
import multiprocessing
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import load
from tests.bench.figures import Bound, Report, percentile
from tests.bench.ours_tap import SECRET
from tests.bench.support import Program, empty_database, postgres

P99_MOST_MS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Durations, and numbers of people."""

    rate: float = 200.0
    seconds: float = 20.0
    warm_up_seconds: float = 3.0
    people: int = 600


QUICK = Size(rate=50.0, seconds=0.5, warm_up_seconds=0.2, people=30)


class Updates:
    """Telegram's webhook deliveries: the give command, taps on old buttons, amounts as people write them."""

    def __init__(self, users: Sequence[int], campaign_id: int, first_id: int) -> None:
        self._users, self._campaign_id, self._next = users, campaign_id, first_id

    def next(self) -> tuple[bytes, bool]:
        """Return the next person's update. There are enough people that nobody writes twice while waiting."""
        self._next += 1
        user = {"id": self._users[self._next % len(self._users)], "is_bot": False, "first_name": "P"}
        user["language_code"] = "fr"
        kind = self._next % 4
        content = self._tap(user) if kind == 3 else {"message": self._message(user, ("/donner", "/start", "5 $")[kind])}
        body = json.dumps({"update_id": self._next, **content}).encode()
        return load.post("/webhooks/telegram", body, {"X-Telegram-Bot-Api-Secret-Token": SECRET}), True

    def _message(self, user: dict[str, Any], text: str) -> dict[str, Any]:
        chat = {"id": user["id"], "type": "private", "first_name": "P"}
        return {"message_id": self._next, "date": 1_795_392_000, "chat": chat, "from": user, "text": text}

    def _tap(self, user: dict[str, Any]) -> dict[str, Any]:
        data = f"give:{self._campaign_id}:0"
        query = {"id": str(self._next), "from": user, "chat_instance": "1", "data": data}
        return {"callback_query": {**query, "message": self._message(user, "-")}}


def measure(engines: Sequence[str], size: Size) -> Report:
    """Measure each engine."""
    rows: dict[str, dict[str, float]] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="obole-bench-")))
        server = stack.enter_context(postgres()) if "postgresql" in engines else None
        pool = stack.enter_context(ProcessPoolExecutor(1, multiprocessing.get_context("spawn")))
        for engine in engines:
            rows[f"ours, {engine}"] = _one(pool, empty_database(engine, folder, server), size)
    bounds = [bound for name, row in rows.items() for bound in _bounds(name, row)]
    return Report(title="a tap, until its answer is handed over", rows=rows, bounds=tuple(bounds), notes=_NOTES)


def _one(pool: ProcessPoolExecutor, url: str, size: Size) -> dict[str, float]:
    with ExitStack() as stack:
        wire = Program("wire_telegram")
        stack.callback(wire.stop)
        ours = Program("ours_tap", url, wire.info["api"], wire.info["token"], str(size.people))
        stack.callback(ours.stop)

        def drive(seconds: float, first_id: int) -> load.Run:
            source = Updates(ours.info["users"], ours.info["campaign_id"], first_id)
            plan = load.Plan(port=ours.info["port"], source=source, seconds=seconds, rate=size.rate)
            return pool.submit(load.run, plan).result()

        drive(size.warm_up_seconds, 900_000_000)
        ours.ask("begin")
        run = drive(size.seconds, 901_000_000)
        found = ours.ask("end")
    seconds = found["seconds"]
    if run.refused or len(seconds) != run.answered:
        raise RuntimeError(f"{run.answered} updates, {run.refused} refused, {len(seconds)} answers")
    return {
        "answers": len(seconds),
        "answers/s": len(seconds) / run.seconds,
        "p50 ms": percentile(seconds, 0.50) * 1000,
        "p99 ms": percentile(seconds, 0.99) * 1000,
        "max ms": max(seconds) * 1000,
        "Stripe calls": found["stripe_calls"],
        "database writes": sum(found["writes"].values()),
    }


def _bounds(name: str, row: dict[str, float]) -> tuple[Bound, ...]:
    return (
        Bound(what=f"{name}: Stripe calls", value=row["Stripe calls"], limit=0),
        Bound(what=f"{name}: database writes", value=row["database writes"], limit=0),
        Bound(what=f"{name}: p99 ms", value=row["p99 ms"], limit=P99_MOST_MS),
    )


_NOTES = (
    "Open loop at fixed times: /donner, /start, an amount in words, a tap on an old button, a quarter each.",
    "The real adapter and python-telegram-bot; Telegram's sandbox and the load run in separate processes.",
    "From the update's bytes in our process to the answer at the transport; limits off, links warm, people known.",
)
