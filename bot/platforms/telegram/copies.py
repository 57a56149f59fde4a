"""The JSON of messages, written by ourselves; of copies for many people once, and each is assembled from its parts.

python-telegram-bot builds a dozen objects per message and parses the answer into as many; measured, that is most of the
cost of a broadcast.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import TelegramObject
from telegram.constants import ParseMode

from bot.platforms.telegram.render import Rendered
from bot.platforms.telegram.transport import EncodedBody
from content.cards import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedCopies:
    """The JSON of everything but the chat, split where a recipient's reference goes."""

    method: str  # of the Bot API
    parts: tuple[str, ...]
    picture: Picture | None

    def body(self, chat: int | str, reference: str, *, file_id: str | None, silent: bool) -> bytes:
        """Return one person's request body. References are URL-safe and need no escaping."""
        photo = f'"photo":{json.dumps(file_id)},' if file_id is not None else ""
        silence = '"disable_notification":true,' if silent else ""
        return f'{{"chat_id":{json.dumps(chat)},{photo}{silence}{reference.join(self.parts)}'.encode()


def prepare_copies(message: Rendered, mark: str, *, paid: bool) -> PreparedCopies:
    """Write the shared JSON of all copies. `paid`: Telegram may charge Stars for more than 30 a second."""
    shared: dict[str, Any] = {"parse_mode": ParseMode.HTML}
    if message.picture is None:
        shared |= {"text": message.html, "link_preview_options": {"is_disabled": True}}
    else:
        shared |= {"caption": message.html}
    if message.keyboard is not None:
        shared["reply_markup"] = message.keyboard
    if paid:
        shared["allow_paid_broadcast"] = True
    parts = json.dumps(shared)[1:].split(mark)
    method = "sendMessage" if message.picture is None else "sendPhoto"
    return PreparedCopies(method=method, parts=tuple(parts), picture=message.picture)


def encoded(chat: int | str, fields: Mapping[str, Any]) -> EncodedBody:
    """Write the JSON of one message to a chat; fields that are None are left out."""
    plain = {name: value.to_dict() if isinstance(value, TelegramObject) else value for name, value in fields.items()}
    given = {name: value for name, value in plain.items() if value is not None}
    return EncodedBody(json.dumps({"chat_id": chat, **given}).encode(), chat=str(chat))
