"""The real server on a free port, with use cases that answer as set and record their calls."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import web

from bot.usecases.context import Context
from bot.usecases.core.taps import TapCounter
from bot.usecases.failures import Failures
from bot.usecases.gifts import claim
from bot.usecases.giving import links
from bot.usecases.money.intake import Intake, NotAccepted
from bot.usecases.referrals.invite_page import Openings
from bot.web.app import build_web
from bot.web.campaign_panels import CampaignPanel, CampaignPanels
from bot.web.gift_pages import GiftPage, GiftPages
from bot.web.invite_pages import InvitePage, InvitePages
from bot.web.monitoring import Monitoring
from bot.web.server import WebServer
from content.catalog import Catalog, Locale
from content.writer import Charity
from tests.monitoring import TOKEN

STRIPE_PAGE = "https://pay.example/p1?client_reference_id=tok&locale=fr"
PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"}

PAID = GiftPage(
    state="paid",
    money="5\u00a0$",
    campaign="La Tablée des petits",
    does="5\u00a0$ = par exemple un repas du midi",
    total="7\u00a0250\u00a0$ sur 12\u00a0000\u00a0$\u00a0: 60\u00a0% de l’objectif.",
    progress=0.604,
    telegram_url="https://t.me/obole_bot",
    statement="LA TABLEE",
    receipt="Ce message n’est pas un reçu officiel de don.",
    disown_token="abc-def",
)


@dataclass
class House:
    """Answers in place of the use cases: set an answer, then look at the calls."""

    gift: GiftPage = PAID
    where: str | None = STRIPE_PAGE
    refuses: Exception | None = None  # what taking an event raises
    health: dict[str, object] = field(default_factory=lambda: {"ok": True})
    panels: tuple[CampaignPanel, ...] = ()
    broken: bool = False
    webhooks: list[tuple[bytes, str]] = field(default_factory=list)
    updates: list[tuple[bytes, str | None]] = field(default_factory=list)
    links: list[tuple[str, int, Locale]] = field(default_factory=list)
    monthly: list[bool] = field(default_factory=list)
    taps: list[str] = field(default_factory=list)
    sessions: list[tuple[str, Locale]] = field(default_factory=list)
    disowned: list[str] = field(default_factory=list)

    async def receive(self, raw: bytes, signature: str) -> None:
        if self.refuses is None or isinstance(self.refuses, NotAccepted):
            self.webhooks.append((raw, signature))
        if self.refuses is not None:
            raise self.refuses

    async def take_update(self, raw: bytes, secret: str | None) -> int:
        self.updates.append((raw, secret))
        return 200 if secret == "right" else 403

    async def measure(self) -> bytes:
        return b"obole_gifts 1\n"

    async def is_well(self) -> dict[str, object]:
        if self.broken:
            raise OSError("the database is gone")
        return self.health

    async def find_link(self, _ctx: Context, token: str, minor: int, locale: Locale, *, monthly: bool) -> str | None:
        self.monthly.append(monthly)
        self.links.append((token, minor, locale))
        return self.where

    async def find_gift(self, session_id: str, asked: Locale | None, browsers: Locale) -> GiftPage:
        self.sessions.append((session_id, asked or browsers))
        return replace(self.gift, locale=asked or browsers)

    async def disown(self, _ctx: Context, token: str) -> claim.Disowned:
        if token != PAID.disown_token:
            return "refused"
        self.disowned.append(token)
        return "done" if len(self.disowned) == 1 else "already"

    async def campaigns(self, locale: Locale) -> tuple[CampaignPanel, ...]:
        if self.broken:
            raise OSError("the database is gone")
        return self.panels

    async def find_invite(self, *_asked: object) -> InvitePage:
        return InvitePage(campaign=None)

    async def find_nothing(self, *_asked: object) -> None:
        return None

    def site(self, public_url: str = "https://don.example") -> web.Application:
        """The application with these answers."""
        taps = cast(TapCounter, SimpleNamespace(note=self.taps.append))
        return build_web(
            bare_context(public_url),
            cast(Intake, self),
            taps,
            cast(Openings, None),  # no invite is known
            monitoring=Monitoring(token=TOKEN, ready=self.is_well, status=self.is_well, metrics=self.measure),
            telegram=self.take_update,
        )


def bare_context(public_url: str) -> Context:
    """What the web server reads of a context."""
    charity = Charity(
        name="La Tablée",
        contact="bonjour@tablee.example",
        registration="12345 6789 RR0001",
        address="12, rue des Érables, Montréal",
    )
    return cast(
        Context,
        SimpleNamespace(
            catalog=Catalog.load(), charity=charity, public_url=public_url, failures=Failures(), quick_give=True
        ),
    )


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    made = House()
    monkeypatch.setattr(links, "redirect_target", made.find_link)
    monkeypatch.setattr(claim, "disown_by_token", made.disown)
    for kind, name, answer in (
        (GiftPages, "of", made.find_gift),
        (CampaignPanels, "of_all", made.campaigns),
        (InvitePages, "of", made.find_invite),
        (InvitePages, "into_discord", made.find_nothing),
        (InvitePages, "preview", made.find_nothing),
        (CampaignPanels, "picture", lambda key: b"\x89PNG" if key == "a" * 16 else None),
    ):
        monkeypatch.setattr(kind, name, staticmethod(answer))
    return made


@pytest.fixture
async def site(house: House) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser without cookies or redirects of its own, on the running server."""
    server = WebServer(house.site(), host="127.0.0.1", port=0)
    await server.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}", headers=PHONE) as browser:
            yield browser
    finally:
        await server.stop()


def changed(**changes: Any) -> GiftPage:
    """The paid gift's page with some parts changed."""
    return replace(PAID, **changes)
