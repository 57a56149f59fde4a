"""The composition root: a readable list of what is built from what, started and stopped in order."""

import asyncio
import base64
import gc
import logging
import random
import secrets
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.delivery.loop import DeliveryLoop
from bot.delivery.paced import PacedPlatform
from bot.delivery.pacer import DISCORD, DISCORD_DMS, TELEGRAM, Pace, Pacer, Turn
from bot.delivery.sender import Sender
from bot.delivery.works import works
from bot.domain.people import PlatformName
from bot.domain.time import Clock
from bot.doors import open_doors
from bot.logs import log_loop_failure
from bot.opening import NotReady, open_context
from bot.platforms.discord.app import DiscordApp
from bot.platforms.telegram.app import TelegramApp
from bot.schedule import Tick, run_all
from bot.settings import Settings
from bot.supervise import background
from bot.usecases import (
    arrivals,
    broadcast,
    broadcast_progress,
    doubles,
    inbox,
    links,
    live_cards,
    look_back,
    milestones,
    nudge,
    own_amounts,
    publish,
    reconcile,
    refer,
    refunds,
    talk,
)
from bot.usecases.context import Context
from bot.usecases.intake import Intake
from bot.usecases.invite_page import Openings
from bot.usecases.ports import Platform, PlatformError, Rejected, RetryLater
from bot.usecases.staff import codes, notices, open_inbox
from bot.usecases.taps import TapCounter
from bot.web.app import build_web
from bot.web.server import WebServer
from payments.stripe import GatewayError

log = logging.getLogger(__name__)

_CARD_PAUSE = timedelta(seconds=5)  # between two edits of one posted card
_TRY_AGAIN = 10.0  # seconds until a platform that could not be reached is tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A running Obole."""

    ctx: Context
    intake: Intake
    telegram: TelegramApp | None
    discord: DiscordApp | None
    web: WebServer
    taps: TapCounter
    openings: Openings
    paces: Mapping[PlatformName, Pacer]

    @property
    def platforms(self) -> list[PacedPlatform]:
        """The chat platforms that are switched on."""
        apps = [app for app in (self.telegram, self.discord) if app is not None]
        return [PacedPlatform(app.platform, self.paces[app.platform.name]) for app in apps]


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock, rng: random.Random) -> AsyncIterator[App]:
    """Everything, in one process and one loop. Leaving stops it in the opposite order.

    Raises NotReady for settings that are missing, and what a platform raises that refuses its token.
    """
    if missing := settings.missing():
        raise NotReady("missing: " + ", ".join(missing))
    async with AsyncExitStack() as stack:
        bare = await stack.enter_async_context(open_context(settings, clock=clock, rng=rng, serves=True))
        outboxes: list[DeliveryLoop] = []
        statement = bare.statement or await _statement(bare)
        ctx = replace(bare, statement=statement, wake=lambda: _wake(outboxes))
        webhook_secrets = [secret.get_secret_value() for secret in settings.stripe_webhook_secret]
        intake = Intake(ctx, webhook_secrets, livemode=bare.gateway.livemode)
        paces: dict[PlatformName, Pacer] = _paces(settings)
        unasked: dict[PlatformName, Pacer | None] = {
            "telegram": None,
            "discord": _pacer(replace(DISCORD_DMS, overall=settings.discord_dms_per_minute)),
        }
        telegram = _telegram(ctx, settings, paces["telegram"])
        discord = _discord(ctx, settings)
        taps, openings = TapCounter(ctx), Openings(ctx)
        pages = build_web(ctx, open_doors(ctx, intake, telegram, taps, openings), settings.trusted_proxies)
        web = WebServer(pages, host=settings.listen_on, port=settings.port, public_url=settings.public_url)
        app = App(
            ctx=ctx,
            intake=intake,
            telegram=telegram,
            discord=discord,
            web=web,
            taps=taps,
            openings=openings,
            paces=paces,
        )

        await background(stack, "intake", intake.run())
        await web.start()
        stack.push_async_callback(web.stop)
        for one in (telegram, discord):
            if one is not None:
                stack.push_async_callback(one.stop)
                up = await _came_up(one)
                name = one.platform.name
                outbox, broadcasts, corrections = works(ctx, one.platform, paces[name], unasked=unasked[name])
                outboxes.append(outbox)
                sender = Sender(ctx, name, [outbox, broadcasts, corrections], holder=secrets.token_hex(8))
                await background(stack, f"outbox:{name}", _serve(one, sender, up=up))
        await background(stack, "schedule", run_all(ticks(app)))
        yield app


