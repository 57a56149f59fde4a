"""Typed days and times."""

from datetime import date, time

import pytest

from bot.domain.time_input import DayAndTime, read_time

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24 18:30",
        "2026-11-24T18:30",
        "24 novembre 18 h 30",
        "24\u00a0nov. 2026 à 18\u00a0h\u00a030",
        "le 24 novembre 2026, 18h30",
        "Nov 24 6:30 pm",
        "November 24, 2026 at 6:30 p.m.",
        "november 24th 18:30",
    ],
)
def test_day_and_time_are_read_in_both_languages(text: str) -> None:
    assert read_time(text, TODAY) == DayAndTime(date(2026, 11, 24), time(18, 30))


def test_day_without_a_year_is_the_nearest() -> None:
    assert read_time("3 janvier 9 h", TODAY) == DayAndTime(date(2027, 1, 3), time(9))
    assert read_time("Nov 22 9 am", TODAY) == DayAndTime(date(2026, 11, 22), time(9)), "past, and said to be"
    assert read_time("1er décembre 12 h", TODAY) == DayAndTime(date(2026, 12, 1), time(12))
    assert read_time("Dec 1 12 am", TODAY) == DayAndTime(date(2026, 12, 1), time(0))


@pytest.mark.parametrize("text", ["", "demain", "24 novembre", "31 février 9 h", "ju 3 9 h", "2026-11-24", "nov 24 7",
                                  "nov 24 13 pm", "24 novembre 25 h"])  # fmt: skip
def test_unreadable_time_is_none(text: str) -> None:
    assert read_time(text, TODAY) is None
