"""Conditions on whole objects of Stripe."""

from collections.abc import Iterable
from typing import Any

from tests.contract.schemas import Condition

Object = dict[str, Any]

# The part of an event's type before the last dot is what its object is, with these exceptions.
# docs.stripe.com/api/events/types
_OBJECTS = {"charge.dispute": "dispute", "charge.refund": "refund", "customer.subscription": "subscription"}


def object_of(kind: str) -> str:
    """What an event of this type is about: "charge" for "charge.refunded"."""
    area = kind.rpartition(".")[0]
    return _OBJECTS.get(area, area)


def customs_do_not_recur(value: Object) -> Iterable[str]:
    """docs.stripe.com/payments/checkout/pay-what-you-want: an amount of one's own is paid once."""
    if value.get("custom_unit_amount") and value.get("recurring"):
        yield "a price with 'custom_unit_amount' cannot be 'recurring'"


def parts_are_inside_the_whole(whole: str, *parts: str) -> Condition:
    """Amounts that are a part of another are not larger."""

    def check(value: Object) -> Iterable[str]:
        yield from (f"{part} is more than {whole}" for part in parts if (value.get(part) or 0) > value[whole])

    return check


def refused_has_a_reason(value: Object) -> Iterable[str]:
    """A failed charge has a code and a message, another one has neither; what failed is not paid."""
    failed = value["status"] == "failed"
    if any((value.get(name) is not None) != failed for name in ("failure_code", "failure_message")):
        yield f"'failure_code' and 'failure_message' do not go with status {value['status']!r}"
    if value["paid"] and failed:
        yield "'paid' is true where status is 'failed'"


def sessions_have_what_their_mode_needs(value: Object) -> Iterable[str]:
    """A complete session has led to a payment or a subscription; only an open one has a page."""
    mode, complete = value["mode"], value["status"] == "complete"
    if complete and mode == "payment" and value.get("payment_intent") is None:
        yield "a complete session in mode 'payment' has a 'payment_intent'"
    if complete and mode == "subscription" and value.get("subscription") is None:
        yield "a complete session in mode 'subscription' has a 'subscription'"
    if not complete and value["payment_status"] == "paid":
        yield f"a session of status {value['status']!r} is not paid"
