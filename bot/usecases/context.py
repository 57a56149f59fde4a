"""What every use case is given: the doors, the clock and the charity's own facts. Built once, in app.py."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.fees import CardFee
from bot.domain.ids import Ids
from bot.domain.people import PlatformName
from bot.domain.time import Clock
from bot.store.db import Database
from bot.usecases.active_links import ActiveLinks
from bot.usecases.ports import Gateway, InvitingPlatform, NamingPlatform
from content.catalog import Catalog
from content.writer import Charity
from payments.reference import Keyring


@dataclass(slots=True)
class BotIdentity:
    """Where the bots, and Stripe's page for payers, can be found. Known only once each has been asked."""

    telegram_username: str | None = None
    telegram_inline: bool = False  # inline mode is switched on
    discord_application_id: str | None = None
    stripe_login_url: str | None = None  # where payers sign in with a code by e-mail; None while that is off


@dataclass(slots=True)
class ClockState:
    """What the latest comparison of our clock with Stripe's came to; None before the first."""

    is_right: bool | None = None


def _nobody_to_wake() -> None:
    """Stands in where no delivery loop runs (terminal commands, tests)."""


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
    statement: str = ""  # what a card statement shows; empty where the charity has not said
    zone: str = "America/Toronto"  # the charity's own time zone
    link_domains: tuple[str, ...] = ()  # hosts to which links in staff's texts may lead; none: the public address's
    public_url: str = ""  # without a trailing slash; empty: no web address
    telegram_per_second: float = 30  # at most, as our estimates have it
    discord_dms_per_minute: float = 10
    card_fee: CardFee = field(default_factory=CardFee)
    links: ActiveLinks = field(default_factory=ActiveLinks)
    clock_state: ClockState = field(default_factory=ClockState)
    identity: BotIdentity = field(default_factory=BotIdentity)
    inviting: dict[PlatformName, InvitingPlatform] = field(default_factory=dict)  # those that are logged in
    naming: dict[PlatformName, NamingPlatform] = field(default_factory=dict)  # likewise
    rng: random.Random = field(default_factory=random.SystemRandom)  # for codes that nobody may guess
    wake: Callable[[], None] = _nobody_to_wake  # there is something new in the outbox


def local_day(ctx: Context, when: datetime) -> date:
    """The day on which something happened, in the charity's own zone."""
    return when.astimezone(ZoneInfo(ctx.zone)).date()
