"""The private chat with the real python-telegram-bot: polling, commands, buttons, edits, pictures, blocks."""

import asyncio
import struct
import zlib
from typing import Any

import pytest
from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Update
from telegram.error import BadRequest, Forbidden, InvalidToken
from telegram.ext import CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot.sandbox.telegram import TelegramSandbox, VerbError
from bot.sandbox.telegram.errors import Refused
from bot.sandbox.telegram.files import MOST_DOCUMENT, Upload

from .conftest import App, ManualClock, application


def png(width: int = 1200, height: int = 630) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + b"\xff" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


BUTTONS = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("5 $", url="https://buy.example.org/5", style="primary")],
        [InlineKeyboardButton("Autre", callback_data="other:1"), InlineKeyboardButton("Rien", callback_data="no")],
        [InlineKeyboardButton("Copier", copy_text=CopyTextButton("abc"))],
    ]
)


def handlers(app: App) -> None:
    async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message and update.effective_user
        await update.message.reply_html(
            f"<b>Bonjour {update.effective_user.first_name}</b> : {context.args}", reply_markup=BUTTONS
        )

    async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        assert message
        await message.reply_text(f"{'corrigé' if update.edited_message else 'reçu'} : {message.text}")

    async def tapped(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query
        if update.callback_query.data == "other:1":
            await update.callback_query.answer("Combien ?", show_alert=True)
            await update.callback_query.edit_message_text("Combien voulez-vous donner ?")

    app.add_handler(CommandHandler("start", start))
    app.add_handler(CallbackQueryHandler(tapped))
    app.add_handler(MessageHandler(filters.TEXT, echo))


async def test_conversation_by_polling_works(sandbox: TelegramSandbox) -> None:
    app = application(sandbox)
    handlers(app)
    async with app:
        await app.start()
        assert app.updater
        await app.updater.start_polling(timeout=5)
        marie = sandbox.add_user("Marie", username="marie_t")

        sandbox.tap_link(marie, f"https://t.me/{sandbox.bot['username']}?start=i_Ab-1")
        card = await sandbox.wait_message(marie, contains="Bonjour")
        assert card["html"] == "<b>Bonjour Marie</b> : ['i_Ab-1']"
        assert [[b["text"] for b in row] for row in card["buttons"]] == [["5 $"], ["Autre", "Rien"], ["Copier"]]
        assert sandbox.view(marie)[0]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]

        opened = await sandbox.tap(marie, marie, card["id"], "5 $")
        assert opened == {"kind": "url", "url": "https://buy.example.org/5"}
        assert (await sandbox.tap(marie, marie, card["id"], "Copier"))["text"] == "abc"
        answer = await sandbox.tap(marie, marie, card["id"], "Autre")
        assert (answer["answered"], answer["text"], answer["show_alert"]) == (True, "Combien ?", True)
        edited = await sandbox.wait_message(marie, contains="Combien voulez-vous")
        assert edited["edited"] and edited["id"] == card["id"] and edited["buttons"] == []
        with pytest.raises(VerbError, match="no button"):
            await sandbox.tap(marie, marie, card["id"], "Autre")

        said = sandbox.say(marie, "dix")
        await sandbox.wait_message(marie, contains="reçu : dix")
        sandbox.edit(marie, said["message_id"], "onze")
        await sandbox.wait_message(marie, contains="corrigé : onze", timeout=3)
        await app.updater.stop()
        await app.stop()
    assert sandbox.sent.total("sendMessage") == 3


async def test_silence_after_a_tap_is_reported(sandbox: TelegramSandbox, bot: Any) -> None:
    marie = sandbox.add_user("Marie")
    sandbox.press_start(marie)
    message = await bot.send_message(marie["id"], "?", reply_markup=BUTTONS)
    answer = await sandbox.tap(marie, marie, message.message_id, "Rien", timeout=0.05)
    assert answer["answered"] is False


async def test_callback_answers_have_rules(sandbox: TelegramSandbox, bot: Any, clock: ManualClock) -> None:
    marie = sandbox.add_user("Marie")
    sandbox.press_start(marie)
    message = await bot.send_message(marie["id"], "?", reply_markup=BUTTONS)

    async def query() -> str:
        tap = asyncio.create_task(sandbox.tap(marie, marie, message.message_id, "Rien", timeout=0.01))
        await tap
        updates = await bot.get_updates(offset=-1)
        return str(updates[-1].callback_query.id)

    first = await query()
    with pytest.raises(BadRequest, match="Url_invalid"):
        await bot.answer_callback_query(first, url="https://checkout.stripe.com/x")
    assert await bot.answer_callback_query(first, url=f"https://t.me/{sandbox.bot['username']}?start=give")
    with pytest.raises(BadRequest, match=r"[Qq]uery is too old"):
        await bot.answer_callback_query(first)
    late = await query()
    clock.now = clock.now.replace(hour=13)
    with pytest.raises(BadRequest, match=r"[Qq]uery is too old"):
        await bot.answer_callback_query(late)


