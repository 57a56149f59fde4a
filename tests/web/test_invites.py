"""The page behind an invite over real HTTP, on a real database."""

import html
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image
from playwright.async_api import async_playwright

from bot.domain.campaigns import Campaign
from bot.domain.gifts import GiftChange
from bot.domain.people import Contact, Preference
from bot.domain.referrals import Invite, JoinedVia
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.db import Database
from bot.store.inbox.tables import name_hidden
from bot.store.referrals import invites, referrals
from bot.store.supporters import supporters
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context, local_day
from bot.usecases.core.join import find_or_join
from bot.usecases.core.taps import TapCounter
from bot.usecases.gifts import claim
from bot.usecases.giving import links
from bot.usecases.money.intake import Intake
from bot.usecases.money.offline import new_gift
from bot.usecases.ports import CreatedInvite
from bot.usecases.referral_tree import share_prompt
from bot.usecases.referrals import invite
from bot.usecases.referrals.invite_page import Openings
from bot.web.app import build_web
from bot.web.server import WebServer
from payments.ledger import Origin
from payments.reference import Touch, TouchKind
from tests.conftest import MovingClock
from tests.giving import give, write
from tests.monitoring import monitoring_of
from tests.referral_rows import invite_count
from tests.usecase_setup import ALEX, CAMILLE, example, make_context, open_campaign
from tests.usecases.referrals.test_joining_chats import known_place
from tests.web.conftest import PHONE

FORGED = "ZZZZZZZZZZZZ"
NEWCOMER = Contact(platform="telegram", external_id="9001", locale="fr", private=True)
CHROMIUM = Path("/usr/bin/chromium")


class Naming:
    """What a platform calls people."""

    async def name_of(self, external_id: str) -> str | None:
        return {"42": "Camille <b>&"}.get(external_id)


@dataclass
class InviteSite:
    ctx: Context
    campaign: Campaign
    invite: Invite
    openings: Openings
    browser: aiohttp.ClientSession

    @property
    def path(self) -> str:
        return f"/i/{self.invite.code}"

    async def read(self, path: str, status: int = 200, **headers: str) -> str:
        async with self.browser.get(path, headers=headers, allow_redirects=False) as answer:
            assert answer.status == status
            return html.unescape(await answer.text())

    async def opened(self) -> int:
        await self.openings.write()
        async with self.ctx.db.read() as conn:
            return await invite_count(conn, self.invite.id, "opened")


@pytest.fixture
async def site(db: Database, clock: MovingClock) -> AsyncIterator[InviteSite]:
    ctx = make_context(db, clock, public_url="https://don.example", naming={"telegram": Naming()})
    ctx.identity.telegram_username = "obole_bot"
    campaign = await open_campaign(ctx)
    await links.load(ctx)
    supporter = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    openings = Openings(ctx)
    intake = Intake(ctx, [], livemode=False)
    site = build_web(ctx, intake, TapCounter(ctx), openings, monitoring=monitoring_of(ctx))
    server = WebServer(site, host="127.0.0.1", port=0)
    await server.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}", headers=PHONE) as browser:
            yield InviteSite(ctx, campaign, supporter, openings, browser)
    finally:
        await server.stop()


def references(page: str, ctx: Context) -> list[Any]:
    return [ctx.keyring.read(token) for token in re.findall(r"/g/([A-Za-z0-9_-]+)/\d+", page)]


async def test_each_of_three_ways_keeps_the_credit(site: InviteSite) -> None:
    page = await site.read(site.path)
    assert "ne verra ni votre nom ni vos dons" in page
    found = references(page, site.ctx)
    assert len(found) == len(site.campaign.authored.amounts) + 1, "the amounts, and any other one"
    assert {(r.supporter_id, r.campaign_id, r.touch) for r in found} == {
        (0, site.campaign.id, Touch(TouchKind.INVITE, site.invite.id))
    }
    assert f"https://t.me/obole_bot?start=i_{site.invite.code}_{site.campaign.id}" in page
    assert "/discord" not in page, "there is no server to come into"


