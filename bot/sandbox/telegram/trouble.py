"""Faults as verbs."""

from __future__ import annotations

from bot.sandbox.kit import Json
from bot.sandbox.telegram.faults import Faults
from bot.sandbox.telegram.state import World


class TroubleVerbs:
    """Verbs that cause faults of the network and of Telegram. `method`: the only method affected (None: all)."""

    world: World

    def force_429(
        self, times: int = 0, seconds: float = 0, retry_after: int = 1, method: str | None = None,
        chat: int | None = None,
    ) -> None:  # fmt: skip
        """Refuse everything for `seconds`, or the next `times` calls, each starting a flood wait of `retry_after` s.

        A call during such a wait is refused too and does not use up one of the `times`. `chat`: refuse only calls to
        this chat; the scope of the wait is then `Limits.flood_waits`.
        """
        faults = self.world.faults
        faults.too_many, faults.retry_after, faults.only, faults.only_chat = times, retry_after, method, chat
        if seconds:
            self.world.pace.flood(seconds)

    def force_5xx(self, times: int, status: int = 502, method: str | None = None) -> None:
        """Answer the next calls with a server error, before they take effect."""
        self.world.faults.broken, self.world.faults.status, self.world.faults.only = times, status, method

    def drop_answers(self, times: int, method: str | None = None) -> None:
        """Let the next calls take effect and close the connection without an answer."""
        self.world.faults.dropped, self.world.faults.only = times, method

    def set_latency(self, seconds: float) -> None:
        """Wait this long before each call is processed."""
        self.world.faults.latency = seconds

    def send_odd_update(self, kind: str, payload: Json) -> bool:
        """Queue an update with any contents, as a newer Bot API than the bot's library might send it."""
        return self.world.updates.push(kind, payload)

    def clear_faults(self) -> None:
        self.world.faults = Faults()
        self.world.pace.end_floods()
