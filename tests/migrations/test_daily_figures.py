"""The migration dates old gifts in the charity's zone and fills the figures that follow."""

import random
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text

from bot.store.db import Database
from bot.store.gifts.tables import gift
from bot.store.migrate import migrate
from tests.usecases.reports.test_stored_figures import assert_recounted

_GIFT = """
    INSERT INTO gift (id, campaign_id, supporter_id, touch_kind, touch_id, late, state, counted, payment_intent, pledge,
                      currency, amount, settled, paid_at, refunds, charge_refunded, disputes)
    SELECT :id, campaign_id, :supporter, :touch, 0, false, 'paid', :counted, :name, :pledge,
           :currency, 900, 3, :paid_at, '{}', 0, '{}' FROM gift ORDER BY id LIMIT 1"""


async def _add(db: Database, rows: list[dict[str, object]]) -> None:
    async with db.write() as conn:
        await conn.execute(text(_GIFT), rows)


def _row(number: int, at: datetime, **other: object) -> dict[str, object]:
    row: dict[str, object] = {"id": 1_000_000 + number, "name": f"pi_x{number}", "paid_at": int(at.timestamp() * 1e6)}
    row |= {"supporter": None, "touch": "c", "counted": 900, "pledge": None, "currency": "cad"}
    return row | other


@pytest.mark.parametrize(("zone", "day"), [("America/Toronto", date(2026, 12, 31)), ("Europe/Paris", date(2027, 1, 1))])
async def test_old_gift_gets_its_day_in_the_charitys_zone(old: Database, zone: str, day: date) -> None:
    await _add(old, [_row(1, datetime(2027, 1, 1, 4, 59, 59, 999_999, tzinfo=UTC))])
    await migrate(old, zone=zone)
    async with old.read() as conn:
        assert (await conn.execute(select(gift.c.day).where(gift.c.id == 1_000_001))).scalar_one() == day


async def test_figures_of_old_gifts_are_filled(old: Database) -> None:
    rng, rows = random.Random(1), []
    async with old.read() as conn:
        people = [None, *(await conn.execute(text("SELECT id FROM supporter"))).scalars()]
    for number in range(200):
        at = datetime.fromtimestamp(rng.uniform(1_735_000_000, 1_790_000_000), UTC)
        other = {"supporter": rng.choice(people), "touch": rng.choice("ci"), "counted": rng.choice([0, 500, 900])}
        rows.append(_row(number, at, **other, pledge=rng.choice([None, "sub_1"]), currency=rng.choice(["cad", "usd"])))
    await _add(old, rows)
    await migrate(old)
    async with old.read() as conn:
        await assert_recounted(conn)
