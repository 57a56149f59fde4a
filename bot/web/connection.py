"""One connection of the web server: its limits, and the headers of every response.

This applies to all paths before any handler runs, and to requests that cannot be parsed.
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
    """Limits of one connection and of all together. Times in seconds."""

    headers: float = 10.0  # from the connection, or from a request's first byte, to the end of its headers
    exchange: float = 60.0  # from there until the body is read and the client has accepted the response
    idle: float = 75.0  # between two requests; longer than common proxies keep connections (60)
    connections: int = 500  # a process usually has 1,024 files, and the database and platforms need some


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
        """Whether it occupies a socket and is not closing."""
        return self.transport is not None and not self.transport.is_closing()

    @property
    def is_idle(self) -> bool:
        """Whether it is between two requests."""
        return self._deadline is None

    @property
    def is_half_sent(self) -> bool:
        """Whether a request has started, or is due, and has not arrived in full."""
        request = self._being_answered
        return not self.is_idle and (request is None or not request.content.is_eof())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Accept a client."""
        super().connection_made(transport)
        self._end_within(self._limits.headers)
        if self._is_refused:
            self.drop()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Stop the deadline of a client that is gone."""
        self._forget_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Receive bytes, starting the deadline of a new request."""
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
        """Send the response with the common headers."""
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
        """Answer a request that cannot be parsed, without logging a traceback for a client's mistake."""
        if status >= 500:
            return super().handle_error(request, status, exc, message)
        answer = web.Response(status=status)
        answer.force_close()
        return answer

    def drop(self) -> None:
        """Close at once. A handler that is still reading raises ConnectionError."""
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
    """Wrap the application's handler in the rules for every path.

    Compressed bodies are refused: 389 kB of gzip unpack to 400 MB, and neither Stripe nor Telegram sends any. A client
    that disconnects before its request is complete is not logged as our error.
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
    """Return whether an error means that the client sent an incomplete or inconsistent request."""
    if isinstance(error, web.RequestPayloadError):
        return True
    return isinstance(error, ConnectionError) and request.transport is None
