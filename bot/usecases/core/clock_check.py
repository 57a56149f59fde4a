"""Compare our clock with Stripe's. While they differ, nothing that depends on the time is closed, deleted or begun."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.usecases.context import Context
from bot.usecases.core.notify import notify_staff

log = logging.getLogger(__name__)

TOLERATED = timedelta(minutes=1)


async def compare(ctx: Context, stripe_time: datetime | None) -> bool:
    """Compare our clock with the time Stripe has just given (UTC); return whether it is right.

    None, when Stripe's response has no date, counts as right. Staff are notified once a day.
    """
    if stripe_time is None:
        return True
    difference = ctx.clock() - stripe_time
    was_right, ctx.clock_state.is_right = ctx.clock_state.is_right, abs(difference) <= TOLERATED
    if not ctx.clock_state.is_right:
        if was_right is not False:
            log.error(
                "our clock is %d s from Stripe's: nothing is closed, deleted or begun until it is right",
                difference.total_seconds(),
            )
        async with ctx.db.write() as conn:
            seconds = round(abs(difference).total_seconds())
            key = f"clock_off:{stripe_time:%Y%m%d}"
            await notify_staff(ctx, conn, key, "clock_off", seconds=seconds, ahead=difference > timedelta())
    return bool(ctx.clock_state.is_right)


async def ask(ctx: Context) -> bool:
    """Ask Stripe for the time before an irreversible step; return whether our clock is right.

    Raises GatewayUnavailable or GatewayRefused.
    """
    return await compare(ctx, await ctx.gateway.server_time())


def while_right(ctx: Context, job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
    """Return a job that does nothing while our clock is known to be wrong."""

    async def run() -> object:
        right = ctx.clock_state.is_right
        return await job() if right or (right is None and await ask(ctx)) else None

    return run
