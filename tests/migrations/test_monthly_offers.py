"""Donors to whom earlier versions offered a monthly gift count as asked."""

import pytest
from sqlalchemy import text

from bot.store.db import Database
from bot.store.migrate import migrate
from bot.store.nudges import impact_updates
from bot.usecases.gifts.next_step import MONTHLY_OFFER


@pytest.mark.parametrize(("gifts", "was_offered"), [(2, False), (3, True), (9, True)])
async def test_donors_of_three_gifts_were_offered_a_monthly_one(old: Database, gifts: int, was_offered: bool) -> None:
    async with old.write() as conn:
        supporter_id = (await conn.execute(text("SELECT min(id) FROM supporter"))).scalar_one()
        values = {"gifts": gifts, "id": supporter_id}
        await conn.execute(text("UPDATE supporter SET gift_count = :gifts, last_gift_at = 1 WHERE id = :id"), values)
    await migrate(old)
    async with old.read() as conn:
        assert await impact_updates.was_recorded(conn, supporter_id, MONTHLY_OFFER) is was_offered
