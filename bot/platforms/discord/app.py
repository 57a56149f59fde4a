"""The Discord side as app.py starts and stops it: log in, hand over the commands, listen, close the door."""

import asyncio
import logging
import re
from contextlib import suppress
from typing import Any, Protocol, Self, cast

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.platforms.discord.commands import FrenchAndEnglish, Tree, same_commands
from bot.platforms.discord.errors import RECONNECT_SECONDS, translated
from bot.platforms.discord.forms import filled_in
from bot.platforms.discord.gateway import OneSocket, SessionStarts, isolate_parsers, stay_connected
from bot.platforms.discord.global_limit import watch_global_limit
from bot.platforms.discord.handlers import PATIENCE, Handlers
from bot.platforms.discord.joins import SETTLE_SECONDS, Joins
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
GUILDS_SECONDS = 0.1  # after the last server that is announced; nothing here needs to know them first
DRAIN_SECONDS = 1.0  # of the two seconds that stopping may take
CLOSE_SECONDS = 0.7
MAX_RATE_LIMIT_SECONDS = 30.0  # the least that discord.py allows
_CANCEL_AGAIN_SECONDS = 0.1
_WRONG_TOKEN = 4004  # the gateway's own code


class DiscordApp:
    """One bot. `router` is the module bot.usecases.router; `patience` is how long it may take before we defer, in s.
    `hears_joins`: who joins servers is watched, where Discord allows it; looked into after `settle` seconds of quiet.
    `budget`: of each person's replies in direct messages; `pacing` hears what Discord refuses of them.

    `api_url` and `gateway_url` point discord.py at a stand-in. They are globals of that library, so that all bots of
    one process talk to the same Discord.
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
        hears_joins: bool = True,
        settle: float = SETTLE_SECONDS,
        pacing: Pacing | None = None,
        budget: ReplyBudget | None = None,
    ) -> None:
        keep_words_out_of_logs()
        self._ctx = ctx
        self._token = token
        self._api_url = api_url
        self._gateway_url = gateway_url
        self._router = router
        self._patience = patience
        self._hears_joins = hears_joins
        self._settle = settle
        self._starts = SessionStarts()
        self._pacing = pacing
        self._budget = budget
        self._connection: asyncio.Task[None] | None = None
        self._platform = DiscordPlatform(cast(discord.Client, None))
        self._client = self._build(hears_joins=hears_joins)

    @property
    def platform(self) -> DiscordPlatform:
        """The Platform port, for delivery and use cases. Works once logged in, and stays the same after a restart."""
        return self._platform

    @property
    def client(self) -> discord.Client:
        """The discord.py client in use; a new one after each stop."""
        return self._client

    @property
    def unreadable(self) -> int:
        """How many gateway events could not be parsed since the last start; they were skipped."""
        return self._client.unreadable.total()

    async def log_in(self) -> None:
        """Check the token and learn who we are; enough to post and send, not to listen.

        Raises Rejected for a wrong token, else RetryLater.
        """
        if self._client.is_closed():
            self._client = self._build(hears_joins=self._hears_joins)
        point_at(self._api_url, self._gateway_url)
        failure: PlatformError
        try:
            await self._log_in()
            self._ctx.identity.discord_application_id = str(self._client.application_id)
            self._ctx.naming["discord"] = self._platform
            return
        except PlatformError as error:
            wrong_token = isinstance(error.__cause__, discord.LoginFailure)
            failure = Rejected("Discord does not know this bot token") if wrong_token else error
        # Raised out here so that nothing which holds the token is its context.
        raise failure

    async def _log_in(self) -> None:
        """Log in; anew without the members intent where it is not switched on, since the gateway would refuse us."""
        async with translated(LOGIN_SECONDS, repeatable=True):
            await self._client.login(self._token)
            if self._client.hears_joins and not may_hear_joins(self._client):
                logger.warning("no invites into Discord servers: the Server Members Intent is switched off")
                await self._client.close()
                self._client = self._build(hears_joins=False)
                await self._client.login(self._token)
        if self._client.hears_joins:
            self._ctx.inviting["discord"] = self._platform

    async def start(self) -> None:
        """Log in, hand over the commands where they changed, listen. May be called again after it failed.

        Raises Rejected where Discord refuses the token or what the bot asks for, else RetryLater.
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
        """Wait until the connection ends by itself. Raises Rejected where Discord refuses us for good, else its error.

        Works once started.
        """
        connection = self._connection
        if connection is None:
            raise RuntimeError("Discord is not started")
        await asyncio.wait([connection])
        why = _why_it_ended(connection)
        if isinstance(why, Rejected):
            raise why
        await connection

    async def stop(self) -> None:
        """Take nothing more in, finish the answers under way, close. Takes two seconds at most."""
        client = self._client
        if client.is_ready():
            self._starts.end_well()
        await asyncio.gather(client.handlers.drain(DRAIN_SECONDS), client.joins.stop(DRAIN_SECONDS))
        with suppress(TimeoutError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await client.close()
        await client.socket.close()
        await client.http.close()
        if self._connection is not None:
            while not self._connection.done():  # Python 3.11 loses a cancellation that meets the answer waited for
                self._connection.cancel()
                await asyncio.wait([self._connection], timeout=_CANCEL_AGAIN_SECONDS)
            await asyncio.gather(self._connection, return_exceptions=True)
            self._connection = None

    async def sync_commands(self) -> None:
        """Hand the commands to Discord unless it has them so. The bot also works with the old ones, so a failure is
        only said."""
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

    def _build(self, *, hears_joins: bool) -> "_Client":
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
            hears_joins=hears_joins,
            proxy=proxy_for(self._api_url or API_URL),
            trace=watch_global_limit(self._pacing or NoPacing()),
        )
        client.tree = Tree(client, self._ctx.catalog, handlers)
        client.joins = Joins(self._ctx, client, settle=self._settle)
        self._platform.client = client
        self._platform.joins = client.joins if hears_joins else None
        return client

    async def _listen(self) -> None:
        """Connect in the background and wait until Discord has told us all we need."""
        connection = self._connection = asyncio.create_task(
            stay_connected(self._client, self._client.socket), name="discord gateway"
        )
        ready = asyncio.create_task(self._client.wait_until_ready())
        await asyncio.wait([connection, ready], timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if connection.done():
            ready.cancel()
            raise _why_it_ended(connection)
        if not ready.done():
            ready.cancel()
            raise RetryLater(RECONNECT_SECONDS, everything=False)


class _Client(discord.Client):
    """Hears slash commands, taps, direct messages and who joins, and keeps nothing of what it hears."""

    tree: Tree
    joins: Joins

    def __init__(
        self,
        handlers: Handlers,
        starts: SessionStarts,
        *,
        hears_joins: bool,
        proxy: str | None,
        trace: aiohttp.TraceConfig,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, dm_messages=True, members=hears_joins, invites=hears_joins),
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
        self.hears_joins = hears_joins
        self.unreadable = isolate_parsers(self)
        self._starts = starts
        self.socket = OneSocket(self)
        self.add_dynamic_items(ActionButton)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Asked by discord.py before each new session. Raises StartLater."""
        await self._starts.take(self)

    async def on_message(self, message: discord.Message) -> None:
        await self.handlers.message(message)

    async def on_connect(self) -> None:
        self.joins.connected()

    async def on_ready(self) -> None:
        for guild in self.guilds if self.hears_joins else ():
            if guild.unavailable:  # its members and events are to come
                self.joins.lost(guild)
            else:
                await self.joins.refresh(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        if self.hears_joins and not self.joins.watches(guild):
            await self.joins.refresh(guild)

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        self.joins.lost(guild)

    async def on_member_join(self, member: discord.Member) -> None:
        if self.hears_joins:
            self.joins.joined(member)

    async def on_invite_delete(self, invite: discord.Invite) -> None:
        if self.hears_joins:
            await self.joins.deleted(invite)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        filled = filled_in(interaction)
        if filled is not None:
            await self.handlers.form(interaction, filled)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        logger.exception("%s failed", event_method)


class _Taps(Protocol):
    handlers: Handlers


class ActionButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(f"{ACTION_PREFIX}(?P<data>.+)", re.DOTALL)
):
    """Every button of ours, whoever sent it and however long ago: all it needs to know is in its custom_id."""

    def __init__(self, button: discord.ui.Button[Any], data: str) -> None:
        super().__init__(button)
        self._data = data

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Made anew for each tap."""
        return cls(cast("discord.ui.Button[Any]", item), match["data"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the tap on."""
        await cast(_Taps, interaction.client).handlers.tap(interaction, self._data)


def point_at(api_url: str | None, gateway_url: str | None) -> None:
    """Tell discord.py where Discord is; None: the real one. Its globals, so for the whole process."""
    Route.BASE = (api_url or API_URL).rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url) if gateway_url else GATEWAY_URL


def may_hear_joins(client: discord.Client) -> bool:
    """Whether the members intent is switched on in the developer portal. Logged in only."""
    flags = None if client.application is None else client.application.flags
    return flags is not None and (flags.gateway_guild_members or flags.gateway_guild_members_limited)


def keep_words_out_of_logs() -> None:
    """Raise discord.py's loggers to INFO: below that they write people's words and the tokens of their answers."""
    for name in ("discord", "discord.http", "discord.gateway", "discord.webhook.async_"):
        library = logging.getLogger(name)
        if library.level != logging.NOTSET or name == "discord":
            library.setLevel(max(library.level, logging.INFO))


def _why_it_ended(connection: asyncio.Task[None]) -> PlatformError:
    """What a connection's end means for who wanted it."""
    error = None if connection.cancelled() else connection.exception()
    match error:
        case discord.PrivilegedIntentsRequired():
            return Rejected("Discord wants the bot's privileged intents switched on in its developer portal")
        case discord.ConnectionClosed() if error.code == _WRONG_TOKEN:
            return Rejected("Discord's gateway does not accept this bot token")
        case discord.ConnectionClosed():  # those that another attempt may mend are not raised
            return Rejected(f"Discord's gateway refuses this bot ({error.code})")
        case _:
            return RetryLater(RECONNECT_SECONDS, everything=False)
