"""What a refusal for being too fast (429) means: which chat is paused, and when it is about the whole bot.

Public evidence on Telegram's flood waits conflicts. python-telegram-bot's documentation of `AIORateLimiter` and
tdlib/telegram-bot-api#535 see one chat refused while others are not; widely copied guides say that nothing of the bot
gets through until the wait is over. So one refusal is taken for the chat's own, and what follows it decides.
"""

_NEVER = float("-inf")
_TOGETHER = 10.0  # seconds within which the refusals of two chats are about the whole bot


class Refusals:
    """The pauses that are under way. Times are seconds of a monotonic clock; none is ever shortened."""

    def __init__(self) -> None:
        self._paused: dict[str, float] = {}  # until when, by chat
        self._lately: dict[str, float] = {}  # when it was refused, by chat; the last ten seconds
        self.slow_until = _NEVER  # everyone goes at half pace until then

    def add(self, chat: str, seconds: float, now: float, *, known: bool) -> float | None:
        """Pause a chat. Return when everything may go on, or None where only this chat is paused.

        `known`: the chat was written to in the last minute besides, so that the refusal can be its own fault.
        """
        self._forget(now)
        self._paused[chat] = max(self._paused.get(chat, _NEVER), now + seconds)
        self._lately[chat] = now
        self.slow_until = max(self.slow_until, self._paused[chat])
        if known and len(self._lately) == 1:
            return None
        return max(self.paused_until(one) for one in self._lately)

    def paused_until(self, chat: str) -> float:
        """When this chat may be written to again; minus infinity where it never was refused."""
        return self._paused.get(chat, _NEVER)

    def _forget(self, now: float) -> None:
        """What is over is kept no longer: a bot may meet millions of chats."""
        self._paused = {chat: until for chat, until in self._paused.items() if until > now}
        self._lately = {chat: at for chat, at in self._lately.items() if at > now - _TOGETHER}
