"""Start the demo's environment and play what happened before the scenario; also its example campaign."""

import itertools
import os
import random
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from importlib import resources
from pathlib import Path

import aiohttp
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.app import running
from bot.demo import drawings, history
from bot.demo.clock import DemoClock
from bot.demo.environment import CAMPAIGN, Environment
from bot.demo.front import front
from bot.demo.people import NEWCOMER, PLAYERS, Person
from bot.sandbox.discord import DiscordSandbox
from bot.sandbox.stripe import Charity, StripeSandbox
from bot.sandbox.telegram import TelegramSandbox
from bot.settings import Settings
from bot.usecases.campaigns import publish
from content.campaign import Campaign as Authored
from content.campaign import load_toml
from content.catalog import Locale

CHARITY = "La Tablée"
BOT = "latablee_bot"
_CONTACT = "bonjour@tablee.example"
_PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 15) Mobile"}  # clicks of programs are not counted
_STATEMENT = "LA TABLEE"
_ACCOUNT = Charity(name=CHARITY, statement=_STATEMENT, email=_CONTACT)
_CHARITY_SETTINGS = {
    "charity_name": CHARITY,
    "charity_contact": _CONTACT,
    "charity_privacy_officer": "Nadia Roy",
    "charity_statement": _STATEMENT,
}
_PORTS = range(20_000, 32_000)  # below the ports that operating systems assign
_TRIED = itertools.count(os.getpid() * 131)  # two processes start at different ports
_HISTORY = timedelta(hours=72)  # how long ago the campaign began


class _DemoSettings(Settings):
    """Settings that read no environment variables: the demo must never see real tokens."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


# (service, address, whether the service calls us there) -> the address to use, such as a recording proxy's.
Between = Callable[[str, str, bool], Awaitable[str]]


async def _no_proxy(_service: str, address: str, _push: bool) -> str:
    return address


@asynccontextmanager
async def demo_environment(*, seed: int = 2026, between: Between = _no_proxy) -> AsyncIterator[Environment]:
    """Start everything and play what happened before the scenario; stop everything and delete its files on exit."""
    clock, port = DemoClock(_HISTORY), free_port()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="obole-demo-")))
        telegram = await stack.enter_async_context(
            TelegramSandbox(
                clock=clock, monotonic=lambda: clock().timestamp(), seed=seed, bot_username=BOT, bot_name=CHARITY
            )
        )
        discord = await stack.enter_async_context(DiscordSandbox(clock=clock, seed=seed, bot_name=CHARITY))
        stripe = await stack.enter_async_context(StripeSandbox(clock=clock, seed=seed, charity=_ACCOUNT))
        own_url, public = f"http://127.0.0.1:{port}", free_port()
        await stack.enter_async_context(front(own_url, public))
        hook = await stripe.add_webhook(await between("stripe", own_url, True) + "/webhooks/stripe")
        channel = telegram.add_chat("channel", "La Tablée · nouvelles", username="latablee_nouvelles")
        guild = discord.add_guild(CHARITY, locale="fr")
        settings = _DemoSettings.model_validate({
            "telegram_token": telegram.token,
            "telegram_api_url": await between("telegram", telegram.url, False),
            "discord_token": discord.token,
            "discord_api_url": await between("discord", discord.url, False) + "/api/v10",
            "discord_gateway_url": await between("discord", discord.gateway_url, True),
            "stripe_api_key": "sk_test_demo",
            "stripe_api_url": await between("stripe", stripe.url, False),
            "stripe_webhook_secret": hook["secret"],
            "secret_key": random.Random(seed).randbytes(24).hex(),
            "public_url": await between("telegram", f"http://127.0.0.1:{public}", True),
            "reply_burst": 1000,  # the tour acts faster than people do
            "host": "127.0.0.1",
            "OBOLE_PORT": port,
            "OBOLE_DATABASE_URL": f"sqlite:///{folder / 'obole.sqlite3'}",
            **_CHARITY_SETTINGS,
        })  # fmt: skip
        env = Environment(
            clock=clock,
            telegram=telegram,
            discord=discord,
            stripe=stripe,
            app=await stack.enter_async_context(running(settings, clock=clock, rng=random.Random(seed))),
            browser=await stack.enter_async_context(aiohttp.ClientSession(headers=_PHONE)),
            people={key: _add_person(telegram, discord, key, name, locale) for key, name, locale in PLAYERS},
            channel=channel,
            guild=guild,
            room=discord.add_channel(guild, "collecte"),
        )
        for person in env.people.values():
            telegram.join(person.telegram, channel)
            if person.key != NEWCOMER:
                discord.join(person.discord, guild)
                discord.install_app(person.discord)  # so that the bot may send them direct messages
        await publish.publish(env.app.ctx, example_campaign(), drawings.snow())
        await history.add_first_owner(env)
        async with history.announcements_paused(env):  # the neighbours cross a milestone before any card is posted
            await history.play_history(env)
            await env.post_cards()
            clock.to_now()
        yield env


def example_campaign() -> Authored:
    """Return the example campaign that the demo shows."""
    file = resources.files("content") / "campaigns" / f"{CAMPAIGN}.toml"
    return load_toml(file.read_text(encoding="utf-8"))


def free_port() -> int:
    """Return a port of this machine that is free, and outside the range used for outgoing connections.

    Raises OSError if there is none.
    """
    for number in itertools.islice(_TRIED, len(_PORTS)):
        port = _PORTS[number % len(_PORTS)]
        with socket.socket() as trial, suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


def _add_person(telegram: TelegramSandbox, discord: DiscordSandbox, key: str, name: str, locale: Locale) -> Person:
    return Person(
        key=key,
        name=name,
        locale=locale,
        telegram=telegram.add_user(name, language_code=locale),
        discord=discord.add_user(name, locale="fr" if locale == "fr" else "en-US"),
    )
