"""The web application: one table of routes."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from aiohttp import web

from bot.usecases.context import Context
from bot.usecases.core.taps import TapCounter
from bot.usecases.money.intake import Intake
from bot.usecases.referrals.invite_page import Openings
from bot.web import webhooks
from bot.web.campaign_panels import CampaignPanels
from bot.web.gift_pages import GiftPages
from bot.web.invite_pages import InvitePages
from bot.web.invites import InviteSite
from bot.web.monitoring import Monitoring
from bot.web.my_data import MyDataSite
from bot.web.pages import Handler, Pages, guarded
from bot.web.site import Site
from bot.web.visitors import Proxies

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the table. GET includes HEAD."""

    method: str
    path: str
    handler: Handler


def build_web(
    ctx: Context,
    intake: Intake,
    taps: TapCounter,
    openings: Openings,
    *,
    monitoring: Monitoring,
    telegram: webhooks.TakeUpdate | None = None,
    proxies: Sequence[IPv4Network | IPv6Network] = (),
) -> web.Application:
    """Return the server's application. Only pages are guarded: webhooks answer bare statuses, and fast."""
    pages = Pages(ctx.catalog, ctx.charity, ctx.public_url)
    panels = CampaignPanels(ctx)
    site = Site(ctx, pages, taps, GiftPages(ctx), panels)
    my_data = MyDataSite(ctx, pages)
    invites = InviteSite(pages, InvitePages(ctx, panels), openings, ctx.public_url, Proxies(proxies))

    def page(handler: Handler) -> Handler:
        return guarded(pages, handler, ctx.failures.report)

    table = (
        Route("POST", "/webhooks/stripe", webhooks.stripe(intake, ctx.failures.report)),
        Route("POST", "/webhooks/telegram", webhooks.telegram(telegram, ctx.failures.report)),
        Route("GET", "/livez", monitoring.live),
        Route("GET", "/readyz", monitoring.readiness),
        Route("GET", "/status", monitoring.report),
        Route("GET", "/metrics", monitoring.measurements),
        Route("GET", r"/g/{reference:[A-Za-z0-9_-]{1,200}}/{minor:[0-9]{1,12}}", page(site.short_link)),
        Route("GET", "/thanks", page(site.thanks)),
        Route("POST", "/thanks/not-me", page(site.not_me)),
        Route("GET", r"/mydata/{token:[^/]{1,200}}", page(my_data.ask)),
        Route("POST", r"/mydata/{token:[^/]{1,200}}", page(my_data.show)),
        Route("GET", "/", page(site.home)),
        Route("GET", "/privacy", page(site.privacy)),
        Route("GET", r"/pictures/{key:[0-9a-f]{8,64}}.png", page(site.picture)),
        Route("GET", "/coin.svg", page(site.coin)),
        Route("GET", r"/i/{code:[^/]{1,200}}", page(invites.page)),
        Route("GET", r"/i/{code:[^/]{1,200}}/discord", page(invites.discord)),
        Route("GET", r"/i/{code:[A-Za-z0-9]{12}}/qr.{kind:png|svg}", page(invites.qr)),
        Route("GET", r"/og/{campaign:[0-9]{1,19}}/{locale:fr|en}-{key:[0-9a-f]{16}}.png", page(invites.preview)),
    )
    # Each route has its own limit; this one keeps aiohttp from buffering more.
    app = web.Application(client_max_size=webhooks.TELEGRAM_BODY_MOST)
    for route in table:
        app.router.add_route(route.method, route.path, route.handler)
        if route.method == "GET":
            app.router.add_route("HEAD", route.path, route.handler)
    app.router.add_route("*", "/{anything:.*}", page(_nowhere(app, pages)))
    return app


def _nowhere(app: web.Application, pages: Pages) -> Handler:
    """Answer requests that match no route: 405 if another method would match, otherwise 404."""

    async def handle(request: web.Request) -> web.StreamResponse:
        allowed: set[str] = set()
        for resource in list(app.router.resources())[:-1]:  # the last one is this handler
            allowed |= (await resource.resolve(request))[1]
        if not allowed:
            return pages.message(request, "page-not-found-title", "page-not-found", status=404, more="home")
        allow = ", ".join(sorted(allowed))
        return pages.message(request, "web-method-title", "web-method", status=405, more="home", Allow=allow)

    return handle
