"""Webhooks, and the recorded traffic of a whole conversation checked against the Bot API's own description."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import InlineQueryResultArticle, InputMediaPhoto, InputTextMessageContent, Update
from telegram.error import BadRequest, Conflict
from telegram.ext import InlineQueryHandler

from bot.sandbox.telegram import TelegramSandbox
from tests.contract.check import violations
from tests.contract.exchanges import exchanges
from tests.contract.recorder import recording

from .conftest import App, application
from .test_private_chat import BUTTONS, handlers, png

SECRET = "shh-1"


@asynccontextmanager
async def listening(answers: list[int], bodies: asyncio.Queue[Any], app: App | None = None) -> AsyncIterator[str]:
    """Serve a webhook that answers with the given statuses, then 200, and passes updates to PTB."""

    async def hook(request: web.Request) -> web.Response:
        assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == SECRET
        assert request.headers["Content-Type"] == "application/json"
        body = await request.json()
        status = answers.pop(0) if answers else 200
        if status == 200:
            bodies.put_nowait(body)
            if app:
                await app.update_queue.put(Update.de_json(body, app.bot))
        return web.Response(status=status)

    site = web.Application()
    site.router.add_post("/hook", hook)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_webhook_pushes_and_retries(sandbox: TelegramSandbox, bot: Any) -> None:
    bodies: asyncio.Queue[Any] = asyncio.Queue()
    async with listening([500, 503], bodies) as address:
        await bot.set_webhook(f"{address}/hook", secret_token=SECRET, allowed_updates=["message"])
        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates()
        marie = sandbox.add_user("Marie")
        sandbox.say(marie, "un")
        sandbox.block(marie)
        sandbox.press_start(marie)
        async with asyncio.timeout(5):
            pushed = [await bodies.get() for _ in range(2)]
        info = await bot.get_webhook_info()
        assert (info.url == f"{address}/hook" and "503" in info.last_error_message) or "500" in info.last_error_message
        assert {b["message"]["text"] for b in pushed} == {"un", "/start"}
        assert await bot.delete_webhook()
    assert await bot.get_updates() == ()
    for wrong in ({"url": "http://example.org/hook"}, {"url": "https://a.org", "secret_token": "é"},
                  {"url": "https://a.org", "allowed_updates": ["mesage"]}):  # fmt: skip
        with pytest.raises(BadRequest):
            await bot.set_webhook(**wrong)


async def everything(sandbox: TelegramSandbox, app: App) -> None:
    """Use every method and every kind of update."""
    bot = app.bot
    await bot.set_my_commands([("give", "Donner")], language_code="fr")
    await bot.get_my_commands(language_code="fr")
    await bot.set_my_description("Donner")
    await bot.get_my_description()
    await bot.set_my_short_description("Donner")
    await bot.get_my_short_description()
    await bot.get_my_name()
    await bot.set_chat_menu_button()
    await bot.get_chat_menu_button()
    marie = sandbox.add_user("Marie", last_name="Tremblay", username="marie_t")
    sandbox.press_start(marie, "i_1")
    card = await sandbox.wait_message(marie, contains="Bonjour")
    await sandbox.tap(marie, marie, card["id"], "Autre")
    photo = await bot.send_photo(
        marie["id"], png(), caption="<b>a</b> https://a.org", parse_mode="HTML", reply_markup=BUTTONS
    )
    await bot.get_file(photo.photo[-1].file_id)
    await photo.edit_media(InputMediaPhoto(png(90, 90), caption="b"), reply_markup=BUTTONS)
    await photo.edit_caption("c")
    await photo.copy(marie["id"], reply_markup=BUTTONS)
    await photo.pin()
    await bot.get_chat(marie["id"])
    await bot.send_chat_action(marie["id"], "typing")
    await photo.set_reaction("👍")
    await photo.unpin()
    await photo.delete()
    sandbox.block(marie)
    sandbox.unblock(marie)
    sandbox.edit(marie, sandbox.say(marie, "un")["message_id"], "deux")
    await in_groups(sandbox, bot, marie)
    dialog = sandbox.add_dialog(marie, sandbox.add_user("Luc"))
    assert await sandbox.inline(marie, "don")
    await sandbox.choose_inline(marie, "don", "r", dialog)
    await asyncio.sleep(0.3)


async def in_groups(sandbox: TelegramSandbox, bot: Any, marie: Any) -> None:
    for kind in ("group", "supergroup", "channel"):
        chat = sandbox.add_chat(kind, "Amis", bot_is_admin=kind != "group")
        if kind == "group":
            sandbox.promote_bot(chat)
        link = await bot.create_chat_invite_link(chat["id"], name="x", expire_date=2_000_000_000, member_limit=3)
        sandbox.join(marie, chat, link.invite_link)
        await bot.edit_chat_invite_link(chat["id"], link.invite_link, creates_join_request=True)
        sandbox.leave(marie, chat)
        sandbox.join(marie, chat, link.invite_link)
        await bot.approve_chat_join_request(chat["id"], marie["id"])
        await bot.revoke_chat_invite_link(chat["id"], link.invite_link)
        await bot.export_chat_invite_link(chat["id"])
        await bot.get_chat_member(chat["id"], marie["id"])
        await bot.get_chat_member(chat["id"], bot.id)
        await bot.get_chat_administrators(chat["id"])
        await bot.get_chat_member_count(chat["id"])
        post = await bot.send_message(chat["id"], "a")
        await bot.pin_chat_message(chat["id"], post.message_id)
        await bot.get_chat(chat["id"])
        sandbox.say(chat["owner"], "/give 5", chat, reply_to=post.message_id)
        if kind == "group":
            sandbox.migrate(chat)
            with pytest.raises(Exception, match="migrated"):
                await bot.send_message(chat["id"], "b")
        else:
            await bot.leave_chat(chat["id"])


def prepared(sandbox: TelegramSandbox, url: str) -> App:
    app = application(sandbox, url)
    handlers(app)

    async def inline(update: Update, context: Any) -> None:
        assert update.inline_query
        article = InlineQueryResultArticle("r", "Partager", InputTextMessageContent("<b>a</b>", parse_mode="HTML"),
                                           reply_markup=BUTTONS)  # fmt: skip
        await update.inline_query.answer([article], cache_time=60)

    app.add_handler(InlineQueryHandler(inline))
    return app


async def test_polled_traffic_conforms_to_the_description(sandbox: TelegramSandbox, tmp_path: Path) -> None:
    calls = tmp_path / "calls.jsonl"
    async with recording("telegram", sandbox.url, calls) as proxy:
        app = prepared(sandbox, proxy)
        async with app:
            await app.start()
            assert app.updater
            await app.updater.start_polling(timeout=1, allowed_updates=Update.ALL_TYPES)
            await everything(sandbox, app)
            await app.updater.stop()
            await app.stop()
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{proxy}/bot{sandbox.token}/sendMessage", data={"chat_id": "5", "text": "a"}) as answer,
        ):
            assert answer.status == 400
    assert len(exchanges(calls)) > 80
    assert violations(calls) == []


async def test_pushed_traffic_conforms_to_the_description(sandbox: TelegramSandbox, tmp_path: Path) -> None:
    pushes = tmp_path / "pushes.jsonl"
    app = prepared(sandbox, sandbox.url)
    bodies: asyncio.Queue[Any] = asyncio.Queue()
    async with app, listening([], bodies, app) as address, recording("telegram", address, pushes, push=True) as proxy:
        await app.start()
        await app.bot.set_webhook(f"{proxy}/hook", secret_token=SECRET, allowed_updates=Update.ALL_TYPES)
        await everything(sandbox, app)
        await app.bot.delete_webhook()
        await app.stop()
    kinds = {next(k for k in body if k != "update_id") for body in (bodies.get_nowait() for _ in range(bodies.qsize()))}
    assert kinds >= {"message", "edited_message", "channel_post", "callback_query", "inline_query",
                     "chosen_inline_result", "my_chat_member", "chat_member", "chat_join_request"}  # fmt: skip
    assert violations(pushes) == []
