"""One connection of the web server: what it may cost, and what every answer carries.

Everything here holds for all paths, before any handler runs, and for requests that cannot be parsed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.hdrs import CONTENT_ENCODING

_UNENCODED = ("", "identity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one connection, and all of them together, may cost. Times in seconds."""

    headers: float = 10.0  # from the connection, or from a request's first byte, to the end of its headers
    exchange: float = 60.0  # from there until the body was read and the answer was accepted by the client
    idle: float = 75.0  # between two requests; longer than what common proxies keep their connections (60)
    connections: int = 500  # a process commonly has 1,024 files, and the database and platforms need some


class Connection(web.RequestHandler):
    """aiohttp's connection with deadlines. Without them, half a request holds a socket for an hour."""

    def __init__(self, server: web.Server, limits: Limits, headers: Mapping[str, str], *, refused: bool) -> None:
        self._clock = asyncio.get_running_loop()
        options: dict[str, Any] = {"access_log": None}
        super().__init__(server, loop=self._clock, auto_decompress=False, keepalive_timeout=limits.idle, **options)
        self._limits = limits
        self._is_refused = refused
        self._every_answer = headers
        self._deadline: asyncio.TimerHandle | None = None
        self._being_answered: web.BaseRequest | None = None

    @property
    def is_open(self) -> bool:
        """Whether it takes up a socket, and goes on doing so."""
        return self.transport is not None and not self.transport.is_closing()

    @property
    def is_idle(self) -> bool:
        """Whether it is between two requests."""
        return self._deadline is None

    @property
    def is_half_sent(self) -> bool:
        """Whether a request has begun, or is due, and has not arrived in full."""
        request = self._being_answered
        return not self.is_idle and (request is None or not request.content.is_eof())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Accept a client."""
        super().connection_made(transport)
        self._end_within(self._limits.headers)
        if self._is_refused:
            self.drop()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget a client."""
        self._forget_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes in."""
        if self._deadline is None:
            self._end_within(self._limits.headers)
        super().data_received(data)

    def headers_arrived(self, request: web.BaseRequest) -> None:
        """Note that a request is about to be handled."""
        self._being_answered = request
        self._end_within(self._limits.exchange)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send the answer, with the headers that every answer carries."""
        resp.headers.update(self._every_answer)
        try:
            return await super().finish_response(request, resp, start_time)
        finally:
            self._being_answered = None
            self._forget_deadline()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer a request that cannot be parsed. What strangers get wrong is no traceback in our log."""
        if status >= 500:
            return super().handle_error(request, status, exc, message)
        answer = web.Response(status=status)
        answer.force_close()
        return answer

    def drop(self) -> None:
        """Close at once. A handler that is still reading gets a ConnectionError."""
        if self.transport is not None:
            self.transport.abort()

    def _end_within(self, seconds: float) -> None:
        self._forget_deadline()
        self._deadline = self._clock.call_later(seconds, self.drop)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def handler_of(inner: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> Callable[..., Any]:
    """Return the application's handler behind what holds for every path.

    Compressed bodies are refused: 389 kB of gzip unpack to 400 MB, and neither Stripe nor Telegram sends any. A client
    that left before its request was complete is not our error.
    """

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        if isinstance(connection, Connection):
            connection.headers_arrived(request)
        if request.headers.get(CONTENT_ENCODING, "").strip().lower() not in _UNENCODED:
            return web.Response(status=415)
        try:
            return await inner(request)
        except Exception as error:
            if not is_clients_fault(request, error):
                raise
            answer = web.Response(status=400)
            answer.force_close()
            return answer

    return handle


def is_clients_fault(request: web.BaseRequest, error: Exception) -> bool:
    """Whether an error means that the client sent half a request, or one that contradicts itself."""
    if isinstance(error, web.RequestPayloadError):
        return True
    return isinstance(error, ConnectionError) and request.transport is None
