"""The transport over a real socket: sent or not sent, and no token in any error or log."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TimedOut

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


async def test_text_is_sent_as_json_and_files_as_form() -> None:
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


async def test_closed_port_means_not_sent() -> None:
    error = await failure("http://127.0.0.1:9")
    assert isinstance(error, NotSent)
    assert isinstance(translated := platform_error(error), RetryLater)
    assert not translated.everything


async def test_closed_transport_means_not_sent() -> None:
    request = AiohttpRequest()
    with pytest.raises(NotSent):
        await request.post(f"http://127.0.0.1:9/bot{TOKEN}/getMe")


async def test_dropped_answer_is_in_doubt() -> None:
    async def drop(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with telegram_that(drop) as url:
        error = await failure(url)
    assert not isinstance(error, NotSent)
    assert isinstance(platform_error(error), InDoubt)
    assert isinstance(platform_error(error, repeatable=True), RetryLater)


async def test_waiting_for_a_free_connection_loses_no_message() -> None:
    """Only the connecting itself is limited: in a rush messages leave later."""
    waiting, answered = asyncio.Event(), asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        waiting.set()
        await answered.wait()
        return web.json_response({"ok": True})

    request = AiohttpRequest(connections=1, connect_timeout=0.05)
    await request.initialize()
    async with telegram_that(answer) as url:
        calls = [asyncio.create_task(request.do_request(f"{url}/bot/getMe", "POST")) for _ in range(3)]
        await waiting.wait()
        done, _ = await asyncio.wait(calls, timeout=0.2)  # longer than connecting may take
        assert not done
        answered.set()
        assert [status for status, _ in await asyncio.gather(*calls)] == [200, 200, 200]
        await request.shutdown()


async def test_transport_closed_during_the_wait_for_a_connection_means_not_sent() -> None:
    waiting, answered = asyncio.Event(), asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        waiting.set()
        await answered.wait()
        return web.json_response({"ok": True})

    request = AiohttpRequest(connections=1)
    await request.initialize()
    async with telegram_that(answer) as url:
        first, second = (asyncio.create_task(request.do_request(f"{url}/bot/getMe", "POST")) for _ in range(2))
        await waiting.wait()
        await request.shutdown()  # breaks off the first call, so the second one gets its place
        answered.set()
        failures = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(error) for error in failures] == [NetworkError, NotSent]


async def test_late_answer_is_in_doubt() -> None:
    async def wait(request: web.Request) -> web.Response:
        await asyncio.sleep(0.5)
        return web.Response()

    async with telegram_that(wait) as url:
        error = await failure(url, read_timeout=0.05)
    assert isinstance(error, TimedOut)
    assert isinstance(platform_error(error), InDoubt)


async def test_redirect_is_not_followed() -> None:
    asked = 0

    async def elsewhere(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        raise web.HTTPFound("/somewhere-else")

    async with telegram_that(elsewhere) as url:
        await failure(url)
    assert asked == 1


async def test_non_json_answer_is_in_doubt() -> None:
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


class Counted:
    """A meter that writes down what leaves, and may say that a call has to wait."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, ...]] = []
        self.wait = 0.0

    def left(self, chat: str, /) -> Callable[[], None]:
        self.seen.append(("message", chat))
        return lambda: self.seen.append(("answered", chat))

    async def call(self, method: str, chat: str, /) -> float:
        self.seen.append((method, chat))
        return self.wait

    def call_refused(self, method: str, chat: str, seconds: float, /) -> None:
        self.seen.append(("refused", method, chat, str(seconds)))


@asynccontextmanager
async def metered(answer: Answer) -> AsyncIterator[tuple[Bot, Counted]]:
    meter = Counted()
    request = AiohttpRequest(meter=meter)
    await request.initialize()
    async with telegram_that(answer) as url:
        try:
            yield Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=AiohttpRequest()), meter
        finally:
            await request.shutdown()


async def test_every_call_is_counted_by_its_method() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response({"ok": True, "result": True})

    async with metered(answer) as (bot, meter):
        await bot.delete_message(-100, 5)
        await bot.edit_message_text("new", 7, 5)
        await bot.send_chat_action(7, "typing")
        await bot.answer_callback_query("q")
        await bot.approve_chat_join_request(-100, 7)
        await bot.set_my_commands([])
    assert meter.seen == [
        ("message", "-100"),
        ("answered", "-100"),
        ("message", "7"),
        ("answered", "7"),
        ("sendChatAction", "7"),
        ("answerCallbackQuery", ""),
        ("approveChatJoinRequest", "-100"),
        ("setMyCommands", ""),
    ]


async def test_refused_call_reaches_meter_and_paused_call_does_not_leave() -> None:
    asked = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        body = {"ok": False, "error_code": 429, "description": "-", "parameters": {"retry_after": 12}}
        return web.json_response(body, status=429)

    async with metered(answer) as (bot, meter):
        with pytest.raises(RetryAfter):
            await bot.get_chat(-100)
        assert meter.seen[-1] == ("refused", "getChat", "-100", "12.0")
        meter.wait = 3.2
        with pytest.raises(RetryAfter) as caught:
            await bot.get_chat(-100)
    assert asked == 1
    assert "4" in str(caught.value)
