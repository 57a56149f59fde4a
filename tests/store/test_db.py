"""The door to the database: who waits for whom."""

import asyncio

from sqlalchemy import text

from bot.store.db import Database

_ONE = text("SELECT 1")


async def _look(db: Database, begun: list[int], until: asyncio.Event) -> None:
    async with db.snapshot() as conn:
        await conn.execute(_ONE)
        begun.append(1)
        await until.wait()


async def test_however_many_look_at_figures_gifts_and_answers_find_a_connection(db: Database) -> None:
    begun: list[int] = []
    enough = asyncio.Event()
    async with asyncio.TaskGroup() as group, asyncio.timeout(20):
        for _ in range(6):
            group.create_task(_look(db, begun, enough))
        await asyncio.sleep(0.3)  # who may begin has begun
        async with db.read() as conn, db.write() as writing:
            assert (await conn.execute(_ONE)).scalar_one() == (await writing.execute(_ONE)).scalar_one() == 1
        assert 0 < len(begun) < 6
        enough.set()
    assert len(begun) == 6
