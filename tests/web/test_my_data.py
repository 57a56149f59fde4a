"""The page with a person's own data over real HTTP, on a real database."""

import base64
import html
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import insert

from bot.domain.people import Supporter
from bot.store.db import Database
from bot.store.referrals.tables import invite
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.core.taps import TapCounter
from bot.usecases.money.intake import Intake
from bot.usecases.referrals.invite_page import Openings
from bot.usecases.supporters import my_data, my_data_link
from bot.usecases.supporters.my_data import gather
from bot.web.app import build_web
from bot.web.server import WebServer
from tests.conftest import MovingClock
from tests.giving import give
from tests.monitoring import monitoring_of
from tests.usecase_setup import ALEX, CAMILLE, make_context, open_campaign
from tests.usecases.referral_tree.test_referrals import bring
from tests.web.conftest import PHONE

ME = replace(CAMILLE, external_id="7000000042")
FRIEND = replace(ALEX, external_id="7000000077")
HOSTILE = '<script>alert(1)</script>"><a href=javascript:x>'
GONE = {"fr": "Ce lien ne s’ouvre plus", "en": "This link no longer opens"}


@dataclass
class Site:
    """The running server, a person who gave, and the browser of whoever has the link."""

    ctx: Context
    person: Supporter
    browser: aiohttp.ClientSession

    async def link(self) -> str:
        async with self.ctx.db.write() as conn:
            url = await my_data_link.create(self.ctx, conn, self.person)
        return url.removeprefix(self.ctx.public_url)

    async def read(self, method: str, path: str, status: int = 200) -> tuple[str, aiohttp.ClientResponse]:
        async with self.browser.request(method, path, allow_redirects=False) as answer:
            assert answer.status == status
            return await answer.text(), answer


@pytest.fixture
async def site(db: Database, clock: MovingClock) -> AsyncIterator[Site]:
    ctx = make_context(db, clock, public_url="https://don.example")
    campaign = await open_campaign(ctx)
    person = await find_or_join(ctx, ME)
    await give(ctx, campaign, person.id, 1500)
    intake = Intake(ctx, [], livemode=False)
    app = build_web(ctx, intake, TapCounter(ctx), Openings(ctx), monitoring=monitoring_of(ctx))
    server = WebServer(app, host="127.0.0.1", port=0)
    await server.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}", headers=PHONE) as browser:
            yield Site(ctx, person, browser)
    finally:
        await server.stop()


def facts_of(page: str) -> set[str]:
    """Return all values that a page shows."""
    return set(html.unescape(page).split("<dd>")[1:])


async def test_looking_shows_a_button_and_only_pressing_it_opens_the_page_once(site: Site) -> None:
    path = await site.link()
    for method in ("GET", "HEAD", "GET"):
        page, _ = await site.read(method, path)
        assert ME.external_id not in page and "15\u00a0$" not in html.unescape(page)
    assert page.count("<button") == 1 and 'method="post"' in page and "<script" not in page
    shown, _ = await site.read("POST", path)
    assert "15\u00a0$" in html.unescape(shown) and ME.external_id in shown
    for method in ("POST", "GET"):
        page, _ = await site.read(method, path, 410)
        assert GONE["fr"] in page and ME.external_id not in page


@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_used_expired_and_unknown_links_get_one_page(site: Site, clock: MovingClock, locale: str) -> None:
    used = (await site.link()).partition("?")[0]
    await site.read("POST", used)
    expired = (await site.link()).partition("?")[0]
    clock.now += timedelta(hours=24)
    for method in ("GET", "POST"):
        paths = (used, expired, "/mydata/K7QF-2M9X-0000-0000-0000-0000-0000", "/mydata/é<b>")
        pages = {(await site.read(method, f"{path}?l={locale}", 410))[0] for path in paths}
        assert len(pages) == 1 and GONE[locale] in pages.pop()


async def test_pages_are_neither_stored_indexed_nor_referred(site: Site) -> None:
    path = await site.link()
    for method, status in (("GET", 200), ("POST", 200), ("POST", 410)):
        page, answer = await site.read(method, path, status)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert '<meta name="robots" content="noindex">' in page
        assert not answer.cookies


async def test_page_contains_both_files_and_everything_in_them(site: Site) -> None:
    async with site.ctx.db.read() as conn:
        data = await gather(site.ctx, conn, site.person.id)
    page, _ = await site.read("POST", await site.link())
    files = {
        name: base64.b64decode(content)
        for content, name in re.findall(r'href="data:[^,"]*;base64,([^"]*)" download="([^"]*)"', page)
    }
    assert files["mesdonnees.json"].decode() == my_data.to_json(data)
    assert files["mesdonnees.csv"].decode("utf-8-sig") == my_data.to_csv(data)
    assert len(re.findall("<details", page)) == sum(
        bool(rows) for rows in (*data.collected.values(), *data.inferred.values())
    )


async def test_page_names_nobody_else_and_escapes_every_word(site: Site) -> None:
    friend = await find_or_join(site.ctx, FRIEND)
    await bring(site.ctx, site.person.id, friend.id)
    async with site.ctx.db.write() as conn:
        words = {"id": 1, "supporter_id": site.person.id, "code": "c0de", "made_at": site.ctx.clock(), "words": HOSTILE}
        await conn.execute(insert(invite).values(**words))
    page, _ = await site.read("POST", await site.link())
    shown = re.sub(r'href="data:[^"]*"', "", page)
    assert HOSTILE not in shown and html.escape(HOSTILE, quote=False).partition('"')[0] in shown
    assert FRIEND.external_id not in html.unescape(shown)
    (content,) = re.findall(r"data:application/json;base64,([^\"]*)", page)
    assert FRIEND.external_id not in {
        row["external_id"] for row in json.loads(base64.b64decode(content))["collected"]["accounts"]
    }
