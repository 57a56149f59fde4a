"""The migration gives every entry its posting day in the charity's zone, in pieces."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from bot.store.db import Database
from bot.store.gifts.tables import entry
from bot.store.migrate import migrate
from bot.store.migrations.versions.v0038_posting_days import set_days

_ENTRY = """
    INSERT INTO entry (id, gift_id, event_id, at)
    SELECT :id, gift_id, 'evt_x', :at FROM entry ORDER BY id LIMIT 1"""
_MIDNIGHT = datetime(2027, 1, 1, 5, tzinfo=UTC)  # in Montréal
_AT = [
    _MIDNIGHT - timedelta(microseconds=1), _MIDNIGHT, datetime(2027, 3, 14, 4, 59, tzinfo=UTC),
    datetime(2027, 3, 14, 5, 1, tzinfo=UTC), datetime(2027, 3, 15, 3, 59, tzinfo=UTC),  # a day of 23 hours
    datetime(2027, 3, 15, 4, tzinfo=UTC), datetime(2028, 2, 29, 12, tzinfo=UTC),
]  # fmt: skip


@pytest.mark.parametrize("zone", ["America/Toronto", "Europe/Paris"])
async def test_earlier_entries_get_their_day_in_the_zone_set_now(old: Database, zone: str) -> None:
    rows = [{"id": 10**12 + number, "at": round(at.timestamp() * 1e6)} for number, at in enumerate(_AT)]
    async with old.write() as conn:
        await conn.execute(text(_ENTRY), rows)
    await migrate(old, zone=zone)
    await _assert_days(old, zone)
    async with old.write() as conn:
        await conn.run_sync(set_days, "Asia/Kolkata", 2)
    await _assert_days(old, "Asia/Kolkata")


async def _assert_days(db: Database, zone: str) -> None:
    async with db.read() as conn:
        found = (await conn.execute(select(entry.c.at, entry.c.day))).all()
    assert len(found) > len(_AT)
    assert [day for _, day in found] == [at.astimezone(ZoneInfo(zone)).date() for at, _ in found]
