"""One person and a group write far too much: everybody else goes on, and what the person did is done."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from bot.domain.people import Contact, Preference
from bot.store.supporters import supporters
from bot.usecases.core.join import who
from tests.journeys.people import Person, says
from tests.journeys.test_again import at
from tests.journeys.test_broadcast import colleague, follower, is_done, sent
from tests.journeys.town import Town, open_town
from tests.waiting import until


@pytest.fixture(params=["chat", "bot"])
async def here(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """Telegram with its limits, in both worlds of its flood waits."""
    async with open_town(tmp_path, platforms=("telegram",), paced=True, flood_waits=request.param) as opened:
        at(opened, time(14))
        yield opened


@asynccontextmanager
async def flooding(here: Town, person: Person, place: Any = None) -> AsyncIterator[None]:
    """They write ten commands a second meanwhile."""

    async def flood() -> None:
        while True:
            here.telegram.say(person.account, "/donner", chat=place)
            await asyncio.sleep(0.1)

    task = asyncio.create_task(flood())
    try:
        yield
    finally:
        task.cancel()


async def wants_news(here: Town, person: Person) -> bool:
    contact = Contact(platform="telegram", external_id=str(person.id), locale="fr", private=True)
    supporter = await who(here.app.ctx, contact)
    async with here.app.ctx.db.read() as conn:
        return Preference.NEWS in await supporters.preferences(conn, supporter.id)


async def test_flood_of_one_person_and_a_group_holds_up_nobody_else(here: Town) -> None:
    flooder, donor, reader = (here.person("telegram", name=name) for name in ("Max", "Camille", "Inès"))
    group = here.telegram.add_chat("supergroup", "Amis")
    here.telegram.join(flooder.account, group)
    for one in (flooder, donor, reader):
        await follower(here, one)
    async with flooding(here, flooder), flooding(here, flooder, group):
        await until(lambda: len(flooder.everything()) >= 3)
        here.telegram.say(flooder.account, "/stop")
        await until(lambda: stopped(here, flooder))
        made = await sent(here, await colleague(here, "Nadia"))
        asked = await donor.command("donner", "5")
        await here.pay(asked.first_link)
        await donor.hears(says("fr", "thanks-title"))
        for one in (donor, reader):
            await one.hears("La neige est là.")
        await until(lambda: is_done(here, made))
    assert not any("La neige est là." in heard.text for heard in flooder.everything()), "they had said stop"
    assert here.telegram.sent.total(status=429) == 0
    await here.books_are_right()


async def stopped(here: Town, person: Person) -> bool:
    return not await wants_news(here, person)


async def test_refusal_in_one_chat_loses_nothing_of_anybody(here: Town) -> None:
    flooder, donor, reader = (here.person("telegram", name=name) for name in ("Max", "Camille", "Inès"))
    for one in (flooder, donor, reader):
        await follower(here, one)
    asked = await donor.command("donner", "5")
    made = await sent(here, await colleague(here, "Nadia"))
    here.telegram.force_429(times=1, retry_after=2, chat=flooder.id, method="sendPhoto")
    async with flooding(here, flooder):
        await until(lambda: here.telegram.sent.total(status=429) > 0)
        await here.pay(asked.first_link)
        await donor.hears(says("fr", "thanks-title"))
        for one in (flooder, donor, reader):
            await one.hears("La neige est là.")
        await until(lambda: is_done(here, made))
    await here.books_are_right()
