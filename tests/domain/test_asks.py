"""Whom to ask for how much: personal amounts never climb, and stay among links that are warm."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asks import MOST_UP, linked_amounts, personal_amounts
from bot.domain.fees import CardFee

WARM = (300, 500, 600, 750, 1000, 1500, 2000, 2500)
amounts = st.integers(50, 300_000)


def test_the_usual_gift_stands_in_the_middle() -> None:
    assert personal_amounts([500, 500, 2500], WARM) == (300, 500, 600)
    assert personal_amounts([1000], WARM) == (750, 1000)


def test_who_gives_far_from_what_is_warm_sees_the_campaigns_own() -> None:
    assert personal_amounts([100], WARM) == ()
    assert personal_amounts([100_000], WARM) == ()
    assert personal_amounts([], WARM) == ()
    assert personal_amounts([500], ()) == ()


@given(st.lists(amounts, max_size=12), st.sets(amounts, max_size=10))
def test_nobody_is_asked_for_more_than_a_fifth_above_their_usual(gifts: list[int], warm: set[int]) -> None:
    shown = personal_amounts(gifts, sorted(warm))
    assert list(shown) == sorted(set(shown))
    assert set(shown) <= warm
    assert all(amount <= sorted(gifts)[(len(gifts) - 1) // 2] * MOST_UP for amount in shown)


@given(st.lists(amounts, min_size=1, max_size=5))
def test_round_links_stay_within_the_campaigns_range(suggested: list[int]) -> None:
    warm = linked_amounts(suggested)
    assert set(suggested) <= set(warm)
    assert min(suggested) <= min(warm) <= max(warm) <= max(suggested)


def test_covering_the_fee_of_five_dollars_takes_five_forty_six() -> None:
    assert CardFee().covering(500) == 546
    assert CardFee(0, 0).covering(500) == 500


@given(amounts)
def test_what_arrives_is_never_less_than_meant(minor: int) -> None:
    total = CardFee().covering(minor)
    assert total - (total * 290 // 10_000 + 30) >= minor
