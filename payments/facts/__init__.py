"""Stripe events, read as typed facts.

kinds.py defines the facts, fields.py the fields that may be read; events.py and readers.py read events (one row per
type), and signature.py checks a webhook's signature. Nothing here builds the stripe library's objects, so reading an
event takes a few hundredths of a millisecond.
"""

from payments.facts.events import (
    HANDLED_TYPES,
    POLLED_TYPES,
    Event,
    LivemodeMismatch,
    read_event,
    require_livemode,
)
from payments.facts.fields import reduced
from payments.facts.kinds import (
    ChargeRefunded,
    ChargeUpdated,
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
from payments.facts.readers import OUR_MARK, renewal_and_end
from payments.facts.signature import TOLERANCE, SignatureExpired, SignatureRefused, verify_signature
from payments.facts.wire import UnreadableEvent

__all__ = [
    "HANDLED_TYPES",
    "OUR_MARK",
    "POLLED_TYPES",
    "TOLERANCE",
    "ChargeRefunded",
    "ChargeUpdated",
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