async def _statement(ctx: Context) -> str:
    """What a card statement shows, as Stripe has it, where the charity has not said; empty where nobody can tell."""
    try:
        return (await ctx.gateway.account()).statement_descriptor or ""
    except GatewayError as why:
        log.warning("what card statements show is not known: %s", why)
        return ""


def _wake(outboxes: Sequence[DeliveryLoop]) -> None:
    for outbox in outboxes:
        outbox.wake()


async def _came_up(one: TelegramApp | DiscordApp) -> bool:
    """Log in to a platform; False where it cannot be reached now. Raises NotReady for a refused token."""
    try:
        await one.start()
    except Rejected as why:
        raise NotReady(str(why)) from None
    except RetryLater as why:
        log.warning("%s: %s; the rest starts without it", type(one).__name__, why)
        return False
    return True


async def _serve(one: TelegramApp | DiscordApp, sender: Sender, *, up: bool) -> None:
    """Send what waits for a platform, from the moment on when it can be reached."""
    while not up:
        await asyncio.sleep(_TRY_AGAIN)
        up = await _came_up(one)
    await sender.run()


def ticks(app: App) -> Sequence[Tick]:
    """What the clock sets in motion."""
    ctx, intake = app.ctx, app.intake
    polling = timedelta(seconds=60 if ctx.public_url else 5)
    every = [
        Tick(name="stripe events", every=polling, run=lambda: reconcile.poll(ctx, intake)),
        Tick(name="failed events", every=timedelta(seconds=15), run=lambda: reconcile.retry_failed(ctx, intake)),
        Tick(name="fees", every=timedelta(seconds=60), run=lambda: reconcile.fetch_fees(ctx)),
        Tick(name="campaign ends", every=timedelta(seconds=30), run=lambda: publish.close_what_is_due(ctx)),
        Tick(name="missing links", every=timedelta(hours=1), run=lambda: links.mend(ctx)),
        Tick(name="warm links", every=timedelta(seconds=5), run=lambda: links.load(ctx)),
        Tick(name="taps", every=timedelta(seconds=1), run=app.taps.write),
        Tick(name="opened invites", every=timedelta(seconds=1), run=app.openings.write),
        Tick(name="reminders", every=timedelta(seconds=30), run=lambda: nudge.tick(ctx)),
        Tick(name="personal amounts", every=timedelta(minutes=10), run=lambda: own_amounts.keep_warm(ctx)),
        Tick(name="notices", every=timedelta(seconds=1), run=lambda: notices.tick(ctx, app.platforms)),
        Tick(name="giving line", every=timedelta(seconds=5), run=lambda: live_cards.forget_giving(ctx)),
        Tick(name="milestones", every=timedelta(seconds=2), run=lambda: milestones.tick(ctx)),
        Tick(name="broadcasts", every=timedelta(seconds=1), run=lambda: broadcast.tick(ctx)),
        Tick(name="like gifts", every=timedelta(seconds=5), run=lambda: doubles.tick(ctx)),
        Tick(name="refunds", every=timedelta(seconds=30), run=lambda: refunds.tick(ctx)),
        Tick(name="answers", every=timedelta(seconds=5), run=lambda: inbox.follow_up(ctx)),
        Tick(name="read words", every=timedelta(hours=6), run=lambda: inbox.tidy(ctx)),
        Tick(name="campaign news", every=timedelta(seconds=60), run=lambda: nudge.campaign_news(ctx)),
        Tick(name="consent", every=timedelta(seconds=10), run=lambda: look_back.consents(ctx)),
        Tick(name="looking back", every=timedelta(minutes=5), run=lambda: look_back.bilans(ctx)),
        Tick(name="the year", every=timedelta(minutes=5), run=lambda: look_back.years(ctx)),
        Tick(name="tidying", every=timedelta(hours=6), run=lambda: reconcile.tidy(ctx)),
        Tick(name="who brought whom", every=timedelta(seconds=2), run=lambda: refer.tick(ctx)),
        Tick(name="departures", every=timedelta(hours=6), run=lambda: arrivals.tidy(ctx)),
    ]
    for chat in (app.telegram, app.discord):
        if chat is not None:
            every.append(Tick(name=f"{chat.platform.name} inbox", every=timedelta(minutes=1), run=_inbox(ctx, chat)))
    if app.telegram is not None:
        menus = app.telegram.follow_staff
        every.append(Tick(name="staff menus", every=timedelta(seconds=3), run=menus))
    for platform in app.platforms:
        every += [
            Tick(name=f"{platform.name} cards", every=timedelta(seconds=1), run=_cards(ctx, platform)),
            Tick(name=f"{platform.name} progress", every=timedelta(seconds=1), run=_progress(ctx, platform)),
        ]
    return every


