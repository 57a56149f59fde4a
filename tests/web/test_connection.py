"""Limits on clients: raw sockets that send half a request, compressed bodies, bytes that are not text."""

import asyncio
import gzip
import logging
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
import pytest

from bot.web.connection import Limits
from bot.web.server import WebServer
from tests.web.conftest import House

SOON = 0.1  # seconds
NEVER = 600.0
WHOLE = b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"
HALF_HEADERS = b"GET /readyz HTTP/1.1\r\nHost: x\r\n"
HALF_BODIES = [
    b"POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
    b"POST /webhooks/telegram HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\nabc",
    b"POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
    b"POST /thanks/not-me HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 10\r\n\r\nabc",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
]
NO_TEXT = b"\xff\xfe\x80"

Serve = Callable[[Limits], AbstractAsyncContextManager[int]]


@pytest.fixture
def serve(house: House) -> Serve:
    """The running server, by its port, with limits of the test's own."""

    @asynccontextmanager
    async def serving(limits: Limits) -> AsyncIterator[int]:
        server = WebServer(house.site(), host="127.0.0.1", port=0, public_url="https://don.example", limits=limits)
        await server.start()
        yield server.port
        await server.stop()

    return serving


async def send(port: int, raw: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw)
    await writer.drain()
    return reader, writer


