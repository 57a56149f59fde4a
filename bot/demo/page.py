"""The demo's page: files, the state of everything as JSON, acts, and changes as server-sent events."""

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from importlib import resources

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.demo import history, pictures, reminders, views, visitor
from bot.demo.acts import ACTS, send_picture
from bot.demo.checklist import TASKS, Checklist
from bot.demo.environment import Environment
from bot.demo.people import STAFF, Json
from content.catalog import Locale

log = logging.getLogger(__name__)

_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "html": "text/html"}
_LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})
_HEARTBEAT = 15.0  # seconds of silence until a comment keeps the connection
_GATHER = 0.06  # seconds within which changes are sent as one
# Payment pages are on ports of their own, so frames may come from this machine.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src http://127.0.0.1:*; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Page:
    """The handlers of one environment's page."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._words = views.words(env.app.ctx.catalog)
        self._listeners: set[asyncio.Event] = set()
        self._checklist = Checklist.begin(env)
        self._greeting, self._is_greeted = asyncio.Lock(), False

    def application(self) -> web.Application:
        """Return the web application with every route of the page."""
        app = web.Application(middlewares=[_local_only], client_max_size=16 * 1024)
        app.add_routes([
            web.get("/", self._index),
            web.get("/static/{name}", self._file),
            web.get("/words", self._all_words),
            web.get("/state", self._state),
            web.get("/news", self._news),
            web.post("/act/{name}", self._act),
            web.post("/upload/{place}", self._upload),
            web.get("/samples/{name}", self._sample),
            web.get("/media/telegram/{file}", self._telegram_picture),
            web.get("/media/discord/{file}", self._discord_picture),
        ])  # fmt: skip
        return app

    # --- what does not change ---
    async def _index(self, request: web.Request) -> web.Response:
        return _static("index.html")

    async def _file(self, request: web.Request) -> web.Response:
        return _static(request.match_info["name"])

    async def _all_words(self, request: web.Request) -> web.Response:
        async with self._greeting:
            if not self._is_greeted:
                await visitor.greet(self._env, _locale(request))
                self._is_greeted = True
        people = [
            {"key": p.key, "name": p.name, "locale": p.locale, "staff": p.key == STAFF}
            for p in self._env.people.values()
        ]
        charity = self._env.app.ctx.charity.name
        return _json(
            {"words": self._words, "people": people, "charity": charity, "zone": self._env.app.ctx.zone, "tasks": TASKS}
        )

    # --- what does ---
    async def _state(self, request: web.Request) -> web.Response:
        people = self._env.people
        on_telegram = people.get(request.query.get("telegram", "")) or people["camille"]
        on_discord = people.get(request.query.get("discord", "")) or people["alex"]
        shown = await views.everything(self._env, on_telegram, on_discord, _locale(request))
        return _json({**shown, "done": await self._checklist.done()})

    async def _act(self, request: web.Request) -> web.Response:
        act = ACTS.get(request.match_info["name"])
        if act is None or request.content_type != "application/json":
            return _json({"error": "no such act"}, 404)

        async def carry_out() -> Json:
            given = await request.json()
            answer = await act(self._env, given if isinstance(given, dict) else {})
            self._checklist.note_act(answer)
            return answer

        return await _answered(request.match_info["name"], carry_out())

    async def _upload(self, request: web.Request) -> web.Response:
        """Send a visitor's picture. Its type keeps foreign pages out, whose browsers would have to ask first."""
        place = request.match_info["place"]

        async def carry_out() -> Json:
            return send_picture(self._env, place, dict(request.query), await pictures.uploaded(request))

        return await _answered(f"a picture on {place}", carry_out())

    async def _sample(self, request: web.Request) -> web.Response:
        try:
            return _picture(await pictures.sample(request.match_info["name"]))
        except LookupError:
            raise web.HTTPNotFound from None

    async def _telegram_picture(self, request: web.Request) -> web.Response:
        try:
            return _picture(self._env.telegram.photo(request.match_info["file"]))
        except ValueError:
            raise web.HTTPNotFound from None

    async def _discord_picture(self, request: web.Request) -> web.Response:
        try:
            return _picture(self._env.discord.file(f"/attachments/0/{request.match_info['file']}/picture.png"))
        except ValueError:
            raise web.HTTPNotFound from None

    # --- news ---
    async def _news(self, request: web.Request) -> web.StreamResponse:
        """Stream a line whenever something visible has changed; the page then asks for the state."""
        response = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        changed = asyncio.Event()
        changed.set()
        self._listeners.add(changed)
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_HEARTBEAT):
                        await changed.wait()
                if changed.is_set():
                    await asyncio.sleep(_GATHER)
                    changed.clear()
                    await response.write(b"data: changed\n\n")
                else:
                    await response.write(b": still here\n\n")
        except (ConnectionResetError, asyncio.CancelledError):
            return response
        finally:
            self._listeners.discard(changed)

    async def watch(self) -> None:
        """Pass on the changes that the fakes report, until cancelled."""
        env = self._env
        async with asyncio.TaskGroup() as group:
            for changes in (env.telegram.changes(), env.discord.changes(), env.stripe.changes()):
                group.create_task(self._pass_on(changes))

    async def _pass_on(self, changes: AsyncIterator[Json]) -> None:
        async for _ in changes:
            for listener in self._listeners:
                listener.set()


@asynccontextmanager
async def serving(env: Environment, *, port: int) -> AsyncIterator[str]:
    """Serve the page on this machine only; yield its address. Raises OSError if the port is taken."""
    await history.add_owner_on_discord(env)
    await history.link_owners_accounts(env)
    await reminders.remind_those_who_gave_again(env)
    page = Page(env)
    runner = web.AppRunner(page.application(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    watching = asyncio.create_task(page.watch(), name="demo changes")
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await runner.cleanup()


def is_free(port: int) -> bool:
    """Return whether the page can be served on this port."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@web.middleware
async def _local_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests for another host name: a foreign page could otherwise call us through the browser."""
    if (request.host.rpartition(":")[0] or request.host) not in _LOCAL:
        raise web.HTTPForbidden
    return await handler(request)


async def _answered(name: str, act: Awaitable[Json]) -> web.Response:
    """Return what an act answers, or why it was refused."""
    try:
        return _json(await act)
    except (LookupError, ValueError, TypeError, StopIteration, RuntimeError) as error:
        log.info("%s refused: %s", name, error)
        return _json({"error": str(error)}, 400)


def _locale(request: web.Request) -> Locale:
    return "en" if request.query.get("l") == "en" else "fr"


def _static(name: str) -> web.Response:
    kind = _KINDS.get(name.rpartition(".")[2])
    folder = resources.files("content") / "assets" if name == "coin.svg" else resources.files("bot.demo") / "static"
    found = folder / name
    if kind is None or "/" in name or not found.is_file():
        raise web.HTTPNotFound
    return web.Response(body=found.read_bytes(), content_type=kind, charset="utf-8", headers=_HEADERS)


def _json(value: object, status: int = 200) -> web.Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    return web.Response(body=body, status=status, content_type="application/json", headers=_HEADERS)


def _picture(png: bytes) -> web.Response:
    headers = {**_HEADERS, "Cache-Control": "private, max-age=3600"}
    return web.Response(body=png, content_type="image/png", headers=headers)
