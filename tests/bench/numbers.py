"""INSERT ... SELECT over a range of numbers, on both engines."""

from collections.abc import Mapping

from sqlalchemy import text

from bot.store.db import Connection


async def insert(conn: Connection, statement: str, ids: range, values: Mapping[str, int]) -> None:
    """Run one INSERT ... SELECT ... FROM ids, in which `n` is each of these numbers."""
    if conn.dialect.name == "sqlite":
        numbers = "WITH RECURSIVE ids(n) AS (SELECT :low UNION ALL SELECT n + 1 FROM ids WHERE n < :high) SELECT"
        whole = statement.replace("SELECT", numbers, 1)
    else:
        series = "FROM generate_series(CAST(:low AS BIGINT), CAST(:high AS BIGINT)) AS ids(n)"
        whole = statement.replace("FROM ids", series)
    given = {**values, "low": ids.start, "high": ids.stop - 1}
    await conn.execute(text(whole), {name: value for name, value in given.items() if f":{name}" in whole})
