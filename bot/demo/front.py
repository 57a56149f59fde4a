"""The public address of the demo: a proxy in front of the bot's web server.

Pages of the bot are shown in a frame inside a drawn phone, where an address of Telegram or Discord leads nowhere.
Such links lead to a page here instead, which passes the address to the page around the frame.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import quote, urlsplit

import aiohttp
from aiohttp import web

APPS = frozenset({"t.me", "telegram.me", "discord.gg", "discord.com"})  # hosts that open an app on a phone
_LEAVE = "/_demo/leave"
_SCRIPT = 'parent.postMessage({ leave: new URLSearchParams(location.search).get("to") }, "*");'
_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_PAGE = f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>Obole</title><script>{_SCRIPT}</script></html>'
_POLICY = f"default-src 'none'; script-src 'sha256-{_HASH}'; frame-ancestors http://127.0.0.1:* http://localhost:*"
_LINK = re.compile(r'href="(https://[^"]+)"')
_LARGEST = 2 * 2**20  # bytes of a request
# Of one connection only, or no longer true of what is passed on.
_NOT_PASSED = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding"})


@asynccontextmanager
async def front(behind: str, port: int) -> AsyncIterator[None]:
    """Serve `http://127.0.0.1:<port>` in front of the address `behind`. Raises OSError if the port is taken."""
    async with aiohttp.ClientSession() as client:

        async def handle(request: web.Request) -> web.Response:
            return await _pass_on(client, behind, request)

        app = web.Application(client_max_size=_LARGEST)
        app.router.add_get(_LEAVE, _leave)
        app.router.add_route("*", "/{path:.*}", handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            yield
        finally:
            await runner.cleanup()


async def _leave(request: web.Request) -> web.Response:
    return web.Response(text=_PAGE, content_type="text/html", headers={"Content-Security-Policy": _POLICY})


async def _pass_on(client: aiohttp.ClientSession, behind: str, request: web.Request) -> web.Response:
    headers = {name: value for name, value in request.headers.items() if name.lower() not in (*_NOT_PASSED, "host")}
    url, body = f"{behind}{request.raw_path}", await request.read()
    try:
        async with client.request(
            request.method, url, headers=headers, data=body or None, allow_redirects=False
        ) as answer:
            content = await answer.read()
            if answer.content_type == "text/html":
                content = _LINK.sub(_inside, content.decode()).encode()
            return web.Response(body=content, status=answer.status, headers=_kept(answer.headers))
    except aiohttp.ClientError:
        raise web.HTTPBadGateway from None


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in headers.items() if name.lower() not in _NOT_PASSED}
    if is_app(kept.get("Location", "")):
        kept["Location"] = _address(kept["Location"])
    return kept


def _inside(found: re.Match[str]) -> str:
    url = html.unescape(found[1])
    return f'href="{_address(url)}"' if is_app(url) else found[0]


def _address(url: str) -> str:
    return f"{_LEAVE}?to={quote(url, safe='')}"


def is_app(url: str) -> bool:
    """Return whether a phone opens this address in an app of Telegram or Discord."""
    return urlsplit(url).hostname in APPS
