"""Stripe's fees for charges, read from its balance transactions."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from payments.facts import FeeKnown
from payments.facts.listed import fees_known
from payments.paging import pages
from payments.views import unix_seconds

Json = dict[str, Any]
Get = Callable[[str, Json], Awaitable[Json]]
Find = Callable[[str, str, Json], Awaitable[Json | None]]

_FEW = 3  # up to this many are fetched one by one; for more, the list is searched
_PAGE_SIZE = 100
_EXTRA_PAGES = 4  # refunds, payouts and the charity's other charges are listed between our charges
_MOST_SINGLE_CALLS = 20


async def of_span(get: Get, created: tuple[datetime, datetime]) -> list[FeeKnown]:
    """Return the fees of all charges in a time span (UTC, [from, to))."""
    span = {"created": {"gte": unix_seconds(created[0]), "lt": unix_seconds(created[1])}}
    return [fee async for page in _listed(get, span) for fee in fees_known(page)]


async def by_ids(get: Get, find: Find, ids: Sequence[str]) -> list[FeeKnown]:
    """Return the charges' fees among these balance transactions, as far as a few calls find them."""
    wanted, found = set(ids), dict[str, FeeKnown]()
    if len(wanted) > _FEW:
        # Recent charges are among the newest. Read fewer pages than fetching each one would cost calls.
        calls, most = 0, min(len(wanted) // 2, _EXTRA_PAGES + 2 * len(wanted) // _PAGE_SIZE)
        async for page in _listed(get, {}):
            found |= {fee.event_id: fee for fee in fees_known(page) if fee.event_id in wanted}
            calls += 1
            if len(found) == len(wanted) or calls >= most:
                break
    missing = [transaction_id for transaction_id in dict.fromkeys(ids) if transaction_id not in found]
    for transaction_id in missing[:_MOST_SINGLE_CALLS]:
        obj = await find("/v1/balance_transactions", transaction_id, {"expand": ["source"]})
        found |= {fee.event_id: fee for fee in fees_known([obj] if obj else [])}
    return list(found.values())


def _listed(get: Get, span: Json) -> AsyncIterator[list[Json]]:
    return pages(get, "/v1/balance_transactions", span | {"expand": ["data.source"]})
