"""Calendar periods, what people write for them, and what they are compared with."""

from datetime import date, timedelta

import pytest

from bot.domain.periods import ALL_TIME, Period, Span, before, last_year, period_of, read_period, so_far
from bot.domain.shares import interval

TODAY = date(2026, 12, 1)
NOVEMBER = period_of(Span.MONTH, date(2026, 11, 30))


@pytest.mark.parametrize("span", [Span.WEEK, Span.MONTH, Span.YEAR])
def test_calendar_periods_cover_every_day_once(span: Span) -> None:
    day, last = date(2023, 12, 25), date(2025, 1, 8)
    while day < last:
        period = period_of(span, day)
        assert day in period and period.since is not None and period.until is not None
        assert period.until not in period and period_of(span, period.until).since == period.until
        day += timedelta(days=1)


def test_weeks_begin_on_monday() -> None:
    assert period_of(Span.WEEK, TODAY).since == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("semaine", period_of(Span.WEEK, TODAY)),
        ("month", period_of(Span.MONTH, TODAY)),
        ("annee", period_of(Span.YEAR, TODAY)),
        ("tout", ALL_TIME),
        ("2026-11", NOVEMBER),
        ("2025", period_of(Span.YEAR, date(2025, 5, 5))),
        ("30", Period(since=date(2026, 11, 2), until=date(2026, 12, 2))),
        *[
            (written, None)
            for written in ("", "-", "2026-13", "2026-00", "1969", "9999", "1000", "²", "2026-11-1", "-3")
        ],
    ],
)
def test_written_period_is_read_or_refused(written: str, wanted: Period | None) -> None:
    assert read_period(written, TODAY) == wanted


def test_period_under_way_is_compared_with_as_many_days() -> None:
    shown = so_far(period_of(Span.MONTH, date(2026, 3, 30)), date(2026, 3, 30))
    assert (shown.span, shown.last) == (Span.MONTH, date(2026, 3, 30))
    assert before(shown) == period_of(Span.MONTH, date(2026, 2, 1)), "February is shorter"
    assert last_year(shown) == Period(since=date(2025, 3, 1), until=date(2025, 3, 31))
    assert so_far(NOVEMBER, TODAY) == NOVEMBER
    assert (before(NOVEMBER), last_year(NOVEMBER)) == (
        period_of(Span.MONTH, date(2026, 10, 5)),
        period_of(Span.MONTH, date(2025, 11, 5)),
    )


def test_leap_day_and_all_time_have_no_impossible_comparison() -> None:
    leap = Period(since=date(2028, 2, 29), until=date(2028, 3, 2))
    assert last_year(leap) == Period(since=date(2027, 2, 28), until=date(2027, 3, 2))
    assert last_year(Period(since=date(2028, 2, 28), until=date(2028, 2, 29))) == Period(
        since=date(2027, 2, 28), until=date(2027, 3, 1)
    )
    week = so_far(period_of(Span.WEEK, TODAY), TODAY)
    earlier = last_year(week)
    assert earlier is not None and earlier.since is not None and earlier.until is not None and week.until is not None
    assert (earlier.since.weekday(), earlier.until.weekday()) == (0, week.until.weekday())
    assert (before(ALL_TIME), last_year(ALL_TIME), last_year(period_of(Span.YEAR, TODAY))) == (None, None, None)


def test_interval_of_a_share_stays_within_bounds() -> None:
    assert interval(0, 10)[0] == 0.0 and interval(10, 10)[1] == 1.0
    low, high = interval(70, 230)
    assert (round(low, 2), round(high, 2)) == (0.25, 0.37)
