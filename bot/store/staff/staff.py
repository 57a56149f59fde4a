"""Staff, their one-time codes, and the prompts that await their next message."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Locale, PlatformName
from bot.domain.staff import Member, Role
from bot.store.db import upsert
from bot.store.staff.tables import staff, staff_code, staff_role

_COLUMNS = tuple(staff.c[name] for name in Member.__dataclass_fields__)


def _read(row: Mapping[Any, Any]) -> Member:
    return Member(**{**row, "role": Role(row["role"])})


_BY_ACCOUNT = select(*_COLUMNS, staff.c.removed_at).where(
    staff.c.platform == bindparam("on"), staff.c.external_id == bindparam("named")
)  # built once: it runs for every message


async def find(conn: AsyncConnection, platform: PlatformName, external_id: str) -> Member | None:
    """Return the staff member with this address; None for others and for removed members."""
    is_staff, found = await find_ever(conn, platform, external_id) or (False, None)
    return found if is_staff else None


async def find_ever(conn: AsyncConnection, platform: PlatformName, external_id: str) -> tuple[bool, Member] | None:
    """Return (is current, member) for this address; None if it was never staff."""
    rows = await conn.execute(_BY_ACCOUNT, {"on": platform, "named": external_id})
    row = rows.mappings().first()
    return None if row is None else _read_ever(row)


def _read_ever(row: Mapping[Any, Any]) -> tuple[bool, Member]:
    values = dict(row)
    return values.pop("removed_at") is None, _read(values)


async def all_members(conn: AsyncConnection) -> list[Member]:
    """Return all current staff, oldest first, except those by a Discord role, which may have been taken away."""
    permanent = staff.c.removed_at.is_(None) & staff.c.role_guild.is_(None)
    query = select(*_COLUMNS).where(permanent).order_by(staff.c.id)
    return [_read(row) for row in (await conn.execute(query)).mappings()]


async def former_and_current(conn: AsyncConnection, platform: PlatformName) -> list[tuple[bool, Member]]:
    """Return (is current, member) for everyone who was ever staff on a platform."""
    query = select(*_COLUMNS, staff.c.removed_at).where(staff.c.platform == platform).order_by(staff.c.id)
    return [_read_ever(row) for row in (await conn.execute(query)).mappings()]


async def by_ids(conn: AsyncConnection, ids: Iterable[int]) -> dict[int, Member]:
    """Return staff by id, including removed members, whom the audit log names."""
    rows = (await conn.execute(select(*_COLUMNS).where(staff.c.id.in_(set(ids))))).mappings()
    return {row["id"]: _read(row) for row in rows}


async def current(conn: AsyncConnection, ids: Iterable[int]) -> list[Member]:
    """Return which of these are staff today, whether by a Discord role or not."""
    query = select(*_COLUMNS).where(staff.c.id.in_(set(ids)), staff.c.removed_at.is_(None)).order_by(staff.c.id)
    return [_read(row) for row in (await conn.execute(query)).mappings()]


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
    role_guild: str | None = None,
    finance: bool = False,
) -> Member:
    """Add a staff member, change their role, or reinstate a removed one.

    `role_guild`: they are staff through a role in this Discord server, as long as they hold it. `finance`: with that
    right.
    """
    changed = [
        "role",
        "label",
        "locale",
        "added_by",
        "added_at",
        "removed_at",
        "expects",
        "expects_until",
        "role_guild",
        "finance",
    ]
    statement = upsert(conn, staff, ["platform", "external_id"], changed)
    row = {"platform": platform, "external_id": external_id, "role": role, "label": label, "locale": locale}
    fresh: dict[str, Any] = {"added_by": added_by, "added_at": at, "removed_at": None}
    fresh |= {"expects": None, "expects_until": None, "role_guild": role_guild, "finance": finance}
    await conn.execute(statement, row | fresh)
    member = await find(conn, platform, external_id)
    assert member is not None
    return member


async def remove(conn: AsyncConnection, staff_id: int, at: datetime) -> None:
    """Remove a staff member, whatever Discord roles they hold."""
    changes = {"removed_at": at, "expects": None, "role_guild": None, "finance": False}
    await conn.execute(update(staff).where(staff.c.id == staff_id).values(**changes))


async def remove_by_role(conn: AsyncConnection, staff_id: int, at: datetime) -> None:
    """Record that a member lost the Discord role that made them staff; with the role they are staff again."""
    by_role = (staff.c.id == staff_id) & staff.c.role_guild.is_not(None)
    await conn.execute(update(staff).where(by_role).values(removed_at=at, expects=None))


async def set_role(conn: AsyncConnection, staff_id: int, role: Role) -> None:
    """Change a member's role."""
    await conn.execute(update(staff).where(staff.c.id == staff_id).values(role=role))


