"""The referral tree and the counters of its results. See tables.py for how they are stored."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, func, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.referrals import Circle, CircleMoney, JoinedVia, Node, Referral
from bot.store.campaigns.tables import campaign_donor
from bot.store.db import any_of, insert_or_ignore, upsert
from bot.store.gifts.tables import gift
from bot.store.referrals.tables import circle as circle_table
from bot.store.referrals.tables import circle_money, lineage, outdated_path, recognition
from bot.store.referrals.tables import referral as referral_table
from bot.store.rows import add_up, write_rows

_REFERRAL = tuple(referral_table.c[name] for name in Referral.__dataclass_fields__)
_PEOPLE = ("people_direct", "people_below", "donors_direct", "donors_below")
_MONEY = tuple(CircleMoney.__dataclass_fields__)
# Run for every set of events: built once, since building a statement takes longer than running it.
_NODES = select(lineage).where(lineage.c.supporter_id.in_(any_of("ids")))
_GIFT_COUNTS = (
    select(campaign_donor.c.supporter_id, func.sum(campaign_donor.c.gift_count).label("gifts"))
    .where(campaign_donor.c.supporter_id.in_(any_of("ids")))
    .group_by(campaign_donor.c.supporter_id)
)


# --- referrals ------------------------------------------------------------------------------------
async def referral(conn: AsyncConnection, supporter_id: int) -> Referral | None:
    """Return how a supporter was referred; None if they came on their own."""
    mine = referral_table.c.supporter_id == supporter_id
    row = (await conn.execute(select(*_REFERRAL).where(mine))).mappings().first()
    return None if row is None else Referral(**{**row, "how": JoinedVia(row["how"])})


async def write(conn: AsyncConnection, new: Referral) -> None:
    """Store how a supporter was referred, replacing any earlier row."""
    changed = [name for name in Referral.__dataclass_fields__ if name != "supporter_id"]
    await conn.execute(upsert(conn, referral_table, ["supporter_id"], changed), [_referral_row(new)])


async def add(conn: AsyncConnection, new: Referral) -> bool:
    """Store how a supporter was referred; return False if a row existed, which is kept."""
    written = insert_or_ignore(conn, referral_table).values(_referral_row(new)).returning(referral_table.c.at)
    return (await conn.execute(written)).first() is not None


async def record_inviter_notified(conn: AsyncConnection, supporter_id: int, at: datetime) -> bool:
    """Record that a supporter lets their inviter know about a gift; return True the first time."""
    first = (referral_table.c.supporter_id == supporter_id) & referral_table.c.told_at.is_(None)
    return (await conn.execute(update(referral_table).where(first).values(told_at=at))).rowcount == 1


async def drop(conn: AsyncConnection, supporter_id: int) -> None:
    """Delete the referral of a supporter who was merged into another."""
    await conn.execute(delete(referral_table).where(referral_table.c.supporter_id == supporter_id))


async def hand_over(conn: AsyncConnection, inviter_id: int, to: int) -> None:
    """Move the referrals made by one supporter to another, since both are the same person."""
    await conn.execute(update(referral_table).where(referral_table.c.inviter_id == inviter_id).values(inviter_id=to))


async def record_thanks(conn: AsyncConnection, supporter_id: int, people: int, at: datetime) -> bool:
    """Record that a supporter is thanked for this number of people; return True the first time."""
    row = {"supporter_id": supporter_id, "people": people, "at": at}
    written = insert_or_ignore(conn, recognition).values(row).returning(recognition.c.at)
    return (await conn.execute(written)).first() is not None


def _referral_row(new: Referral) -> dict[str, Any]:
    row = {name: getattr(new, name) for name in Referral.__dataclass_fields__}
    return row | {"how": new.how.value, "candidates": list(new.candidates)}


# --- the tree -------------------------------------------------------------------------------------
async def nodes(conn: AsyncConnection, ids: Iterable[int]) -> dict[int, Node]:
    """Return the nodes of these supporters; those with neither inviter nor referrals have none."""
    rows = (await conn.execute(_NODES, {"ids": list(set(ids))})).mappings()
    return {row["supporter_id"]: _node(row) for row in rows}


async def all_nodes(conn: AsyncConnection) -> dict[int, Node]:
    """Return the whole tree."""
    return {row["supporter_id"]: _node(row) for row in (await conn.execute(select(lineage))).mappings()}


async def misplaced(conn: AsyncConnection) -> list[int]:
    """Return the supporters whose parent in the tree is not their inviter."""
    inviter, parent = referral_table.c.inviter_id, lineage.c.parent_id
    same = referral_table.c.supporter_id == lineage.c.supporter_id
    referred = select(referral_table.c.supporter_id).outerjoin(lineage, same).where(inviter.is_distinct_from(parent))
    in_tree = select(lineage.c.supporter_id).outerjoin(referral_table, same).where(parent.is_distinct_from(inviter))
    return sorted((await conn.execute(union(referred, in_tree))).scalars())


async def children(conn: AsyncConnection, ids: Sequence[int]) -> list[int]:
    """Return the supporters directly below these in today's tree."""
    query = select(lineage.c.supporter_id).where(lineage.c.parent_id.in_(any_of("ids")))
    return list((await conn.execute(query, {"ids": list(ids)})).scalars())


