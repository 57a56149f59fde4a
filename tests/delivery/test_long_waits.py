"""Staff are notified of waits of more than an hour."""

import time

import pytest

from bot.delivery import long_waits
from bot.delivery.pace import TELEGRAM, Priority
from bot.delivery.pacer import Pacer
from bot.domain.staff import Role
from bot.store.core import notices as rows
from bot.store.db import Database
from bot.store.staff import staff
from bot.usecases.context import Context
from bot.usecases.staff import notices
from content.catalog import Locale
from tests.conftest import MovingClock
from tests.usecase_setup import make_context
from tests.usecases.core.test_notices import RecordingPlatform


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.mark.parametrize(("locale", "says"), [("fr", "tous les messages"), ("en", "all of the bot")])
async def test_wait_of_more_than_an_hour_is_reported_once(ctx: Context, locale: Locale, says: str) -> None:
    async with ctx.db.write() as conn:
        await staff.add(
            conn, "discord", "1", Role.OWNER, label="Nadia", locale=locale, added_by=None, at=ctx.clock()
        )  # fmt: skip
    pacer, platform = Pacer(TELEGRAM, monotonic=time.monotonic), RecordingPlatform("discord")
    pacer.halt(3000)
    assert await long_waits.report(ctx, "telegram", pacer) == 0
    pacer.halt(2 * 3600)
    pacer.halt(3 * 3600)
    assert await long_waits.report(ctx, "telegram", pacer) == 2
    assert await long_waits.report(ctx, "telegram", pacer) == 0
    assert await notices.tick(ctx, [platform]) == 1
    assert says in "".join(platform.sent[0][1].lines)
    pacer.halt(4 * 3600)
    await long_waits.report(ctx, "telegram", pacer)
    assert await notices.tick(ctx, [platform]) == 0, "it was said today"


async def test_wait_of_one_chat_is_reported_without_naming_it(ctx: Context) -> None:
    pacer = Pacer(TELEGRAM, monotonic=time.monotonic)
    for _ in range(2):
        await pacer.slot("8675309", Priority.ANSWER)
    pacer.refused("8675309", 2 * 3600)
    await long_waits.report(ctx, "telegram", pacer)
    async with ctx.db.read() as conn:
        (notice,) = await rows.due(conn, ctx.clock(), 9)
    assert notice.args == {"platform": "telegram", "hours": 2, "whole": False}
    assert "8675309" not in notice.key
