"""discord.py's gateway connection: kept, with pauses that grow, and proof against events that cannot be parsed.

In discord.py a parser that raises ends the whole connection: the next attempt identifies anew (Discord allows 1,000 a
day) and the socket before it stays open.
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

LOOK_SECONDS = 10.0  # that asking for the limit may take
FIRST_PAUSE_SECONDS = 2.0
MAX_PAUSE_SECONDS = 300.0
BETWEEN_SECONDS = 5.0  # between two sessions: Discord allows one in 5 s
_QUICK_SECONDS = 10.0  # a connection that lived for less counts towards growing pauses
_LONGEST_WAIT = 25.0  # seconds, inside of a connection, for which discord.py has 60 in all
_STEADY_SECONDS = 600.0  # a session that lived this long ends a row of short ones
_KNOWS_US = "READY"  # without it nothing works, so its failure ends the connection


def isolate_parsers(client: discord.Client) -> Counter[str]:
    """Have each gateway event parsed by itself; the count, by name, of those that could not be, is kept up to date."""
    unreadable: Counter[str] = Counter()
    parsers: dict[str, Callable[[Any], None]] = client._connection.parsers
    for name, parse in parsers.items():
        if name != _KNOWS_US:
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
    """How many sessions may still be started, and when there are all of them again (seconds)."""

    total: int
    remaining: int
    reset_after: float

    @property
    def share(self) -> float:
        """Seconds to wait before a session is started, so that those that remain last until the reset.

        Nothing while more than half remain. Whoever uses up all has their token reset by Discord; this holds for a
        process that somebody restarts in a loop as well, since Discord does the counting.
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
    """Decides when sessions are started: by Discord's count, and more slowly after sessions that did not last."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._due: float | None = None  # of the next one, once it has been decided
        self._last: float | None = None
        self._short = 0  # sessions in a row that did not last

    async def wait_time(self, client: discord.Client) -> float:
        """Seconds until a session may be started, 0 where it may be now. Asks Discord once for each session."""
        now = self._monotonic()
        if self._due is None:
            limit = await start_limit(client)
            self._due = now + max(limit.share if limit is not None else 0.0, self._pause(now))
        return max(self._due - now, 0.0)

    async def take(self, client: discord.Client) -> None:
        """Start a session, after a short wait where it must. Raises StartLater where the wait is longer."""
        if (wait := await self.wait_time(client)) > _LONGEST_WAIT:
            raise StartLater(wait)
        await asyncio.sleep(wait)
        self._due, self._last = None, self._monotonic()

    def end_well(self) -> None:
        """Note that the last session was ended by ourselves."""
        self._last, self._short = None, 0

    def _pause(self, now: float) -> float:
        """Seconds after the session before, which grow while sessions end soon after they began."""
        if self._last is None:
            return 0.0
        self._short = self._short + 1 if now - self._last < _STEADY_SECONDS else 0
        return max(pause_after(self._short), BETWEEN_SECONDS) if self._short else 0.0


def pause_after(failures: int) -> float:
    """Seconds to wait after so many failures in a row."""
    return min(FIRST_PAUSE_SECONDS * 2 ** min(failures - 1, 10), MAX_PAUSE_SECONDS) if failures else 0.0


async def start_limit(client: discord.Client) -> StartLimit | None:
    """Return what Discord says of sessions that may be started, or None where it does not answer."""
    try:
        async with translated(LOOK_SECONDS, repeatable=True):
            found = (await client.http.request(Route("GET", "/gateway/bot")))["session_start_limit"]
        return StartLimit(int(found["total"]), int(found["remaining"]), found["reset_after"] / 1000)
    except (PlatformError, LookupError, TypeError, ValueError) as error:
        logger.warning("how many sessions Discord still allows is not known: %s", type(error).__name__)
        return None


class _Sockets(Protocol):
    async def ws_connect(self, url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse: ...


class OneSocket:
    """Opens a client's sockets: one at a time, and with growing pauses where they do not last.

    discord.py leaves a socket open, and the thread that sends heartbeats on it running, where what follows on it
    fails; and it reconnects at once, however often, where Discord closes it.
    """

    def __init__(self, client: discord.Client, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        http: _Sockets = client.http
        self._open = http.ws_connect
        self._monotonic = monotonic
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._opened_at = float("-inf")
        self._quick = 0  # sockets in a row that did not last
        http.ws_connect = self.open  # type: ignore[method-assign]

    async def open(self, url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        """Close the socket before, and open one. Raises what aiohttp raises."""
        await self.close()
        self._quick = self._quick + 1 if self._monotonic() - self._opened_at < _QUICK_SECONDS else 0
        if self._quick > 1:
            await asyncio.sleep(min(pause_after(self._quick - 1), _LONGEST_WAIT))
        self._opened_at = self._monotonic()
        self._socket = await self._open(url, compress=compress)
        return self._socket

    async def close(self) -> None:
        """Close what is open. May be called twice."""
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
    """Stay connected until the client is closed. Raises what Discord refuses for good.

    discord.py reconnects by itself, but falls over where the very first attempt fails, and at what it cannot read.
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