async def is_above(conn: AsyncConnection, upper: int, lower: int) -> bool:
    """Whether `upper` is `lower` or one of its ancestors in today's tree, at any distance."""
    if upper != lower and not await children(conn, [upper]):
        return False
    at: int | None = lower
    visited: set[int] = set()  # ends the loop should a bug ever create a cycle
    while at is not None and at != upper and at not in visited:
        visited.add(at)
        at = (await conn.execute(select(lineage.c.parent_id).where(lineage.c.supporter_id == at))).scalar()
    return at == upper


async def ensure_nodes(conn: AsyncConnection, ids: Iterable[int]) -> None:
    """Add nodes without a parent for supporters who have none."""
    rows = [{"supporter_id": i, "parent_id": None, "ancestors": ""} for i in sorted(ids)]
    await conn.execute(insert_or_ignore(conn, lineage), rows)


async def set_parent(conn: AsyncConnection, supporter_id: int, parent_id: int | None) -> None:
    """Move a node with everything below it; the stored paths are rebuilt later through `to_repath`."""
    await conn.execute(update(lineage).where(lineage.c.supporter_id == supporter_id).values(parent_id=parent_id))
    await queue_paths(conn, [supporter_id])


async def set_paths(conn: AsyncConnection, paths: Mapping[int, tuple[int, ...]]) -> None:
    """Store the ancestors of nodes."""
    rows = [{"supporter_id": i, "ancestors": ",".join(map(str, path))} for i, path in paths.items()]
    await write_rows(conn, lineage, rows, key=["supporter_id"], change=["ancestors"])


async def remove(conn: AsyncConnection, supporter_id: int) -> None:
    """Remove a node that has no children and no credit."""
    await conn.execute(delete(outdated_path).where(outdated_path.c.supporter_id == supporter_id))
    await conn.execute(delete(lineage).where(lineage.c.supporter_id == supporter_id))


async def move_children(conn: AsyncConnection, parent_id: int, by: int) -> None:
    """Move the children of one node to another."""
    moved = await children(conn, [parent_id])
    await conn.execute(update(lineage).where(lineage.c.parent_id == parent_id).values(parent_id=by))
    await queue_paths(conn, moved)


async def queue_paths(conn: AsyncConnection, ids: Sequence[int]) -> None:
    """Queue these nodes, whose stored paths are out of date."""
    if ids:
        await conn.execute(insert_or_ignore(conn, outdated_path), [{"supporter_id": i} for i in ids])


async def has_outdated_paths(conn: AsyncConnection) -> bool:
    """Whether any node's stored path is out of date."""
    return (await conn.execute(select(outdated_path.c.supporter_id).limit(1))).first() is not None


async def queued_nodes(conn: AsyncConnection) -> list[int]:
    """Return all nodes whose stored paths are out of date."""
    return list((await conn.execute(select(outdated_path.c.supporter_id))).scalars())


async def take_queued(conn: AsyncConnection, limit: int) -> list[int]:
    """Take up to `limit` nodes out of the queue and return them."""
    query = select(outdated_path.c.supporter_id).order_by(outdated_path.c.supporter_id).limit(limit)
    taken = list((await conn.execute(query)).scalars())
    if taken:
        await conn.execute(delete(outdated_path).where(outdated_path.c.supporter_id.in_(any_of("ids"))), {"ids": taken})
    return taken


