"""What a refusal for being too fast (429) means: which chat is paused, and when it is about the whole bot.

Public evidence on Telegram's flood waits conflicts. python-telegram-bot's documentation of `AIORateLimiter` and
tdlib/telegram-bot-api#535 see one chat refused while others are not; widely copied guides say that nothing of the bot
gets through until the wait is over. So one refusal is taken for the chat's own, and what follows it decides.

What is paused is named by a key: a chat, or a method in a chat for calls that send no message.
"""

_NEVER = float("-inf")
_TOGETHER = 10.0  # seconds within which the refusals of two chats are about the whole bot


class Refusals:
    """The pauses that are under way. Times are seconds of a monotonic clock; none is ever shortened."""

    def __init__(self) -> None:
        self._paused: dict[str, float] = {}  # until when, by key
        self._lately: dict[str, tuple[float, str]] = {}  # when it was refused, in which chat; the last ten seconds
        self.slow_until = _NEVER  # everyone goes at half pace until then

    def add(self, key: str, seconds: float, now: float, *, chat: str, own: bool) -> float | None:
        """Pause `key`. Return when everything may go on, or None where only `key` is paused.

        `own`: what else is known does not rule out that the refusal is about this key alone.
        """
        self.pause(key, seconds, now)
        self._lately[key] = (now, chat)
        self.slow_until = max(self.slow_until, self._paused[key])
        if own and len({where for _, where in self._lately.values()}) == 1:
            return None
        return max(self.paused_until(one) for one in self._lately)

    def pause(self, key: str, seconds: float, now: float) -> None:
        """Pause `key`, which says nothing about anything else."""
        self._forget(now)
        self._paused[key] = max(self._paused.get(key, _NEVER), now + seconds)

    def paused_until(self, key: str) -> float:
        """When this may go on; minus infinity where it never was refused."""
        return self._paused.get(key, _NEVER)

    def _forget(self, now: float) -> None:
        """What is over is kept no longer: a bot may meet millions of chats."""
        self._paused = {key: until for key, until in self._paused.items() if until > now}
        self._lately = {key: one for key, one in self._lately.items() if one[0] > now - _TOGETHER}