async def set_finance(conn: AsyncConnection, staff_id: int, *, on: bool) -> None:
    """Give a member the finance right, or take it away."""
    await conn.execute(update(staff).where(staff.c.id == staff_id).values(finance=on))


async def set_locale(conn: AsyncConnection, staff_id: int, locale: Locale) -> None:
    """Set the language of a member's staff messages."""
    await conn.execute(update(staff).where(staff.c.id == staff_id).values(locale=locale))


async def set_prompt(conn: AsyncConnection, staff_id: int, what: str, until: datetime) -> None:
    """Store the prompt, `verb:argument`, that a member's next text answers if it comes before `until` (UTC)."""
    await conn.execute(update(staff).where(staff.c.id == staff_id).values(expects=what, expects_until=until))


async def clear_prompt(conn: AsyncConnection, staff_id: int) -> None:
    """Clear the prompt: a member's next text answers nothing."""
    await conn.execute(update(staff).where(staff.c.id == staff_id).values(expects=None, expects_until=None))


async def owner_count(conn: AsyncConnection, *, hold: bool = False) -> int:
    """Return the number of owners. `hold`: lock them until the transaction ends."""
    query = select(staff.c.id).where(staff.c.role == Role.OWNER, staff.c.removed_at.is_(None)).order_by(staff.c.id)
    return len((await conn.execute(query.with_for_update() if hold else query)).all())


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
    """Store the hash of a new one-time code."""
    values = {"hash": hashed, "role": role, "purpose": purpose, "made_by": made_by, "made_at": at, "ends_at": ends_at}
    await conn.execute(insert(staff_code).values(**values))


async def use_code(conn: AsyncConnection, hashed: str, at: datetime) -> tuple[Role, str, int | None] | None:
    """Use up a code and return its role, purpose and maker; None if it is unknown, used or expired."""
    fresh = staff_code.c.used_at.is_(None) & (staff_code.c.ends_at.is_(None) | (staff_code.c.ends_at > at))
    used = update(staff_code).where(staff_code.c.hash == hashed, fresh).values(used_at=at)
    row = (await conn.execute(used.returning(staff_code.c.role, staff_code.c.purpose, staff_code.c.made_by))).first()
    return None if row is None else (Role(row.role), row.purpose, row.made_by)


async def drop_codes_of(conn: AsyncConnection, maker: int) -> None:
    """Delete the unused codes that a member made."""
    await conn.execute(delete(staff_code).where(staff_code.c.made_by == maker, staff_code.c.used_at.is_(None)))


async def drop_codes(conn: AsyncConnection, purpose: str) -> None:
    """Delete the unused codes of a purpose."""
    await conn.execute(delete(staff_code).where(staff_code.c.purpose == purpose, staff_code.c.used_at.is_(None)))


# --- Discord roles --------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class RoleMapping:
    """A Discord role whose holders are staff."""

    guild_id: str
    role_id: str
    name: str
    role: Role
    finance: bool = False


async def set_discord_role(conn: AsyncConnection, new: RoleMapping, at: datetime) -> None:
    """Make the holders of a Discord role staff; at most editors."""
    assert new.role is not Role.OWNER, "a Discord role never makes owners"
    statement = upsert(conn, staff_role, ["guild_id", "role_id"], ["role", "name", "added_at", "finance"])
    row = {"guild_id": new.guild_id, "role_id": new.role_id, "name": new.name, "role": new.role, "finance": new.finance}
    await conn.execute(statement, row | {"added_at": at})


async def drop_discord_role(conn: AsyncConnection, guild_id: str, role_id: str) -> bool:
    """Stop a Discord role from making its holders staff; return whether it did."""
    mapped = (staff_role.c.guild_id == guild_id) & (staff_role.c.role_id == role_id)
    return (await conn.execute(delete(staff_role).where(mapped))).rowcount > 0


async def discord_roles(conn: AsyncConnection) -> list[RoleMapping]:
    """Return every Discord role whose holders are staff."""
    columns = (staff_role.c[name] for name in RoleMapping.__dataclass_fields__)
    rows = (await conn.execute(select(*columns).order_by(staff_role.c.added_at))).mappings()
    return [RoleMapping(**{**row, "role": Role(row["role"])}) for row in rows]


async def by_discord_roles(conn: AsyncConnection, guild_id: str, role_ids: Iterable[str]) -> tuple[Role, bool] | None:
    """Return the highest staff role that these Discord roles give, and whether the finance right; None for no role."""
    held = (staff_role.c.guild_id == guild_id) & staff_role.c.role_id.in_(set(role_ids))
    rows = (await conn.execute(select(staff_role.c.role, staff_role.c.finance).where(held))).all()
    if not rows:
        return None
    return max((Role(row.role) for row in rows), key=lambda role: role.rank), any(row.finance for row in rows)
