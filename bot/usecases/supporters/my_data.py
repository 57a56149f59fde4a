"""A person's own copy of everything stored about them, as JSON and CSV.

It says nothing about other people: no inviter, nobody on the team, and of a gift or monthly gift that another person
may have paid only the day and the amount. What we derived or decided is kept apart from what was collected.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.store.db import Connection
from bot.store.supporters import merging, personal
from bot.store.supporters.personal import Rows
from bot.usecases.context import Context, local_day
from bot.usecases.core.tables import cell

_DAYS_ONLY = frozenset({"unconfirmed_gifts"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MyData:
    """Rows by the name of their part. Times are UTC; amounts are in minor units."""

    made_at: datetime
    collected: Mapping[str, Rows]
    inferred: Mapping[str, Rows]


async def gather(ctx: Context, conn: Connection, supporter_id: int) -> MyData:
    """Return the copy of a supporter and all accounts merged into them."""
    ids = await merging.merged_ids(conn, supporter_id)
    found = {part.name: await personal.rows(conn, part, ids) for part in personal.PARTS}
    found["letters"] = await personal.letters(conn, ids)
    for name in _DAYS_ONLY:
        found[name] = [_with_days(ctx, row) for row in found[name]]
    inferred = {part.name for part in personal.PARTS if part.inferred}
    return MyData(
        made_at=ctx.clock(),
        collected={name: rows for name, rows in found.items() if name not in inferred},
        inferred={name: rows for name, rows in found.items() if name in inferred},
    )


def _with_days(ctx: Context, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: local_day(ctx, value) if isinstance(value, datetime) else value for name, value in row.items()}


def to_json(data: MyData) -> str:
    """Return the copy as one JSON object. Times are ISO 8601 in UTC."""
    everything = {"made_at": data.made_at, "collected": data.collected, "inferred": data.inferred}
    return json.dumps(everything, ensure_ascii=False, indent=2, default=date.isoformat)


def to_csv(data: MyData) -> str:
    """Return the copy as one table: source, part, number of the row, column, value."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(("source", "part", "row", "column", "value"))
    for source, parts in (("collected", data.collected), ("inferred", data.inferred)):
        for part, rows in parts.items():
            for number, row in enumerate(rows, 1):
                table.writerows((source, part, number, column, _cell(value)) for column, value in row.items())
    return out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return cell(value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False))
