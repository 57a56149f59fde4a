"""The states of a gift.

A gift is a record of registers that do not depend on the order of events. Each fact becomes a partial gift with only
the registers that it states (table REGISTERS). Applying it joins the two, register by register, with idempotent and
commutative rules: the larger amount, the later status, the union of refunds. Events can therefore arrive twice, late
and in any order with the same result. The gift's state (table STATES) and its counted amount are computed from the
registers, as its postings are (payments/books.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, TypeVar

from payments import facts
from payments.facts import GiftFact
from payments.money import Money

NO_CURRENCY = "xxx"
"""ISO 4217's code for "no currency": no fact with an amount has been applied to this gift yet."""


class ContradictingFacts(ValueError):
    """Two facts cannot concern the same gift: payment intent, invoice, pledge or currency differ."""


class Settled(IntEnum):
    """How far the payment has come; the furthest stage reported wins. A failed debit may be paid later."""

    UNKNOWN = 0
    PENDING = 1
    FAILED = 2
    PAID = 3


class Origin(StrEnum):
    """How the money came. All but Stripe's is offline: entered by staff, without Stripe ids and without a supporter."""

    STRIPE = "stripe"
    CASH = "cash"
    CHEQUE = "cheque"
    TRANSFER = "transfer"
    OTHER = "other"


