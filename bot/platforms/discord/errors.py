"""What each of Discord's refusals means to the rest of the bot. One table, read from top to bottom."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.usecases.ports import (
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
# The person closed their DMs, blocked the bot, shares no server with it or is gone; or a private answer's token died.
_NOBODY_THERE = {
    10013: "unknown user",
    10015: "the private answer's token is unknown",
    10062: "the interaction is unknown or too old",
    50007: "they take no direct messages from the bot",
    50027: "the private answer's token has expired",
    50278: "they share no server with the bot",
}
# Not this message's fault and no other lane's business: the same send may work later. These are all the codes of
# docs.discord.com/developers/topics/opcodes-and-status-codes, "JSON Error Codes", that say so.
_LATER = {
    20016: SLOW_SECONDS,  # the channel's slow mode
    20022: TOO_MANY_SECONDS,  # too many edits of an announcement
    20026: FLAGGED_SECONDS,  # flagged by the anti-spam system
    20028: SLOW_SECONDS,  # too much is written into this channel
    20029: SLOW_SECONDS,  # too much is written into this server
    30046: TOO_MANY_SECONDS,  # too many edits of an old message
    40003: TOO_MANY_SECONDS,  # opening direct messages too fast
    40004: TOO_MANY_SECONDS,  # sending is switched off for a while
    40006: TOO_MANY_SECONDS,  # a feature is switched off for a while
    40062: SLOW_SECONDS,  # the service itself is limited
    110001: SLOW_SECONDS,  # an index is not ready
    130000: SLOW_SECONDS,  # overloaded
    400001: TOO_MANY_SECONDS,  # this server may upload no files for a while
}
_NO_MORE_DMS = (20026, 40003)
_GONE = {
    10003: "the channel is gone, or the bot never saw it",
    10008: "the message is gone",
}
# What staff can mend in that server.
_NO_RIGHT = {
    50001: "the bot may not see this channel",
    50009: "the channel asks for a higher verification level",
    50013: "the bot lacks a permission there: view channel, send messages, embed links, attach files",
    50083: "the thread is archived",
    160005: "the thread is locked",
}
_REFUSED = {
    ALREADY_ANSWERED: "answered by somebody else: does another process run with this bot token?",
}


@asynccontextmanager
async def translated(seconds: float, *, repeatable: bool = False) -> AsyncIterator[None]:
    """Turn Discord's errors into ours, and end what takes longer than `seconds`.

    `repeatable`: doing it twice is harmless, so nothing is in doubt.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:  # a TimeoutError is an OSError
        raise platform_error(error, repeatable=repeatable) from error


def platform_error(error: Exception, *, repeatable: bool = False) -> PlatformError:
    """Our name for the error."""
    match error:
        case discord.RateLimited():  # the bucket of one channel; global_limit.py sees to the bot's own limit
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
    if (nobody := _NOBODY_THERE.get(error.code)) is not None:
        return Unreachable(f"{nobody} ({error.code})")
    if (pause := _LATER.get(error.code)) is not None:
        return RetryLater(pause, everything=False, unsolicited=error.code in _NO_MORE_DMS)
    if (gone := _GONE.get(error.code)) is not None:
        return Gone(f"{gone} ({error.code})")
    if (lacking := _NO_RIGHT.get(error.code)) is not None:
        return MissingPermission(f"{lacking} ({error.code})")
    if (why := _REFUSED.get(error.code)) is not None:
        return Rejected(f"{why} ({error.code})")
    if error.status == 401:  # the token was changed; it is no fault of this message, so it is kept
        return RetryLater(WRONG_TOKEN_SECONDS)
    # Without Discord's own headers or code the whole address is being kept out.
    if error.status == 429 or (error.status == 403 and error.code == 0):
        return RetryLater(TOO_MANY_SECONDS)
    if error.status >= 500:
        return _unsure(repeatable, f"Discord is having trouble ({error.status})")
    return Rejected(str(error))


def _unsure(repeatable: bool, why: str) -> PlatformError:
    return RetryLater(RECONNECT_SECONDS, everything=False) if repeatable else InDoubt(why)
