"""What each of Discord's refusals means to the rest of the bot. One table, read from top to bottom."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.usecases.ports import InDoubt, PlatformError, Rejected, RetryLater, Unreachable

RECONNECT_SECONDS = 2.0
WRONG_TOKEN_SECONDS = 60.0
TOO_MANY_DMS_SECONDS = 600.0
FLAGGED_SECONDS = 3600.0

ALREADY_ANSWERED = 40060
UNKNOWN_COMMAND = 10063

# The person closed their DMs, blocked the bot, shares no server with it or is gone; or a private answer's token died.
_NOBODY_THERE = {
    10013: "unknown user",
    10015: "the private answer's token is unknown",
    10062: "the interaction is unknown or too old",
    50007: "they take no direct messages from the bot",
    50027: "the private answer's token has expired",
    50278: "they share no server with the bot",
}
# Not this message's fault and no other lane's business: the same send may work later.
_LATER = {
    20026: FLAGGED_SECONDS,  # flagged by the anti-spam system
    30046: TOO_MANY_DMS_SECONDS,  # too many edits of an old message
    40003: TOO_MANY_DMS_SECONDS,  # opening direct messages too fast
}
_NO_MORE_DMS = (20026, 40003)
_REFUSED = {
    10003: "the channel is gone, or the bot never saw it",
    10008: "the message is gone",
    ALREADY_ANSWERED: "answered by somebody else: does another process run with this bot token?",
    50001: "the bot may not see this channel",
    50013: "the bot lacks a permission there: view channel, send messages, embed links, attach files",
}
_MESSAGE_GONE = 10008


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
        case discord.RateLimited():
            return RetryLater(error.retry_after)
        case discord.HTTPException():
            return _refusal(error, repeatable)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.ClientHttpProxyError():
            # nothing was sent
            return RetryLater(RECONNECT_SECONDS, everything=False)
        case aiohttp.ClientError() | OSError():
            return _unsure(repeatable, f"no answer from Discord: {type(error).__name__}")
        case _:
            return Rejected(f"{type(error).__name__}: {error}")


def is_message_gone(error: PlatformError) -> bool:
    """Whether it was refused because the message no longer exists."""
    cause = error.__cause__
    return isinstance(cause, discord.HTTPException) and cause.code == _MESSAGE_GONE


def _refusal(error: discord.HTTPException, repeatable: bool) -> PlatformError:
    if (nobody := _NOBODY_THERE.get(error.code)) is not None:
        return Unreachable(f"{nobody} ({error.code})")
    if (pause := _LATER.get(error.code)) is not None:
        return RetryLater(pause, everything=False, unasked=error.code in _NO_MORE_DMS)
    if (why := _REFUSED.get(error.code)) is not None:
        return Rejected(f"{why} ({error.code})")
    if error.status == 401:  # the token was changed; it is no fault of this message, so it is kept
        return RetryLater(WRONG_TOKEN_SECONDS)
    if error.status == 429:  # without Discord's own headers: the whole address is being kept out
        return RetryLater(TOO_MANY_DMS_SECONDS)
    if error.status >= 500:
        return _unsure(repeatable, f"Discord is having trouble ({error.status})")
    return Rejected(str(error))


def _unsure(repeatable: bool, why: str) -> PlatformError:
    return RetryLater(RECONNECT_SECONDS, everything=False) if repeatable else InDoubt(why)
