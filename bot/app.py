"""The composition root: a readable list of what is built from what, started and stopped in order."""

import base64
import logging
import random
import secrets
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from errno import EADDRINUSE
from functools import partial

from bot import jobs
from bot.delivery.loop import DeliveryLoop
from bot.delivery.pace import DISCORD, DISCORD_DMS, TELEGRAM, Pace
from bot.delivery.paced import PacedPlatform
from bot.delivery.pacer import Pacer
from bot.delivery.sender import Sender
from bot.delivery.workers import build_workers
from bot.domain.people import PlatformName
from bot.domain.time import Clock
from bot.health import Contact, Health
from bot.lifecycle import ChatApp, report_refusal, serve, start_if_reachable
from bot.metrics import Metrics
from bot.opening import NotReady, monitoring_token, open_context
from bot.platform_jobs import platform_ticks
from bot.platforms.discord.app import DiscordApp
from bot.platforms.replies import ReplyBudget
from bot.platforms.telegram.app import TelegramApp
from bot.schedule import Schedule, Tick
from bot.settings import Settings
from bot.supervise import Supervisor
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core.taps import TapCounter
from bot.usecases.money.intake import Intake
from bot.usecases.ports import PlatformError, Rejected
from bot.usecases.referrals.invite_page import Openings
from bot.usecases.staff.operations.generation import Generation
from bot.web.app import build_web
from bot.web.monitoring import Monitoring
from bot.web.server import WebServer
from payments.stripe import GatewayError

log = logging.getLogger(__name__)

_OTHERS_IN_BURST = 2  # messages that may reach a chat along with a burst of replies


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
    health: Health
    supervisor: Supervisor
    generation: Generation

    @property
    def chats(self) -> list[TelegramApp | DiscordApp]:
        """The configured chat platforms."""
        return [app for app in (self.telegram, self.discord) if app is not None]

    @property
    def platforms(self) -> list[PacedPlatform]:
        """The configured chat platforms that have not refused us."""
        working = [chat.platform for chat in self.chats if not self.is_refused(chat)]
        return [PacedPlatform(platform, self.paces[platform.name]) for platform in working]

    def is_refused(self, chat: ChatApp) -> bool:
        """Return whether a platform has refused us permanently."""
        return chat.platform.name in self.health.refused

    def unreadable(self) -> Mapping[str, int]:
        """Return the number of updates skipped since the start, by platform."""
        return {chat.platform.name: chat.unreadable for chat in self.chats}

    def contacts(self) -> Mapping[PlatformName, Contact]:
        """Return the connection of each platform."""
        return {chat.platform.name: chat for chat in self.chats}

    async def refuse(self, name: PlatformName, reason: str) -> None:
        """Switch off a platform that refuses us permanently, until the next start."""
        self.health.refused[name] = reason
        await report_refusal(self.ctx, name, reason)


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock, rng: random.Random) -> AsyncIterator[App]:
    """Run everything in one process and one event loop. On exit, stop it in reverse order.

    Raises NotReady for missing settings, or if every platform refuses its token.
    """
    if missing := settings.missing():
        raise NotReady("missing: " + ", ".join(missing))
    if refused := settings.refused():
        raise NotReady("; ".join(refused))
    async with AsyncExitStack() as stack:
        bare = await stack.enter_async_context(open_context(settings, clock=clock, rng=rng, is_serving=True))
        outboxes: list[DeliveryLoop] = []
        statement = bare.statement or await _statement(bare)
        ctx = replace(bare, statement=statement, wake=lambda: _wake(outboxes))
        webhook_secrets = [secret.get_secret_value() for secret in settings.stripe_webhook_secret]
        intake = Intake(ctx, webhook_secrets, livemode=bare.gateway.livemode)
        paces: dict[PlatformName, Pacer] = _paces(settings)
        dm_pacers: dict[PlatformName, Pacer | None] = {
            "telegram": None,
            "discord": _pacer(replace(DISCORD_DMS, overall=settings.discord_dms_per_minute)),
        }
        telegram = _telegram(ctx, settings, paces["telegram"])
        discord = _discord(ctx, settings, paces["discord"])
        taps, openings = TapCounter(ctx), Openings(ctx)
        health, supervisor = Health(database=lambda: ctx.db.watch.lost, hung=ctx.heartbeats.hung), Supervisor()
        pages = build_web(
            ctx,
            intake,
            taps,
            openings,
            monitoring=Monitoring(
                token=monitoring_token(ctx, settings),
                ready=lambda: health.ready(ctx),
                status=lambda: health.status(ctx),
                metrics=Metrics(ctx, paces).page,
            ),
            telegram=telegram.handle_webhook if telegram is not None and ctx.public_url else None,
            proxies=settings.trusted_proxies,
        )
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
            health=health,
            supervisor=supervisor,
            generation=Generation(ctx),
        )
        health.unreadable, health.contacts = app.unreadable, app.contacts
        await app.generation.at_start()
        supervisor.start(stack, "intake", intake.run())
        stack.push_async_callback(web.stop)
        await _listen(web, settings)
        for chat, up in await _start_platforms(app, stack):
            name = chat.platform.name
            outbox, broadcasts, corrections = build_workers(ctx, chat.platform, paces[name], dm_pacer=dm_pacers[name])
            outboxes.append(outbox)
            sender = Sender(ctx, name, [outbox, broadcasts, corrections], holder=secrets.token_hex(8))
            supervisor.start(stack, f"outbox:{name}", serve(chat, sender, app.refuse, up=up))
        schedule = Schedule(ticks(app), heartbeats=ctx.heartbeats, report=ctx.failures.report)
        supervisor.start(stack, "schedule", schedule.run())
        yield app


