"""Minimal Stripe JSON for the readers' tests."""

from typing import Any

T0 = 1_795_392_000  # 2026-11-23 00:00 UTC
RENEWS = T0 + 30 * 86_400  # when the month that was paid ends
OURS = {"obole": "1", "campaign": "repas"}


def event(kind: str, obj: dict[str, Any], *, id: str = "evt_1", at: int = T0, **extra: Any) -> dict[str, Any]:
    return {
        "id": id,
        "object": "event",
        "type": kind,
        "created": at,
        "livemode": False,
        "api_version": "2026-10-28.endive",
        "data": {"object": obj},
        **extra,
    }


def session(**changes: Any) -> dict[str, Any]:
    return {
        "id": "cs_1",
        "object": "checkout.session",
        "mode": "payment",
        "payment_status": "paid",
        "status": "complete",
        "amount_total": 500,
        "currency": "cad",
        "payment_intent": "pi_1",
        "subscription": None,
        "invoice": None,
        "payment_link": "plink_1",
        "client_reference_id": "tok",
        "locale": "fr-CA",
        "metadata": OURS,
        "presentment_details": None,
        "customer_details": {"email": "someone@example.org"},
    } | changes


def pledge_session(**changes: Any) -> dict[str, Any]:
    pledge = {"mode": "subscription", "payment_intent": None, "subscription": "sub_1", "invoice": "in_1"}
    return session(**pledge, customer="cus_1") | changes


def charge(**changes: Any) -> dict[str, Any]:
    return {
        "id": "ch_1",
        "object": "charge",
        "amount": 500,
        "amount_refunded": 0,
        "currency": "cad",
        "paid": True,
        "payment_intent": "pi_1",
        "balance_transaction": None,
        "receipt_url": "https://pay.stripe.com/receipts/1",
        "calculated_statement_descriptor": "REPAS CHAUDS",
        "metadata": OURS,
    } | changes


def refund(**changes: Any) -> dict[str, Any]:
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 200,
        "currency": "cad",
        "status": "succeeded",
        "payment_intent": "pi_1",
        "charge": "ch_1",
        "reason": "requested_by_customer",
        "metadata": {},
    } | changes


def dispute(**changes: Any) -> dict[str, Any]:
    return {
        "id": "du_1",
        "object": "dispute",
        "amount": 500,
        "currency": "cad",
        "status": "needs_response",
        "reason": "fraudulent",
        "payment_intent": "pi_1",
        "charge": "ch_1",
        "evidence_details": {"due_by": T0 + 86_400},
        "metadata": {},
    } | changes


def invoice(**changes: Any) -> dict[str, Any]:
    """Return an invoice in the form since `parent` and `payments`."""
    details = {"subscription": "sub_1", "metadata": OURS}
    return {
        "id": "in_1",
        "object": "invoice",
        "amount_paid": 1000,
        "amount_due": 1000,
        "currency": "cad",
        "attempt_count": 1,
        "next_payment_attempt": None,
        "billing_reason": "subscription_cycle",
        "hosted_invoice_url": "https://invoice.stripe.com/i/1",
        "parent": {"type": "subscription_details", "subscription_details": details},
        "status_transitions": {"paid_at": T0 - 60},
        "lines": {"object": "list", "data": [{"id": "il_1", "metadata": {}, "period": {"end": RENEWS}}]},
    } | changes


def old_invoice(**changes: Any) -> dict[str, Any]:
    """Return an invoice in the form before them."""
    old = {
        "subscription": "sub_1",
        "payment_intent": "pi_7",
        "charge": "ch_7",
        "subscription_details": {"metadata": OURS},
    }
    new = invoice()
    del new["parent"]
    return new | old | changes


def invoice_payment(**changes: Any) -> dict[str, Any]:
    return {
        "id": "inpay_1",
        "object": "invoice_payment",
        "invoice": "in_1",
        "amount_paid": 1000,
        "currency": "cad",
        "status": "paid",
        "payment": {"type": "payment_intent", "payment_intent": "pi_7"},
    } | changes


def subscription(**changes: Any) -> dict[str, Any]:
    item = {"id": "si_1", "quantity": 1, "current_period_end": RENEWS}
    item["price"] = {"unit_amount": 1000, "currency": "cad"}
    return {
        "id": "sub_1",
        "object": "subscription",
        "status": "active",
        "cancel_at": None,
        "cancel_at_period_end": False,
        "customer": "cus_1",
        "metadata": OURS,
        "ended_at": None,
        "items": {"object": "list", "data": [item]},
    } | changes


def old_subscription(**changes: Any) -> dict[str, Any]:
    """Return a subscription in the form before its items had periods."""
    new = subscription()
    (item,) = new["items"]["data"]
    del item["current_period_end"]
    return new | {"current_period_end": RENEWS} | changes


def payout(**changes: Any) -> dict[str, Any]:
    return {
        "id": "po_1",
        "object": "payout",
        "amount": 41_218,
        "currency": "cad",
        "status": "paid",
        "automatic": True,
        "method": "standard",
        "created": T0,
        "arrival_date": T0 + 2 * 86_400,
        "failure_balance_transaction": None,
        "reconciliation_status": "in_progress",
        "destination": "ba_1",
        "metadata": {},
    } | changes
