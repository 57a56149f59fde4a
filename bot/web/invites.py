"""The pages behind donors' invites: give now, join on Telegram, join on Discord, and the address as a QR code.

Each way credits the inviter. An unknown code gets the same page in the same time.
"""

import asyncio
from dataclasses import dataclass, field
from functools import lru_cache

from aiohttp import web

from bot.domain.ids import read_id
from bot.usecases.referrals.invite_page import Openings
from bot.web.invite_pages import InvitePage, InvitePages
from bot.web.pages import Pages, locale_of
from bot.web.site import KEEP_LONG, file
from bot.web.visitors import Proxies, is_person
from content.catalog import Locale
from content.pictures.qr import qr_picture, qr_svg

_A_DAY = "public, max-age=86400"
_QR_KINDS = {"png": "image/png", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class InviteSite:
    """The handlers; one method a route."""

    pages: Pages
    invites: InvitePages
    openings: Openings
    public_url: str
    proxies: Proxies
    _drawing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    async def page(self, request: web.Request) -> web.Response:
        """GET /i/{code}: the invite, its campaign, and three ways to take part."""
        shown = await self._look(request)
        if shown.invite_id is not None and is_person(request.method, request.headers):
            agent = request.headers.get("User-Agent", "")[:300]
            self.openings.note(shown.invite_id, shown.campaign_id, f"{self._visitor(request)}\x1f{agent}")
        return self._draw(request, shown)

    async def discord(self, request: web.Request) -> web.Response:
        """GET /i/{code}/discord: redirect to an invite into the server, created on demand."""
        url = None
        if is_person(request.method, request.headers):
            url = await self.invites.into_discord(request.match_info["code"], self._visitor(request))
        if url is None:
            return self._draw(request, await self._look(request), closed=True)
        headers = {"Location": url, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return web.Response(status=302, headers=headers)

    async def qr(self, request: web.Request) -> web.Response:
        """GET /i/{code}/qr.png and qr.svg: the page's address as a QR code. The code is not looked up."""
        if not self.public_url:
            return self._nothing(request)
        kind = request.match_info["kind"]
        async with self._drawing:
            body = await asyncio.to_thread(_qr, f"{self.public_url}/i/{request.match_info['code']}", kind)
        return file(body, _QR_KINDS[kind], _A_DAY)

    async def preview(self, request: web.Request) -> web.Response:
        """GET /og/{campaign}/{locale}-{key}.png: the preview that apps show for a shared link."""
        locale: Locale = "en" if request.match_info["locale"] == "en" else "fr"
        campaign = read_id(request.match_info["campaign"])
        async with self._drawing:
            found = None if campaign is None else await self.invites.preview(campaign, locale)
        if found is None:
            return self._nothing(request)
        key, png = found
        return file(png, "image/png", KEEP_LONG if key == request.match_info["key"] else _A_DAY)

    async def _look(self, request: web.Request) -> InvitePage:
        campaign = read_id(request.query.get("c", ""))
        return await self.invites.of(request.match_info["code"], campaign, locale_of(request), self._visitor(request))

    def _visitor(self, request: web.Request) -> str:
        return self.proxies.visitor(request.remote, request.headers)

    def _draw(self, request: web.Request, shown: InvitePage, *, closed: bool = False) -> web.Response:
        code = request.match_info["code"]
        return self.pages.draw(request, "invite.html", shown=shown, code=code, closed=closed)

    def _nothing(self, request: web.Request) -> web.Response:
        return self.pages.message(request, "page-not-found-title", "page-not-found", status=404, more="home")


@lru_cache(maxsize=128)
def _qr(address: str, kind: str) -> bytes:
    return qr_svg(address) if kind == "svg" else qr_picture(address, "").png