def _inbox(ctx: Context, chat: TelegramApp | DiscordApp) -> Callable[[], Awaitable[int]]:
    return lambda: open_inbox.tick(ctx, chat.platform.name, chat.platform.is_open)


def _cards(ctx: Context, platform: Platform) -> Callable[[], Awaitable[int]]:
    return lambda: live_cards.tick(ctx, platform, at_most_every=_CARD_PAUSE)


def _progress(ctx: Context, platform: Platform) -> Callable[[], Awaitable[int]]:
    return lambda: broadcast_progress.refresh(ctx, platform)


def _paces(settings: Settings) -> dict[PlatformName, Pacer]:
    telegram = max(settings.telegram_per_second, settings.telegram_paid_per_second)
    return {
        "telegram": _pacer(replace(TELEGRAM, overall=telegram)),
        "discord": _pacer(replace(DISCORD, overall=settings.discord_per_second)),
    }


def _pacer(pace: Pace) -> Pacer:
    return Pacer(pace, monotonic=time.monotonic)


def webhook_secret(ctx: Context) -> str:
    """What Telegram must show with each update; made from our own key, so that nothing more has to be set."""
    return base64.urlsafe_b64encode(ctx.keyring.mac("telegram-webhook", b"")).decode().rstrip("=")


def _telegram(ctx: Context, settings: Settings, pacer: Pacer) -> TelegramApp | None:
    if settings.telegram_token is None:
        return None
    app = TelegramApp(
        ctx,
        settings.telegram_token.get_secret_value(),
        settings.telegram_api_url,
        talk=talk,
        webhook_url=f"{ctx.public_url}/webhooks/telegram" if ctx.public_url else "",
        webhook_secret=webhook_secret(ctx) if ctx.public_url else "",
        before_send=lambda chat: pacer.slot(chat, Turn.ANSWER),
        flooded=pacer.halt,
    )
    app.platform.paid_broadcasts = settings.telegram_paid_per_second > 0
    return app


def _discord(ctx: Context, settings: Settings) -> DiscordApp | None:
    if settings.discord_token is None:
        return None
    return DiscordApp(
        ctx,
        settings.discord_token.get_secret_value(),
        settings.discord_api_url,
        settings.discord_gateway_url,
        talk=talk,
    )


def settle_memory() -> None:
    """Keep the collector from looking again and again through what the start has loaded, which lives as long as the
    process: 0.1 s of standing still. Python's documentation of gc.freeze."""
    gc.collect()
    gc.freeze()


async def run_until_told(settings: Settings, *, clock: Clock, rng: random.Random, say: Callable[[str], None]) -> None:
    """`obole run`: until SIGTERM or SIGINT, then stop cleanly. `say` tells whoever started us what no log should
    keep: the code with which the first owner joins."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(log_loop_failure)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    async with running(settings, clock=clock, rng=rng) as app:
        names = ", ".join(platform.name for platform in app.platforms)
        settle_memory()
        if (words := await first_owner_words(app.ctx)) is not None:
            say(words)
        log.info("running on %s; web on port %d", names, app.web.port)
        await told.wait()
        log.info("stopping")


async def first_owner_words(ctx: Context) -> str | None:
    """How somebody becomes the first owner; None where there is one."""
    code = await codes.first_owner(ctx)
    if code is None:
        return None
    bot = ctx.whereabouts.telegram_username
    link = f"\n  Telegram: https://t.me/{bot}?start=s_{code}" if bot else ""
    typed = f"  Telegram or Discord, to the bot in private: /equipe {code} or /team {code}"
    return f"Nobody runs this charity's bot yet. Within 24 hours, once:{link}\n{typed}"


async def post_card(
    settings: Settings, slug: str, platform_name: str, place: str, locales: str, *, clock: Clock, rng: random.Random
) -> None:
    """`obole campaign post`: log in to one platform, post, leave.

    Raises NotReady where its token is missing, LookupError for an unknown campaign, CannotPost where it may not.
    """
    async with AsyncExitStack() as stack:
        ctx = await stack.enter_async_context(open_context(settings, clock=clock, rng=rng))
        campaign = await publish.find(ctx, slug)
        if campaign is None:
            raise LookupError(f"no campaign is called {slug}")
        on_telegram = platform_name == "telegram"
        built = _telegram(ctx, settings, _paces(settings)["telegram"]) if on_telegram else _discord(ctx, settings)
        if built is None:
            raise NotReady(f"missing: OBOLE_{platform_name.upper()}_TOKEN")
        stack.push_async_callback(built.stop)
        try:
            await built.log_in()
            await publish.post(ctx, built.platform, campaign, place, locales)
        except PlatformError as error:
            raise publish.CannotPost(f"{platform_name} refused: {error}") from error
