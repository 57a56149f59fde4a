"""What a refusal for being too fast (429) means: which chat pauses, and when it concerns the whole bot.

Public evidence on Telegram's flood waits conflicts. python-telegram-bot's documentation of `AIORateLimiter` and
tdlib/telegram-bot-api#535 report one chat refused while others are not; widely copied guides say that nothing gets
through until the wait ends. So a single refusal counts as its chat's own, and later refusals decide.

Pauses are identified by a key: a chat, or for calls that send no message a method in a chat.
"""

_NEVER = float("-inf")
_TOGETHER = 10.0  # seconds within which refusals of two chats concern the whole bot


class Refusals:
    """The current pauses. Times are seconds of a monotonic clock. A pause is never shortened."""

    def __init__(self) -> None:
        self._paused: dict[str, float] = {}  # end of the pause, by key
        self._recent: dict[str, tuple[float, str]] = {}  # time and chat of the refusals of the last ten seconds
        self.slow_until = _NEVER  # everything leaves at half pace until then

    def add(self, key: str, seconds: float, now: float, *, chat: str, only_this: bool) -> float | None:
        """Pause `key`. Return when a pause of everything ends, or None if only `key` is paused.

        `only_this`: as far as the caller knows, the refusal may concern this key alone.
        """
        self.pause(key, seconds, now)
        self._recent[key] = (now, chat)
        self.slow_until = max(self.slow_until, self._paused[key])
        if only_this and len({where for _, where in self._recent.values()}) == 1:
            return None
        return max(self.paused_until(refusal) for refusal in self._recent)

    def pause(self, key: str, seconds: float, now: float) -> None:
        """Pause `key` without drawing conclusions about anything else."""
        self._drop_expired(now)
        self._paused[key] = max(self._paused.get(key, _NEVER), now + seconds)

    def paused_until(self, key: str) -> float:
        """Return when the pause of `key` ends, or minus infinity if there is none."""
        return self._paused.get(key, _NEVER)

    def _drop_expired(self, now: float) -> None:
        """Drop expired entries, since a bot may write to millions of chats."""
        self._paused = {key: until for key, until in self._paused.items() if until > now}
        self._recent = {key: refusal for key, refusal in self._recent.items() if refusal[0] > now - _TOGETHER}
