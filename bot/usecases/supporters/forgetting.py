"""Erase a supporter on request. What the ledger and the tree need stays, without names."""

from collections.abc import Collection, Sequence

from bot.domain.referrals import InviteLink
from bot.domain.rights import Right, may
from bot.store.db import Connection
from bot.store.giving import own_links, proofs
from bot.store.monthly import pledges
from bot.store.quick_give import cards
from bot.store.referrals import invites
from bot.store.supporters import merging, my_data_files, my_data_links
from bot.usecases.context import Context
from bot.usecases.core import erasures, rate_limits
from bot.usecases.referrals import chat_links, newcomers


async def forget(ctx: Context, supporter_id: int) -> int:
    """Erase a supporter and all accounts merged into them; return how many monthly gifts were ended.

    Monthly gifts known to be theirs end first, since afterwards nobody could tell whose they are. Those that another
    person may pay continue. Gifts stay on a node without a name, so that the ledger and the circles still add up.
    References in old links lead to nobody, and a person who returns is a new supporter.

    Raises GatewayUnavailable, before erasing anything, if Stripe cannot be reached.
    """
    ended: set[str] = set()
    while True:
        async with ctx.db.write_money() as conn:
            ids = await merging.merged_ids(conn, supporter_id)
            all_pledges = [p for each in ids for p in await pledges.of_supporter(conn, each)]
            monthly = {p.subscription for p in all_pledges if may(p.standing, Right.END_WHEN_FORGOTTEN)}
            if monthly <= ended:  # an account may have been linked during the calls to Stripe
                links = [link for each in ids for link in await _links(conn, each)]
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
    await erasures.record(ctx, conn, list(ids))
    for subscription in monthly:
        await pledges.set_status(conn, subscription, "canceled", ctx.clock())
    for supporter_id in ids:
        await invites.disable(conn, supporter_id)
    await pledges.forget(conn, ids)
    await proofs.forget(conn, ids)
    await own_links.forget(conn, ids)
    await cards.forget(conn, ids, ctx.clock())
    await my_data_files.forget(conn, ids, ctx.clock())
    await my_data_links.forget(conn, ids)
    await newcomers.forget_departures(ctx, conn, ids)
    await rate_limits.save_restrictions(ctx, conn, list(ids))
    await merging.erase(conn, ids, ctx.clock())
