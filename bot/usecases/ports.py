"""The two ports that use cases and delivery need, and how each may fail."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.domain.people import PlatformName
from content.cards import Card
from payments.cards import SavedCard, SetupPage, SetupSpec
from payments.facts import FeeKnown, PayoutReported
from payments.money import Money
from payments.payouts import Movement
from payments.pledges import PayersNumbers, PledgeView
from payments.stripe import Account, Link, LinkSpec, Payer, SessionView


class PlatformError(Exception):
    """A message was not delivered as requested."""


class Unreachable(PlatformError):
    """The person blocked us, closed their DMs or is gone; no retry until they write."""


DmRefusal = Literal["flagged", "too_fast"]  # why Discord lets the bot open no more conversations


class RetryLater(PlatformError):
    """The platform asks for a pause. `after` is in seconds; `everything` pauses all sending of this bot.

    `flood`: the bot wrote too fast (429), into this chat or at all; the pacer decides what happens to other chats.
    `dms`: no more unsolicited direct messages, and why, while everything else may continue (Discord).
    """

    def __init__(
        self, after: float, *, everything: bool = True, flood: bool = False, dms: DmRefusal | None = None
    ) -> None:
        super().__init__(f"retry after {after} s")
        self.after = after
        self.everything = everything and not flood
        self.flood = flood
        self.dms: DmRefusal | None = dms


class Rejected(PlatformError):
    """The platform refuses this message; retrying would not help."""


class Gone(Rejected):
    """The message or place no longer exists."""


class MissingPermission(Rejected):
    """The bot lacks a permission that staff can grant; the same call may work later."""


class TopicClosed(MissingPermission):
    """The topic of a group is closed; staff can reopen it."""


class TopicDeleted(MissingPermission):
    """The topic of a group was deleted; staff can choose another one."""


class JoinsNotVisible(Rejected):
    """An invite could be created, but the platform would not report who joins by it."""


class InviteLimitReached(Rejected):
    """The place already has as many invites as the platform allows."""


class InDoubt(PlatformError):
    """No response came: the message may or may not have arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRef:
    """Where a sent message is, so that it can be edited. Ids in the platform's own format."""

    chat_id: str
    message_id: str


FetchPicture = Callable[[], Awaitable[bytes | None]]  # downloads a sent picture; None if it is larger than 10 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateReply:
    """A reply that only one person sees (Discord, ephemeral), editable until `expires_at` (UTC)."""

    token: str
    expires_at: datetime


