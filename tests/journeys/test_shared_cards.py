"""Cards where everybody sees them: who taps, what they get, and how the cards follow the total."""

from datetime import timedelta

import pytest

from bot.app import App
from bot.store.supporters import supporters
from bot.usecases.campaigns import publish
from content.catalog import Locale
from tests.journeys.people import CATALOG, Heard, Person, cad, says
from tests.journeys.town import BOT, Town
from tests.waiting import until


async def post(here: Town, app: App, name: str, place: str, locales: str) -> None:
    platform = next(p for p in app.platforms if p.name == name)
    await publish.post(app.ctx, platform, await here.campaign(), place, locales)


@pytest.mark.parametrize(("kind", "locale"), [("channel", "fr"), ("supergroup", "en"), ("group", "fr")])
async def test_a_telegram_card_leads_into_the_bot_with_campaign_and_amount(
    here: Town, kind: str, locale: Locale
) -> None:
    place = here.telegram.add_chat(kind, "La Tablée")
    await post(here, here.app, "telegram", str(place["id"]), locale)
    card = here.telegram.view(place)[-1]
    assert card["photo"]
    donor = here.person("telegram", locale)
    here.telegram.join(donor.account, place)
    links = [b["value"] for row in card["buttons"] for b in row if b["kind"] == "url"]
    assert not [link for link in links if "/g/" in link]
    twenty = next(b["value"] for row in card["buttons"] for b in row if CATALOG.money(locale, cad(2000)) in b["text"])
    assert twenty.startswith(f"https://t.me/{BOT}?start=")
    here.telegram.tap_link(donor.account, twenty)
    heard = await donor.hears(says(locale, "confirm-amount", amount=cad(2000)))
    await here.pay(heard.first_link)
    await donor.hears(says(locale, "thanks-title"))
    here.clock.ahead += timedelta(seconds=6)  # a card is drawn anew every five seconds at most
    await until(lambda: next(m for m in here.telegram.view(place) if m["id"] == card["id"])["edited"])
    assert (await here.campaign()).raised == cad(2000)
    (gift,) = await here.gifts()
    assert gift.touch is not None
    assert gift.touch.kind.name == "CARD"


@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_a_discord_card_is_answered_to_the_tapper_alone(here: Town, locale: Locale) -> None:
    donor, other = here.person("discord", locale), here.person("discord", "fr", "Autre")
    await post(here, here.app, "discord", str(here.room["id"]), "fr+en")
    card = here.discord.view(here.room)[-1]
    ten = next(b for row in card["buttons"] for b in row if "10" in b["label"])
    answer = await here.discord.click(donor.account, card["id"], ten["custom_id"])
    private = answer["message"]
    assert private["ephemeral"]
    assert says(locale, "confirm-amount", amount=cad(1000)) in private["text"]
    assert private["id"] not in [m["id"] for m in here.discord.view(here.room, other.account)]
    url = next(b["url"] for row in private["buttons"] for b in row if b["url"])
    assert len(url) <= 512
    await until(donor.is_noted)
    await here.pay(url)
    thanks = await donor.hears(says(locale, "thanks-title"))
    assert thanks.id == int(private["id"])
    here.clock.ahead += timedelta(seconds=6)
    await until(lambda: here.discord.view(here.room, other.account)[-1]["edited"])
    (gift,) = await here.gifts()
    assert gift.touch is not None
    assert gift.touch.kind.name == "CARD"


async def test_a_command_in_a_group_shows_the_shared_card_and_remembers_nobody(here: Town) -> None:
    place = here.telegram.add_chat("supergroup", "La Tablée")
    donor = here.person("telegram", "en")
    here.telegram.join(donor.account, place)
    said = here.telegram.say(donor.account, f"/give@{BOT} 5", place)
    card = await here.telegram.wait_message(place, after=said["message_id"])
    assert all("/g/" not in str(b["value"]) for row in card["buttons"] for b in row)
    here.telegram.say(donor.account, f"/mygifts@{BOT}", place)
    here.telegram.say(donor.account, "/give@somebody_else_bot", place)
    here.telegram.say(donor.account, "5 $", place)
    async with here.app.ctx.db.read() as conn:
        assert await supporters.find(conn, "telegram", str(donor.id)) is None


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("where", ["foreign server", "dialog", "dm"])
async def test_an_app_that_a_person_installed_works_everywhere(here: Town, locale: Locale, where: str) -> None:
    user = here.discord.add_user("Sam", locale="fr" if locale == "fr" else "en-GB")
    here.discord.install_app(user)
    donor = Person(here, "discord", locale, user)
    if where == "foreign server":
        guild = here.discord.add_guild("Ailleurs", bot=False)
        here.discord.join(user, guild)
        donor.place = here.discord.add_channel(guild, "salon")
    elif where == "dialog":
        friend = here.discord.add_user("Ami", locale="fr")
        donor.place = here.discord.add_dialog(user, friend)
    verb = "donner" if locale == "fr" else "give"
    card = await donor.command(verb)
    assert "/g/" in card.first_link
    heard = await donor.command(verb, "5")
    await here.pay(heard.first_link)
    thanks = await donor.hears(says(locale, "thanks-title"))
    assert isinstance(thanks, Heard)
    choices = await here.discord.autocomplete(user, donor.place, verb, "campaign" if locale == "en" else "collecte", "")
    assert [choice["value"] for choice in choices] == ["dehors"]


async def test_menus_are_in_both_languages(here: Town) -> None:
    names: dict[Locale, str] = {"fr": "donner", "en": "give"}
    for locale, name in names.items():
        donor = here.person("discord", locale)
        assert name in [command["name"] for command in here.discord.commands(donor.account, donor.place)]
    assert len([key for key in here.telegram.world.profile if "commands" in str(key)]) >= 2
