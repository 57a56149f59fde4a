"""The Discord app: log in, register the commands, listen, stop."""

import asyncio
import logging
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol, Self, cast

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.domain.time import Clock
from bot.platforms.discord.commands import FrenchAndEnglish, Tree, same_commands
from bot.platforms.discord.dm_channels import DmChannels
from bot.platforms.discord.errors import RECONNECT_SECONDS, translated
from bot.platforms.discord.forms import filled_in
from bot.platforms.discord.gateway import OneSocket, SessionStarts, isolate_parsers, stay_connected
from bot.platforms.discord.global_limit import watch_global_limit
from bot.platforms.discord.handlers import PATIENCE, Handlers
from bot.platforms.discord.joins import QUIET_SECONDS, Joins
from bot.platforms.discord.platform import DiscordPlatform
from bot.platforms.discord.render import ACTION_PREFIX, NOBODY
from bot.platforms.proxy import proxy_for
from bot.platforms.replies import NoPacing, Pacing, ReplyBudget
from bot.platforms.router import Router
from bot.usecases.context import Context
from bot.usecases.ports import PlatformError, Rejected, RetryLater

logger = logging.getLogger(__name__)

API_URL = Route.BASE
GATEWAY_URL = DiscordWebSocket.DEFAULT_GATEWAY
LOGIN_SECONDS = 20.0
READY_SECONDS = 20.0
GUILDS_SECONDS = 0.1  # after the last announced server; nothing here needs the servers first
DRAIN_SECONDS = 1.0  # of the two seconds allowed for stopping
CLOSE_SECONDS = 0.7
MAX_RATE_LIMIT_SECONDS = 30.0  # the minimum that discord.py allows
_CANCEL_RETRY_SECONDS = 0.1
_WRONG_TOKEN = 4004  # close code of the gateway


