"""What SQLAlchemy finds out about a database at an engine's first connection, asked once per test process.

Version, default schema, isolation level and optional types take seven round trips to PostgreSQL per engine. In
production that is once per process; tests open thousands of engines on one server.
"""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite


def share() -> None:
    """Let every engine of this process take over what the first of its kind found out."""
    _ask_once(PGDialectAsync_psycopg)
    _ask_once(SQLiteDialect_aiosqlite)


def _ask_once(kind: Any) -> None:
    ask = kind.initialize
    found: dict[str, Any] = {}

    def initialize(dialect: Any, connection: Connection) -> None:
        if found:
            vars(dialect).update(found)
            return
        before = dict(vars(dialect))
        ask(dialect, connection)
        found.update((name, value) for name, value in vars(dialect).items() if before.get(name, found) is not value)

    kind.initialize = initialize