async def test_invite_page_shows_shared_campaign(site: InviteSite) -> None:
    ctx = site.ctx
    newest = await publish.publish(ctx, example().model_copy(update={"slug": "other"}))
    assert {r.campaign_id for r in references(await site.read(site.path), ctx)} == {newest.id}
    shared = await site.read(
        (invite.web_address(ctx, site.invite, site.campaign.id) or "").removeprefix(ctx.public_url)
    )
    assert {r.campaign_id for r in references(shared, ctx)} == {site.campaign.id}
    cash = new_gift(ctx, site.campaign, site.campaign.goal, Origin.CASH, local_day(ctx, ctx.clock()), banked=False)
    await write(ctx, [GiftChange(event_id="evt_cash", before=None, after=cash)])
    goal = ctx.catalog.money("fr", site.campaign.goal)
    assert f"dont {goal} hors d’Obole" in await site.read(f"{site.path}?c={site.campaign.id}&l=fr")
    await publish.close(ctx, site.campaign)
    instead = await site.read(f"{site.path}?c={site.campaign.id}")
    assert {r.campaign_id for r in references(instead, ctx)} == {newest.id}, "one that no longer asks"


async def test_pages_exist_in_both_languages(site: InviteSite) -> None:
    assert "your gifts" in await site.read(site.path, **{"Accept-Language": "en-CA"})
    assert "your gifts" in await site.read(site.path + "?l=en")
    assert "vos dons" in await site.read(site.path + "?l=fr", **{"Accept-Language": "en"})


async def test_name_is_shown_only_with_consent_and_if_not_hidden(site: InviteSite) -> None:
    ctx = site.ctx
    assert "Camille" not in await site.read(site.path)
    async with ctx.db.write() as conn:
        mine = site.invite.supporter_id
        being_named = Preference.BEING_NAMED
        await supporters.set_preference(
            conn, mine, being_named, True, at=ctx.clock(), wording="x", change_id=ctx.ids.new()
        )
    async with site.browser.get(site.path) as answer:
        raw = await answer.text()
    assert "Camille &lt;b&gt;&amp; vous invite." in raw
    async with ctx.db.write() as conn:
        await conn.execute(name_hidden.insert().values(supporter_id=mine, at=ctx.clock()))
    assert "Camille" not in await site.read(site.path)


@pytest.mark.parametrize("code", [FORGED, "abc", "a" * 200, "%3Cscript%3E", "i_1", "%F0%9F%8E%84"])
async def test_unknown_codes_get_same_page(site: InviteSite, code: str) -> None:
    ours, other = await site.read(site.path), await site.read(f"/i/{code}")
    assert site.campaign.authored.name.fr in other and "<script>" not in other
    assert {r.touch for r in references(other, site.ctx)} == {Touch(TouchKind.NONE)}
    if code == FORGED:
        assert _shape(ours) == _shape(other), "nobody can tell whether a code exists"
    assert await site.opened() == 1, "the one that is ours"


def _shape(page: str) -> str:
    return re.sub(r"/g/[A-Za-z0-9_-]+/|/i/[A-Za-z0-9]{12}|start=i_[A-Za-z0-9]{12}", "·", page)


async def test_invite_of_erased_inviter_shows_campaign(site: InviteSite) -> None:
    async with site.ctx.db.write() as conn:
        await invites.disable(conn, site.invite.supporter_id)
    assert {r.touch.kind for r in references(await site.read(site.path), site.ctx)} == {TouchKind.NONE}


async def test_guessing_visitor_is_no_longer_looked_up(site: InviteSite, clock: MovingClock) -> None:
    for number in range(20):
        await site.read(f"/i/{number:012d}", **{"User-Agent": f"Browser {number}"})
    assert references(await site.read(site.path), site.ctx)[0].touch.kind is TouchKind.NONE
    elsewhere = {"X-Forwarded-For": "203.0.113.7"}
    assert references(await site.read(site.path, **elsewhere), site.ctx)[0].touch.kind is TouchKind.INVITE
    clock.move(minutes=9)
    for _ in range(20):  # others behind the same address do not make it last longer
        await site.read(site.path)
    clock.move(minutes=2)
    assert references(await site.read(site.path), site.ctx)[0].touch.kind is TouchKind.INVITE


