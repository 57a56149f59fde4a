"""What is refused: text, entities, buttons, parameters; with Telegram's words."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.sandbox.telegram import TelegramSandbox
from bot.sandbox.telegram.entities import formatted, to_html

from .conftest import ManualClock


def parsed(text: str) -> tuple[str, list[tuple[str, int, int]]]:
    plain, entities = formatted(text, "HTML", None)
    return plain, [(e["type"], e["offset"], e["length"]) for e in entities]


def test_html_becomes_entities_with_utf16_offsets() -> None:
    assert parsed("💛 <b>5 $ &amp; <i>merci</i></b>") == ("💛 5 $ & merci", [("bold", 3, 11), ("italic", 9, 5)])
    assert parsed(" <u>a</u>\n") == ("a", [("underline", 0, 1)])
    assert parsed('<a href="https://a.org/?x=1&amp;y=2">ici</a>') == ("ici", [("text_link", 0, 3)])
    assert parsed("&nbsp;&#233;") == ("&nbsp;é", [])
    assert parsed("/give @marie_t #don a@b.ca https://a.org.") == (
        "/give @marie_t #don a@b.ca https://a.org.",
        [("bot_command", 0, 5), ("mention", 6, 8), ("hashtag", 15, 4), ("email", 20, 6), ("url", 27, 13)],
    )
    assert parsed("<pre><code class='language-py'>x</code></pre>")[1] == [("pre", 0, 1)]
    assert parsed("<blockquote expandable>x</blockquote>")[1] == [("expandable_blockquote", 0, 1)]


@pytest.mark.parametrize(
    "text",
    [
        "💛 <b>5 $ &amp; <i>merci</i></b> &lt;3",
        '<a href="https://a.org/?x=1&amp;y=2">ici</a>',
        '<pre><code class="language-py">x</code></pre>',
        "<tg-spoiler>a</tg-spoiler><s>b</s><blockquote>c</blockquote>",
    ],
)
def test_html_survives_a_round_trip(text: str) -> None:
    assert to_html(*formatted(text, "HTML", None)) == text


BROKEN = ["<b>a", "<b>a</i>", "a</b>", "<p>a</p>", "<br>", "a < b", "<b class='x'>a</b>", "<span>a</span>",
          "<a href='ftp://x'>a</a>", "<b>a</b"]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
async def test_malformed_html_is_refused(sandbox: TelegramSandbox, bot: Any, text: str) -> None:
    marie = sandbox.add_user("Marie")
    sandbox.press_start(marie)
    with pytest.raises(BadRequest, match=r"[Cc]an't parse entities|Sandbox: telegram (ignores|drops)"):
        await bot.send_message(marie["id"], text, parse_mode="HTML")


@pytest.mark.parametrize(
    ("button", "why"),
    [
        ({"callback_data": "é" * 33}, "Button_data_invalid"),
        ({"url": "https://localhost"}, "wrong http url"),
        ({"url": "buy.example.org/5"}, "wrong http url"),
        ({"url": "javascript:alert(1)"}, "wrong http url"),
        ({"callback_data": "a", "url": "https://a.org"}, "one of several actions"),
        ({}, "[Tt]ext buttons"),
        ({"url": "https://a.org", "style": "pink"}, "style"),
        ({"url": "https://a.org", "api_kwargs": {"colour": "red"}}, "unknown field 'colour'"),
        ({"copy_text": {"text": ""}}, "(?i)copy"),
    ],
)
async def test_invalid_buttons_are_refused(sandbox: TelegramSandbox, bot: Any, button: Any, why: str) -> None:
    marie = sandbox.add_user("Marie")
    sandbox.press_start(marie)
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("x", **button)]])
    with pytest.raises(BadRequest, match=why):
        await bot.send_message(marie["id"], "a", reply_markup=markup)


async def test_lengths_count_after_parsing(sandbox: TelegramSandbox, bot: Any) -> None:
    marie = sandbox.add_user("Marie")
    sandbox.press_start(marie)
    assert await bot.send_message(marie["id"], f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    for text, why in (("x" * 4097, "too long"), ("<b> </b>", "empty"), ("", "empty")):
        with pytest.raises(BadRequest, match=why):
            await bot.send_message(marie["id"], text, parse_mode="HTML")
    data = "é" * 32
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data=data)]])
    assert await bot.send_message(marie["id"], "a", reply_markup=markup)


async def test_parameters_are_read_in_every_encoding_and_unknown_ones_refused(sandbox: TelegramSandbox) -> None:
    marie = sandbox.add_user("Marie")
    sandbox.press_start(marie)
    address = f"{sandbox.url}/bot{sandbox.token}/"
    async with aiohttp.ClientSession() as session:

        async def call(method: str, **kwargs: Any) -> tuple[int, Any]:
            async with session.post(address + method, **kwargs) as answer:
                return answer.status, await answer.json()

        fields = {"chat_id": str(marie["id"]), "text": "a"}
        multipart = aiohttp.FormData(fields, default_to_multipart=True)
        for kwargs in ({"data": fields}, {"json": fields}, {"params": fields}, {"data": multipart}):
            status, body = await call("sendMessage", **kwargs)
            assert (status, body["ok"]) == (200, True)
        for extra in ({"colour": "red"}, {"disable_notification": "maybe"}, {"reply_markup": "{"}):
            status, body = await call("sendMessage", json=fields | extra)
            assert (status, body["error_code"], body["ok"]) == (400, 400, False)
        assert (await call("sendmessage", json={"text": "a"}))[0] == 400
        assert (await call("sendPigeon"))[0] == 404


@pytest.mark.parametrize("port", [8081, 8080, 5000])
async def test_webhook_on_another_port_is_refused(bot: Any, port: int) -> None:
    with pytest.raises(BadRequest, match=r"(?i)webhook can be set up only on ports 80, 88, 443 or 8443"):
        await bot.set_webhook(f"https://don.example:{port}/webhooks/telegram")


async def test_webhook_on_an_allowed_port_is_accepted(sandbox: TelegramSandbox, bot: Any) -> None:
    for port in ("", ":88", ":8443"):
        assert await bot.set_webhook(f"https://don.example{port}/webhooks/telegram")
    await bot.delete_webhook()


async def test_message_can_be_deleted_for_two_days(sandbox: TelegramSandbox, bot: Any, clock: ManualClock) -> None:
    marie = sandbox.add_user("Marie")
    sandbox.press_start(marie)
    first = await bot.send_message(marie["id"], "a")
    second = await bot.send_message(marie["id"], "b")
    clock.now += timedelta(hours=48) - timedelta(seconds=1)
    assert await bot.delete_message(marie["id"], first.message_id)
    clock.now += timedelta(seconds=1)
    with pytest.raises(BadRequest, match="can't be deleted for everyone"):
        await bot.delete_message(marie["id"], second.message_id)


async def test_administrator_of_a_group_deletes_old_messages_and_a_member_does_not(
    sandbox: TelegramSandbox, bot: Any, clock: ManualClock
) -> None:
    group = sandbox.add_chat("supergroup", "Équipe")
    sandbox.promote_bot(group)
    kept, gone = [await bot.send_message(group["id"], text) for text in ("a", "b")]
    clock.now += timedelta(hours=49)
    assert await bot.delete_message(group["id"], gone.message_id)
    sandbox.promote_bot(group, admin=False)
    with pytest.raises(BadRequest, match="can't be deleted for everyone"):
        await bot.delete_message(group["id"], kept.message_id)
