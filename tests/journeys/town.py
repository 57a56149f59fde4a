"""A town for whole stories: the stand-ins, one campaign, and people who talk to the bot on either platform.

The bot in it can be stopped and started again on the same database. Nothing here waits for a platform's pace
unless a story asks for it.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import aiohttp
import pytest
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.app import App, running
from bot.demo.stage import Between, example, free_port
from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift
from bot.domain.people import PlatformName
from bot.sandbox.discord import DiscordSandbox
from bot.sandbox.stripe import Charity, StripeSandbox
from bot.sandbox.telegram import TelegramSandbox
from bot.settings import Settings
from bot.store import gifts, outbox
from bot.usecases import publish, verify
from content.catalog import Arg, Catalog, Locale
from payments.money import Money

BOT = "latablee_bot"
TELEGRAM_TOKEN = "424242:telegram-token-that-nobody-may-read"
DISCORD_TOKEN = "discord.token.that-nobody-may-read"
STRIPE_KEY = "sk_test_key_that_nobody_may_read"
CATALOG = Catalog.load()
# For stories that differ by platform, while each language is seen once: every town costs half a second.
TWO_KINDS = pytest.mark.parametrize("donor", [("telegram", "fr"), ("discord", "en")], indirect=True, ids="-".join)
# What Discord calls what is written behind a command, where it is no amount.
_FIRST_OPTION = dict.fromkeys(("claim", "reclamer", "team", "equipe", "link", "lier"), "code")
_FIRST_OPTION |= dict.fromkeys(("invitedby", "invitepar"), "link")
_PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 15) Mobile"}
Json = dict[str, Any]


class TownClock:
    """Real time, which can be put forward (aware, UTC)."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class _TownSettings(Settings):
    """Settings that take nothing from the environment."""

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


def cad(minor: int) -> Money:
    return Money(minor, "cad")


def says(locale: Locale, key: str, **args: Arg) -> str:
    """A sentence of the catalog."""
    return CATALOG.text(locale, key, **args)


