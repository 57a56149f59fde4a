"""What the lines of an imported table are: gifts, transfers of money that was counted elsewhere, or unreadable."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from bot.domain.import_file import Field, Table, names_a_zone
from bot.domain.offline import read_typed
from content.folding import fold
from payments.ledger import Origin
from payments.money import CURRENCIES, Money

Source = Literal["bank", "canadahelps", "zeffy", "other"]
ReceiptedBy = Literal["us", "other", "none"]
DayOrder = Literal["dmy", "mdy"]
Mark = Literal[".", ","]
LineProblem = Literal[
    "day",
    "day_order",
    "future",
    "amount",
    "decimal_mark",
    "not_positive",
    "net",
    "currency",
    "receipted_by",
    "status",
    "refunded",
]

# Platforms whose transfers to the bank are no gifts: each gift is in the platform's own list.
PLATFORMS: Mapping[str, str] = {
    "canadahelps": "CanadaHelps", "canadon": "CanadaHelps", "zeffy": "Zeffy", "stripe": "Stripe", "paypal": "PayPal",
    "square": "Square", "sq [*]": "Square", "gofundme": "GoFundMe", "benevity": "Benevity",
    "charitable impact": "Charitable Impact",
}  # fmt: skip
_RECEIPTED_ELSEWHERE: Mapping[Source, str | None] = {"canadahelps": "CanadaHelps", "zeffy": None}
_RECEIPTED_BY: Mapping[str, ReceiptedBy] = {
    "us": "us", "nous": "us", "other": "other", "autre": "other", "none": "none", "aucun": "none",
}  # fmt: skip
_ARRIVED = frozenset({"succeeded", "success", "successful", "completed", "paid"})  # where a file has a payment status
_ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ,].*)?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ ,].*)?", re.ASCII)
_AMOUNT = re.compile(
    r"[-+(]?\s*(?P<before>[A-Z]{2,3}\s?\$?|\$\s?(?:CA|US)?|[€£¥])?\s*[-+]?\s*(?P<digits>\d[\d\s.,'’]*?)\s*"
    r"(?P<after>[A-Z]{3}|\$\s?(?:CA|US)?|[€£¥])?\s*[-)]?\s*(?P<side>CR|CT|DR|DB|DT)?",
    re.ASCII,
)
_DEBIT = ("DR", "DB", "DT")
_CURRENCY_OF = {
    "$": "", "CA$": "cad", "CA $": "cad", "$CA": "cad", "$ CA": "cad", "US$": "usd", "US $": "usd", "$US": "usd",
    "$ US": "usd", "€": "eur", "£": "gbp", "¥": "jpy",
}  # fmt: skip
_FEE_FIELDS: Sequence[Field] = ("fee", "net")
_MONTHS = 12
_THOUSAND = 3  # digits of a group
_WIDEST = 30  # characters of an amount
_LONGEST_CHARITY = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A gift of the file. `number`: its line. `fee` in the same currency. `text`: all other cells, shown only."""

    number: int
    day: date
    money: Money
    fee: int
    way: Origin
    campaign: str | None
    reference: str
    receipted_by: ReceiptedBy
    received_from: str | None
    platform: str | None  # whose transfer it seems to be
    text: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that says no gift, and why."""

    number: int
    problem: LineProblem
    cell: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read the cells: what staff said, and what holds where the file says nothing. `today`: the charity's."""

    source: Source
    currency: str
    today: date
    way: Origin
    order: DayOrder | None = None
    mark: Mark | None = None


def guess_source(table: Table) -> Source:
    """Return which program wrote the file, as far as its headings show it."""
    folded = {fold(heading) for heading in table.headings}
    if {"transaction number", "donor email address"} <= folded:
        return "canadahelps"
    if "total amount" in folded and names_a_zone(table.headings[table.columns["day"]]):
        return "zeffy"
    return "other"


def read_lines(table: Table, reading: Reading) -> list[Line | Unreadable]:
    """Return what each line of the table is, in their order."""
    cells = _Cells(table)
    order = reading.order or _order_of(cells.all("day"))
    mark = reading.mark or _mark_of(cells.all("amount"))
    return [_line(cells, number, row, reading, order, mark) for number, row in table.lines]


