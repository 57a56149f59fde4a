"""Stripe's lists, page by page."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

Json = dict[str, Any]
_PAGE = 100  # the most that Stripe lists in one call


async def pages(get: Callable[[str, Json], Awaitable[Json]], path: str, params: Json) -> AsyncIterator[list[Json]]:
    """Yield the pages of a list, newest first, as plain JSON; `get` fetches one."""
    query = params | {"limit": _PAGE}
    more = True
    while more:
        answer = await get(path, query)
        page: list[Json] = answer["data"]
        more = bool(page) and answer.get("has_more") is True
        if page:
            yield page
            query = query | {"starting_after": page[-1]["id"]}
