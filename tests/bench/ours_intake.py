"""The real intake behind the real web server, run by the intake benchmark in its own process.

The delivery loop does not run: the measurement ends with the thank-you in the outbox.
"""

import asyncio
import sys
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import insert

from bot.domain.campaigns import Campaign
from bot.domain.time import system_clock
from bot.store.campaigns import campaigns
from bot.store.core import outbox
from bot.store.db import Database
from bot.store.migrate import migrate
from bot.store.supporters.tables import address, supporter
from bot.supervise import tune_memory
from bot.usecases.context import Context
from bot.usecases.core.taps import TapCounter
from bot.usecases.money import verify
from bot.usecases.money.intake import Intake
from bot.usecases.referrals.invite_page import Openings
from bot.web.app import build_web
from bot.web.server import WebServer
from payments.reference import Reference, Touch, TouchKind
from tests.bench.program import SECRET, serve_requests
from tests.monitoring import monitoring_of
from tests.usecase_setup import make_context, open_campaign

_GOAL = 10_000_000_00  # never reached, with milestones on the way


@dataclass(frozen=True, slots=True)
class _Served:
    ctx: Context
    campaign: Campaign

    async def totals(self, _question: str) -> dict[str, Any]:
        """Return the totals in the database."""
        found = await verify.verify(self.ctx)
        async with self.ctx.db.read() as conn:
            campaign = (await campaigns.by_ids(conn, [self.campaign.id]))[self.campaign.id]
            messages = sum((await outbox.counts(conn)).values())
        return {
            "gifts": found.gifts,
            "raised": campaign.raised.minor,
            "messages": messages,
            "problems": list(found.problems),
        }


async def _people(ctx: Context, count: int) -> list[int]:
    """Create supporters with a Telegram address each; return their ids."""
    ids = list(range(1, count + 1))
    async with ctx.db.write() as conn:
        await conn.execute(insert(supporter), [{"id": i, "joined_at": ctx.clock()} for i in ids])
        rows = [{"supporter_id": i, "platform": "telegram", "external_id": str(1000 + i), "locale": "fr"} for i in ids]
        await conn.execute(insert(address), rows)
    return ids


async def main(url: str, people: int) -> None:
    db = Database(url)
    await migrate(db)
    await db.warm()  # as `obole run` does
    ctx = make_context(db, cast(Any, system_clock))
    campaign = await open_campaign(ctx, goal_minor=_GOAL)
    touch = Touch(TouchKind.COMMAND)
    tokens = [ctx.keyring.sign(Reference(i, campaign.id, touch)) for i in await _people(ctx, people)]
    intake = Intake(ctx, [SECRET], livemode=False)
    working = asyncio.create_task(intake.run())
    site = build_web(ctx, intake, TapCounter(ctx), Openings(ctx), monitoring=monitoring_of(ctx))
    web = WebServer(site, host="127.0.0.1", port=0)
    await web.start()
    info = {"port": web.port, "campaign_id": campaign.id, "slug": campaign.slug, "tokens": tokens}
    tune_memory()  # as `obole run` does
    await serve_requests(info, _Served(ctx, campaign).totals)
    await web.stop()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
