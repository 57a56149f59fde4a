"""`driver`: what our adapter for aiosqlite (bot/store/sqlite_driver.py) buys over SQLAlchemy's own, by small reads."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from sqlalchemy import text
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite

from bot.store import sqlite_driver
from bot.store.db import Database
from tests.bench.report import Bound, Report, median

MOST_CPU = 0.85  # of SQLAlchemy's own; above this, overriding its private methods is not worth it
_OURS, _THEIRS = "ours, sqlite", "SQLAlchemy's own, sqlite"
_READ = text("SELECT id, name FROM person WHERE id = :id")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: rounds that alternate between the two, and reads in each."""

    rounds: int = 20
    reads: int = 500


QUICK = Size(rounds=2, reads=50)


def measure(_engines: Sequence[str], size: Size) -> Report:
    """Return reads per second on one connection after another, as use cases open them, and CPU per read."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(f"sqlite:///{Path(folder) / 'people.sqlite3'}", size))


async def _measure(url: str, size: Size) -> Report:
    databases = {_OURS: Database(url)}
    with mock.patch.object(sqlite_driver, "driver", SQLiteDialect_aiosqlite.import_dbapi):
        databases[_THEIRS] = Database(url)
    async with databases[_OURS].write() as conn:
        await conn.execute(text("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)"))
        await conn.execute(text("INSERT INTO person VALUES (:id, 'Ada')"), [{"id": i} for i in range(1000)])
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in databases}
    for _ in range(size.rounds):
        for name, db in databases.items():
            taken[name].append(await _read(db, size.reads))
    for db in databases.values():
        await db.close()
    rows = {
        name: {
            "reads/s": size.reads / median([seconds for seconds, _ in rounds]),
            "CPU µs": median([cpu for _, cpu in rounds]) / size.reads * 1e6,
        }
        for name, rounds in taken.items()
    }
    share = rows[_OURS]["CPU µs"] / rows[_THEIRS]["CPU µs"]
    bound = Bound(what="CPU per read, as a share of SQLAlchemy's own", value=share, limit=MOST_CPU)
    return Report(
        title="One row by its key",
        rows=rows,
        bounds=(bound,),
        notes=("Rounds of both alternate in one process; medians.",),
    )


async def _read(db: Database, reads: int) -> tuple[float, float]:
    """Return seconds and CPU seconds of so many reads, one after another."""
    began, cpu = time.perf_counter(), time.process_time()
    for number in range(reads):
        async with db.read() as conn:
            assert (await conn.execute(_READ, {"id": number % 1000})).one().name == "Ada"
    return time.perf_counter() - began, time.process_time() - cpu
