"""Stripe events, read as typed facts.

kinds.py defines the facts, fields.py the fields that may be read; events.py and readers.py read events (one row per
type; those that only Quick Give needs are in card_readers.py), and signature.py checks a webhook's signature. Nothing
here builds the stripe library's objects, so reading an event takes a few hundredths of a millisecond.
"""

from payments.facts.events import (
    CARD_TYPES,
    HANDLED_TYPES,
    POLLED_TYPES,
    Event,
    LivemodeMismatch,
    read_event,
    require_livemode,
)
from payments.facts.fields import reduced
from payments.facts.kinds import (
    CardDetached,
    CardSaved,
    CardUpdated,
    ChargeCancelled,
    ChargeRefunded,
    ChargeUpdated,
    CustomerDeleted,
    DisputeClosed,
    DisputeFact,
    DisputeFunds,
    Fact,
    FeeKnown,
    FraudWarning,
    FundsMove,
    GiftDisputed,
    GiftFact,
    GiftFailed,
    GiftPaid,
    GiftPending,
    GiftRefunded,
    InvoiceCharged,
    PaymentFailed,
    PayoutReported,
    PledgeBound,
    PledgeChanged,
    RenewalFailed,
    SessionExpired,
)
from payments.facts.marks import CARD_REQUEST, ORDER, OUR_MARK, REFERENCE
from payments.facts.readers import renewal_and_end
from payments.facts.signature import TOLERANCE, SignatureExpired, SignatureRefused, verify_signature
from payments.facts.wire import UnreadableEvent

__all__ = [
    "CARD_REQUEST",
    "CARD_TYPES",
    "HANDLED_TYPES",
    "ORDER",
    "OUR_MARK",
    "POLLED_TYPES",
    "REFERENCE",
    "TOLERANCE",
    "CardDetached",
    "CardSaved",
    "CardUpdated",
    "ChargeCancelled",
    "ChargeRefunded",
    "ChargeUpdated",
    "CustomerDeleted",
    "DisputeClosed",
    "DisputeFact",
    "DisputeFunds",
    "Event",
    "Fact",
    "FeeKnown",
    "FraudWarning",
    "FundsMove",
    "GiftDisputed",
    "GiftFact",
    "GiftFailed",
    "GiftPaid",
    "GiftPending",
    "GiftRefunded",
    "InvoiceCharged",
    "LivemodeMismatch",
    "PaymentFailed",
    "PayoutReported",
    "PledgeBound",
    "PledgeChanged",
    "RenewalFailed",
    "SessionExpired",
    "SignatureExpired",
    "SignatureRefused",
    "UnreadableEvent",
    "read_event",
    "reduced",
    "renewal_and_end",
    "require_livemode",
    "verify_signature",
]
