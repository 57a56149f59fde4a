"""What the fakes share: a clock, seeded ids, faults on request, a feed of changes and verbs over HTTP."""

import asyncio
import inspect
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

Clock = Callable[[], datetime]
Json = dict[str, Any]
Verb = Callable[..., Awaitable[Any]]

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def random_text(source: random.Random, length: int, alphabet: str = ALPHABET) -> str:
    """Return `length` characters that look like part of a service's id; the same seed gives the same ones."""
    return "".join(source.choices(alphabet, k=length))


@dataclass
class Faults:
    """Requested faults that are still due. Each `take_` method uses one up.

    `latency` is in seconds and applies until it is set again; the counters run down to zero.
    """

    clock: Clock
    rate_limited: int = 0
    rate_limited_until: datetime | None = None
    server_errors: int = 0
    dropped_answers: int = 0
    broken_answers: int = 0
    latency: float = 0.0

    def limit(self, times: int = 0, seconds: float = 0) -> None:
        """Answer 429 to the next `times` requests, or to all for `seconds`."""
        self.rate_limited = times
        self.rate_limited_until = self.clock() + timedelta(seconds=seconds) if seconds else None

    def take_limit(self) -> float | None:
        """Return how many seconds the caller has to wait, or None if the request may pass."""
        if self.rate_limited > 0:
            self.rate_limited -= 1
            return 1.0
        if self.rate_limited_until is not None:
            left = (self.rate_limited_until - self.clock()).total_seconds()
            if left > 0:
                return left
            self.rate_limited_until = None
        return None

    def take_server_error(self) -> bool:
        self.server_errors, due = max(0, self.server_errors - 1), self.server_errors > 0
        return due

    def take_dropped_answer(self) -> bool:
        """Return whether the request is carried out but its answer must get lost."""
        self.dropped_answers, due = max(0, self.dropped_answers - 1), self.dropped_answers > 0
        return due

    def take_broken_answer(self) -> bool:
        """Return whether the request is carried out but its answer must be a server error."""
        self.broken_answers, due = max(0, self.broken_answers - 1), self.broken_answers > 0
        return due

    async def delay(self) -> None:
        if self.latency > 0:
            await asyncio.sleep(self.latency)


@dataclass
class Changes:
    """Notifies all listeners of changes. A listener that falls behind loses the oldest ones."""

    depth: int = 1000
    listeners: set[asyncio.Queue[Json]] = field(default_factory=set)

    def tell(self, what: str, **details: Any) -> None:
        for queue in self.listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait({"what": what, **details})

    def subscribe(self) -> asyncio.Queue[Json]:
        queue: asyncio.Queue[Json] = asyncio.Queue(self.depth)
        self.listeners.add(queue)
        return queue

    def unsubscribe(self, queue: asyncio.Queue[Json]) -> None:
        self.listeners.discard(queue)

    async def follow(self) -> AsyncIterator[Json]:
        """Yield every change from now on."""
        queue = self.subscribe()
        try:
            while True:
                yield await queue.get()
        finally:
            self.unsubscribe(queue)


def verb_routes(verbs: Mapping[str, Verb], state: Callable[[], Json]) -> list[web.RouteDef]:
    """`POST /_sandbox/<verb>` with a JSON object of keyword arguments, and `GET /_sandbox/state`.

    A verb that refuses (LookupError, TypeError, ValueError) is answered with 400 and {"error": why}.
    """

    async def call(request: web.Request) -> web.Response:
        verb = verbs.get(request.match_info["verb"])
        if verb is None:
            return web.json_response({"error": "no such verb", "verbs": sorted(verbs)}, status=404)
        try:
            arguments = json.loads(await request.text() or "{}")
            inspect.signature(verb).bind(**arguments)
            return web.json_response(await verb(**arguments))
        except (LookupError, TypeError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)

    async def dump(request: web.Request) -> web.Response:
        return web.json_response(state())

    return [web.get("/_sandbox/state", dump), web.post("/_sandbox/{verb}", call)]


async def serve(app: web.Application, host: str, port: int) -> tuple[web.AppRunner, str]:
    """Start `app`; return its runner, to stop it, and its base URL. Port 0 takes a free one."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    bound = runner.addresses[0][1]
    return runner, f"http://{host}:{bound}"
