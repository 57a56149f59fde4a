"""Old questions about duplicate gifts keep working: the migration writes their refund orders."""

import json

from sqlalchemy import text

from bot.store.db import Database
from bot.store.migrate import migrate
from bot.store.money import refunds

_COPY = """INSERT INTO delivery (id, lane, platform, address_id, message, args, state, due_at, attempts)
SELECT 7700, lane, platform, address_id, 'double', :args, 'sent', due_at, attempts FROM delivery LIMIT 1"""


async def test_old_question_finds_its_order(old: Database) -> None:
    async with old.write() as conn:
        gift_id, amount = (await conn.execute(text("SELECT id, amount FROM gift ORDER BY id LIMIT 1"))).one()
        asked = {"args": json.dumps({"gift": gift_id})}
        await conn.execute(text(_COPY), asked)
    await migrate(old)
    async with old.read() as conn:
        order = await refunds.offered(conn, gift_id, "double")
    assert order is not None
    assert (order.gift_id, order.minor, order.confirmed_at, order.try_at) == (gift_id, amount, None, None)


async def test_question_without_gift_is_left_alone(old: Database) -> None:
    async with old.write() as conn:
        await conn.execute(text("UPDATE delivery SET message = 'double', args = '{}'"))
        before = (await conn.execute(text("SELECT count(*) FROM refund_order"))).scalar_one()
    await migrate(old)
    async with old.read() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM refund_order"))).scalar_one() == before
