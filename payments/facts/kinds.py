"""The facts: plain data about one gift or pledge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from payments.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that one Stripe event states.

    event_id: the event. at: when it happened according to Stripe (aware UTC). ours: whether it concerns something that
    Obole created, since a charity may use the same account for other purposes. True and False are certain; None means
    that this kind of object carries no mark of ours (refunds, disputes), so it depends on whether the gift is known.
    """

    event_id: str
    at: datetime
    ours: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftFact(Fact):
    """A fact about one gift, identified by its payment intent or, for a pledge's gift, its invoice.

    At least one of the two is set. InvoiceCharged links them.
    """

    payment_intent: str | None = None
    invoice: str | None = None

    @property
    def key(self) -> str:
        """The gift's natural key as far as this fact knows it: the invoice if there is one, else the payment intent."""
        return self.invoice or self.payment_intent or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftPaid(GiftFact):
    """Money that arrived, through a checkout session or a pledge's invoice (then `pledge` is set).

    reference: the unverified client_reference_id. renews_at: when the period ends that a pledge's invoice paid for.
    """

    money: Money
    paid_at: datetime
    session: str | None = None
    charge: str | None = None
    reference: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    locale: str | None = None
    payment_link: str | None = None
    pledge: str | None = None
    renews_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftPending(GiftFact):
    """Checkout is complete and a bank debit is in progress: it may still fail. pledge: set for one's first gift."""

    money: Money
    session: str
    reference: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    locale: str | None = None
    payment_link: str | None = None
    pledge: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftFailed(GiftFact):
    """A bank debit in progress failed. pledge: set for one's first gift."""

    money: Money
    session: str
    pledge: str | None = None
    reference: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    reason: str = "async_payment_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed(GiftFact):
    """One attempt to pay was declined; the donor can retry on the same page.

    code: Stripe's error code. order: set for a charge of a saved card.
    """

    money: Money
    code: str | None = None
    order: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionExpired(Fact):
    """A payment page was opened and abandoned."""

    session: str
    reference: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    payment_link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftRefunded(GiftFact):
    """A refund's current state. status: pending, requires_action, succeeded, failed or canceled."""

    refund_id: str
    money: Money
    status: str
    charge: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRefunded(GiftFact):
    """The total refunded according to the charge: a check, since refunds' own events may be late or lost."""

    charge: str
    money: Money
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFact(GiftFact):
    """A dispute's current state. money: the disputed amount. status: Stripe's (warning_* is only an inquiry)."""

    dispute_id: str
    money: Money
    status: str
    charge: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftDisputed(DisputeFact):
    """A donor's bank inquires about a payment or takes the money back. due_by: the deadline for evidence."""

    reason: str
    due_by: datetime | None = None


class FundsMove(StrEnum):
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFunds(DisputeFact):
    """The disputed money left the charity's balance, or came back."""

    move: FundsMove


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeClosed(DisputeFact):
    """A dispute ended: won, lost, warning_closed or prevented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeKnown(GiftFact):
    """Stripe's fee for a charge, in the account's settlement currency. event_id: the balance transaction.

    The charge is always known, the payment intent not always.
    """

    charge: str
    fee: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeUpdated(GiftFact):
    """A charge's balance transaction exists, so its fee can be fetched.

    statement_descriptor: the line on the donor's card statement. fingerprint: Stripe's for the card or bank account,
    always the same for this charity; None if the payment method has none.
    """

    charge: str
    fingerprint: str | None = None
    customer: str | None = None
    balance_transaction: str | None = None
    receipt_url: str | None = None
    statement_descriptor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudWarning(GiftFact):
    """The card's issuer suspects fraud: refunding now avoids a dispute."""

    charge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceCharged(GiftFact):
    """An invoice was paid by this payment intent, which links a pledge's gift to its refunds and disputes."""

    money: Money | None = None
    charge: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalFailed(GiftFact):
    """A pledge's invoice could not be charged. invoice_url: Stripe's page where the donor can pay it.

    first: whether this is the pledge's first payment, not a renewal.
    """

    pledge: str
    money: Money
    attempt: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    invoice_url: str | None = None
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeBound(Fact):
    """Who made a pledge. Not a gift: a pledge's gifts come from its invoices only, before or after this."""

    session: str
    subscription: str
    reference: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    money: Money | None = None
    customer: str | None = None
    invoice: str | None = None
    locale: str | None = None
    payment_link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeChanged(Fact):
    """A pledge's current state. status: Stripe's (active, past_due, unpaid, canceled...).

    money: the amount of each renewal. renews_at: when the current period ends. ends_at: when it ends for good, if that
    is planned already.
    """

    subscription: str
    status: str
    renews_at: datetime | None = None
    ends_at: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    money: Money | None = None
    customer: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutReported(Fact):
    """A payout's current state. money: negative if Stripe takes from the bank what the balance lacks.

    status: pending, in_transit, paid, canceled or failed. automatic: made by Stripe's schedule. returned: a failed
    payout's money is back on the balance. reconciled: Stripe lists what an automatic payout consists of.
    """

    payout_id: str
    money: Money
    status: str
    automatic: bool
    instant: bool
    created_at: datetime
    arrives_at: datetime
    returned: bool = False
    reconciled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSaved(Fact):
    """A donor entered a card on a page that saves one. request: our row, by the session's metadata."""

    session: str
    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDetached(Fact):
    """A saved card was removed from its customer, by us or in Stripe's dashboard, and can never be charged again."""

    payment_method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardUpdated(Fact):
    """The card network replaced a saved card's date or number; what it is now must be asked for."""

    payment_method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDeleted(Fact):
    """A customer was deleted, and with them their cards."""

    customer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeCancelled(Fact):
    """A charge was cancelled before it was made. order: ours."""

    payment_intent: str
    order: str
