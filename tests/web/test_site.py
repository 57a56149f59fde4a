"""Pages over real HTTP: short links, the return page, the landing page, errors, languages, headers."""

import html
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.usecases.in_public import privacy
from bot.web.campaign_panels import CampaignPanel
from bot.web.gift_pages import GiftPage
from bot.web.locale import page_locale
from bot.web.server import WebServer
from content.catalog import LOCALES, Locale
from tests.web.conftest import PAID, PHONE, STRIPE_PAGE, House, bare_context, changed

LINK = "/g/AbC-_123/500"
THANKS = "/thanks?session=cs_test_a1"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
EVIL = "<script>alert('x')</script>\"'><img src=x>"
PREVIEWS = (
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Twitterbot/1.0",
    "WhatsApp/2.24.1 A",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "curl/8.5.0",
    "Bluesky Cardyb/1.1; +mailto:support@bsky.app",
    "node",
    "Dart/3.4 (dart:io)",
    "Dalvik/2.1.0 (Linux; U; Android 14)",
    "Python/3.12 aiohttp/3.14.5",
    "Mozilla/5.0 (X11; Linux x86_64) Chrome/120 Safari/537.36 Google (+https://developers.google.com/+/web/snippet/)",
    "Mozilla/5.0 (compatible; Google-InspectionTool/1.0)",
    "",
)


async def read(browser: aiohttp.ClientSession, path: str, status: int = 200, **headers: str) -> str:
    async with browser.get(path, headers=headers, allow_redirects=False) as answer:
        assert answer.status == status
        return html.unescape(await answer.text())


@pytest.mark.parametrize("path", ["/", "/i/AbCdEfGhIjKl", THANKS])
@pytest.mark.parametrize("language", ["fr", "en"])
async def test_page_says_who_the_charity_is(site: aiohttp.ClientSession, path: str, language: str) -> None:
    page = await read(site, path, **{"Accept-Language": language})
    found = re.search(r'<p class="identity">(.*?)</p>', page)
    assert found is not None
    kind = "organisme de bienfaisance enregistré, n°" if language == "fr" else "registered charity no."
    number, *others = ("12345 6789 RR0001", "La Tablée", "12, rue des Érables, Montréal", "bonjour@tablee.example")
    assert re.search(rf"{kind}\s{number}", found[1]), found[1]
    assert all(part in found[1] for part in others), found[1]


async def test_short_link_redirects_to_stripe_and_counts_tap(site: aiohttp.ClientSession, house: House) -> None:
    async with site.get(LINK + "?l=en", allow_redirects=False) as answer:
        assert answer.status == 302
        assert answer.headers["Location"] == STRIPE_PAGE
        assert answer.headers["Cache-Control"] == "no-store"
    assert house.links == [("AbC-_123", 500, "en")]
    assert house.taps == ["AbC-_123"]
    async with site.get(LINK + "?l=en&m=1", allow_redirects=False) as answer:
        assert answer.status == 302
    assert house.monthly == [False, True]


@pytest.mark.parametrize("agent", PREVIEWS)
async def test_previews_are_redirected_and_not_counted(site: aiohttp.ClientSession, house: House, agent: str) -> None:
    async with site.get(LINK, headers={"User-Agent": agent}, allow_redirects=False) as answer:
        assert answer.status == 302
    assert not house.taps


async def test_head_and_prefetching_are_not_counted(site: aiohttp.ClientSession, house: House) -> None:
    async with site.head(LINK) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, STRIPE_PAGE)
    async with site.get(LINK, headers={"Sec-Purpose": "prefetch;prerender"}, allow_redirects=False) as answer:
        assert answer.status == 302
    assert not house.taps


async def test_cubot_phone_is_a_person(site: aiohttp.ClientSession, house: House) -> None:
    agent = "Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 50) Chrome/120 Mobile Safari/537.36"
    async with site.get(LINK, headers={"User-Agent": agent}, allow_redirects=False):
        assert house.taps == ["AbC-_123"]


async def test_closed_link_names_next_step(site: aiohttp.ClientSession, house: House) -> None:
    house.where = None
    french, english = await read(site, LINK + "?l=fr", 410), await read(site, LINK + "?l=en", 410)
    assert "Ce lien est fermé" in french and "/?l=fr" in french
    assert "This link is closed" in english and "/?l=en" in english
    assert not house.taps


@pytest.mark.parametrize(
    "path", ["/g/a/-5", "/g/a/5.5", "/g/a%20b/5", "/g/a/", "/g/" + "a" * 201 + "/5", "/g/a/" + "9" * 13]
)
async def test_invalid_short_links_are_not_found(site: aiohttp.ClientSession, house: House, path: str) -> None:
    await read(site, path, 404)
    assert not house.links


