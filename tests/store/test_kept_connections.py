"""Connections that tests share one after another (tests/connections.py): nothing of one test is left in the next."""

from typing import Any

import pytest
from sqlalchemy import text

from bot.store import postgresql_driver
from bot.store.db import Connection, Database

pytestmark = pytest.mark.parametrize("url", ["postgresql"], indirect=True)

PID = "SELECT pg_backend_pid()"
# What lives as long as a connection: how a test leaves it, and how the next would notice.
STATE = {
    "setting": ("SET work_mem = '3MB'", "SELECT current_setting('work_mem') = '3MB'"),
    "role": ("SET SESSION AUTHORIZATION pg_monitor", "SELECT session_user = 'pg_monitor'"),
    "temporary table": ("CREATE TEMPORARY TABLE scrap (id int)", "SELECT to_regclass('pg_temp.scrap') IS NOT NULL"),
    "advisory lock": ("SELECT pg_advisory_lock(11)", "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory'"),
    "channel": ("LISTEN news", "SELECT count(*) > 0 FROM pg_listening_channels()"),
    "prepared statement": ("PREPARE one AS SELECT 1", "SELECT count(*) > 0 FROM pg_prepared_statements"),
    "cursor": ("DECLARE rows CURSOR WITH HOLD FOR SELECT 1", "SELECT count(*) > 0 FROM pg_cursors WHERE name = 'rows'"),
}


@pytest.mark.parametrize(("leave", "is_left"), STATE.values(), ids=STATE.keys())
async def test_connection_used_again_has_nothing_of_the_test_before(url: str, leave: str, is_left: str) -> None:
    async def leave_behind(conn: Connection) -> tuple[Any, Any]:
        await conn.exec_driver_sql(leave)
        return await _value(conn, PID), await _value(conn, is_left)

    before, was_left = await _with_new_database(url, leave_behind)
    after = await _with_new_database(url, lambda conn: _value(conn, PID))
    assert (before, was_left) == (after, True)
    assert await _with_new_database(url, lambda conn: _value(conn, is_left)) is False


async def test_connection_that_the_server_has_ended_is_not_used_again(url: str) -> None:
    ended = await _with_new_database(url, lambda conn: _value(conn, PID))
    other = Database(url)
    async with other.read() as first, other.read() as second:
        pids = [await _value(conn, PID) for conn in (first, second)]
        assert ended in pids
        await second.exec_driver_sql(f"SELECT pg_terminate_backend({pids[0]}, 5000)")
    await other.close()
    assert await _with_new_database(url, lambda conn: _value(conn, PID)) == pids[1]


async def test_connection_closed_in_a_transaction_is_ended(url: str) -> None:
    connection = await postgresql_driver.PatientConnection.connect(url)
    pid = connection.info.backend_pid
    await connection.execute("SELECT 1")
    await connection.close()
    assert await _with_new_database(url, lambda conn: _value(conn, PID)) != pid


async def _with_new_database(url: str, use: Any) -> Any:
    database = Database(url)
    async with database.read() as conn:
        found = await use(conn)
    await database.close()
    return found


async def _value(conn: Connection, query: str) -> Any:
    return await conn.scalar(text(query))
