"""How python-telegram-bot reaches Telegram here: a small `BaseRequest` over aiohttp.

It sends twice as many messages a second as the library's own transport, tells a request that was never
sent from one whose answer was lost, and keeps the token (a part of every URL) out of what it raises.
"""

import json
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.platforms.proxy import proxy_for

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
UPLOAD_SECONDS = 20.0
CONNECTIONS = 128

# Methods that count as a message: whoever calls them has waited for the pacer. Telegram does not say whether an edit
# counts like a new message, so it does here.
_MESSAGES = ("send", "edit", "copy", "delete")
_NO_MESSAGES = ("sendchataction", "editchatinvitelink", "deletewebhook", "deletemycommands")
_TOO_MANY = 429

_HEADERS = {"User-Agent": "Obole"}
_JSON = {"Content-Type": "application/json"}
# ClientHttpProxyError: the proxy made no way to Telegram, so nothing has reached it.
_NO_CONNECTION = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)


class NotSent(NetworkError):
    """No connection could be made: the request did not reach Telegram, so trying again is safe."""


def keep_secrets_out_of_logs() -> None:
    """Raise python-telegram-bot's own loggers to INFO: below that they write the token and people's words.

    Call it before a `Bot` is made, whose constructor already logs its address.
    """
    logger = logging.getLogger("telegram")
    if logger.level < logging.INFO:
        logger.setLevel(logging.INFO)


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """Stands for a RequestData whose JSON is written already: for what goes to many with little difference."""

    body: bytes
    chat: str = ""


class Meter(Protocol):
    """Counts the calls, method by method; bot/delivery has it. `chat` is empty where a call is about none."""

    def left(self, chat: str, /) -> Callable[[], None]:
        """A message leaves, for which somebody has waited. Return what to call once it is answered."""

    async def call(self, method: str, chat: str, /) -> float:
        """Wait until another call may leave. Return the seconds it would still have to wait, 0 where it may leave."""

    def call_refused(self, method: str, chat: str, seconds: float, /) -> None:
        """Such a call was refused for so long."""


class AiohttpRequest(BaseRequest):
    """One pool of connections. Give getUpdates one of its own, or its long waits hold up the sending.

    All times are in seconds. Raises NotSent, TimedOut and NetworkError; none of them names a URL. With a `meter` also
    RetryAfter, for a call that Telegram would refuse now.
    """

    __slots__ = ("_connect", "_connections", "_meter", "_proxies", "_read", "_session", "_usual", "_write")

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
        self._connect = connect_timeout
        self._read = read_timeout
        self._write = write_timeout
        self._usual = _timeout(connect=connect_timeout, read=read_timeout, write=write_timeout)
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[str, str | None] = {}  # by host; there is one, or two while files are fetched

    @property
    def read_timeout(self) -> float:
        """How long an answer may take unless the call says otherwise."""
        return self._read

    async def initialize(self) -> None:
        """Open the pool. Needs a running loop; does nothing when it is open."""
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
        """Read an answer. Raises TelegramError; the library's own method logs the whole of what it cannot read."""
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("Telegram's answer is no JSON object")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | ReadyMade | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of one call. A pool without a free connection counts as not connected."""
        if self._meter is None:
            return await self._request(url, method, request_data, read_timeout, write_timeout, connect_timeout)
        called, chat = url.rpartition("/")[2], _chat_of(request_data)
        if is_message(called):
            arrived = self._meter.left(chat)
            answer = await self._request(url, method, request_data, read_timeout, write_timeout, connect_timeout)
            arrived()
            return answer
        if (wait := await self._meter.call(called, chat)) > 0:
            raise RetryAfter(math.ceil(wait))
        answer = await self._request(url, method, request_data, read_timeout, write_timeout, connect_timeout)
        if answer[0] == _TOO_MANY:
            self._meter.call_refused(called, chat, _retry_after(answer[1]))
        return answer

    async def _request(
        self,
        url: str,
        method: str,
        request_data: RequestData | ReadyMade | None,
        read_timeout: ODVInput[float],
        write_timeout: ODVInput[float],
        connect_timeout: ODVInput[float],
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NotSent("the transport is closed")
        timeout = self._usual
        if not (connect_timeout is read_timeout is write_timeout is BaseRequest.DEFAULT_NONE):
            timeout = _timeout(
                connect=_chosen(connect_timeout, self._connect),
                read=_chosen(read_timeout, self._read),
                write=_chosen(write_timeout, self._write),
            )
        body, headers = _body(request_data)
        failure: NetworkError
        try:
            # Redirects would carry the token to another host.
            async with self._session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
                proxy=self._proxy(url),
            ) as response:
                return response.status, await response.read()
        except _NO_CONNECTION as error:
            failure = NotSent(f"could not connect: {type(error).__name__}")
        except TimeoutError as error:
            failure = TimedOut(f"no answer in time: {type(error).__name__}")
        except (aiohttp.ClientError, OSError) as error:
            failure = NetworkError(f"the connection broke: {type(error).__name__}")
        # Raised out here so that the error which names the URL is not even its context.
        raise failure

    def _proxy(self, url: str) -> str | None:
        """Looked up once a host: the environment is read, and this is called for each message."""
        host = url[: url.find("/", len("https://"))]
        if host not in self._proxies:
            self._proxies[host] = proxy_for(host)
        return self._proxies[host]


def is_message(method: str) -> bool:
    """Whether a method of the Bot API writes, changes or takes away a message."""
    name = method.lower()
    return name.startswith(_MESSAGES) and name not in _NO_MESSAGES


def _chat_of(data: RequestData | ReadyMade | None) -> str:
    if data is None:
        return ""
    return data.chat if isinstance(data, ReadyMade) else str(data.parameters.get("chat_id", ""))


def _retry_after(body: bytes) -> float:
    """The pause that a refusal asks for; a second where it does not say."""
    try:
        return float(json.loads(body)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return 1.0


def _chosen(value: ODVInput[float], default: float) -> float | None:
    """What the caller asked for: a number, None for no limit, or nothing, which means the default."""
    return default if isinstance(value, DefaultValue) else value


def _timeout(*, connect: float | None, read: float | None, write: float | None) -> aiohttp.ClientTimeout:
    """aiohttp has no time limit for writing, so the three together limit the whole."""
    limits = (connect, read, write)
    total = None if None in limits else sum(limit for limit in limits if limit is not None)
    return aiohttp.ClientTimeout(total=total, connect=connect, sock_read=read)


def _body(data: RequestData | ReadyMade | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str] | None]:
    """What is sent and what it is: JSON, or a form where files go with it."""
    if data is None:
        return None, None
    if isinstance(data, ReadyMade):
        return data.body, _JSON
    if not data.contains_files:
        return json.dumps(data.parameters).encode(), _JSON
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, content_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=content_type)
    return form, None
