"""The bot's calls and their outcomes: permanent counters, and a bounded log of the last calls."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SentCall:
    at: float  # monotonic seconds
    method: str
    chat_id: int | str | None
    status: int  # as answered, or as it would have been
    message_id: int | None
    answered: bool  # False: it took effect and the answer was dropped


class Sent:
    """`calls` holds the last `keep` calls; `count` counts every call by (method, status)."""

    def __init__(self, keep: int) -> None:
        self.calls: deque[SentCall] = deque(maxlen=keep)
        self.count: Counter[tuple[str, int]] = Counter()
        self.dropped = 0

    def add(self, call: SentCall) -> None:
        self.calls.append(call)
        self.count[call.method, call.status] += 1
        self.dropped += not call.answered

    def total(self, method: str | None = None, status: int = 200) -> int:
        """Return how many calls match: sent.total("sendMessage"), sent.total(status=429)."""
        return sum(n for (name, code), n in self.count.items() if code == status and method in (None, name))

    def summary(self) -> dict[str, Any]:
        by_method: dict[str, dict[str, int]] = {}
        for (name, code), n in sorted(self.count.items()):
            by_method.setdefault(name, {})[str(code)] = n
        return {"accepted": self.total(), "too_many": self.total(status=429), "dropped": self.dropped,
                "by_method": by_method}  # fmt: skip
