"""Gifts and pledges: the ledger's registers with supporter, campaign and appeal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

from bot.domain.rights import Standing
from payments import ledger
from payments.facts import Fact
from payments.pledges import ENDED, charges_at
from payments.reference import Touch


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """One gift row. Anonymous while `supporter_id` is None."""

    id: int
    campaign_id: int
    supporter_id: int | None
    touch: Touch
    late: bool  # paid after the campaign ended
    book: ledger.Gift
    receipt_url: str | None = None
    balance_transaction: str | None = None  # Stripe's id, by which the fee is fetched
    claimed_at: datetime | None = None  # when its payer proved that it is theirs
    disowned_at: datetime | None = None
    payer: str | None = None  # keyed hash of the card or Stripe customer that paid it
    forgotten: bool = False  # its supporter asked to be forgotten
    day: date | None = None  # when it was paid, in the charity's time zone at its first booking; never changed

    @property
    def standing(self) -> Standing:
        """How sure we are that its supporter paid it."""
        return Standing.UNPROVED if self.claimed_at is None else Standing.PROVED

    @property
    def stripe_ids(self) -> tuple[str, ...]:
        """Every Stripe id by which an event may identify this gift."""
        return stripe_ids_of(self.book)


def stripe_ids_of(book: ledger.Gift) -> tuple[str, ...]:
    """Return the known ones of payment intent, invoice and charge."""
    return tuple(name for name in (book.payment_intent, book.invoice, book.charge) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """A monthly gift that renews, with its supporter and campaign once its session is known."""

    subscription: str
    status: str
    campaign_id: int | None = None
    supporter_id: int | None = None
    minor: int | None = None  # the amount of each renewal in the campaign's currency, once known
    said_at: datetime | None = None  # when Stripe reported this state (UTC); earlier reports are ignored
    session: str | None = None  # the checkout session it began with
    payer: str | None = None  # keyed hash of Stripe's customer
    claimed_at: datetime | None = None  # when its payer proved that it is theirs
    legacy: bool = False  # bound to its supporter before proofs existed
    renews_at: datetime | None = None  # when the paid period ends, as last reported
    ends_at: datetime | None = None  # when it ends for good, if that is planned

    @property
    def is_last(self) -> bool:
        """Whether nothing more will be charged, although the paid period goes on."""
        return self.renews_at is not None and not charges_at(self.renews_at, self.ends_at)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be charged: it has ended, or its last gift was paid."""
        return self.is_last or self.status in ENDED

    @property
    def standing(self) -> Standing:
        """How sure we are that its supporter pays it."""
        if self.claimed_at is not None:
            return Standing.PROVED
        return Standing.LEGACY if self.legacy else Standing.UNPROVED


EventSource = Literal["webhook", "poll"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedEvent:
    """A Stripe event from either source. `unreadable`: why its facts could not be read."""

    id: str
    type: str
    created: datetime
    facts: Sequence[Fact]
    body: bytes = field(repr=False)  # only the fields of the event that are read: payments/facts/fields.py
    unreadable: str | None = None
    attempts: int = 0
    came_by: EventSource | None = None  # the first source, if known


class CountedGift(NamedTuple):
    """Who gave something that counts, to what, and on which day."""

    supporter_id: int
    campaign_id: int
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftChange:
    """What one event did to one gift."""

    event_id: str
    before: Gift | None
    after: Gift
