"""A pause of n months skips n renewals, on whatever day it begins."""

from datetime import UTC, datetime, timedelta

import pytest

from payments.pledges import PledgeView, skipping

DAY = timedelta(days=1)


def view(next_at: datetime | None) -> PledgeView:
    return PledgeView(
        subscription="sub_1",
        customer="cus_1",
        status="active",
        money=None,
        renews_at=next_at,
        is_paused=False,
        paused_until=None,
        ours=True,
        item="si_1",
        product="prod_1",
    )


@pytest.mark.parametrize("months", [1, 2, 3])
@pytest.mark.parametrize(
    "renewals",
    [
        [(2027, 1, 15), (2027, 2, 15), (2027, 3, 15), (2027, 4, 15)],
        [(2027, 2, 28), (2027, 3, 31), (2027, 4, 30), (2027, 5, 31)],  # of the 31st
        [(2026, 11, 30), (2026, 12, 31), (2027, 1, 31), (2027, 2, 28)],
        [(2027, 12, 1), (2028, 1, 1), (2028, 2, 1), (2028, 3, 1)],
    ],
)
@pytest.mark.parametrize("before", [1, 15, 31])  # days before the next renewal
def test_pause_skips_as_many_renewals_as_months(renewals: list[tuple[int, int, int]], months: int, before: int) -> None:
    falling = [datetime(*day, 12, tzinfo=UTC) for day in renewals]
    until = skipping(view(falling[0]), months, falling[0] - before * DAY)
    assert [at < until for at in falling] == [number < months for number in range(4)]


def test_pledge_waiting_for_a_card_is_paused_by_the_calendar() -> None:
    now = datetime(2027, 1, 31, 12, 30, 20, tzinfo=UTC)
    for gone in (None, now - DAY):
        assert skipping(view(gone), 1, now) == datetime(2027, 2, 28, 12, 30, tzinfo=UTC)
