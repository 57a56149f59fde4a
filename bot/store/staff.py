"""Staff, their one-time codes, and what their next text answers."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Locale, PlatformName
from bot.domain.staff import Member, Role
from bot.store.db import upsert
from bot.store.schema_staff import staff, staff_code, staff_role

_COLUMNS = tuple(staff.c[name] for name in Member.__dataclass_fields__)


def _read(row: RowMapping) -> Member:
    return Member(**{**row, "role": Role(row["role"])})


async def find(conn: AsyncConnection, platform: PlatformName, external_id: str) -> Member | None:
    """Who of the staff this is; None for everybody else, and for those who were removed."""
    query = select(*_COLUMNS).where(
        staff.c.platform == platform, staff.c.external_id == external_id, staff.c.removed_at.is_(None)
    )
    row = (await conn.execute(query)).mappings().first()
    return None if row is None else _read(row)


async def everyone(conn: AsyncConnection) -> list[Member]:
    """All staff of today, the longest there first."""
    query = select(*_COLUMNS).where(staff.c.removed_at.is_(None)).order_by(staff.c.id)
    return [_read(row) for row in (await conn.execute(query)).mappings()]


async def by_ids(conn: AsyncConnection, ids: Iterable[int]) -> dict[int, Member]:
    """Staff by id, those who were removed too: the log speaks of them."""
    rows = (await conn.execute(select(*_COLUMNS).where(staff.c.id.in_(set(ids))))).mappings()
    return {row["id"]: _read(row) for row in rows}


async def add(
    conn: AsyncConnection,
    platform: PlatformName,
    external_id: str,
    role: Role,
    *,
    label: str,
    locale: Locale,
    added_by: int | None,
    at: datetime,
) -> Member:
    """Make somebody staff, or give them another role; who was removed is staff again."""
    changed = ["role", "label", "added_by", "added_at", "removed_at", "expects"]
    statement = upsert(conn, staff, ["platform", "external_id"], changed)
    row = {"platform": platform, "external_id": external_id, "role": role, "label": label, "locale": locale}
    await conn.execute(statement, row | {"added_by": added_by, "added_at": at, "removed_at": None, "expects": None})
    found = await find(conn, platform, external_id)
    assert found is not None
    return found


async def remove(conn: AsyncConnection, staff_id: int, at: datetime) -> None:
    """From now on they may do nothing."""
    await conn.execute(update(staff).where(staff.c.id == staff_id).values(removed_at=at, expects=None))


async def expect(conn: AsyncConnection, staff_id: int, what: str | None) -> None:
    """Remember what their next text answers, `verb:argument`; None: nothing any more."""
    await conn.execute(update(staff).where(staff.c.id == staff_id).values(expects=what))


async def owners(conn: AsyncConnection) -> int:
    """How many owners there are."""
    query = select(func.count()).where(staff.c.role == Role.OWNER, staff.c.removed_at.is_(None))
    return (await conn.execute(query.select_from(staff))).scalar_one()


# --- codes ----------------------------------------------------------------------------------------
async def add_code(
    conn: AsyncConnection,
    hashed: str,
    role: Role,
    purpose: str,
    *,
    made_by: int | None,
    at: datetime,
    ends_at: datetime | None,
) -> None:
    """Keep the hash of a new one-time code."""
    values = {"hash": hashed, "role": role, "purpose": purpose, "made_by": made_by, "made_at": at, "ends_at": ends_at}
    await conn.execute(insert(staff_code).values(**values))


async def use_code(conn: AsyncConnection, hashed: str, at: datetime) -> tuple[Role, str, int | None] | None:
    """Use a code up: its role, purpose and maker; None where it is unknown, used or too old."""
    fresh = staff_code.c.used_at.is_(None) & (staff_code.c.ends_at.is_(None) | (staff_code.c.ends_at > at))
    used = update(staff_code).where(staff_code.c.hash == hashed, fresh).values(used_at=at)
    row = (await conn.execute(used.returning(staff_code.c.role, staff_code.c.purpose, staff_code.c.made_by))).first()
    return None if row is None else (Role(row.role), row.purpose, row.made_by)


# --- Discord roles --------------------------------------------------------------------------------
async def set_discord_role(conn: AsyncConnection, guild_id: str, role_id: str, role: Role, at: datetime) -> None:
    """The holders of a Discord role are staff from now on; at most editors."""
    assert role is not Role.OWNER, "a Discord role never makes owners"
    statement = upsert(conn, staff_role, ["guild_id", "role_id"], ["role", "added_at"])
    await conn.execute(statement, {"guild_id": guild_id, "role_id": role_id, "role": role, "added_at": at})


async def by_discord_roles(conn: AsyncConnection, guild_id: str, role_ids: Iterable[str]) -> Role | None:
    """The highest staff role that these Discord roles give; None where they give none."""
    query = select(staff_role.c.role).where(staff_role.c.guild_id == guild_id, staff_role.c.role_id.in_(set(role_ids)))
    found = [Role(role) for role in (await conn.execute(query)).scalars()]
    return max(found, key=lambda role: role.rank, default=None)
