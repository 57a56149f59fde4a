"""Telegram's updates as the tap benchmark sends them. The process that sends them imports nothing else."""

import json
from collections.abc import Sequence
from typing import Any

from tests.bench import load

SECRET = "bench-secret"
FIRST_ID = 900_000_000  # of the updates that are measured


class Updates:
    """Telegram's webhook deliveries: the give command, taps on old buttons, amounts as people write them."""

    def __init__(self, users: Sequence[int], campaign_id: int, first_id: int) -> None:
        self._users, self._campaign_id, self._next = users, campaign_id, first_id

    def next(self) -> tuple[bytes, bool]:
        """Return the next person's update. There are enough people that nobody writes twice while waiting."""
        self._next += 1
        user = {"id": self._users[self._next % len(self._users)], "is_bot": False, "first_name": "P"}
        user["language_code"] = "fr"
        kind = self._next % 4
        content = self._tap(user) if kind == 3 else {"message": self._message(user, ("/donner", "/start", "5 $")[kind])}
        body = json.dumps({"update_id": self._next, **content}).encode()
        return load.post("/webhooks/telegram", body, {"X-Telegram-Bot-Api-Secret-Token": SECRET}), True

    def _message(self, user: dict[str, Any], text: str) -> dict[str, Any]:
        chat = {"id": user["id"], "type": "private", "first_name": "P"}
        return {"message_id": self._next, "date": 1_795_392_000, "chat": chat, "from": user, "text": text}

    def _tap(self, user: dict[str, Any]) -> dict[str, Any]:
        data = f"give:{self._campaign_id}:0"
        query = {"id": str(self._next), "from": user, "chat_instance": "1", "data": data}
        return {"callback_query": {**query, "message": self._message(user, "-")}}
