"""Limits at their edge, closed values, and what one field says about another."""

from typing import Any

import pytest

from tests.contract.descriptions import service, tightened
from tests.contract.rules import Rules

Case = tuple[str, str, dict[str, Any], dict[str, Any]]

LONG_LINK = '<a href="https://a.example/">' + "x" * 4096 + "</a>"
BUTTON = {"text": "a", "callback_data": "b"}
ROW = {"type": 1, "components": [{"type": 2, "style": 1, "label": "a", "custom_id": "b"}]}
CHAT = {"id": 5, "type": "private", "first_name": "Ana"}
MESSAGE = {
    "message_id": 1,
    "date": 1,
    "chat": CHAT,
    "from": {"id": 5, "is_bot": False, "first_name": "A"},
    "text": "hi",
}
OPTIONS = [{"label": "a", "value": "a"}, {"label": "b", "value": "b"}]

# service, schema, what is right, what is changed to make it wrong (None: left out)
EDGES: list[Case] = [
    ("telegram", "sendMessage", {"chat_id": 5, "text": "x" * 4096}, {"text": "x" * 4097}),
    ("telegram", "sendMessage", {"chat_id": 5, "text": "😀" * 2048}, {"text": "😀" * 2049}),
    ("telegram", "sendMessage", {"chat_id": 5, "text": LONG_LINK, "parse_mode": "HTML"}, {"parse_mode": None}),
    ("telegram", "sendMessage", {"chat_id": 5, "text": "<b>a</b>", "parse_mode": "HTML"}, {"text": "<b>a"}),
    ("telegram", "sendMessage", {"chat_id": 5, "text": "&lt;b&gt;", "parse_mode": "HTML"}, {"text": "<h1>a</h1>"}),
    ("telegram", "sendMessage", {"chat_id": 5, "text": "a", "parse_mode": "HTML"}, {"parse_mode": "html"}),
    ("telegram", "sendMessage", {"chat_id": "@obole_bot", "text": "a"}, {"chat_id": "obole"}),
    ("telegram", "sendPhoto", {"chat_id": 5, "photo": "id", "caption": "x" * 1024}, {"caption": "x" * 1025}),
    ("telegram", "sendDocument", {"chat_id": 5, "document": "id", "caption": "x" * 1024}, {"caption": "x" * 1025}),
    ("telegram", "sendDocument", {"chat_id": 5, "document": "id"}, {"document": None}),
    ("telegram", "InlineKeyboardButton", {**BUTTON, "callback_data": "é" * 32}, {"callback_data": "é" * 33}),
    ("telegram", "InlineKeyboardButton", BUTTON, {"callback_data": ""}),
    ("telegram", "InlineKeyboardButton", BUTTON, {"url": "https://a.example"}),
    ("telegram", "InlineKeyboardButton", BUTTON, {"callback_data": None}),
    ("telegram", "InlineKeyboardButton", {**BUTTON, "style": "danger"}, {"style": "warning"}),
    ("telegram", "InlineKeyboardMarkup", {"inline_keyboard": [[BUTTON] * 8]}, {"inline_keyboard": [[BUTTON] * 9]}),
    ("telegram", "CopyTextButton", {"text": "x" * 256}, {"text": "x" * 257}),
    ("telegram", "answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 200}, {"text": "x" * 201}),
    ("telegram", "setMyCommands", {"commands": [], "language_code": "fr"}, {"language_code": "fr-CA"}),
    ("telegram", "User", {"id": 1, "is_bot": False, "first_name": "A", "language_code": "pt-br"},
     {"language_code": "qq"}),
    ("telegram", "BotCommand", {"command": "give", "description": "x" * 256}, {"description": "x" * 257}),
    ("telegram", "createChatInviteLink", {"chat_id": 1, "name": "x" * 32}, {"name": "x" * 33}),
    ("telegram", "createChatInviteLink", {"chat_id": 1, "member_limit": 1}, {"creates_join_request": True}),
    ("telegram", "editMessageText", {"chat_id": 1, "message_id": 2, "text": "a"}, {"message_id": None}),
    ("telegram", "editMessageText", {"inline_message_id": "a", "text": "a"}, {"chat_id": 1}),
    ("telegram", "Chat", CHAT, {"id": -5}),
    ("telegram", "Chat", CHAT, {"first_name": None}),
    ("telegram", "Message", MESSAGE, {"from": None}),
    ("telegram", "Message", MESSAGE, {"text": None}),
    ("telegram", "Message", {**MESSAGE, "entities": [{"type": "bold", "offset": 0, "length": 2}]}, {"text": "h"}),
    ("telegram", "MessageEntity", {"type": "text_link", "offset": 0, "length": 1, "url": "https://a.example"},
     {"url": None}),
    ("telegram", "error", {"ok": False, "error_code": 429, "description": "a", "parameters": {"retry_after": 1}},
     {"parameters": None}),
    ("discord", "MessageCreateRequest", {"content": "x" * 2000}, {"content": "x" * 2001}),
    ("discord", "MessageCreateRequest", {"content": "a"}, {"content": None, "tts": False}),
    ("discord", "MessageCreateRequest", {"embeds": [{"description": "x" * 3000}] * 2},
     {"embeds": [{"description": "x" * 3001}] * 2}),
    ("discord", "MessageCreateRequest", {"components": [ROW]}, {"components": [ROW, ROW]}),
    ("discord", "MessageCreateRequest", {"flags": 1 << 15, "components": [{"type": 10, "content": "a"}]},
     {"content": "a"}),
    ("discord", "MessageCreateRequest", {"content": "a", "nonce": "x" * 25}, {"nonce": "x" * 26}),
    ("discord", "ButtonComponentForMessageRequest", {"type": 2, "style": 5, "label": "a", "url": "https://a.example"},
     {"custom_id": "a"}),
    ("discord", "ButtonComponentForMessageRequest", {"type": 2, "style": 1, "label": "a", "custom_id": "a"},
     {"custom_id": None}),
    ("discord", "ButtonComponentForMessageRequest", {"type": 2, "style": 1, "label": "x" * 80, "custom_id": "a"},
     {"label": "x" * 81}),
    ("discord", "ActionRowComponentForMessageRequest", ROW, {"components": []}),
    ("discord", "StringSelectComponentForMessageRequest",
     {"type": 3, "custom_id": "a", "options": OPTIONS, "max_values": 2}, {"max_values": 3}),
    ("discord", "MessageAllowedMentionsRequest", {"parse": [], "users": ["1"]}, {"users": ["x"]}),
    ("discord", "ApplicationCommandUpdateRequest", {"name": "give", "description": "x" * 100},
     {"description": "x" * 101}),
    ("discord", "ApplicationCommandUpdateRequest", {"name": "give", "description": "a"}, {"name": "give now"}),
    ("discord", "ApplicationCommandUpdateRequest",
     {"name": "give", "description": "a", "description_localizations": {"fr": "b"}},
     {"description_localizations": {"fr-CA": "b"}}),
    ("discord", "CreateMessageInteractionCallbackRequest", {"type": 4, "data": {"content": "a"}}, {"data": None}),
    ("stripe", "POST /v1/products", {"name": "a", "metadata": {"k" * 40: "v" * 500}},
     {"metadata": {"k" * 41: "v"}}),
    ("stripe", "POST /v1/products", {"name": "a", "metadata": {str(n): "v" for n in range(50)}},
     {"metadata": {str(n): "v" for n in range(51)}}),
    ("stripe", "POST /v1/products", {"name": "a", "metadata": {"k": "v" * 500}}, {"metadata": {"k": "v" * 501}}),
    ("stripe", "POST /v1/products", {"name": "a"}, {"name": ""}),
    ("stripe", "POST /v1/prices", {"currency": "cad", "product": "p", "unit_amount": 500}, {"unit_amount": None}),
    ("stripe", "POST /v1/prices", {"currency": "cad", "product": "p", "unit_amount": 500}, {"currency": "CAD"}),
    ("stripe", "POST /v1/prices", {"currency": "cad", "product": "p", "unit_amount": 99_999_999},
     {"unit_amount": 100_000_000}),
    ("stripe", "POST /v1/refunds", {"payment_intent": "pi_1"}, {"charge": "ch_1"}),
    ("stripe", "POST /v1/payment_links.after_completion", {"type": "redirect", "redirect": {"url": "https://a.example"}},
     {"redirect": None}),
    ("stripe", "POST /v1/payment_links.payment_intent_data", {"statement_descriptor_suffix": "x" * 22},
     {"statement_descriptor_suffix": "x" * 23}),
    ("stripe", "GET /v1/events", {"limit": 100}, {"limit": 101}),
    ("stripe", "GET /v1/events", {"starting_after": "evt_1"}, {"ending_before": "evt_2"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "schema", "right", "changed"), EDGES)
def test_rule_accepts_what_is_right_and_notices_the_change(
    name: str, schema: str, right: dict[str, Any], changed: dict[str, Any]
) -> None:
    sent = service(name).sent
    assert [str(problem) for problem in sent.problems(right, {"$ref": schema})] == []
    wrong = {key: value for key, value in (right | changed).items() if value is not None}
    assert sent.problems(wrong, {"$ref": schema}) != []


def test_rule_about_an_unknown_name_is_refused() -> None:
    schemas = {"a": {"properties": {"b": {"type": "string"}}}}
    with pytest.raises(KeyError, match="not in the description"):
        tightened(schemas, Rules(objects={"c": {}}))
    with pytest.raises(KeyError, match="not in the description"):
        tightened(schemas, Rules(fields={"a": {"c": {"maxLength": 1}}}))
