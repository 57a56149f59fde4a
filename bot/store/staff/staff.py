"""Staff, their one-time codes, and what their next text answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Locale, PlatformName
from bot.domain.staff import Member, Role
from bot.store.db import upsert
from bot.store.staff.tables import staff, staff_code, staff_role

_COLUMNS = tuple(staff.c[name] for name in Member.__dataclass_fields__)


def _read(row: Mapping[Any, Any]) -> Member:
    return Member(**{**row, "role": Role(row["role"])})


async def find(conn: AsyncConnection, platform: PlatformName, external_id: str) -> Member | None:
    """Who of the staff this is; None for everybody else, and for those who were removed."""
    query = select(*_COLUMNS).where(
        staff.c.platform == platform, staff.c.external_id == external_id, staff.c.removed_at.is_(None)
    )
    row = (await conn.execute(query)).mappings().first()
    return None if row is None else _read(row)


async def all_members(conn: AsyncConnection) -> list[Member]:
    """All staff of today, the longest there first; without those who are it by a Discord role, which may be gone."""
    permanent = staff.c.removed_at.is_(None) & staff.c.role_guild.is_(None)
    query = select(*_COLUMNS).where(permanent).order_by(staff.c.id)
    return [_read(row) for row in (await conn.execute(query)).mappings()]


async def former_and_current(conn: AsyncConnection, platform: PlatformName) -> list[tuple[bool, Member]]:
    """Everybody who was ever staff on a platform, and whether they still are."""
    query = select(*_COLUMNS, staff.c.removed_at).where(staff.c.platform == platform).order_by(staff.c.id)
    rows = [dict(row) for row in (await conn.execute(query)).mappings()]
    return [(row.pop("removed_at") is None, _read(row)) for row in rows]


async def by_ids(conn: AsyncConnection, ids: Iterable[int]) -> dict[int, Member]:
    """Staff by id, those who were removed too: the log speaks of them."""
    rows = (await conn.execute(select(*_COLUMNS).where(staff.c.id.in_(set(ids))))).mappings()
    return {row["id"]: _read(row) for row in rows}


async def current(conn: AsyncConnection, ids: Iterable[int]) -> list[Member]:
    """Those of them who are staff today, by a Discord role or by themselves."""
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
) -> Member:
    """Make somebody staff, or give them another role; who was removed is staff again.

    `role_guild`: they are it by a role in this Discord server, for as long as they hold that.
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
    ]
    statement = upsert(conn, staff, ["platform", "external_id"], changed)
    row = {"platform": platform, "external_id": external_id, "role": role, "label": label, "locale": locale}
    fresh: dict[str, Any] = {"added_by": added_by, "added_at": at, "removed_at": None}
    fresh |= {"expects": None, "expects_until": None, "role_guild": role_guild}
    await conn.execute(statement, row | fresh)
    found = await find(conn, platform, external_id)
    assert found is not None
    return found


async def remove(conn: AsyncConnection, staff_id: int, at: datetime) -> None:
    """From now on they may do nothing, whatever Discord roles they hold."""
    out = {"removed_at": at, "expects": None, "role_guild": None}
    await conn.execute(update(staff).where(staff.c.id == staff_id).values(**out))


async def remove_by_role(conn: AsyncConnection, staff_id: int, at: datetime) -> None:
    """The Discord role that made them staff is gone; with it they may come back."""
    by_role = (staff.c.id == staff_id) & staff.c.role_guild.is_not(None)
    await conn.execute(update(staff).where(by_role).values(removed_at=at, expects=None))


async def was_removed(conn: AsyncConnection, platform: PlatformName, external_id: str) -> bool:
    """Whether an owner has taken them off, so that no Discord role makes them staff."""
    taken_off = staff.c.removed_at.is_not(None) & staff.c.role_guild.is_(None)
    query = select(staff.c.id).where(staff.c.platform == platform, staff.c.external_id == external_id, taken_off)
    return (await conn.execute(query)).first() is not None


async def role_guilds(conn: AsyncConnection, external_id: str) -> list[str]:
    """The Discord servers in which somebody has been staff by a role; empty for nearly everybody."""
    here = (staff.c.platform == "discord") & (staff.c.external_id == external_id)
    query = select(staff.c.role_guild).where(here, staff.c.role_guild.is_not(None))
    return [guild for guild in (await conn.execute(query)).scalars() if guild is not None]


