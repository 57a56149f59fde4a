"""python-telegram-bot's transport: a small `BaseRequest` over aiohttp.

It sends twice as many messages a second as the library's own transport, distinguishes requests that were never sent
from lost answers, and keeps the token (a part of every URL) out of its exceptions.
"""

import asyncio
import json
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.platforms.proxy import proxy_for

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
UPLOAD_SECONDS = 20.0
CONNECTIONS = 128

# Methods that count as a message: their callers have waited for the pacer. Telegram does not say whether an edit counts
# like a new message, so it does here.
_MESSAGES = ("send", "edit", "copy", "delete")
_NO_MESSAGES = ("sendchataction", "editchatinvitelink", "deletewebhook", "deletemycommands")
_TOO_MANY = 429

_HEADERS = {"User-Agent": "Obole"}
_JSON = {"Content-Type": "application/json"}
# ClientHttpProxyError: the proxy could not reach Telegram.
_NO_CONNECTION = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)


Seconds = Any  # float | None, or BaseRequest.DEFAULT_NONE, whose type is private to the library


class NotSent(NetworkError):
    """No connection could be made: the request did not reach Telegram, so a retry is safe."""


def keep_secrets_out_of_logs() -> None:
    """Raise python-telegram-bot's loggers to INFO: at DEBUG they log the token and people's texts.

    Call it before creating a `Bot`, whose constructor already logs its address.
    """
    logger = logging.getLogger("telegram")
    if logger.level < logging.INFO:
        logger.setLevel(logging.INFO)


@dataclass(frozen=True, slots=True)
class EncodedBody:
    """Replaces a RequestData when its JSON is already written, for messages to many people."""

    body: bytes
    chat: str = ""


class Meter(Protocol):
    """Counts calls by method; implemented in bot/delivery. `chat` is empty if a call concerns none."""

    def left(self, chat: str, /) -> Callable[[], None]:
        """Note that a message leaves, whose caller has waited. Return what to call once it is answered."""

    async def call(self, method: str, chat: str, /) -> float:
        """Wait until another call may leave. Return 0, or the seconds of a pause too long to wait out."""

    def call_refused(self, method: str, chat: str, seconds: float, /) -> None:
        """Note that such a call was refused, for `seconds`."""