class DiscordApp:
    """One bot. `router` is the module bot.usecases.router; after `patience` seconds without an answer we defer.
    `sees_joins`: watch who joins servers, where Discord allows it, and examine joins after `quiet_seconds` without one.
    `budget` limits each person's replies in direct messages; `pacing` receives Discord's refusals of them.

    `api_url` and `gateway_url` point discord.py at a fake. They are globals of that library, so all bots of a process
    use the same Discord.
    """

    def __init__(
        self,
        ctx: Context,
        token: str,
        api_url: str | None = None,
        gateway_url: str | None = None,
        *,
        router: Router,
        patience: float = PATIENCE,
        sees_joins: bool = True,
        quiet_seconds: float = QUIET_SECONDS,
        pacing: Pacing | None = None,
        budget: ReplyBudget | None = None,
    ) -> None:
        keep_texts_out_of_logs()
        self._ctx = ctx
        self._token = token
        self._api_url = api_url
        self._gateway_url = gateway_url
        self._router = router
        self._patience = patience
        self._sees_joins = sees_joins
        self._quiet_seconds = quiet_seconds
        self._starts = SessionStarts()
        self._pacing = pacing
        self._budget = budget
        self._connection: asyncio.Task[None] | None = None
        self._platform = DiscordPlatform(cast(discord.Client, None), DmChannels(ctx))
        self._client = self._build(sees_joins=sees_joins)

    @property
    def platform(self) -> DiscordPlatform:
        """The Platform port. Usable once logged in; the same object after a restart."""
        return self._platform

    @property
    def client(self) -> discord.Client:
        """The current discord.py client; a new one after each stop."""
        return self._client

    @property
    def unreadable(self) -> int:
        """The number of gateway events skipped as unreadable since the last start."""
        return self._client.unreadable.total()

    @property
    def last_update(self) -> datetime | None:
        """When the gateway last sent an event (UTC); None: not since the last start."""
        return self._client.last_update

    @property
    def last_contact(self) -> datetime | None:
        """Now while the gateway is connected, else when it last sent an event (UTC)."""
        return self._ctx.clock() if self._client.is_connected else self._client.last_update

    async def log_in(self) -> None:
        """Check the token and learn the bot's identity: enough to send and post, not to listen.

        Raises Rejected for a wrong token, otherwise RetryLater.
        """
        if self._client.is_closed():
            self._client = self._build(sees_joins=self._sees_joins)
        set_api_urls(self._api_url, self._gateway_url)
        failure: PlatformError
        try:
            await self._log_in()
            self._ctx.identity.discord_application_id = str(self._client.application_id)
            self._ctx.naming["discord"] = self._ctx.roles["discord"] = self._platform
            return
        except PlatformError as error:
            wrong_token = isinstance(error.__cause__, discord.LoginFailure)
            failure = Rejected("Discord does not know this bot token") if wrong_token else error
        # Raised out here so that no exception that holds the token is its context.
        raise failure

    async def _log_in(self) -> None:
        """Log in; again without the members intent if it is not enabled, since the gateway would refuse us."""
        async with translated(LOGIN_SECONDS, repeatable=True):
            await self._client.login(self._token)
            if self._client.sees_joins and not can_see_joins(self._client):
                logger.warning("no invites into Discord servers: the Server Members Intent is off")
                await self._client.close()
                self._client = self._build(sees_joins=False)
                await self._client.login(self._token)
        if self._client.sees_joins:
            self._ctx.inviting["discord"] = self._platform

    async def start(self) -> None:
        """Log in, register changed commands, listen. May be called again after a failure.

        Raises Rejected if Discord refuses the token or the intents, otherwise RetryLater.
        """
        try:
            await self.log_in()
            if (wait := await self._starts.wait_time(self._client)) > 0:
                raise RetryLater(wait, everything=False)
            await self.sync_commands()
            await self._listen()
        except BaseException:
            await self.stop()
            raise

    async def watch(self) -> None:
        """Wait until the connection fails. Raises Rejected if Discord refuses us permanently, otherwise the error.

        Call it after `start`.
        """
        connection = self._connection
        if connection is None:
            raise RuntimeError("Discord is not started")
        await asyncio.wait([connection])
        error = _error_of(connection)
        if isinstance(error, Rejected):
            raise error
        await connection

    async def stop(self) -> None:
        """Accept nothing new, finish answers in progress, disconnect. Takes two seconds at most."""
        client = self._client
        if client.is_ready():
            self._starts.end_normally()
        await asyncio.gather(client.handlers.drain(DRAIN_SECONDS), client.joins.stop(DRAIN_SECONDS))
        with suppress(TimeoutError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await client.close()
        await client.socket.close()
        await client.http.close()
        if self._connection is not None:
            while not self._connection.done():  # Python 3.11 can lose a cancellation
                self._connection.cancel()
                await asyncio.wait([self._connection], timeout=_CANCEL_RETRY_SECONDS)
            await asyncio.gather(self._connection, return_exceptions=True)
            self._connection = None

    async def sync_commands(self) -> None:
        """Register the commands if Discord's differ. A failure is only logged: the bot works with the old ones."""
        client = self._client
        route = Route("GET", "/applications/{application_id}/commands", application_id=client.application_id)
        try:
            async with translated(LOGIN_SECONDS, repeatable=True):
                there = await client.http.request(route, params={"with_localizations": "true"})
                if not same_commands(await client.tree.in_all_languages(), there):
                    await client.tree.set_translator(FrenchAndEnglish())
                    await client.tree.sync()
        except PlatformError as error:
            logger.warning("the slash commands could not be handed to Discord: %s", error)

    def _build(self, *, sees_joins: bool) -> "_Client":
        handlers = Handlers(
            self._ctx,
            self._router,
            self._platform,
            patience=self._patience,
            budget=self._budget,
            pacing=self._pacing,
        )
        client = _Client(
            handlers,
            self._starts,
            sees_joins=sees_joins,
            proxy=proxy_for(self._api_url or API_URL),
            trace=watch_global_limit(self._pacing or NoPacing()),
            report=self._ctx.failures.report,
            clock=self._ctx.clock,
        )
        client.tree = Tree(client, self._ctx.catalog, handlers)
        client.joins = Joins(self._ctx, client, quiet_seconds=self._quiet_seconds)
        self._platform.client = client
        self._platform.joins = client.joins if sees_joins else None
        return client

    async def _listen(self) -> None:
        """Connect in the background and wait until the client is ready."""
        connection = self._connection = asyncio.create_task(
            stay_connected(self._client, self._client.socket), name="discord gateway"
        )
        ready = asyncio.create_task(self._client.wait_until_ready())
        await asyncio.wait([connection, ready], timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if connection.done():
            ready.cancel()
            raise _error_of(connection)
        if not ready.done():
            ready.cancel()
            raise RetryLater(RECONNECT_SECONDS, everything=False)


class _Client(discord.Client):
    """Receives commands, taps, direct messages, replies in servers and joins. Caches no members and no messages.

    Of messages in servers, Discord shows the bot only the text of those that mention it.
    """

    tree: Tree
    joins: Joins

    def __init__(
        self,
        handlers: Handlers,
        starts: SessionStarts,
        *,
        sees_joins: bool,
        proxy: str | None,
        trace: aiohttp.TraceConfig,
        report: Callable[[Exception, str, str], object],
        clock: Clock,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, messages=True, members=sees_joins, invites=sees_joins),
            allowed_mentions=NOBODY,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            guild_ready_timeout=GUILDS_SECONDS,
            max_ratelimit_timeout=MAX_RATE_LIMIT_SECONDS,
            proxy=proxy,
            http_trace=trace,
        )
        self.handlers = handlers
        self._report = report
        self._clock = clock
        self.is_connected = False
        self.last_update: datetime | None = None  # UTC
        self.sees_joins = sees_joins
        self.unreadable = isolate_parsers(self)
        self._starts = starts
        self.socket = OneSocket(self)
        self.add_dynamic_items(ActionButton)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Note what the event says of the connection, then pass it on."""
        if event == "disconnect":
            self.is_connected = False
        else:
            self.is_connected = self.is_connected or event in ("ready", "resumed")
            self.last_update = self._clock()
        super().dispatch(event, *args, **kwargs)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Run by discord.py before each new session. Raises StartLater."""
        await self._starts.take(self)

    async def on_message(self, message: discord.Message) -> None:
        await self.handlers.message(message)

    async def on_raw_message_edit(self, edit: discord.RawMessageUpdateEvent) -> None:
        await self.handlers.edited(edit.message)

    async def on_connect(self) -> None:
        self.joins.connected()

    async def on_ready(self) -> None:
        for guild in self.guilds if self.sees_joins else ():
            if guild.unavailable:  # its members and events follow later
                self.joins.lost(guild)
            else:
                await self.joins.refresh(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        if self.sees_joins and not self.joins.watches(guild):
            await self.joins.refresh(guild)

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        self.joins.lost(guild)

    async def on_member_join(self, member: discord.Member) -> None:
        if self.sees_joins:
            self.joins.joined(member)

    async def on_invite_delete(self, invite: discord.Invite) -> None:
        if self.sees_joins:
            await self.joins.deleted(invite)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        filled = filled_in(interaction)
        if filled is not None:
            await self.handlers.form(interaction, filled)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        if isinstance(error := sys.exception(), Exception):
            self._report(error, "events on discord", event_method)


class _HasHandlers(Protocol):
    handlers: Handlers


class ActionButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(f"{ACTION_PREFIX}(?P<data>.+)", re.DOTALL)
):
    """Any button of ours, however old: its custom_id holds all its state."""

    def __init__(self, button: discord.ui.Button[Any], data: str) -> None:
        super().__init__(button)
        self._data = data

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Create the item for a tap."""
        return cls(cast("discord.ui.Button[Any]", item), match["data"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Pass the tap to the handlers."""
        await cast(_HasHandlers, interaction.client).handlers.tap(interaction, self._data)


def set_api_urls(api_url: str | None, gateway_url: str | None) -> None:
    """Set discord.py's addresses for the whole process; None for the real Discord."""
    Route.BASE = (api_url or API_URL).rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url) if gateway_url else GATEWAY_URL


