"""A gift as the bot knows it: the ledger's registers, and who gave it for what through which appeal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.rights import Standing
from payments import ledger
from payments.facts import Fact
from payments.reference import Touch


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """One gift row. Anonymous while `supporter_id` is None."""

    id: int
    campaign_id: int
    supporter_id: int | None
    touch: Touch
    late: bool  # paid after the campaign had ended
    book: ledger.Gift
    receipt_url: str | None = None
    balance_transaction: str | None = None  # Stripe's id, by which the fee is asked for
    claimed_at: datetime | None = None  # when its payer proved that it is theirs
    disowned_at: datetime | None = None
    payer: str | None = None  # keyed hash of the card, or of Stripe's customer, that paid it
    forgotten: bool = False  # its supporter asked to be forgotten

    @property
    def standing(self) -> Standing:
        """How sure it is that its supporter paid it."""
        return Standing.UNPROVED if self.claimed_at is None else Standing.PROVED

    @property
    def names(self) -> tuple[str, ...]:
        """Every id of Stripe's by which an event may name this gift."""
        return stripe_ids_of(self.book)


def stripe_ids_of(book: ledger.Gift) -> tuple[str, ...]:
    """Payment intent, invoice and charge, as far as they are known."""
    return tuple(name for name in (book.payment_intent, book.invoice, book.charge) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """A monthly gift that renews: whose it is and for what, once its session has said so."""

    subscription: str
    status: str
    campaign_id: int | None = None
    supporter_id: int | None = None
    minor: int | None = None  # what each renewal asks for, once that was said; in the campaign's currency
    said_at: datetime | None = None  # when Stripe said so (UTC); what it says of earlier is no news
    session: str | None = None  # the payment page on which it began
    payer: str | None = None  # keyed hash of Stripe's customer
    claimed_at: datetime | None = None  # when its payer proved that it is theirs
    legacy: bool = False  # bound to its supporter before proofs existed

    @property
    def standing(self) -> Standing:
        """How sure it is that its supporter pays it."""
        if self.claimed_at is not None:
            return Standing.PROVED
        return Standing.LEGACY if self.legacy else Standing.UNPROVED


EventSource = Literal["webhook", "poll"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedEvent:
    """A Stripe event that came in by whichever door. `unreadable`: why its facts could not be read."""

    id: str
    type: str
    created: datetime
    facts: Sequence[Fact]
    body: bytes = field(repr=False)  # of the event only what is looked at: payments/facts/fields.py
    unreadable: str | None = None
    attempts: int = 0
    came_by: EventSource | None = None  # first; None where that is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftChange:
    """What one event did to one gift."""

    event_id: str
    before: Gift | None
    after: Gift