async def all_until_closed(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the server closes; fails where it never does."""
    try:
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""


async def status_of(port: int) -> int:
    async with aiohttp.ClientSession() as browser, browser.get(f"http://127.0.0.1:{port}/readyz") as answer:
        return answer.status


@pytest.mark.parametrize("raw", [b"", b"GE", HALF_HEADERS, *HALF_BODIES])
async def test_half_a_request_is_closed(serve: Serve, caplog: pytest.LogCaptureFixture, raw: bytes) -> None:
    async with serve(Limits(headers=SOON, exchange=SOON, idle=NEVER)) as port:
        many = [await send(port, raw) for _ in range(20)]
        for reader, writer in many:
            await all_until_closed(reader)
            writer.close()
        assert await status_of(port) == 200
    assert not caplog.records


async def test_trickling_header_gains_no_time(serve: Serve) -> None:
    async with serve(Limits(headers=SOON, exchange=NEVER, idle=NEVER)) as port:
        reader, writer = await send(port, HALF_HEADERS)

        async def trickle() -> None:
            while not writer.is_closing():
                writer.write(b"x")
                await asyncio.sleep(SOON / 10)

        trickling = asyncio.create_task(trickle())
        await all_until_closed(reader)
        trickling.cancel()
        writer.close()


async def test_unread_response_is_dropped(serve: Serve, house: House) -> None:
    house.health = {"ok": True, "long": "x" * 20_000_000}
    async with serve(Limits(headers=NEVER, exchange=SOON, idle=NEVER)) as port:
        _, writer = await send(port, WHOLE)
        async with asyncio.timeout(10):
            with pytest.raises(ConnectionError):
                while True:  # bytes of a next request, until they are refused
                    writer.write(b"x")
                    await writer.drain()
                    await asyncio.sleep(SOON / 10)


async def test_idle_connection_is_kept_for_next_request(serve: Serve) -> None:
    async with serve(Limits(headers=SOON, exchange=SOON, idle=NEVER)) as port:
        reader, writer = await send(port, WHOLE)
        assert b"200" in await reader.readline()
        await reader.readuntil(b'"ok": true}')
        half, other = await send(port, HALF_HEADERS)
        await all_until_closed(half)  # the limits of the idle one would have passed before
        writer.write(WHOLE)
        assert b"200" in await reader.readline()
        writer.close()
        other.close()


@pytest.mark.parametrize("raw", [HALF_HEADERS, HALF_BODIES[0]])
async def test_half_sent_requests_block_nobody(serve: Serve, raw: bytes) -> None:
    async with serve(Limits(headers=NEVER, exchange=NEVER, idle=NEVER, connections=5)) as port:
        held = [await send(port, raw) for _ in range(12)]
        assert [await status_of(port) for _ in range(3)] == [200] * 3
        await all_until_closed(held[0][0])
        for _, writer in held:
            writer.close()


async def test_half_sent_request_makes_room_before_idle_connection(serve: Serve) -> None:
    async with serve(Limits(headers=NEVER, exchange=NEVER, idle=NEVER, connections=2)) as port:
        reader, writer = await send(port, WHOLE)
        await reader.readuntil(b'"ok": true}')
        half, other = await send(port, HALF_HEADERS)
        assert await status_of(port) == 200
        assert await all_until_closed(half) == b""
        writer.write(WHOLE)
        assert b"200" in await reader.readline()
        writer.close()
        other.close()


@pytest.mark.parametrize(
    "path", ["/", "/readyz", "/nowhere", "/thanks/not-me", "/webhooks/stripe", "/webhooks/telegram"]
)
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "GZIP"])
async def test_compressed_bodies_are_refused_unread(serve: Serve, house: House, path: str, encoding: str) -> None:
    bomb = gzip.compress(bytes(50_000_000), 9) if encoding == "gzip" else b"x"
    headers = {"Content-Encoding": encoding, "Content-Type": "application/json"}
    async with serve(Limits()) as port, aiohttp.ClientSession(f"http://127.0.0.1:{port}") as browser:
        tracemalloc.start()
        async with browser.post(path, data=bomb, headers=headers) as answer:
            assert (answer.status, await answer.read()) == (415, b"")
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
        tracemalloc.stop()
    assert not house.webhooks and not house.updates


@pytest.mark.parametrize("raw", HALF_BODIES)
async def test_aborted_upload_logs_nothing(serve: Serve, caplog: pytest.LogCaptureFixture, raw: bytes) -> None:
    caplog.set_level(logging.INFO)
    async with serve(Limits()) as port:
        for stop in ("close", "abort"):
            _, writer = await send(port, raw)
            await status_of(port)
            writer.close() if stop == "close" else writer.transport.abort()
        assert await status_of(port) == 200
    assert not caplog.records


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000 + b"\r\n\r\n",
        b"POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    ],
)
async def test_invalid_request_logs_nothing_and_names_no_version(
    serve: Serve, caplog: pytest.LogCaptureFixture, raw: bytes
) -> None:
    caplog.set_level(logging.INFO)
    async with serve(Limits(headers=SOON, exchange=SOON)) as port:
        reader, writer = await send(port, raw)
        answer = await all_until_closed(reader)
        writer.close()
    assert not caplog.records
    assert b"aiohttp" not in answer and b"Python" not in answer


NAMES = [
    "X-Telegram-Bot-Api-Secret-Token",
    "Stripe-Signature",
    "Accept-Language",
    "User-Agent",
    "X-Forwarded-For",
    "Content-Type",
    "Content-Encoding",
    "Host",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "path", [b"/", b"/webhooks/stripe", b"/webhooks/telegram", b"/thanks?session=%ff", b"/i/%ff%80"]
)
async def test_non_text_header_logs_no_traceback(
    serve: Serve, caplog: pytest.LogCaptureFixture, name: str, path: bytes
) -> None:
    method = b"POST" if b"webhooks" in path else b"GET"
    headers = {"Host": b"x", "Content-Type": b"application/json", "Content-Length": b"2", name: NO_TEXT}
    raw = b"%s %s HTTP/1.1\r\n" % (method, path)
    raw += b"".join(b"%s: %s\r\n" % (key.encode(), value) for key, value in headers.items())
    async with serve(Limits(headers=SOON, exchange=SOON, idle=SOON)) as port:
        reader, writer = await send(port, raw + b"Connection: close\r\n\r\n{}")
        answer = await all_until_closed(reader)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 ") and not answer.startswith(b"HTTP/1.1 5")
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("path", ["/", "/readyz", "/nowhere", "/coin.svg"])
async def test_every_response_sets_hsts_and_names_no_version(serve: Serve, path: str) -> None:
    async with serve(Limits()) as port, aiohttp.request("GET", f"http://127.0.0.1:{port}{path}") as answer:
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert answer.headers["Server"] == "Obole"


async def test_responses_without_https_set_no_hsts(site: aiohttp.ClientSession) -> None:
    async with site.get("/") as answer:
        assert "Strict-Transport-Security" not in answer.headers
