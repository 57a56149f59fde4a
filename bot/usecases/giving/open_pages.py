"""Stripe pages that people have open. They accept payment for up to a day, even after their link is deactivated."""

from dataclasses import dataclass
from datetime import timedelta

from bot.store.giving import links as link_rows
from bot.store.giving import own_links as own_rows
from bot.usecases.context import Context
from bot.usecases.core.isolate import each_at_stripe
from payments.gateway_errors import GatewayUnavailable

_JOB = "open payment pages"
_OPEN_FOR = timedelta(days=1)  # how long a page can be paid
_MAY_BE_OPEN = timedelta(days=2)  # a link for one person works for a day, and a page opened from it for another


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedPages:
    """How many pages were ended; `all`: none is left to retry."""

    pages: int
    all: bool


async def end_all(ctx: Context) -> EndedPages:
    """End the open pages of all our links, for use while the links are deactivated.

    A page that Stripe refuses to end is reported to staff. Raises the GatewayError of an outage or a refused key.
    """
    async with ctx.db.read() as conn:
        known = [link.stripe_id for link in await link_rows.active(conn)]
        known += await link_rows.closed_since(conn, ctx.clock() - _OPEN_FOR)
        known += await own_rows.closed_since(conn, ctx.clock() - _MAY_BE_OPEN)
    waiting: list[str] = []
    ended = 0

    async def of_link(stripe_id: str) -> bool:
        nonlocal ended
        try:
            pages = await ctx.gateway.open_pages(stripe_id)
        except GatewayUnavailable:
            waiting.append(stripe_id)
            raise
        ended += await each_at_stripe(ctx, _JOB, pages, end, name=str)
        return True

    async def end(page: str) -> bool:
        try:
            await ctx.gateway.end_page(page)
        except GatewayUnavailable:
            waiting.append(page)
            raise
        return True

    await each_at_stripe(ctx, _JOB, known, of_link, name=str)
    return EndedPages(pages=ended, all=not waiting)
