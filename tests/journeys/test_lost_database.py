"""SQLite's file is deleted or replaced while the bot runs: writes stop, health says 503, staff are told."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app import ticks
from bot.domain.staff import Role
from bot.store.db import Database
from bot.store.file_watch import DatabaseLost
from bot.store.switches import Switch, turn
from bot.usecases.staff import database_file
from tests.conftest import MovingClock
from tests.journeys.people import says
from tests.journeys.team import hired
from tests.journeys.test_trouble import ask
from tests.journeys.town import open_town
from tests.world import make_context


@pytest.mark.parametrize("how", ["deleted", "replaced"])
async def test_lost_file_stops_writes_and_staff_are_told(
    tmp_path: Path, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_town(tmp_path) as here:
        nadia = await hired(here, ("telegram", "fr"), "Nadia", Role.OWNER)
        alex = await hired(here, ("discord", "en"), "Alex", Role.OWNER)
        donor = here.person("telegram")
        url = (await ask(donor)).first_link
        file, aside = tmp_path / "obole.sqlite3", tmp_path / "aside.sqlite3"
        file.rename(aside)
        if how == "replaced":
            shutil.copy(aside, file)
        ctx = here.app.ctx
        assert await database_file.tick(ctx, here.app.platforms)
        await database_file.tick(ctx, here.app.platforms)
        assert sum("nothing is written any more" in line for line in caplog.messages) == 1
        for member in (nadia, alex):
            title = says(member.locale, "staff-database-title")
            await member.hears(title)
            assert sum(title in heard.text for heard in member.everything()) == 1
        with pytest.raises(DatabaseLost, match=how):
            async with ctx.db.write() as conn:
                await turn(conn, Switch(name="x", on=True, at=ctx.clock()))
        async with here.browser.get(f"{here.settings.public_url}/healthz") as answer:
            assert answer.status == 503
            assert how in (await answer.json())["database"]
        refused = len(here.stripe.world.every("event"))
        await here.pay(url)
        assert len(here.stripe.world.every("event")) > refused  # Stripe keeps them: they were answered 503
        assert not await here.gifts()
        file.unlink(missing_ok=True)
        aside.rename(file)
        assert not await database_file.tick(ctx, here.app.platforms)
        async with here.browser.get(f"{here.settings.public_url}/healthz") as answer:
            assert answer.status == 200


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
    async with open_town(tmp_path) as here:
        (tick,) = [tick for tick in ticks(here.app) if tick.name == "database file"]
        assert tick.every.total_seconds() <= 30
