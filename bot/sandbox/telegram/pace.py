"""How fast the bot may write, and what happens when it writes faster."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.telegram.errors import too_many

MOST_CHATS = 50_000


@dataclass(frozen=True)
class Limits:
    """Messages (edits too) that Telegram takes before it answers 429.

    overall: in any one second, all chats together.
    per_chat: in one chat, a second, on average over `chat_window` seconds. Telegram tolerates short bursts in
        a chat: the default lets 5 messages through at once, then one a second. chat_window=1 is the letter of it.
    per_group_minute: in one group or channel, in any one minute.
    """

    overall: int = 30
    per_chat: float = 1
    per_group_minute: int = 20
    chat_window: float = 5


class Pace:
    """Sliding windows over a monotonic clock, in seconds. With limits=None only forced floods refuse."""

    def __init__(self, limits: Limits | None, monotonic: Callable[[], float]) -> None:
        self.limits, self.monotonic = limits, monotonic
        self.flood_until = 0.0
        self._all: deque[float] = deque()
        self._chats: dict[tuple[int, bool], deque[float]] = {}

    def flood(self, seconds: float) -> None:
        """Refuse everything for so long."""
        self.flood_until = max(self.flood_until, self.monotonic() + seconds)

    def check_flood(self) -> None:
        """Raises Refused (429) while a flood wait lasts."""
        left = self.flood_until - self.monotonic()
        if left > 0:
            raise too_many(math.ceil(left))

    def admit(self, chat_id: int | None, group: bool) -> None:
        """Raises Refused (429) when one more message to this chat would be too many.

        Over the overall limit everything is refused until the wait is over, over a chat's limit only that chat.
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
                raise too_many(max(1, math.ceil(sent[0] + span - now)))

    def count(self, chat_id: int | None, group: bool) -> None:
        """One message was accepted."""
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
