"""A database that fails briefly: events are applied on a retry or sent again, and none is set aside."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bot.store.core import notices
from bot.store.db import Database
from bot.store.faults import is_transient
from bot.store.money import events
from bot.usecases.context import Context
from bot.usecases.money import intake as intake_module
from bot.usecases.money.intake import Intake, NotAccepted
from bot.usecases.money.record import apply_set
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import all_gifts, make_context, metadata, open_campaign, queued, signed


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@asynccontextmanager
async def serving(ctx: Context) -> AsyncIterator[Intake]:
    intake = Intake(ctx, [], livemode=False)
    running = asyncio.create_task(intake.run())
    try:
        yield intake
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def gift_event(ctx: Context) -> dict[str, Any]:
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    session = stripe.session(client_reference_id=token, metadata=metadata(campaign))
    return stripe.event("checkout.session.completed", session)


async def set_aside(ctx: Context) -> int:
    """Return how many events were set aside, plus notices."""
    async with ctx.db.read() as conn:
        return len(await events.failed(conn)) + len(await notices.due(conn, ctx.clock(), 20))


def locked() -> OperationalError:
    original = sqlite3.OperationalError("database is locked")
    original.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return OperationalError("BEGIN IMMEDIATE", {}, original)


def failing(times: int) -> Callable[..., Any]:
    """Return an `apply_set` that fails `times` times."""
    left = [times]

    async def apply(*given: Any) -> int:
        if left[0] > 0:
            left[0] -= 1
            raise locked()
        return await apply_set(*given)

    return apply


async def test_event_is_applied_on_second_attempt(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    event = await gift_event(ctx)
    monkeypatch.setattr(intake_module, "apply_set", failing(1))
    async with serving(ctx) as intake:
        await intake.take([event])
    assert len(await all_gifts(ctx)) == 1
    assert (await queued(ctx), await set_aside(ctx)) == ({"waiting": 1}, 0)


async def test_event_is_refused_with_503_while_database_fails(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    event = await gift_event(ctx)
    monkeypatch.setattr(intake_module, "apply_set", failing(2))
    async with serving(ctx) as intake:
        with pytest.raises(NotAccepted) as refused:
            await intake.take([event])
        assert (refused.value.status, await set_aside(ctx), await all_gifts(ctx)) == (503, 0, [])
        await intake.take([event])
    assert (len(await all_gifts(ctx)), await set_aside(ctx)) == (1, 0)


async def test_event_is_applied_after_lost_connection(ctx: Context) -> None:
    event = await gift_event(ctx)
    if ctx.db.is_sqlite:
        await ctx.db.renew_writer()
    else:
        async with ctx.db.read() as conn:
            everybody_else = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            await conn.execute(text(f"{everybody_else} AND datname = current_database()"))
    async with serving(ctx) as intake:
        await intake.take([event])
    assert (len(await all_gifts(ctx)), await set_aside(ctx)) == (1, 0)


async def _error(db: Database, *statements: str) -> DBAPIError:
    with pytest.raises(DBAPIError) as caught:
        async with db.write() as conn:
            for statement in statements:
                await conn.exec_driver_sql(statement)
    return caught.value


_SECRET = "INSERT INTO secret (name, value) VALUES ('twice', '1')"


@pytest.mark.parametrize(
    "statements", [("SELECT nothing FROM nowhere",), (_SECRET, _SECRET), ("INSERT INTO relay VALUES (1, 1)",)]
)
async def test_refused_statement_is_not_transient(db: Database, statements: tuple[str, ...]) -> None:
    assert not is_transient(await _error(db, *statements))


@pytest.mark.parametrize(
    "statements",
    [
        ("SELECT pg_terminate_backend(pg_backend_pid())",),
        ("SET LOCAL statement_timeout = 1", "SELECT pg_sleep(1)"),
        ("SET TRANSACTION READ ONLY", _SECRET.replace("'1'", "'1'::bytea")),
    ],
)
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_failures_of_postgresql_are_transient(db: Database, statements: tuple[str, ...]) -> None:
    assert is_transient(await _error(db, *statements))


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_row_too_large_for_index_is_not_transient(db: Database) -> None:
    too_large = "SELECT string_agg(gen_random_uuid()::text, '') FROM generate_series(1, 1000)"  # compressed, too
    error = await _error(db, "CREATE TEMPORARY TABLE wide (words text PRIMARY KEY)", "INSERT INTO wide " + too_large)
    assert getattr(error.orig, "sqlstate", None) == "54000"
    assert not is_transient(error)


@pytest.mark.parametrize(
    ("states", "transient"),
    [
        (("54000", "54001", "2F003", "38001", "39P01", "3B001", "27000"), False),
        (("08006", "28P01", "40P01", "53300", "55P03", "57P03", "58030", "F0001"), True),
    ],
)
def test_only_temporary_errors_are_transient(states: tuple[str, ...], transient: bool) -> None:
    for state in states:
        original = psycopg.errors.lookup(state)()
        assert isinstance(original, psycopg.OperationalError)
        assert is_transient(OperationalError("", {}, original)) is transient, state
    assert is_transient(OperationalError("", {}, psycopg.OperationalError("connection refused")))


def test_failures_of_sqlite_are_transient(tmp_path: Path) -> None:
    file = tmp_path / "one.sqlite3"
    with closing(sqlite3.connect(file)) as one, closing(sqlite3.connect(file, timeout=0)) as other:
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as busy:
            other.execute("BEGIN IMMEDIATE")
        other.execute("PRAGMA query_only = ON")
        with pytest.raises(sqlite3.OperationalError) as read_only:
            other.execute("CREATE TABLE x (y)")
    with pytest.raises(sqlite3.OperationalError) as unopened:
        sqlite3.connect(tmp_path / "nowhere" / "one.sqlite3")
    for found in (busy, read_only, unopened):
        assert is_transient(OperationalError("", {}, found.value)), found.value
    assert not is_transient(IntegrityError("", {}, sqlite3.IntegrityError("NOT NULL constraint failed")))
    assert is_transient(ConnectionResetError()) and not is_transient(ValueError())
