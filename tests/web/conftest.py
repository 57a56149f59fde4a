"""The real server on a free port, with doors that answer as told and remember who came through."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest

from bot.usecases.context import Context
from bot.web.app import build_web
from bot.web.doors import ACCEPTED, CampaignPanel, Disowned, Doors, GiftPage, Outcome
from bot.web.server import WebServer
from content.catalog import Catalog, Locale
from content.writer import Charity

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
    """What is behind the doors: set an answer, then look at what came."""

    gift: GiftPage = PAID
    where: str | None = STRIPE_PAGE
    outcome: Outcome | Exception = ACCEPTED
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

    async def take_event(self, raw: bytes, signature: str) -> Outcome:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        self.webhooks.append((raw, signature))
        return self.outcome

    async def take_update(self, raw: bytes, secret: str | None) -> int:
        self.updates.append((raw, secret))
        return 200 if secret == "right" else 403

    async def is_well(self) -> dict[str, object]:
        if self.broken:
            raise OSError("the database is gone")
        return self.health

    async def find_link(self, token: str, minor: int, locale: Locale, monthly: bool) -> str | None:
        self.monthly.append(monthly)
        self.links.append((token, minor, locale))
        return self.where

    async def find_gift(self, session: str, locale: Locale) -> GiftPage:
        self.sessions.append((session, locale))
        return self.gift

    async def disown(self, token: str) -> Disowned:
        if token != PAID.disown_token:
            return "refused"
        self.disowned.append(token)
        return "done" if len(self.disowned) == 1 else "already"

    async def campaigns(self, locale: Locale) -> tuple[CampaignPanel, ...]:
        if self.broken:
            raise OSError("the database is gone")
        return self.panels

    def doors(self) -> Doors:
        return Doors(
            stripe=self.take_event,
            health=self.is_well,
            link=self.find_link,
            count_tap=self.taps.append,
            gift_page=self.find_gift,
            disown=self.disown,
            campaigns=self.campaigns,
            telegram=self.take_update,
            picture=lambda key: b"\x89PNG" if key == "a" * 16 else None,
        )


def bare_context(public_url: str = "https://don.example") -> Context:
    """The three things of a context that the web server reads."""
    charity = Charity(name="La Tablée", contact="bonjour@tablee.example")
    return cast(Context, SimpleNamespace(catalog=Catalog.load(), charity=charity, public_url=public_url))


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def site(house: House) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser without cookies or redirects of its own, on the running server."""
    server = WebServer(build_web(bare_context(), house.doors()), host="127.0.0.1", port=0)
    await server.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}", headers=PHONE) as browser:
            yield browser
    finally:
        await server.stop()


def changed(**changes: Any) -> GiftPage:
    """The paid gift's page with some parts changed."""
    return replace(PAID, **changes)
