"""Old questions about duplicate gifts keep working: the migration writes their refund orders."""

import json
from datetime import UTC, datetime

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


async def test_earlier_requests_to_a_second_owner_expire(old: Database) -> None:
    """Those that were asked and answered by nobody: the job finds them, and staff are notified."""
    row = "INSERT INTO refund_order (id, gift_id, minor, reason, staff_id, made_at, confirmed_at, refused)"
    said = "INSERT INTO notice (id, key, kind, args, made_at, due_at) VALUES (:id, :key, 'x', '{}', 0, 0)"
    asked, answered, refused, draft = 8801, 8802, 8803, 8804
    rows = ((asked, None, None), (answered, 5, None), (refused, None, "no"), (draft, None, None))
    async with old.write() as conn:
        gift_id = (await conn.execute(text("SELECT id FROM gift ORDER BY id LIMIT 1"))).scalar_one()
        for number, confirmed, why in rows:
            values = {"id": number, "gift": gift_id, "confirmed": confirmed, "why": why}
            await conn.execute(text(f"{row} VALUES (:id, :gift, 100, 'other', NULL, 1000, :confirmed, :why)"), values)
            notice = {"id": number, "key": f"refund_second:{number}"}
            if number != draft:
                await conn.execute(text(said), notice)
    await migrate(old)
    async with old.read() as conn:
        due = {order.id for order in await refunds.due(conn, datetime(2100, 1, 1, tzinfo=UTC), 100)}
    assert due & {asked, answered, refused, draft} == {asked}


async def test_question_without_gift_is_left_alone(old: Database) -> None:
    async with old.write() as conn:
        await conn.execute(text("UPDATE delivery SET message = 'double', args = '{}'"))
        before = (await conn.execute(text("SELECT count(*) FROM refund_order"))).scalar_one()
    await migrate(old)
    async with old.read() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM refund_order"))).scalar_one() == before
