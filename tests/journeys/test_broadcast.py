"""A broadcast over the wires: to those who agreed, in their language, corrected, credited; and a bad day, withdrawn."""

from collections.abc import AsyncIterator, Mapping
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.demo.launch import example_campaign
from bot.domain.broadcasts import Broadcast, BroadcastState, Quiet, Segment
from bot.domain.people import Contact, Locale, Preference
from bot.domain.staff import Member, Role
from bot.store.broadcasts import broadcasts
from bot.store.staff import staff
from bot.usecases.broadcasts import corrections, lifecycle
from bot.usecases.broadcasts.plan import Spec, submit
from bot.usecases.broadcasts.report import report
from bot.usecases.campaigns import publish
from bot.usecases.core import freeze
from bot.usecases.core.join import who
from bot.usecases.preferences.preferences import set_preferences
from content.broadcast import Message
from payments.reference import TouchKind
from tests.journeys.people import Person, says
from tests.journeys.test_again import at
from tests.journeys.town import Town, open_town, town
from tests.waiting import until

NEWS = Message(texts={"fr": "La **neige** est là.", "en": "The **snow** is here."})
BETTER: Mapping[Locale, str] = {"fr": "La neige arrive demain.", "en": "The snow comes tomorrow."}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        at(opened, time(14))
        yield opened


async def follower(here: Town, donor: Person) -> Person:
    """Somebody who agreed to news."""
    contact = Contact(platform=donor.platform, external_id=str(donor.id), locale=donor.locale, private=True)
    if donor.platform == "telegram":
        await donor.start()
    await set_preferences(here.app.ctx, await who(here.app.ctx, contact), [Preference.NEWS], True)
    return donor


async def colleague(here: Town, name: str, role: Role = Role.EDITOR) -> Member:
    person = here.person("telegram", "fr", name)
    await person.start()
    async with here.app.ctx.db.write() as conn:
        return await staff.add(
            conn, "telegram", str(person.id), role, label=name, locale="fr", added_by=None, at=here.clock()
        )


async def sent(here: Town, member: Member, message: Message = NEWS) -> Broadcast:
    """Handed over and let run after its five minutes."""
    campaign = await here.campaign()
    spec = Spec(campaign_id=campaign.id, message=message, segment=Segment(), quiet=Quiet.SILENT)
    made = await submit(here.app.ctx, member, spec)
    assert made is not None
    here.clock.ahead += timedelta(minutes=6)
    return made


async def state(here: Town, one: Broadcast) -> BroadcastState | None:
    async with here.app.ctx.db.read() as conn:
        found = await broadcasts.get(conn, one.id)
    return found.state if found is not None else None


async def is_done(here: Town, one: Broadcast) -> bool:
    return await state(here, one) is BroadcastState.DONE


async def a_good_day(here: Town, camille: Person, alex: Person) -> None:
    """Sent, corrected, given to, reported."""
    for one in (camille, alex):
        await follower(here, one)
    nadia = await colleague(here, "Nadia")
    made = await sent(here, nadia)
    heard = [await camille.hears("La neige est là."), await alex.hears("snow")]
    await until(lambda: is_done(here, made), within=20)
    for language, text in BETTER.items():
        new = await corrections.propose(here.app.ctx, nadia, made.id, language, text)
        await corrections.approve(here.app.ctx, nadia, new.id)
    await camille.hears("demain")
    await alex.hears("tomorrow")
    await here.pay(heard[0].first_link)
    await camille.hears(says(camille.locale, "thanks-title"))
    (gift,) = await here.gifts()
    assert (gift.touch.kind, gift.touch.id) == (TouchKind.BROADCAST, made.id)
    async with here.app.ctx.db.read() as conn:
        found = await broadcasts.get(conn, made.id)
    assert found is not None
    told = await report(here.app.ctx, found)
    assert (told.gifts, told.money[0].minor) == (1, gift.book.amount)
    assert {locale: share.sent for locale, share in told.languages.items()}["en"] == 1


async def test_sent_corrected_credited(here: Town) -> None:
    await a_good_day(here, here.person("telegram", "fr"), here.person("discord", "en", "Alex"))
    await here.books_are_right()


async def test_one_tap_under_it_ends_it_for_that_person(here: Town) -> None:
    camille = await follower(here, here.person("telegram", "fr"))
    nadia = await colleague(here, "Nadia")
    made = await sent(here, nadia)
    heard = await camille.hears("La neige est là.")
    stop = next(label for label, target in heard.buttons if target == f"unsub:{made.id}")
    assert says("fr", "stop-title") in (await camille.tap(heard, stop)).text
    async with here.app.ctx.db.read() as conn:
        assert [people for _, people in await broadcasts.opt_outs(conn, made.id)] == [1]


async def test_a_bad_day_is_frozen_and_taken_back(here: Town) -> None:
    camille = await follower(here, here.person("telegram", "fr"))
    await follower(here, here.person("discord", "fr", "Inès"))
    nadia, bo = await colleague(here, "Nadia", Role.OWNER), await colleague(here, "Bo")
    made = await sent(here, nadia, Message(texts={"fr": "Mauvais texte", "en": "Wrong text"}))
    await camille.hears("Mauvais texte")
    await freeze.freeze(here.app.ctx, bo, "mauvais texte")
    await lifecycle.withdraw(here.app.ctx, bo, made.id, "mauvais texte")
    await freeze.lift(here.app.ctx, nadia)
    await until(lambda: not any("Mauvais texte" in heard.text for heard in camille.everything()), within=15)
    assert await state(here, made) is BroadcastState.WITHDRAWN


async def test_a_restart_goes_on_where_it_stood(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        at(here, time(14))
        async with here.open() as app:
            await publish.publish(app.ctx, example_campaign())
            camille = await follower(here, here.person("telegram", "fr"))
            made = await sent(here, await colleague(here, "Nadia"))
        async with here.open():
            await camille.hears("La neige est là.", within=15)
            await until(lambda: is_done(here, made), within=20)
        assert sum("La neige est là." in heard.text for heard in camille.everything()) == 1
