"""Setup for use case tests: a context on a real database, an open campaign, loaded links.

The gateway here only creates links: everything about money arrives as Stripe's JSON.
"""

import random
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from bot.domain.campaigns import Campaign
from bot.domain.ids import Ids
from bot.domain.people import Contact, Supporter
from bot.domain.staff import Member, Role
from bot.store.core import notices, outbox
from bot.store.core.notices import Notice
from bot.store.core.outbox import Delivery
from bot.store.db import Database
from bot.store.gifts import gifts
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.usecases import outbox_messages, router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core import late
from bot.usecases.core.join import find_or_join
from bot.usecases.reply import Reply
from bot.usecases.reports import overview
from content.campaign import Campaign as Authored
from content.campaign import load_toml
from content.cards import Card
from content.catalog import Catalog
from content.writer import Charity
from payments.cards import SavedCard, SetupPage, SetupSpec
from payments.facts import FeeKnown, PayoutReported
from payments.money import Money
from payments.payouts import Movement
from payments.pledges import PayersNumbers, PledgeView
from payments.reference import Keyring, Reference, Touch, TouchKind
from payments.stripe import Account, GatewayRefused, Link, LinkSpec, Payer, SessionView
from tests import published
from tests.clock import MovingClock

CAMILLE = Contact(platform="telegram", external_id="42", locale="fr", private=True)
ALEX = Contact(platform="discord", external_id="77", locale="en", private=True)
SECRET = "k" * 40


async def keep_running(ctx: Context) -> None:
    """What the jobs store every minute; without it, what they send after hours counts as late."""
    async with ctx.db.write() as conn:
        await late.note_all(conn, ctx.clock())


