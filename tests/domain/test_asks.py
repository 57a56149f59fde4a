"""Personal amounts: they never climb, and are always amounts that have links."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asks import MOST_UP, linked_amounts, personal_amounts
from bot.domain.fees import CardFee

WARM = (300, 500, 600, 750, 1000, 1500, 2000, 2500)
amounts = st.integers(50, 300_000)


def test_usual_gift_is_in_the_middle() -> None:
    assert personal_amounts([500, 500, 2500], WARM) == (300, 500, 600)
    assert personal_amounts([1000], WARM) == (750, 1000)


def test_donor_far_from_linked_amounts_sees_the_campaigns() -> None:
    assert personal_amounts([100], WARM) == ()
    assert personal_amounts([100_000], WARM) == ()
    assert personal_amounts([], WARM) == ()
    assert personal_amounts([500], ()) == ()


@given(st.lists(amounts, max_size=12), st.sets(amounts, max_size=10))
def test_suggestion_is_at_most_a_fifth_above_the_usual_gift(gifts: list[int], linked: set[int]) -> None:
    shown = personal_amounts(gifts, sorted(linked))
    assert list(shown) == sorted(set(shown))
    assert set(shown) <= linked
    assert all(amount <= sorted(gifts)[(len(gifts) - 1) // 2] * MOST_UP for amount in shown)


@given(st.lists(amounts, min_size=1, max_size=5))
def test_round_amounts_stay_within_the_campaigns_range(suggested: list[int]) -> None:
    linked = linked_amounts(suggested)
    assert set(suggested) <= set(linked)
    assert min(suggested) <= min(linked) <= max(linked) <= max(suggested)


def test_covering_the_fee_of_five_dollars_costs_five_forty_six() -> None:
    assert CardFee().covering(500) == 546
    assert CardFee(0, 0).covering(500) == 500


@given(amounts)
def test_net_amount_is_never_less_than_intended(minor: int) -> None:
    total = CardFee().covering(minor)
    assert total - (total * 290 // 10_000 + 30) >= minor