async def test_opening_is_counted_once_per_person_and_day(site: InviteSite, clock: MovingClock) -> None:
    for _ in range(3):
        await site.read(site.path)
    assert await site.opened() == 1
    await site.read(site.path, **{"User-Agent": "Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile"})
    assert await site.opened() == 2
    clock.move(days=1)
    await site.read(site.path)
    assert await site.opened() == 3
    await site.read(site.path, **{"User-Agent": "Mozilla/5.0 (\udcff\udc80)"})
    assert await site.opened() == 4, "bytes that are no text count like any others"


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "TelegramBot (like TwitterBot)"},
        {"User-Agent": "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)"},
        {"User-Agent": "WhatsApp/2.24.1 A"},
        {"User-Agent": "http.rb/5.1 (Mastodon/4.3; +https://m.example/) Bot"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Purpose": "preview"},
        {"X-Moz": "prefetch"},
    ],
)
async def test_previews_and_prefetches_are_not_counted(site: InviteSite, headers: dict[str, str]) -> None:
    await site.read(site.path, **headers)
    async with site.browser.head(site.path) as answer:
        assert answer.status == 200
    assert await site.opened() == 0


async def test_preview_shows_campaign_and_no_person(site: InviteSite) -> None:
    page = await site.read(site.path)
    (address,) = set(re.findall(r'og:image" content="https://don\.example([^"]+)"', page))
    assert re.search(r'name="twitter:card" content="summary_large_image"', page)
    async with site.browser.get(address) as answer:
        assert answer.status == 200 and "immutable" in answer.headers["Cache-Control"]
        picture = Image.open(io.BytesIO(await answer.read()))
    assert picture.size == (1200, 630)
    async with site.browser.get(re.sub(r"[0-9a-f]{16}\.png", "0" * 16 + ".png", address)) as answer:
        assert answer.status == 200 and "immutable" not in answer.headers["Cache-Control"]
    await site.read(f"/og/999/fr-{'0' * 16}.png", 404)
    await site.read(f"/og/{'9' * 19}/fr-{'0' * 16}.png", 404)


async def test_preview_requested_before_amounts_exist_is_redrawn_later(site: InviteSite) -> None:
    site.ctx.links.replace([])
    assert "tuque" not in await site.read(site.path)
    await links.load(site.ctx)
    assert re.search(r'og:description" content="[^"]*une tuque et des mitaines', await site.read(site.path))


async def test_preview_keeps_its_address(site: InviteSite) -> None:
    png = io.BytesIO()
    Image.new("RGB", (40, 40), "teal").save(png, "PNG")
    async with site.ctx.db.write() as conn:
        await campaign_rows.set_picture(conn, site.campaign.id, png.getvalue())
    page = await site.read(site.path)
    (address,) = set(re.findall(r'og:image" content="https://don\.example([^"]+)"', page))
    async with site.browser.get(address) as answer:
        assert "immutable" in answer.headers["Cache-Control"], "the address names this very picture"


