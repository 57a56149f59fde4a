"""Detect Discord's limit on the whole bot, which discord.py's `RateLimited` does not distinguish from a channel's.

Discord marks it in a header of the 429: docs.discord.com/developers/topics/rate-limits, "Header Format".
"""

from types import SimpleNamespace

import aiohttp

from bot.platforms.replies import Pacing
from bot.usecases.ports import RetryLater

_TOO_MANY = 429
_AT_LEAST = 1.0  # seconds, also if Discord names no pause


def watch_global_limit(pacing: Pacing) -> aiohttp.TraceConfig:
    """Return a trace that pauses everything when a response says that the whole bot is too fast."""

    async def ended(_: aiohttp.ClientSession, __: SimpleNamespace, params: aiohttp.TraceRequestEndParams) -> None:
        headers = params.response.headers
        if params.response.status == _TOO_MANY and "X-RateLimit-Global" in headers:
            pacing.on_retry_later("", RetryLater(_seconds(headers.get("Retry-After", ""))))

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace


def _seconds(header: str) -> float:
    try:
        return max(float(header), _AT_LEAST)
    except ValueError:
        return _AT_LEAST
