"""Record the statements of write transactions, during which no gift can be written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from bot.store.db import Database


@contextmanager
def recorded_writes(db: Database) -> Iterator[list[list[str]]]:
    """Yield the statements of each write transaction, as they run. Snapshots are not write transactions."""
    transactions: list[list[str]] = []
    engine = db._writer.sync_engine

    def begun(_conn: Any) -> None:
        transactions.append([])

    def executed(conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if conn.get_execution_options().get("isolation_level") != "REPEATABLE READ" and transactions:
            transactions[-1].append(statement)

    event.listen(engine, "begin", begun)
    event.listen(engine, "before_cursor_execute", executed)
    try:
        yield transactions
    finally:
        event.remove(engine, "begin", begun)
        event.remove(engine, "before_cursor_execute", executed)