async def test_pictures_can_be_sent_again_and_fetched(sandbox: TelegramSandbox, bot: Any) -> None:
    marie = sandbox.add_user("Marie")
    sandbox.press_start(marie)
    picture = png()
    first = await bot.send_photo(marie["id"], picture, caption="<i>Voici</i>", parse_mode="HTML")
    largest = first.photo[-1]
    assert (largest.width, largest.height) == (1200, 630)
    again = await bot.send_photo(marie["id"], largest.file_id)
    assert again.photo[-1].file_id == largest.file_id
    assert sandbox.photo(first.photo[0].file_id) == picture
    assert bytes(await (await largest.get_file()).download_as_bytearray()) == picture
    other = await again.edit_media(InputMediaPhoto(png(800, 800), caption="neuf"))
    assert other.photo[-1].width == 800 and other.caption == "neuf"
    assert (await other.edit_caption("vieux")).caption == "vieux"
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(marie["id"], b"not a picture")
    with pytest.raises(BadRequest, match="rong remote file identifier"):
        await bot.send_photo(marie["id"], "AgACAgQnope")
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_photo(marie["id"], largest.file_id, caption="x" * 1025)


async def test_documents_keep_their_name_and_bytes(sandbox: TelegramSandbox, bot: Any) -> None:
    marie = sandbox.add_user("Marie")
    sandbox.press_start(marie)
    sent = await bot.send_document(marie["id"], b"PK zip", filename="mydata.zip", caption="<b>a</b>", parse_mode="HTML")
    assert (sent.document.file_name, sent.document.mime_type, sent.document.file_size) == (
        *("mydata.zip", "application/zip"),
        6,
    )
    assert sent.caption == "a" and sandbox.document(sent.document.file_id) == b"PK zip"
    assert sandbox.view(marie)[-1]["document"]["file_name"] == "mydata.zip"
    assert (await sent.edit_caption("b")).document == sent.document
    with pytest.raises(BadRequest, match="non-empty"):
        await bot.send_document(marie["id"], b"", filename="empty.zip")
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_document(marie["id"], b"a", filename="a.zip", caption="x" * 1025)
    with pytest.raises(VerbError):
        sandbox.document("nope")


def test_document_over_50_mb_is_refused(sandbox: TelegramSandbox) -> None:
    with pytest.raises(Refused, match="too big"):
        sandbox.world.files.add_document(Upload(bytes(MOST_DOCUMENT + 1), "a.zip"))


async def test_edit_delete_pin_copy_and_react(sandbox: TelegramSandbox, bot: Any) -> None:
    marie = sandbox.add_user("Marie")
    sandbox.press_start(marie)
    message = await bot.send_message(marie["id"], "a", reply_markup=BUTTONS)
    with pytest.raises(BadRequest, match="not modified"):
        await message.edit_text("a", reply_markup=BUTTONS)
    assert (await message.edit_reply_markup(None)).reply_markup is None
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("b", marie["id"], 999)
    with pytest.raises(BadRequest, match="no caption in the message"):
        await message.edit_caption("b")
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("b", marie["id"], 1)
    assert await message.pin() and sandbox.view(marie)[-1]["pinned"]
    assert await message.set_reaction("👍")
    copy = await message.copy(marie["id"])
    assert sandbox.view(marie)[-1]["id"] == copy.message_id
    reply = await message.reply_text("b", do_quote=True)
    assert reply.reply_to_message.message_id == message.message_id
    assert await message.delete()
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await message.delete()
    assert await bot.send_chat_action(marie["id"], "typing")


async def test_only_people_who_started_the_bot_can_be_written_to(sandbox: TelegramSandbox, bot: Any) -> None:
    marie = sandbox.add_user("Marie")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(marie["id"], "a")
    with pytest.raises(BadRequest, match=r"[Cc]hat not found"):
        await bot.send_message(5, "a")
    sandbox.press_start(marie)
    await bot.send_message(marie["id"], "a")
    sandbox.block(marie)
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(marie["id"], "b")
    with pytest.raises(VerbError):
        sandbox.say(marie, "psst")
    sandbox.press_start(marie)
    await bot.send_message(marie["id"], "c")
    updates = await bot.get_updates()
    changes = [(u.my_chat_member.old_chat_member.status, u.my_chat_member.new_chat_member.status)
               for u in updates if u.my_chat_member]  # fmt: skip
    assert changes == [("member", "kicked"), ("kicked", "member")]


async def test_wrong_token_is_refused(sandbox: TelegramSandbox) -> None:
    app = application(sandbox, token="123456:wrong")
    with pytest.raises(InvalidToken):
        await app.initialize()
    await app.bot.shutdown()


async def test_profile_is_stored_by_scope_and_language(sandbox: TelegramSandbox, bot: Any) -> None:
    await bot.set_my_commands([("give", "Give"), ("help", "Help")])
    await bot.set_my_commands([("donner", "Faire un don")], language_code="fr")
    assert [c.command for c in await bot.get_my_commands()] == ["give", "help"]
    assert [c.command for c in await bot.get_my_commands(language_code="fr")] == ["donner"]
    await bot.delete_my_commands(language_code="fr")
    assert not await bot.get_my_commands(language_code="fr")
    await bot.set_my_description("Donner", "fr")
    assert (await bot.get_my_description("fr")).description == "Donner"
    await bot.set_my_short_description("Donner")
    await bot.set_my_name("Obole")
    assert (await bot.get_my_name("en")).name == "Obole"
    await bot.set_chat_menu_button()
    with pytest.raises(BadRequest):
        await bot.set_my_commands([("Donner", "Faire un don")])
