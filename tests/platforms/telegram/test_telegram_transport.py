"""The transport over a real socket: what was sent, what was not, and the token in no error and no log."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import NetworkError, TimedOut

from bot.platforms.telegram.errors import platform_error
from bot.platforms.telegram.transport import AiohttpRequest, NotSent, keep_secrets_out_of_logs
from bot.usecases.ports import InDoubt, RetryLater

TOKEN = "987654:very-secret-token"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def telegram_that(answer: Answer) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def bot_at(url: str, read_timeout: float = 5) -> AsyncIterator[Bot]:
    """A bot that has not logged in."""
    keep_secrets_out_of_logs()
    request = AiohttpRequest(read_timeout=read_timeout)
    await request.initialize()
    try:
        yield Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=AiohttpRequest())
    finally:
        await request.shutdown()
        await request.shutdown()


async def failure(url: str, read_timeout: float = 5) -> NetworkError:
    async with bot_at(url, read_timeout) as bot:
        with pytest.raises(NetworkError) as caught:
            await bot.send_message(1, "hello")
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert "secret" not in shown
    return caught.value


async def test_words_go_out_as_json_and_files_as_a_form() -> None:
    seen: list[tuple[str, object]] = []

    async def answer(request: web.Request) -> web.Response:
        if request.content_type == "application/json":
            seen.append((request.path, await request.json()))
        else:
            form = await request.post()
            photo = form["photo"]
            assert isinstance(photo, web.FileField)
            seen.append((photo.filename, photo.file.read()))
        return web.json_response({"ok": True, "result": True})

    async with telegram_that(answer) as url, bot_at(url) as bot:
        await bot.set_my_commands([("give", "Donner")], language_code="fr")
        await bot.send_photo(1, b"\x89PNG", filename="bar.png")
    commands = [{"command": "give", "description": "Donner"}]
    assert seen == [
        (f"/bot{TOKEN}/setMyCommands", {"commands": commands, "language_code": "fr"}),
        ("bar.png", b"\x89PNG"),
    ]


async def test_a_closed_port_means_not_sent() -> None:
    error = await failure("http://127.0.0.1:9")
    assert isinstance(error, NotSent)
    assert isinstance(translated := platform_error(error), RetryLater)
    assert not translated.everything


async def test_a_closed_transport_means_not_sent() -> None:
    request = AiohttpRequest()
    with pytest.raises(NotSent):
        await request.post(f"http://127.0.0.1:9/bot{TOKEN}/getMe")


async def test_a_dropped_answer_is_in_doubt() -> None:
    async def drop(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with telegram_that(drop) as url:
        error = await failure(url)
    assert not isinstance(error, NotSent)
    assert isinstance(platform_error(error), InDoubt)
    assert isinstance(platform_error(error, repeatable=True), RetryLater)


async def test_a_late_answer_is_in_doubt() -> None:
    async def wait(request: web.Request) -> web.Response:
        await asyncio.sleep(0.5)
        return web.Response()

    async with telegram_that(wait) as url:
        error = await failure(url, read_timeout=0.05)
    assert isinstance(error, TimedOut)
    assert isinstance(platform_error(error), InDoubt)


async def test_a_redirect_is_not_followed() -> None:
    asked = 0

    async def elsewhere(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        raise web.HTTPFound("/somewhere-else")

    async with telegram_that(elsewhere) as url:
        await failure(url)
    assert asked == 1


async def test_an_answer_that_is_not_json_is_in_doubt() -> None:
    async def nonsense(request: web.Request) -> web.Response:
        return web.Response(text="<html>502 Bad Gateway</html>", status=502)

    async with telegram_that(nonsense) as url:
        assert isinstance(platform_error(await failure(url)), InDoubt)


async def test_debug_logs_do_not_hold_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def fine(request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": True})

    async with telegram_that(fine) as url, bot_at(url) as bot:
        await bot.delete_webhook()
    await failure("http://127.0.0.1:9")
    logged = [r.getMessage() for r in caplog.records if not r.name.startswith("aiohttp.access")]
    assert "secret" not in "\n".join(logged)
