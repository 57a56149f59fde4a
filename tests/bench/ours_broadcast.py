"""Our whole path of a broadcast: read recipients from the database, render, send, mark. Run by the benchmark.

`URL API TOKEN PACE THANKS COUNT` sends what `prepare` wrote to the database: PACE messages a second (0: no limit), with
THANKS thank-yous a second to other people meanwhile. It ends once COUNT of these have left too, and prints one line of
JSON.
"""

import asyncio
import json
import random
import resource
import sys
import time
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import func, insert, select
from telegram import Bot

from bot.delivery.broadcasts import BroadcastLoop
from bot.delivery.copies import BroadcastSender, CardSource
from bot.delivery.loop import DeliveryLoop
from bot.delivery.pace import Pace
from bot.delivery.pacer import Pacer
from bot.delivery.sender import Sender
from bot.domain.broadcasts import BroadcastState
from bot.domain.ids import Ids
from bot.domain.people import Contact, Locale
from bot.domain.time import system_clock
from bot.platforms.telegram.platform import TelegramPlatform
from bot.platforms.telegram.transport import AiohttpRequest
from bot.store.broadcasts.tables import broadcast, recipient
from bot.store.campaigns.places import Place
from bot.store.campaigns.tables import campaign
from bot.store.core.outbox import State
from bot.store.db import Database
from bot.store.supporters.tables import address, preference, supporter
from bot.supervise import tune_memory
from bot.usecases.context import Context
from bot.usecases.money.intake import Intake
from content.cards import Button, Card
from tests.payments import stripe_json as stripe
from tests.usecase_setup import make_context, metadata, open_campaign, signed

BROADCAST = 1
MARK = "~reference~"
FIRST_CHAT = 100_000
_RANGE = 1000
TEXT = (
    "Ce mois-ci, grâce à vous, 214 paniers sont partis vers des familles du quartier.",
    "Il manque 1 250 $ pour que la cuisine reste ouverte tout l’hiver.",
)


def card(mark: str) -> Card:
    """Return news with four amounts and an opt-out button, as staff would send it."""
    amounts = tuple(
        Button(label=f"{minor // 100} $", url=f"https://don.example/g/{mark}/{minor}")
        for minor in (500, 1000, 2500, 5000)
    )
    stop = Button(label="Ne plus recevoir de nouvelles", action=f"unsub:{BROADCAST}")
    return Card(title="Des nouvelles de la Tablée", lines=TEXT, rows=(amounts[:2], amounts[2:], (stop,)))


async def template(_broadcast: int, _locale: Locale, _asks: bool) -> Card:
    return card(MARK)


async def nowhere(_broadcast: int, _place: Place) -> Card:
    raise NotImplementedError


async def never(_broadcast: int, _locale: Locale) -> Card:
    raise NotImplementedError


def context(db: Database, **changes: Any) -> Context:
    return make_context(db, cast(Any, system_clock), ids=Ids(system_clock, random.Random(1)), **changes)


async def prepare(url: str, people: Sequence[int]) -> None:
    """Write a running broadcast to people who agreed, by their Telegram ids, into a migrated database."""
    db = Database(url)
    ctx, now = context(db), system_clock()
    of = await open_campaign(ctx)
    job: dict[str, Any] = {"id": BROADCAST, "kind": "staff", "state": BroadcastState.RUNNING, "campaign_id": of.id}
    job |= {"body": {"texts": {"fr": "-"}}, "segment": {}, "quiet": "silent", "made_at": now, "started_at": now}
    async with db.write() as conn:
        await conn.execute(insert(broadcast), [job])
    for start in range(0, len(people), _RANGE):
        await write_people(db, people[start : start + _RANGE])
    await db.close()


async def write_people(db: Database, ids: Sequence[int]) -> None:
    now = system_clock()
    home = {"platform": "telegram", "locale": "fr"}
    copy = {"broadcast_id": BROADCAST, "asks": True, "silent": False, "state": State.WAITING, "due_at": now, **home}
    tables = {
        supporter: [{"id": i, "joined_at": now} for i in ids],
        address: [{"id": i, "supporter_id": i, "external_id": str(i), **home} for i in ids],
        preference: [{"supporter_id": i, "kind": "news", "accepted": True, "changed_at": now} for i in ids],
        recipient: [{"supporter_id": i, "address_id": i, "external_id": str(i), **copy} for i in ids],
    }
    async with db.write() as conn:
        for table, rows in tables.items():
            await conn.execute(insert(table), rows)