async def set_role(conn: AsyncConnection, staff_id: int, role: Role) -> None:
    """Let somebody do more, or less."""
    await conn.execute(update(staff).where(staff.c.id == staff_id).values(role=role))


async def set_locale(conn: AsyncConnection, staff_id: int, locale: Locale) -> None:
    """The language in which they read what is for staff."""
    await conn.execute(update(staff).where(staff.c.id == staff_id).values(locale=locale))


async def set_prompt(conn: AsyncConnection, staff_id: int, what: str, until: datetime) -> None:
    """Remember what their next text answers, `verb:argument`, if it comes before then (UTC)."""
    await conn.execute(update(staff).where(staff.c.id == staff_id).values(expects=what, expects_until=until))


async def clear_prompt(conn: AsyncConnection, staff_id: int) -> None:
    """Their next text answers nothing any more."""
    await conn.execute(update(staff).where(staff.c.id == staff_id).values(expects=None, expects_until=None))


async def owner_count(conn: AsyncConnection, *, hold: bool = False) -> int:
    """How many owners there are. `hold`: until the transaction ends nobody else makes them fewer."""
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
    """Keep the hash of a new one-time code."""
    values = {"hash": hashed, "role": role, "purpose": purpose, "made_by": made_by, "made_at": at, "ends_at": ends_at}
    await conn.execute(insert(staff_code).values(**values))


async def use_code(conn: AsyncConnection, hashed: str, at: datetime) -> tuple[Role, str, int | None] | None:
    """Use a code up: its role, purpose and maker; None where it is unknown, used or too old."""
    fresh = staff_code.c.used_at.is_(None) & (staff_code.c.ends_at.is_(None) | (staff_code.c.ends_at > at))
    used = update(staff_code).where(staff_code.c.hash == hashed, fresh).values(used_at=at)
    row = (await conn.execute(used.returning(staff_code.c.role, staff_code.c.purpose, staff_code.c.made_by))).first()
    return None if row is None else (Role(row.role), row.purpose, row.made_by)


async def drop_codes_of(conn: AsyncConnection, maker: int) -> None:
    """Codes that somebody made and nobody has used are worth nothing any more."""
    await conn.execute(delete(staff_code).where(staff_code.c.made_by == maker, staff_code.c.used_at.is_(None)))


async def drop_codes(conn: AsyncConnection, purpose: str) -> None:
    """Codes of a purpose that nobody has used are worth nothing any more."""
    await conn.execute(delete(staff_code).where(staff_code.c.purpose == purpose, staff_code.c.used_at.is_(None)))


# --- Discord roles --------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class RoleMapping:
    """A Discord role whose holders are staff."""

    guild_id: str
    role_id: str
    name: str
    role: Role


async def set_discord_role(conn: AsyncConnection, new: RoleMapping, at: datetime) -> None:
    """The holders of a Discord role are staff from now on; at most editors."""
    assert new.role is not Role.OWNER, "a Discord role never makes owners"
    statement = upsert(conn, staff_role, ["guild_id", "role_id"], ["role", "name", "added_at"])
    row = {"guild_id": new.guild_id, "role_id": new.role_id, "name": new.name, "role": new.role, "added_at": at}
    await conn.execute(statement, row)


async def drop_discord_role(conn: AsyncConnection, guild_id: str, role_id: str) -> bool:
    """Its holders are staff no more; whether they were."""
    here = (staff_role.c.guild_id == guild_id) & (staff_role.c.role_id == role_id)
    return (await conn.execute(delete(staff_role).where(here))).rowcount > 0


async def discord_roles(conn: AsyncConnection) -> list[RoleMapping]:
    """Every Discord role that makes somebody staff."""
    columns = (staff_role.c[name] for name in RoleMapping.__dataclass_fields__)
    rows = (await conn.execute(select(*columns).order_by(staff_role.c.added_at))).mappings()
    return [RoleMapping(**{**row, "role": Role(row["role"])}) for row in rows]


async def by_discord_roles(conn: AsyncConnection, guild_id: str, role_ids: Iterable[str]) -> Role | None:
    """The highest staff role that these Discord roles give; None where they give none."""
    query = select(staff_role.c.role).where(staff_role.c.guild_id == guild_id, staff_role.c.role_id.in_(set(role_ids)))
    found = [Role(role) for role in (await conn.execute(query)).scalars()]
    return max(found, key=lambda role: role.rank, default=None)
