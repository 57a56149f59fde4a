"""Notices Discord's limit on the whole bot, which discord.py's `RateLimited` does not tell from that of one channel.

Discord names it in a header of the 429: docs.discord.com/developers/topics/rate-limits, "Header Format".
"""

from types import SimpleNamespace

import aiohttp

from bot.platforms.replies import Pacing
from bot.usecases.ports import RetryLater

_TOO_MANY = 429
_AT_LEAST = 1.0  # seconds, where Discord does not say how long


def watch_global_limit(pacing: Pacing) -> aiohttp.TraceConfig:
    """Return what has `pacing` pause everything as soon as an answer says that the whole bot is too fast."""

    async def ended(_: aiohttp.ClientSession, __: SimpleNamespace, params: aiohttp.TraceRequestEndParams) -> None:
        headers = params.response.headers
        if params.response.status == _TOO_MANY and "X-RateLimit-Global" in headers:
            pacing.on_retry_later("", RetryLater(_seconds(headers.get("Retry-After", ""))))

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace


def _seconds(told: str) -> float:
    try:
        return max(float(told), _AT_LEAST)
    except ValueError:
        return _AT_LEAST
