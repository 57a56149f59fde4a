"""Refer: note who brought whom, once and never guessed, and credit gifts up the tree.

Counters move in the transaction of what moves them. A path is stored with each node, and the counters are always the
sums along the stored paths; after a subtree has moved, its paths and with them its credit follow in chunks, while
gifts go on arriving. All of this needs a `write_money` transaction: a gift and a move at once would miss each other.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.gifts import Change
from bot.domain.people import Contact
from bot.domain.referrals import How, Node, Referral, ReferralOutcome, gave_before, path_under
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.referrals import referrals as rows
from bot.store.referrals.referrals import Credit
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.join import who
from bot.usecases.referral_tree import thank_inviter
from payments.money import Money

CHUNK = 500  # nodes whose paths are written anew in one transaction


# --- who brought whom -----------------------------------------------------------------------------
async def record_referral(
    ctx: Context,
    conn: Connection,
    newcomer_id: int,
    inviter_id: int | None,
    how: How,
    *,
    certain: bool,
    invite_id: int | None = None,
    campaign_id: int | None = None,
    candidates: Sequence[int] = (),
    at: datetime | None = None,
) -> ReferralOutcome:
    """Note how somebody came who was never here before; the caller knows that they are new. Needs `write_money`.

    Without an inviter, or with one who was erased meanwhile, it is unknown. `candidates`: supporters one of whom it
    may have been. `at`: when they came (UTC), where that is longer ago than now.
    """
    if await rows.referral(conn, newcomer_id) is not None:
        return ReferralOutcome.ALREADY
    leads = await supporters.current_ids(conn, [i for i in (inviter_id, *candidates) if i is not None])
    inviter = leads.get(inviter_id) if inviter_id is not None else None
    if inviter == newcomer_id:
        return ReferralOutcome.SELF
    one = Referral(
        supporter_id=newcomer_id,
        inviter_id=inviter,
        how=how,
        certain=certain and inviter is not None,
        at=min(at or ctx.clock(), ctx.clock()),
        invite_id=invite_id if inviter is not None else None,
        campaign_id=campaign_id,
        candidates=sorted({leads[c] for c in candidates if c in leads} - {newcomer_id}),
    )
    return await _note(ctx, conn, one)


async def claim_inviter(ctx: Context, contact: Contact, inviter_id: int) -> ReferralOutcome:
    """Somebody says who invited them: once, and only where it is not known."""
    person = await who(ctx, contact)
    async with ctx.db.write_money() as conn:
        leads = await supporters.current_ids(conn, [inviter_id, person.id])
        inviter, mine = leads.get(inviter_id), leads.get(person.id)
        if inviter is None or mine is None:
            return ReferralOutcome.UNKNOWN
        if inviter == mine:
            return ReferralOutcome.SELF
        known = await rows.referral(conn, mine)
        if known is not None and (known.inviter_id is not None or known.settled_at is not None):
            return ReferralOutcome.ALREADY
        first = await gifts.first_paid_at(conn, mine)
        if first is not None and (known is None or gave_before(known, first)):
            return ReferralOutcome.OLD
        nothing = Referral(supporter_id=mine, inviter_id=None, how=How.SAID, certain=False, at=person.joined_at)
        came = known or nothing
        if await supporters.joined_at(conn, inviter) > came.at:  # an old supporter is not brought by a new one
            return ReferralOutcome.OLD
        said = replace(came, inviter_id=inviter, settled_at=ctx.clock(), candidates=())
        return await _note(ctx, conn, said, said=True)


async def _note(ctx: Context, conn: Connection, one: Referral, *, said: bool = False) -> ReferralOutcome:
    if one.inviter_id is not None and await rows.is_above(conn, one.supporter_id, one.inviter_id):
        return ReferralOutcome.CYCLE
    if said:
        await rows.write(conn, one)
    elif not await rows.add(conn, one):
        return ReferralOutcome.ALREADY
    if one.inviter_id is None:
        return ReferralOutcome.UNKNOWN
    await attach(conn, one.supporter_id, one.inviter_id)
    await thank_inviter.thank_inviter(ctx, conn, one.inviter_id)
    return ReferralOutcome.BROUGHT


# --- the tree -------------------------------------------------------------------------------------
async def attach(conn: Connection, supporter_id: int, parent_id: int) -> None:
    """Put a supporter, with all whom they brought, under another one. Needs `write_money`."""
    await rows.ensure_nodes(conn, [supporter_id, parent_id])
    await rows.set_parent(conn, supporter_id, parent_id)
    await rebuild_paths(conn)


async def replace_node(conn: Connection, supporter_id: int, *, by: int) -> None:
    """Take a node out that has become another one, which adopts its children. Its gifts are no longer its own."""
    node = (await rows.nodes(conn, [supporter_id]))[supporter_id]
    await _move_credit(conn, [node], {supporter_id: ()})
    await rows.ensure_nodes(conn, [by])
    await rows.move_children(conn, supporter_id, by)
    await rows.remove(conn, supporter_id)


async def tick(ctx: Context) -> int:
    """Let stored paths follow the tree, a chunk at a time; how many nodes were looked at. Run by the schedule."""
    looked = 0
    while await _is_behind(ctx):
        async with ctx.db.write_money() as conn:
            looked += await rebuild_paths(conn)
    return looked


async def _is_behind(ctx: Context) -> bool:
    async with ctx.db.read() as conn:
        return await rows.has_outdated_paths(conn)


async def rebuild_paths(conn: Connection) -> int:
    """Write anew up to `CHUNK` paths that are behind, and move the credit of their nodes; how many were looked at.

    What is below a node whose path has changed is put into the queue, so that a crash loses nothing.
    """
    looked = 0
    while looked < CHUNK and (taken := await rows.take_queued(conn, CHUNK - looked)):
        await _follow(conn, taken)
        looked += len(taken)
    return looked


async def _follow(conn: Connection, ids: Sequence[int]) -> None:
    known = await rows.nodes(conn, ids)
    above = await rows.nodes(conn, [n.parent_id for n in known.values() if n.parent_id is not None])
    paths = {i: path_under(above.get(node.parent_id or 0)) for i, node in known.items()}
    moved = {i: path for i, path in paths.items() if path != known[i].ancestors}
    if moved:
        await _move_credit(conn, [known[i] for i in moved], moved)
        await rows.set_paths(conn, moved)
        await rows.queue_paths(conn, await rows.children(conn, list(moved)))


async def _move_credit(conn: Connection, nodes: Sequence[Node], paths: Mapping[int, tuple[int, ...]]) -> None:
    """Take what these nodes are and gave from their old ancestors, and give it to the new ones."""
    gave = await rows.own_gifts(conn, [node.supporter_id for node in nodes])
    credit = Credit.none()
    for node in nodes:
        money = gave.get(node.supporter_id, {})
        donor = int(bool(money))
        back = {currency: (-gifts, -minor) for currency, (gifts, minor) in money.items()}
        credit.put(node.ancestors, people=-1, donors=-donor, money=back)
        credit.put(paths[node.supporter_id], people=1, donors=donor, money=money)
    await rows.write_credit(conn, credit)


# --- gifts ----------------------------------------------------------------------------------------
async def credit_gifts(conn: Connection, changes: Sequence[Change]) -> None:
    """Credit changed gifts to everybody upstream of who gave them, in the gifts' own transaction."""
    given: defaultdict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for change in changes:
        for one, sign in ((change.before, -1), (change.after, 1)):
            if one is not None and one.supporter_id is not None and one.book.counted.minor > 0:
                _sum(given[one.supporter_id], one.book.counted, sign)
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