def keys(lines: Iterable[Line], source: Source) -> list[str]:
    """Return a name for each line that the same gift has in an overlapping file of the same source.

    It is the reference, or else its number among the lines of that day and amount.
    """
    seen, named = Counter[str](), list[str]()
    for line in lines:
        plain = f"{source}:{line.day.isoformat()}:{line.money.currency}:{line.money.minor}"
        base = f"{source}:ref:{line.reference}:{line.money.minor}" if line.reference else plain
        seen[base] += 1
        named.append(f"{base}:{seen[base]}")
    return named


class _Cells:
    """The cells of a table by field."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known = frozenset(table.columns.values())

    def one(self, row: Sequence[str], field: Field) -> str:
        at = self._table.columns.get(field)
        return row[at].strip() if at is not None and at < len(row) else ""

    def all(self, field: Field) -> list[str]:
        return [self.one(row, field) for _, row in self._table.lines]

    def others(self, row: Sequence[str]) -> str:
        return " · ".join(cell.strip() for at, cell in enumerate(row) if at not in self._known and cell.strip())


def _line(
    cells: _Cells, number: int, row: Sequence[str], reading: Reading, order: DayOrder | None, mark: Mark | None
) -> Line | Unreadable:
    """Read one line."""
    status, refunded = cells.one(row, "status"), cells.one(row, "refunded")
    if status and fold(status) not in _ARRIVED:
        return Unreadable(number, "status", status)
    if refunded and not re.fullmatch(r"[^1-9]*", refunded):
        return Unreadable(number, "refunded", refunded)
    code = cells.one(row, "currency").lower() or reading.currency
    if code not in CURRENCIES:
        return Unreadable(number, "currency", code)
    day = _read_day(cells.one(row, "day"), order, reading.today)
    if not isinstance(day, date):
        return Unreadable(number, day, cells.one(row, "day"))
    gross = _read_minor(cells.one(row, "amount"), code, mark)
    if not isinstance(gross, int):
        return Unreadable(number, gross, cells.one(row, "amount"))
    if gross <= 0:
        return Unreadable(number, "not_positive", cells.one(row, "amount"))
    fee = _read_fee(cells, row, code, mark, gross)
    if not isinstance(fee, int):
        return Unreadable(number, fee, cells.one(row, "fee") or cells.one(row, "net"))
    receipted_by = _receipted_by(cells.one(row, "receipted_by"), reading.source)
    if receipted_by is None:
        return Unreadable(number, "receipted_by", cells.one(row, "receipted_by"))
    text = cells.others(row)
    return Line(
        number=number,
        day=day,
        money=Money(gross, code),
        fee=fee,
        way=read_typed(cells.one(row, "way")).way or reading.way,
        campaign=cells.one(row, "campaign") or None,
        reference=cells.one(row, "reference"),
        receipted_by=receipted_by,
        received_from=cells.one(row, "received_from")[:_LONGEST_CHARITY] or _RECEIPTED_ELSEWHERE.get(reading.source),
        platform=_platform(f"{text} {cells.one(row, 'way')} {cells.one(row, 'reference')}", reading.source),
        text=text,
    )


def _platform(text: str, source: Source) -> str | None:
    """Return the platform that a line names, unless the file is the platform's own list of gifts."""
    if source in _RECEIPTED_ELSEWHERE:
        return None
    squeezed = fold(text)
    return next((name for word, name in PLATFORMS.items() if re.search(rf"\b{word}", squeezed)), None)


def _receipted_by(cell: str, source: Source) -> ReceiptedBy | None:
    if not cell:
        return "other" if source in _RECEIPTED_ELSEWHERE else "none"
    return _RECEIPTED_BY.get(fold(cell))


# --- days -----------------------------------------------------------------------------------------
def _order_of(cells: Collection[str]) -> DayOrder | None:
    """Return whether the day or the month comes first, if some cell leaves no doubt and none contradicts it."""
    found = {_only_order(int(match[1]), int(match[2])) for cell in cells if (match := _DAY.fullmatch(cell))} - {None}
    return found.pop() if len(found) == 1 else None


