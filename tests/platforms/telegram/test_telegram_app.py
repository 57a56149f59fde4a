"""Starting, receiving updates by polling or webhook, stopping; and no token in any error or log."""

import asyncio
import json
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import Bot

from bot.platforms.telegram.app import TelegramApp
from bot.platforms.telegram.polling import POLL_SECONDS
from bot.platforms.telegram.transport import AiohttpRequest
from bot.sandbox.telegram import TelegramSandbox
from bot.usecases.context import Context
from bot.usecases.ports import Rejected, RetryLater
from tests.platforms.telegram.fake_router import FakeRouter
from tests.waiting import until

SECRET = "webhook-secret_1"
HANGS = 30  # seconds; what waits for it takes longer than half of them


@asynccontextmanager
async def our_web() -> AsyncIterator[tuple[str, list[TelegramApp], list[int]]]:
    """The webhook's address, as bot.web would serve it; the app to pass updates to; the statuses it gave."""
    apps: list[TelegramApp] = []
    statuses: list[int] = []

    async def webhook(request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        statuses.append(await apps[0].handle_webhook(await request.read(), secret))
        return web.Response(status=statuses[-1])

    application = web.Application()
    application.router.add_post("/webhooks/telegram", webhook)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}/webhooks/telegram", apps, statuses
    finally:
        await runner.cleanup()


def message_update(number: int, text: str = "hi") -> bytes:
    sender = {"id": 7, "is_bot": False, "first_name": "Ana"}
    chat = {"id": 7, "type": "private", "first_name": "Ana"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": sender, "text": text}
    return json.dumps({"update_id": number, "message": message}).encode()


async def test_start_learns_name_and_sets_menus(app: TelegramApp, ctx: Context, sandbox: TelegramSandbox) -> None:
    assert ctx.identity.telegram_username == "obole_demo_bot"
    async with Bot(sandbox.token, base_url=f"{sandbox.url}/bot", request=AiohttpRequest()) as bot:
        menus = {code: await bot.get_my_commands(language_code=code) for code in (None, "en", "fr")}
    names = {code: [command.command for command in menu] for code, menu in menus.items()}
    assert names == {
        None: ["give", "mygifts", "invite", "preferences", "help", "monthly"],
        "en": ["give", "mygifts", "invite", "preferences", "help", "monthly"],
        "fr": ["donner", "mesdons", "inviter", "preferences", "aide", "mensuel"],
    }
    assert menus["fr"][0].description == ctx.catalog.text("fr", "command-give")


async def test_webhook_updates_are_answered(ctx: Context, sandbox: TelegramSandbox, router: FakeRouter) -> None:
    async with our_web() as (url, apps, statuses):
        app = TelegramApp(ctx, sandbox.token, sandbox.url, router=router, webhook_url=url, webhook_secret=SECRET)
        apps.append(app)
        await app.start()
        ana = sandbox.add_user("Ana")
        sandbox.press_start(ana, payload="g_1")
        assert await sandbox.wait_message(ana, contains="start [g_1]")
        assert statuses == [200]
        assert sandbox.state()["webhook"]["allowed_updates"] == [
            "message",
            "edited_message",
            "callback_query",
            "my_chat_member",
            "chat_member",
            "inline_query",
            "chosen_inline_result",
        ]
        await app.stop()


async def test_webhook_without_secret_is_refused(ctx: Context, router: FakeRouter) -> None:
    app = TelegramApp(ctx, "1:x", router=router, webhook_url="https://a.example/w", webhook_secret=SECRET)
    for secret in (None, "", "webhook-secret_2", SECRET + "x", "é", "\udcff\udcfe"):
        assert await app.handle_webhook(message_update(1), secret) == 403
    assert await app.handle_webhook(b"not json", SECRET) == 400
    assert await app.handle_webhook(b"[1]", SECRET) == 200
    assert await app.handle_webhook(message_update(1), SECRET) == 200
    polling = TelegramApp(ctx, "1:x", router=router)
    assert await polling.handle_webhook(message_update(1), "") == 403
    with pytest.raises(ValueError, match="secret"):
        TelegramApp(ctx, "1:x", router=router, webhook_url="https://a.example/w")


async def test_flood_of_updates_is_repeated_later(ctx: Context, router: FakeRouter) -> None:
    app = TelegramApp(ctx, "1:x", router=router, webhook_url="https://a.example/w", webhook_secret=SECRET)
    statuses = [await app.handle_webhook(message_update(n), SECRET) for n in range(1100)]
    assert statuses.count(200) == 1000
    assert statuses[-1] == 503


async def test_stop_is_quick_and_confirms_updates(ctx: Context, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana")
    for life in range(2):
        router = FakeRouter()
        app = TelegramApp(ctx, sandbox.token, sandbox.url, router=router)
        await app.start()
        sandbox.say(ana, f"life {life}")
        await sandbox.wait_message(ana, contains=f"life {life}")
        async with asyncio.timeout(POLL_SECONDS / 2):  # the request for updates that is under way is not waited for
            await app.stop()
        assert len(router.contacts) == 1
    await app.stop()


async def test_stop_ends_while_telegram_hangs(ctx: Context, sandbox: TelegramSandbox, router: FakeRouter) -> None:
    app = TelegramApp(ctx, sandbox.token, sandbox.url, router=router)
    await app.start()
    ana = sandbox.add_user("Ana")
    sandbox.say(ana, "hello")
    await sandbox.wait_message(ana)
    sandbox.set_latency(HANGS)
    sandbox.say(ana, "anybody there?")
    await until(lambda: len(router.contacts) == 2)  # and the answer hangs
    async with asyncio.timeout(HANGS / 2):
        await app.stop()


async def test_polling_continues_after_trouble(
    app: TelegramApp, sandbox: TelegramSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.force_5xx(1, method="getUpdates")
    ana = sandbox.add_user("Ana")
    sandbox.say(ana, "first")
    await sandbox.wait_message(ana, contains="first")
    sandbox.say(ana, "second")
    assert await sandbox.wait_message(ana, contains="second", timeout=3)
    assert "polling Telegram failed" in caplog.text


async def test_wrong_token_is_reported_without_showing_it(
    ctx: Context, sandbox: TelegramSandbox, router: FakeRouter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    app = TelegramApp(ctx, "99:wrong-token", sandbox.url, router=router)
    with pytest.raises(Rejected) as caught:
        await app.start()
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(app) + repr(app._bot)
    assert "wrong-token" not in shown
    assert caught.value.__context__ is None


async def test_unreachable_telegram_at_start_is_retried(ctx: Context, router: FakeRouter) -> None:
    app = TelegramApp(ctx, "99:wrong-token", "http://127.0.0.1:9", router=router)
    with pytest.raises(RetryLater) as caught:
        await app.start()
    assert "wrong-token" not in "".join(traceback.format_exception(caught.value))


async def test_menus_that_cannot_be_set_do_not_stop_the_bot(
    ctx: Context, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    sandbox.force_5xx(1, method="setMyCommands")
    app = TelegramApp(ctx, sandbox.token, sandbox.url, router=router)
    await app.start()
    ana = sandbox.add_user("Ana")
    sandbox.say(ana, "hello")
    assert await sandbox.wait_message(ana)
    await app.stop()
