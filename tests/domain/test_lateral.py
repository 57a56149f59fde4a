"""R90 and its interval."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lateral import Tree, r90

TREES = st.dictionaries(
    st.integers(1, 9).flatmap(lambda donors: st.builds(Tree, st.just(donors), st.integers(0, donors - 1))),
    st.integers(1, 200),
    min_size=1,
)


def test_nobody_is_old_enough() -> None:
    found = r90(Counter(), 0, random.Random(1))
    assert (found.value, found.low, found.high) == (None, None, None)


def test_few_trees_have_no_interval() -> None:
    found = r90(Counter({Tree(4, 2): 1, Tree(1, 0): 3}), 0, random.Random(1))
    assert (found.value, found.low) == (2 / 7, None)


def test_the_interval_is_wider_where_one_tree_holds_it_all() -> None:
    spread = r90(Counter({Tree(2, 1): 100, Tree(1, 0): 800}), 0, random.Random(1))
    lumped = r90(Counter({Tree(101, 100): 1, Tree(1, 0): 899}), 0, random.Random(1))
    assert spread.value == lumped.value == 0.1
    assert spread.low and spread.high and lumped.low is not None and lumped.high
    assert lumped.high - lumped.low > 3 * (spread.high - spread.low)


@given(TREES)
def test_it_lies_between_none_and_all(trees: dict[Tree, int]) -> None:
    found = r90(trees, 0, random.Random(2))
    assert found.value is not None and 0 <= found.value < 1
    if found.low is not None and found.high is not None:
        assert 0 <= found.low <= found.high <= 1
        assert r90(trees, 0, random.Random(2)) == found, "the same seed, the same interval"
