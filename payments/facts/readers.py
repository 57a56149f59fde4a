"""One row a type, at the end; before it, a reader for each kind of object that an event shows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from payments.facts import kinds, wire
from payments.facts.kinds import Fact, FundsMove
from payments.facts.wire import Json
from payments.money import Money

OUR_MARK = ("obole", "1")
"""The metadata that everything made by us carries."""

ALWAYS_MARKED = ("checkout.session.", "customer.subscription.")
"""Types of events whose objects carry our mark whenever they are ours."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An event's frame and the object it shows."""

    id: str
    at: datetime
    obj: Json

    def ours(self) -> bool:
        return _is_ours(self.obj)

    def maybe_ours(self) -> bool | None:
        """For objects that carry our mark in some cases only: a pledge's charges have no metadata."""
        return True if _is_ours(self.obj) else None

    def charge_is_ours(self) -> bool | None:
        """A charge bears our mark or, where it is a pledge's, has a customer: another one is never ours."""
        return False if self.maybe_ours() is None and wire.ident(self.obj, "customer") is None else self.maybe_ours()


def _is_ours(obj: Json) -> bool:
    key, value = OUR_MARK
    return wire.part(obj, "metadata").get(key) == value


# -- checkout sessions: one-time gifts, and the binding of pledges --


def _session_completed(seen: Seen) -> Fact | None:
    mode, status = seen.obj.get("mode"), wire.text(seen.obj, "payment_status")
    if mode == "subscription":
        return _pledge_bound(seen)
    if mode != "payment" or status == "no_payment_required":
        return None
    return _gift_paid(seen) if status == "paid" else kinds.GiftPending(**_session_gift(seen), **_origin(seen))


def _session_settled(seen: Seen) -> Fact | None:
    return _gift_paid(seen) if seen.obj.get("mode") == "payment" else None


def _session_failed(seen: Seen) -> Fact | None:
    if seen.obj.get("mode") != "payment":
        return None  # of a pledge: its invoice tells
    return kinds.GiftFailed(
        **_session_gift(seen),
        reference=wire.maybe_text(seen.obj, "client_reference_id"),
        metadata=wire.metadata(seen.obj),
    )


def _gift_paid(seen: Seen) -> Fact:
    shown = wire.part(seen.obj, "presentment_details")
    return kinds.GiftPaid(
        **_session_gift(seen),
        **_origin(seen),
        paid_at=seen.at,
        presentment=wire.money(shown, "presentment_amount", "presentment_currency") if shown else None,
    )


def _session_gift(seen: Seen) -> dict[str, Any]:
    return {
        "event_id": seen.id,
        "at": seen.at,
        "ours": seen.ours(),
        "payment_intent": wire.required_ident(seen.obj, "payment_intent"),
        "session": wire.text(seen.obj, "id"),
        "money": wire.money(seen.obj, "amount_total"),
    }


def _origin(seen: Seen) -> dict[str, Any]:
    """How the donor came to this session."""
    return {
        "reference": wire.maybe_text(seen.obj, "client_reference_id"),
        "metadata": wire.metadata(seen.obj),
        "locale": wire.maybe_text(seen.obj, "locale"),
        "payment_link": wire.ident(seen.obj, "payment_link"),
    }


def _session_expired(seen: Seen) -> Fact:
    origin = _origin(seen)
    del origin["locale"]
    session = wire.text(seen.obj, "id")
    return kinds.SessionExpired(event_id=seen.id, at=seen.at, ours=seen.ours(), session=session, **origin)


def _pledge_bound(seen: Seen) -> Fact:
    has_amount = seen.obj.get("amount_total") is not None
    return kinds.PledgeBound(
        event_id=seen.id,
        at=seen.at,
        ours=seen.ours(),
        session=wire.text(seen.obj, "id"),
        subscription=wire.required_ident(seen.obj, "subscription"),
        money=wire.money(seen.obj, "amount_total") if has_amount else None,
        customer=wire.ident(seen.obj, "customer"),
        invoice=wire.ident(seen.obj, "invoice"),
        **_origin(seen),
    )


# -- charges, refunds, disputes: what happens to a gift later --


def _on_intent(seen: Seen) -> dict[str, Any] | None:
    """The frame of a fact about a payment intent; None where there is none: then it is no gift of ours."""
    intent = wire.ident(seen.obj, "payment_intent")
    if intent is None:
        return None
    return {"event_id": seen.id, "at": seen.at, "ours": seen.maybe_ours(), "payment_intent": intent}


def _on_charge(seen: Seen) -> dict[str, Any] | None:
    frame = _on_intent(seen)
    return None if frame is None else frame | {"ours": seen.charge_is_ours()}


