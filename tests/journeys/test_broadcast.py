"""A broadcast over the wire: sent by consent and language, corrected and credited; another frozen and withdrawn."""

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
from bot.usecases.core import direct_messages, freeze
from bot.usecases.core.join import find_or_join
from bot.usecases.preferences.preferences import set_preferences
from content.broadcast import Message
from payments.reference import TouchKind
from tests.journeys.environment import Environment, new_environment, running_environment
from tests.journeys.people import Person, new_person, sentence
from tests.journeys.test_giving_again import at
from tests.waiting import until

NEWS = Message(texts={"fr": "La **neige** est là.", "en": "The **snow** is here."})
BETTER: Mapping[Locale, str] = {"fr": "La neige arrive demain.", "en": "The snow comes tomorrow."}


@pytest.fixture
async def env(tmp_path: Path) -> AsyncIterator[Environment]:
    async with running_environment(tmp_path) as opened:
        at(opened, time(14))
        yield opened


async def new_subscriber(env: Environment, donor: Person) -> Person:
    """Let this person write to the bot and agree to news."""
    contact = Contact(platform=donor.platform, external_id=str(donor.id), locale=donor.locale, private=True)
    if donor.platform == "telegram":
        await donor.start()
    supporter = await find_or_join(env.app.ctx, contact, wrote=contact.platform == "discord")
    await set_preferences(env.app.ctx, supporter, [Preference.NEWS], True)
    return donor


async def colleague(env: Environment, name: str, role: Role = Role.EDITOR) -> Member:
    person = new_person(env, "telegram", "fr", name)
    await person.start()
    async with env.app.ctx.db.write() as conn:
        return await staff.add(
            conn, "telegram", str(person.id), role, label=name, locale="fr", added_by=None, at=env.clock()
        )


async def sent(env: Environment, member: Member, message: Message = NEWS) -> Broadcast:
    """Send a broadcast and skip its five-minute countdown."""
    campaign = await env.campaign()
    spec = Spec(campaign_id=campaign.id, message=message, segment=Segment(), quiet=Quiet.SILENT)
    broadcast = await submit(env.app.ctx, member, spec)
    assert broadcast is not None
    env.clock.ahead += timedelta(minutes=6)
    return broadcast


async def state(env: Environment, broadcast: Broadcast) -> BroadcastState | None:
    async with env.app.ctx.db.read() as conn:
        found = await broadcasts.get(conn, broadcast.id)
    return found.state if found is not None else None


async def is_done(env: Environment, broadcast: Broadcast) -> bool:
    return await state(env, broadcast) is BroadcastState.DONE


async def play_good_day(env: Environment, camille: Person, alex: Person) -> None:
    """Play a broadcast from sending through correction and gifts to its report."""
    for person in (camille, alex):
        await new_subscriber(env, person)
    nadia = await colleague(env, "Nadia")
    broadcast = await sent(env, nadia)
    received = [await camille.receive("La neige est là."), await alex.receive("snow")]
    await until(lambda: is_done(env, broadcast), within=20)
    for language, text in BETTER.items():
        new = await corrections.propose(env.app.ctx, nadia, broadcast.id, language, text)
        await corrections.approve(env.app.ctx, nadia, new.id)
    await camille.receive("demain")
    await alex.receive("tomorrow")
    await env.pay(received[0].first_link)
    await camille.receive(sentence(camille.locale, "thanks-title"))
    (gift,) = await env.gifts()
    assert (gift.touch.kind, gift.touch.id) == (TouchKind.BROADCAST, broadcast.id)
    async with env.app.ctx.db.read() as conn:
        found = await broadcasts.get(conn, broadcast.id)
    assert found is not None
    broadcast_report = await report(env.app.ctx, found)
    assert (broadcast_report.gifts, broadcast_report.money[0].minor) == (1, gift.book.amount)
    assert {locale: share.sent for locale, share in broadcast_report.languages.items()}["en"] == 1


async def test_broadcast_is_sent_corrected_and_credited(env: Environment) -> None:
    await play_good_day(env, new_person(env, "telegram", "fr"), new_person(env, "discord", "en", "Alex"))
    await env.assert_books_balance()


async def test_one_tap_opts_a_reader_out(env: Environment) -> None:
    camille = await new_subscriber(env, new_person(env, "telegram", "fr"))
    nadia = await colleague(env, "Nadia")
    broadcast = await sent(env, nadia)
    received = await camille.receive("La neige est là.")
    stop = next(label for label, target in received.buttons if target == f"unsub:{broadcast.id}")
    assert sentence("fr", "stop-title") in (await camille.tap(received, stop)).text
    async with env.app.ctx.db.read() as conn:
        assert [people for _, people in await broadcasts.opt_outs(conn, broadcast.id)] == [1]


async def test_bad_broadcast_is_frozen_and_withdrawn(env: Environment) -> None:
    camille = await new_subscriber(env, new_person(env, "telegram", "fr"))
    await new_subscriber(env, new_person(env, "discord", "fr", "Inès"))
    nadia, bo = await colleague(env, "Nadia", Role.OWNER), await colleague(env, "Bo")
    broadcast = await sent(env, nadia, Message(texts={"fr": "Mauvais texte", "en": "Wrong text"}))
    await camille.receive("Mauvais texte")
    await freeze.freeze(env.app.ctx, bo, "mauvais texte")
    await lifecycle.withdraw(env.app.ctx, bo, broadcast.id, "mauvais texte")
    await freeze.lift(env.app.ctx, nadia)
    await until(lambda: not any("Mauvais texte" in received.text for received in camille.messages()), within=15)
    assert await state(env, broadcast) is BroadcastState.WITHDRAWN


async def test_flagged_bot_sends_no_more_direct_messages_until_staff_resume(env: Environment) -> None:
    alex = await new_subscriber(env, new_person(env, "discord", "en", "Alex"))
    camille = await new_subscriber(env, new_person(env, "telegram", "fr"))
    nadia = await colleague(env, "Nadia")
    env.discord.flag_bot()
    broadcast = await sent(env, nadia)
    await camille.receive("La neige est là.")

    async def is_stopped() -> bool:
        async with env.app.ctx.db.read() as conn:
            return await direct_messages.current_stop(conn) is not None

    await until(is_stopped, within=20)
    env.discord.flag_bot(flagged=False)
    await direct_messages.resume(env.app.ctx, nadia)
    env.clock.ahead += timedelta(minutes=11)
    await alex.receive("snow", within=30)
    await until(lambda: is_done(env, broadcast), within=20)


async def test_restart_continues_the_broadcast(tmp_path: Path) -> None:
    async with new_environment(tmp_path) as env:
        at(env, time(14))
        async with env.run_bot() as app:
            await publish.publish(app.ctx, example_campaign())
            camille = await new_subscriber(env, new_person(env, "telegram", "fr"))
            broadcast = await sent(env, await colleague(env, "Nadia"))
        async with env.run_bot():
            await camille.receive("La neige est là.", within=15)
            await until(lambda: is_done(env, broadcast), within=20)
        assert sum("La neige est là." in received.text for received in camille.messages()) == 1
