"""The fields of an event that readers.py uses; all others are dropped.

Events contain names, e-mail addresses and cards, including those of people who are not our supporters. `reduced` cuts
an event down before it is read and before any of it is stored, so a field that is not listed here cannot be read. A
test traces the readers and fails if a listed field is never read.

A path leads into nested objects: `lines.0` is the first element of a list, `*` any name. An expanded related object is
reduced to its id.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from payments.facts.marks import CARD_REQUEST, ORDER, REFERENCE
from payments.facts.wire import Json

OUR_METADATA = ("obole", "campaign", "campaign_id", "own_link", CARD_REQUEST, ORDER, REFERENCE)
FOREIGN_METADATA = {"other": "1"}
"""Replaces metadata that contains nothing of ours: that there is any shows that an invoice is not ours."""

_Tree = dict[str, Any]

_FRAME = ("id", "object", "type", "created", "livemode", "api_version", "account")
_SESSION = (
    "id", "mode", "payment_status", "payment_intent", "amount_total", "currency", "client_reference_id", "metadata",
    "locale", "payment_link",
)  # fmt: skip
_PLEDGE_SESSION = ("subscription", "customer", "invoice")
_CHARGE = ("id", "payment_intent", "metadata", "customer")
_REFUND = (
    "id", "payment_intent", "metadata", "amount", "currency", "status", "charge", "reason",
)  # fmt: skip
_DISPUTE = ("id", "payment_intent", "metadata", "amount", "currency", "status", "charge")
_INVOICE = (
    "id", "currency", "payment_intent", "subscription", "subscription_details.metadata",
    "parent.subscription_details.subscription", "parent.subscription_details.metadata",
    "payments.data.0.payment.payment_intent", "lines.data.0.metadata",
)  # fmt: skip
_SUBSCRIPTION = (
    "id", "status", "cancel_at", "cancel_at_period_end", "metadata", "customer", "ended_at", "items.data.0.quantity",
    "items.data.0.price.unit_amount", "items.data.0.price.currency", "items.data.0.current_period_end",
    "current_period_end",
)  # fmt: skip
_PAYOUT = (
    "id", "amount", "currency", "status", "automatic", "method", "created", "arrival_date",
    "failure_balance_transaction", "reconciliation_status",
)  # fmt: skip

FIELDS: Mapping[str, tuple[str, ...]] = {
    "checkout.session.completed": (*_SESSION, *_PLEDGE_SESSION),
    "checkout.session.async_payment_succeeded": tuple(field for field in _SESSION if field != "payment_status"),
    "checkout.session.async_payment_failed": (
        "id", "mode", "payment_intent", "amount_total", "currency", "client_reference_id", "metadata", "subscription",
        "invoice",
    ),
    "checkout.session.expired": ("id", "client_reference_id", "metadata", "locale", "payment_link"),
    "payment_intent.payment_failed": (
        "id", "metadata", "amount", "currency", "last_payment_error.code",
    ),
    "payment_intent.succeeded": ("id", "metadata", "amount_received", "currency", "latest_charge"),
    "payment_intent.canceled": ("id", "metadata"),
    "payment_method.detached": ("id",),
    "payment_method.automatically_updated": ("id",),
    "customer.deleted": ("id", "metadata"),
    "charge.updated": (
        *_CHARGE, "paid", "balance_transaction", "receipt_url", "calculated_statement_descriptor",
        "payment_method_details.type", "payment_method_details.*.fingerprint",
    ),
    "charge.refunded": (*_CHARGE, "amount", "amount_refunded", "currency"),
    "refund.created": _REFUND,
    "refund.updated": _REFUND,
    "refund.failed": _REFUND,
    "charge.dispute.created": (*_DISPUTE, "reason", "evidence_details.due_by"),
    "charge.dispute.funds_withdrawn": _DISPUTE,
    "charge.dispute.funds_reinstated": _DISPUTE,
    "charge.dispute.closed": _DISPUTE,
    "radar.early_fraud_warning.created": ("id", "payment_intent", "metadata", "charge"),
    "invoice.paid": (
        *_INVOICE, "amount_paid", "status_transitions.paid_at", "charge", "lines.data.0.period.end",
    ),
    "invoice.payment_failed": (
        *_INVOICE, "amount_due", "attempt_count", "hosted_invoice_url", "billing_reason",
    ),
    "invoice_payment.paid": (
        "id", "invoice", "payment.payment_intent", "payment.charge", "amount_paid", "currency",
    ),
    "customer.subscription.updated": _SUBSCRIPTION,
    "customer.subscription.deleted": _SUBSCRIPTION,
    "payout.created": _PAYOUT,
    "payout.updated": _PAYOUT,
    "payout.paid": _PAYOUT,
    "payout.failed": _PAYOUT,
    "payout.canceled": _PAYOUT,
    "payout.reconciliation_completed": _PAYOUT,
}  # fmt: skip


def reduced(event: Json) -> dict[str, Any]:
    """Return an event with only the listed fields, or only the frame if no reader handles its type."""
    frame = {name: _leaf(event[name]) for name in _FRAME if name in event}
    data = event.get("data")
    obj = data.get("object") if isinstance(data, Mapping) else None
    kind = event.get("type")
    tree = _TREES.get(kind) if isinstance(kind, str) else None
    if tree is None or not isinstance(obj, Mapping):
        return frame | {"data": data if data is None else {"object": {}}}
    return frame | {"data": {"object": _cut(obj, tree)}}


def _tree(paths: Iterable[str]) -> _Tree:
    root: _Tree = {}
    for path in paths:
        at = root
        for step in path.split("."):
            at = at.setdefault(step, {})
    return root


_TREES: Mapping[str, _Tree] = {kind: _tree(paths) for kind, paths in FIELDS.items()}


def _cut(value: Any, tree: _Tree) -> Any:
    if not tree:
        return _leaf(value)
    if isinstance(value, list):
        return [_cut(item, tree["0"]) for item in value[:1]] if "0" in tree else None
    if not isinstance(value, Mapping):
        return _leaf(value)
    inner = {name: tree.get(name, tree.get("*")) for name in value}
    return {
        name: _metadata(value[name]) if name == "metadata" else _cut(value[name], branch)
        for name, branch in inner.items()
        if branch is not None
    }


def _leaf(value: Any) -> Any:
    """Return a plain value, the id of an expanded object, or None for a list."""
    if isinstance(value, Mapping):
        return {"id": _leaf(value["id"])} if "id" in value else {}
    return None if isinstance(value, list) else value


def _metadata(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return _leaf(value)
    ours = {name: _leaf(value[name]) for name in OUR_METADATA if name in value}
    return ours or (FOREIGN_METADATA if value else {})
