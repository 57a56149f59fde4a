"""A message that goes to many: its JSON is written once, and each person's copy is put together from the parts.

Per message python-telegram-bot's own way builds a dozen objects and reads the answer into as many; measured, that is
most of what a broadcast costs.
"""

import json
from dataclasses import dataclass
from typing import Any

from telegram.constants import ParseMode

from bot.platforms.telegram.render import Rendered
from content.cards import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The JSON of all but the chat, cut where a person's reference goes."""

    method: str  # of the Bot API
    parts: tuple[str, ...]
    picture: Picture | None

    def body(self, chat: int | str, reference: str, *, file_id: str | None, silent: bool) -> bytes:
        """One person's request. References are URL-safe, so they need no escaping."""
        photo = f'"photo":{json.dumps(file_id)},' if file_id is not None else ""
        quiet = '"disable_notification":true,' if silent else ""
        return f'{{"chat_id":{json.dumps(chat)},{photo}{quiet}{reference.join(self.parts)}'.encode()


def make_ready(message: Rendered, mark: str, *, paid: bool) -> Ready:
    """Write what is alike in all copies. `paid`: Telegram may charge Stars for what exceeds 30 a second."""
    alike: dict[str, Any] = {"parse_mode": ParseMode.HTML}
    if message.picture is None:
        alike |= {"text": message.html, "link_preview_options": {"is_disabled": True}}
    else:
        alike |= {"caption": message.html}
    if message.keyboard is not None:
        alike["reply_markup"] = message.keyboard.to_dict()
    if paid:
        alike["allow_paid_broadcast"] = True
    parts = json.dumps(alike)[1:].split(mark)
    method = "sendMessage" if message.picture is None else "sendPhoto"
    return Ready(method=method, parts=tuple(parts), picture=message.picture)
