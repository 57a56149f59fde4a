"""Translate Discord's errors into those of the Platform port. One table, read from top to bottom."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.usecases.ports import (
    DmRefusal,
    Gone,
    InDoubt,
    MissingPermission,
    PlatformError,
    Rejected,
    RetryLater,
    Unreachable,
)

RECONNECT_SECONDS = 2.0
WRONG_TOKEN_SECONDS = 60.0
SLOW_SECONDS = 60.0
TOO_MANY_SECONDS = 600.0
FLAGGED_SECONDS = 3600.0

ALREADY_ANSWERED = 40060
# The person closed their DMs, blocked the bot, shares no server with it or is gone; or the answer's token expired.
_NOBODY_THERE = {
    10013: "unknown user",
    10015: "the private answer's token is unknown",
    10062: "the interaction is unknown or too old",
    50007: "they accept no direct messages from the bot",
    50027: "the private answer's token has expired",
    50278: "they share no server with the bot",
}
# The same send may work later, and other messages are not affected. These are all such codes of
# docs.discord.com/developers/topics/opcodes-and-status-codes, "JSON Error Codes".
_LATER = {
    20016: SLOW_SECONDS,  # the channel's slow mode
    20022: TOO_MANY_SECONDS,  # too many edits of an announcement
    20026: FLAGGED_SECONDS,  # flagged by the anti-spam system
    20028: SLOW_SECONDS,  # this channel's write limit
    20029: SLOW_SECONDS,  # this server's write limit
    30046: TOO_MANY_SECONDS,  # too many edits of an old message
    40003: TOO_MANY_SECONDS,  # opening direct messages too fast
    40004: TOO_MANY_SECONDS,  # sending is temporarily disabled
    40006: TOO_MANY_SECONDS,  # a feature is temporarily disabled
    40062: SLOW_SECONDS,  # the service itself is limited
    110001: SLOW_SECONDS,  # an index is not ready
    130000: SLOW_SECONDS,  # overloaded
    400001: TOO_MANY_SECONDS,  # file uploads are temporarily disabled in this server
}
# Both stop direct messages until staff let them go on: bot.usecases.core.direct_messages.
_NO_MORE_DMS: Mapping[int, DmRefusal] = {20026: "flagged", 40003: "too_fast"}
_GONE = {
    10003: "the channel is gone, or was never visible to the bot",
    10008: "the message is gone",
}
# Staff can fix these in the server.
_NO_RIGHT = {
    50001: "the bot cannot see this channel",
    50009: "the channel requires a higher verification level",
    50013: "the bot lacks a permission there: view channel, send messages, embed links, attach files",
    50083: "the thread is archived",
    160005: "the thread is locked",
}
_REFUSED = {
    ALREADY_ANSWERED: "answered already: is another process running with this bot token?",
}


@asynccontextmanager
async def translated(seconds: float, *, repeatable: bool = False) -> AsyncIterator[None]:
    """Translate Discord's errors, and time out after `seconds`.

    `repeatable`: doing it twice is harmless, so nothing is in doubt.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:  # a TimeoutError is an OSError
        raise platform_error(error, repeatable=repeatable) from error


def platform_error(error: Exception, *, repeatable: bool = False) -> PlatformError:
    """Return the PlatformError for a library error."""
    match error:
        case discord.RateLimited():  # one channel's bucket; global_limit.py handles the bot's own limit
            return RetryLater(error.retry_after, flood=True)
        case discord.HTTPException():
            return _refusal(error, repeatable)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.ClientHttpProxyError():
            # nothing was sent
            return RetryLater(RECONNECT_SECONDS, everything=False)
        case aiohttp.ClientError() | OSError():
            return _unsure(repeatable, f"no answer from Discord: {type(error).__name__}")
        case _:
            return Rejected(f"{type(error).__name__}: {error}")


def _refusal(error: discord.HTTPException, repeatable: bool) -> PlatformError:
    if (reason := _NOBODY_THERE.get(error.code)) is not None:
        return Unreachable(f"{reason} ({error.code})")
    if (pause := _LATER.get(error.code)) is not None:
        return RetryLater(pause, everything=False, dms=_NO_MORE_DMS.get(error.code))
    if (reason := _GONE.get(error.code)) is not None:
        return Gone(f"{reason} ({error.code})")
    if (missing := _NO_RIGHT.get(error.code)) is not None:
        return MissingPermission(f"{missing} ({error.code})")
    if (reason := _REFUSED.get(error.code)) is not None:
        return Rejected(f"{reason} ({error.code})")
    if error.status == 401:  # the token was changed, through no fault of this message
        return RetryLater(WRONG_TOKEN_SECONDS)
    # Without Discord's headers or code, our whole IP address is blocked.
    if error.status == 429 or (error.status == 403 and error.code == 0):
        return RetryLater(TOO_MANY_SECONDS)
    if error.status >= 500:
        return _unsure(repeatable, f"Discord is having trouble ({error.status})")
    return Rejected(str(error))


def _unsure(repeatable: bool, reason: str) -> PlatformError:
    return RetryLater(RECONNECT_SECONDS, everything=False) if repeatable else InDoubt(reason)
