"""The adapter with the real router: what a supporter gets on Discord, from the shared card to the links."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import simcord
import simcord.interactions

from bot.domain.people import Contact
from bot.platforms.discord.app import DiscordApp
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from content.catalog import LOCALES
from tests.statements import lookups, recorded
from tests.usecase_setup import open_campaign


@pytest.fixture
def app(ctx: Context) -> DiscordApp:
    return DiscordApp(ctx, "simcord", router=router)


@pytest.fixture
async def env(app: DiscordApp) -> AsyncIterator[Any]:
    env = simcord.Env(app.client, settle_timeout=20)
    await env.start()
    await app.sync_commands()
    yield env
    await env.shutdown()
    assert env.errors == []


def urls(message: Any) -> list[str]:
    return [b["url"] for row in message.components for b in row["components"] if "url" in b]


async def test_from_the_shared_card_to_personal_links(ctx: Context, app: DiscordApp, env: Any) -> None:
    campaign = await open_campaign(ctx)
    channel = env.create_guild().create_text_channel("dons")
    ana = env.guild.add_member(env.create_user("ana"))
    with env.time_context():
        await publish.post(ctx, app.platform, campaign, str(channel.id), "fr+en")
    card = channel.last_message
    assert campaign.authored.name.get("fr").split()[0] in card.embeds[0].title
    assert card.attachments[0].description
    first = card.components[0].children[0]
    answer = await ana.click(card, custom_id=first.custom_id)
    assert answer.ephemeral
    assert all("client_reference_id=" in url for url in urls(answer.response)[:1])
    assert urls(answer.response)


@pytest.mark.parametrize("command", ["give", "mygifts", "preferences", "help", "stop", "privacy"])
async def test_every_command_gets_an_answer(ctx: Context, env: Any, command: str) -> None:
    await open_campaign(ctx)
    channel = env.create_guild().create_text_channel("dons")
    ana = env.guild.add_member(env.create_user("ana"))
    answer = await ana.slash(channel, command)
    assert answer.ephemeral and answer.response.embeds[0].description


async def test_amount_and_stop_word_in_direct_message_are_answered(ctx: Context, env: Any) -> None:
    await open_campaign(ctx)
    bob = env.create_user("bob")
    await bob.send_dm("7,50 $")
    assert bob.dm_channel.last_message.components[0].children[0].url
    await bob.send_dm("arrêtez")
    assert bob.dm_channel.last_message.embeds[0].title


async def test_texts_are_answered_in_last_known_language(ctx: Context, env: Any) -> None:
    """Discord says no language with a message: French, until a command has told."""
    bob = env.create_user("bob")
    contact = Contact(platform="discord", external_id="1", locale="fr", private=True)
    expected = {
        locale: (await router.on_text(ctx, replace(contact, external_id=locale, locale=locale), "hello")).card.title
        for locale in LOCALES
    }
    await bob.send_dm("hello")
    assert bob.dm_channel.last_message.embeds[0].title == expected["fr"]
    await bob.slash("help")
    await bob.send_dm("hello")
    assert bob.dm_channel.last_message.embeds[0].title == expected["en"]
    assert expected["fr"] != expected["en"]


async def test_direct_message_looks_the_person_up_once(ctx: Context, env: Any) -> None:
    await open_campaign(ctx)
    bob = env.create_user("bob")
    await bob.send_dm("hello")
    with recorded() as statements:
        await bob.send_dm("hello")
    assert lookups(statements, "address") == lookups(statements, "staff") == 1, statements
    assert len(statements) <= 5, statements
