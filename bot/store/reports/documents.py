"""Documents that were issued: stored once, never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Locale
from bot.domain.periods import Period
from bot.store.reports.tables import document


class Kind(StrEnum):
    """What a document is; the value is what the database stores."""

    BOARD = "board"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document. sheets: its words by language, as `content.sheet` stores them; as_of in UTC."""

    id: int
    kind: Kind
    period: Period
    as_of: datetime
    sheets: Mapping[Locale, Mapping[str, Any]]


async def add(
    conn: AsyncConnection,
    kind: Kind,
    period: Period,
    as_of: datetime,
    sheets: Mapping[Locale, Mapping[str, Any]],
    made_by: int | None,
) -> Document:
    """Store a new document and return it."""
    values = {"kind": kind, "since": period.since, "until": period.until, "as_of": as_of, "sheets": dict(sheets)}
    statement = insert(document).values(**values, made_by=made_by).returning(document.c.id)
    found = (await conn.execute(statement)).scalar_one()
    return Document(id=found, kind=kind, period=period, as_of=as_of, sheets=sheets)


async def find(conn: AsyncConnection, kind: Kind, document_id: int) -> Document | None:
    """Return a document of a kind, or None."""
    query = select(document).where(document.c.id == document_id, document.c.kind == kind)
    row = (await conn.execute(query)).mappings().one_or_none()
    return None if row is None else _read(row)


async def latest_of(conn: AsyncConnection, kind: Kind, since: date) -> Document | None:
    """Return the newest document of a kind whose days begin there, or None."""
    of = (document.c.kind == kind) & (document.c.since == since)
    row = (await conn.execute(select(document).where(of).order_by(document.c.id.desc()).limit(1))).mappings().first()
    return None if row is None else _read(row)


async def latest(conn: AsyncConnection, kind: Kind, limit: int) -> Sequence[Document]:
    """Return the newest documents of a kind, the newest first."""
    query = select(document).where(document.c.kind == kind).order_by(document.c.id.desc()).limit(limit)
    return [_read(row) for row in (await conn.execute(query)).mappings()]


def _read(row: Mapping[Any, Any]) -> Document:
    return Document(
        id=row["id"],
        kind=Kind(row["kind"]),
        period=Period(since=row["since"], until=row["until"]),
        as_of=row["as_of"],
        sheets=row["sheets"],
    )
