"""When a past donor is due for a nudge, and what prevents it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.nudges import (
    APART,
    MOST_IN_90_DAYS,
    NO_NUDGE_AFTER_GIFT,
    Caps,
    Due,
    GivingHistory,
    Held,
    NudgeCampaign,
    PolicySettings,
    hold_reason,
    lapsing,
    last_day,
    match_open,
    nearly_there,
    second_gift,
)

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
DAY = timedelta(days=1)
CAMPAIGN = NudgeCampaign(id=1, percent=40, ends_at=NOW + 30 * DAY)
DUE = Due(at=NOW, until=NOW + DAY, reason="second_gift")


def gave(*days_ago: float, **more: object) -> GivingHistory:
    return GivingHistory(gifts=tuple(NOW - d * DAY for d in sorted(days_ago, reverse=True)), **more)  # type: ignore[arg-type]


def test_second_gift_is_due_ten_to_nineteen_days_after_the_first() -> None:
    due = second_gift(gave(12), CAMPAIGN, PolicySettings(), NOW)
    assert due is not None
    assert (due.at, due.until) == (NOW - 2 * DAY, NOW + 8 * DAY)
    assert second_gift(gave(12, 3), CAMPAIGN, PolicySettings(), NOW) is None
    assert second_gift(gave(), CAMPAIGN, PolicySettings(), NOW) is None


def test_last_day_is_for_past_donors() -> None:
    due = last_day(gave(40), CAMPAIGN, PolicySettings(), NOW)
    assert due is not None and CAMPAIGN.ends_at is not None
    assert due.at == CAMPAIGN.ends_at - DAY
    assert last_day(gave(), CAMPAIGN, PolicySettings(), NOW) is None
    assert last_day(gave(40), NudgeCampaign(id=1, percent=40, ends_at=None), PolicySettings(), NOW) is None


def test_lapsing_follows_the_donors_own_interval() -> None:
    monthly = lapsing(gave(90, 60, 30), CAMPAIGN, PolicySettings(), NOW)
    assert monthly is not None
    assert monthly.at == NOW - 30 * DAY + 45 * DAY
    in_a_burst = lapsing(gave(20, 19.9), CAMPAIGN, PolicySettings(), NOW)
    assert in_a_burst is not None
    assert in_a_burst.at == NOW - 19.9 * DAY + 15 * DAY
    assert lapsing(gave(90), CAMPAIGN, PolicySettings(), NOW) is None


@pytest.mark.parametrize(("percent", "is_due"), [(84, False), (85, True), (99, True), (100, False)])
def test_nearly_there_ends_at_the_goal(percent: int, is_due: bool) -> None:
    near = NudgeCampaign(id=1, percent=percent, ends_at=None)
    assert (nearly_there(gave(40), near, PolicySettings(), NOW) is not None) is is_due


def test_match_is_for_donors_of_the_last_year() -> None:
    matched = NudgeCampaign(id=1, percent=10, ends_at=None, match_until=NOW + DAY)
    assert match_open(gave(300), matched, PolicySettings(), NOW) is not None
    assert match_open(gave(400), matched, PolicySettings(), NOW) is None
    assert match_open(gave(300), CAMPAIGN, PolicySettings(), NOW) is None


@pytest.mark.parametrize(
    ("history", "why", "again"),
    [
        (gave(12), None, None),
        (gave(12, reasons=frozenset({"second_gift"})), Held.ALREADY_SENT, None),
        (gave(12, in_trouble=True), Held.TROUBLE, NOW + DAY),
        (gave(6), Held.JUST_GAVE, NOW + DAY),
        (gave(12, snoozed_until=NOW + 3 * DAY), Held.SNOOZED, NOW + 3 * DAY),
        (gave(40, nudged=(NOW - 13 * DAY,)), Held.TOO_SOON, NOW + DAY),
        (gave(99, nudged=(NOW - 80 * DAY, NOW - 50 * DAY, NOW - 20 * DAY)), Held.ENOUGH_IN_90_DAYS, NOW + 10 * DAY),
        (gave(99, asked=[NOW - d * DAY for d in (29, 20, 10, 5)]), Held.ASKED_ENOUGH, NOW + DAY),
    ],
)
def test_hold_reason_and_next_check(history: GivingHistory, why: Held | None, again: datetime | None) -> None:
    found = hold_reason(history, DUE, NOW, Caps())
    assert found == (None if why is None else (why, again))


@given(st.lists(st.floats(0, 200), max_size=15), st.lists(st.floats(0, 200), max_size=4))
def test_caps_hold_for_any_history(offers: list[float], gifts: list[float]) -> None:
    nudged: list[datetime] = []
    paid = sorted(NOW + d * DAY for d in gifts)
    for day in sorted(offers):
        now = NOW + day * DAY
        before = tuple(at for at in paid if at <= now)
        due = Due(at=now, until=now + DAY, reason=f"r{day}")
        if hold_reason(GivingHistory(gifts=before, nudged=tuple(nudged)), due, now, Caps()) is None:
            nudged.append(now)
    assert all(later - earlier >= APART for earlier, later in pairwise(nudged))
    for first in nudged:
        assert sum(first <= at < first + 90 * DAY for at in nudged) <= MOST_IN_90_DAYS
    for at in nudged:
        assert not any(timedelta() <= at - gift < NO_NUDGE_AFTER_GIFT for gift in paid)


def test_contradicting_settings_are_named() -> None:
    assert PolicySettings().invalid_fields() == ()
    assert PolicySettings(after_days=20, until_days=15).invalid_fields() == ("until_days",)
    assert PolicySettings(after_days=5).invalid_fields() == ("after_days",)
    assert PolicySettings(rhythm=0.5, above_percent=101).invalid_fields() == ("rhythm", "above_percent")
