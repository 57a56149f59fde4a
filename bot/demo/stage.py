"""The stage: the three stand-ins, the bot in front of them, one campaign that has begun, and people to play."""

import asyncio
import itertools
import os
import random
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.app import App, running
from bot.demo import earlier
from bot.demo.cast import PLAYERS, Json, Person
from bot.demo.clock import StageClock
from bot.domain.campaigns import Campaign
from bot.sandbox.discord import DiscordSandbox
from bot.sandbox.stripe import Charity, StripeSandbox
from bot.sandbox.telegram import TelegramSandbox
from bot.settings import Settings
from bot.store.campaigns import campaigns
from bot.store.core import outbox
from bot.usecases.campaigns import publish
from bot.usecases.gifts import gift_page
from content.campaign import Campaign as Authored
from content.campaign import load_toml
from content.catalog import Locale

CAMPAIGN = "dehors"
CHARITY = "La Tablée"
BOT = "latablee_bot"
_CONTACT = "bonjour@tablee.example"
_PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 15) Mobile"}  # programs are not counted
_STATEMENT = "LA TABLEE"
_ACCOUNT = Charity(name=CHARITY, statement=_STATEMENT, email=_CONTACT)
_CHARITY_SETTINGS = {
    "charity_name": CHARITY,
    "charity_contact": _CONTACT,
    "charity_privacy_officer": "Nadia Roy",
    "charity_statement": _STATEMENT,
}
_PORTS = range(20_000, 32_000)  # below those that systems hand out by themselves
_TRIED = itertools.count(os.getpid() * 131)  # two processes begin at different places
_LOOK_BACK = timedelta(hours=72)  # how long ago the campaign began


class _StageSettings(Settings):
    """Settings that take nothing from the environment: the demo must not meet anybody's real tokens."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that runs, and whom and what a story can name. Amounts are minor units."""

    clock: StageClock
    telegram: TelegramSandbox
    discord: DiscordSandbox
    stripe: StripeSandbox
    app: App
    browser: aiohttp.ClientSession  # what opens links on the players' phones
    people: dict[str, Person]
    channel: Json  # on Telegram
    guild: Json  # on Discord
    room: Json  # the channel in it
    neighbours: dict[str, Json] = field(default_factory=dict)  # who gave before; their accounts on Telegram

    async def campaign(self) -> Campaign:
        """The campaign as the books have it now."""
        async with self.app.ctx.db.read() as conn:
            found = await campaigns.by_slug(conn, CAMPAIGN)
        assert found is not None
        return found

    async def follow(self, url: str) -> str:
        """Where a button's address leads: through our short link to the payment page."""
        if not url.startswith(f"{self.app.ctx.public_url}/g/"):
            return url
        async with self.browser.get(url, allow_redirects=False) as answer:
            if answer.status != 302:
                raise LookupError(f"{url} answered {answer.status}")
            return answer.headers["Location"]

    async def pay(self, url: str) -> Json:
        """Open a button's address and pay there with the test card; Stripe's session, once its webhooks are in."""
        session = await self.stripe.pay(await self.follow(url), email="donor@example.org")
        await self.stripe.delivered()
        return dict(session)

    async def confirm(self, person: Person, session: Json) -> Json:
        """Follow the page after Stripe's into Telegram and say that the gift is theirs; the bot's answer."""
        gift = await gift_page.facts(self.app.ctx, session["id"], may_ask=False)
        said = self.telegram.press_start(person.telegram, f"c_{gift.claim_token}")
        asked = await self.telegram.wait_message(person.chat, after=said["message_id"])
        await self.telegram.tap(person.telegram, person.chat, asked["id"], "Oui, c’est mon don")
        return dict(await self.telegram.wait_message(person.chat, contains="C’est fait"))

    async def all_sent(self, within: float = 10.0) -> None:
        """Wait until the outbox has nothing left that is due. Raises TimeoutError after so many seconds."""
        async with asyncio.timeout(within):
            while True:
                async with self.app.ctx.db.read() as conn:
                    sending = (await outbox.counts(conn)).get("sending")
                    due = [await outbox.next_due(conn, platform.name) for platform in self.app.platforms]
                if not sending and all(at is None or at > self.clock() for at in due):
                    return
                await asyncio.sleep(0.02)

    async def let_pass(self, by: timedelta) -> None:
        """Let time pass for everybody, once nothing is on its way: what is would look lost."""
        await self.all_sent()
        self.clock.forward(by)
        self.app.ctx.wake()

    async def until_morning(self, days: int) -> None:
        """So many days pass, up to ten in the morning where the charity is."""
        zone = ZoneInfo(self.app.ctx.zone)
        now = self.clock().astimezone(zone)
        await self.let_pass(datetime.combine(now.date() + timedelta(days=days), time(10), zone) - now)

    async def post_cards(self) -> None:
        """The campaign's card, in French into the Telegram channel and in English into the Discord one."""
        ctx, campaign = self.app.ctx, await self.campaign()
        places = {"telegram": (str(self.channel["id"]), "fr"), "discord": (str(self.room["id"]), "en")}
        for platform in self.app.platforms:
            place, locale = places[platform.name]
            await publish.post(ctx, platform, campaign, place, locale)


