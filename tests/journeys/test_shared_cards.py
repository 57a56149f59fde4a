"""Public cards: what a person who taps gets, and how the cards follow the total."""

from datetime import timedelta

import pytest

from bot.app import App
from bot.store.supporters import supporters
from bot.usecases.campaigns import publish
from content.catalog import Locale
from tests.journeys.environment import BOT, Environment
from tests.journeys.people import CATALOG, BotMessage, Person, cad, new_person, sentence
from tests.waiting import until


async def post(env: Environment, app: App, name: str, place: str, locales: str) -> None:
    platform = next(p for p in app.platforms if p.name == name)
    await publish.post(app.ctx, platform, await env.campaign(), place, locales)


@pytest.mark.parametrize(("kind", "locale"), [("channel", "fr"), ("supergroup", "en"), ("group", "fr")])
async def test_telegram_card_leads_to_the_bot_with_campaign_and_amount(
    env: Environment, kind: str, locale: Locale
) -> None:
    place = env.telegram.add_chat(kind, "La Tablée")
    await post(env, env.app, "telegram", str(place["id"]), locale)
    card = env.telegram.view(place)[-1]
    assert card["photo"]
    donor = new_person(env, "telegram", locale)
    env.telegram.join(donor.account, place)
    links = [b["value"] for row in card["buttons"] for b in row if b["kind"] == "url"]
    assert not [link for link in links if "/g/" in link]
    twenty = next(b["value"] for row in card["buttons"] for b in row if CATALOG.money(locale, cad(2000)) in b["text"])
    assert twenty.startswith(f"https://t.me/{BOT}?start=")
    env.telegram.tap_link(donor.account, twenty)
    received = await donor.receive(sentence(locale, "confirm-amount", amount=cad(2000)))
    await env.pay(received.first_link)
    await donor.receive(sentence(locale, "thanks-title"))
    env.clock.ahead += timedelta(seconds=6)  # a card is redrawn every five seconds at most
    await until(lambda: next(m for m in env.telegram.view(place) if m["id"] == card["id"])["edited"])
    assert (await env.campaign()).raised == cad(2000)
    (gift,) = await env.gifts()
    assert gift.touch is not None
    assert gift.touch.kind.name == "CARD"


@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_discord_card_is_answered_privately(env: Environment, locale: Locale) -> None:
    donor, other = new_person(env, "discord", locale), new_person(env, "discord", "fr", "Autre")
    await post(env, env.app, "discord", str(env.room["id"]), "fr+en")
    card = env.discord.view(env.room)[-1]
    ten = next(b for row in card["buttons"] for b in row if "10" in b["label"])
    answer = await env.discord.click(donor.account, card["id"], ten["custom_id"])
    private = answer["message"]
    assert private["ephemeral"]
    assert sentence(locale, "confirm-amount", amount=cad(1000)) in private["text"]
    assert private["id"] not in [m["id"] for m in env.discord.view(env.room, other.account)]
    url = next(b["url"] for row in private["buttons"] for b in row if b["url"])
    assert len(url) <= 512
    await until(donor.reply_is_stored)
    await env.pay(url)
    thanks = await donor.receive(sentence(locale, "thanks-title"))
    assert thanks.id == int(private["id"])
    env.clock.ahead += timedelta(seconds=6)
    await until(lambda: env.discord.view(env.room, other.account)[-1]["edited"])
    (gift,) = await env.gifts()
    assert gift.touch is not None
    assert gift.touch.kind.name == "CARD"


async def test_group_command_shows_the_shared_card_and_stores_nobody(env: Environment) -> None:
    place = env.telegram.add_chat("supergroup", "La Tablée")
    donor = new_person(env, "telegram", "en")
    env.telegram.join(donor.account, place)
    said = env.telegram.say(donor.account, f"/give@{BOT} 5", place)
    card = await env.telegram.wait_message(place, after=said["message_id"])
    assert all("/g/" not in str(b["value"]) for row in card["buttons"] for b in row)
    env.telegram.say(donor.account, f"/mygifts@{BOT}", place)
    env.telegram.say(donor.account, "/give@somebody_else_bot", place)
    env.telegram.say(donor.account, "5 $", place)
    async with env.app.ctx.db.read() as conn:
        assert await supporters.find(conn, "telegram", str(donor.id)) is None


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("where", ["foreign server", "dialog", "dm"])
async def test_user_installed_app_works_everywhere(env: Environment, locale: Locale, where: str) -> None:
    user = env.discord.add_user("Sam", locale="fr" if locale == "fr" else "en-GB")
    env.discord.install_app(user)
    donor = Person(env, "discord", locale, user)
    if where == "foreign server":
        guild = env.discord.add_guild("Ailleurs", bot=False)
        env.discord.join(user, guild)
        donor.place = env.discord.add_channel(guild, "salon")
    elif where == "dialog":
        friend = env.discord.add_user("Ami", locale="fr")
        donor.place = env.discord.add_dialog(user, friend)
    verb = "donner" if locale == "fr" else "give"
    card = await donor.command(verb)
    assert "/g/" in card.first_link
    received = await donor.command(verb, "5")
    await env.pay(received.first_link)
    thanks = await donor.receive(sentence(locale, "thanks-title"))
    assert isinstance(thanks, BotMessage)
    choices = await env.discord.autocomplete(user, donor.place, verb, "campaign" if locale == "en" else "collecte", "")
    assert [choice["value"] for choice in choices] == ["dehors"]


async def test_menus_are_in_both_languages(env: Environment) -> None:
    names: dict[Locale, str] = {"fr": "donner", "en": "give"}
    for locale, name in names.items():
        donor = new_person(env, "discord", locale)
        assert name in [command["name"] for command in env.discord.commands(donor.account, donor.place)]
    assert len([key for key in env.telegram.world.profile if "commands" in str(key)]) >= 2
