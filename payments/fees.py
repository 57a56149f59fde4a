"""What Stripe kept of charges, read from its balance transactions."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from payments.facts import FeeKnown
from payments.facts.readers import fees_known
from payments.paging import pages
from payments.views import unix_seconds

Json = dict[str, Any]
Get = Callable[[str, Json], Awaitable[Json]]
Find = Callable[[str, str, Json], Awaitable[Json | None]]

_FEW = 3  # so many are fetched one by one; more are looked for in the list
_A_PAGE = 100
_PAGES_MORE = 4  # refunds, payouts and the charity's other charges stand between our charges
_SINGLE = 20


async def of_span(get: Get, created: tuple[datetime, datetime]) -> list[FeeKnown]:
    """All of a span of time (UTC, [from, to))."""
    span = {"created": {"gte": unix_seconds(created[0]), "lt": unix_seconds(created[1])}}
    return [fee async for page in _listed(get, span) for fee in fees_known(page)]


async def by_ids(get: Get, find: Find, ids: Sequence[str]) -> list[FeeKnown]:
    """Those of these balance transactions that are a charge's, as far as a few calls find them."""
    wanted, found = set(ids), dict[str, FeeKnown]()
    if len(wanted) > _FEW:
        # Charges that were just made are among the newest; as many pages as single calls would cost.
        calls, most = 0, min(len(wanted) // 2, _PAGES_MORE + 2 * len(wanted) // _A_PAGE)
        async for page in _listed(get, {}):
            found |= {fee.event_id: fee for fee in fees_known(page) if fee.event_id in wanted}
            calls += 1
            if len(found) == len(wanted) or calls >= most:
                break
    missing = [one for one in dict.fromkeys(ids) if one not in found]
    for one in missing[:_SINGLE]:
        obj = await find("/v1/balance_transactions", one, {"expand": ["source"]})
        found |= {fee.event_id: fee for fee in fees_known([obj] if obj else [])}
    return list(found.values())


def _listed(get: Get, span: Json) -> AsyncIterator[list[Json]]:
    return pages(get, "/v1/balance_transactions", span | {"expand": ["data.source"]})