class AiohttpRequest(BaseRequest):
    """One pool of connections. getUpdates needs a separate one, or its long waits block sending.

    All times are in seconds. Raises NotSent, TimedOut and NetworkError, none of which contains a URL; with a `meter`
    also RetryAfter, for a call that Telegram would refuse now.
    """

    __slots__ = (
        "_connect",
        "_connections",
        "_default_timeout",
        "_free",
        "_meter",
        "_proxies",
        "_read",
        "_session",
        "_write",
    )

    def __init__(
        self,
        *,
        connections: int = CONNECTIONS,
        connect_timeout: float = CONNECT_SECONDS,
        read_timeout: float = READ_SECONDS,
        write_timeout: float = UPLOAD_SECONDS,
        meter: Meter | None = None,
    ) -> None:
        self._meter = meter
        self._connections = connections
        self._free = asyncio.Semaphore(connections)
        self._connect = connect_timeout
        self._read = read_timeout
        self._write = write_timeout
        self._default_timeout = _timeout(connect=connect_timeout, read=read_timeout, write=write_timeout)
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[str, str | None] = {}  # by host; there is one, or two while files are fetched

    @property
    def read_timeout(self) -> float:
        """The default limit for an answer."""
        return self._read

    async def initialize(self) -> None:
        """Open the pool, if it is not open. Needs a running event loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=_HEADERS,
            )

    async def shutdown(self) -> None:
        """Close all connections. May be called twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Parse an answer. Raises TelegramError. The library's own method logs the full text of unreadable answers."""
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("Telegram's answer is not a JSON object")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | EncodedBody | None = None,
        read_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        write_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        connect_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        pool_timeout: Seconds = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return status and body of one call.

        Waiting for a free connection counts towards no timeout: in a rush answers are late, not lost.
        """
        if self._meter is None:
            return await self._request(url, method, request_data, read_timeout, write_timeout, connect_timeout)
        api_method, chat = url.rpartition("/")[2], _chat_of(request_data)
        if is_message(api_method):
            on_answered = self._meter.left(chat)
            answer = await self._request(url, method, request_data, read_timeout, write_timeout, connect_timeout)
            on_answered()
            return answer
        if (wait := await self._meter.call(api_method, chat)) > 0:
            raise RetryAfter(math.ceil(wait))
        answer = await self._request(url, method, request_data, read_timeout, write_timeout, connect_timeout)
        if answer[0] == _TOO_MANY:
            self._meter.call_refused(api_method, chat, _retry_after(answer[1]))
        return answer

    async def _request(
        self,
        url: str,
        method: str,
        request_data: RequestData | EncodedBody | None,
        read_timeout: Seconds,
        write_timeout: Seconds,
        connect_timeout: Seconds,
    ) -> tuple[int, bytes]:
        timeout = self._default_timeout
        if not (connect_timeout is read_timeout is write_timeout is BaseRequest.DEFAULT_NONE):
            timeout = _timeout(
                connect=_or_default(connect_timeout, self._connect),
                read=_or_default(read_timeout, self._read),
                write=_or_default(write_timeout, self._write),
            )
        body, headers = _body(request_data)
        failure: NetworkError
        try:
            async with self._free:
                if self._session is None:  # perhaps only since this call began to wait
                    raise NotSent("the transport is closed")
                async with self._session.request(
                    method,
                    url,
                    data=body,
                    headers=headers,
                    timeout=timeout,
                    allow_redirects=False,  # redirects would carry the token to another host
                    proxy=self._proxy(url),
                ) as response:
                    return response.status, await response.read()
        except _NO_CONNECTION as error:
            failure = NotSent(f"could not connect: {type(error).__name__}")
        except TimeoutError as error:
            failure = TimedOut(f"no answer in time: {type(error).__name__}")
        except (aiohttp.ClientError, OSError) as error:
            failure = NetworkError(f"the connection broke: {type(error).__name__}")
        # Raised out here so that the error that contains the URL is not its context.
        raise failure

    def _proxy(self, url: str) -> str | None:
        """Return the proxy for a URL, cached by host: looking it up reads the environment."""
        host = url[: url.find("/", len("https://"))]
        if host not in self._proxies:
            self._proxies[host] = proxy_for(host)
        return self._proxies[host]


def is_message(method: str) -> bool:
    """Return whether a method of the Bot API sends, changes or deletes a message."""
    name = method.lower()
    return name.startswith(_MESSAGES) and name not in _NO_MESSAGES


def _chat_of(data: RequestData | EncodedBody | None) -> str:
    if data is None:
        return ""
    return data.chat if isinstance(data, EncodedBody) else str(data.parameters.get("chat_id", ""))


def _retry_after(body: bytes) -> float:
    """Return the pause that a refusal asks for, or a second if it names none."""
    try:
        return float(json.loads(body)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return 1.0


def _or_default(value: Seconds, default: float) -> float | None:
    """Return the caller's value (a number, or None for no limit), or the default if there is none."""
    return default if value is BaseRequest.DEFAULT_NONE else value


def _timeout(*, connect: float | None, read: float | None, write: float | None) -> aiohttp.ClientTimeout:
    """Return the timeouts. aiohttp has none for writing, so the sum of the three limits the whole request."""
    limits = (connect, read, write)
    total = None if None in limits else sum(limit for limit in limits if limit is not None)
    return aiohttp.ClientTimeout(total=total, connect=connect, sock_read=read)


def _body(data: RequestData | EncodedBody | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str] | None]:
    """Return the body and its headers: JSON, or a form if there are files."""
    if data is None:
        return None, None
    if isinstance(data, EncodedBody):
        return data.body, _JSON
    if not data.contains_files:
        return json.dumps(data.parameters).encode(), _JSON
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, content_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=content_type)
    return form, None
