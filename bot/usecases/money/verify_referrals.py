"""Verify the referral tree: referrals, cycles, stored paths, and all counters recomputed along the
paths; see refer.py.
"""

from collections.abc import Iterator, Mapping

from bot.domain.referrals import Node, path_under
from bot.store.db import Connection
from bot.store.referrals import referrals as rows
from bot.store.referrals.referrals import Credit
from payments.money import Money

Given = dict[int, dict[str, tuple[int, int]]]  # supporter -> currency -> (gifts, minor units)


def add_gift(given: Given, supporter_id: int, counted: Money) -> None:
    """Add a counted gift to its donor's sums."""
    sums = given.setdefault(supporter_id, {})
    number, minor = sums.get(counted.currency, (0, 0))
    sums[counted.currency] = (number + 1, minor + counted.minor)


async def problems(conn: Connection, given: Given) -> list[str]:
    """Return where the tree disagrees with the referrals, paths with the tree, or counters with paths and gifts.

    `given`: the sums of all counted gifts.
    """
    nodes, behind = await rows.all_nodes(conn), set(await rows.queued_nodes(conn))
    return [
        *(f"supporter {i}: is not below who brought them" for i in await rows.misplaced(conn)),
        *_cycles(nodes),
        *_wrong_paths(nodes, behind),
        *_wrong_counters(_recount(nodes, given), await rows.stored_credit(conn)),
    ]


def _cycles(nodes: Mapping[int, Node]) -> Iterator[str]:
    """Find cycles, in which stored paths and counters would agree with each other."""
    visited: set[int] = set()
    for start in nodes:
        walked: set[int] = set()
        at: int | None = start
        while at is not None and at not in walked and at not in visited:
            walked.add(at)
            at = nodes[at].parent_id if at in nodes else None
        if at in walked:
            yield f"supporter {at}: came through themselves"
        visited |= walked


def _wrong_paths(nodes: Mapping[int, Node], behind: set[int]) -> Iterator[str]:
    """Find paths that are not the parent's path plus the parent, unless they are queued for a rebuild."""
    waiting = {i for i, node in nodes.items() if i in behind or not behind.isdisjoint(node.ancestors)}
    for i, node in nodes.items():
        above = nodes.get(node.parent_id) if node.parent_id is not None else None
        is_queued = i in waiting or (above is not None and above.supporter_id in waiting)
        if not is_queued and node.ancestors != path_under(above):
            yield f"supporter {i}: the stored path is not that of the tree"


def _recount(nodes: Mapping[int, Node], given: Given) -> Credit:
    credit = Credit.none()
    for i, node in nodes.items():
        money = given.get(i, {})
        credit.put(node.ancestors, people=1, donors=int(bool(money)), money=money)
    return credit


def _wrong_counters(should: Credit, have: Credit) -> Iterator[str]:
    nothing = [0, 0, 0, 0]
    for i in sorted(should.people.keys() | have.people.keys()):
        right, is_now = should.people.get(i, nothing), have.people.get(i, nothing)
        if right != is_now:
            yield f"supporter {i}: people of their circle are {is_now}, should be {right}"
    for at in sorted(should.money.keys() | have.money.keys()):
        right, is_now = should.money.get(at, nothing), have.money.get(at, nothing)
        if right != is_now:
            yield f"supporter {at[0]}: {at[1]} of their circle is {is_now}, should be {right}"
