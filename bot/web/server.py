"""The HTTP server as app.py starts and stops it."""

from aiohttp import web


class WebServer:
    """Serves one application on one address. Port 0 takes a free one; `port` then says which."""

    def __init__(self, application: web.Application, *, host: str, port: int) -> None:
        self._host = host
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=2.0)
        self.port = port

    async def start(self) -> None:
        """Listen. Raises OSError where the port is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Finish what is under way, for two seconds at most, and close."""
        await self._runner.cleanup()