class RecordingGateway:
    """Implements the Gateway port and records calls."""

    livemode = False
    calls: Mapping[tuple[str, str], int] = {}
    answered_at: datetime | None = None

    def __init__(self) -> None:
        self.made: list[LinkSpec] = []
        self.notes: dict[str, dict[str, str]] = {}
        self.switched_off: list[str] = []
        self.pages: dict[str, list[str]] = {}  # open checkout sessions of each link
        self.ended_pages: list[str] = []
        self.listed: list[dict[str, Any]] = []
        self.gone: set[str] = set()
        self.refunds: list[tuple[str, int | None, str]] = []
        self.cards: dict[str, SavedCard | None] = {}  # by the page that saves one
        self.setup_pages: list[SetupSpec] = []
        self.detached: list[str] = []
        self.deleted_customers: list[str] = []
        self.payers: dict[str, Payer] = {}  # by payment intent; of all others Stripe knows nothing

    async def create_link(self, spec: LinkSpec, idempotency_key: str) -> Link:
        self.made.append(spec)
        number = len(self.made)
        return Link(f"plink_{number}", f"https://pay.example/p{number}")

    async def deactivate_link(self, stripe_id: str, message: str) -> None:
        self.switched_off.append(stripe_id)

    async def activate_link(self, stripe_id: str) -> None:
        if stripe_id in self.switched_off:
            self.switched_off.remove(stripe_id)

    async def link_is_active(self, stripe_id: str) -> bool:
        return stripe_id not in self.gone

    async def open_pages(self, stripe_id: str) -> list[str]:
        return [one for one in self.pages.get(stripe_id, []) if one not in self.ended_pages]

    async def end_page(self, session_id: str) -> None:
        self.ended_pages.append(session_id)

    async def event_pages(self, since: datetime, types: Sequence[str]) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield pages like Stripe: newest first, by its own clock, from the requested second on."""
        asked = [event for event in self.listed if event["created"] >= int(since.timestamp())]
        newest_first = sorted(asked, key=lambda event: -event["created"])
        for start in range(0, len(newest_first), 100):
            yield newest_first[start : start + 100]

    async def session(self, session_id: str) -> SessionView | None:
        return None

    async def create_customer(self, idempotency_key: str) -> str:
        return f"cus_{idempotency_key}"

    async def create_setup_page(self, spec: SetupSpec, idempotency_key: str) -> SetupPage:
        self.setup_pages.append(spec)
        session = f"cs_{len(self.setup_pages)}"
        self.cards[session] = None
        return SetupPage(session=session, url=f"https://pay.example/{session}")

    def save_card(self, page: int, last4: str = "4242") -> None:
        """Enter a card on the page with this number, counted from 1."""
        self.cards[f"cs_{page}"] = SavedCard(
            customer=self.setup_pages[page - 1].customer, payment_method=f"pm_{page}", brand="visa", last4=last4,
            exp_month=9, exp_year=2031, fingerprint=f"fp{last4}",
        )  # fmt: skip

    async def card_saved_by(self, session: str) -> SavedCard | None:
        return self.cards[session]

    async def detach_card(self, payment_method: str) -> None:
        self.detached.append(payment_method)

    async def delete_customer(self, customer: str) -> None:
        self.deleted_customers.append(customer)

    async def balance_transactions(self, ids: Sequence[str]) -> list[FeeKnown]:
        return []

    async def payouts(self, since: datetime, now: datetime) -> AsyncIterator[list[PayoutReported]]:
        for page in ():
            yield page

    async def payout_movements(self, payout: str) -> AsyncIterator[list[Movement]]:
        for page in ():
            yield page

    async def movements(self, since: datetime, before: datetime) -> AsyncIterator[list[Movement]]:
        for page in ():
            yield page

    async def balance(self) -> dict[str, int]:
        return {}

    async def server_time(self) -> datetime | None:
        return self.answered_at

    async def account(self) -> Account:
        return Account(
            id="acct_1",
            name="La Tablée",
            country="CA",
            charges_enabled=True,
            statement_descriptor="LA TABLEE",
        )

    async def payer(self, payment_intent: str) -> Payer | None:
        return self.payers.get(payment_intent)

    async def pledge(self, subscription: str) -> PledgeView | None:
        return None

    async def change_pledge(self, subscription: str, change: Mapping[str, Any], idempotency_key: str) -> PledgeView:
        raise GatewayRefused("no such subscription")

    async def price_for(self, product: str, money: Money, idempotency_key: str) -> str:
        return "price_1"

    async def end_pledge(self, subscription: str, idempotency_key: str) -> None:
        return None

    async def portal(self, customer: str, return_url: str | None) -> str:
        return f"https://portal.example/{customer}"

    async def payers_numbers(self, subscription: str) -> PayersNumbers | None:
        return None

    async def read_note(self, name: str) -> dict[str, str]:
        return self.notes.get(name, {})

    async def write_note(self, name: str, values: Mapping[str, str]) -> None:
        self.notes[name] = self.notes.get(name, {}) | dict(values)

    async def login_page(self) -> str | None:
        return "https://billing.stripe.example/p/login/abc"

    async def refund(self, payment_intent: str, minor: int | None, idempotency_key: str) -> str:
        self.refunds.append((payment_intent, minor, idempotency_key))
        return f"re_{len(self.refunds)}"


@cache
def example() -> Authored:
    """Return the first example campaign."""
    folder = resources.files("content") / "campaigns"
    first = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)[0]
    return load_toml(first.read_text(encoding="utf-8"))


def make_context(db: Database, clock: MovingClock, **changes: Any) -> Context:
    """Return a context with a recording gateway."""
    rng = random.Random(1)
    given: dict[str, Any] = {
        "db": db,
        "clock": clock,
        "ids": Ids(clock, rng),
        "catalog": Catalog.load(),
        "keyring": Keyring([SECRET]),
        "gateway": RecordingGateway(),
        "charity": Charity(name="La Tablée", contact="bonjour@tablee.example"),
        "statement": "LA TABLEE",
    }
    return Context(**(given | changes))


async def open_campaign(ctx: Context, **changes: Any) -> Campaign:
    """Publish the example campaign."""
    authored = example().model_copy(update=changes)
    if isinstance(ctx.gateway, RecordingGateway) and type(ctx.gateway).create_link is RecordingGateway.create_link:
        return await published.restore_or_publish(ctx, authored, ctx.gateway.made)
    return await publish.publish(ctx, authored)


async def signed(ctx: Context, campaign: Campaign, contact: Contact = CAMILLE) -> tuple[Supporter, str]:
    """Return a supporter and the reference in their links."""
    supporter = await find_or_join(ctx, contact)
    return supporter, ctx.keyring.sign(Reference(supporter.id, campaign.id, Touch(TouchKind.COMMAND)))


def metadata(campaign: Campaign) -> dict[str, str]:
    """Return the metadata that our links set on sessions and payments."""
    return {"obole": "1", "campaign": campaign.slug, "campaign_id": str(campaign.id)}


async def all_gifts(ctx: Context) -> list[Any]:
    async with ctx.db.read() as conn:
        return (await gifts.page(conn, 0, 10_000))[0].gifts


async def hire(
    ctx: Context, contact: Contact, role: Role = Role.EDITOR, *, label: str = "Nadia", finance: bool = False
) -> Member:
    """Make a contact a member of staff."""
    async with ctx.db.write() as conn:
        return await staff.add(
            conn,
            contact.platform,
            contact.external_id,
            role,
            label=label,
            locale=contact.locale,
            added_by=None,
            at=ctx.clock(),
            finance=finance,
        )


async def notices_of(ctx: Context, kind: str) -> list[Notice]:
    """Return the notices to staff of one kind."""
    async with ctx.db.read() as conn:
        return [notice for notice in await notices.due(conn, ctx.clock(), 999) if notice.kind == kind]


async def approvals_waiting(ctx: Context) -> int:
    """Return how many approvals the overview's *to do* counts."""
    async with ctx.db.read() as conn:
        return (await overview.todo(ctx, conn)).approvals


async def rendered(ctx: Context, delivery: Delivery) -> Card:
    """Return what its recipient would see of a delivery now. Raises Deferred or Obsolete."""
    async with ctx.db.read() as conn:
        person = (await supporters.by_address_ids(conn, [delivery.address_id]))[delivery.address_id]
    return (await outbox_messages.render(ctx, delivery, person)).card


async def queued(ctx: Context) -> dict[str, int]:
    """Return the number of deliveries in each state."""
    async with ctx.db.read() as conn:
        return await outbox.counts(conn)


async def send_picture(ctx: Context, contact: Contact, image: bytes | None) -> Reply:
    """Send a picture in private; None is one that is too large."""

    async def fetch() -> bytes | None:
        return image

    return await router.on_picture(ctx, contact, fetch)


async def awaits_picture(ctx: Context, contact: Contact) -> bool:
    """Return whether a picture would answer a prompt: only then is it downloaded."""
    downloads = []

    async def fetch() -> bytes | None:
        downloads.append(contact)
        return None

    await router.on_picture(ctx, contact, fetch)
    return bool(downloads)
