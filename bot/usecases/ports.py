"""The two things use cases and delivery need from outside, and how each may fail."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from bot.domain.people import PlatformName
from content.cards import Card
from payments.facts import FeeKnown
from payments.money import Money
from payments.pledges import PayersNumbers, PledgeView
from payments.stripe import Account, Link, LinkSpec, Payer, SessionView


class PlatformError(Exception):
    """A message did not go out as asked."""


class Unreachable(PlatformError):
    """The person blocked us, closed their DMs or is gone; not tried again until they write."""


class RetryLater(PlatformError):
    """The platform asks for a pause. `after` is in seconds; `everything` halts every lane of this bot.

    `flood`: the bot wrote too fast (429), into this chat or at all: the pacer decides what the others do.
    `unsolicited`: it wants no more direct messages that nobody asked for, all else may go on (Discord).
    """

    def __init__(
        self, after: float, *, everything: bool = True, flood: bool = False, unsolicited: bool = False
    ) -> None:
        super().__init__(f"retry after {after} s")
        self.after = after
        self.everything = everything and not flood
        self.flood = flood
        self.unsolicited = unsolicited


class Rejected(PlatformError):
    """The platform refuses this very message; sending it again would not help."""


class Gone(Rejected):
    """There is no such message or place any more."""


class MissingPermission(Rejected):
    """The bot lacks a right there that staff can give it; the same may work later."""


class JoinsNotVisible(Rejected):
    """An invite can be made there, but the platform would not tell who comes by it."""


class InviteLimitReached(Rejected):
    """There are as many as the platform allows."""


class InDoubt(PlatformError):
    """No answer came: the message may have arrived or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRef:
    """Where a sent message is, to edit it later. Ids as the platform writes them."""

    chat_id: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateReply:
    """An answer only one person sees (Discord, ephemeral), editable until `expires_at` (UTC)."""

    token: str
    expires_at: datetime


class Platform(Protocol):
    """One chat platform. Every method raises Unreachable, RetryLater, Rejected or InDoubt, nothing else."""

    name: PlatformName

    async def send(self, external_id: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
        """Write to one person in private. The same nonce within minutes is the same message where possible."""

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Replace a message we sent; a no-op where nothing would change. Raises also Gone and NoRight."""

    async def edit_private(self, answer: PrivateReply, card: Card) -> None:
        """Replace a private answer while its token lives. Raises Unreachable where there is none."""

    async def post(self, place: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
        """Post into a channel or group. Raises also Gone and NoRight."""

    async def delete(self, ref: MessageRef) -> None:
        """Take a message of ours away; a no-op where it is gone. Raises Rejected where it is too old for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """A card that goes to many people, made ready once. Each copy has the person's own reference where `mark` stands
    in the addresses of the buttons."""

    card: Card
    mark: str
    ready: Any = None  # the platform's own

    def for_one(self, reference: str) -> Card:
        """The card that one person gets."""
        rows = tuple(
            tuple(replace(b, url=b.url.replace(self.mark, reference)) if b.url else b for b in row)
            for row in self.card.rows
        )
        return replace(self.card, rows=rows)


class MassPlatform(Platform, Protocol):
    """A platform through which one message goes to many."""

    def prepare(self, card: Card, mark: str) -> Copies:
        """Render once. Raises Rejected for a card that this platform cannot show."""

    async def send_copy(
        self, external_id: str, copies: Copies, reference: str, *, nonce: str, silent: bool = False
    ) -> MessageRef:
        """Write to one person in private, like `send`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedInvite:
    """An invite that a platform has made. `home`: the chat or server it leads into; `code`: how the platform names it
    when somebody comes by it."""

    destination: str
    code: str


class InvitingPlatform(Protocol):
    """A platform that makes invites and tells who came by them."""

    async def check_invites(self, place: str) -> None:
        """See whether we would be told who comes into a channel or group. Raises also NoRight and Untold."""

    async def create_invite(self, place: str, name: str) -> CreatedInvite:
        """An invite into a channel or group that works until it is revoked. `name`: for the administrators there.

        Raises also NoRight, Untold and NoRoom, which are Rejected.
        """

    async def revoke_invite(self, home: str, code: str) -> None:
        """Nobody comes by it any more; a no-op where it is gone."""

    def invite_url(self, code: str) -> str:
        """The address that people are given."""


class NamingPlatform(Protocol):
    """A platform that tells what somebody is called there."""

    async def name_of(self, external_id: str) -> str | None:
        """Their name as their platform shows it right now; None where it has none for us."""


class Gateway(Protocol):
    """Payments. Raises GatewayUnavailable, GatewayRefused or LinkGone of payments.stripe, nothing else."""

    @property
    def livemode(self) -> bool:
        """Whether the key moves real money."""

    @property
    def answered_at(self) -> datetime | None:
        """The time at Stripe (UTC, to the second) when it last answered; None where it did not say."""

    async def server_time(self) -> datetime | None:
        """Ask for the time at Stripe (UTC, to the second); None where its answer does not say."""

    async def create_link(self, spec: LinkSpec, idempotency_key: str) -> Link: ...
    async def deactivate_link(self, stripe_id: str, message: str) -> None: ...
    async def activate_link(self, stripe_id: str) -> None: ...
    async def link_is_active(self, stripe_id: str) -> bool: ...
    async def open_pages(self, stripe_id: str) -> list[str]: ...
    async def end_page(self, session_id: str) -> None: ...
    def event_pages(self, since: datetime, types: Sequence[str]) -> AsyncIterator[list[dict[str, Any]]]: ...
    async def session(self, session_id: str) -> SessionView | None: ...
    async def balance_transactions(self, ids: Sequence[str]) -> list[FeeKnown]: ...
    async def account(self) -> Account: ...
    async def payer(self, payment_intent: str) -> Payer | None: ...
    async def pledge(self, subscription: str) -> PledgeView | None: ...
    async def change_pledge(self, subscription: str, change: Mapping[str, Any], idempotency_key: str) -> PledgeView: ...
    async def price_for(self, product: str, money: Money, idempotency_key: str) -> str: ...
    async def end_pledge(self, subscription: str, idempotency_key: str) -> None: ...
    async def portal(self, customer: str, return_url: str | None) -> str: ...
    async def login_page(self) -> str | None: ...
    async def payers_numbers(self, subscription: str) -> PayersNumbers | None: ...
    async def refund(self, payment_intent: str, minor: int | None, idempotency_key: str) -> str: ...