@pytest.mark.parametrize(("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
async def test_qr_code_holds_page_address(site: InviteSite, kind: str, begins: bytes) -> None:
    async with site.browser.get(f"{site.path}/qr.{kind}") as answer:
        assert answer.status == 200 and (await answer.read()).startswith(begins)
    async with site.browser.get(f"/i/{FORGED}/qr.{kind}") as answer:
        assert answer.status == 200, "the code is not looked up"


class Inviting:
    """A platform that makes an invite when asked."""

    made = 0

    async def create_invite(self, place: str, name: str) -> Any:
        self.made += 1
        return CreatedInvite(destination="guild", code="abc")

    async def revoke_invite(self, destination: str, code: str) -> None: ...

    def invite_url(self, code: str) -> str:
        return f"https://discord.gg/{code}"


async def test_discord_invite_is_created_on_tap(site: InviteSite) -> None:
    ctx, discord = site.ctx, Inviting()
    ctx.inviting["discord"] = discord  # type: ignore[assignment]  # a part of a platform
    await known_place(ctx, "discord", "55")
    assert f"{site.path}/discord?l=fr&c={site.campaign.id}" in await site.read(site.path)
    await site.read(site.path + "/discord", **{"User-Agent": "Discordbot/2.0"})
    assert discord.made == 0
    async with site.browser.get(site.path + "/discord", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "https://discord.gg/abc")
    await site.read(site.path + "/discord", 302)
    assert discord.made == 1
    assert "Impossible de créer une invitation Discord" in await site.read(f"/i/{FORGED}/discord")


async def test_gift_claimed_by_newcomer_counts_as_referral(site: InviteSite) -> None:
    ctx = site.ctx
    gift = await give(ctx, site.campaign, None, touch=Touch(TouchKind.INVITE, site.invite.id))
    token = claim.claim_token(ctx, gift)
    assert token is not None
    await claim.ask(ctx, await find_or_join(ctx, NEWCOMER), token)
    done = await claim.on_tap(ctx, await find_or_join(ctx, NEWCOMER), token)
    assert [(b.label, b.action) for b in done.card.buttons] == [
        ("Lui dire que j’ai donné", f"tell:{gift.id}"),
        ("Donner chaque mois", f"mo:offer:{site.campaign.id}"),
    ]
    assert (await router.on_action(ctx, NEWCOMER, f"tell:{gift.id}")).card.title == "Nous faisons le message"
    newcomer = await find_or_join(ctx, NEWCOMER)
    async with ctx.db.read() as conn:
        found = await referrals.referral(conn, newcomer.id)
        mine = await referrals.circle(conn, site.invite.supporter_id)
        joined = await invite_count(conn, site.invite.id, "joined")
    assert found is not None and (found.inviter_id, found.how) == (site.invite.supporter_id, JoinedVia.WEB)
    assert (mine.people_direct, mine.donors_direct, joined) == (1, 1, 1)
    assert mine.money["cad"].minor_direct == 500


@pytest.mark.parametrize("claimer", [ALEX, CAMILLE])
async def test_earlier_member_is_no_referral(
    site: InviteSite, clock: MovingClock, claimer: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(share_prompt, "SHOWN", 1)  # the next step would be drawn: one in ten is not asked to share
    ctx = site.ctx
    person = await find_or_join(ctx, claimer)
    clock.move(minutes=1)
    gift = await give(ctx, site.campaign, None, touch=Touch(TouchKind.INVITE, site.invite.id))
    done = await claim.on_tap(ctx, await find_or_join(ctx, claimer), claim.claim_token(ctx, gift) or "")
    assert [b.action for b in done.card.buttons] == ["invite", f"mo:offer:{site.campaign.id}"]
    async with ctx.db.read() as conn:
        assert await referrals.referral(conn, person.id) is None


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}")
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_amounts_are_in_reach_on_a_phone(site: InviteSite, scheme: Any) -> None:
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        context = await browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-CA", color_scheme=scheme)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        base = str(site.browser._base_url).rstrip("/")
        await page.goto(base + site.path)
        box = await page.locator(".amounts .button").first.bounding_box()
        wide = await page.evaluate("document.documentElement.scrollWidth")
        await browser.close()
    assert box is not None and box["y"] + box["height"] < 844 and wide == 390
    assert complaints == []


async def test_joining_works_without_campaign(site: InviteSite) -> None:
    await publish.close(site.ctx, site.campaign)
    page = await site.read(site.path)
    assert "Aucune collecte en ce moment" in page and f"start=i_{site.invite.code}" in page
    assert not references(page, site.ctx)
    assert re.findall(r'class="button" href="([^"]+)', page) == [f"https://t.me/obole_bot?start=i_{site.invite.code}"]


async def test_page_without_discord_invite_promises_none(site: InviteSite) -> None:
    site.ctx.identity.telegram_username = None
    await publish.close(site.ctx, site.campaign)
    page = await site.read(site.path + "/discord")
    assert "Impossible de créer une invitation Discord" in page
    assert "Telegram" not in page and "donner" not in page
