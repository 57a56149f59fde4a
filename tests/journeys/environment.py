"""The environment of whole scenarios: the three fakes, the bot, and one campaign.

The bot can be stopped and started again on the same database. The platforms' rate limits are off unless a scenario
asks for them.
"""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import aiohttp
import pytest
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.app import App, running
from bot.demo.launch import Between, example_campaign, free_port
from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift
from bot.domain.people import PlatformName
from bot.sandbox.discord import DiscordSandbox
from bot.sandbox.stripe import Charity, StripeSandbox
from bot.sandbox.telegram import Limits, TelegramSandbox
from bot.settings import Settings
from bot.store.core import outbox
from bot.store.gifts import gifts
from bot.usecases.campaigns import publish
from bot.usecases.money import verify
from tests.databases import migrated_file
from tests.waiting import until

BOT = "latablee_bot"
TELEGRAM_TOKEN = "424242:telegram-token-that-nobody-may-read"
DISCORD_TOKEN = "discord.token.that-nobody-may-read"
STRIPE_KEY = "sk_test_key_that_nobody_may_read"
# For scenarios that differ by platform, with each language covered once: every environment costs half a second.
TWO_KINDS = pytest.mark.parametrize("donor", [("telegram", "fr"), ("discord", "en")], indirect=True, ids="-".join)
_PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 15) Mobile"}
Json = dict[str, Any]


class AdjustableClock:
    """Real time (aware, UTC) plus an adjustable lead."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class _IsolatedSettings(Settings):
    """Settings that read no environment variables."""

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


@dataclass(slots=True, kw_only=True)
class Environment:
    """The fakes, a Discord server, and the bot while it runs."""

    clock: AdjustableClock
    telegram: TelegramSandbox
    discord: DiscordSandbox
    stripe: StripeSandbox
    settings: Settings
    browser: aiohttp.ClientSession
    guild: Json
    room: Json
    hook: Json | None
    _app: App | None = field(default=None)

    @property
    def app(self) -> App:
        assert self._app is not None, "the bot does not run"
        return self._app

    @asynccontextmanager
    async def run_bot(self) -> AsyncIterator[App]:
        """Run the bot until the block ends; it can be run again afterwards."""
        async with running(self.settings, clock=self.clock, rng=random.Random()) as app:
            self._app = app
            try:
                yield app
            finally:
                self._app = None

    async def campaign(self) -> Campaign:
        found = await publish.find(self.app.ctx, example_campaign().slug)
        assert found is not None
        return found

    async def follow(self, url: str) -> str:
        """Return where an address leads, through our short link to Stripe's page. Raises LookupError."""
        if not self.settings.public_url or not url.startswith(f"{self.settings.public_url}/g/"):
            return url
        async with self.browser.get(url, allow_redirects=False) as answer:
            if answer.status != 302:
                raise LookupError(f"{url} answered {answer.status}")
            return answer.headers["Location"]

    async def page(self, path: str, **form: str) -> tuple[int, str]:
        """Return status and text of one of our pages; form fields are posted."""
        url = path if path.startswith("http") else f"{self.settings.public_url}{path}"
        method = self.browser.post(url, data=form) if form else self.browser.get(url)
        async with method as answer:
            return answer.status, await answer.text()

    async def pay(self, url: str, method: Literal["card", "bank"] = "card", amount: int | None = None) -> Json:
        """Pay behind a button; return Stripe's session once its webhooks are delivered."""
        page = await self.follow(url)
        session = await self.stripe.pay(page, method=method, email="donor@example.org", amount=amount)
        await self.stripe.delivered()
        return dict(session)

    async def gifts(self) -> list[Gift]:
        async with self.app.ctx.db.read() as conn:
            return (await gifts.page(conn, 0, 10_000))[0].gifts

    async def open_cases(self) -> list[str]:
        """Return the kinds of the open cases that staff see."""
        async with self.app.ctx.db.read() as conn:
            return [str(case["kind"]) for case in await gifts.open_cases(conn)]

    async def outbox(self) -> dict[str, int]:
        async with self.app.ctx.db.read() as conn:
            return await outbox.counts(conn)

    async def all_sent(self, within: float = 10) -> None:
        """Wait until no message waits to be sent. Raises TimeoutError."""

        async def nothing_waits() -> bool:
            return not {"waiting", "sending"} & (await self.outbox()).keys()

        await until(nothing_waits, within)

    async def assert_books_balance(self) -> None:
        assert (await verify.verify(self.app.ctx)).problems == ()


