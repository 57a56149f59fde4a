"""The 90-day referral rate and its interval."""

import random
import statistics
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lateral import Tree, _poisson, r90

TREES = st.dictionaries(
    st.integers(1, 9).flatmap(lambda donors: st.builds(Tree, st.just(donors), st.integers(0, donors - 1))),
    st.integers(1, 200),
    min_size=1,
)


def test_rate_is_unknown_without_donors_of_90_days() -> None:
    found = r90(Counter(), 0, random.Random(1))
    assert (found.value, found.low, found.high) == (None, None, None)


def test_few_trees_give_no_interval() -> None:
    found = r90(Counter({Tree(4, 2): 1, Tree(1, 0): 3}), 0, random.Random(1))
    assert (found.value, found.low) == (2 / 7, None)


def test_interval_is_wider_if_one_tree_has_all_new_donors() -> None:
    spread = r90(Counter({Tree(2, 1): 100, Tree(1, 0): 800}), 0, random.Random(1))
    lumped = r90(Counter({Tree(101, 100): 1, Tree(1, 0): 899}), 0, random.Random(1))
    assert spread.value == lumped.value == 0.1
    assert spread.low and spread.high and lumped.low is not None and lumped.high
    assert lumped.high - lumped.low > 3 * (spread.high - spread.low)


@given(TREES)
def test_value_lies_within_its_interval(trees: dict[Tree, int]) -> None:
    found = r90(trees, 0, random.Random(2))
    assert found.value is not None and 0 <= found.value < 1
    if found.low is not None and found.high is not None:
        assert 0 <= found.low <= found.high <= 1
        assert r90(trees, 0, random.Random(2)) == found, "the same seed, the same interval"


@given(st.integers(20, 10_000))
def test_no_new_donors_give_no_interval(donors: int) -> None:
    found = r90({Tree(1, 0): donors}, 0, random.Random(3))
    assert (found.value, found.low, found.high) == (0, None, None)


@given(TREES, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(trees: dict[Tree, int], rng: random.Random) -> None:
    shuffled = list(trees.items())
    rng.shuffle(shuffled)
    assert r90(trees, 0, random.Random(4)) == r90(dict(shuffled), 0, random.Random(4))


def test_interval_covers_the_true_rate_as_often_as_claimed() -> None:
    """Use trees of a donor who brought two, one or no new donors, whose rate is known."""
    rng, held = random.Random(5), 0
    for _ in range(200):
        kinds = rng.choices([Tree(1, 0), Tree(2, 1), Tree(3, 2)], [80, 15, 5], k=400)
        found = r90(Counter(kinds), 0, rng)
        assert found.low is not None and found.high is not None
        held += found.low <= 0.25 / 1.25 <= found.high
    assert 0.90 <= held / 200 <= 0.99


@pytest.mark.parametrize("count", [1, 7, 50, 51, 2_000])
def test_each_kind_of_tree_is_drawn_in_proportion_to_its_count(count: int) -> None:
    rng = random.Random(6)
    drawn = [_poisson(count, rng) for _ in range(4_000)]
    assert statistics.fmean(drawn) == pytest.approx(count, rel=0.05)
    assert statistics.pvariance(drawn) == pytest.approx(count, rel=0.1)
