"""One person and a group flood the bot: nobody else is delayed, and the person's actions take effect."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from bot.domain.people import Contact, Preference
from bot.store.supporters import supporters
from bot.usecases.core.join import find_or_join
from tests.journeys.environment import Environment, running_environment
from tests.journeys.people import Person, new_person, sentence
from tests.journeys.test_broadcast import colleague, is_done, new_subscriber, sent
from tests.journeys.test_giving_again import at
from tests.waiting import until


@pytest.fixture(params=["chat", "bot"])
async def env(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Environment]:
    """Yield an environment with Telegram's limits, for both scopes of flood waits."""
    async with running_environment(tmp_path, platforms=("telegram",), paced=True, flood_waits=request.param) as opened:
        at(opened, time(14))
        yield opened


@asynccontextmanager
async def flooding(env: Environment, person: Person, place: Any = None) -> AsyncIterator[None]:
    """Let this person write ten commands a second during the block."""

    async def flood() -> None:
        while True:
            env.telegram.say(person.account, "/donner", chat=place)
            await asyncio.sleep(0.1)

    task = asyncio.create_task(flood())
    try:
        yield
    finally:
        task.cancel()


async def wants_news(env: Environment, person: Person) -> bool:
    contact = Contact(platform="telegram", external_id=str(person.id), locale="fr", private=True)
    supporter = await find_or_join(env.app.ctx, contact)
    async with env.app.ctx.db.read() as conn:
        return Preference.NEWS in await supporters.preferences(conn, supporter.id)


async def test_flood_by_one_person_and_a_group_delays_nobody_else(env: Environment) -> None:
    flooder, donor, reader = (new_person(env, "telegram", name=name) for name in ("Max", "Camille", "Inès"))
    group = env.telegram.add_chat("supergroup", "Amis")
    env.telegram.join(flooder.account, group)
    for person in (flooder, donor, reader):
        await new_subscriber(env, person)
    async with flooding(env, flooder), flooding(env, flooder, group):
        await until(lambda: len(flooder.messages()) >= 3)
        env.telegram.say(flooder.account, "/stop")
        await until(lambda: stopped(env, flooder))
        broadcast = await sent(env, await colleague(env, "Nadia"))
        asked = await donor.command("donner", "5")
        await env.pay(asked.first_link)
        await donor.receive(sentence("fr", "thanks-title"))
        for person in (donor, reader):
            await person.receive("La neige est là.")
        await until(lambda: is_done(env, broadcast))
    assert not any("La neige est là." in received.text for received in flooder.messages()), "they had said stop"
    assert env.telegram.sent.total(status=429) == 0
    await env.assert_books_balance()


async def stopped(env: Environment, person: Person) -> bool:
    return not await wants_news(env, person)


async def test_refusal_in_one_chat_loses_no_message(env: Environment) -> None:
    flooder, donor, reader = (new_person(env, "telegram", name=name) for name in ("Max", "Camille", "Inès"))
    for person in (flooder, donor, reader):
        await new_subscriber(env, person)
    asked = await donor.command("donner", "5")
    broadcast = await sent(env, await colleague(env, "Nadia"))
    env.telegram.force_429(times=1, retry_after=2, chat=flooder.id, method="sendPhoto")
    async with flooding(env, flooder):
        await until(lambda: env.telegram.sent.total(status=429) > 0)
        await env.pay(asked.first_link)
        await donor.receive(sentence("fr", "thanks-title"))
        for person in (flooder, donor, reader):
            await person.receive("La neige est là.")
        await until(lambda: is_done(env, broadcast))
    await env.assert_books_balance()
