"""Forget: erase a supporter on their request. What books and tree need stays, and names nobody."""

from collections.abc import Collection, Sequence

from bot.domain.referrals import InviteLink
from bot.domain.rights import Right, may
from bot.store.db import Connection
from bot.store.giving import own_links, proofs
from bot.store.monthly import pledges
from bot.store.referrals import invites
from bot.store.supporters import merging
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.referrals import arrivals, chat_links


async def forget(ctx: Context, supporter_id: int) -> int:
    """Erase a supporter with all accounts that were merged into them; how many monthly gifts were ended.

    Monthly gifts that are known to be theirs end first, since afterwards nobody could say whose they are; where Stripe
    cannot be reached this raises GatewayUnavailable, and nothing is erased. One that somebody else may pay goes on.
    Their gifts stay on a node without a name: the ledger and what came of an invite still add up. References in old
    links lead to nobody, and who comes back is somebody new.
    """
    ended: set[str] = set()
    while True:
        async with ctx.db.write_money() as conn:
            ids = await merging.merged_ids(conn, supporter_id)
            every = [p for one in ids for p in await pledges.of_supporter(conn, one)]
            monthly = {p.subscription for p in every if may(p.standing, Right.END_WHEN_FORGOTTEN)}
            if monthly <= ended:  # also those of an account that was linked while Stripe was asked
                links = [link for one in ids for link in await _links(conn, one)]
                await _erase(ctx, conn, ids, monthly)
                break
        for subscription in sorted(monthly - ended):
            await ctx.gateway.end_pledge(subscription, f"obole-pledge-{subscription}-end")
            ended.add(subscription)
    await chat_links.revoke_links(ctx, links)
    return len(ended)


async def _links(conn: Connection, supporter_id: int) -> list[InviteLink]:
    invite = await invites.of_supporter(conn, supporter_id)
    return [] if invite is None else await invites.links(conn, invite.id)


async def _erase(ctx: Context, conn: Connection, ids: Sequence[int], monthly: Collection[str]) -> None:
    for subscription in monthly:
        await pledges.set_status(conn, subscription, "canceled", ctx.clock())
    for one in ids:
        await invites.disable(conn, one)
    await pledges.forget(conn, ids)
    await proofs.forget(conn, ids)
    await own_links.forget(conn, ids)
    await arrivals.forget_departures(ctx, conn, ids)
    await rate_limits.save_restrictions(ctx, conn, list(ids))
    await merging.erase(conn, ids, ctx.clock())
