"""Payouts and the movements of the Stripe balance, and their postings in the books.

Together with the gifts' own postings (books.py), the account `stripe` has exactly Stripe's balance, available and
pending, in each currency: every movement of the balance belongs to a gift, to a payout, or to neither. The last kind
is the charity's other business on the same account, booked against `not_ours`.

A payout is a record of registers that join, like a gift: what its events state can arrive twice, late and in any order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from payments.books import Books
from payments.facts.kinds import PayoutReported
from payments.money import Money

# Statuses from earliest to latest. A payout that was paid can still fail: the bank returns it within a few days.
_ORDER = ("pending", "in_transit", "paid", "canceled", "failed")
GONE = ("canceled", "failed")
"""Statuses of payouts whose money does not reach the bank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """Money between the Stripe balance and the bank; negative if Stripe takes back what it is owed. Times in UTC.

    automatic: made by Stripe's schedule; only of these does Stripe say what they consist of, once `reconciled`.
    instant: at once, for a fee. returned: a failed payout's money is on the Stripe balance again.
    said_at: when Stripe stated the arrival day.
    """

    id: str
    money: Money
    status: str
    automatic: bool
    instant: bool
    created_at: datetime
    arrives_at: datetime
    said_at: datetime
    returned: bool = False
    reconciled: bool = False

    @property
    def arrives_on(self) -> date:
        """The day at the bank. Stripe states it as that day's midnight in UTC, wherever the account is."""
        return self.arrives_at.astimezone(UTC).date()

    @property
    def is_gone(self) -> bool:
        """Whether its money does not reach the bank."""
        return self.returned or self.status in GONE


def payout_of(fact: PayoutReported) -> Payout:
    """Return the payout as one fact states it."""
    return Payout(
        id=fact.payout_id,
        money=fact.money,
        status=fact.status,
        automatic=fact.automatic,
        instant=fact.instant,
        created_at=fact.created_at,
        arrives_at=fact.arrives_at,
        said_at=fact.at,
        returned=fact.returned,
        reconciled=fact.reconciled,
    )


def join(one: Payout, other: Payout) -> Payout:
    """Return the combination of two records of the same payout; their order does not matter."""
    later = max(one, other, key=lambda payout: (payout.said_at, payout.arrives_at))
    return Payout(
        id=one.id,
        money=one.money,
        status=max(one.status, other.status, key=_rank),
        automatic=one.automatic,
        instant=one.instant,
        created_at=one.created_at,
        arrives_at=later.arrives_at,
        said_at=later.said_at,
        returned=one.returned or other.returned,
        reconciled=one.reconciled or other.reconciled,
    )


def _rank(status: str) -> tuple[int, str]:
    """Return a status' place; one that we do not know yet counts as earlier than all others."""
    return (_ORDER.index(status) if status in _ORDER else -1, status)


ACCOUNTS = ("stripe", "bank", "payout_failures", "fees", "reserves", "conversions", "not_ours")
"""The accounts that payouts and movements are booked in."""


def payout_books(payout: Payout) -> Books:
    """Return the balances that the books must have for this payout.

    It leaves the Stripe balance when it is created. A failed one is in `payout_failures` until Stripe has it back.
    """
    minor, code = payout.money.minor, payout.money.currency
    if payout.returned or not minor:
        return {}
    reached = "payout_failures" if payout.is_gone else "bank"
    return {(reached, code): minor, ("stripe", code): -minor}


class Kind(StrEnum):
    """What moved the Stripe balance; Stripe has more types (see _KINDS)."""

    CHARGE = "charge"
    REFUND = "refund"
    DISPUTE = "dispute"
    FEE = "fee"
    RESERVE = "reserve"
    TOPUP = "topup"
    PAYOUT = "payout"
    OTHER = "other"


# Source: docs.stripe.com/reports/balance-transaction-types. All other types are OTHER.
_KINDS: Mapping[str, Kind] = {
    "charge": Kind.CHARGE,
    "payment": Kind.CHARGE,
    "refund": Kind.REFUND,
    "refund_failure": Kind.REFUND,
    "payment_refund": Kind.REFUND,
    "payment_failure_refund": Kind.REFUND,
    "payment_reversal": Kind.REFUND,
    "stripe_fee": Kind.FEE,
    "stripe_fx_fee": Kind.FEE,
    "tax_fee": Kind.FEE,
    "reserve_transaction": Kind.RESERVE,
    "reserved_funds": Kind.RESERVE,
    "reserve_hold": Kind.RESERVE,
    "reserve_release": Kind.RESERVE,
    "payment_network_reserve_hold": Kind.RESERVE,
    "payment_network_reserve_release": Kind.RESERVE,
    "payout_minimum_balance_hold": Kind.RESERVE,
    "payout_minimum_balance_release": Kind.RESERVE,
    "topup": Kind.TOPUP,
    "topup_reversal": Kind.TOPUP,
    "payout": Kind.PAYOUT,
    "payout_cancel": Kind.PAYOUT,
    "payout_failure": Kind.PAYOUT,
}


def kind_of(type_: str, *, of_dispute: bool) -> Kind:
    """Return the kind of a balance transaction's type. Disputes and their fees are adjustments among others."""
    return Kind.DISPUTE if type_ == "adjustment" and of_dispute else _KINDS.get(type_, Kind.OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One balance transaction: what it added to the Stripe balance (net = gross - fee), in the balance's currency.

    source: the charge, refund, dispute or payout behind it, or None. source_created_at: when that was created (UTC).
    payment_intent, charge: the payment that a charge, refund or dispute belongs to.
    presented: a charge's, refund's or dispute's amount in the currency that the donor paid, with the sign of `gross`.
    available_at: when it can be paid out (UTC).
    """

    id: str
    kind: Kind
    type: str
    gross: Money
    fee: Money
    created_at: datetime
    available_at: datetime
    source: str | None = None
    source_created_at: datetime | None = None
    payment_intent: str | None = None
    charge: str | None = None
    presented: Money | None = None

    @property
    def net(self) -> Money:
        return self.gross - self.fee


def movement_books(kind: Kind, gross: Money, fee: Money, presented: Money | None, *, ours: bool) -> Books:
    """Return the balances that the books must have for a movement beside those of its gift or payout.

    The same holds for the sums of movements of one kind. ours: whether they belong to our gifts.
    """
    code, net = gross.currency, gross.minor - fee.minor
    if kind is Kind.PAYOUT or (ours and kind in (Kind.CHARGE, Kind.REFUND, Kind.DISPUTE)):
        # The payout or gift has its own entries. Those of a gift have the fee of its charge, and no other fee.
        kept = 0 if kind is Kind.CHARGE else fee.minor
        books = {("fees", code): kept, ("stripe", code): -kept}
        if kind is not Kind.PAYOUT and presented is not None and presented.currency != code:
            books["stripe", code] += gross.minor
            books["conversions", code] = -gross.minor
            books["stripe", presented.currency] = -presented.minor
            books["conversions", presented.currency] = presented.minor
    else:
        books = {(_AGAINST.get(kind, "not_ours"), code): -net, ("stripe", code): net}
    return {at: minor for at, minor in books.items() if minor}


_AGAINST: Mapping[Kind, str] = {Kind.FEE: "fees", Kind.RESERVE: "reserves", Kind.TOPUP: "bank"}
"""Accounts against which movements of these kinds are booked."""
