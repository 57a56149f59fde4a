"""The check of query plans finds statements that read too much, on both engines."""

import pytest
from sqlalchemy import text

from bot.store.core import outbox
from bot.store.db import Database
from tests import plans
from tests.plans import Statement


@pytest.mark.parametrize(
    ("sql", "read"),
    [
        ("SELECT id FROM delivery WHERE attempts = 3", {"delivery"}),
        ("UPDATE notice SET attempts = 0 WHERE kind <> 'x'", {"notice"}),
        ("SELECT id FROM gift ORDER BY amount LIMIT 1", {"gift"}),
        ("SELECT a.id FROM address AS a JOIN gift AS g ON g.late WHERE a.id = 1", {"gift"}),
        ("SELECT id FROM delivery WHERE platform = 'telegram' AND state = 'waiting' AND due_at < 5", set()),
        ("SELECT id FROM gift WHERE campaign_id = 1 AND late", set()),
        ("SELECT name FROM switch", set()),
        ("SELECT id FROM gift WHERE fee IS NULL AND balance_transaction IS NOT NULL ORDER BY id DESC LIMIT 5", set()),
    ],
)
async def test_plan_names_growing_tables_read_whole(db: Database, sql: str, read: set[str]) -> None:
    assert plans.scanned(Statement(db.url, sql, (), "store.somewhere.look")) == read


async def test_statement_is_recorded_with_its_function(db: Database) -> None:
    plans.forget()
    async with db.read() as conn:
        await outbox.counts(conn)
        await conn.execute(text("SELECT 1 FROM delivery WHERE attempts = 77"))
    assert [statement.function for statement in plans.noted()] == ["store.core.outbox.counts"]


def test_plan_exceptions_name_existing_functions() -> None:
    root = plans.ROOT / "bot"
    for name in plans.WHOLE:
        module, _, function = name.rpartition(".")
        as_module = root / f"{name.replace('.', '/')}.py"
        if not as_module.exists():
            assert f"async def {function}(" in (root / f"{module.replace('.', '/')}.py").read_text(), name
