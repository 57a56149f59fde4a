"""Read a table of gifts from a CSV file that some other program wrote.

Nothing is guessed silently: what the columns are taken for is shown before anything is imported. Headings were taken
from public help pages and importers (CanadaHelps' donation report, Zeffy's export, banks' account statements).
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from ftfy import fix_encoding

from content.folding import fold

LARGEST = 64 * 1024 * 1024  # bytes of a file
_HEADING_WITHIN = 20  # lines: banks put titles above the headings
_SEPARATORS = ",;\t|"

FileProblem = Literal["empty", "too_large", "not_text", "no_headings"]
Field = Literal[
    "day", "amount", "fee", "net", "reference", "way", "currency", "campaign", "receipted_by", "received_from",
    "status", "refunded",
]  # fmt: skip

# The headings of each field, folded, the surest first. A column that is not listed is only shown.
HEADINGS: Mapping[Field, Sequence[str]] = {
    "day": (
        "received_on", "donation date", "date received", "payment date", "transaction date", "date de reception",
        "date du don", "date de la transaction", "date de l'operation", "posted", "date",
    ),
    "amount": (
        "gross", "gross amount", "brut", "montant brut", "donation amount", "montant du don", "amount", "montant",
        "total amount", "montant total", "credit", "deposit", "deposits", "depot", "depots", "total",
    ),
    "fee": ("fee", "fees", "frais", "processing fee", "total fees", "frais de transaction"),
    "net": ("net", "net amount", "montant net"),
    "reference": (
        "reference", "transaction number", "transaction id", "numero de transaction", "reference number",
        "numero de reference", "confirmation number", "payment id", "id",
    ),
    "way": ("way", "payment method", "method", "mode de paiement", "moyen de paiement", "payment type"),
    "currency": ("currency", "devise", "monnaie"),
    "campaign": ("campaign", "campaign name", "campaign title", "campagne", "collecte"),
    "receipted_by": ("receipted_by", "receipted by", "recu emis par"),
    "received_from": ("received_from_charity", "received from charity", "recu de l'organisme"),
    "status": ("payment status",),
    "refunded": ("refund amount",),
}  # fmt: skip
_ZONE = re.compile(r" \((utc|[a-z]+/[a-z_/]+)\)")  # after the day in Zeffy's export
_NEEDED: Sequence[Field] = ("day", "amount")


class BadFile(ValueError):
    """The file has no table that can be read."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(problem)
        self.problem = problem


class NoSuchColumn(LookupError):
    """A field was said to be in a column that the file does not have."""


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and lines of a file. `lines`: the number of each in the file, and its cells."""

    headings: Sequence[str]
    lines: Sequence[tuple[int, Sequence[str]]]
    columns: Mapping[Field, int]


def names_a_zone(heading: str) -> bool:
    """Return whether a heading ends with a time zone in parentheses, as Zeffy writes it."""
    return _ZONE.search(fold(heading)) is not None


def read_table(data: bytes, chosen: Mapping[Field, str] | None = None) -> Table:
    """Return the file's table. `chosen`: headings of fields that are not to be guessed.

    Raises BadFile, NoSuchColumn.
    """
    text = _decode(data)
    rows, at = _rows_with_headings(text, chosen or {})
    headings = [cell.strip() for cell in rows[at][1]]
    lines = [(number, cells) for number, cells in rows[at + 1 :] if any(cell.strip() for cell in cells)]
    return Table(headings, lines, _columns(headings, chosen or {}))


def _decode(data: bytes) -> str:
    """Return the text in the first encoding that fits; cp1252 is what Excel writes, and takes nearly any bytes."""
    if not data.strip():
        raise BadFile("empty")
    if len(data) > LARGEST:
        raise BadFile("too_large")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: Sequence[str] = ("utf-16",)
    elif b"\0" in data:  # a workbook or a picture
        raise BadFile("not_text")
    else:
        encodings = ("utf-8-sig", "cp1252", "mac-roman")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile("not_text")


def _rows_with_headings(text: str, chosen: Mapping[Field, str]) -> tuple[list[tuple[int, list[str]]], int]:
    """Return all lines, cut by the first separator that shows headings, and where those are."""
    for separator in _SEPARATORS:
        if (at := _headings_at(_rows(text, separator, _HEADING_WITHIN), chosen)) is not None:
            return _rows(text, separator), at
    raise BadFile("no_headings")


def _rows(text: str, separator: str, most: int | None = None) -> list[tuple[int, list[str]]]:
    """Return the cells of each line, or of the first ones, with its number.

    Accents that were encoded twice are put right, cell by cell.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows = []
    try:
        for cells in islice(reader, most):
            rows.append((reader.line_num, [cell if cell.isascii() else fix_encoding(cell) for cell in cells]))
    except csv.Error:  # a cell beyond csv's limit of 131,072 characters
        raise BadFile("not_text") from None
    return rows


def _headings_at(rows: Sequence[tuple[int, Sequence[str]]], chosen: Mapping[Field, str]) -> int | None:
    for at, (_, cells) in enumerate(rows):
        found = _columns(cells, {field: name for field, name in chosen.items() if name in map(str.strip, cells)})
        if all(field in found for field in _NEEDED):
            return at
    return None


def _columns(headings: Sequence[str], chosen: Mapping[Field, str]) -> Mapping[Field, int]:
    stripped = [heading.strip() for heading in headings]
    columns: dict[Field, int] = {}
    for field, heading in chosen.items():
        if heading not in stripped:
            raise NoSuchColumn(heading)
        columns[field] = stripped.index(heading)
    folded = [_ZONE.sub("", fold(heading).replace("’", "'")) for heading in stripped]
    for field, names in HEADINGS.items():
        known = [folded.index(name) for name in names if name in folded]
        free = [at for at in known if at not in columns.values()]
        if field not in columns and free:
            columns[field] = free[0]
    return columns
