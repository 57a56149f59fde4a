"""Figures of lateral reach: how many donors donors bring, and how certain that is."""

import math
import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate

WINDOW = timedelta(days=90)  # from the inviter's first gift to the friend's
LEVEL = 0.05
_ROUNDS = 1_000
_LARGEST_IN_TABLE = 50
_FEWEST_TREES = 20  # with fewer, a bootstrap over trees claims too much
_FEWEST_NEW_DONORS = 10  # without any, every round yields zero, which would look certain


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What figures cover: from `since` until before `until` (aware), for one campaign or all."""

    since: datetime | None = None
    until: datetime | None = None
    campaign_id: int | None = None


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True, order=True)
class Tree:
    """One referral tree: its donors who first gave 90 or more days ago, and the new donors they brought in time."""

    donors: int
    new_donors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class R90:
    """The 90-day referral rate: new donors per donor. `low` and `high` are None while there is too little data.

    It is a lower bound if `unknown` donors were invited by an unknown person. It shows how many friends came through
    invites, not that they would not have come without them.
    """

    value: float | None
    low: float | None
    high: float | None
    donors: int
    new_donors: int
    unknown: int


def r90(trees: Mapping[Tree, int], unknown: int, rng: random.Random) -> R90:
    """Return new donors brought in time per donor of 90 or more days. `trees`: the count of each kind.

    The interval is a bootstrap over whole trees, since events within a tree depend on each other; a donor who came
    alone and brought no one is a tree. Each kind is drawn a Poisson number of times with its count as mean, which for
    many trees equals drawing them one by one. Kinds are sorted, so that the same trees and seed give the same interval.
    """
    donors = sum(tree.donors * count for tree, count in trees.items())
    new_donors = sum(tree.new_donors * count for tree, count in trees.items())
    value = new_donors / donors if donors else None
    low = high = None
    if sum(trees.values()) >= _FEWEST_TREES and new_donors >= _FEWEST_NEW_DONORS:
        kinds = sorted(trees.items())
        drawn = sorted(_drawn(kinds, rng) for _ in range(_ROUNDS))
        low, high = drawn[int(_ROUNDS * LEVEL / 2)], drawn[int(_ROUNDS * (1 - LEVEL / 2)) - 1]
    return R90(value=value, low=low, high=high, donors=donors, new_donors=new_donors, unknown=unknown)


def _drawn(kinds: Sequence[tuple[Tree, int]], rng: random.Random) -> float:
    donors = new_donors = 0
    for tree, count in kinds:
        times = _poisson(count, rng)
        donors, new_donors = donors + tree.donors * times, new_donors + tree.new_donors * times
    return new_donors / donors if donors else 0.0


def _poisson(mean: int, rng: random.Random) -> int:
    """Return a Poisson number, approximated by a normal one for large means."""
    if mean > _LARGEST_IN_TABLE:
        return max(0, round(rng.gauss(mean, mean**0.5)))
    return bisect(_at_most(mean), rng.random())


@cache
def _at_most(mean: int) -> tuple[float, ...]:
    """Return the cumulative probabilities of 0, 1, 2, ...: each draw is one look-up, and a round draws thousands."""
    return tuple(accumulate(math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(4 * mean + 20)))
