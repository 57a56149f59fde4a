"""Bodies of events that must be kept for a while: what they say about people is left out of the database."""

import json
from typing import Any

# Stripe's names for what tells who somebody is, wherever in an event it stands. Nothing of it is ever read.
_ABOUT_PEOPLE = frozenset(
    (
        "billing_details",
        "collected_information",
        "custom_fields",
        "customer_address",
        "customer_details",
        "customer_email",
        "customer_name",
        "customer_phone",
        "customer_shipping",
        "evidence",
        "payment_method_details",
        "receipt_email",
        "shipping",
        "shipping_details",
    )
)


def without_people(body: bytes) -> str:
    """The event as JSON, readable again, with no names, addresses or cards in it; empty for what is not JSON."""
    try:
        return json.dumps(_without(json.loads(body)))
    except (ValueError, RecursionError):
        return ""


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without(inner) for key, inner in value.items() if key not in _ABOUT_PEOPLE}
    if isinstance(value, list):
        return [_without(inner) for inner in value]
    return value
