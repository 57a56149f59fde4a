"""Files of gifts from other programs: read without a guess that nobody sees, and never counted twice."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.import_file import BadFile, FileProblem, NoSuchColumn, read_table
from bot.domain.import_rows import Line, LineProblem, Reading, Unreadable, guess_source, keys, read_lines
from payments.ledger import Origin
from payments.money import Money

TODAY = date(2026, 12, 1)
READING = Reading(source="bank", currency="cad", today=TODAY, way=Origin.TRANSFER)


def lines_of(text: str, reading: Reading = READING) -> list[Line | Unreadable]:
    return read_lines(read_table(text.encode()), reading)


def gifts_of(text: str, reading: Reading = READING) -> list[Line]:
    found = lines_of(text, reading)
    assert all(isinstance(line, Line) for line in found), found
    return [line for line in found if isinstance(line, Line)]


def problems_of(text: str, reading: Reading = READING) -> list[LineProblem]:
    return [line.problem for line in lines_of(text, reading) if isinstance(line, Unreadable)]


CANADAHELPS = (
    "ID,DONOR FIRST NAME,DONOR LAST NAME,DONOR EMAIL ADDRESS,AMOUNT,DONATION DATE,DONATION TIME,TRANSACTION NUMBER\n"
    "1,Ana,Núñez,ana@example.org,25.00,2026-11-03,10:14,T-1001\n"
    "2,,,,1500.00,2026-11-04,11:00,T-1002\n"
)


def test_canadahelps_report_is_recognized_and_receipted_there() -> None:
    table = read_table(CANADAHELPS.encode())
    assert guess_source(table) == "canadahelps"
    first, second = (line for line in read_lines(table, replace(READING, source="canadahelps", way=Origin.OTHER)))
    assert isinstance(first, Line) and isinstance(second, Line)
    assert (first.day, first.money, first.reference) == (date(2026, 11, 3), Money(2500, "cad"), "T-1001")
    assert (first.receipted_by, first.received_from, first.platform) == ("other", "CanadaHelps", None)
    assert "Núñez" in first.text and second.money == Money(150000, "cad")


# As importers in public repositories read it: Zeffy documents its import template, but not its export.
ZEFFY = (
    "Payment Date (America/Toronto),Payment Time (America/Toronto),Total Amount,Payment Status,Payout Date,First Name,"
    "Refund Amount,Campaign Title\n"
    "12/15/2025,5:52 AM,$50.00,Succeeded,12/22/2025,Ana,,Repas\n"
    '"12/16/2025, 5:52 AM",5:52 AM,20.00,Succeeded,12/22/2025,Ben,0.00,Repas\n'
    "12/17/2025,5:52 AM,20.00,Failed,,Cléo,,Repas\n"
    "12/18/2025,5:52 AM,20.00,Succeeded,12/22/2025,Dan,5.00,Repas\n"
)


@pytest.mark.parametrize("zone", ["America/Toronto", "America/Los_Angeles", "UTC"])
def test_zeffys_payments_are_recognized_and_only_those_that_stayed_are_read(zone: str) -> None:
    table = read_table(ZEFFY.replace("America/Toronto", zone).encode())
    assert guess_source(table) == "zeffy"
    first, second, failed, refunded = read_lines(table, replace(READING, source="zeffy"))
    assert isinstance(first, Line) and isinstance(second, Line)
    assert (first.day, first.money, first.campaign) == (date(2025, 12, 15), Money(5000, "cad"), "Repas")
    assert (second.day, second.money.minor, second.receipted_by) == (date(2025, 12, 16), 2000, "other")
    assert (failed, refunded) == (Unreadable(4, "status", "Failed"), Unreadable(5, "refunded", "5.00"))


def test_bank_statement_with_titles_names_transfers_of_platforms() -> None:
    text = (
        "Caisse populaire\nCompte 123\n\nDate;Description;Dépôt\n"
        "03/11/2026;Virement Interac;1 250,50\n"
        "24/11/2026;STRIPE TRANSFER ST-1;412,18\n"
        "25/11/2026;CANADAHELPS/CANADON;88,00\n"
        "26/11/2026;Dépôt square Victoria;5,00\n"
    )
    found = gifts_of(text)
    assert [line.money.minor for line in found] == [125050, 41218, 8800, 500]
    assert [line.platform for line in found] == [None, "Stripe", "CanadaHelps", "Square"]
    assert [line.number for line in found] == [5, 6, 7, 8]
    assert {line.way for line in found} == {Origin.TRANSFER}


@pytest.mark.parametrize(
    ("cells", "minor"),
    [
        (["5", "7.50"], [500, 750]),
        (["5,00", "1 234,50"], [500, 123450]),
        (["$1,234.50", "1,234"], [123450, 123400]),
        (["1.234,50 $", "1.234"], [123450, 123400]),
        (["1'234.50", "CA$ 20"], [123450, 2000]),
        (["12\u00a0345,67", "5\u202f000,00 $"], [1234567, 500000]),
        (["50.00 CR", "CAD 7.50", "$ 8.25"], [5000, 750, 825]),
        (["1,234.50", "1.234,60"], [123450, 123460]),  # mixed, and each leaves no doubt
    ],
)
def test_amounts_are_read_by_the_column(cells: list[str], minor: list[int]) -> None:
    rows = "".join(f'2026-11-03,"{cell}"\n' for cell in cells)
    assert [line.money.minor for line in gifts_of(f"date,amount\n{rows}")] == minor


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("1,234", "decimal_mark"),
        ("1.234", "decimal_mark"),
        ("", "amount"),
        ("abc", "amount"),
        ("1.2345", "amount"),
        ("5.005", "decimal_mark"),
        ("5-5", "amount"),
        ("9" * 40, "amount"),
        ("0", "not_positive"),
        ("50.00 DR", "not_positive"),
        ("Cheque 123", "amount"),
        ("12 items", "amount"),
        ("US$ 50", "currency"),
        ("50 EUR", "currency"),
        ("-20.00", "not_positive"),
        ("(20.00)", "not_positive"),
        ("20.00-", "not_positive"),
    ],
)
def test_unclear_amount_is_reported_and_not_guessed(cell: str, problem: LineProblem) -> None:
    assert problems_of(f'date,amount\n2026-11-03,"{cell}"\n') == [problem]


def test_stated_mark_and_order_decide_what_the_file_leaves_open() -> None:
    text = 'date,amount\n03/11/2026,"1,234"\n'
    assert problems_of(text) == ["day_order"]
    assert problems_of(text, replace(READING, order="dmy")) == ["decimal_mark"]
    (line,) = (
        gifts_of(text, replace(READING, order="mdy", mark=","))[:1]
        if False
        else gifts_of(text, replace(READING, order="mdy", mark="."))
    )
    assert (line.day, line.money.minor) == (date(2026, 3, 11), 123400)


@pytest.mark.parametrize(
    ("days", "read"),
    [
        (["03/11/2026", "24/11/2026"], [date(2026, 11, 3), date(2026, 11, 24)]),
        (["11/03/2026", "11/24/2026"], [date(2026, 11, 3), date(2026, 11, 24)]),
        (["2026-11-03", "2026/11/24T10:00"], [date(2026, 11, 3), date(2026, 11, 24)]),
        (["05/05/2026"], [date(2026, 5, 5)]),
    ],
)
def test_days_are_read_by_the_column(days: list[str], read: list[date]) -> None:
    rows = "".join(f"{day},5\n" for day in days)
    assert [line.day for line in gifts_of(f"date,amount\n{rows}")] == read


@pytest.mark.parametrize(
    ("day", "problem"),
    [("03/04/2026", "day_order"), ("31/02/2026", "day"), ("2026-13-01", "day"), ("hier", "day"), ("", "day"),
     ("2026-12-02", "future"), ("٠٣/١١/٢٠٢٦", "day")],
)  # fmt: skip
def test_unclear_day_is_reported(day: str, problem: LineProblem) -> None:
    assert problems_of(f"date,amount\n{day},5\n") == [problem]


def test_fee_is_stated_or_the_difference_and_must_agree() -> None:
    found = lines_of(
        "date,gross,fee,net\n2026-11-03,100,4,96\n2026-11-03,100,,96\n2026-11-03,100,-4,\n2026-11-03,100,,\n"
    )
    assert [line.fee for line in found if isinstance(line, Line)] == [400, 400, 400, 0]
    assert problems_of("date,gross,fee,net\n2026-11-03,100,4,97\n2026-11-03,100,,101\n") == ["net", "net"]


def test_way_currency_and_receipt_are_read_from_their_columns() -> None:
    text = "date,amount,payment method,currency,receipted_by\n2026-11-03,5,Chèque,USD,us\n2026-11-03,5,card,xyz,\n"
    first, second = lines_of(text)
    assert isinstance(first, Line) and isinstance(second, Unreadable)
    assert (first.way, first.money.currency, first.receipted_by) == (Origin.CHEQUE, "usd", "us")
    assert second.problem == "currency"
    assert problems_of("date,amount,receipted by\n2026-11-03,5,them\n") == ["receipted_by"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_spreadsheets_are_read(encoding: str) -> None:
    table = read_table("Date;Montant;Détails\n2026-11-03;5,00;Chèque d’Émilie\n".encode(encoding))
    assert table.headings == ["Date", "Montant", "Détails"]
    assert table.lines[0][1][2].replace("’", "'") == "Chèque d'Émilie"


@pytest.mark.parametrize(
    "text",
    [
        "date;montant;frais;net\n2026-11-03;50,00;2,00;48,00\n",
        "Date\tMemo\tMontant\n2026-11-03\ta, b, c; d; e\t50,00\n",
        'Date,Memo,Amount\n2026-11-03,"a; b; c; d; e",50.00\n',
    ],
)
def test_separator_is_the_one_that_shows_the_headings(text: str) -> None:
    (line,) = gifts_of(text)
    assert line.money == Money(5000, "cad")


def test_mark_that_was_stated_is_not_bent() -> None:
    assert problems_of('date,amount\n2026-11-03,"12,50"\n', replace(READING, mark=".")) == ["decimal_mark"]
    assert problems_of('date,amount\n2026-11-03,"1,2345.00"\n', replace(READING, mark=".")) == ["decimal_mark"]
    assert problems_of('date,amount\n2026-11-03,50.00\n2026-11-03,"12,50"\n') == []


def test_accents_encoded_twice_are_put_right() -> None:
    broken = "Núñez".encode().decode("mac-roman")
    table = read_table(
        f"Date,Montant,Nom\n2026-11-03,5,{broken}\n2026-11-03,5,{'Chèque'.encode().decode('cp1252')}\n".encode()
    )
    assert [cells[2] for _, cells in table.lines] == ["Núñez", "Chèque"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"", "empty"), (b" \n ", "empty"), (b"PK\x03\x04\0\0", "not_text"), (b"name,age\nAna,4\n", "no_headings"),
     (b"date,amount", None), (b'date,amount\n"' + b"x" * 200_000, "not_text")],
)  # fmt: skip
def test_file_without_a_table_is_refused(data: bytes, problem: FileProblem | None) -> None:
    if problem is None:
        assert read_table(data).lines == []
        return
    with pytest.raises(BadFile) as refused:
        read_table(data)
    assert refused.value.problem == problem


def test_chosen_columns_replace_guesses() -> None:
    data = b"date,posted,amount,total\n2026-11-03,2026-11-05,5,7\n"
    table = read_table(data, {"day": "posted", "amount": "total"})
    (line,) = read_lines(table, READING)
    assert isinstance(line, Line) and (line.day.day, line.money.minor) == (5, 700)
    with pytest.raises((NoSuchColumn, BadFile)):
        read_table(data, {"amount": "nowhere"})


@given(
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from([500, 1000]), st.sampled_from(["", "A", "B"])), max_size=12),
    st.data(),
)
def test_overlapping_files_name_common_gifts_alike(rows: list[tuple[int, int, str]], data: st.DataObject) -> None:
    """Two downloads that begin on different days: what both have counts once, what only one has counts."""
    rows = sorted(rows)
    cut = data.draw(st.integers(1, 4))
    later = [row for row in rows if row[0] >= cut]

    def named(part: list[tuple[int, int, str]]) -> list[str]:
        text = "date,amount,reference\n" + "".join(f"2026-11-0{d},{m / 100:.2f},{r}\n" for d, m, r in part)
        return keys(gifts_of(text), "bank") if part else []

    whole, second = named([row for row in rows if not row[2]]), named([row for row in later if not row[2]])
    assert len(set(whole)) == len(whole)
    assert set(second) <= set(whole)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        table = read_table(b"date,amount\n" + data)
    except BadFile:
        return
    assert len(read_lines(table, READING)) == len(table.lines)
