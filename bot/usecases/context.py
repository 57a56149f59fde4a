"""The context every use case receives: ports, clock and the charity's settings. Built once, in app.py."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.domain.fees import CardFee
from bot.domain.ids import Ids
from bot.domain.people import PlatformName
from bot.domain.time import Clock
from bot.heartbeats import Heartbeats
from bot.meters import Meters
from bot.store.db import Database
from bot.store.erasure_file import ErasureFile
from bot.usecases.active_links import ActiveLinks
from bot.usecases.failures import Failures
from bot.usecases.ports import Gateway, InvitingPlatform, NamingPlatform, RolePlatform
from content.catalog import Catalog
from content.writer import Charity
from payments.reference import Keyring


@dataclass(slots=True)
class BotIdentity:
    """Addresses of the bots and of Stripe's page for payers; each is None until it has been looked up."""

    telegram_username: str | None = None
    telegram_inline: bool = False  # inline mode is switched on
    discord_application_id: str | None = None
    stripe_login_url: str | None = None  # where payers sign in with a code by e-mail; None if switched off


@dataclass(slots=True)
class ClockState:
    """The latest comparison of our clock with Stripe's; None before the first."""

    is_right: bool | None = None


def _no_worker() -> None:
    """Do nothing: no delivery worker runs here (terminal commands, tests)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The arguments that all use cases share."""

    db: Database
    clock: Clock
    ids: Ids
    catalog: Catalog
    keyring: Keyring
    gateway: Gateway
    charity: Charity
    statement: str = ""  # what a card statement shows; empty if not set
    zone: str = "America/Toronto"  # the charity's own time zone
    holidays: str = "CA-QC"  # the region whose public holidays it keeps (domain/holidays.py)
    link_domains: tuple[str, ...] = ()  # hosts that links in staff texts may lead to; empty: the public address's
    public_url: str = ""  # without a trailing slash; empty: no web address
    telegram_per_second: float = 30  # the most we send, for estimates
    discord_dms_per_minute: float = 10
    erasures: ErasureFile | None = None  # None: erasures are not recorded (tests)
    card_fee: CardFee = field(default_factory=CardFee)
    heartbeats: Heartbeats = field(default_factory=Heartbeats)
    meters: Meters = field(default_factory=Meters)
    failures: Failures = field(default_factory=Failures)
    links: ActiveLinks = field(default_factory=ActiveLinks)
    quick_give: bool = False  # saved cards, in preparation
    clock_state: ClockState = field(default_factory=ClockState)
    identity: BotIdentity = field(default_factory=BotIdentity)
    inviting: dict[PlatformName, InvitingPlatform] = field(default_factory=dict)  # platforms that are logged in
    naming: dict[PlatformName, NamingPlatform] = field(default_factory=dict)  # likewise
    roles: dict[PlatformName, RolePlatform] = field(default_factory=dict)  # likewise
    rng: random.Random = field(default_factory=random.SystemRandom)  # for codes that must not be guessable
    wake: Callable[[], None] = _no_worker  # signals that the outbox has new messages


def local_day(ctx: Context, when: datetime) -> date:
    """Return the day of `when` in the charity's time zone."""
    return when.astimezone(ZoneInfo(ctx.zone)).date()


def midnight(ctx: Context, day: date) -> datetime:
    """Return when a day begins in the charity's time zone (aware)."""
    return datetime.combine(day, time(), ZoneInfo(ctx.zone))