def _only_order(first: int, second: int) -> DayOrder | None:
    if first > _MONTHS >= second:
        return "dmy"
    return "mdy" if second > _MONTHS >= first else None


def _read_day(cell: str, order: DayOrder | None, today: date) -> date | LineProblem:
    if (iso := _ISO_DAY.fullmatch(cell)) is not None:
        year, month, day = int(iso[1]), int(iso[2]), int(iso[3])
    elif (written := _DAY.fullmatch(cell)) is not None:
        first, second, year = int(written[1]), int(written[2]), int(written[3])
        order = order or _only_order(first, second) or ("dmy" if first == second else None)
        if order is None:
            return "day_order"
        day, month = (first, second) if order == "dmy" else (second, first)
    else:
        return "day"
    try:
        found = date(year, month, day)
    except ValueError:
        return "day"
    return "future" if found > today else found


# --- amounts --------------------------------------------------------------------------------------
def _mark_of(cells: Collection[str]) -> Mark | None:
    """Return the decimal mark of a column, if some cell leaves no doubt and none contradicts it."""
    found = {_only_mark(written[0]) for cell in cells if (written := _written(cell)) is not None} - {None}
    return found.pop() if len(found) == 1 else None


def _only_mark(number: str) -> Mark | None:
    """Return the decimal mark of one number: the last of two kinds of marks, or one not followed by three digits."""
    dot, comma = number.rfind("."), number.rfind(",")
    if dot >= 0 and comma >= 0:
        return "." if dot > comma else ","
    marks: Sequence[tuple[Mark, int]] = ((".", dot), (",", comma))
    return next((mark for mark, at in marks if number.count(mark) == 1 and len(number) - at - 1 != _THOUSAND), None)


def _written(cell: str) -> tuple[str, str] | None:
    """Return an amount's digits and marks, and the currency that it names or ""; None for other text.

    A minus sign stands for all the ways to write a debit.
    """
    plain = re.sub(r"\s", " ", cell).replace("−", "-").upper()
    parts = _AMOUNT.fullmatch(plain) if len(cell) <= _WIDEST else None
    if parts is None:
        return None
    digits = re.sub(r"[\s'’]", "", parts["digits"])
    is_less = "-" in plain or "(" in plain or parts["side"] in _DEBIT
    named = f"{parts['before'] or ''}{parts['after'] or ''}".strip()
    return f"-{digits}" if is_less else digits, _CURRENCY_OF.get(named, named.lower())


def _read_minor(cell: str, code: str, mark: Mark | None) -> int | LineProblem:
    written = _written(cell)
    if written is None:
        return "amount"
    number, named = written
    if named not in ("", code):
        return "currency"
    mark = mark or _only_mark(number)
    if mark is None and ("." in number or "," in number):
        return "decimal_mark"
    group = "," if mark == "." else "."
    if group in number and not re.fullmatch(rf"-?\d{{1,3}}(\{group}\d{{3}})+(\{mark}\d*)?", number):
        return "decimal_mark"
    plain = number.replace(group, "").replace(",", ".")
    try:
        minor = Decimal(plain).scaleb(CURRENCIES[code].exponent)
    except InvalidOperation:
        return "amount"
    return int(minor) if minor == minor.to_integral_value() else "amount"


def _read_fee(cells: _Cells, row: Sequence[str], code: str, mark: Mark | None, gross: int) -> int | LineProblem:
    """Return the platform's fee in minor units: as stated, or gross less net. If both are stated, they must agree."""
    written = {field: cells.one(row, field) for field in _FEE_FIELDS}
    read = {field: _read_minor(cell, code, mark) for field, cell in written.items() if cell}
    amounts = {field: minor for field, minor in read.items() if isinstance(minor, int)}
    if len(amounts) < len(read):
        return "amount"
    fees = {abs(minor) if field == "fee" else gross - minor for field, minor in amounts.items()} or {0}
    fee = fees.pop()
    return "net" if fees or not 0 <= fee <= gross else fee
