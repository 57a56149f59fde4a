"""Lateral reach in figures: how far people bring people, and how sure one can be of it."""

import math
import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate

WINDOW = timedelta(days=90)  # for a friend's first gift after their inviter's
LEVEL = 0.05
_ROUNDS = 1_000
_LARGEST_IN_TABLE = 50
_FEWEST_TREES = 20  # before that a bootstrap over trees says less than it seems to
_FEWEST_NEW_DONORS = 10  # where nobody was brought, every round finds nobody: it would be sure of a zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is looked at: from `since` until before `until` (aware), for one campaign or all."""

    since: datetime | None = None
    until: datetime | None = None
    campaign_id: int | None = None


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True, order=True)
class Tree:
    """One tree of people, as R90 sees it: its donors who are 90 days old, and how many donors those brought in time."""

    donors: int
    new_donors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class R90:
    """New donors for each donor, within 90 days. `low` and `high` are None while there are too few trees or brought.

    A lower bound where `unknown` donors came by somebody of whom nobody can say who it was. It says how many friends
    came by invites, not that they would not have come without them.
    """

    value: float | None
    low: float | None
    high: float | None
    donors: int
    new_donors: int
    unknown: int


def r90(trees: Mapping[Tree, int], unknown: int, rng: random.Random) -> R90:
    """Donors brought in time, divided by all donors who are 90 days old. `trees`: how many there are of each kind.

    The interval is a bootstrap over whole trees, since what happens in one tree hangs together; a donor who came alone
    and brought nobody is a tree. Each kind of tree is drawn as often as a Poisson number with its count as mean says,
    which for many trees is the same as drawing them one by one. In one order, so that the same trees and the same seed
    make the same interval, however the database lists them.
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
    """A Poisson number; for large means the normal one that it comes close to."""
    if mean > _LARGEST_IN_TABLE:
        return max(0, round(rng.gauss(mean, mean**0.5)))
    return bisect(_at_most(mean), rng.random())


@cache
def _at_most(mean: int) -> tuple[float, ...]:
    """The chance of 0, of at most 1, of at most 2, ...: one look-up draws a number, and a round draws thousands."""
    return tuple(accumulate(math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(4 * mean + 20)))
