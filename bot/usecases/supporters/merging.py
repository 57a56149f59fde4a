"""Merge: two supporters turn out to be one person, on Telegram and on Discord. Nothing of them is counted twice."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.gifts import GiftChange
from bot.domain.referrals import Referral, earliest_referral, gave_before_joining
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.nudges import nudges
from bot.store.referrals import referrals as tree
from bot.store.supporters import merging
from bot.usecases.context import Context
from bot.usecases.money.record import write_changes
from bot.usecases.referral_tree import refer

_Gave = Mapping[int, datetime | None]  # when each of the two first gave, before their gifts are one person's


async def merge(ctx: Context, conn: Connection, one: int, other: int) -> int | None:
    """Make one supporter of two; who stays is the longer known. Needs `write_money`.

    Returns who stays, or None where one of the two was merged or erased already.
    """
    found = await merging.winner_and_loser(conn, one, other)
    if found is None:
        return None
    winner, loser = found
    gave = {half: await gifts.first_paid_at(conn, half) for half in found}
    await merging.record_giving_addresses(conn, [winner, loser])
    await _move_gifts(ctx, conn, loser, winner)
    await merging.hand_over(conn, loser, winner)
    await nudges.set_next_checks(conn, {winner: ctx.clock()})  # the one may have agreed, and the other have given
    await _move_place(conn, loser, winner, gave)
    await refer.rebuild_paths(conn)  # the rest follows by refer.tick
    return winner


async def _move_gifts(ctx: Context, conn: Connection, loser: int, winner: int) -> None:
    """Gifts change hands by the rules by which all do, so that every counter follows; nobody is thanked again."""
    changes = [
        GiftChange(event_id=f"obole:merge:{gift.id}", before=gift, after=replace(gift, supporter_id=winner))
        for gift in await merging.gifts_of(conn, loser)
    ]
    if changes:
        await write_changes(ctx, conn, changes)


async def _move_place(conn: Connection, loser: int, winner: int, gave: _Gave) -> None:
    """The one person's place in the tree: whom the loser brought, the winner has brought."""
    known = await tree.nodes(conn, [winner, loser])
    first = await _how_they_came(conn, loser, winner, gave)
    for one in (loser, winner):
        await tree.drop(conn, one)
    if first is not None:
        await tree.write(conn, first)
    await tree.hand_over(conn, loser, winner)
    if loser in known:
        await refer.replace_node(conn, loser, by=winner)
    if first is not None and first.inviter_id is not None:
        await refer.attach(conn, winner, first.inviter_id)
    elif winner in known:
        await tree.set_parent(conn, winner, None)


async def _how_they_came(conn: Connection, loser: int, winner: int, gave: _Gave) -> Referral | None:
    """The earliest of two referrals stays. Where its inviter came through this very person, it is unknown.

    It counts no more where one half of the person had given before the other half came.
    """
    found = earliest_referral(await tree.referral(conn, winner), await tree.referral(conn, loser))
    if found is None:
        return None
    other = loser if found.supporter_id == winner else winner
    if gave_before_joining(found, gave[found.supporter_id], gave[other]):
        return None
    first = replace(found, supporter_id=winner)
    inviter = first.inviter_id
    if inviter is not None and await _came_through(conn, inviter, winner, loser):
        return replace(first, inviter_id=None, invite_id=None, certain=False, candidates=())
    return first


async def _came_through(conn: Connection, inviter: int, winner: int, loser: int) -> bool:
    return await tree.is_above(conn, winner, inviter) or await tree.is_above(conn, loser, inviter)
