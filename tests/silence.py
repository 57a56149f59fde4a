"""A proxy in front of PostgreSQL that can go silent: it reads every byte and forwards none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import make_url


class Proxy:
    """Listens on TCP; `url` goes through it. `silent` applies to open and new connections."""

    def __init__(self, url: str) -> None:
        self._real = make_url(url)
        self.silent, self.swallowed = False, 0  # bytes
        self._server: asyncio.Server | None = None
        self._pumps: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The database's address through the proxy."""
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        through = self._real.set(host="127.0.0.1", port=port, query={})
        return through.render_as_string(hide_password=False)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        folder = self._real.query["host"]
        assert isinstance(folder, str)
        far_reader, far_writer = await asyncio.open_unix_connection(str(Path(folder) / ".s.PGSQL.5432"))
        for source, target in ((reader, far_writer), (far_reader, writer)):
            pump = asyncio.create_task(self._pump(source, target))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            try:
                while data := await source.read(65_536):
                    if self.silent:
                        self.swallowed += len(data)
                        continue
                    target.write(data)
                    await target.drain()
            finally:
                target.close()


@asynccontextmanager
async def silent_proxy(url: str) -> AsyncIterator[Proxy]:
    """Yield a proxy in front of this test run's PostgreSQL, which listens on a Unix socket."""
    proxy = Proxy(url)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
