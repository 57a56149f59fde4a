"""The Discord fake's HTTP server: REST under /api/v10, the gateway, and message files."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.discord.call import Call
from bot.sandbox.discord.errors import Refused, invalid
from bot.sandbox.discord.files import read_body
from bot.sandbox.discord.gateway import Hub
from bot.sandbox.discord.pace import Faults, Limits, Pace, Stop
from bot.sandbox.discord.routes import ROUTES, Route
from bot.sandbox.discord.world import World
from bot.sandbox.kit import Json

BASES = ("/api/v10", "/api/v9", "/api")
_log = logging.getLogger(__name__)
MAJOR = ("channel_id", "guild_id", "webhook_id", "token")
VIA = {"Via": "1.1 google"}


class Api:
    """The REST API, by the bot's token. Every call is counted in `calls`: "METHOD /path/{pattern} status"."""

    def __init__(
        self, world: World, hub: Hub, token: str, limits: Limits | None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.world, self.hub, self.token = world, hub, token
        self.pace = Pace(limits, monotonic, world.now)
        self.faults = Faults(monotonic)
        self.calls: deque[str] = deque(maxlen=10_000)

    def route_defs(self) -> list[web.RouteDef]:
        defs = [web.route(r.method, base + r.path, self._handler(r)) for base in BASES for r in ROUTES]
        return [
            *defs,
            web.get("/gateway", self.hub.handle),
            web.get("/gateway/", self.hub.handle),
            web.get("/attachments/{channel_id}/{file_id}/{name}", self._file),
            web.route("*", "/api/{rest:.*}", self._nowhere),
        ]

    def _handler(self, route: Route) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            status, body, headers = await self._guarded(route, request)
            self.calls.append(f"{route.name} {status}")
            if status < 400 and self.faults.take_dropped(route.name) and request.transport is not None:
                request.transport.abort()  # the request is carried out, but its answer is lost
            return _response(status, body, headers)

        return handle

    async def _guarded(self, route: Route, request: web.Request) -> tuple[int, Any, Mapping[str, str]]:
        """Check token, rate limits and faults, then handle the request."""
        if self.faults.latency:
            await asyncio.sleep(self.faults.latency)
        given = request.headers.get("Authorization", "")
        if not route.open and given != f"Bot {self.token}":
            return 401, {"message": "401: Unauthorized", "code": 0}, {}
        try:
            body, files = await read_body(request)
        except Refused as refused:
            return refused.status, refused.body(), {}
        major = "/".join(request.match_info.get(name, "") for name in MAJOR)
        stop, headers = self.pace.take(route.name, major)
        stop = self.faults.take_stop(route.name) or stop
        if stop:
            return 429, stop.body(), headers | _wait(stop)
        broken = self.faults.take_broken(route.name)
        if broken:
            return broken, {"message": f"{broken}: Broken on request", "code": 0}, headers
        try:
            _check_query(route, request)
            call = Call(request.match_info, request.query, body, files)
            return *route.operation(self.world, call), headers
        except Refused as refused:
            return refused.status, refused.body(), headers
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # A body of the wrong shape: Discord names the position, the fake at least refuses it.
            _log.warning("%s: cannot make sense of it: %r", route.name, error)
            return 400, {"message": "Invalid Form Body", "code": 50035}, headers

    async def _file(self, request: web.Request) -> web.Response:
        number = request.match_info["file_id"]
        kept = self.world.files.get(int(number)) if number.isdigit() else None
        if kept is None:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=kept[1], content_type=kept[0])

    async def _nowhere(self, request: web.Request) -> web.Response:
        self.calls.append(f"{request.method} {request.path} 404")
        return _response(404, {"message": "404: Not Found", "code": 0}, {})


def _check_query(route: Route, request: web.Request) -> None:
    for name in request.query.keys() - route.query:
        raise invalid(name, "UNKNOWN_FIELD", "The sandbox refuses unknown parameters.")


def _wait(stop: Stop) -> dict[str, str]:
    scope = "global" if stop.everywhere else "user"
    told = {"Retry-After": f"{stop.retry_after:.3f}", "X-RateLimit-Scope": scope, **VIA}
    return told | ({"X-RateLimit-Global": "true"} if stop.everywhere else {})


def _response(status: int, body: Json | list[Any] | None, headers: Mapping[str, str]) -> web.Response:
    if status == 204:
        return web.Response(status=204, headers=headers)
    # Exactly this content type: discord.py reads an answer with a charset as text.
    told = {**headers, "Content-Type": "application/json"}
    return web.Response(status=status, body=json.dumps(body, ensure_ascii=False).encode(), headers=told)
