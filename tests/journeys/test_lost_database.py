"""SQLite's file is lost while the bot runs: writes stop, health returns 503, staff are notified."""

import asyncio
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app import ticks
from bot.domain.staff import Role
from bot.store.core.switches import Switch, set_switch
from bot.store.db import Database
from bot.store.file_watch import DatabaseLost
from bot.usecases.staff import database_file
from tests.conftest import MovingClock
from tests.journeys.environment import running_environment
from tests.journeys.people import new_person, sentence
from tests.journeys.team import new_member
from tests.journeys.test_failures import ask
from tests.usecase_setup import make_context


@pytest.mark.parametrize("how", ["deleted", "replaced", "copied over"])
async def test_lost_file_stops_writes_and_staff_are_told(
    tmp_path: Path, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_environment(tmp_path) as env:
        nadia = await new_member(env, ("telegram", "fr"), "Nadia", Role.OWNER)
        alex = await new_member(env, ("discord", "en"), "Alex", Role.OWNER)
        donor = new_person(env, "telegram")
        url = (await ask(donor)).first_link
        file, aside = tmp_path / "obole.sqlite3", tmp_path / "aside.sqlite3"
        ctx = env.app.ctx
        if how == "copied over":
            back_up(file, aside)
            assert not await database_file.tick(ctx, env.app.platforms)
            shutil.copyfile(aside, file)  # keeps the inode, as `cp` does
        else:
            file.rename(aside)
        if how == "replaced":
            shutil.copy(aside, file)
        assert await database_file.tick(ctx, env.app.platforms)
        await database_file.tick(ctx, env.app.platforms)
        assert sum("nothing is written any more" in line for line in caplog.messages) == 1
        for member in (nadia, alex):
            title = sentence(member.locale, "staff-database-title")
            await member.receive(title)
            assert sum(title in received.text for received in member.messages()) == 1
        with pytest.raises(DatabaseLost, match=how):
            async with ctx.db.write() as conn:
                await set_switch(conn, Switch(name="x", on=True, at=ctx.clock()))
        async with env.browser.get(f"{env.settings.public_url}/readyz") as answer:
            assert answer.status == 503
            assert how in (await answer.json())["database"]
        refused = len(env.stripe.world.every("event"))
        await env.pay(url)
        assert len(env.stripe.world.every("event")) > refused  # Stripe keeps them: they were answered 503
        assert not await env.gifts()
        if how == "copied over":
            return  # its content is now a mixture of two files
        file.unlink(missing_ok=True)
        aside.rename(file)
        assert not await database_file.tick(ctx, env.app.platforms)
        async with env.browser.get(f"{env.settings.public_url}/readyz") as answer:
            assert answer.status == 200


def back_up(file: Path, to: Path) -> None:
    """Back the file up like `sqlite3 obole.sqlite3 .backup`, including the write-ahead log."""
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


async def test_file_is_ours_through_writes_checkpoints_and_visitors(tmp_path: Path, clock: MovingClock) -> None:
    file = tmp_path / "obole.sqlite3"
    db = Database(f"sqlite:///{file}")
    ctx = make_context(db, clock)
    try:
        async with db.write() as conn:
            await conn.execute(text("CREATE TABLE kept (id TEXT)"))
        await db.warm()
        for number in range(12):
            async with db.write() as conn:
                await conn.execute(text("INSERT INTO kept VALUES (:x)"), {"x": "x" * 1_000_000 * (number % 3)})
            with closing(sqlite3.connect(file)) as visitor:  # a person with sqlite3 at the terminal
                visitor.execute("INSERT INTO kept VALUES ('theirs')")
                visitor.commit()
                if number % 4 == 3:
                    visitor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                if number == 7:
                    visitor.execute("VACUUM")
            if number % 2:
                async with db.snapshot() as conn:  # a reader who holds the checkpoint back
                    await conn.execute(text("SELECT count(*) FROM kept"))
                    assert not await database_file.tick(ctx, [])
            assert not await database_file.tick(ctx, [])
        async with db.read() as conn:
            assert (await conn.execute(text("SELECT count(*) FROM kept"))).scalar_one() == 24
    finally:
        await db.close()


async def test_looking_at_the_file_releases_none_of_sqlites_locks(tmp_path: Path, clock: MovingClock) -> None:
    file = tmp_path / "obole.sqlite3"
    db = Database(f"sqlite:///{file}")
    ctx = make_context(db, clock)
    try:
        async with db.write() as conn:
            await conn.execute(text("CREATE TABLE kept (id INTEGER)"))
        await db.warm()
        await database_file.tick(ctx, [])
        await database_file.tick(ctx, [])
        # Another process that believes itself alone deletes the write-ahead log when it leaves.
        leave = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM kept'); c.close()"
        done = await asyncio.create_subprocess_exec(sys.executable, "-c", leave, str(file))
        assert await done.wait() == 0
        assert file.with_name(f"{file.name}-wal").exists()
    finally:
        await db.close()


async def test_file_that_cannot_be_looked_at_is_logged_once_and_is_not_lost(
    tmp_path: Path, clock: MovingClock, caplog: pytest.LogCaptureFixture
) -> None:
    folder, aside = tmp_path / "data", tmp_path / "aside"
    folder.mkdir()
    ctx = make_context(Database(f"sqlite:///{folder / 'obole.sqlite3'}"), clock)
    try:
        async with ctx.db.write() as conn:
            await conn.execute(text("CREATE TABLE kept (id INTEGER)"))
        await ctx.db.warm()
        folder.rename(aside)
        folder.symlink_to(folder)  # a loop: stat() fails, and not because there is no such file
        for _ in range(3):
            assert not await database_file.tick(ctx, [])
        (said,) = caplog.messages
        assert "cannot be looked at" in said
        assert "nothing is written" not in said
        folder.unlink()
        aside.rename(folder)
        for _ in range(3):
            assert not await database_file.tick(ctx, [])
        assert len(caplog.messages) == 2
        async with ctx.db.write() as conn:
            await conn.execute(text("INSERT INTO kept VALUES (1)"))
    finally:
        await ctx.db.close()


async def test_file_is_looked_at_more_than_once_a_minute(tmp_path: Path) -> None:
    async with running_environment(tmp_path) as env:
        (tick,) = [tick for tick in ticks(env.app) if tick.name == "database file"]
        assert tick.every.total_seconds() <= 30