async def test_thanks_page_of_paid_gift(site: aiohttp.ClientSession, house: House) -> None:
    page = await read(site, THANKS)
    assert house.sessions == [("cs_test_a1", "fr")]
    for words in ("Merci!", "Votre don de 5\u00a0$", PAID.does, PAID.total, "https://t.me/obole_bot", "LA TABLEE"):
        assert words in page
    assert 'value="0.604"' in page
    assert PAID.receipt in page and "Ce lien n’était pas le vôtre?" in page
    assert "http-equiv" not in page


async def test_no_bar_below_half(site: aiohttp.ClientSession, house: House) -> None:
    house.gift = changed(progress=None)
    assert "<progress" not in await read(site, THANKS)


async def test_anonymous_gift_can_be_claimed(site: aiohttp.ClientSession, house: House) -> None:
    house.gift = changed(
        telegram_url=None,
        is_anonymous=True,
        claim_url="https://t.me/obole_bot?start=c_x",
        claim_code="x",
        disown_token="",
    )
    page = await read(site, THANKS + "&l=en")
    assert "https://t.me/obole_bot?start=c_x" in page and "/claim x" in page
    assert "/reclamer x" in await read(site, THANKS + "&l=fr")
    assert "not-me" not in page


async def test_waiting_page_refreshes_a_few_times(site: aiohttp.ClientSession, house: House) -> None:
    house.gift = GiftPage(state="unknown")
    path, pauses = THANKS, []
    while refresh := re.search(r'http-equiv="refresh" content="(\d+); url=([^"]+)"', await read(site, path)):
        pauses.append(int(refresh[1]))
        path = "/thanks" + refresh[2]
    assert pauses == [2, 3, 5, 8, 13]
    assert "Actualiser" in await read(site, path)
    for odd in ("99", "-1", "x", "٣"):
        assert "http-equiv" not in await read(site, f"{THANKS}&n={odd}")


async def test_failed_payment_ends_the_wait(site: aiohttp.ClientSession, house: House) -> None:
    house.gift = changed(state="failed")
    page = await read(site, THANKS + "&l=en")
    assert "didn’t go through" in page and "http-equiv" not in page


async def test_thanks_page_of_pending_debit(site: aiohttp.ClientSession, house: House) -> None:
    house.gift = changed(state="pending")
    page = await read(site, THANKS)
    assert "en chemin" in page and PAID.total not in page and "http-equiv" not in page


@pytest.mark.parametrize("session", ["", "pi_1", "cs_" + "a" * 300, "cs_%3Cscript%3E", "cs_a%0d%0aX: y"])
async def test_invented_session_makes_no_lookup(site: aiohttp.ClientSession, house: House, session: str) -> None:
    assert "Merci de votre visite" in await read(site, f"/thanks?session={session}")
    assert not house.sessions


async def test_wasnt_me_works_once(site: aiohttp.ClientSession, house: House) -> None:
    said = []
    for _ in range(2):
        async with site.post("/thanks/not-me", data={"token": PAID.disown_token}) as answer:
            assert answer.status == 200
            said.append(html.unescape(await answer.text()))
    assert "n’est plus lié à cette personne" in said[0]
    assert "C’était déjà fait" in said[1]
    assert all("bonjour@tablee.example" in page for page in said)


@pytest.mark.parametrize("token", ["", "forged", "x" * 500, EVIL])
async def test_forged_token_changes_nothing(site: aiohttp.ClientSession, house: House, token: str) -> None:
    async with site.post("/thanks/not-me?l=en", data={"token": token}) as answer:
        assert answer.status == 400
        assert EVIL not in await answer.text()
    assert not house.disowned


async def test_file_is_no_token_and_large_form_is_refused(site: aiohttp.ClientSession, house: House) -> None:
    form = aiohttp.FormData()
    form.add_field("token", b"abc-def", filename="token.txt")
    async with site.post("/thanks/not-me", data=form) as answer:
        assert answer.status == 400
    async with site.post("/thanks/not-me?l=en", data=io.BytesIO(b"token=" + b"x" * 2_000_000), headers=FORM) as answer:
        assert answer.status == 413
        assert "larger than we accept" in await answer.text()
    assert not house.disowned


async def test_user_text_is_escaped(site: aiohttp.ClientSession, house: House) -> None:
    evil = dict.fromkeys(("money", "campaign", "does", "total", "statement", "receipt", "late", "claim_code"), EVIL)
    house.gift = changed(**evil, disown_token=EVIL, telegram_url="https://t.me/" + EVIL)
    house.panels = (CampaignPanel(name=EVIL, story=EVIL, progress_text=EVIL, deadline=EVIL, picture_alt=EVIL),)
    for path in (THANKS, "/"):
        async with site.get(path) as answer:
            text = await answer.text()
        assert "<script" not in text and "<img src=x" not in text


@pytest.mark.parametrize("name", ["l", "session", "n", "odd"])
async def test_hostile_queries_are_escaped(site: aiohttp.ClientSession, house: House, name: str) -> None:
    house.gift = GiftPage(state="unknown")
    for path in ("/", "/thanks", "/privacy", LINK, "/nowhere"):
        params = {"session": "cs_1", name: EVIL}
        async with site.get(path, params=params, allow_redirects=False) as answer:
            text = await answer.text()
            assert answer.status < 500
            assert "<script" not in text and "<img src=x" not in text