async def until(happened: Callable[[], bool | Awaitable[bool]], within: float = 15) -> None:
    """Wait until something is so, for at most so many seconds. Raises TimeoutError."""
    async with asyncio.timeout(within):
        while True:
            so = happened()
            if await so if isinstance(so, Awaitable) else so:
                return
            await asyncio.sleep(0.01)


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the bot as a person has it in front of them."""

    id: int
    text: str
    buttons: tuple[tuple[str, str], ...]  # (label, address or action), top to bottom
    window: str = ""  # Discord: the interaction that opened a window, whose title is the text

    @property
    def labels(self) -> list[str]:
        return [label for label, _ in self.buttons]

    def target(self, label: str) -> str:
        """What is behind the button whose label contains these words."""
        return next(target for own, target in self.buttons if label in own)

    @property
    def first_link(self) -> str:
        return next(target for _, target in self.buttons if target.startswith("http"))


@dataclass(slots=True)
class Person:
    """Somebody on one platform. `place`: where on Discord they use the bot ("dm", or a channel)."""

    town: "Town"
    platform: PlatformName
    locale: Locale
    account: Json
    place: Any = "dm"

    @property
    def id(self) -> int:
        return int(self.account["id"])

    async def command(self, verb: str, amount: str = "", campaign: str = "") -> Heard:
        """Use a command by its English or French name, as this person's language has it."""
        if self.platform == "telegram":
            return await self.say(" ".join(filter(None, (f"/{verb}", amount, campaign))))
        first = _FIRST_OPTION.get(verb, "amount")
        options = {key: value for key, value in ((first, amount), ("campaign", campaign)) if value}
        return await self._answered(await self.town.discord.slash(self.account, self.place, verb, options))

    async def say(self, text: str) -> Heard:
        """Write to the bot in private."""
        if self.platform == "telegram":
            said = self.town.telegram.say(self.account, text)
            return await self.hears(after=said["message_id"])
        told = self.town.discord.dm(self.account, text)
        return await self.hears(after=int(told["id"]))

    async def fill(self, asked: Heard, text: str) -> Heard:
        """Answer what the bot asked for: on Discord in the window that opened, on Telegram by writing."""
        if self.platform == "telegram" or not asked.window:
            return await self.say(text)
        return await self._answered(await self.town.discord.submit_modal(self.account, asked.window, {"text": text}))

    async def start(self, payload: str | None = None) -> Heard:
        """Press START on Telegram."""
        said = self.town.telegram.press_start(self.account, payload)
        return await self.hears(after=said["message_id"])

    async def tap(self, heard: Heard, label: str) -> Heard:
        """Press a button that the bot answers; what it says then, in this message or a new one."""
        return await self._pressed(heard, heard.target(label))

    async def press(self, ending: str, within: float = 15) -> Heard:
        """The same with the newest button whose action ends like this, once it is there. Raises LookupError."""
        found: list[tuple[Heard, str]] = []

        def is_there() -> bool:
            every = ((heard, target) for heard in reversed(self.everything()) for _, target in heard.buttons)
            found[:] = [one for one in every if one[1].endswith(ending)][:1]
            return bool(found)

        try:
            await until(is_there, within)
        except TimeoutError:
            raise LookupError(f"no button does {ending!r}; the last are {self.everything()[-2:]}") from None
        return await self._pressed(*found[0])

    async def _pressed(self, heard: Heard, action: str) -> Heard:
        if self.platform == "discord":
            return await self._answered(await self.town.discord.click(self.account, str(heard.id), action))
        before, seen = self._newest().id, self._mine(heard.id)
        await self.town.telegram.tap(self.account, self.id, heard.id, action)
        await until(lambda: self._mine(heard.id) != seen or self._newest().id != before)
        return self._newest() if self._newest().id != before else self._mine(heard.id)

    async def hears(self, contains: str | None = None, *, after: int = 0, within: float = 15) -> Heard:
        """The bot's first message after another one that contains these words."""
        if self.platform == "telegram":
            found = await self.town.telegram.wait_message(self.id, contains=contains, after=after, timeout=within)
        else:
            found = await self.town.discord.wait_message(self.account, contains, after, within)
        return self._heard(found)

    def everything(self) -> list[Heard]:
        """All that the bot has told this person, oldest first."""
        if self.platform == "telegram":
            return [self._heard(m) for m in self.town.telegram.view(self.id) if m["from_bot"]]
        return [self._heard(m) for m in self.town.discord.view(self.account) if m["author"]["bot"]]

    def _mine(self, message: int) -> Heard:
        return next(heard for heard in self.everything() if heard.id == message)

    def _newest(self) -> Heard:
        return self._heard(self.town.telegram.view(self.id)[-1])

    async def _answered(self, answer: Json) -> Heard:
        assert answer["kind"] != "failed", answer
        if answer["kind"] == "modal":
            return Heard(0, answer["modal"]["title"], (), answer["interaction_id"])
        if answer["kind"] == "deferred":
            return await self.hears(after=int(answer["interaction_id"]))
        return self._heard(answer["message"])

    def _heard(self, message: Json) -> Heard:
        one = [button for row in message["buttons"] for button in row]
        if self.platform == "telegram":
            return Heard(message["id"], message["text"] or "", tuple((b["text"], str(b["value"])) for b in one))
        return Heard(
            int(message["id"]), message["text"], tuple((b["label"], b["url"] or b["custom_id"] or "") for b in one)
        )


@dataclass(slots=True, kw_only=True)
class Town:
    """Everything that stands, and the bot while it runs."""

    clock: TownClock
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
    async def open(self) -> AsyncIterator[App]:
        """The bot runs, until this is left; it may be opened again."""
        async with running(self.settings, clock=self.clock, rng=random.Random()) as app:
            self._app = app
            try:
                yield app
            finally:
                self._app = None

    def person(self, platform: PlatformName, locale: Locale = "fr", name: str = "Camille") -> Person:
        """Somebody new, who is a member of the charity's Discord server."""
        if platform == "telegram":
            return Person(self, platform, locale, self.telegram.add_user(name, language_code=locale))
        user = self.discord.add_user(name, locale="fr" if locale == "fr" else "en-US")
        self.discord.join(user, self.guild)
        return Person(self, platform, locale, user, self.room)

    async def campaign(self) -> Campaign:
        found = await publish.find(self.app.ctx, example().slug)
        assert found is not None
        return found

    async def follow(self, url: str) -> str:
        """Through our short link to Stripe's page. Raises LookupError where it leads nowhere."""
        if not self.settings.public_url or not url.startswith(f"{self.settings.public_url}/g/"):
            return url
        async with self.browser.get(url, allow_redirects=False) as answer:
            if answer.status != 302:
                raise LookupError(f"{url} answered {answer.status}")
            return answer.headers["Location"]

    async def page(self, path: str, **form: str) -> tuple[int, str]:
        """Status and text of one of our pages; with form fields it is posted."""
        url = path if path.startswith("http") else f"{self.settings.public_url}{path}"
        method = self.browser.post(url, data=form) if form else self.browser.get(url)
        async with method as answer:
            return answer.status, await answer.text()

    async def pay(self, url: str, method: Literal["card", "bank"] = "card", amount: int | None = None) -> Json:
        """Pay behind a button; Stripe's session, once its webhooks were delivered."""
        page = await self.follow(url)
        session = await self.stripe.pay(page, method=method, email="donor@example.org", amount=amount)
        await self.stripe.delivered()
        return dict(session)

    async def gifts(self) -> list[Gift]:
        async with self.app.ctx.db.read() as conn:
            return (await gifts.page(conn, 0, 10_000))[0].gifts

    async def cases(self) -> list[str]:
        """The kinds of the open cases that staff see."""
        async with self.app.ctx.db.read() as conn:
            return [str(case["kind"]) for case in await gifts.open_cases(conn)]

    async def outbox(self) -> dict[str, int]:
        async with self.app.ctx.db.read() as conn:
            return await outbox.counts(conn)

    async def all_sent(self, within: float = 10) -> None:
        """Until nothing waits to be sent. Raises TimeoutError."""

        async def nothing_waits() -> bool:
            return not {"waiting", "sending"} & (await self.outbox()).keys()

        await until(nothing_waits, within)

    async def books_are_right(self) -> None:
        assert (await verify.verify(self.app.ctx)).problems == ()


