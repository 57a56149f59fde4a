"""Our clock against Stripe's. While they differ nothing is closed, deleted or begun: what is due may not be due."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.usecases.context import Context
from bot.usecases.core.notify import notify_staff

log = logging.getLogger(__name__)

TOLERATED = timedelta(minutes=1)


async def compare(ctx: Context, theirs: datetime | None) -> bool:
    """Note how far our clock is from the time that Stripe has just given (UTC); return whether it is right.

    None, where Stripe's answer names no time, is no evidence against it. Staff are notified once a day.
    """
    if theirs is None:
        return True
    off = ctx.clock() - theirs
    was, ctx.clock_state.is_right = ctx.clock_state.is_right, abs(off) <= TOLERATED
    if not ctx.clock_state.is_right:
        if was is not False:
            log.error(
                "our clock is %d s from Stripe's: nothing is closed, deleted or begun until it is right",
                off.total_seconds(),
            )
        async with ctx.db.write() as conn:
            seconds = round(abs(off).total_seconds())
            key = f"clock_off:{theirs:%Y%m%d}"
            await notify_staff(ctx, conn, key, "clock_off", seconds=seconds, ahead=off > timedelta())
    return bool(ctx.clock_state.is_right)


async def ask(ctx: Context) -> bool:
    """Ask Stripe for the time, before something that cannot be undone; return whether ours is right.

    Raises GatewayUnavailable or GatewayRefused.
    """
    return await compare(ctx, await ctx.gateway.server_time())


def while_right(ctx: Context, job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
    """Return a job that does nothing while our clock is found wrong."""

    async def run() -> object:
        right = ctx.clock_state.is_right
        return await job() if right or (right is None and await ask(ctx)) else None

    return run
