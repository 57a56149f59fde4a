"""SQLite's driver: brief reads run on the event loop, all others in the connection's thread."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import text

from bot.store import sqlite_driver
from bot.store.core import switches
from bot.store.core.switches import Switch
from bot.store.db import Database
from tests.clock import START
from tests.waiting import until

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)

_BRIEF = text("SELECT count(*) FROM (SELECT 1 LIMIT :n)")
_LONG = text(
    "SELECT count(*), (SELECT count(*) FROM switch) AS seen FROM"
    " (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT :rows) SELECT i FROM n)"
)
_SWITCHES = text("SELECT count(*) FROM switch")
_ROWS = sqlite_driver.BRIEF_STEPS  # each takes several steps


@pytest.fixture
def threads() -> Iterator[list[int]]:
    """The thread of every statement that did not run on the event loop, in this order."""
    used: list[int] = []
    at_length = sqlite_driver._run_at_length

    def noted(*arguments: Any) -> list[Any]:
        used.append(threading.get_ident())
        return at_length(*arguments)

    with mock.patch.object(sqlite_driver, "_run_at_length", noted):
        yield used


async def test_brief_read_needs_no_thread(db: Database, threads: list[int]) -> None:
    await db.warm()
    threads.clear()
    for n in range(3):
        async with db.read() as conn:
            assert (await conn.execute(_BRIEF, {"n": n})).scalar_one() == min(n, 1)
    assert threads == []


async def test_long_read_runs_in_the_thread_and_returns_every_row(db: Database, threads: list[int]) -> None:
    await db.warm()
    threads.clear()
    async with db.read() as conn:
        assert (await conn.execute(_LONG, {"rows": _ROWS})).one()[0] == _ROWS
    assert threads
    assert threading.get_ident() not in threads


async def test_interrupted_read_keeps_its_snapshot(db: Database) -> None:
    async with db.snapshot() as conn:
        before = (await conn.execute(_SWITCHES)).scalar_one()
        async with db.write() as writing:
            await switches.set_switch(writing, Switch(name="new", on=True, at=START))
        assert (await conn.execute(_LONG, {"rows": _ROWS})).one().seen == before
    async with db.read() as conn:
        assert (await conn.execute(_LONG, {"rows": _ROWS})).one().seen == before + 1


async def test_locked_file_is_awaited_in_the_thread(db: Database, threads: list[int]) -> None:
    assert db.file is not None
    other = sqlite3.connect(db.file)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("PRAGMA user_version=1")  # takes the lock

    async def read() -> int:
        async with db.read() as conn:
            found: int = (await conn.execute(_SWITCHES)).scalar_one()
            return found

    reading = asyncio.create_task(read())
    await until(lambda: threads)
    other.close()
    assert await reading >= 0


async def test_cancelled_read_leaves_no_connection_in_use(db: Database, threads: list[int]) -> None:
    async def read() -> None:
        async with db.read() as conn:
            await conn.execute(_LONG, {"rows": 300 * _ROWS})

    for _ in range(5):  # more than there are connections
        await db.warm()
        threads.clear()
        task = asyncio.create_task(read())
        await until(lambda: threads)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with db.read() as conn:
        assert (await conn.execute(_BRIEF, {"n": 1})).scalar_one() == 1


async def test_many_brief_reads_let_others_run(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_driver, "_BUSY_LOOP_SECONDS", 0.0)
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    async with db.read() as conn:
        started = turns
        for _ in range(20):
            await conn.execute(_BRIEF, {"n": 1})
    counting.cancel()
    assert turns - started >= 20