def _node(row: RowMapping) -> Node:
    path = row["ancestors"]
    return Node(
        supporter_id=row["supporter_id"],
        parent_id=row["parent_id"],
        ancestors=tuple(map(int, path.split(","))) if path else (),
    )


# --- credit ---------------------------------------------------------------------------------------
@dataclass(slots=True)
class Credit:
    """Counters of circles, or changes to them, in the order of their columns."""

    people: defaultdict[int, list[int]]
    money: defaultdict[tuple[int, str], list[int]]

    @classmethod
    def none(cls) -> "Credit":
        """Return counters without entries."""
        return cls(defaultdict(lambda: [0, 0, 0, 0]), defaultdict(lambda: [0, 0, 0, 0]))

    def put(
        self,
        path: Sequence[int],
        *,
        people: int = 0,
        donors: int = 0,
        money: Mapping[str, tuple[int, int]] | None = None,
    ) -> None:
        """Credit every supporter on a path; `money`: (gifts, minor units) by currency."""
        if not path:
            return
        if people or donors:
            self._people(path, people, donors)
        for currency, (gifts, minor) in (money or {}).items():
            for above in path:
                sums = self.money[above, currency]
                sums[1] += gifts
                sums[3] += minor
            first = self.money[path[0], currency]
            first[0] += gifts
            first[2] += minor

    def _people(self, path: Sequence[int], people: int, donors: int) -> None:
        for above in path:
            sums = self.people[above]
            sums[1] += people
            sums[3] += donors
        first = self.people[path[0]]
        first[0] += people
        first[2] += donors


async def write_credit(conn: AsyncConnection, credit: Credit) -> None:
    """Add to the stored counters."""
    people = [(supporter_id, *sums) for supporter_id, sums in sorted(credit.people.items()) if any(sums)]
    money: list[tuple[int | str, ...]] = [
        (supporter_id, currency, *sums) for (supporter_id, currency), sums in sorted(credit.money.items()) if any(sums)
    ]
    await add_up(conn, circle_table, people, key=["supporter_id"], add=_PEOPLE)
    await add_up(conn, circle_money, money, key=["supporter_id", "currency"], add=_MONEY)


async def stored_credit(conn: AsyncConnection) -> Credit:
    """Return all stored counters."""
    credit = Credit.none()
    for row in (await conn.execute(select(circle_table))).mappings():
        credit.people[row["supporter_id"]] = [row[name] for name in _PEOPLE]
    for row in (await conn.execute(select(circle_money))).mappings():
        credit.money[row["supporter_id"], row["currency"]] = [row[name] for name in _MONEY]
    return credit


async def gift_counts(conn: AsyncConnection, ids: Iterable[int]) -> dict[int, int]:
    """Return the number of counted gifts by supporter, from the campaigns' counters, which are written before these."""
    rows = await conn.execute(_GIFT_COUNTS, {"ids": list(ids)})
    return {row.supporter_id: int(row.gifts) for row in rows}


async def own_gifts(conn: AsyncConnection, ids: Iterable[int]) -> dict[int, dict[str, tuple[int, int]]]:
    """Return the supporters' own counted gifts: {supporter: {currency: (gifts, minor units)}}."""
    query = (
        select(gift.c.supporter_id, gift.c.currency, func.count(), func.sum(gift.c.counted))
        .where(gift.c.supporter_id.in_(any_of("ids")), gift.c.counted > 0)
        .group_by(gift.c.supporter_id, gift.c.currency)
    )
    given: dict[int, dict[str, tuple[int, int]]] = {}
    for supporter_id, currency, gifts, minor in await conn.execute(query, {"ids": list(set(ids))}):
        given.setdefault(supporter_id, {})[currency] = (gifts, int(minor))
    return given


async def circle(conn: AsyncConnection, supporter_id: int) -> Circle:
    """Return a supporter's circle. It reads two tables of counters, however large the circle is."""
    counts = (
        (await conn.execute(select(circle_table).where(circle_table.c.supporter_id == supporter_id))).mappings().first()
    )
    rows = await conn.execute(select(circle_money).where(circle_money.c.supporter_id == supporter_id))
    money = {row.currency: CircleMoney(**{name: getattr(row, name) for name in _MONEY}) for row in rows}
    people = {name: counts[name] for name in _PEOPLE} if counts is not None else {}
    return Circle(**people, money=money)
