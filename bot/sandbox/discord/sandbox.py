"""The whole Discord fake: its state, its REST and gateway servers, and the verbs."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.sandbox.discord.gateway import Hub
from bot.sandbox.discord.pace import Limits
from bot.sandbox.discord.people import PeopleVerbs
from bot.sandbox.discord.places import PlaceVerbs
from bot.sandbox.discord.server import Api
from bot.sandbox.discord.trouble import TroubleVerbs
from bot.sandbox.discord.watching import WatchingVerbs
from bot.sandbox.discord.world import World
from bot.sandbox.kit import Clock, Verb, serve, verb_routes

VERBS = (
    "add_guild", "remove_bot", "add_channel", "add_thread", "remove_channel", "allow", "hide", "add_user", "add_dialog",
    "add_invite", "add_role", "set_roles", "set_vanity", "join", "leave", "install_app", "close_dms", "set_locale",
    "commands", "slash", "autocomplete", "click", "select", "submit_modal", "dm", "edit", "say", "view", "wait_message",
    "wait_ready", "invites", "force_429", "force_5xx", "drop_answers", "set_latency", "clear_faults", "drop_gateway",
    "ask_reconnect", "invalidate_sessions", "dispatch_odd", "send_odd_frame",
    "set_privileged_intents", "expire_token", "set_indexing", "flag_bot", "limit_dms",
)  # fmt: skip


class DiscordSandbox(PlaceVerbs, PeopleVerbs, WatchingVerbs, TroubleVerbs):
    """A Discord with one app, over plain HTTP and WebSocket on this machine.

    clock: aware UTC; ids, interaction deadlines (3 s, 15 min) and invites use it. seed: codes and tokens are the
    same for the same seed. limits: how fast the bot may call; None switches them off. patience: real seconds that a
    person waits for a first answer. privileged_intents: enabled in the developer portal. dm_limit: new
    conversations in ten minutes. max_invites: per server. keep_messages: per channel.

    discord.py is pointed here, before it logs in, by `discord.http.Route.BASE = sandbox.api_url` and
    `discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sandbox.gateway_url)`.
    Verbs (what people do) are its methods, and `POST <url>/_sandbox/<verb>` with a JSON object of arguments.
    """

    def __init__(
        self, *, clock: Clock, seed: int = 0, token: str = "sandbox.discord.token",
        application_id: int = 1_100_000_000_000_000_000, limits: Limits | None = Limits(),  # noqa: B008 - frozen
        patience: float = 3.0, privileged_intents: Sequence[str] = ("members", "message_content"),
        dm_limit: int = 50, max_invites: int = 1000, keep_messages: int = 500, bot_name: str = "Obole",
    ) -> None:  # fmt: skip
        self.token, self.patience = token, patience
        self.world = World(clock, seed, application_id, keep_messages, max_invites, dm_limit, bot_name)
        self.hub = Hub(self.world, token, set(privileged_intents))
        self.api = Api(self.world, self.hub, token, limits)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Base URL without a trailing slash. Raises RuntimeError before start()."""
        if not self.world.url:
            raise RuntimeError("the sandbox is not started")
        return self.world.url

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"{self.url.replace('http', 'ws', 1)}/gateway"

    @property
    def application_id(self) -> int:
        return self.world.bot.id

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Start listening; port 0 takes a free one. Return the URL."""
        app = web.Application(client_max_size=32 * 2**20)
        verbs = {name: _awaited(getattr(self, name)) for name in VERBS}
        app.add_routes([*self.api.route_defs(), *verb_routes(verbs, self.state)])
        self._runner, self.world.url = await serve(app, host, port)
        self.world.gateway_url = self.gateway_url
        return self.world.url

    async def stop(self) -> None:
        await self.hub.stop()
        if self._runner:
            await self._runner.cleanup()
        self._runner, self.world.url = None, ""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def _awaited(verb: Callable[..., Any]) -> Verb:
    """Return an awaitable version of a verb with the same signature."""

    @functools.wraps(verb)
    async def call(*args: Any, **kwargs: Any) -> Any:
        result = verb(*args, **kwargs)
        return await result if inspect.isawaitable(result) else result

    return call
