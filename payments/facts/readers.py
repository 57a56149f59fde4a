"""Readers of Stripe's event types: a function for each kind of object, and at the end one row per type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from payments.facts import kinds, listed, wire
from payments.facts.kinds import Fact, FundsMove
from payments.facts.marks import CARD_REQUEST, ORDER, OUR_MARK
from payments.facts.wire import Json
from payments.money import Money

Facts = Fact | tuple[Fact, ...] | None
"""What an event states: mostly one fact."""

ALWAYS_MARKED = ("checkout.session.", "customer.subscription.")
"""Event types whose objects always carry our mark if they are ours."""


@dataclass(frozen=True, slots=True)
class EventObject:
    """An event's id and time, and the object it contains."""

    id: str
    at: datetime
    obj: Json

    def ours(self) -> bool:
        return _is_ours(self.obj)

    def our_mark(self, name: str) -> str | None:
        """Return the metadata of this name on an object of ours, or None."""
        return wire.metadata(self.obj).get(name) if self.ours() else None

    def maybe_ours(self) -> bool | None:
        """Return True or None: not all our objects carry the mark (a pledge's charges have no metadata)."""
        return True if _is_ours(self.obj) else None

    def charge_is_ours(self) -> bool | None:
        """Our charges carry our mark or, if they are a pledge's, have a customer; all others are never ours."""
        return False if self.maybe_ours() is None and wire.ident(self.obj, "customer") is None else self.maybe_ours()


def _is_ours(obj: Json) -> bool:
    key, value = OUR_MARK
    return wire.part(obj, "metadata").get(key) == value


# -- checkout sessions: one-time gifts, and the binding of pledges --


def _session_completed(event: EventObject) -> Facts:
    mode, status = event.obj.get("mode"), wire.text(event.obj, "payment_status")
    if mode == "subscription":
        bound = _pledge_bound(event)
        # By bank debit, the first invoice is paid days later; until then only this event says that one is on its way.
        by_debit = status == "unpaid" and wire.ident(event.obj, "invoice") is not None
        return (bound, kinds.GiftPending(**_session_gift(event), **_origin(event))) if by_debit else bound
    if mode == "setup":
        return _card_saved(event)
    if mode != "payment" or status == "no_payment_required":
        return None
    return _gift_paid(event) if status == "paid" else kinds.GiftPending(**_session_gift(event), **_origin(event))


def _card_saved(event: EventObject) -> Fact | None:
    request = event.our_mark(CARD_REQUEST)
    if request is None:
        return None
    session = wire.text(event.obj, "id")
    return kinds.CardSaved(event_id=event.id, at=event.at, ours=True, session=session, request=request)


def _session_settled(event: EventObject) -> Fact | None:
    # A pledge's gift is paid by its invoice's event.
    return _gift_paid(event) if event.obj.get("mode") == "payment" else None


def _session_failed(event: EventObject) -> Fact | None:
    mode = event.obj.get("mode")
    if mode != "payment" and (mode != "subscription" or wire.ident(event.obj, "invoice") is None):
        return None
    return kinds.GiftFailed(
        **_session_gift(event),
        reference=wire.maybe_text(event.obj, "client_reference_id"),
        metadata=wire.metadata(event.obj),
    )


def _gift_paid(event: EventObject) -> Fact:
    return kinds.GiftPaid(**_session_gift(event), **_origin(event), paid_at=event.at)


def _session_gift(event: EventObject) -> dict[str, Any]:
    """Return the frame of a fact about a session's gift. A pledge's first gift is identified by its invoice."""
    if event.obj.get("mode") == "subscription":
        names = {
            "invoice": wire.required_ident(event.obj, "invoice"),
            "pledge": wire.required_ident(event.obj, "subscription"),
        }
    else:
        names = {"payment_intent": wire.required_ident(event.obj, "payment_intent")}
    return {
        "event_id": event.id,
        "at": event.at,
        "ours": event.ours(),
        "session": wire.text(event.obj, "id"),
        "money": wire.money(event.obj, "amount_total"),
        **names,
    }


def _origin(event: EventObject) -> dict[str, Any]:
    """Return how the donor came to this session."""
    return {
        "reference": wire.maybe_text(event.obj, "client_reference_id"),
        "metadata": wire.metadata(event.obj),
        "locale": wire.maybe_text(event.obj, "locale"),
        "payment_link": wire.ident(event.obj, "payment_link"),
    }


def _session_expired(event: EventObject) -> Fact:
    origin = _origin(event)
    del origin["locale"]
    session = wire.text(event.obj, "id")
    return kinds.SessionExpired(event_id=event.id, at=event.at, ours=event.ours(), session=session, **origin)


