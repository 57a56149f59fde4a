"""Matched gifts: in whatever order events come, the remainder and the matches add up to the pool."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.gifts import Gift
from bot.domain.matching import Matched, MatchPeriod, allocate
from payments import ledger
from payments.facts import GiftPaid, GiftRefunded
from payments.money import Money
from payments.reference import Touch, TouchKind

START = datetime(2026, 11, 23, tzinfo=UTC)
POOL = 1_000
PERIOD = MatchPeriod(
    id=1,
    campaign_id=1,
    sponsor={"fr": "Roy", "en": "Roy"},
    pool=Money(POOL, "cad"),
    left=Money(POOL, "cad"),
    starts_at=START,
    ends_at=START + timedelta(days=1),
)


def gift(number: int, minor: int, hours: float = 1, code: str = "cad") -> Gift:
    at = START + timedelta(hours=hours)
    fact = GiftPaid(event_id="e", at=at, payment_intent=f"pi_{number}", money=Money(minor, code), paid_at=at)
    book = ledger.apply(ledger.Gift(), fact)
    return Gift(id=number, campaign_id=1, supporter_id=None, touch=Touch(TouchKind.NONE), late=False, book=book)


def less(gift: Gift, minor: int) -> Gift:
    """Return the gift with a part refunded."""
    fact = GiftRefunded(
        event_id="r",
        at=START,
        payment_intent=gift.book.payment_intent,
        refund_id="re",
        money=Money(minor, "cad"),
        status="succeeded",
    )
    return replace(gift, book=ledger.apply(gift.book, fact))


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["pay", "part", "whole", "again"])), max_size=30))
def test_remainder_and_matches_add_up_to_the_pool(acts: list[tuple[int, str]]) -> None:
    period, known, gifts = PERIOD, dict[int, Matched](), dict[int, Gift]()
    for number, act in acts:
        now = gifts.get(number) or gift(number, 150 * (number + 1))
        if act in ("part", "whole"):
            now = less(now, 100 if act == "part" else now.book.amount)
        gifts[number] = now
        changed, moved = allocate([now], {1: period}, known)
        known |= {m.gift_id: m for m in changed}
        period = moved.get(1, period)
        assert period.left.minor >= 0
        assert period.left.minor + sum(m.minor for m in known.values()) == POOL
        assert all(known[i].minor <= gifts[i].book.counted.minor for i in known)


def test_gift_outside_the_period_or_currency_is_not_matched() -> None:
    def added(gift: Gift) -> int:
        return sum(m.minor for m in allocate([gift], {1: PERIOD}, {})[0])

    assert [added(gift(1, 100, hours)) for hours in (-0.1, 0, 23.9, 24)] == [0, 100, 100, 0]
    assert added(gift(1, 100, code="eur")) == 0
    assert added(gift(1, POOL + 1)) == POOL


def test_adjacent_periods_do_not_overlap() -> None:
    after = replace(PERIOD, starts_at=PERIOD.ends_at, ends_at=PERIOD.ends_at + timedelta(days=1))
    within = replace(PERIOD, starts_at=START + timedelta(hours=2))
    assert not PERIOD.overlaps(after) and PERIOD.overlaps(within)
    assert not replace(PERIOD, closed_at=START + timedelta(hours=1)).overlaps(within)
