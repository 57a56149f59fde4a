"""The real Telegram adapter behind the real web server, timed at both ends. Run by the tap benchmark.

Timing starts when an update's bytes reach our process and ends when the answer to that person is passed to the
transport. Gateway and database count their calls.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from typing import Any, cast

import aiohttp
from sqlalchemy import event

from bot.domain.ids import Ids
from bot.domain.time import system_clock
from bot.health import Health
from bot.platforms.telegram.app import TelegramApp
from bot.platforms.telegram.transport import AiohttpRequest
from bot.run import tune_memory
from bot.store.db import Database
from bot.store.migrate import migrate
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.taps import TapCounter
from bot.usecases.money.intake import Intake
from bot.usecases.referrals.invite_page import Openings
from bot.web.app import build_web
from bot.web.server import WebServer
from tests.bench.support import serve_requests
from tests.world import RecordingGateway, make_context, open_campaign

SECRET = "bench-secret"
_ANSWERS = ("/sendPhoto", "/sendMessage", "/editMessageText", "/editMessageMedia", "/editMessageCaption")


class Watch:
    """When each person's update arrived, and how long until their answer left."""

    def __init__(self) -> None:
        self._came: dict[int, float] = {}
        self.seconds: list[float] = []

    def came(self, body: bytes, at: float) -> None:
        """Record an update of a person who waits for no other answer."""
        update = json.loads(body)
        who = (update.get("message") or update["callback_query"])["from"]["id"]
        self._came[who] = at

    def answered(self, url: str, chat: object) -> None:
        """Record that an answer is about to be sent."""
        if url.endswith(_ANSWERS) and (at := self._came.pop(int(str(chat)), None)) is not None:
            self.seconds.append(time.perf_counter() - at)


class CountingGateway(RecordingGateway):
    """Counts every call to Stripe."""

    calls = 0

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if asyncio.iscoroutinefunction(found):
            type(self).calls += 1
        return found


def count_writes(db: Database) -> Counter[str]:
    """Count every statement that writes, by its first word."""
    counted: Counter[str] = Counter()

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        word = statement.split(None, 1)[0].upper()
        if word not in ("SELECT", "PRAGMA"):
            counted[word] += 1

    for engine in {db._writer, db._reader}:  # the database's two engines
        event.listen(engine.sync_engine, "before_cursor_execute", note)
    return counted


def attach_watch(watch: Watch) -> None:
    """Put the watch between python-telegram-bot and the real transport."""
    hand_over = AiohttpRequest.do_request

    async def timed(self: Any, url: str, method: str, request_data: Any = None, **rest: Any) -> tuple[int, bytes]:
        if request_data is not None:
            watch.answered(url, request_data.parameters.get("chat_id", 0))
        return await hand_over(self, url, method, request_data, **rest)

    setattr(AiohttpRequest, "do_request", timed)  # noqa: B010 - only in this process


async def people(api: str, count: int) -> list[int]:
    """Create people who have pressed START in the sandbox; return their ids."""
    async with aiohttp.ClientSession() as session:

        async def verb(name: str, **arguments: Any) -> dict[str, Any]:
            async with session.post(f"{api}/_sandbox/{name}", json=arguments) as answer:
                found: dict[str, Any] = await answer.json()
                result: dict[str, Any] = found.get("result", found)
                return result

        users = [await verb("add_user", first_name=f"P{n}", language_code="fr") for n in range(count)]
        for user in users:
            await verb("press_start", user=user["id"])
    return [user["id"] for user in users]


async def _quiet(watch: Watch, seconds: float = 1.0) -> None:
    """Wait until nothing has been answered for this long."""
    answered = -1
    while answered != len(watch.seconds):
        answered = len(watch.seconds)
        await asyncio.sleep(seconds)


async def main(url: str, api: str, token: str, count: int) -> None:
    db, watch = Database(url), Watch()
    await migrate(db)
    await db.warm()  # as `obole run` does
    ctx: Context = make_context(
        db,
        cast(Any, system_clock),
        gateway=CountingGateway(),
        public_url="https://don.example",
        ids=Ids(system_clock, random.Random(1)),
    )
    campaign = await open_campaign(ctx)
    attach_watch(watch)
    users = await people(api, count)
    telegram: list[TelegramApp] = []

    async def take(body: bytes, secret: str | None) -> int:
        at = time.perf_counter()
        watch.came(body, at)
        return await telegram[0].handle_webhook(body, secret)

    intake, taps = Intake(ctx, ["unused"], livemode=False), TapCounter(ctx)
    health = Health()
    site = build_web(ctx, intake, taps, Openings(ctx), health=lambda: health.check(ctx), telegram=take)
    web = WebServer(site, host="127.0.0.1", port=0)
    await web.start()
    webhook = f"http://127.0.0.1:{web.port}/webhooks/telegram"
    telegram.append(TelegramApp(ctx, token, api, router=router, webhook_url=webhook, webhook_secret=SECRET))
    await telegram[0].start()
    await _quiet(watch)  # everybody who pressed START is stored now
    writes = count_writes(db)

    async def figures(question: str) -> dict[str, Any]:
        await _quiet(watch, 0.3)
        if question == "begin":
            watch.seconds.clear()
            writes.clear()
            CountingGateway.calls = 0
            return {}
        return {"seconds": watch.seconds, "writes": dict(writes), "stripe_calls": CountingGateway.calls}

    tune_memory()  # as `obole run` does
    await serve_requests({"port": web.port, "campaign_id": campaign.id, "users": users}, figures)
    await telegram[0].stop()
    await web.stop()
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
