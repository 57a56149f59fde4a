"""A saved card's life. Pure.

A card is asked for, saved on Stripe's page, claimed by the account that comes back from there, and removed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PAGE_OPEN = timedelta(hours=1)  # of Stripe's page; it could be a day, but nobody needs it that long
CLAIM_WITHIN = timedelta(hours=24)  # after the request; then the card is removed
UNUSED_FOR = timedelta(days=365)  # after this a card is removed


class Removal(StrEnum):
    """Why a card was removed."""

    DONOR = "donor"  # they asked for it
    REPLACED = "replaced"  # by another card
    UNCLAIMED = "unclaimed"  # nobody claimed it in time
    UNUSED = "unused"
    STRIPE = "stripe"  # in the dashboard, or by the card's network
    FORGOTTEN = "forgotten"  # /forget
    MINOR = "minor"  # they are under 18, as they or staff said later
    DECEASED = "deceased"  # they have died


DELETES_CUSTOMER = frozenset({Removal.UNCLAIMED, Removal.FORGOTTEN})
"""Removals after which Stripe keeps no customer either. In the others the payments need one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDetails:
    """What may be known of a card: enough to recognize it, not to pay with it."""

    brand: str
    last4: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A saved card, or the request for one. The ids are Stripe's; None until it gave them. Times are aware UTC."""

    id: int
    asked_by: int | None
    asked_at: datetime
    supporter_id: int | None = None
    code_hash: str | None = None
    customer: str | None = None
    session: str | None = None
    payment_method: str | None = None
    payer: str | None = None
    details: CardDetails | None = None
    claimed_at: datetime | None = None
    used_at: datetime | None = None
    removed_at: datetime | None = None
    removed_why: Removal | None = None
    gone_at: datetime | None = None

    @property
    def is_kept(self) -> bool:
        """Whether its owner can give with it."""
        return self.claimed_at is not None and self.removed_at is None

    def is_claimable(self, now: datetime) -> bool:
        """Whether the account that comes back from Stripe's page may claim it: once, within a day."""
        is_free = self.claimed_at is None and self.removed_at is None
        return is_free and timedelta() <= now - self.asked_at < CLAIM_WITHIN


def removal_due(card: Card, now: datetime) -> Removal | None:
    """Return why a card must be removed now, or None."""
    if card.removed_at is not None:
        return None
    if card.claimed_at is None:
        return Removal.UNCLAIMED if now - card.asked_at >= CLAIM_WITHIN else None
    return Removal.UNUSED if now - (card.used_at or card.claimed_at) >= UNUSED_FOR else None
