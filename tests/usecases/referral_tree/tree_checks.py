"""What the referral tree must look like at any moment, recomputed from the gifts."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.domain.referrals import LEVELS, Circle, CircleMoney, JoinedVia
from bot.store.campaigns.tables import campaign
from bot.store.db import Connection
from bot.store.gifts.tables import gift
from bot.store.referrals.tables import circle, circle_money, lineage, outdated_path, referral
from bot.store.supporters.tables import supporter

Given = Mapping[int, Mapping[str, tuple[int, int]]]  # supporter -> currency -> (gifts, minor units) that count


@dataclass(frozen=True, kw_only=True)
class Whole:
    """The whole tree, as stored."""

    parents: Mapping[int, int | None]
    paths: Mapping[int, tuple[int, ...]]
    given: Given
    circles: Mapping[int, Circle]
    behind: frozenset[int]
    came: Mapping[int, tuple[int | None, datetime, JoinedVia, bool]]  # inviter, time, way, and whether it was claimed


async def read(conn: Connection) -> Whole:
    """Read everything, in six queries."""
    nodes = (await conn.execute(select(lineage))).all()
    given: defaultdict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for one in await conn.execute(select(gift).where(gift.c.counted > 0, gift.c.supporter_id.is_not(None))):
        number, minor = given[one.supporter_id].get(one.currency, (0, 0))
        given[one.supporter_id][one.currency] = (number + 1, minor + one.counted)
    return Whole(
        parents={n.supporter_id: n.parent_id for n in nodes},
        paths={n.supporter_id: tuple(map(int, n.ancestors.split(","))) if n.ancestors else () for n in nodes},
        given=given,
        circles=await _circles(conn),
        behind=frozenset((await conn.execute(select(outdated_path.c.supporter_id))).scalars()),
        came={
            row.supporter_id: (row.inviter_id, row.at, JoinedVia(row.how), row.settled_at is not None)
            for row in await conn.execute(select(referral))
        },
    )


async def _circles(conn: Connection) -> dict[int, Circle]:
    """Return all stored circles."""
    money: defaultdict[int, dict[str, CircleMoney]] = defaultdict(dict)
    for row in (await conn.execute(select(circle_money))).mappings():
        sums = {name: row[name] for name in CircleMoney.__dataclass_fields__}
        money[row["supporter_id"]][row["currency"]] = CircleMoney(**sums)
    people = {row["supporter_id"]: dict(row) for row in (await conn.execute(select(circle))).mappings()}
    found = {}
    for person in people.keys() | money.keys():
        numbers = people.get(person, {})
        sums = {name: numbers.get(name, 0) for name in Circle.__dataclass_fields__ if name != "money"}
        found[person] = without_zeros(Circle(**sums, money=money[person]))
    return found


def without_zeros(circle: Circle) -> Circle:
    """Return a circle without currencies whose sums are zero."""
    money = {code: sums for code, sums in circle.money.items() if sums != CircleMoney()}
    return Circle(
        people_direct=circle.people_direct,
        people_below=circle.people_below,
        donors_direct=circle.donors_direct,
        donors_below=circle.donors_below,
        money=money,
    )


def true_path(parents: Mapping[int, int | None], of: int) -> tuple[int, ...]:
    """Return all ancestors, the nearest first; fails on a cycle."""
    path: list[int] = []
    at = parents[of]
    while at is not None:
        assert at != of and at not in path, f"a cycle above {of}"
        path.append(at)
        at = parents[at]
    return tuple(path)


def recount(paths: Mapping[int, tuple[int, ...]], given: Given) -> dict[int, Circle]:
    """Return all circles, recomputed along these paths."""
    people: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    money: defaultdict[int, dict[str, CircleMoney]] = defaultdict(dict)
    for person, path in paths.items():
        mine = given.get(person, {})
        for level, above in enumerate(path):
            direct, donor = int(level == 0), int(bool(mine))
            more = (direct, 1, donor * direct, donor)
            people[above] = [a + b for a, b in zip(people[above], more, strict=True)]
            for code, (gifts, minor) in mine.items():
                old = money[above].get(code, CircleMoney())
                money[above][code] = CircleMoney(
                    gifts_direct=old.gifts_direct + gifts * direct,
                    gifts_below=old.gifts_below + gifts,
                    minor_direct=old.minor_direct + minor * direct,
                    minor_below=old.minor_below + minor,
                )
    names = ("people_direct", "people_below", "donors_direct", "donors_below")
    return {
        person: Circle(**dict(zip(names, sums, strict=True)), money=money[person]) for person, sums in people.items()
    }


async def check(conn: Connection, *, moved: bool = True) -> Whole:
    """Check tree and counters. `moved`: no move is under way, so paths must be complete as well."""
    whole = await read(conn)
    inviters = {person: by for person, (by, *_) in whole.came.items()}
    for person, parent in whole.parents.items():
        assert parent == inviters.get(person), f"{person} is below {parent} but was invited by {inviters.get(person)}"
    assert {person for person, by in inviters.items() if by is not None} <= whole.parents.keys()
    true = {parent: true_path(whole.parents, parent)[:LEVELS] for parent in whole.parents}
    if moved:
        assert not whole.behind
        assert whole.paths == true
    nothing = Circle()
    counted = recount(whole.paths, whole.given)
    for person in counted.keys() | whole.circles.keys():
        assert whole.circles.get(person, nothing) == counted.get(person, nothing), f"the circle of {person}"
    await _check_gift_counts(conn)
    return whole


async def _check_gift_counts(conn: Connection) -> None:
    """Check that each gift counts for one supporter and each donor once per campaign, also after merges."""
    paid: defaultdict[int, int] = defaultdict(int)
    donors: defaultdict[int, set[int]] = defaultdict(set)
    for row in await conn.execute(select(gift).where(gift.c.paid_at.is_not(None))):
        if row.supporter_id is not None:
            paid[row.supporter_id] += 1
            if row.counted > 0:
                donors[row.campaign_id].add(row.supporter_id)
    counts = {row.id: row.gift_count for row in await conn.execute(select(supporter)) if row.gift_count}
    assert counts == paid
    for row in await conn.execute(select(campaign)):
        assert row.donor_count == len(donors[row.id])


def total(whole: Whole) -> tuple[int, dict[str, int]]:
    """Return people and money over all roots: each root with its subtree."""
    people, money = 0, defaultdict[str, int](int)
    for root in (person for person, parent in whole.parents.items() if parent is None):
        below = whole.circles.get(root, Circle())
        people += 1 + below.people_below
        for code, (_, minor) in whole.given.get(root, {}).items():
            money[code] += minor
        for code, sums in below.money.items():
            money[code] += sums.minor_below
    return people, {code: minor for code, minor in money.items() if minor}
