"""Which invite a newcomer used: certain if one count rose by one, else unknown, never guessed."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.newcomers import Attribution, Counts, explain

OURS = {"camille", "alex"}


def counts(ending: str = "", vanity: int | None = None, **uses: int) -> Counts:
    return Counts(uses=uses, ending=frozenset(ending.split()), vanity=vanity)


BEFORE = counts(camille=3, alex=0, poster=7, once=0, ending="once", vanity=2)


def after(without: str = "", vanity: int = 2, **changed: int) -> Counts:
    uses = {code: n for code, n in {**BEFORE.uses, **changed}.items() if code not in without.split()}
    return Counts(uses=uses, ending=BEFORE.ending & uses.keys(), vanity=vanity)


def test_one_join_and_one_use_is_certain() -> None:
    assert explain(BEFORE, after(camille=4), OURS, 1) == Attribution(code="camille")


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(after(camille=5), id="rose by two"),
        pytest.param(after(camille=4, alex=1), id="two of ours"),
        pytest.param(after(camille=4, poster=8), id="another invite rose too"),
        pytest.param(after(camille=4, new=1), id="a new invite was used too"),
        pytest.param(after(camille=4, without="once"), id="a single-use invite is gone: used, or expired"),
        pytest.param(after(camille=4, vanity=3), id="the server's own address was used too"),
        pytest.param(after(camille=4, without="alex"), id="one of ours is gone"),
    ],
)
def test_doubtful_join_is_unknown(now: Counts) -> None:
    verdict = explain(BEFORE, now, OURS, 1)
    assert verdict.code is None and "camille" in verdict.candidates


def test_simultaneous_joins_are_unknown() -> None:
    assert explain(BEFORE, after(camille=4, alex=1), OURS, 2) == Attribution(candidates=("alex", "camille"))
    assert explain(BEFORE, after(camille=5), OURS, 2) == Attribution(candidates=("camille",))
    assert explain(BEFORE, after(camille=4), OURS, 2) == Attribution(candidates=("camille",))


@pytest.mark.parametrize("now", [after(), after(poster=8), after(vanity=3), after(without="once poster"), after(new=4)])
def test_join_without_our_invite_has_no_candidates(now: Counts) -> None:
    assert explain(BEFORE, now, OURS, 1) == Attribution()


def test_uses_beyond_known_joins_are_owed() -> None:
    assert explain(BEFORE, after(camille=4, alex=1, without="once"), OURS, 1).owed == 2
    assert explain(BEFORE, after(camille=5, vanity=3), OURS, 2).owed == 1


def test_removed_vanity_address_counts_as_no_use() -> None:
    assert explain(BEFORE, Counts(uses={**BEFORE.uses, "camille": 4}, ending=BEFORE.ending), OURS, 1).code == "camille"


@given(
    st.lists(st.sampled_from([*sorted(OURS), "poster", "once", "vanity", "found by itself"]), min_size=1, max_size=4)
)
def test_credit_goes_only_to_the_inviter_of_the_only_newcomer(ways: list[str]) -> None:
    """People join in any ways at once; an inviter is credited only for the only newcomer."""
    uses: Mapping[str, int] = {code: BEFORE.uses[code] + ways.count(code) for code in BEFORE.uses}
    now = after(**uses, vanity=2 + ways.count("vanity"), without="once" if "once" in ways else "")
    verdict = explain(BEFORE, now, OURS, len(ways))
    if verdict.code is not None:
        assert ways == [verdict.code]
    assert set(ways) & OURS == set(verdict.candidates) | ({verdict.code} - {None})
