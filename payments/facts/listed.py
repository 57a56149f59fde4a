"""Facts read from Stripe's lists of objects, beside those that events state: payouts, and the fees of charges."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from payments.facts import kinds, wire
from payments.facts.wire import Json


def payout_reported(event_id: str, at: datetime, payout: Json) -> kinds.PayoutReported:
    """Return the fact that a payout object states. at: when Stripe stated it (UTC). Raises UnreadableEvent."""
    return kinds.PayoutReported(
        event_id=event_id,
        at=at,
        ours=True,
        payout_id=wire.text(payout, "id"),
        money=wire.signed_money(payout, "amount"),
        status=wire.text(payout, "status"),
        automatic=wire.flag(payout, "automatic"),
        instant=wire.maybe_text(payout, "method") == "instant",
        created_at=wire.moment(payout, "created"),
        arrives_at=wire.moment(payout, "arrival_date"),
        returned=wire.ident(payout, "failure_balance_transaction") is not None,
        reconciled=wire.maybe_text(payout, "reconciliation_status") == "completed",
    )


def fees_known(page: Iterable[Json]) -> Iterator[kinds.FeeKnown]:
    """Return the fees in a page of balance transactions. Raises UnreadableEvent."""
    return (fee for transaction in page if (fee := fee_known(transaction)) is not None)


def fee_known(transaction: Json) -> kinds.FeeKnown | None:
    """Return the charge's fee in a balance transaction, or None for payouts, refunds and the like.

    The payment intent is set if `source` was expanded. Raises UnreadableEvent.
    """
    if transaction.get("type") not in ("charge", "payment"):
        return None
    source = transaction.get("source")
    return kinds.FeeKnown(
        event_id=wire.text(transaction, "id"),
        at=wire.moment(transaction, "created"),
        charge=wire.required_ident(transaction, "source"),
        payment_intent=wire.ident(source, "payment_intent") if isinstance(source, Mapping) else None,
        fee=wire.money(transaction, "fee"),
    )
