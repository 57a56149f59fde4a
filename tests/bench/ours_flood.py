"""Our whole Telegram side at once: answers, thank-yous, reminders and a broadcast. Run by the flood benchmark.

`ours_flood URL FILE`: the database, and a JSON file about the people (`wire_flood.SimulatedPeople.info`). On the
request `send` it sends the broadcast to its end and reports what it took.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.delivery.broadcasts import BroadcastLoop
from bot.delivery.copies import BroadcastSender, CardSource
from bot.delivery.loop import DeliveryLoop
from bot.delivery.pace import TELEGRAM, Pace, Priority
from bot.delivery.pacer import Pacer
from bot.delivery.sender import Sender
from bot.platforms.replies import ReplyBudget
from bot.platforms.telegram.app import TelegramApp
from bot.store.campaigns.tables import campaign
from bot.store.db import Database
from bot.supervise import tune_memory
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.ports import RetryLater
from content.cards import Card
from tests.bench.ours_broadcast import MARK, Thanks, context, never, nowhere, prepare, some_left, states, template
from tests.bench.program import serve_requests

THANKS_PER_SECOND, REMINDERS_PER_SECOND = 1.5, 0.5
_LESS_URGENT = (Priority.NUDGE, Priority.EDIT, Priority.BROADCAST)


@dataclass(slots=True)
class Grant:
    """A slot, with the times when it was requested and granted."""

    priority: Priority
    asked: float
    given: float


@dataclass(slots=True)
class Watched:
    """Every granted slot."""

    grants: list[Grant] = field(default_factory=list)

    def overtaken(self) -> int:
        """Return how many reminders and copies got a slot while a thank-you waited for one."""
        thanks = [one for one in self.grants if one.priority is Priority.THANKS]
        less = [one for one in self.grants if one.priority in _LESS_URGENT]
        return sum(one.asked < other.given < one.given for one in thanks for other in less)

    def seconds(self) -> list[float]:
        """Return how long each thank-you waited, in seconds."""
        return [one.given - one.asked for one in self.grants if one.priority is Priority.THANKS]


class WatchedPacer(Pacer):
    """Records when each slot was requested and granted."""

    def __init__(self, pace: Pace, watched: Watched) -> None:
        super().__init__(pace, monotonic=time.monotonic)
        self._watched = watched
        self._taken: dict[str, float] = {}  # when each chat's last slot was granted

    def _take(self, chat: str, now: float) -> None:
        self._taken[chat] = time.perf_counter()
        super()._take(chat, now)

    async def slot(self, chat: str, priority: Priority = Priority.EDIT, *, patience: float = float("inf")) -> None:
        """Wait for a slot and record it."""
        asked = time.perf_counter()
        await super().slot(chat, priority, patience=patience)
        self._watched.grants.append(Grant(priority, asked, self._taken[chat]))


async def _remind(app: TelegramApp, pacer: Pacer, people: list[int]) -> None:
    """Send reminders to other people until cancelled."""
    number = 0
    while True:
        await asyncio.sleep(1 / REMINDERS_PER_SECOND)
        number += 1
        chat = str(people[number % len(people)])
        try:
            await pacer.slot(chat, Priority.NUDGE)
            await app.platform.send(chat, Card(title="-"), nonce=str(number))
        except RetryLater as why:
            pacer.on_retry_later(chat, why)


async def main(url: str, who: dict[str, Any]) -> None:
    await prepare(url, who["recipients"])
    db = Database(url)
    await db.warm()
    loops: list[DeliveryLoop] = []
    ctx: Context = context(db, wake=lambda: [loop.wake() for loop in loops] and None)
    watched = Watched()
    pacer = WatchedPacer(TELEGRAM, watched)
    app = TelegramApp(ctx, who["token"], who["api"], router=router, pacing=pacer, budget=ReplyBudget(), meter=pacer)
    words = CardSource(mark=MARK, template=template, post=nowhere, withdrawn=never)

    async def pause(_broadcast: int, why: str) -> None:
        raise RuntimeError(f"paused: {why}")

    loops.append(DeliveryLoop(ctx, app.platform, pacer))
    copies = BroadcastLoop(ctx, "telegram", BroadcastSender(ctx, app.platform, pacer, words), pacer, pause=pause)
    sender = Sender(ctx, "telegram", [loops[0], copies], holder="bench")
    async with db.read() as conn:
        campaign_id = (await conn.execute(select(campaign.c.id))).scalar_one()
    await app.start()
    tune_memory()

    async def answer(_question: str) -> dict[str, Any]:
        began, cpu = time.perf_counter(), time.process_time()
        thanks = Thanks(ctx, THANKS_PER_SECOND, who["donors"])
        tasks = [
            asyncio.create_task(sender.run()),
            asyncio.create_task(thanks.run(campaign_id)),
            asyncio.create_task(_remind(app, pacer, who["reminded"])),
        ]
        while await some_left(db):
            await asyncio.sleep(0.1)
            if any(task.done() for task in tasks):
                break
        for task in tasks:
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome
        busy = (time.process_time() - cpu) / (time.perf_counter() - began)
        told = {"thanks": watched.seconds(), "overtaken": watched.overtaken(), "busy": busy}
        return {"states": await states(db), **told}

    await serve_requests({}, answer)
    await app.stop()
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], json.loads(Path(sys.argv[2]).read_text())))