def _pledge_bound(event: EventObject) -> Fact:
    has_amount = event.obj.get("amount_total") is not None
    return kinds.PledgeBound(
        event_id=event.id,
        at=event.at,
        ours=event.ours(),
        session=wire.text(event.obj, "id"),
        subscription=wire.required_ident(event.obj, "subscription"),
        money=wire.money(event.obj, "amount_total") if has_amount else None,
        customer=wire.ident(event.obj, "customer"),
        invoice=wire.ident(event.obj, "invoice"),
        **_origin(event),
    )


# -- charges, refunds, disputes: later changes to a gift --


def _on_intent(event: EventObject) -> dict[str, Any] | None:
    """Return the frame of a fact about a payment intent, or None if there is none and so no gift of ours."""
    intent = wire.ident(event.obj, "payment_intent")
    if intent is None:
        return None
    return {"event_id": event.id, "at": event.at, "ours": event.maybe_ours(), "payment_intent": intent}


def _on_charge(event: EventObject) -> dict[str, Any] | None:
    frame = _on_intent(event)
    return None if frame is None else frame | {"ours": event.charge_is_ours()}


def _charge_refunded(event: EventObject) -> Fact | None:
    if (frame := _on_charge(event)) is None:
        return None
    refunded, total = wire.money(event.obj, "amount_refunded"), wire.money(event.obj, "amount")
    return kinds.ChargeRefunded(**frame, charge=wire.text(event.obj, "id"), money=refunded, total=total)


def _charge_updated(event: EventObject) -> Fact | None:
    # A declined attempt is a charge too, and must not replace the gift's.
    if (frame := _on_charge(event)) is None or event.obj.get("paid") is False:
        return None
    return kinds.ChargeUpdated(
        **frame,
        charge=wire.text(event.obj, "id"),
        fingerprint=_fingerprint(event.obj),
        customer=wire.ident(event.obj, "customer"),
        balance_transaction=wire.ident(event.obj, "balance_transaction"),
        receipt_url=wire.maybe_text(event.obj, "receipt_url"),
        statement_descriptor=wire.maybe_text(event.obj, "calculated_statement_descriptor"),
    )


def _fingerprint(charge: Json) -> str | None:
    """Return Stripe's fingerprint of the card or bank account; wallets and other methods may have none."""
    details = wire.part(charge, "payment_method_details")
    kind = wire.maybe_text(details, "type")
    return wire.maybe_text(wire.part(details, kind), "fingerprint") if kind else None


def _refund(event: EventObject) -> Fact | None:
    if (frame := _on_intent(event)) is None:
        return None
    return kinds.GiftRefunded(
        **frame,
        refund_id=wire.text(event.obj, "id"),
        money=wire.money(event.obj, "amount"),
        status=wire.maybe_text(event.obj, "status") or "pending",
        charge=wire.ident(event.obj, "charge"),
        reason=wire.maybe_text(event.obj, "reason"),
    )


def _dispute(event: EventObject) -> dict[str, Any] | None:
    if (frame := _on_intent(event)) is None:
        return None
    return frame | {
        "dispute_id": wire.text(event.obj, "id"),
        "money": wire.money(event.obj, "amount"),
        "status": wire.text(event.obj, "status"),
        "charge": wire.ident(event.obj, "charge"),
    }


def _disputed(event: EventObject) -> Fact | None:
    if (frame := _dispute(event)) is None:
        return None
    due_by = wire.maybe_moment(wire.part(event.obj, "evidence_details"), "due_by")
    return kinds.GiftDisputed(**frame, reason=wire.text(event.obj, "reason"), due_by=due_by)


def _funds_moved(move: FundsMove) -> "Reader":
    def read(event: EventObject) -> Fact | None:
        frame = _dispute(event)
        return kinds.DisputeFunds(**frame, move=move) if frame else None

    return read


def _dispute_closed(event: EventObject) -> Fact | None:
    frame = _dispute(event)
    return kinds.DisputeClosed(**frame) if frame else None


def _fraud_warning(event: EventObject) -> Fact | None:
    if (frame := _on_intent(event)) is None:
        return None
    return kinds.FraudWarning(**frame, charge=wire.required_ident(event.obj, "charge"))


def _payment_failed(event: EventObject) -> Fact:
    error = wire.part(event.obj, "last_payment_error")
    return kinds.PaymentFailed(
        event_id=event.id,
        at=event.at,
        ours=event.ours(),  # a pledge's carries no mark: its invoice's event reports the failure
        payment_intent=wire.text(event.obj, "id"),
        money=wire.money(event.obj, "amount"),
        code=wire.maybe_text(error, "code"),
        order=wire.metadata(event.obj).get(ORDER),
    )


# -- pledges: subscriptions and their invoices, in the forms before and after `parent` and `payments` --


