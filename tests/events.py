"""Reading Stripe's list of events to its end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from payments.facts import POLLED_TYPES
from payments.stripe import StripeGateway


async def listed(gateway: StripeGateway, since: datetime, types: Sequence[str] = POLLED_TYPES) -> list[dict[str, Any]]:
    """Return all events of these types since then, oldest first; within a second, in Stripe's order."""
    newest_first = [event async for page in gateway.event_pages(since, types) for event in page]
    newest_first.reverse()  # a stable sort then keeps Stripe's order within a second
    return sorted(newest_first, key=lambda event: int(event["created"]))
