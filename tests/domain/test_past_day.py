"""Days without a time, as somebody types them to find something in the past."""

from datetime import date

import pytest

from bot.domain.time_input import read_day

TODAY = date(2027, 1, 2)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Nov 23", date(2026, 11, 23)), ("23 novembre", date(2026, 11, 23)), ("le 1er janvier", date(2027, 1, 1)),
        ("2026-11-23", date(2026, 11, 23)), ("hier", date(2027, 1, 1)), ("Yesterday", date(2027, 1, 1)),
        ("aujourd’hui", TODAY), ("today", TODAY), ("3 janvier", date(2026, 1, 3)), ("20", None),
        ("29 février", None), ("quelque chose", None),
    ],
)  # fmt: skip
def test_typed_day_is_read_as_the_latest_one(text: str, day: date | None) -> None:
    assert read_day(text, TODAY, past=True) == day
