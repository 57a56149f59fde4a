"""How fast the bot may write, and what happens when it writes faster.

Whether a flood wait applies to one chat or the whole bot is not documented, and public evidence conflicts, so the
sandbox plays both (`Limits.flood_waits`):

- "chat": python-telegram-bot says of `AIORateLimiter` that halting everything "may be stricter than necessary in some
  cases, e.g. the bot may hit a rate limit in one group but might still be allowed to send messages in another group"
  (docs.python-telegram-bot.org); tdlib/telegram-bot-api#535 describes the same.
- "bot": according to widely copied guides, every request of the bot is refused until `retry_after` is over; and TDLib's
  author says that a client cannot tell a limit for one chat from one for all (tdlib/td#715).

Calls that send no message have their own, unpublished limits: "limit, explicit or implicit, exists for
every method" (tdlib/td#1019).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.telegram.errors import too_many

MOST_CHATS = 50_000


@dataclass(frozen=True)
class Limits:
    """Messages (edits too) that Telegram accepts before it answers 429.

    overall: in any one second, all chats together.
    per_chat: in one chat, a second, on average over `chat_window` seconds. Telegram tolerates short bursts in
        a chat: the default lets 5 messages through at once, then one a second. chat_window=1 is the documented limit.
    per_group_minute: in one group or channel, in any one minute.
    per_method: calls of one method that sends no message, in any one second.
    flood_waits: what a wait for one chat blocks: that chat, or the whole bot.
    """

    overall: int = 30
    per_chat: float = 1
    per_group_minute: int = 20
    chat_window: float = 5
    per_method: int = 30
    flood_waits: Literal["chat", "bot"] = "chat"


class Pace:
    """Sliding windows over a monotonic clock, in seconds. With limits=None only forced floods refuse."""

    def __init__(self, limits: Limits | None, monotonic: Callable[[], float]) -> None:
        self.limits, self.monotonic = limits, monotonic
        self.flood_until = 0.0
        self._chat_floods: dict[int, float] = {}  # until when, by chat
        self._all: deque[float] = deque()
        self._methods: dict[str, deque[float]] = {}
        self._chats: dict[tuple[int, bool], deque[float]] = {}

    def flood(self, seconds: float) -> None:
        """Refuse everything for this long."""
        self.flood_until = max(self.flood_until, self.monotonic() + seconds)

    def flood_chat(self, chat_id: int | None, seconds: float) -> None:
        """Refuse calls to this chat for this long, or all calls where waits apply to the whole bot."""
        if chat_id is None or (self.limits is not None and self.limits.flood_waits == "bot"):
            self.flood(seconds)
        else:
            until = self.monotonic() + seconds
            self._chat_floods[chat_id] = max(self._chat_floods.get(chat_id, 0.0), until)

    def end_floods(self) -> None:
        """End all flood waits."""
        self.flood_until = 0.0
        self._chat_floods.clear()

    def check_flood(self, chat_id: int | None = None) -> None:
        """Raise Refused (429) during a flood wait, of everything or of this chat."""
        until = self.flood_until
        if chat_id is not None:
            until = max(until, self._chat_floods.get(chat_id, 0.0))
        left = until - self.monotonic()
        if left > 0:
            raise too_many(math.ceil(left))

    def admit_call(self, method: str) -> None:
        """Count a call that sends no message. Raises Refused (429) if its method is called too often."""
        if self.limits is None:
            return
        times, now = self._methods.setdefault(method, deque()), self.monotonic()
        if self._full(times, now, 1, self.limits.per_method):
            if self.limits.flood_waits == "bot":
                self.flood(1)
            raise too_many(1)
        times.append(now)

    def admit(self, chat_id: int | None, group: bool) -> None:
        """Raise Refused (429) if one more message to this chat would be too many.

        Above the overall limit everything is refused until the wait is over; above a chat's limit, that chat, or
        everything where flood waits apply to the whole bot.
        """
        limits, now = self.limits, self.monotonic()
        if limits is None:
            return
        if self._full(self._all, now, 1, limits.overall):
            self.flood(1)
            raise too_many(1)
        if chat_id is None:
            return
        for window, most in self._windows(chat_id, group):
            span = 60.0 if window[1] else limits.chat_window
            sent = self._chats.get(window)
            if sent and self._full(sent, now, span, most):
                wait = max(1, math.ceil(sent[0] + span - now))
                if limits.flood_waits == "bot":
                    self.flood(wait)
                raise too_many(wait)

    def count(self, chat_id: int | None, group: bool) -> None:
        """Count an accepted message."""
        if self.limits is None:
            return
        now = self.monotonic()
        self._all.append(now)
        if chat_id is None:
            return
        if len(self._chats) > MOST_CHATS:
            self._forget(now)
        for window, _ in self._windows(chat_id, group):
            self._chats.setdefault(window, deque()).append(now)

    def _windows(self, chat_id: int, group: bool) -> list[tuple[tuple[int, bool], int]]:
        assert self.limits is not None
        per_chat = max(1, int(self.limits.per_chat * self.limits.chat_window))
        windows = [((chat_id, False), per_chat)]
        if group:
            windows.append(((chat_id, True), self.limits.per_group_minute))
        return windows

    def _full(self, sent: deque[float], now: float, span: float, most: int) -> bool:
        while sent and sent[0] <= now - span:
            sent.popleft()
        return len(sent) >= most

    def _forget(self, now: float) -> None:
        self._chats = {key: sent for key, sent in self._chats.items() if sent and sent[-1] > now - 60}
