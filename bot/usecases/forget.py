"""Forget: erase a supporter on their request. What books and tree need stays, and names nobody."""

from bot.store import invites, merging, pledges
from bot.usecases import arrivals
from bot.usecases.context import Context


async def forget(ctx: Context, supporter_id: int) -> int:
    """Erase a supporter with all accounts that were merged into them; how many monthly gifts were ended.

    Monthly gifts end first, since afterwards nobody could say whose they are; where Stripe cannot be reached this
    raises GatewayUnavailable, and nothing is erased. Their gifts stay on a node without a name: the ledger and what
    came of an invite still add up. References in old links lead to nobody, and who comes back is somebody new.
    """
    async with ctx.db.read() as conn:
        ids = await merging.all_ids(conn, supporter_id)
        monthly = [p for one in ids for p in await pledges.of_supporter(conn, one)]
    for pledge in monthly:
        await ctx.gateway.end_pledge(pledge.subscription, f"obole-pledge-{pledge.subscription}-end")
    now = ctx.clock()
    async with ctx.db.write_money() as conn:
        ids = await merging.all_ids(conn, supporter_id)  # another account may have been linked meanwhile
        for pledge in monthly:
            await pledges.set_status(conn, pledge.subscription, "canceled", now)
        for one in ids:
            await invites.forget(conn, one)
        await arrivals.forget_departures(ctx, conn, ids)
        await merging.erase(conn, ids, now)
    return len(monthly)