def _charge_refunded(seen: Seen) -> Fact | None:
    if (frame := _on_charge(seen)) is None:
        return None
    refunded, total = wire.money(seen.obj, "amount_refunded"), wire.money(seen.obj, "amount")
    return kinds.ChargeRefunded(**frame, charge=wire.text(seen.obj, "id"), money=refunded, total=total)


def _charge_updated(seen: Seen) -> Fact | None:
    # A declined attempt is a charge too, and must not become the gift's.
    if (frame := _on_charge(seen)) is None or seen.obj.get("paid") is False:
        return None
    return kinds.ChargeUpdated(
        **frame,
        charge=wire.text(seen.obj, "id"),
        fingerprint=_fingerprint(seen.obj),
        customer=wire.ident(seen.obj, "customer"),
        balance_transaction=wire.ident(seen.obj, "balance_transaction"),
        receipt_url=wire.maybe_text(seen.obj, "receipt_url"),
        statement_descriptor=wire.maybe_text(seen.obj, "calculated_statement_descriptor"),
    )


def _fingerprint(charge: Json) -> str | None:
    """What tells the same card or bank account again; wallets and other ways to pay may have none."""
    details = wire.part(charge, "payment_method_details")
    kind = wire.maybe_text(details, "type")
    return wire.maybe_text(wire.part(details, kind), "fingerprint") if kind else None


def _refund(seen: Seen) -> Fact | None:
    if (frame := _on_intent(seen)) is None:
        return None
    return kinds.GiftRefunded(
        **frame,
        refund_id=wire.text(seen.obj, "id"),
        money=wire.money(seen.obj, "amount"),
        status=wire.maybe_text(seen.obj, "status") or "pending",
        charge=wire.ident(seen.obj, "charge"),
        reason=wire.maybe_text(seen.obj, "reason"),
        failure_reason=wire.maybe_text(seen.obj, "failure_reason"),
    )


def _dispute(seen: Seen) -> dict[str, Any] | None:
    if (frame := _on_intent(seen)) is None:
        return None
    return frame | {
        "dispute_id": wire.text(seen.obj, "id"),
        "money": wire.money(seen.obj, "amount"),
        "status": wire.text(seen.obj, "status"),
        "charge": wire.ident(seen.obj, "charge"),
    }


def _disputed(seen: Seen) -> Fact | None:
    if (frame := _dispute(seen)) is None:
        return None
    due_by = wire.maybe_moment(wire.part(seen.obj, "evidence_details"), "due_by")
    return kinds.GiftDisputed(**frame, reason=wire.text(seen.obj, "reason"), due_by=due_by)


def _funds_moved(move: FundsMove) -> "Reader":
    def read(seen: Seen) -> Fact | None:
        frame = _dispute(seen)
        return kinds.DisputeFunds(**frame, move=move) if frame else None

    return read


def _dispute_closed(seen: Seen) -> Fact | None:
    frame = _dispute(seen)
    return kinds.DisputeClosed(**frame) if frame else None


def _fraud_warning(seen: Seen) -> Fact | None:
    if (frame := _on_intent(seen)) is None:
        return None
    return kinds.FraudWarning(
        **frame,
        charge=wire.required_ident(seen.obj, "charge"),
        fraud_type=wire.text(seen.obj, "fraud_type"),
        actionable=wire.flag(seen.obj, "actionable"),
    )


def _payment_failed(seen: Seen) -> Fact:
    error = wire.part(seen.obj, "last_payment_error")
    return kinds.PaymentFailed(
        event_id=seen.id,
        at=seen.at,
        ours=seen.ours(),  # a pledge's, which bears no mark, is told by its invoice
        payment_intent=wire.text(seen.obj, "id"),
        money=wire.money(seen.obj, "amount"),
        code=wire.maybe_text(error, "code"),
        decline_code=wire.maybe_text(error, "decline_code"),
    )


# -- pledges: subscriptions and their invoices, in the shapes before and after `parent` and `payments` --


def _invoice(seen: Seen) -> dict[str, Any] | None:
    """The frame of a fact about a pledge's invoice; None for an invoice of no subscription."""
    details = wire.part(wire.part(seen.obj, "parent"), "subscription_details")
    pledge = wire.ident(details, "subscription") or wire.ident(seen.obj, "subscription")
    if pledge is None:
        return None
    payment = wire.part(wire.first(seen.obj, "payments"), "payment")
    # Before `parent`, the subscription's metadata stood beside it or, earlier still, on the lines only.
    marks = (details, wire.part(seen.obj, "subscription_details"), wire.first(seen.obj, "lines"))
    marked = next((mark for mark in marks if wire.part(mark, "metadata")), {})
    return {
        "event_id": seen.id,
        "at": seen.at,
        "ours": _is_ours(marked) if marked or "metadata" in details else None,
        "payment_intent": wire.ident(payment, "payment_intent") or wire.ident(seen.obj, "payment_intent"),
        "invoice": wire.text(seen.obj, "id"),
        "pledge": pledge,
        "metadata": wire.metadata(marked),
    }


