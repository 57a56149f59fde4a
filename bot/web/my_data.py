"""The page with everything stored about one person, behind a one-time link from their chat.

GET shows a button and changes nothing, since chats open links for previews; POST uses the link up. JSON and CSV are in
the page itself, as data: addresses. That needs no second request, so no cookie, no second token and no stored copy, and
nothing is left on the server to protect. The policy allows it: following a link is no load that it governs.
"""

import base64
from dataclasses import dataclass

from aiohttp import web

from bot.store.campaigns import campaigns as campaign_rows
from bot.usecases.context import Context
from bot.usecases.supporters import my_data_link
from bot.usecases.supporters.my_data import MyData, to_csv, to_json
from bot.web.pages import Pages, locale_of
from content.catalog import Locale
from content.commands import name_of
from content.messages.my_data_page import PageWriter, Section
from content.messages.supporters import city
from content.writer import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file inside the page."""

    name: str
    label: str
    url: str  # data:


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page shows."""

    made_at: str
    city: str
    collected: tuple[Section, ...]
    inferred: tuple[Section, ...]
    downloads: tuple[Download, ...]
    forget: str  # the command


@dataclass(frozen=True, slots=True)
class MyDataSite:
    """The handlers; one method a route."""

    ctx: Context
    pages: Pages

    async def ask(self, request: web.Request) -> web.Response:
        """GET /mydata/{token}: the button."""
        if not await my_data_link.works(self.ctx, request.match_info["token"]):
            return self._gone(request)
        return self.pages.draw(request, "my_data_ask.html")

    async def show(self, request: web.Request) -> web.Response:
        """POST /mydata/{token}: use the link up and show everything."""
        token = request.match_info["token"]
        data = await my_data_link.copy(self.ctx, token)
        if data is None:
            return self._gone(request)
        page = self.pages.draw(request, "my_data.html", shown=await self._shown(data, locale_of(request)))
        # Used up last, so that a failure before costs neither the link nor the day.
        return page if await my_data_link.use(self.ctx, token) else self._gone(request)

    async def _shown(self, data: MyData, locale: Locale) -> Shown:
        ctx = self.ctx
        async with ctx.db.read() as conn:
            campaigns = await campaign_rows.all_campaigns(conn)
        say = Writer(ctx.catalog, locale)
        names = {campaign.slug: campaign.authored.name.get(locale) for campaign in campaigns}
        writer = PageWriter(say=say, zone=ctx.zone, campaigns=names)
        return Shown(
            made_at=ctx.catalog.moment(locale, data.made_at, ctx.zone),
            city=city(ctx.zone),
            collected=writer.sections(data.collected),
            inferred=writer.sections(data.inferred),
            downloads=_downloads(data, name_of("mydata", locale)),
            forget=name_of("forget", locale),
        )

    def _gone(self, request: web.Request) -> web.Response:
        """Answer for used, expired and unknown links alike."""
        return self.pages.message(request, "web-mydata-gone-title", "web-mydata-gone", status=410)


def _downloads(data: MyData, name: str) -> tuple[Download, ...]:
    as_json = _data_url("application/json", to_json(data).encode())
    as_csv = _data_url("text/csv;charset=utf-8", to_csv(data).encode("utf-8-sig"))  # for spreadsheets
    return (
        Download(name=f"{name}.csv", label="web-mydata-csv", url=as_csv),
        Download(name=f"{name}.json", label="web-mydata-json", url=as_json),
    )


def _data_url(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