class Platform(Protocol):
    """One chat platform. Every method raises Unreachable, RetryLater, Rejected or InDoubt, nothing else."""

    name: PlatformName

    async def send(self, external_id: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
        """Send a private message. Where possible, the platform drops a second message with the same nonce."""

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Replace one of our messages; a no-op if nothing would change. Also raises Gone and MissingPermission."""

    async def edit_private(self, answer: PrivateReply, card: Card) -> None:
        """Replace a private reply while its token is valid. Raises Unreachable otherwise."""

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        """Post into a channel or group, or one topic of it (`thread`). Also raises Gone and MissingPermission."""

    async def delete(self, ref: MessageRef) -> None:
        """Delete one of our messages; a no-op if it is gone. Raises Rejected if it is too old to delete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """A card for many people, rendered once. Each copy has the reader's reference in place of `mark` in button URLs."""

    card: Card
    mark: str
    ready: Any = None  # the platform's own rendering

    def for_one(self, reference: str) -> Card:
        """Return the card with one person's reference."""
        rows = tuple(
            tuple(replace(b, url=b.url.replace(self.mark, reference)) if b.url else b for b in row)
            for row in self.card.rows
        )
        return replace(self.card, rows=rows)


class MassPlatform(Platform, Protocol):
    """A platform that can send one message to many people."""

    def prepare(self, card: Card, mark: str) -> Copies:
        """Render a card once. Raises Rejected if the platform cannot show it."""

    async def send_copy(
        self, external_id: str, copies: Copies, reference: str, *, nonce: str, silent: bool = False
    ) -> MessageRef:
        """Send one copy in private, like `send`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedInvite:
    """An invite created by a platform.

    `destination`: the chat or server it leads into; `code`: how the platform refers to it when someone joins.
    """

    destination: str
    code: str


class InvitingPlatform(Protocol):
    """A platform that creates invites and reports who joined by them."""

    async def check_invites(self, place: str) -> None:
        """Check that joins to a channel or group are visible. Raises MissingPermission or JoinsNotVisible too."""

    async def create_invite(self, place: str, name: str) -> CreatedInvite:
        """Create an invite that works until revoked. `name` is shown to the administrators of the channel or group.

        Also raises MissingPermission, JoinsNotVisible and InviteLimitReached, which are Rejected.
        """

    async def revoke_invite(self, destination: str, code: str) -> None:
        """Revoke an invite; a no-op if it is gone."""

    def invite_url(self, code: str) -> str:
        """Return the address to give to people."""


class NamingPlatform(Protocol):
    """A platform that can look up a person's display name."""

    async def name_of(self, external_id: str) -> str | None:
        """Return the person's current display name, or None if the platform gives none."""


class RolePlatform(Protocol):
    """A platform on which roles can make people staff."""

    async def roles_in(self, guild: str, external_id: str) -> Sequence[str] | None:
        """Return the roles that a person holds in a server now; None if the platform does not say."""


class Gateway(Protocol):
    """Payments. Raises GatewayUnavailable, GatewayRefused or LinkGone of payments.stripe, nothing else."""

    @property
    def livemode(self) -> bool:
        """Whether the key moves real money."""

    @property
    def answered_at(self) -> datetime | None:
        """Stripe's time (UTC, to the second) in its latest response; None if the response had no date."""

    @property
    def calls(self) -> Mapping[tuple[str, str], int]:
        """Requests to Stripe since the start, by method and HTTP status (or "none")."""

    async def server_time(self) -> datetime | None:
        """Request Stripe's time (UTC, to the second); None if the response has no date."""

    async def create_link(self, spec: LinkSpec, idempotency_key: str) -> Link: ...
    async def deactivate_link(self, stripe_id: str, message: str) -> None: ...
    async def activate_link(self, stripe_id: str) -> None: ...
    async def link_is_active(self, stripe_id: str) -> bool: ...
    async def open_pages(self, stripe_id: str) -> list[str]: ...
    async def end_page(self, session_id: str) -> None: ...
    def event_pages(self, since: datetime, types: Sequence[str]) -> AsyncIterator[list[dict[str, Any]]]: ...
    async def session(self, session_id: str) -> SessionView | None: ...
    async def balance_transactions(self, ids: Sequence[str]) -> list[FeeKnown]: ...
    def payouts(self, since: datetime, now: datetime) -> AsyncIterator[list[PayoutReported]]: ...
    def payout_movements(self, payout: str) -> AsyncIterator[list[Movement]]: ...
    def movements(self, since: datetime, before: datetime) -> AsyncIterator[list[Movement]]: ...
    async def balance(self) -> dict[str, int]: ...
    async def account(self) -> Account: ...
    async def payer(self, payment_intent: str) -> Payer | None: ...
    async def pledge(self, subscription: str) -> PledgeView | None: ...
    async def change_pledge(self, subscription: str, change: Mapping[str, Any], idempotency_key: str) -> PledgeView: ...
    async def price_for(self, product: str, money: Money, idempotency_key: str) -> str: ...
    async def end_pledge(self, subscription: str, idempotency_key: str) -> None: ...
    async def portal(self, customer: str, return_url: str | None) -> str: ...
    async def login_page(self) -> str | None: ...
    async def read_note(self, name: str) -> dict[str, str]: ...
    async def write_note(self, name: str, values: Mapping[str, str]) -> None: ...
    async def payers_numbers(self, subscription: str) -> PayersNumbers | None: ...
    async def refund(self, payment_intent: str, minor: int | None, idempotency_key: str) -> str: ...
    async def create_customer(self, idempotency_key: str) -> str: ...
    async def create_setup_page(self, spec: SetupSpec, idempotency_key: str) -> SetupPage: ...
    async def card_saved_by(self, session: str) -> SavedCard | None: ...
    async def detach_card(self, payment_method: str) -> None: ...
    async def delete_customer(self, customer: str) -> None: ...
