"""The facts themselves: plain data that names a gift or pledge and what Stripe knows of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from payments.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """event_id: the event that says so. at: when Stripe says it happened (aware UTC).

    ours: whether it is about something that Obole made; a charity may run other business on the same account.
    True and False are certain; None means that this kind of object does not tell (refunds and disputes carry
    no mark of ours), so look whether the gift is known.
    """

    event_id: str
    at: datetime
    ours: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftFact(Fact):
    """A fact about one gift. A gift is known by its payment intent; a pledge's gift by its invoice as well.

    At least one of the two is there. A fact may know only one; InvoiceCharged ties them together.
    """

    payment_intent: str | None = None
    invoice: str | None = None

    @property
    def key(self) -> str:
        """The gift's natural key as far as this fact knows it: the invoice if there is one."""
        return self.invoice or self.payment_intent or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftPaid(GiftFact):
    """Money that arrived: by a checkout session, or by a pledge's invoice (`pledge` is set then).

    reference: the unverified client_reference_id. presentment: what the donor saw, if in another currency.
    """

    money: Money
    paid_at: datetime
    session: str | None = None
    charge: str | None = None
    reference: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    presentment: Money | None = None
    locale: str | None = None
    payment_link: str | None = None
    pledge: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftPending(GiftFact):
    """Checkout is complete and the money is on its way (a bank debit): it may still fail."""

    money: Money
    session: str
    reference: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    locale: str | None = None
    payment_link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftFailed(GiftFact):
    """The money that was on its way did not arrive."""

    money: Money
    session: str
    reference: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    reason: str = "async_payment_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed(GiftFact):
    """One attempt to pay was declined; the person can try again on the same page. Not the end of the gift.

    code: Stripe's error code. decline_code: the bank's, as far as it is told.
    """

    money: Money
    code: str | None = None
    decline_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionExpired(Fact):
    """A payment page was opened and left."""

    session: str
    reference: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    payment_link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftRefunded(GiftFact):
    """One refund as it stands. status: pending, requires_action, succeeded, failed or canceled."""

    refund_id: str
    money: Money
    status: str
    charge: str | None = None
    reason: str | None = None
    failure_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRefunded(GiftFact):
    """What the charge says of its refunds so far: a check on them, since they may come later or get lost."""

    charge: str
    money: Money
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFact(GiftFact):
    """One dispute as it stands; `money` is disputed. status: Stripe's (warning_* is only an inquiry)."""

    dispute_id: str
    money: Money
    status: str
    charge: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftDisputed(DisputeFact):
    """A donor's bank asks, or takes the money back. due_by: until when evidence may be sent."""

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
    """What Stripe kept of a charge, in the account's settlement currency. event_id: the balance transaction.

    The payment intent is not always known here: the charge is. exchange_rate: None if nothing was exchanged.
    """

    charge: str
    fee: Money
    net: Money
    exchange_rate: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeUpdated(GiftFact):
    """A charge's balance transaction exists now, so its fee can be asked for.

    statement_descriptor: the line on the donor's card statement. fingerprint: Stripe's for the card or bank account,
    the same one each time it pays this charity; None where the way to pay has none.
    """

    charge: str
    fingerprint: str | None = None
    customer: str | None = None
    balance_transaction: str | None = None
    receipt_url: str | None = None
    statement_descriptor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudWarning(GiftFact):
    """The card's issuer believes that it was used without its owner: refunding now avoids a dispute."""

    charge: str
    fraud_type: str
    actionable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceCharged(GiftFact):
    """An invoice was paid by this payment intent: what ties a pledge's gift to its refunds and disputes."""

    money: Money | None = None
    charge: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalFailed(GiftFact):
    """A pledge's invoice could not be charged. mend_url: Stripe's page where the donor can mend it.

    first: the pledge's very first payment, not a renewal.
    """

    pledge: str
    money: Money
    attempt: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    next_attempt: datetime | None = None
    mend_url: str | None = None
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeBound(Fact):
    """Whose pledge it is. Not a gift: a pledge's gifts come from its invoices only, before or after this."""

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
    """A pledge as it stands. status: Stripe's (active, past_due, unpaid, canceled...).

    money: what each renewal asks for. cancel_at_period_end: it was ended, and lasts for what is paid.
    """

    subscription: str
    status: str
    cancel_at_period_end: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)
    money: Money | None = None
    customer: str | None = None
    ended_at: datetime | None = None
