"""The SQL statements that run in a block of code, to count them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def recorded() -> Iterator[list[str]]:
    """Yield the statements that this process runs meanwhile, on one line each; BEGIN and COMMIT are left out."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", sql):
            seen.append(re.sub(r"\s+", " ", sql))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def lookups(statements: list[str], table: str) -> int:
    """Count the statements that look somebody up in `table` by their account on a platform."""
    return sum(bool(re.search(rf"\b{table}\.external_id = ", sql) and "FROM delivery" not in sql) for sql in statements)
