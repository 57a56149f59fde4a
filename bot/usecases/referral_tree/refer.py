"""Record referrals, each once and never guessed, and credit gifts up the tree.

Counters change in the transaction of their cause. Each node stores its path, and the counters are always the sums along
the stored paths; after a subtree has moved, its paths and their credit follow in chunks while gifts keep arriving.
Everything here needs a `write_money` transaction: a gift and a move at the same time would miss each other.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.gifts import GiftChange
from bot.domain.people import Supporter
from bot.domain.referrals import JoinedVia, Node, Referral, ReferralOutcome, gave_before_joining, path_under
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.referrals import referrals as rows
from bot.store.referrals.referrals import Credit
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.referral_tree import thank_inviter
from payments.money import Money

CHUNK = 500  # nodes whose paths are rebuilt in one transaction


# --- referrals ------------------------------------------------------------------------------------
async def record_referral(
    ctx: Context,
    conn: Connection,
    newcomer_id: int,
    inviter_id: int | None,
    how: JoinedVia,
    *,
    certain: bool,
    invite_id: int | None = None,
    campaign_id: int | None = None,
    candidates: Sequence[int] = (),
    at: datetime | None = None,
) -> ReferralOutcome:
    """Record how a newcomer joined; the caller knows that they are new. Needs `write_money`.

    The inviter is unknown if None, or if erased meanwhile. `candidates`: supporters of whom one may be the inviter.
    `at`: when the newcomer joined (UTC), if earlier than now.
    """
    if await rows.referral(conn, newcomer_id) is not None:
        return ReferralOutcome.ALREADY_INVITED
    current_ids = await supporters.current_ids(conn, [i for i in (inviter_id, *candidates) if i is not None])
    inviter = current_ids.get(inviter_id) if inviter_id is not None else None
    if inviter == newcomer_id:
        return ReferralOutcome.SELF
    referral = Referral(
        supporter_id=newcomer_id,
        inviter_id=inviter,
        how=how,
        certain=certain and inviter is not None,
        at=min(at or ctx.clock(), ctx.clock()),
        invite_id=invite_id if inviter is not None else None,
        campaign_id=campaign_id,
        candidates=sorted({current_ids[c] for c in candidates if c in current_ids} - {newcomer_id}),
    )
    return await _note(ctx, conn, referral)


async def claim_inviter(ctx: Context, person: Supporter, inviter_id: int) -> ReferralOutcome:
    """Record the inviter that a supporter names: once, and only if none is known."""
    async with ctx.db.write_money() as conn:
        current_ids = await supporters.current_ids(conn, [inviter_id, person.id])
        inviter, claimant = current_ids.get(inviter_id), current_ids.get(person.id)
        if inviter is None or claimant is None:
            return ReferralOutcome.UNKNOWN
        if inviter == claimant:
            return ReferralOutcome.SELF
        known = await rows.referral(conn, claimant)
        if known is not None and (known.inviter_id is not None or known.settled_at is not None):
            return ReferralOutcome.ALREADY_INVITED
        first = await gifts.first_paid_at(conn, claimant)
        if first is not None and (known is None or gave_before_joining(known, first)):
            return ReferralOutcome.NOT_NEW
        unknown = Referral(
            supporter_id=claimant, inviter_id=None, how=JoinedVia.SAID, certain=False, at=person.joined_at
        )
        before = known or unknown
        if await supporters.joined_at(conn, inviter) > before.at:  # a newer supporter cannot have invited an older one
            return ReferralOutcome.NOT_NEW
        claimed = replace(before, inviter_id=inviter, settled_at=ctx.clock(), candidates=())
        return await _note(ctx, conn, claimed, replaces=True)


async def _note(ctx: Context, conn: Connection, referral: Referral, *, replaces: bool = False) -> ReferralOutcome:
    if referral.inviter_id is not None and await rows.is_above(conn, referral.supporter_id, referral.inviter_id):
        return ReferralOutcome.CYCLE
    if replaces:
        await rows.write(conn, referral)
    elif not await rows.add(conn, referral):
        return ReferralOutcome.ALREADY_INVITED
    if referral.inviter_id is None:
        return ReferralOutcome.UNKNOWN
    await attach(conn, referral.supporter_id, referral.inviter_id)
    await thank_inviter.thank_inviter(ctx, conn, referral.inviter_id)
    return ReferralOutcome.RECORDED


# --- the tree -------------------------------------------------------------------------------------
async def attach(conn: Connection, supporter_id: int, parent_id: int) -> None:
    """Put a supporter and their whole subtree under another. Needs `write_money`."""
    await rows.ensure_nodes(conn, [supporter_id, parent_id])
    await rows.set_parent(conn, supporter_id, parent_id)
    await rebuild_paths(conn)


async def replace_node(conn: Connection, supporter_id: int, *, by: int) -> None:
    """Remove a node that was merged into another, which adopts its children. Its gifts must have moved already."""
    node = (await rows.nodes(conn, [supporter_id]))[supporter_id]
    await _move_credit(conn, [node], {supporter_id: ()})
    await rows.ensure_nodes(conn, [by])
    await rows.move_children(conn, supporter_id, by)
    await rows.remove(conn, supporter_id)


async def tick(ctx: Context) -> int:
    """Update stored paths after moves, a chunk at a time; return how many nodes were checked. Run by the schedule."""
    checked = 0
    while await _is_behind(ctx):
        async with ctx.db.write_money() as conn:
            checked += await rebuild_paths(conn)
    return checked


async def _is_behind(ctx: Context) -> bool:
    async with ctx.db.read() as conn:
        return await rows.has_outdated_paths(conn)


async def rebuild_paths(conn: Connection) -> int:
    """Rebuild up to `CHUNK` outdated paths and move the credit of their nodes; return how many were checked.

    The children of a node whose path has changed are queued, so that a crash loses nothing.
    """
    checked = 0
    while checked < CHUNK and (queued := await rows.take_queued(conn, CHUNK - checked)):
        await _rebuild(conn, queued)
        checked += len(queued)
    return checked


async def _rebuild(conn: Connection, ids: Sequence[int]) -> None:
    known = await rows.nodes(conn, ids)
    above = await rows.nodes(conn, [n.parent_id for n in known.values() if n.parent_id is not None])
    paths = {i: path_under(above.get(node.parent_id or 0)) for i, node in known.items()}
    moved = {i: path for i, path in paths.items() if path != known[i].ancestors}
    if moved:
        await _move_credit(conn, [known[i] for i in moved], moved)
        await rows.set_paths(conn, moved)
        await rows.queue_paths(conn, await rows.children(conn, list(moved)))


async def _move_credit(conn: Connection, nodes: Sequence[Node], paths: Mapping[int, tuple[int, ...]]) -> None:
    """Move the credit for these nodes and their gifts from their old ancestors to the new ones."""
    gifts_of = await rows.own_gifts(conn, [node.supporter_id for node in nodes])
    credit = Credit.none()
    for node in nodes:
        money = gifts_of.get(node.supporter_id, {})
        donor = int(bool(money))
        negative = {currency: (-gifts, -minor) for currency, (gifts, minor) in money.items()}
        credit.put(node.ancestors, people=-1, donors=-donor, money=negative)
        credit.put(paths[node.supporter_id], people=1, donors=donor, money=money)
    await rows.write_credit(conn, credit)


# --- gifts ----------------------------------------------------------------------------------------
async def credit_gifts(conn: Connection, changes: Sequence[GiftChange]) -> None:
    """Credit changed gifts to all ancestors of their donors, in the gifts' own transaction."""
    given: defaultdict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for change in changes:
        for gift, sign in ((change.before, -1), (change.after, 1)):
            if gift is not None and gift.supporter_id is not None and gift.book.counted.minor > 0:
                _sum(given[gift.supporter_id], gift.book.counted, sign)
    moved = {i: sums for i, sums in given.items() if any(any(pair) for pair in sums.values())}
    nodes = await rows.nodes(conn, moved) if moved else {}
    if not nodes:
        return
    credit, counts = Credit.none(), await rows.gift_counts(conn, nodes)
    for i, node in nodes.items():
        count = counts.get(i, 0)
        before = count - sum(gifts for gifts, _ in moved[i].values())
        credit.put(node.ancestors, donors=(count > 0) - (before > 0), money=moved[i])
    await rows.write_credit(conn, credit)


def _sum(sums: dict[str, tuple[int, int]], counted: Money, sign: int) -> None:
    gifts, minor = sums.get(counted.currency, (0, 0))
    sums[counted.currency] = (gifts + sign, minor + sign * counted.minor)