async def nobody_between(_service: str, address: str, _push: bool) -> str:
    """Stands in where nobody listens in."""
    return address


@asynccontextmanager
async def town(
    folder: Path,
    *,
    platforms: Sequence[PlatformName] = ("telegram", "discord"),
    public: bool = True,
    paced: bool = False,
    between: Between = nobody_between,
    **changes: Any,
) -> AsyncIterator[Town]:
    """The stand-ins, up; the bot is started by `Town.open`. `public`: there is a web address, else only polling.

    `between`: (service, address, whether the service calls us there) -> the address to use; somebody may listen in.
    """
    clock, port = TownClock(), free_port()
    pace: Json = {} if paced else {"limits": None}
    async with AsyncExitStack() as stack:
        telegram = TelegramSandbox(clock=clock, seed=3, bot_username=BOT, token=TELEGRAM_TOKEN, **pace)
        discord = DiscordSandbox(clock=clock, seed=3, token=DISCORD_TOKEN, patience=2.5, **pace)
        stripe = StripeSandbox(clock=clock, seed=3, charity=Charity(statement="LA TABLEE"), fee_delay=0.0)
        for one in (telegram, discord, stripe):
            await stack.enter_async_context(one)
        home = f"http://127.0.0.1:{port}"
        hook = await stripe.add_webhook(await between("stripe", home, True) + "/webhooks/stripe") if public else None
        given: Json = {
            "stripe_api_key": STRIPE_KEY,
            "stripe_api_url": await between("stripe", stripe.url, False),
            "secret_key": "secret-key-that-nobody-may-read-" + "k" * 16,
            "host": "127.0.0.1",
            "OBOLE_PORT": port,
            "OBOLE_DATABASE_URL": f"sqlite:///{folder / 'obole.sqlite3'}",
            "charity_name": "La Tablée",
            "charity_contact": "bonjour@tablee.example",
            "charity_privacy_officer": "Nadia Roy",
        }
        if hook is not None:
            given |= {"public_url": await between("telegram", home, True), "stripe_webhook_secret": hook["secret"]}
        if "telegram" in platforms:
            api = await between("telegram", telegram.url, False)
            given |= {"telegram_token": TELEGRAM_TOKEN, "telegram_api_url": api}
        if "discord" in platforms:
            api = await between("discord", discord.url, False) + discord.api_url.removeprefix(discord.url)
            urls = {"discord_api_url": api, "discord_gateway_url": discord.gateway_url}
            given |= {"discord_token": DISCORD_TOKEN, **urls}
        guild = discord.add_guild("La Tablée", locale="fr")
        yield Town(
            clock=clock,
            telegram=telegram,
            discord=discord,
            stripe=stripe,
            settings=_TownSettings.model_validate(given | changes),
            browser=await stack.enter_async_context(aiohttp.ClientSession(headers=_PHONE)),
            guild=guild,
            room=discord.add_channel(guild, "collecte"),
            hook=hook,
        )


@asynccontextmanager
async def open_town(folder: Path, **options: Any) -> AsyncIterator[Town]:
    """A town whose bot runs, with one open campaign."""
    async with town(folder, **options) as here, here.open() as app:
        await publish.publish(app.ctx, example())
        yield here
