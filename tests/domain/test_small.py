"""Ids, deep links."""

import random

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deeplink import ClaimPayload, GivePayload, give_payload, read_payload
from bot.domain.ids import Ids
from payments.reference import Touch, TouchKind
from tests.conftest import START


def test_ids_increase_while_the_clock_stands_still() -> None:
    ids = Ids(lambda: START, random.Random(0))
    numbers = [ids.new() for _ in range(5000)]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] < 2**63


@given(st.integers(1, 10**9), st.none() | st.integers(1, 10**9), st.integers(1, 2**63 - 1))
def test_payload_is_read_back(campaign: int, minor: int | None, post: int) -> None:
    touch = Touch(TouchKind.CARD, post)
    payload = give_payload(campaign, minor, touch)
    assert len(payload) <= 64
    assert read_payload(payload) == GivePayload(campaign, minor, touch)


def test_foreign_payload_is_none() -> None:
    assert read_payload("i_abc") is None
    assert read_payload("g_x") is None
    assert read_payload("'; DROP TABLE gift") is None
    assert read_payload("c_" + "a" * 32) == ClaimPayload("a" * 32)