class Thanks:
    """Gifts of other people while the broadcast runs, and how long their thank-yous take to leave."""

    def __init__(self, ctx: Context, per_second: float, people: Sequence[int] = ()) -> None:
        self._ctx = ctx
        self._per_second = per_second
        self._people = people  # used in rotation if given; otherwise each gift comes from a new person
        self._since: dict[str, float] = {}
        self.seconds: list[float] = []

    def handed_over(self, chat: str) -> None:
        """Record that a message to this chat leaves."""
        if (since := self._since.pop(chat, None)) is not None:
            self.seconds.append(time.perf_counter() - since)

    async def run(self, campaign_id: int) -> None:
        """Make gifts until cancelled."""
        ctx = self._ctx
        intake = Intake(ctx, [], livemode=False)
        number = 0
        async with asyncio.TaskGroup() as group:
            group.create_task(intake.run())
            while True:
                number += 1
                await asyncio.sleep(1 / self._per_second)
                person = self._people[number % len(self._people)] if self._people else number
                who = Contact(platform="telegram", external_id=str(person), locale="fr", private=True)
                of = await open_campaign_of(ctx, campaign_id)
                _, token = await signed(ctx, of, who)
                ids = {"id": f"cs_{number}", "payment_intent": f"pi_{number}"}
                paid = stripe.session(client_reference_id=token, metadata=metadata(of), **ids)
                event = stripe.event("checkout.session.completed", paid, id=f"evt_{number}")
                self._since[who.external_id] = time.perf_counter()
                await intake.take([event])


async def open_campaign_of(ctx: Context, campaign_id: int) -> Any:
    from bot.store.campaigns import campaigns

    async with ctx.db.read() as conn:
        found = await campaigns.by_ids(conn, [campaign_id])
    return found[campaign_id]


class Watched(TelegramPlatform):
    """Reports when a message leaves."""

    def __init__(self, bot: Bot, thanks: list[Thanks]) -> None:
        super().__init__(bot)
        self._thanks = thanks

    async def send(self, external_id: str, card: Card, *, nonce: str, silent: bool = False) -> Any:
        """Send a thank-you; copies take another path."""
        for one in self._thanks:
            one.handed_over(external_id)
        return await super().send(external_id, card, nonce=nonce, silent=silent)


async def run(
    url: str, api: str, token: str, pace: int, thanks_per_second: float, thanks_at_least: int
) -> dict[str, Any]:
    """Send the broadcast and so many thank-yous; return what it took."""
    db = Database(url)
    await db.warm()
    loops: list[DeliveryLoop] = []
    ctx = context(db, wake=lambda: [loop.wake() for loop in loops] and None)
    limits = Pace(overall=pace or 20_000, per_chat=1.0 if pace else 0.0)
    pacer = Pacer(limits, monotonic=time.monotonic)
    request = AiohttpRequest(meter=pacer)
    bot = Bot(token, base_url=f"{api}/bot", request=request, get_updates_request=AiohttpRequest())
    await bot.initialize()
    thanks = Thanks(ctx, thanks_per_second or 1)
    platform = Watched(bot, [thanks])
    words = CardSource(mark=MARK, template=template, post=nowhere, withdrawn=never)

    async def pause(_broadcast: int, why: str) -> None:
        raise RuntimeError(f"paused: {why}")

    broadcast_sender = BroadcastSender(ctx, platform, pacer, words)
    loops.append(DeliveryLoop(ctx, platform, pacer))
    sends = BroadcastLoop(ctx, "telegram", broadcast_sender, pacer, pause=pause)
    async with db.read() as conn:
        campaign_id = (await conn.execute(select(campaign.c.id))).scalar_one()
    tune_memory()
    began, cpu = time.perf_counter(), time.process_time()
    tasks = [asyncio.create_task(Sender(ctx, "telegram", [loops[0], sends], holder="bench").run())]
    if thanks_per_second:
        tasks.append(asyncio.create_task(thanks.run(campaign_id)))
    while len(thanks.seconds) < thanks_at_least or await some_left(db):
        await asyncio.sleep(0.1)
        if any(task.done() for task in tasks):
            break
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome
    found = {"seconds": took, "cpu": cpu, "thanks": thanks.seconds, "states": await states(db)}
    await bot.shutdown()
    await db.close()
    return found | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


async def some_left(db: Database) -> bool:
    async with db.read() as conn:
        left = recipient.c.state.in_([State.WAITING, State.SENDING])
        return (await conn.execute(select(recipient.c.supporter_id).where(left).limit(1))).first() is not None


async def states(db: Database) -> dict[str, int]:
    async with db.read() as conn:
        query = select(recipient.c.state, func.count()).group_by(recipient.c.state)
        return {row[0]: row[1] for row in await conn.execute(query)}


if __name__ == "__main__":
    database, api, token, pace, thanks, count = sys.argv[1:]
    print(json.dumps(asyncio.run(run(database, api, token, int(pace), float(thanks), int(count)))))
