"""discord.py's gateway connection: reconnected with growing pauses, and robust against unreadable events.

In discord.py, a parser that raises ends the whole connection: the next attempt starts a new session (Discord allows
1,000 a day) and leaves the previous socket open.
"""

import asyncio
import functools
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
import discord
from discord.gateway import KeepAliveHandler
from discord.http import Route

from bot.logs import place_of
from bot.platforms.discord.errors import translated
from bot.usecases.ports import PlatformError
from payments.text import storable

logger = logging.getLogger(__name__)

LIMIT_SECONDS = 10.0  # for the request for the limit
FIRST_PAUSE_SECONDS = 2.0
MAX_PAUSE_SECONDS = 300.0
BETWEEN_SECONDS = 5.0  # between two sessions: Discord allows one every 5 s
_QUICK_SECONDS = 10.0  # shorter connections count towards growing pauses
_LONGEST_WAIT = 25.0  # seconds within connecting, for which discord.py allows 60
_STEADY_SECONDS = 600.0  # a session this long ends a series of short ones
_ESSENTIAL = "READY"  # nothing works without it, so its failure ends the connection


def isolate_parsers(client: discord.Client) -> Counter[str]:
    """Make a failing parser skip only its own event. Return a live count of unreadable events by name."""
    unreadable: Counter[str] = Counter()
    parsers: dict[str, Callable[[Any], None]] = client._connection.parsers
    for name, parse in parsers.items():
        if name != _ESSENTIAL:
            parsers[name] = _isolated(name, parse, unreadable)
    return unreadable


def _isolated(name: str, parse: Callable[[Any], None], unreadable: Counter[str]) -> Callable[[Any], None]:
    @functools.wraps(parse)
    def parse_alone(data: Any) -> None:
        try:
            parse(storable(data))
        except Exception as error:
            unreadable[name] += 1
            logger.error(
                "a Discord event (%s) could not be read and is skipped: %s; %d so far",
                name,
                place_of(error),
                unreadable.total(),
            )

    return parse_alone


@dataclass(frozen=True, slots=True)
class StartLimit:
    """How many sessions may still be started, and the seconds until the limit resets."""

    total: int
    remaining: int
    reset_after: float

    @property
    def share(self) -> float:
        """Seconds to wait before a session start so that the rest last until the reset; 0 while over half remain.

        Discord resets the token of a bot that uses up all. As Discord does the counting, this also protects a process
        that is restarted in a loop.
        """
        if self.remaining > self.total / 2:
            return 0.0
        return self.reset_after / max(self.remaining, 1)


class StartLater(Exception):
    """No session may be started yet. Not an error of discord.py's, so it ends `connect`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"a new session in {seconds:.0f} s")
        self.seconds = seconds


class SessionStarts:
    """Decides when to start sessions: by Discord's limit, and more slowly after short sessions."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._due_at: float | None = None  # of the next start, once decided
        self._last_start: float | None = None
        self._short_sessions = 0  # consecutive

    async def wait_time(self, client: discord.Client) -> float:
        """Return the seconds until a session may be started. Asks Discord once per session."""
        now = self._monotonic()
        if self._due_at is None:
            limit = await start_limit(client)
            self._due_at = now + max(limit.share if limit is not None else 0.0, self._pause(now))
        return max(self._due_at - now, 0.0)

    async def take(self, client: discord.Client) -> None:
        """Record a session start, after a short wait if needed. Raises StartLater if the wait is longer."""
        if (wait := await self.wait_time(client)) > _LONGEST_WAIT:
            raise StartLater(wait)
        await asyncio.sleep(wait)
        self._due_at, self._last_start = None, self._monotonic()

    def end_normally(self) -> None:
        """Note that we ended the last session ourselves."""
        self._last_start, self._short_sessions = None, 0

    def _pause(self, now: float) -> float:
        """Return the seconds to wait after the previous session, growing while sessions are short."""
        if self._last_start is None:
            return 0.0
        self._short_sessions = self._short_sessions + 1 if now - self._last_start < _STEADY_SECONDS else 0
        return max(pause_after(self._short_sessions), BETWEEN_SECONDS) if self._short_sessions else 0.0


def pause_after(failures: int) -> float:
    """Return the seconds to wait after `failures` consecutive failures."""
    return min(FIRST_PAUSE_SECONDS * 2 ** min(failures - 1, 10), MAX_PAUSE_SECONDS) if failures else 0.0


async def start_limit(client: discord.Client) -> StartLimit | None:
    """Return Discord's limit on session starts, or None if it does not answer."""
    try:
        async with translated(LIMIT_SECONDS, repeatable=True):
            limit = (await client.http.request(Route("GET", "/gateway/bot")))["session_start_limit"]
        return StartLimit(int(limit["total"]), int(limit["remaining"]), limit["reset_after"] / 1000)
    except (PlatformError, LookupError, TypeError, ValueError) as error:
        logger.warning("Discord's limit on session starts is unknown: %s", type(error).__name__)
        return None


class _Sockets(Protocol):
    async def ws_connect(self, url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse: ...


class OneSocket:
    """Opens a client's sockets one at a time, with growing pauses while they are short-lived.

    discord.py leaves a socket and its heartbeat thread open if the handshake on it fails, and reconnects at once,
    however often, when Discord closes it.
    """

    def __init__(self, client: discord.Client, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        http: _Sockets = client.http
        self._open = http.ws_connect
        self._monotonic = monotonic
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._opened_at = float("-inf")
        self._short_sockets = 0  # consecutive
        http.ws_connect = self.open  # type: ignore[method-assign]

    async def open(self, url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        """Close the previous socket and open a new one. Raises aiohttp's errors."""
        await self.close()
        self._short_sockets = self._short_sockets + 1 if self._monotonic() - self._opened_at < _QUICK_SECONDS else 0
        if self._short_sockets > 1:
            await asyncio.sleep(min(pause_after(self._short_sockets - 1), _LONGEST_WAIT))
        self._opened_at = self._monotonic()
        self._socket = await self._open(url, compress=compress)
        return self._socket

    async def close(self) -> None:
        """Close the open socket, if any."""
        socket, self._socket = self._socket, None
        if socket is None:
            return
        for thread in threading.enumerate():
            if isinstance(thread, KeepAliveHandler) and thread.ws.socket is socket:
                thread.stop()
        with suppress(aiohttp.ClientError, OSError):  # a TimeoutError is an OSError
            async with asyncio.timeout(FIRST_PAUSE_SECONDS):
                await socket.close(code=4000)


async def stay_connected(client: discord.Client, socket: OneSocket) -> None:
    """Stay connected until the client is closed. Raises Discord's permanent refusals.

    discord.py reconnects itself, but gives up if the first attempt fails, or at data that it cannot read.
    """
    failures = 0
    while not client.is_closed():
        try:
            await client.connect()
        except (discord.PrivilegedIntentsRequired, discord.ConnectionClosed):
            raise
        except StartLater as later:
            await socket.close()
            logger.warning("Discord: %s, so that its daily limit is not used up", later)
            await asyncio.sleep(later.seconds)
        except Exception as error:
            if client.is_closed():
                raise
            await socket.close()
            failures += 1
            logger.warning("Discord's gateway cannot be reached: %s", place_of(error))
            await asyncio.sleep(pause_after(failures))