async def no_proxy(_service: str, address: str, _push: bool) -> str:
    """Return the address unchanged: requests go straight to the service."""
    return address


@asynccontextmanager
async def new_environment(
    folder: Path,
    *,
    platforms: Sequence[PlatformName] = ("telegram", "discord"),
    public: bool = True,
    paced: bool = False,
    flood_waits: Literal["chat", "bot"] = "chat",
    between: Between = no_proxy,
    **changes: Any,
) -> AsyncIterator[Environment]:
    """Start the fakes; `Environment.run_bot` starts the bot. `public`: the bot has a web address, else it only polls.

    `paced`: with the platforms' rate limits; `flood_waits`: the scope of Telegram's flood waits.
    `between`: (service, address, whether the service calls us there) -> the address to use, such as a proxy's.
    """
    clock, port = AdjustableClock(), free_port()
    pace: Json = {} if paced else {"limits": None}
    async with AsyncExitStack() as stack:
        limits = Limits(flood_waits=flood_waits) if paced else None
        telegram = TelegramSandbox(clock=clock, seed=3, bot_username=BOT, token=TELEGRAM_TOKEN, limits=limits)
        discord = DiscordSandbox(clock=clock, seed=3, token=DISCORD_TOKEN, patience=2.5, **pace)
        stripe = StripeSandbox(clock=clock, seed=3, charity=Charity(statement="LA TABLEE"), fee_delay=0.0)
        for fake in (telegram, discord, stripe):
            await stack.enter_async_context(fake)
        own_url = f"http://127.0.0.1:{port}"
        hook = await stripe.add_webhook(await between("stripe", own_url, True) + "/webhooks/stripe") if public else None
        values: Json = {
            "stripe_api_key": STRIPE_KEY,
            "stripe_api_url": await between("stripe", stripe.url, False),
            "secret_key": "secret-key-that-nobody-may-read-" + "k" * 16,
            "host": "127.0.0.1",
            "OBOLE_PORT": port,
            "OBOLE_DATABASE_URL": await migrated_file(folder / "obole.sqlite3"),
            "reply_burst": 3 if paced else 1000,
            "charity_name": "La Tablée",
            "charity_contact": "bonjour@tablee.example",
            "charity_privacy_officer": "Nadia Roy",
        }
        if hook is not None:
            values |= {"public_url": await between("telegram", own_url, True), "stripe_webhook_secret": hook["secret"]}
        if "telegram" in platforms:
            api = await between("telegram", telegram.url, False)
            values |= {"telegram_token": TELEGRAM_TOKEN, "telegram_api_url": api}
        if "discord" in platforms:
            api = await between("discord", discord.url, False) + discord.api_url.removeprefix(discord.url)
            gateway = await between("discord", discord.gateway_url, True)
            values |= {"discord_token": DISCORD_TOKEN, "discord_api_url": api, "discord_gateway_url": gateway}
        guild = discord.add_guild("La Tablée", locale="fr")
        yield Environment(
            clock=clock,
            telegram=telegram,
            discord=discord,
            stripe=stripe,
            settings=_IsolatedSettings.model_validate(values | changes),
            browser=await stack.enter_async_context(aiohttp.ClientSession(headers=_PHONE)),
            guild=guild,
            room=discord.add_channel(guild, "collecte"),
            hook=hook,
        )


@asynccontextmanager
async def running_environment(folder: Path, **options: Any) -> AsyncIterator[Environment]:
    """Start an environment whose bot runs, with one open campaign."""
    async with new_environment(folder, **options) as env, env.run_bot() as app:
        await publish.publish(app.ctx, example_campaign())
        yield env
