"""What every use case is given: the doors, the clock and the charity's own facts. Built once, in app.py."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.ids import Ids
from bot.domain.time import Clock
from bot.store.db import Database
from bot.usecases.ports import Gateway
from content.catalog import Catalog
from payments.reference import Keyring


@dataclass(frozen=True, slots=True, kw_only=True)
class Charity:
    """What the charity says about itself in messages. Empty where it has nothing to say."""

    name: str
    contact: str  # who to write to: an e-mail address or a web page
    privacy_officer: str
    registration_number: str = ""  # of a registered charity; empty: no official receipts are ever promised
    statement: str = ""  # what a card statement shows
    time_zone: str = "America/Toronto"


@dataclass(slots=True)
class Whereabouts:
    """Where the bots can be found. Known only once they have logged in."""

    telegram_username: str | None = None
    discord_application_id: str | None = None


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
    public_url: str = ""  # without a trailing slash; empty: no web address
    whereabouts: Whereabouts = field(default_factory=Whereabouts)
    wake: Callable[[], None] = _nobody_to_wake  # there is something new in the outbox
