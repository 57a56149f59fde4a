"""`/mydata` warns and asks, then sends a summary and a file with everything, once a day, in private only."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from zipfile import ZipFile

import pytest
from sqlalchemy import insert

from bot.domain.people import Contact
from bot.store.referrals.tables import invite
from bot.store.supporters import supporters
from bot.store.supporters.personal import PARTS
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.ports import MessageRef
from bot.usecases.reply import Reply
from bot.usecases.supporters.my_data import gather, to_json
from content.catalog import Locale
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import ALEX, CAMILLE, open_campaign
from tests.usecases.supporters.test_merging import become_one

IN_DM = replace(ALEX, in_dm=True)
WARNINGS = {
    "fr": "Ce fichier contient tous vos dons. Est-ce bien votre téléphone?",
    "en": "This file contains all your gifts. Is this your own phone?",
}
HOSTILE = '=HYPERLINK("http://evil.example")@everyone <b>'


def contents(reply: Reply) -> tuple[str, str]:
    """Return the JSON and the CSV of the file that follows a summary."""
    (card,) = reply.more
    assert card.file is not None
    with ZipFile(io.BytesIO(card.file.content)) as archive:
        names = archive.namelist()
        assert [name.partition(".")[2] for name in names] == ["json", "csv"]
        return archive.read(names[0]).decode(), archive.read(names[1]).decode("utf-8-sig")


async def take(ctx: Context, contact: Contact) -> Reply:
    return await router.on_action(ctx, contact, "mydata:sure")


async def hand_over(ctx: Context, contact: Contact, reply: Reply, where: MessageRef | None = None) -> Reply:
    """Say that the last card of a reply was delivered, as an adapter does."""
    assert reply.copy is not None
    where = where or MessageRef(chat_id=contact.external_id, message_id="1")
    await router.copy_delivered(ctx, contact, reply.copy, where)
    return reply


async def receive(ctx: Context, contact: Contact) -> Reply:
    """Confirm, and get the copy."""
    return await hand_over(ctx, contact, await take(ctx, contact))


@pytest.mark.parametrize("contact", [CAMILLE, IN_DM])
@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_copy_follows_a_confirmed_warning(ctx: Context, contact: Contact, locale: Locale) -> None:
    contact = replace(contact, locale=locale)
    person = await find_or_join(ctx, contact)
    await give(ctx, await open_campaign(ctx), person.id, 1500)
    for name in ("mydata", "mesdonnees"):
        asked = await router.on_command(ctx, contact, name, "")
        assert asked.card.lines[0] == WARNINGS[locale]
        assert [button.action for button in asked.card.buttons] == ["mydata:sure", "mydata:cancel"]
        assert asked.card.file is None and not asked.more, "nothing before the confirmation"
    async with ctx.db.read() as conn:
        expected = await gather(ctx, conn, person.id)
    done = await take(ctx, contact)
    collected, inferred, _ = done.card.lines
    assert ("Dons\u00a0: 1" if locale == "fr" else "Gifts: 1") in collected
    assert inferred.startswith("Ce que nous en avons déduit" if locale == "fr" else "What we derived")
    as_json, as_csv = contents(done)
    assert as_json == to_json(expected)
    assert {"gifts", "accounts"} <= {row["part"] for row in csv.DictReader(io.StringIO(as_csv))}


async def test_cancelling_sends_nothing_and_costs_nothing(ctx: Context) -> None:
    await find_or_join(ctx, CAMILLE)
    cancelled = await router.on_action(ctx, CAMILLE, "mydata:cancel")
    assert cancelled.mode == "edit" and not cancelled.more and not cancelled.card.buttons
    assert (await take(ctx, CAMILLE)).more


async def test_copy_is_sent_once_a_day(ctx: Context, clock: MovingClock) -> None:
    await find_or_join(ctx, CAMILLE)
    assert (await receive(ctx, CAMILLE)).more
    again = await take(ctx, CAMILLE)
    assert again.mode == "new", "a second tap leaves the summary"
    assert not again.more and again.card.title in ("Une seule copie par jour", "One copy a day")
    await find_or_join(ctx, IN_DM)
    assert (await take(ctx, IN_DM)).more, "the limit is per person"
    clock.now += timedelta(days=1, minutes=1)
    assert (await take(ctx, CAMILLE)).more


async def test_linked_accounts_share_the_limit(ctx: Context, clock: MovingClock) -> None:
    first = await find_or_join(ctx, CAMILLE)
    clock.now += timedelta(days=1)
    other = await find_or_join(ctx, IN_DM)
    await become_one(ctx, first.id, other.id)
    as_json, _ = contents(await receive(ctx, CAMILLE))
    assert {row["external_id"] for row in json.loads(as_json)["collected"]["accounts"]} == {CAMILLE.external_id, "77"}
    assert not (await take(ctx, IN_DM)).more


@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_group_gets_only_the_hint_to_ask_in_private(ctx: Context, locale: Locale) -> None:
    group = replace(CAMILLE, private=False, place="-100123", locale=locale)
    await find_or_join(ctx, CAMILLE)
    reply = await router.on_command(ctx, group, "mydata", "")
    assert ("en privé" if locale == "fr" else "in private") in reply.card.lines[0]
    assert not reply.card.buttons and reply.card.file is None and not reply.more


async def test_discord_server_gets_only_the_hint_to_ask_in_private(ctx: Context) -> None:
    """What only one person sees in a server cannot be deleted a day later."""
    await find_or_join(ctx, ALEX)
    for reply in (await router.on_command(ctx, ALEX, "mydata", ""), await take(ctx, ALEX)):
        assert "in a private message" in reply.card.lines[0] and not reply.more and not reply.card.buttons


async def test_hostile_words_are_only_inside_the_file(ctx: Context) -> None:
    person = await find_or_join(ctx, replace(CAMILLE, name=HOSTILE))
    async with ctx.db.write() as conn:
        words = {"id": 1, "supporter_id": person.id, "code": "c0de", "made_at": ctx.clock(), "words": HOSTILE}
        await conn.execute(insert(invite).values(**words))
    done = await take(ctx, replace(CAMILLE, name=HOSTILE))
    assert "evil" not in " ".join((*done.card.lines, *done.more[0].lines))
    as_json, as_csv = contents(done)
    assert json.loads(as_json)["collected"]["invite"][0]["words"] == HOSTILE
    cells = [row["value"] for row in csv.DictReader(io.StringIO(as_csv)) if row["column"] == "words"]
    assert cells == [f"'{HOSTILE}"]


async def test_unknown_or_erased_person_gets_nothing_and_is_not_recorded(ctx: Context) -> None:
    await find_or_join(ctx, CAMILLE)
    await router.on_action(ctx, CAMILLE, "forget:sure")
    for reply in (await router.on_command(ctx, CAMILLE, "mydata", ""), await take(ctx, CAMILLE)):
        assert reply.card.title in ("Nous n’avons rien sur vous", "We have nothing about you")
        assert not reply.more and not reply.card.buttons
    async with ctx.db.read() as conn:
        assert await supporters.find(conn, CAMILLE.platform, CAMILLE.external_id) is None


async def test_privacy_names_the_command(ctx: Context) -> None:
    await find_or_join(ctx, CAMILLE)
    card = (await router.on_command(ctx, CAMILLE, "privacy", "")).card
    assert any("/mesdonnees" in line or "/mydata" in line for line in card.lines)


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_part_has_a_name_in_the_summary(ctx: Context, locale: Locale) -> None:
    for name in (*(part.name for part in PARTS), "letters"):
        assert ctx.catalog.text(locale, "mydata-part-" + name.replace("_", "-"))