def _invoice(event: EventObject) -> dict[str, Any] | None:
    """Return the frame of a fact about a pledge's invoice, or None for an invoice without a subscription."""
    details = wire.part(wire.part(event.obj, "parent"), "subscription_details")
    pledge = wire.ident(details, "subscription") or wire.ident(event.obj, "subscription")
    if pledge is None:
        return None
    payment = wire.part(wire.first(event.obj, "payments"), "payment")
    # Before `parent`, the subscription's metadata was beside it or, earlier still, on the lines only.
    marks = (details, wire.part(event.obj, "subscription_details"), wire.first(event.obj, "lines"))
    marked = next((mark for mark in marks if wire.part(mark, "metadata")), {})
    return {
        "event_id": event.id,
        "at": event.at,
        "ours": _is_ours(marked) if marked or "metadata" in details else None,
        "payment_intent": wire.ident(payment, "payment_intent") or wire.ident(event.obj, "payment_intent"),
        "invoice": wire.text(event.obj, "id"),
        "pledge": pledge,
        "metadata": wire.metadata(marked),
    }


def _invoice_paid(event: EventObject) -> Fact | None:
    frame = _invoice(event)
    if frame is None or not wire.number(event.obj, "amount_paid"):
        return None
    paid_at = wire.maybe_moment(wire.part(event.obj, "status_transitions"), "paid_at")
    return kinds.GiftPaid(
        **frame,
        money=wire.money(event.obj, "amount_paid"),
        paid_at=paid_at or event.at,
        charge=wire.ident(event.obj, "charge"),
        renews_at=wire.maybe_moment(wire.part(wire.first(event.obj, "lines"), "period"), "end"),
    )


def _renewal_failed(event: EventObject) -> Fact | None:
    if (frame := _invoice(event)) is None:
        return None
    return kinds.RenewalFailed(
        **frame,
        money=wire.money(event.obj, "amount_due"),
        attempt=wire.number(event.obj, "attempt_count"),
        invoice_url=wire.maybe_text(event.obj, "hosted_invoice_url"),
        first=event.obj.get("billing_reason") == "subscription_create",
    )


def _invoice_charged(event: EventObject) -> Fact | None:
    payment = wire.part(event.obj, "payment")
    intent = wire.ident(payment, "payment_intent")
    if intent is None:
        return None
    return kinds.InvoiceCharged(
        event_id=event.id,
        at=event.at,
        payment_intent=intent,
        invoice=wire.required_ident(event.obj, "invoice"),
        charge=wire.ident(payment, "charge"),
        money=wire.money(event.obj, "amount_paid") if event.obj.get("amount_paid") is not None else None,
    )


def _pledge_changed(event: EventObject) -> Fact:
    item, (renews_at, ends_at) = wire.first(event.obj, "items"), renewal_and_end(event.obj)
    return kinds.PledgeChanged(
        event_id=event.id,
        at=event.at,
        ours=event.ours(),
        subscription=wire.text(event.obj, "id"),
        status=wire.text(event.obj, "status"),
        renews_at=renews_at,
        ends_at=ends_at,
        metadata=wire.metadata(event.obj),
        money=_renewal(item) if item else None,
        customer=wire.ident(event.obj, "customer"),
        ended_at=wire.maybe_moment(event.obj, "ended_at"),
    )


def renewal_and_end(subscription: Json) -> tuple[datetime | None, datetime | None]:
    """Return when the paid period ends and when it ends for good, if that is planned (both UTC).

    Raises UnreadableEvent.
    """
    item = wire.first(subscription, "items")
    # Older API versions have the period on the subscription.
    renews_at = wire.maybe_moment(item, "current_period_end") or wire.maybe_moment(subscription, "current_period_end")
    ends_at = wire.maybe_moment(subscription, "cancel_at")
    if ends_at is None and wire.flag(subscription, "cancel_at_period_end"):
        ends_at = renews_at
    return renews_at, ends_at


def _renewal(item: Json) -> Money | None:
    """Return the amount of each renewal, or None if the item's price is not a plain amount."""
    price = wire.part(item, "price")
    if price.get("unit_amount") is None:
        return None
    unit = wire.money(price, "unit_amount")
    return Money(unit.minor * (wire.number(item, "quantity") if "quantity" in item else 1), unit.currency)


# -- payouts: of the whole account, so always ours to book --


def _payout(event: EventObject) -> Fact:
    return listed.payout_reported(event.id, event.at, event.obj)


Reader = Callable[[EventObject], Facts]

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
    "payout.created": _payout,
    "payout.updated": _payout,
    "payout.paid": _payout,
    "payout.failed": _payout,
    "payout.canceled": _payout,
    "payout.reconciliation_completed": _payout,
}
