"""How a gift outside Stripe is typed, and what is refused: days, notes."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.offline import (
    LONGEST_NOTE,
    Typed,
    banked_problem,
    note_problem,
    paid_at,
    read_count,
    read_typed,
    received_problem,
)
from payments.ledger import Origin

TODAY = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("50 interac", Typed("50", Origin.TRANSFER)),
        ("50 $ par virement Interac", Typed("50 $", Origin.TRANSFER)),
        ("1 000,50 $ en argent comptant", Typed("1 000,50 $", Origin.CASH)),
        ("Chèque 75", Typed("75", Origin.CHEQUE)),
        ("$20 cash", Typed("$20", Origin.CASH)),
        ("20 autre.", Typed("20", Origin.OTHER)),
        ("9 x 20 cheques", Typed("20", Origin.CHEQUE, 9)),
        ("9×7,50 $ comptant", Typed("7,50 $", Origin.CASH, 9)),
        ("20 cash cheque", Typed("20", None)),
        ("1,000 other", Typed("1,000", Origin.OTHER)),
        ("-5 cash", Typed("-5", Origin.CASH)),
        ("", Typed("", None)),
    ],
)
def test_typed_gift_is_split_into_amount_way_and_count(text: str, typed: Typed) -> None:
    assert read_typed(text) == typed


@pytest.mark.parametrize(("text", "count"), [("9", 9), ("0", None), ("51", None), ("-1", None), ("neuf", None)])
def test_count_is_read_or_refused(text: str, count: int | None) -> None:
    assert read_count(text) == count


def test_day_received_is_neither_in_the_future_nor_older_than_two_years() -> None:
    assert received_problem(TODAY, TODAY) is None
    assert received_problem(date(2027, 1, 1), TODAY) == "future"
    assert received_problem(date(2024, 12, 31), TODAY) is None
    assert received_problem(date(2024, 12, 30), TODAY) == "too_old"
    assert received_problem(date(2026, 2, 28), date(2028, 2, 29)) == "too_old"  # 29 February 2026 does not exist


def test_day_banked_lies_between_the_day_received_and_today() -> None:
    assert banked_problem(TODAY, TODAY, TODAY) is None
    assert banked_problem(date(2026, 12, 30), TODAY, TODAY) == "before_received"
    assert banked_problem(date(2027, 1, 1), TODAY, TODAY) == "future"


@pytest.mark.parametrize(
    "note",
    [
        "jean@example.org", "appelez au 514 555-1234", "call 555-1234", "+33 1 23 45 67 89", "(514) 555.1234",
        "5145551234", "1 514 555 1234",
    ],
)  # fmt: skip
def test_note_with_an_address_or_telephone_number_is_refused(note: str) -> None:
    assert note_problem(note) == "personal"


@pytest.mark.parametrize("note", ["", "boîte rouge, fête de rue", "chèque n° 1234", "2026-12-31", "<b>=1+1</b>"])
def test_other_notes_are_kept_as_they_are(note: str) -> None:
    assert note_problem(note) is None
    assert note_problem("x" * (LONGEST_NOTE + 1)) == "too_long"


def test_gift_counts_on_the_day_received_in_the_charitys_zone() -> None:
    zone, just_after = "America/Montreal", datetime(2027, 1, 1, 5, 2, tzinfo=UTC)  # 00:02 there
    assert paid_at(TODAY, zone, just_after) == datetime(2026, 12, 31, 17, tzinfo=UTC)
    before_noon = datetime(2026, 12, 31, 15, tzinfo=UTC)
    assert paid_at(TODAY, zone, before_noon) == before_noon
