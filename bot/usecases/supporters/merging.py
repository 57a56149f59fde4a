"""Merge two supporters who are one person on two platforms, so that nothing is counted twice."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.gifts import GiftChange
from bot.domain.referrals import Referral, earliest_referral, gave_before_joining
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.nudges import nudges
from bot.store.quick_give import cards
from bot.store.referrals import referrals as tree
from bot.store.supporters import merging
from bot.usecases.context import Context
from bot.usecases.money.record import write_changes
from bot.usecases.referral_tree import refer

_FirstGifts = Mapping[int, datetime | None]  # when each of the two first gave, before their gifts are merged


async def merge(ctx: Context, conn: Connection, first: int, other: int) -> int | None:
    """Merge two supporters; the one who joined first stays. Needs `write_money`.

    Return who stays, or None if one of the two was merged or erased already.
    """
    pair = await merging.winner_and_loser(conn, first, other)
    if pair is None:
        return None
    winner, loser = pair
    first_gifts = {half: await gifts.first_paid_at(conn, half) for half in pair}
    await merging.record_giving_addresses(conn, [winner, loser])
    await _move_gifts(ctx, conn, loser, winner)
    await merging.hand_over(conn, loser, winner)
    await cards.remove_barred(conn, winner, ctx.clock())  # of two answers about age, the stricter one counts
    await nudges.set_next_checks(conn, {winner: ctx.clock()})  # one account may have agreed, the other given
    await _merge_nodes(conn, loser, winner, first_gifts)
    await refer.rebuild_paths(conn)  # refer.tick continues if there is more
    return winner


async def _move_gifts(ctx: Context, conn: Connection, loser: int, winner: int) -> None:
    """Move gifts as ordinary changes, so that every counter follows; nobody is thanked again."""
    changes = [
        GiftChange(event_id=f"obole:merge:{gift.id}", before=gift, after=replace(gift, supporter_id=winner))
        for gift in await merging.gifts_of(conn, loser)
    ]
    if changes:
        await write_changes(ctx, conn, changes)


async def _merge_nodes(conn: Connection, loser: int, winner: int, first_gifts: _FirstGifts) -> None:
    """Merge the two nodes of the tree: the loser's referrals become the winner's."""
    known = await tree.nodes(conn, [winner, loser])
    first = await _first_referral(conn, loser, winner, first_gifts)
    for half in (loser, winner):
        await tree.drop(conn, half)
    if first is not None:
        await tree.write(conn, first)
    await tree.hand_over(conn, loser, winner)
    if loser in known:
        await refer.replace_node(conn, loser, by=winner)
    if first is not None and first.inviter_id is not None:
        await refer.attach(conn, winner, first.inviter_id)
    elif winner in known:
        await tree.set_parent(conn, winner, None)


async def _first_referral(conn: Connection, loser: int, winner: int, first_gifts: _FirstGifts) -> Referral | None:
    """Return the earlier of the two referrals, or None.

    Its inviter becomes unknown if they came through this person. It no longer counts if one account had given before
    the other one joined.
    """
    earlier = earliest_referral(await tree.referral(conn, winner), await tree.referral(conn, loser))
    if earlier is None:
        return None
    other = loser if earlier.supporter_id == winner else winner
    if gave_before_joining(earlier, first_gifts[earlier.supporter_id], first_gifts[other]):
        return None
    first = replace(earlier, supporter_id=winner)
    inviter = first.inviter_id
    if inviter is not None and await _came_through(conn, inviter, winner, loser):
        return replace(first, inviter_id=None, invite_id=None, certain=False, candidates=())
    return first


async def _came_through(conn: Connection, inviter: int, winner: int, loser: int) -> bool:
    return await tree.is_above(conn, winner, inviter) or await tree.is_above(conn, loser, inviter)