async def _statement(ctx: Context) -> str:
    """Return the card statement text from Stripe, for a charity that has not set it; empty if Stripe cannot tell."""
    try:
        return (await ctx.gateway.account()).statement_descriptor or ""
    except GatewayError as error:
        log.warning("the card statement text is unknown: %s", error)
        return ""


def _wake(outboxes: Sequence[DeliveryLoop]) -> None:
    for outbox in outboxes:
        outbox.wake()


async def _listen(web: WebServer, settings: Settings) -> None:
    """Start the web server. Raises NotReady if its address is not available."""
    try:
        await web.start()
    except OSError as error:
        where = f"{settings.listen_on}:{settings.port}"
        reason = f"another program uses {where}" if error.errno == EADDRINUSE else f"{where}: {error.strerror}"
        raise NotReady(f"the web server cannot start: {reason} (OBOLE_HOST, OBOLE_PORT)") from None


async def _start_platforms(app: App, stack: AsyncExitStack) -> Sequence[tuple[ChatApp, bool]]:
    """Start all platforms. Return those that accept us and whether each is reachable. Raises NotReady if none does."""
    accepted, refused = [], {}
    for chat in app.chats:
        stack.push_async_callback(chat.stop)
        try:
            accepted.append((chat, await start_if_reachable(chat)))
        except Rejected as error:
            refused[chat.platform.name] = str(error)
    if not accepted:
        raise NotReady("; ".join(refused.values()))
    for name, reason in refused.items():
        await app.refuse(name, reason)
    return accepted


def ticks(app: App) -> Sequence[Tick]:
    """Return the recurring jobs: the bot's, and those of each chat platform."""
    every = [
        *jobs.money(app.ctx, app.intake),
        *jobs.payment_links(app.ctx),
        *jobs.saved_cards(app.ctx),
        *jobs.campaigns(app.ctx),
        *jobs.asking(app.ctx),
        *jobs.people(app.ctx),
        *jobs.counters(app.taps, app.openings),
        *jobs.team(app.ctx, lambda: app.platforms),
        *jobs.health(app.ctx, lambda: app.health.stuck(app.ctx), app.generation),
        *jobs.retention(app.ctx),
    ]
    for chat in app.chats:
        every += platform_ticks(app.ctx, chat, app.paces[chat.platform.name], is_refused=partial(app.is_refused, chat))
    return every


def _paces(settings: Settings) -> dict[PlatformName, Pacer]:
    telegram = max(settings.telegram_per_second, settings.telegram_paid_per_second)
    return {
        "telegram": _pacer(replace(TELEGRAM, overall=telegram, burst=settings.reply_burst + _OTHERS_IN_BURST)),
        "discord": _pacer(replace(DISCORD, overall=settings.discord_per_second)),
    }


def _pacer(pace: Pace) -> Pacer:
    return Pacer(pace, monotonic=time.monotonic)


def webhook_secret(ctx: Context) -> str:
    """Return the secret that Telegram must send with each update, derived from our key so that it needs no setting."""
    return base64.urlsafe_b64encode(ctx.keyring.mac("telegram-webhook", b"")).decode().rstrip("=")


def _telegram(ctx: Context, settings: Settings, pacer: Pacer) -> TelegramApp | None:
    if settings.telegram_token is None:
        return None
    app = TelegramApp(
        ctx,
        settings.telegram_token.get_secret_value(),
        settings.telegram_api_url,
        router=router,
        webhook_url=f"{ctx.public_url}/webhooks/telegram" if ctx.public_url else "",
        webhook_secret=webhook_secret(ctx) if ctx.public_url else "",
        pacing=pacer,
        budget=ReplyBudget(burst=settings.reply_burst),
        meter=pacer,
    )
    app.platform.paid_broadcasts = settings.telegram_paid_per_second > 0
    return app


def _discord(ctx: Context, settings: Settings, pacer: Pacer) -> DiscordApp | None:
    if settings.discord_token is None:
        return None
    return DiscordApp(
        ctx,
        settings.discord_token.get_secret_value(),
        settings.discord_api_url,
        settings.discord_gateway_url,
        router=router,
        pacing=pacer,
        budget=ReplyBudget(burst=settings.reply_burst),
    )


async def post_card(
    settings: Settings, slug: str, platform_name: str, place: str, locales: str, *, clock: Clock, rng: random.Random
) -> None:
    """Log in to one platform, post a campaign's card and log out, for `obole campaign post`.

    Raises NotReady if the token is missing, LookupError for an unknown campaign, CannotPost if the platform refuses.
    """
    async with AsyncExitStack() as stack:
        ctx = await stack.enter_async_context(open_context(settings, clock=clock, rng=rng))
        campaign = await publish.find(ctx, slug)
        if campaign is None:
            raise LookupError(f"no campaign is called {slug}")
        build = _telegram if platform_name == "telegram" else _discord
        built = build(ctx, settings, _paces(settings)["telegram" if platform_name == "telegram" else "discord"])
        if built is None:
            raise NotReady(f"missing: OBOLE_{platform_name.upper()}_TOKEN")
        stack.push_async_callback(built.stop)
        try:
            await built.log_in()
            await publish.post(ctx, built.platform, campaign, place, locales)
        except PlatformError as error:
            raise publish.CannotPost(f"{platform_name} refused: {error}") from error