def _invoice_paid(seen: Seen) -> Fact | None:
    frame = _invoice(seen)
    if frame is None or not wire.number(seen.obj, "amount_paid"):
        return None
    paid_at = wire.maybe_moment(wire.part(seen.obj, "status_transitions"), "paid_at")
    return kinds.GiftPaid(
        **frame,
        money=wire.money(seen.obj, "amount_paid"),
        paid_at=paid_at or seen.at,
        charge=wire.ident(seen.obj, "charge"),
    )


def _renewal_failed(seen: Seen) -> Fact | None:
    if (frame := _invoice(seen)) is None:
        return None
    return kinds.RenewalFailed(
        **frame,
        money=wire.money(seen.obj, "amount_due"),
        attempt=wire.number(seen.obj, "attempt_count"),
        next_attempt=wire.maybe_moment(seen.obj, "next_payment_attempt"),
        mend_url=wire.maybe_text(seen.obj, "hosted_invoice_url"),
        first=seen.obj.get("billing_reason") == "subscription_create",
    )


def _invoice_charged(seen: Seen) -> Fact | None:
    payment = wire.part(seen.obj, "payment")
    intent = wire.ident(payment, "payment_intent")
    if intent is None:
        return None
    return kinds.InvoiceCharged(
        event_id=seen.id,
        at=seen.at,
        payment_intent=intent,
        invoice=wire.required_ident(seen.obj, "invoice"),
        charge=wire.ident(payment, "charge"),
        money=wire.money(seen.obj, "amount_paid") if seen.obj.get("amount_paid") is not None else None,
    )


def _pledge_changed(seen: Seen) -> Fact:
    item = wire.first(seen.obj, "items")
    return kinds.PledgeChanged(
        event_id=seen.id,
        at=seen.at,
        ours=seen.ours(),
        subscription=wire.text(seen.obj, "id"),
        status=wire.text(seen.obj, "status"),
        cancel_at_period_end=wire.flag(seen.obj, "cancel_at_period_end"),
        metadata=wire.metadata(seen.obj),
        money=_renewal(item) if item else None,
        customer=wire.ident(seen.obj, "customer"),
        ended_at=wire.maybe_moment(seen.obj, "ended_at"),
    )


def _renewal(item: Json) -> Money | None:
    """What a subscription's item costs each time; None where its price is not a plain amount."""
    price = wire.part(item, "price")
    if price.get("unit_amount") is None:
        return None
    unit = wire.money(price, "unit_amount")
    return Money(unit.minor * (wire.number(item, "quantity") if "quantity" in item else 1), unit.currency)


# -- fees: asked for in batches, since no event carries them --


def fees_known(page: Iterable[Json]) -> Iterator[kinds.FeeKnown]:
    """The fees that balance transactions tell. Raises UnreadableEvent."""
    return (fee for one in page if (fee := fee_known(one)) is not None)


def fee_known(transaction: Json) -> kinds.FeeKnown | None:
    """What a balance transaction says of a charge's fee; None for payouts, refunds and the like.

    The payment intent is known if `source` was expanded. Raises UnreadableEvent.
    """
    if transaction.get("type") not in ("charge", "payment"):
        return None
    source, rate = transaction.get("source"), transaction.get("exchange_rate")
    return kinds.FeeKnown(
        event_id=wire.text(transaction, "id"),
        at=wire.moment(transaction, "created"),
        charge=wire.required_ident(transaction, "source"),
        payment_intent=wire.ident(source, "payment_intent") if isinstance(source, Mapping) else None,
        fee=wire.money(transaction, "fee"),
        net=Money(wire.number(transaction, "net"), wire.text(transaction, "currency")),
        exchange_rate=None if rate is None else float(rate),
    )


Reader = Callable[[Seen], Fact | None]

READERS: Mapping[str, Reader] = {
    "checkout.session.completed": _session_completed,
    "checkout.session.async_payment_succeeded": _session_settled,
    "checkout.session.async_payment_failed": _session_failed,
    "checkout.session.expired": _session_expired,
    "payment_intent.payment_failed": _payment_failed,
    "charge.updated": _charge_updated,
    "charge.refunded": _charge_refunded,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.dispute.created": _disputed,
    "charge.dispute.funds_withdrawn": _funds_moved(FundsMove.WITHDRAWN),
    "charge.dispute.funds_reinstated": _funds_moved(FundsMove.REINSTATED),
    "charge.dispute.closed": _dispute_closed,
    "radar.early_fraud_warning.created": _fraud_warning,
    "invoice.paid": _invoice_paid,
    "invoice.payment_failed": _renewal_failed,
    "invoice_payment.paid": _invoice_charged,
    "customer.subscription.updated": _pledge_changed,
    "customer.subscription.deleted": _pledge_changed,
}
