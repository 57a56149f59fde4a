"""End the monthly gifts of people who have died or are under 18. Those that another person may pay continue."""

from bot.domain.gifts import Pledge
from bot.store.monthly import pledges
from bot.usecases.context import Context
from bot.usecases.core.isolate import each_at_stripe

_JOB = "the end of a monthly gift of someone who has died or is under 18"
_BATCH = 50


async def end_due(ctx: Context) -> int:
    """End such monthly gifts, also those that began since it was recorded; return how many.

    Raises GatewayError if Stripe is down or refuses the key; the next round tries again.
    """
    async with ctx.db.read() as conn:
        due = await pledges.to_end(conn, _BATCH)
    return await each_at_stripe(ctx, _JOB, due, lambda one: _end(ctx, one), name=lambda one: one.subscription)


async def _end(ctx: Context, one: Pledge) -> bool:
    await ctx.gateway.end_pledge(one.subscription, f"obole-pledge-{one.subscription}-end")
    async with ctx.db.write_money() as conn:
        await pledges.set_status(conn, one.subscription, "canceled", ctx.clock())
    return True
