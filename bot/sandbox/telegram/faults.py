"""Faults on request."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.telegram.errors import Refused, too_many
from bot.sandbox.telegram.pace import Pace

# A bot in a flood wait can still receive updates.
NEVER_FLOODED = frozenset({"getUpdates", "getMe", "setWebhook", "deleteWebhook", "getWebhookInfo"})


@dataclass
class Faults:
    """Counters of faults still due. `only` names the one method they affect; None: all but getUpdates."""

    too_many: int = 0
    only_chat: int | None = None  # the only chat that is refused
    retry_after: int = 1
    broken: int = 0
    status: int = 502
    dropped: int = 0
    latency: float = 0
    only: str | None = None

    def concerns(self, method: str) -> bool:
        return method == self.only if self.only else method != "getUpdates"

    def before(self, method: str, chat_id: int | None, pace: Pace) -> None:
        """Refuse a call before it takes effect, if a fault is due. `chat_id`: the chat that the call concerns."""
        if method not in NEVER_FLOODED:
            pace.check_flood(chat_id)
            if self.too_many and self.concerns(method) and self.only_chat in (None, chat_id):
                self.too_many -= 1
                pace.flood_chat(self.only_chat, self.retry_after)
                raise too_many(self.retry_after)
        if self.broken and self.concerns(method):
            self.broken -= 1
            raise Refused(self.status, "Bad Gateway" if self.status == 502 else "Internal Server Error")

    def drops(self, method: str) -> bool:
        """Return whether the answer to this accepted call gets lost."""
        if self.dropped and self.concerns(method):
            self.dropped -= 1
            return True
        return False
