"""Access to the database: who waits for whom."""

import asyncio
from unittest import mock

import pytest
from sqlalchemy import text

from bot.store import db as module
from bot.store import postgresql_driver
from bot.store.db import Database
from tests.waiting import until

_ONE = text("SELECT 1")


async def _read_snapshot(db: Database, started: list[int], until: asyncio.Event) -> None:
    async with db.snapshot() as conn:
        await conn.execute(_ONE)
        started.append(1)
        await until.wait()


async def test_many_snapshots_leave_connections_for_gifts_and_replies(db: Database) -> None:
    started: list[int] = []
    enough = asyncio.Event()
    async with asyncio.TaskGroup() as group, asyncio.timeout(20):
        for _ in range(6):
            group.create_task(_read_snapshot(db, started, enough))
        await until(
            lambda: len(started) == 2 and len(db._snapshots._waiters or ()) == 4
        )  # all that may start have started
        async with db.read() as conn, db.write() as writing:
            assert (await conn.execute(_ONE)).scalar_one() == (await writing.execute(_ONE)).scalar_one() == 1
        assert len(started) == 2
        enough.set()
    assert len(started) == 6


def test_connection_is_awaited_longer_than_an_answer() -> None:
    assert module._POOL_SECONDS > postgresql_driver.ANSWER_SECONDS


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_first_uses_after_server_restart_succeed(db: Database) -> None:
    async with db.read(), db.read(), db.write(), db.write():
        pass  # several connections wait in both pools
    await _end_all_connections(db)
    async with db.write() as writing, db.read() as reading, db.read() as other, db.snapshot() as looking:
        found = [(await conn.execute(_ONE)).scalar_one() for conn in (writing, reading, other, looking)]
    assert found == [1, 1, 1, 1]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_connection_is_pinged_only_after_it_was_idle(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with mock.patch.object(type(db._reader.dialect), "do_ping", autospec=True, return_value=True) as ping:
        for _ in range(3):
            async with db.read() as conn:
                assert (await conn.execute(_ONE)).scalar_one() == 1
        assert ping.call_count == 0
        monkeypatch.setattr(postgresql_driver, "PING_AFTER_SECONDS", 0.0)
        async with db.read():
            assert ping.call_count == 1


async def _end_all_connections(db: Database) -> None:
    """End all connections, as a restart of the server does."""
    other = Database(db.url.render_as_string(hide_password=False))
    async with other.read() as conn:
        everybody_else = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        await conn.execute(text(f"{everybody_else} AND datname = current_database()"))
    await other.close()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_no_statement_is_prepared_for_transaction_pooler(db: Database) -> None:
    count = text("SELECT count(*) FROM pg_prepared_statements")
    for way in (db.read, db.write, db.snapshot):
        async with way() as conn:
            for _ in range(12):
                await conn.execute(_ONE)
            assert (await conn.execute(count)).scalar_one() == 0
