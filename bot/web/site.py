"""The pages that people open in a browser: landing page, short links, return page, privacy."""

import re
from dataclasses import dataclass
from importlib import resources
from urllib.parse import urlencode

from aiohttp import web

from bot.usecases.context import Context
from bot.usecases.core.taps import TapCounter
from bot.usecases.gifts import claim
from bot.usecases.giving import links
from bot.usecases.in_public import privacy
from bot.web.campaign_panels import CampaignPanels
from bot.web.gift_pages import GiftPages
from bot.web.pages import Pages, asked_locale, locale_of
from bot.web.visitors import is_person

_SESSION = re.compile(r"cs_[A-Za-z0-9_]{1,250}")
_PAUSES = (2, 3, 5, 8, 13)  # seconds between refreshes of a waiting page; then the reader must reload
_LONGEST_TOKEN = 200
KEEP_LONG = "public, max-age=31536000, immutable"  # pictures are named by their content


@dataclass(frozen=True, slots=True)
class Site:
    """The handlers of the pages, one method per route."""

    ctx: Context
    pages: Pages
    taps: TapCounter
    gifts: GiftPages
    panels: CampaignPanels

    async def home(self, request: web.Request) -> web.Response:
        """GET /: the charity, its campaigns, and where to give."""
        panels = await self.panels.of_all(locale_of(request))
        return self.pages.draw(request, "home.html", public=True, campaigns=panels)

    async def short_link(self, request: web.Request) -> web.Response:
        """GET /g/{reference}/{minor}: redirect to Stripe's page, or explain why not."""
        token = request.match_info["reference"]
        minor, monthly = int(request.match_info["minor"]), request.query.get("m") == "1"
        url = await links.redirect_target(self.ctx, token, minor, locale_of(request), monthly=monthly)
        if url is None:
            return self.pages.message(request, "page-link-off-title", "page-link-off", status=410, more="home")
        if is_person(request.method, request.headers):
            self.taps.note(token)
        headers = {"Location": url, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return web.Response(status=302, headers=headers)

    async def thanks(self, request: web.Request) -> web.Response:
        """GET /thanks: the return page after Stripe's. Refreshes itself until the webhook arrives."""
        session = request.query.get("session", "")
        if not _SESSION.fullmatch(session):
            return self.pages.message(request, "page-unknown-title", "page-unknown", more="home")
        # The donor's own language comes before the browser's; links of earlier versions do not name it.
        gift = await self.gifts.of(session, asked_locale(request), locale_of(request))
        locale = gift.locale
        look = _looks(request)
        refresh = None
        if gift.is_waiting and look < len(_PAUSES):
            refresh = f"{_PAUSES[look]}; url=?{urlencode({'session': session, 'l': locale, 'n': look + 1})}"
        again = f"?{urlencode({'session': session, 'l': locale})}"
        return self.pages.draw(request, "thanks.html", locale=locale, gift=gift, refresh=refresh, again=again)

    async def not_me(self, request: web.Request) -> web.Response:
        """POST /thanks/not-me: remove the gift from the account whose link was used. The token is proof enough."""
        token = await _form_token(request)
        match await claim.disown_by_token(self.ctx, token) if token else "refused":
            case "done":
                return self.pages.message(request, "page-wasnt-me-done-title", "page-wasnt-me-done", more="card")
            case "already":
                return self.pages.message(request, "page-wasnt-me-done-title", "web-disown-again", more="card")
            case "refused":
                return self.pages.message(
                    request, "web-disown-refused-title", "web-disown-refused", status=400, more="questions"
                )

    async def privacy(self, request: web.Request) -> web.Response:
        """GET /privacy: the same text as /privacy in the chats."""
        card = privacy(self.ctx, locale_of(request)).card
        return self.pages.draw(request, "privacy.html", public=True, card=card)

    async def picture(self, request: web.Request) -> web.Response:
        """GET /pictures/{key}.png: a campaign's picture."""
        png = self.panels.picture(request.match_info["key"])
        if png is None:
            return self.pages.message(request, "page-not-found-title", "page-not-found", status=404, more="home")
        return file(png, "image/png")

    async def coin(self, request: web.Request) -> web.Response:
        """GET /coin.svg: the logo."""
        return file((resources.files("content") / "assets" / "coin.svg").read_bytes(), "image/svg+xml")


async def _form_token(request: web.Request) -> str:
    """Return the form's token, or an empty string if it cannot be ours. Forms with files are not read at all."""
    if request.content_type != "application/x-www-form-urlencoded":
        return ""
    token = (await request.post()).get("token", "")
    return token if isinstance(token, str) and len(token) <= _LONGEST_TOKEN else ""


def _looks(request: web.Request) -> int:
    """Return how many times a waiting page has refreshed."""
    counted = request.query.get("n", "0")
    return int(counted) if re.fullmatch("[0-9]", counted) else len(_PAUSES)


def file(body: bytes, kind: str, cache: str = KEEP_LONG) -> web.Response:
    """Return a response with a file, cached as long as `cache` says."""
    headers = {"Cache-Control": cache, "X-Content-Type-Options": "nosniff"}
    if kind == "image/svg+xml":
        headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return web.Response(body=body, content_type=kind, headers=headers)
