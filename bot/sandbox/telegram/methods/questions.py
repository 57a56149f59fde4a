"""Answers that a person waits for: to a tapped button or an inline query."""

from __future__ import annotations

import asyncio
import re

from bot.sandbox.kit import Json
from bot.sandbox.telegram.errors import bad, ours
from bot.sandbox.telegram.markup import inline_keyboard
from bot.sandbox.telegram.methods.messages import caption_content, text_content
from bot.sandbox.telegram.state import World

OLDEST_SECONDS = 60
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
RESULT_FIELDS = {
    "article": {"type", "id", "title", "input_message_content", "reply_markup", "url", "description",
                "thumbnail_url", "thumbnail_width", "thumbnail_height"},
    "photo": {"type", "id", "photo_url", "thumbnail_url", "photo_file_id", "photo_width", "photo_height", "title",
              "description", "caption", "parse_mode", "caption_entities", "show_caption_above_media",
              "reply_markup", "input_message_content"},
}  # fmt: skip
TEXT_FIELDS = {"message_text", "parse_mode", "entities", "link_preview_options"}


def ask(world: World, kind: str, user_id: int) -> tuple[str, asyncio.Future[Json]]:
    """Store a question; return its id and a future for the bot's answer."""
    query_id = str(world.rng.randrange(10**17, 10**18))
    answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
    world.questions[query_id] = {"kind": kind, "user": user_id, "asked": world.now(), "answer": answer}
    if len(world.questions) > 1000:
        del world.questions[next(iter(world.questions))]
    return query_id, answer


def answer_callback(world: World, p: Json) -> bool:
    url = p.get("url")
    if len(p.get("text", "")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    # A callback button can only open a game or a deep link into the bot itself.
    link = rf"https://t\.me/{re.escape(world.bot['username'])}\?start=[A-Za-z0-9_-]{{1,64}}"
    if url and not re.fullmatch(link, url, re.IGNORECASE):
        raise bad("URL_INVALID")
    answer: Json = {k: p[k] for k in ("text", "url") if k in p}
    _record_answer(world, "callback", p["callback_query_id"], {**answer, "show_alert": p.get("show_alert", False)})
    return True


def answer_inline(world: World, p: Json) -> bool:
    results = p["results"]
    if not isinstance(results, list) or len(results) > 50:
        raise bad("RESULTS_TOO_MUCH")
    seen: set[str] = set()
    for result in results:
        _check_result(world, result, seen)
    button = p.get("button")
    if button and (button.keys() - {"text", "start_parameter", "web_app"} or not button.get("text")):
        raise bad("can't parse InlineQueryResultsButton")
    if button and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", button.get("start_parameter", "x")):
        raise bad("START_PARAM_INVALID")
    kept: Json = {k: p[k] for k in ("results", "button", "next_offset", "is_personal") if k in p}
    _record_answer(world, "inline", p["inline_query_id"], {**kept, "cache_time": p.get("cache_time", 300)})
    return True


def message_of_result(world: World, result: Json) -> Json:
    """Return the message a person sends by choosing this result: text or photo, with its buttons."""
    spoken = result.get("input_message_content")
    if spoken:
        content = text_content(spoken, "message_text", "entities")
    else:
        sizes = world.files.photo(result["photo_file_id"]).sizes if "photo_file_id" in result else ()
        content = {"photo": list(sizes), **caption_content(result)}
    if result.get("reply_markup"):
        content["reply_markup"] = result["reply_markup"]
    return content


def _record_answer(world: World, kind: str, query_id: str, answer: Json) -> None:
    question = world.questions.get(query_id)
    if question is None or question["kind"] != kind or world.now() - question["asked"] > OLDEST_SECONDS:
        raise bad(TOO_OLD)
    del world.questions[query_id]
    if not question["answer"].done():
        question["answer"].set_result(answer)


def _check_result(world: World, result: Json, seen: set[str]) -> None:
    kind = result.get("type") if isinstance(result, dict) else None
    if kind not in RESULT_FIELDS:
        raise ours("of inline results only articles and photos are known")
    extra = result.keys() - RESULT_FIELDS[kind]
    if extra:
        raise ours(f"can't parse inline query result: unknown field {sorted(extra)[0]!r}")
    identity = result.get("id", "")
    if not 1 <= len(str(identity).encode()) <= 64 or identity in seen:
        raise bad("RESULT_ID_INVALID")
    seen.add(identity)
    spoken = result.get("input_message_content")
    if spoken and (spoken.keys() - TEXT_FIELDS or "message_text" not in spoken):
        raise bad("can't parse InputTextMessageContent")
    if kind == "article" and not (spoken and result.get("title")):
        raise bad("can't parse inline query result: an article needs a title and its message")
    if kind == "photo" and not ("photo_file_id" in result or {"photo_url", "thumbnail_url"} <= result.keys()):
        raise bad("PHOTO_CONTENT_URL_MISSING")
    if result.get("reply_markup"):
        inline_keyboard(result["reply_markup"])
    message_of_result(world, result)
