"""Record what passes between us and a fake service, in both directions, as JSON lines of `Exchange`."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import aiohttp
from aiohttp import WSMsgType, web
from yarl import URL

from tests.contract.exchanges import Exchange

Recorded = dict[tuple[str, bool], Path]  # (service, whether it was pushed to us) -> JSON lines
_NOT_PASSED_ON = frozenset({
    "connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "host",
    "content-length", "content-encoding", "accept-encoding",
})  # fmt: skip
_TOKEN = re.compile(r"^(/file)?/bot[^/]*/")


@asynccontextmanager
async def recording(service: str, upstream: str, out: Path, push: bool = False, port: int = 0) -> AsyncIterator[str]:
    """A proxy in front of `upstream` that appends every exchange to `out`. Yields its URL.

    `push`: it stands between the service and us. Of Discord's gateway, the events are recorded. No header is
    written but the content type, and no bot token.
    """
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
        proxy = _Proxy(session, service, upstream.rstrip("/"), out, push)
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/{path:.*}", proxy.handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            scheme = upstream.partition(":")[0]
            yield f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


@asynccontextmanager
async def listening(folder: Path) -> AsyncIterator[tuple[Callable[[str, str, bool], Awaitable[str]], Recorded]]:
    """Proxies in front of all services, both ways: a function that puts one between, and what was recorded."""
    files: Recorded = {}
    async with AsyncExitStack() as stack:

        async def between(service: str, address: str, push: bool) -> str:
            out = files[service, push] = folder / f"{service}-{'push' if push else 'api'}.jsonl"
            return await stack.enter_async_context(recording(service, address, out, push=push))

        yield between, files


def only_webhooks(file: Path) -> None:
    """Keep what Telegram pushed: browsers come to the same address."""
    pushed = [line for line in file.read_text().splitlines() if '"path": "/webhooks/telegram"' in line]
    file.write_text("\n".join(pushed))


class _Proxy:
    def __init__(self, session: aiohttp.ClientSession, service: str, upstream: str, out: Path, push: bool) -> None:
        self._session, self._service, self._upstream, self._out, self._push = session, service, upstream, out, push

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._websocket(request)
        body = await request.read()
        url = URL(self._upstream + request.raw_path, encoded=True)
        headers = _passed_on(request.headers.items())
        try:
            async with self._session.request(
                request.method, url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                said = await answer.read()
        except aiohttp.ClientConnectionError as error:
            return web.Response(status=502, text=f"{self._upstream}: {error}")
        path, _, query = request.raw_path.partition("?")
        self._write(
            Exchange(
                service=self._service,
                method=request.method,
                path=_TOKEN.sub(r"\1/bot<token>/", path) if self._service == "telegram" else path,
                query=query,
                request_content_type=request.headers.get("Content-Type", ""),
                request_body=_text(body),
                status=answer.status,
                response_body=_text(said),
                push=self._push,
            )
        )
        return web.Response(status=answer.status, body=said, headers=_passed_on(answer.headers.items()))

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Pass frames on. Upstream is asked for plain ones, which clients of Discord's gateway take as well."""
        near = web.WebSocketResponse(max_msg_size=0)
        await near.prepare(request)
        url = URL(self._upstream + request.raw_path, encoded=True).without_query_params("compress")
        async with self._session.ws_connect(url, max_msg_size=0) as far:
            upward = asyncio.create_task(_pump(near, far))
            try:
                async for message in far:
                    self._event(json.loads(message.data))
                    await near.send_str(message.data)
                await near.close(code=far.close_code or 1000)
            finally:
                upward.cancel()
        return near

    def _event(self, frame: dict[str, object]) -> None:
        if frame["op"] == 0:
            body = json.dumps(frame["d"])
            self._write(
                Exchange(
                    service=self._service, method="EVENT", path=str(frame["t"]), status=0, request_body=body, push=True
                )
            )

    def _write(self, exchange: Exchange) -> None:
        with self._out.open("a") as file:
            file.write(json.dumps(asdict(exchange)) + "\n")


async def _pump(source: web.WebSocketResponse, target: aiohttp.ClientWebSocketResponse) -> None:
    async for message in source:
        if message.type is WSMsgType.TEXT:
            await target.send_str(message.data)
    await target.close(code=source.close_code or 1000)


def _passed_on(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in _NOT_PASSED_ON]


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