def can_see_joins(client: discord.Client) -> bool:
    """Return whether the members intent is enabled in the developer portal. Requires a login."""
    flags = None if client.application is None else client.application.flags
    return flags is not None and (flags.gateway_guild_members or flags.gateway_guild_members_limited)


def keep_texts_out_of_logs() -> None:
    """Raise discord.py's loggers to INFO: at DEBUG they log people's texts and interaction tokens."""
    for name in ("discord", "discord.http", "discord.gateway", "discord.webhook.async_"):
        library = logging.getLogger(name)
        if library.level != logging.NOTSET or name == "discord":
            library.setLevel(max(library.level, logging.INFO))


def _error_of(connection: asyncio.Task[None]) -> PlatformError:
    """Return the error that ended a connection, as a PlatformError."""
    error = None if connection.cancelled() else connection.exception()
    match error:
        case discord.PrivilegedIntentsRequired():
            return Rejected("Discord requires the bot's privileged intents to be turned on in its developer portal")
        case discord.ConnectionClosed() if error.code == _WRONG_TOKEN:
            return Rejected("Discord's gateway does not accept this bot token")
        case discord.ConnectionClosed():  # those worth a retry are not raised
            return Rejected(f"Discord's gateway refuses this bot ({error.code})")
        case _:
            return RetryLater(RECONNECT_SECONDS, everything=False)
