"""Write tables for spreadsheets (CSV) and other programs (JSON), row by row."""

import csv
import io
import json
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from payments.money import CURRENCIES

Separator = Literal[",", ";"]
Value = str | int | Decimal | bool | datetime | date | None
BEGINS_A_FORMULA = (*"=+-@\t\r\n", *"＝＋－＠")
_USUAL_EXPONENT = 2  # of a currency that is not in our table


def amount(minor: int, currency: str) -> Decimal:
    """Return minor units as a decimal number of the currency's main unit: 500 cents are 5.00."""
    row = CURRENCIES.get(currency)
    return Decimal(minor).scaleb(-(row.exponent if row is not None else _USUAL_EXPONENT))


async def as_csv(
    columns: Sequence[str], rows: AsyncIterable[Sequence[Value]], *, separator: Separator = ","
) -> AsyncIterator[str]:
    """Yield a heading and the rows as lines of CSV; no cell is read as a formula.

    `separator`: a semicolon for spreadsheets whose decimal sign is a comma; amounts are then written with a comma too.
    """
    yield "\ufeff" + line(columns, separator)  # with this mark spreadsheets read UTF-8
    async for row in rows:
        yield line(row, separator)


async def as_json(columns: Sequence[str], rows: AsyncIterable[Sequence[Value]]) -> AsyncIterator[str]:
    """Yield one JSON array with an object per row. Times are UTC in ISO 8601; amounts are strings, to stay exact."""
    yield "["
    before = "\n"
    async for row in rows:
        plain = {name: _plain(value) for name, value in zip(columns, row, strict=True)}
        yield before + json.dumps(plain, ensure_ascii=False)
        before = ",\n"
    yield "\n]\n"


def line(values: Sequence[Value], separator: Separator) -> str:
    """Return one line of CSV; no cell is read as a formula."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerow([cell(value, separator) for value in values])
    return out.getvalue()


def cell(value: Value, separator: Separator = ",") -> str:
    """Return a value as text that no spreadsheet reads as a formula (OWASP, CSV injection). Times are UTC.

    Full-width signs count as well, since Japanese and Chinese spreadsheets treat them like the narrow ones. Numbers
    are left alone: a minus sign before digits is no formula.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", "," if separator == ";" else ".")
    if isinstance(value, int):
        return str(value)
    written = f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)
    return f"'{written}" if written.startswith(BEGINS_A_FORMULA) else written


def _plain(value: Value) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, Decimal | date) else value
