"""Keyboards as Telegram accepts them: known fields only, one action per button, its limits in bytes."""

from __future__ import annotations

import json

from bot.sandbox.kit import Json
from bot.sandbox.telegram.entities import is_link
from bot.sandbox.telegram.errors import bad, ours

ACTIONS = {
    "callback_data", "url", "copy_text", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "web_app", "login_url", "callback_game", "pay",
}  # fmt: skip
DECORATION = {"text", "style", "icon_custom_emoji_id"}
STYLES = {"primary", "success", "danger"}
CHOSEN_CHAT = {"query", "allow_user_chats", "allow_bot_chats", "allow_group_chats", "allow_channel_chats"}
REPLY_KEYBOARDS = {
    "keyboard": {"is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective"},
    "remove_keyboard": {"selective"},
    "force_reply": {"input_field_placeholder", "selective"},
}
REPLY_BUTTON = {
    "text", "style", "icon_custom_emoji_id", "request_users", "request_chat", "request_contact",
    "request_location", "request_poll", "request_managed_bot", "web_app",
}  # fmt: skip


def inline_keyboard(markup: Json) -> Json | None:
    """Return the checked inline keyboard, or None if it has no button (which removes it). Raises Refused."""
    _only(markup, {"inline_keyboard"}, "InlineKeyboardMarkup")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('object expected as reply markup: field "inline_keyboard" must be of type Array of Arrays')
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise ours("Telegram shows at most 100 buttons, 8 in a row")
    for row in rows:
        for button in row:
            _check_button(button)
    kept = [row for row in rows if row]
    if len(json.dumps(kept)) > 10_000 * 4:
        raise bad("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def keyboard(markup: Json | None) -> tuple[Json | None, Json | None]:
    """Return (inline keyboard, reply keyboard) of a reply_markup parameter."""
    if not markup:
        return None, None
    if "inline_keyboard" in markup:
        return inline_keyboard(markup), None
    for kind, extras in REPLY_KEYBOARDS.items():
        if kind in markup:
            _only(markup, {kind} | extras, "reply markup")
            if kind == "keyboard":
                _check_reply_buttons(markup["keyboard"])
            return None, markup
    raise bad("object expected as reply markup")


def _only(value: Json, known: set[str], what: str) -> None:
    if not isinstance(value, dict):
        raise bad(f"can't parse {what}: expected an Object")
    extra = value.keys() - known
    if extra:
        raise ours(f"can't parse {what}: unknown field {sorted(extra)[0]!r}")


def _check_reply_buttons(rows: object) -> None:
    if not isinstance(rows, list) or not rows:
        raise bad("can't parse keyboard: expected a non-empty Array of Arrays")
    for row in rows:
        for button in row:
            if isinstance(button, dict):
                _only(button, REPLY_BUTTON, "keyboard button")
            if not (button if isinstance(button, str) else button.get("text")):
                raise bad("can't parse keyboard button: text is empty")


def _check_button(button: Json) -> None:
    _only(button, ACTIONS | DECORATION, "inline keyboard button")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ours("a button without text")
    actions = button.keys() & ACTIONS
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise ours("Telegram takes one of several actions of a button")
    if "style" in button and button["style"] not in STYLES:
        raise ours("unknown style of a button")
    _check_action(actions.pop(), button)


def _check_action(action: str, button: Json) -> None:
    value = button[action]
    if action == "callback_data":
        if not isinstance(value, str) or not 1 <= len(value.encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
    elif action == "url":
        if not isinstance(value, str) or not is_link(value):
            raise bad(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    elif action == "copy_text":
        _only(value, {"text"}, "CopyTextButton")
        if not 1 <= len(value.get("text", "")) <= 256:
            raise bad("BUTTON_COPY_TEXT_INVALID")
    elif action == "switch_inline_query_chosen_chat":
        _only(value, CHOSEN_CHAT, "SwitchInlineQueryChosenChat")
        if not any(value.get(name) for name in CHOSEN_CHAT - {"query"}):
            raise bad("at least one chat type must be allowed for switch_inline_query_chosen_chat")
    elif action in ("web_app", "login_url"):
        if not isinstance(value, dict) or not str(value.get("url", "")).startswith("https://"):
            raise bad("BUTTON_URL_INVALID")
    elif action in ("callback_game", "pay"):
        raise bad("BUTTON_TYPE_INVALID")
    elif not isinstance(value, str) or len(value) > 256:
        raise bad("BUTTON_SWITCH_QUERY_INVALID")
