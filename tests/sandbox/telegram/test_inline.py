"""Inline mode: queries, cached answers, results that people send to each other."""

import asyncio
from typing import Any

import pytest
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.error import BadRequest

from bot.sandbox.telegram import TelegramSandbox

from .conftest import ManualClock

SHARE = InlineQueryResultArticle(
    "r1",
    "Partager",
    InputTextMessageContent("<b>Donnez</b> avec moi", parse_mode="HTML"),
    reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("Donner", url="https://t.me/obole_demo_bot?start=a")]]),
)


async def answer_next(bot: Any, **kwargs: Any) -> Any:
    """Answer the next inline query and return it."""
    for update in await bot.get_updates(timeout=2):
        await bot.get_updates(offset=update.update_id + 1)
        if update.inline_query:
            await bot.answer_inline_query(update.inline_query.id, [SHARE], **kwargs)
            return update.inline_query
    raise AssertionError("no inline query")


async def test_inline_result_is_shared_into_a_dialog(sandbox: TelegramSandbox, bot: Any) -> None:
    marie, luc = sandbox.add_user("Marie"), sandbox.add_user("Luc")
    dialog = sandbox.add_dialog(marie, luc)
    button = InlineQueryResultsButton("Se connecter", start_parameter="inline")
    results, query = await asyncio.gather(
        sandbox.inline(marie, "don"), answer_next(bot, is_personal=True, cache_time=10, button=button)
    )
    assert query.query == "don" and [r["title"] for r in results] == ["Partager"]
    sent = await sandbox.choose_inline(marie, "don", "r1", dialog)
    seen = sandbox.view(dialog)[-1]
    assert seen["html"] == "<b>Donnez</b> avec moi" and seen["via_bot"] and seen["id"] == sent["message_id"]
    (update,) = await bot.get_updates(timeout=1)
    chosen = update.chosen_inline_result
    assert chosen.result_id == "r1"
    assert await bot.edit_message_text("Merci", inline_message_id=chosen.inline_message_id) is True
    assert sandbox.view(dialog)[-1]["text"] == "Merci"
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.get_chat(dialog["id"])


async def test_answers_are_cached(sandbox: TelegramSandbox, bot: Any, clock: ManualClock) -> None:
    marie, luc = sandbox.add_user("Marie"), sandbox.add_user("Luc")
    await asyncio.gather(sandbox.inline(marie, ""), answer_next(bot))
    assert len(await sandbox.inline(luc, "", timeout=0.05)) == 1
    clock.now = clock.now.replace(minute=10)
    assert await sandbox.inline(luc, "", timeout=0.05) == []
    await bot.get_updates(offset=(await bot.get_updates())[-1].update_id + 1)
    await asyncio.gather(sandbox.inline(marie, "moi"), answer_next(bot, is_personal=True))
    assert await sandbox.inline(luc, "moi", timeout=0.05) == []


async def test_invalid_results_are_refused(sandbox: TelegramSandbox, bot: Any) -> None:
    with pytest.raises(BadRequest, match="too old"):
        await bot.answer_inline_query("1", [SHARE])
    with pytest.raises(BadRequest, match="Result_id_invalid"):
        await bot.answer_inline_query("1", [SHARE, SHARE])
