"""The HTTP server."""

import asyncio
from itertools import chain

from aiohttp import web

from bot.web.connection import Connection, Limits, handler_of

_LIMITS = Limits()
_NAME = "Obole"  # aiohttp would name its own and Python's version
_A_YEAR = "max-age=31536000"


class WebServer:
    """Serves one application on one address. Port 0 picks a free one, which `port` then holds.

    With an https `public_url`, responses require https in future (HSTS).
    """

    def __init__(
        self, application: web.Application, *, host: str, port: int, public_url: str = "", limits: Limits = _LIMITS
    ) -> None:
        self._host = host
        self._limits = limits
        self._headers = {"Server": _NAME}
        if public_url.startswith("https://"):
            self._headers["Strict-Transport-Security"] = _A_YEAR
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=2.0)
        self._listener: asyncio.Server | None = None
        self.port = port

    async def start(self) -> None:
        """Listen. Raises OSError if the port is taken."""
        await self._runner.setup()
        server = self._runner.server
        assert server is not None
        server.request_handler = handler_of(server.request_handler)
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(lambda: self._connection(server), self._host, self.port, backlog=128)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Finish running requests, for two seconds at most, and close."""
        if self._listener is not None:
            self._listener.close()
        await self._runner.cleanup()

    def _connection(self, server: web.Server) -> Connection:
        """Return the handler of a new client, after making room for it.

        Half-sent requests are dropped first, oldest first, then idle connections: so clients that send half a request
        cannot block others. If all connections are being answered, the new client is refused.
        """
        others = [other for other in server.connections if isinstance(other, Connection) and other.is_open]
        is_full = len(others) >= self._limits.connections
        if is_full:
            half_sent = (other for other in others if other.is_half_sent)
            idle = (other for other in others if other.is_idle)
            if (dropped := next(chain(half_sent, idle), None)) is not None:
                dropped.drop()
                is_full = False
        return Connection(server, self._limits, self._headers, refused=is_full)
