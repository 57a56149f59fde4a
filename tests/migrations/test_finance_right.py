"""Editors could add gifts and read payouts before the finance right: they have it afterwards, and nobody else."""

from sqlalchemy import select, text

from bot.domain.staff import Right
from bot.store.db import Database
from bot.store.migrate import migrate
from bot.store.staff import staff
from bot.store.staff.tables import staff_role

_MEMBER = """
    INSERT INTO staff (id, platform, external_id, role, label, locale, added_at, removed_at)
    VALUES (:id, 'telegram', :name, :role, :role, 'fr', 0, :removed_at)"""


async def test_migration_gives_editors_the_right_they_had(old: Database) -> None:
    roles = {101: "viewer", 102: "editor", 103: "owner", 104: "editor"}
    gone = 104
    rows = [
        {"id": number, "name": str(number), "role": role, "removed_at": 1 if number == gone else None}
        for number, role in roles.items()
    ]
    async with old.write() as conn:
        await conn.execute(text(_MEMBER), rows)
        await conn.execute(text("UPDATE staff_role SET role = 'editor'"))
    await migrate(old)
    async with old.read() as conn:
        found = await staff.by_ids(conn, roles)
        mapped = (await conn.execute(select(staff_role.c.finance))).scalars().all()
    assert {number for number, member in found.items() if member.may(Right.FINANCE)} == {102, 103}
    assert mapped and all(mapped)