# (service, address, whether the service calls us there) -> the address to use: somebody may listen in between.
Between = Callable[[str, str, bool], Awaitable[str]]


async def _nobody_between(_service: str, address: str, _push: bool) -> str:
    return address


@asynccontextmanager
async def stage(*, seed: int = 2026, between: Between = _nobody_between) -> AsyncIterator[Stage]:
    """Set everything up and play what happened before; leaving takes it all down, files too."""
    clock, port = StageClock(_LOOK_BACK), free_port()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="obole-demo-")))
        telegram = await stack.enter_async_context(
            TelegramSandbox(clock=clock, monotonic=lambda: clock().timestamp(), seed=seed, bot_username=BOT)
        )
        discord = await stack.enter_async_context(DiscordSandbox(clock=clock, seed=seed))
        stripe = await stack.enter_async_context(StripeSandbox(clock=clock, seed=seed, charity=_ACCOUNT))
        home = f"http://127.0.0.1:{port}"
        hook = await stripe.add_webhook(await between("stripe", home, True) + "/webhooks/stripe")
        channel = telegram.add_chat("channel", "La Tablée · nouvelles", username="latablee_nouvelles")
        guild = discord.add_guild(CHARITY, locale="fr")
        settings = _StageSettings.model_validate({
            "telegram_token": telegram.token,
            "telegram_api_url": await between("telegram", telegram.url, False),
            "discord_token": discord.token,
            "discord_api_url": await between("discord", discord.url, False) + "/api/v10",
            "discord_gateway_url": await between("discord", discord.gateway_url, True),
            "stripe_api_key": "sk_test_demo",
            "stripe_api_url": await between("stripe", stripe.url, False),
            "stripe_webhook_secret": hook["secret"],
            "secret_key": random.Random(seed).randbytes(24).hex(),
            "public_url": await between("telegram", home, True),
            "reply_burst": 1000,  # the tour acts faster than people do
            "host": "127.0.0.1",
            "OBOLE_PORT": port,
            "OBOLE_DATABASE_URL": f"sqlite:///{folder / 'obole.sqlite3'}",
            **_CHARITY_SETTINGS,
        })  # fmt: skip
        set_up = Stage(
            clock=clock,
            telegram=telegram,
            discord=discord,
            stripe=stripe,
            app=await stack.enter_async_context(running(settings, clock=clock, rng=random.Random(seed))),
            browser=await stack.enter_async_context(aiohttp.ClientSession(headers=_PHONE)),
            people={key: _player(telegram, discord, key, name, locale) for key, name, locale in PLAYERS},
            channel=channel,
            guild=guild,
            room=discord.add_channel(guild, "collecte"),
        )
        for person in set_up.people.values():
            telegram.join(person.telegram, channel)
            discord.join(person.discord, guild)
        await publish.publish(set_up.app.ctx, example())
        await earlier.open_the_office(set_up)
        async with earlier.nothing_announced(set_up):  # the neighbours cross a milestone before a card stands anywhere
            await earlier.play(set_up)
            await set_up.post_cards()
        clock.to_now()
        yield set_up


def example() -> Authored:
    """The example campaign that the demo shows."""
    file = resources.files("content") / "campaigns" / f"{CAMPAIGN}.toml"
    return load_toml(file.read_text(encoding="utf-8"))


def free_port() -> int:
    """A port of this machine that nobody listens on, and that no outgoing connection is given before we do.

    Raises OSError where there is none.
    """
    for number in itertools.islice(_TRIED, len(_PORTS)):
        port = _PORTS[number % len(_PORTS)]
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


def _player(telegram: TelegramSandbox, discord: DiscordSandbox, key: str, name: str, locale: Locale) -> Person:
    return Person(
        key=key,
        name=name,
        locale=locale,
        telegram=telegram.add_user(name, language_code=locale),
        discord=discord.add_user(name, locale="fr" if locale == "fr" else "en-US"),
    )