class State(StrEnum):
    EXPECTED = "expected"
    PENDING = "pending"
    FAILED = "failed"
    PAID = "paid"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund: minor units, and the latest of the reported Stripe statuses (see REFUND_ORDER)."""

    minor: int
    status: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """One dispute: minor units, the latest of the reported Stripe statuses, and where its money is."""

    minor: int
    status: str
    withdrawn: bool = False
    reinstated: bool = False


# Statuses from earliest to latest. A refund that succeeded can still fail (the bank returns it), never the
# reverse. An inquiry (warning_*) can become a dispute; a lost dispute can be appealed, and then won.
REFUND_ORDER = ("pending", "requires_action", "succeeded", "canceled", "failed")
REFUND_GONE = frozenset({"canceled", "failed"})
DISPUTE_ORDER = (
    "warning_needs_response", "warning_under_review", "warning_closed", "prevented",
    "needs_response", "under_review", "lost", "appeal_needs_response", "appeal_under_review", "won",
)  # fmt: skip
DISPUTE_OPEN = frozenset({"needs_response", "under_review"})
DISPUTE_LOST = frozenset({"lost", "appeal_needs_response", "appeal_under_review"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """One gift, with the columns of its database row. Amounts are in minor units of `currency`; times are aware UTC.

    A refund's or dispute's amount may be known before the gift itself; it counts once the gift is paid.
    charge_refunded: the highest refunded total that the charge has reported.
    fee: the fee of Stripe, or of the platform that an offline gift came through, in minor units of fee_currency (the
    account's); None while unknown.
    banked: of offline gifts, whether the money was deposited at the bank. What was returned by the bank or undone by
    staff is a refund.
    """

    payment_intent: str | None = None
    invoice: str | None = None
    pledge: str | None = None
    session: str | None = None
    charge: str | None = None
    currency: str = NO_CURRENCY
    amount: int = 0
    settled: Settled = Settled.UNKNOWN
    paid_at: datetime | None = None
    refunds: Mapping[str, Refund] = field(default_factory=dict)
    charge_refunded: int = 0
    disputes: Mapping[str, Dispute] = field(default_factory=dict)
    fee: int | None = None
    fee_currency: str | None = None
    origin: Origin = Origin.STRIPE
    banked: bool = False

    @property
    def key(self) -> str:
        """The natural key: the invoice of a pledge's gift, else the payment intent; empty for a blank gift."""
        return self.invoice or self.payment_intent or ""

    @property
    def state(self) -> State:
        return next(state for state, applies in STATES if applies(self))

    @property
    def is_paid(self) -> bool:
        """Whether the money arrived, regardless of later refunds or disputes."""
        return self.settled is Settled.PAID

    @property
    def is_offline(self) -> bool:
        """Whether staff entered it: cash, a cheque or a transfer, outside Stripe."""
        return self.origin is not Origin.STRIPE

    @property
    def refunded(self) -> Money:
        """The amount that was returned, or is being returned, to the donor."""
        return Money(_refunded(self), self.currency)

    @property
    def disputed(self) -> Money:
        """The amount that is contested or lost."""
        return Money(_disputed(self), self.currency)

    @property
    def withdrawn(self) -> Money:
        """The disputed amount that is currently not on the charity's balance."""
        away = (dispute.minor for dispute in self.disputes.values() if dispute.withdrawn and not dispute.reinstated)
        return Money(sum(away), self.currency)

    @property
    def counted(self) -> Money:
        """What this gift adds to its campaign: paid, less refunded, disputed and lost. Never negative."""
        counted = self.amount - _refunded(self) - _disputed(self) if self.is_paid else 0
        return Money(counted, self.currency)


def _refunded(gift: Gift) -> int:
    if not gift.is_paid or not (gift.refunds or gift.charge_refunded):
        return 0
    live = sum(refund.minor for refund in gift.refunds.values() if refund.status not in REFUND_GONE)
    gone = sum(refund.minor for refund in gift.refunds.values() if refund.status in REFUND_GONE)
    return min(gift.amount, max(live, gift.charge_refunded - gone, 0))


def _disputed(gift: Gift) -> int:
    if not gift.is_paid or not gift.disputes:
        return 0
    contested = sum(d.minor for d in gift.disputes.values() if d.status in DISPUTE_OPEN or d.status in DISPUTE_LOST)
    return min(contested, gift.amount - _refunded(gift))


def _any_dispute(gift: Gift, statuses: frozenset[str]) -> bool:
    return any(dispute.status in statuses for dispute in gift.disputes.values())


# A gift's state is the first row that applies.
# fmt: off
STATES: tuple[tuple[State, Callable[[Gift], bool]], ...] = (
    (State.EXPECTED,        lambda gift: gift.settled is Settled.UNKNOWN),
    (State.PENDING,         lambda gift: gift.settled is Settled.PENDING),
    (State.FAILED,          lambda gift: gift.settled is Settled.FAILED),
    (State.REFUNDED,        lambda gift: _refunded(gift) >= gift.amount),
    (State.LOST,            lambda gift: _any_dispute(gift, DISPUTE_LOST)),
    (State.DISPUTED,        lambda gift: _any_dispute(gift, DISPUTE_OPEN)),
    (State.PARTLY_REFUNDED, lambda gift: _refunded(gift) > 0),
    (State.PAID,            lambda gift: True),
)
# fmt: on


def _dispute(fact: facts.DisputeFact, **funds: bool) -> dict[str, Any]:
    return {"disputes": {fact.dispute_id: Dispute(fact.money.minor, fact.status, **funds)}}


# The registers that each fact states, besides the ids and the currency that it carries.
# fmt: off
REGISTERS: Mapping[type[GiftFact], Callable[[Any], dict[str, Any]]] = {
    facts.GiftPending:    lambda f: {"settled": Settled.PENDING, "amount": f.money.minor},
    facts.GiftFailed:     lambda f: {"settled": Settled.FAILED, "amount": f.money.minor},
    facts.RenewalFailed:  lambda f: {"settled": Settled.FAILED, "amount": f.money.minor},
    facts.GiftPaid:       lambda f: {"settled": Settled.PAID, "amount": f.money.minor, "paid_at": f.paid_at},
    facts.GiftRefunded:   lambda f: {"refunds": {f.refund_id: Refund(f.money.minor, f.status)}},
    facts.ChargeRefunded: lambda f: {"charge_refunded": f.money.minor},
    facts.GiftDisputed:   lambda f: _dispute(f),
    facts.DisputeClosed:  lambda f: _dispute(f),
    facts.DisputeFunds:   lambda f: _dispute(f, **{f.move.value: True}),  # withdrawn, reinstated
    facts.FeeKnown:       lambda f: {"fee": f.fee.minor, "fee_currency": f.fee.currency},
    facts.InvoiceCharged: lambda f: {},  # ties invoice and payment intent
    facts.ChargeUpdated:  lambda f: {},  # ties payment intent and charge
    facts.FraudWarning:   lambda f: {},  # a warning only: no money moved
    facts.PaymentFailed:  lambda f: {},  # one attempt only: the donor can retry on the same page
}
# fmt: on
_ID_FIELDS = ("payment_intent", "invoice", "pledge", "session", "charge")


def gift_of(fact: GiftFact) -> Gift:
    """Return the partial gift that this fact states."""
    ids: dict[str, Any] = {name: getattr(fact, name, None) for name in _ID_FIELDS}
    money: Money | None = getattr(fact, "money", None)
    return Gift(**ids, currency=money.currency if money else NO_CURRENCY, **REGISTERS[type(fact)](fact))


def apply(gift: Gift, fact: GiftFact) -> Gift:
    """Return the gift after this fact; an equal gift if the fact adds nothing. Start with `Gift()`.

    Raises ContradictingFacts if the fact concerns another gift.
    """
    return join(gift, gift_of(fact))


def join(gift: Gift, other: Gift) -> Gift:
    """Return the combination of two records of the same gift; their order does not matter.

    Two records arise when a refund (which names the payment intent) arrives before the fact that links a pledge's
    invoice to it. Raises ContradictingFacts.
    """
    if not _same_gift(gift, other):
        raise ContradictingFacts(f"{other.key} is not {gift.key}")
    return Gift(
        payment_intent=_only("payment intent", gift.payment_intent, other.payment_intent),
        invoice=_only("invoice", gift.invoice, other.invoice),
        pledge=_only("pledge", gift.pledge, other.pledge),
        session=_most(gift.session, other.session),
        charge=_most(gift.charge, other.charge),
        currency=_currency(gift.currency, other.currency),
        amount=max(gift.amount, other.amount),
        settled=max(gift.settled, other.settled),
        paid_at=min(filter(None, (gift.paid_at, other.paid_at)), default=None),
        refunds=_union(gift.refunds, other.refunds, _join_refunds),
        charge_refunded=max(gift.charge_refunded, other.charge_refunded),
        disputes=_union(gift.disputes, other.disputes, _join_disputes),
        fee=_most(gift.fee, other.fee),
        fee_currency=_most(gift.fee_currency, other.fee_currency),
        origin=_origin(gift.origin, other.origin),
        banked=gift.banked or other.banked,
    )


def _same_gift(one: Gift, other: Gift) -> bool:
    """Return whether they share an id, or one of them has no id yet."""
    ids = [{(n, getattr(gift, n)) for n in ("payment_intent", "invoice", "charge")} for gift in (one, other)]
    first, second = ({pair for pair in pairs if pair[1] is not None} for pairs in ids)
    return not first or not second or bool(first & second)


_Ordered = TypeVar("_Ordered", int, str)
_Register = TypeVar("_Register", Refund, Dispute)


def _only(what: str, one: str | None, other: str | None) -> str | None:
    if one is not None and other is not None and one != other:
        raise ContradictingFacts(f"{what} {other} is not {one}")
    return one if one is not None else other


def _most(one: _Ordered | None, other: _Ordered | None) -> _Ordered | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def _currency(one: str, other: str) -> str:
    if NO_CURRENCY not in (one, other) and one != other:
        raise ContradictingFacts(f"currency {other} is not {one}")
    return other if one == NO_CURRENCY else one


def _origin(one: Origin, other: Origin) -> Origin:
    if Origin.STRIPE not in (one, other) and one is not other:
        raise ContradictingFacts(f"origin {other} is not {one}")
    return other if one is Origin.STRIPE else one


def _union(
    one: Mapping[str, _Register],
    other: Mapping[str, _Register],
    join_two: Callable[[_Register, _Register], _Register],
) -> Mapping[str, _Register]:
    if not one or not other:
        return one or other
    both = {key: join_two(one[key], other[key]) for key in one.keys() & other.keys()}
    return {**one, **other, **both}


def _join_refunds(one: Refund, other: Refund) -> Refund:
    return Refund(max(one.minor, other.minor), _later(REFUND_ORDER, one.status, other.status))


def _join_disputes(one: Dispute, other: Dispute) -> Dispute:
    return Dispute(
        max(one.minor, other.minor),
        _later(DISPUTE_ORDER, one.status, other.status),
        one.withdrawn or other.withdrawn,
        one.reinstated or other.reinstated,
    )


def _later(order: tuple[str, ...], one: str, other: str) -> str:
    """Return the later of two statuses; one that we do not know yet counts as earlier than all others."""
    return max(one, other, key=lambda status: (order.index(status) if status in order else -1, status))


def to_row(gift: Gift) -> dict[str, Any]:
    """Return the columns by name, with `refunds` and `disputes` as plain JSON and `settled` as an integer."""
    row: dict[str, Any] = {column.name: getattr(gift, column.name) for column in fields(gift)}
    row["settled"] = int(gift.settled)
    row["origin"] = gift.origin.value
    row["refunds"] = {key: asdict(refund) for key, refund in gift.refunds.items()}
    row["disputes"] = {key: asdict(dispute) for key, dispute in gift.disputes.items()}
    return row


def from_row(row: Mapping[str, Any]) -> Gift:
    """Return the gift of a row, ignoring columns that are not the gift's own."""
    known = {column.name: row[column.name] for column in fields(Gift)}
    known["settled"] = Settled(row["settled"])
    known["origin"] = Origin(row["origin"])
    known["refunds"] = {key: Refund(**refund) for key, refund in row["refunds"].items()}
    known["disputes"] = {key: Dispute(**dispute) for key, dispute in row["disputes"].items()}
    return Gift(**known)
