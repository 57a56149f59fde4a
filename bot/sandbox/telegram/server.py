"""The Telegram fake's HTTP server: each request is a Bot API method or a verb."""

from __future__ import annotations

import asyncio
import inspect
import json
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from aiohttp import web

from bot.sandbox.kit import Clock, Json
from bot.sandbox.telegram.errors import Refused
from bot.sandbox.telegram.faults import NEVER_FLOODED
from bot.sandbox.telegram.group_verbs import GroupVerbs
from bot.sandbox.telegram.methods.table import METHODS, Method
from bot.sandbox.telegram.pace import Limits
from bot.sandbox.telegram.people import PeopleVerbs
from bot.sandbox.telegram.sent import SentCall
from bot.sandbox.telegram.state import World
from bot.sandbox.telegram.trouble import TroubleVerbs
from bot.sandbox.telegram.watching import WatchingVerbs
from bot.sandbox.telegram.wire import NUMBER, sent_fields, typed

VERBS = (
    "add_user", "say", "paste", "send", "press_start", "edit", "tap", "tap_link", "block", "unblock", "inline",
    "inline_answer", "choose_inline", "add_chat", "add_dialog", "join", "leave", "make_link", "name_publicly",
    "answer_request", "promote", "promote_bot", "remove_bot", "migrate", "add_topic", "close_topic", "delete_topic",
    "view", "wait_message", "force_429", "force_5xx", "drop_answers", "set_latency", "send_odd_update", "clear_faults",
    "set_language",
)  # fmt: skip


class TelegramSandbox(PeopleVerbs, GroupVerbs, WatchingVerbs, TroubleVerbs):
    """A Telegram with one bot, over plain HTTP on this machine.

    clock: aware UTC, the dates of messages and the age of queries. seed: ids are the same for the same seed.
    limits: how fast the bot may write; None switches them off. keep_*: how much is stored (per chat for
    messages). quiet: messages are answered but neither stored nor announced, to measure throughput.

    Verbs (what people do) are its methods, and `POST <url>/_sandbox/<verb>` with a JSON object of arguments.
    A bot talks to `<url>/bot<token>/<method>`.
    """

    def __init__(
        self, *, clock: Clock, seed: int = 0, token: str = "123456:sandbox-token",
        bot_username: str = "obole_demo_bot", bot_name: str = "Obole",
        limits: Limits | None = Limits(),  # noqa: B008 - frozen
        monotonic: Callable[[], float] = time.monotonic, keep_messages: int = 500, keep_calls: int = 10_000,
        keep_photos: int = 500, quiet: bool = False,
    ) -> None:  # fmt: skip
        self.token = token
        self.world = World(
            clock=clock, monotonic=monotonic, seed=seed, bot_username=bot_username, bot_name=bot_name,
            bot_id=int(token.split(":")[0]), limits=limits, keep_messages=keep_messages, keep_calls=keep_calls,
            keep_photos=keep_photos, quiet=quiet,
        )  # fmt: skip
        self._inline_cache = {}
        self._runner: web.ServerRunner | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """Base URL without a trailing slash. Raises RuntimeError before start()."""
        if not self._url:
            raise RuntimeError("the sandbox is not started")
        return self._url

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Start listening; port 0 takes a free one. Return the URL."""
        # web.Server rather than an Application: its router costs a third of the time of a sendMessage.
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self._url = f"http://{host}:{self._runner.addresses[0][1]}"
        return self._url

    async def stop(self) -> None:
        await self.world.updates.stop()
        if self._runner:
            await self._runner.cleanup()
        self._runner, self._url = None, ""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    # --- HTTP ---
    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = unquote(request.raw_path.partition("?")[0])
        if path.startswith("/bot"):
            token, _, name = path[4:].partition("/")
            return await self._call(request, token, name)
        if path.startswith("/file/bot"):
            token, _, name = path[9:].partition("/")
            content = self.world.files.at(name) if token == self.token else None
            return web.Response(body=content) if content is not None else _answer(_not_found())
        if path.startswith("/_sandbox/"):
            return await self._verb(request, path.removeprefix("/_sandbox/"))
        return _answer(_not_found())

    async def _call(self, request: web.BaseRequest, token: str, name: str) -> web.StreamResponse:
        method = METHODS.get(name.lower())
        if token != self.token:
            return _answer(Refused(401, "Unauthorized"))
        if method is None:
            return _answer(Refused(404, "Not Found: method not found"))
        chat_id: int | str | None = None
        try:
            fields, files = await sent_fields(request)
            if self.world.faults.latency:
                await asyncio.sleep(self.world.faults.latency)
            self.world.faults.before(method.name, self._place(fields.get("chat_id")), self.world.pace)
            p = typed(method, fields, files)
            chat_id = p.get("chat_id")
            result = self._apply(method, p)
            if inspect.isawaitable(result):
                result = await result
        except Refused as refused:
            self._note(method, chat_id, refused.code)
            return _answer(refused)
        return self._accepted(request, method, chat_id, result)

    def _place(self, named: Any) -> int | None:
        """Return the id of the chat that a call concerns, if it can be read."""
        text = str(named or "")
        if NUMBER.fullmatch(text):
            return int(text)
        chat = self.world.find_chat(text) if text.startswith("@") else None
        return chat.id if chat else None

    def _apply(self, method: Method, p: Json) -> Any:
        if not method.paced:
            if method.name not in NEVER_FLOODED:
                self.world.pace.admit_call(method.name)
            return method.handler(self.world, p)
        chat = self.world.find_chat(p["chat_id"]) if "chat_id" in p else None
        place, group = (chat.id, chat.kind != "private") if chat else (None, False)
        self.world.pace.admit(place, group)
        result = method.handler(self.world, p)
        self.world.pace.count(place, group)
        return result

    def _accepted(
        self, request: web.BaseRequest, method: Method, chat_id: int | str | None, result: Any
    ) -> web.StreamResponse:
        message_id = result.get("message_id") if isinstance(result, dict) else None
        dropped = self.world.faults.drops(method.name)
        self._note(method, chat_id, 200, message_id, answered=not dropped)
        if dropped and request.transport:
            request.transport.abort()
        body = json.dumps({"ok": True, "result": result}).encode()
        return web.Response(body=body, content_type="application/json")

    def _note(
        self, method: Method, chat_id: int | str | None, status: int, message_id: int | None = None,
        answered: bool = True,
    ) -> None:  # fmt: skip
        at = self.world.monotonic()
        self.world.sent.add(SentCall(at, method.name, chat_id, status, message_id, answered))

    async def _verb(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        if name == "state":
            return _json(self.state())
        if name.startswith("photo/"):
            try:
                return web.Response(body=self.photo(name.removeprefix("photo/")))
            except ValueError as error:
                return _json({"error": str(error)}, 404)
        if name not in VERBS:
            return _json({"error": "no such verb", "verbs": sorted(VERBS)}, 404)
        try:
            arguments = json.loads(await request.text() or "{}")
            verb = getattr(self, name)
            inspect.signature(verb).bind(**arguments)
            result = verb(**arguments)
            return _json(await result if inspect.isawaitable(result) else result)
        except (LookupError, TypeError, ValueError, Refused) as error:
            return _json({"error": str(error)}, 400)


def _not_found() -> Refused:
    return Refused(404, "Not Found")


def _answer(refused: Refused) -> web.Response:
    return _json(refused.body(), refused.code)


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=json.dumps(value).encode(), status=status, content_type="application/json")