async def test_landing_page_shows_campaigns(site: aiohttp.ClientSession, house: House) -> None:
    assert "Aucune collecte" in await read(site, "/")
    house.panels = (
        CampaignPanel(
            name="La Tablée des petits",
            story="Chaque repas compte.",
            progress_text="Objectif",
            outside="Dont 640 $ hors d’Obole",
            picture_key="a" * 16,
            telegram_url="https://t.me/obole_bot?start=g_1",
            discord_url="https://discord.com/oauth2/authorize?client_id=1",
        ),
    )
    page = await read(site, "/")
    for words in (
        "La Tablée des petits",
        "Donner sur Telegram",
        "Donner sur Discord",
        "Dont 640 $",
        "/pictures/" + "a" * 16,
    ):
        assert words in page
    async with site.get("/pictures/" + "a" * 16 + ".png") as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert "immutable" in answer.headers["Cache-Control"]
    await read(site, "/pictures/" + "b" * 16 + ".png", 404)
    async with site.get("/coin.svg") as answer:
        assert (answer.status, answer.content_type) == (200, "image/svg+xml")


async def test_privacy_in_both_languages(site: aiohttp.ClientSession) -> None:
    assert "Vos renseignements personnels" in await read(site, "/privacy?l=fr")
    assert "Your personal information" in await read(site, "/privacy?l=en")


@pytest.mark.parametrize("locale", LOCALES)
async def test_privacy_page_says_what_the_chats_say(site: aiohttp.ClientSession, locale: Locale) -> None:
    page = " ".join(re.sub("<[^>]*>", "", await read(site, f"/privacy?l={locale}")).split())
    chat = privacy(bare_context(""), locale).card
    for line in "\n".join((chat.title, *chat.lines)).splitlines():
        assert " ".join(line.removeprefix("•").split()) in page


async def test_unknown_paths_and_methods_in_both_languages(site: aiohttp.ClientSession) -> None:
    assert "Cette page n’existe pas" in await read(site, "/nowhere", 404)
    assert "This page doesn’t exist" in await read(site, "/nowhere", 404, **{"Accept-Language": "en-CA,en;q=0.9"})
    await read(site, "/../../etc/passwd", 404)
    for method, path, allow in (
        ("POST", "/", "GET, HEAD"),
        ("GET", "/thanks/not-me", "POST"),
        ("PUT", LINK, "GET, HEAD"),
    ):
        async with site.request(method, path) as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, allow)
            assert "Cela ne fonctionne pas ici" in await answer.text()


async def test_own_failure_shows_kind_page(
    site: aiohttp.ClientSession, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.broken = True
    page = await read(site, "/?l=en", 500)
    assert "Nothing is lost" in page and "database" not in page
    assert "the database is gone" in caplog.text


@pytest.mark.parametrize("path", ["/", THANKS, "/privacy", "/nowhere"])
async def test_pages_have_strict_headers(site: aiohttp.ClientSession, path: str) -> None:
    async with site.get(path) as answer:
        policy, text = answer.headers["Content-Security-Policy"], await answer.text()
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert "<script" not in text and not re.search(r'\sstyle="', text)
    assert not re.search(r'(src|action)="https?:', text), "no third-party assets"


@asynccontextmanager
async def served_at(house: House, public_url: str) -> AsyncIterator[aiohttp.ClientSession]:
    server = WebServer(house.site(public_url), host="127.0.0.1", port=0)
    await server.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}", headers=PHONE) as browser:
            yield browser
    finally:
        await server.stop()


@pytest.mark.parametrize("url", ["", "https://don.example", "https://localhost.evil.example"])
async def test_public_address_cannot_be_framed(house: House, url: str) -> None:
    async with served_at(house, url) as browser, browser.get("/") as answer:
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def test_demo_can_frame_pages_on_own_machine(house: House) -> None:
    async with served_at(house, "http://127.0.0.1:8080") as browser, browser.get("/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors http://127.0.0.1:* http://localhost:*")


@pytest.mark.parametrize(
    ("asked", "header", "locale"),
    [
        ("en", "fr", "en"),
        ("fr", "en", "fr"),
        (None, None, "fr"),
        (None, "", "fr"),
        (None, "*", "fr"),
        ("de", None, "fr"),
        (None, "en-CA,fr;q=0.8", "en"),
        (None, "fr-CA,en;q=0.8", "fr"),
        (None, "en;q=0.3,fr;q=0.9", "fr"),
        (None, "es-MX", "en"),
        (None, "en;q=x,fr;q=0.1", "fr"),
        (None, "en;q=0", "fr"),
        (None, "," * 10_000, "fr"),
    ],
)
def test_language_follows_address_then_browser(asked: str | None, header: str | None, locale: str) -> None:
    assert page_locale(asked, header) == locale
