"""The real Telegram adapter behind the real web server, timed at both ends. Run by the tap benchmark.

Timing starts when an update's bytes reach our process and ends when the answer to that person is passed to the
transport. Gateway and database count their calls.
"""

import asyncio
import logging
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import event, select

from bot.domain.ids import Ids
from bot.domain.time import system_clock
from bot.platforms.telegram.app import TelegramApp
from bot.platforms.telegram.transport import AiohttpRequest
from bot.store.db import Database
from bot.store.migrate import migrate
from bot.store.supporters.tables import address
from bot.supervise import tune_memory
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.taps import TapCounter
from bot.usecases.money.intake import Intake
from bot.usecases.referrals.invite_page import Openings
from bot.web.app import build_web
from bot.web.server import WebServer
from tests.bench.cores import use_one_core
from tests.bench.program import serve_requests
from tests.bench.updates import SECRET
from tests.bench.watch import Watch, people, press_start
from tests.monitoring import monitoring_of
from tests.usecase_setup import RecordingGateway, make_context, open_campaign

_NEWCOMERS_AT_ONCE = 32


class CountingGateway(RecordingGateway):
    """Counts every call to Stripe."""

    calls = 0

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if asyncio.iscoroutinefunction(found):
            type(self).calls += 1
        return found


class Failures(logging.Handler):
    """Counts use cases that failed: their people got an apology, which is no answer."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count a logged error."""
        self.count += record.levelno >= logging.ERROR


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


async def introduce(ctx: Context, api: str, users: Sequence[int]) -> None:
    """Let everybody press START, a few at a time, until all are recorded. Raises TimeoutError after ten minutes.

    On a very busy machine a database may refuse some in a rush of newcomers; like people, they press again.
    """
    recorded: set[int] = set()
    async with asyncio.timeout(600):
        while missing := [user for user in users if user not in recorded][:_NEWCOMERS_AT_ONCE]:
            await press_start(api, missing)
            for _ in range(50):
                await asyncio.sleep(0.1)
                async with ctx.db.read() as conn:
                    recorded = {int(one) for one in (await conn.execute(select(address.c.external_id))).scalars()}
                if recorded.issuperset(missing):
                    break


async def main(url: str, api: str, token: str, count: int) -> None:
    use_one_core()
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
    watch.watch(AiohttpRequest)
    users = await people(api, count)
    telegram: list[TelegramApp] = []

    async def take(body: bytes, secret: str | None) -> int:
        at = time.perf_counter()
        watch.came(body, at)
        return await telegram[0].handle_webhook(body, secret)

    intake, taps = Intake(ctx, ["unused"], livemode=False), TapCounter(ctx)
    site = build_web(ctx, intake, taps, Openings(ctx), monitoring=monitoring_of(ctx), telegram=take)
    web = WebServer(site, host="127.0.0.1", port=0)
    await web.start()
    webhook = f"http://127.0.0.1:{web.port}/webhooks/telegram"
    telegram.append(TelegramApp(ctx, token, api, router=router, webhook_url=webhook, webhook_secret=SECRET))
    await telegram[0].start()
    await introduce(ctx, api, users)
    writes, failures = count_writes(db), Failures()
    logging.getLogger("bot").addHandler(failures)

    async def figures(question: str) -> dict[str, Any]:
        if question == "begin":
            watch.begin()
            writes.clear()
            failures.count = 0
            CountingGateway.calls = 0
            return {}
        found = await watch.end()
        counts = {"writes": sum(writes.values()), "stripe_calls": CountingGateway.calls}
        return {**found, **counts, "failed": failures.count}

    tune_memory()  # as `obole run` does
    await serve_requests({"port": web.port, "campaign_id": campaign.id, "users": users}, figures)
    await telegram[0].stop()
    await web.stop()
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
