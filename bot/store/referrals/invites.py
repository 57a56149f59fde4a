"""Invites, their links on platforms, and how often they were shared, opened and joined by."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import PlatformName
from bot.domain.referrals import Invite, InviteLink
from bot.store.db import insert_or_ignore
from bot.store.referrals.tables import invite, invite_count, invite_link
from bot.store.rows import write_rows

Kind = Literal["shared", "opened", "joined"]
_INVITE = tuple(invite.c[name] for name in Invite.__dataclass_fields__)
_LINK = tuple(invite_link.c[name] for name in InviteLink.__dataclass_fields__)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day_number(at: datetime) -> int:
    """Return the UTC day of a time as a number of days since 1970."""
    return (at - _EPOCH).days


# --- invites --------------------------------------------------------------------------------------
async def of_supporter(conn: AsyncConnection, supporter_id: int) -> Invite | None:
    """Return a supporter's invite, or None."""
    return await _one(conn, invite.c.supporter_id == supporter_id)


async def by_code(conn: AsyncConnection, code: str) -> Invite | None:
    """Return the invite with a share code, or None."""
    return await _one(conn, invite.c.code == code)


async def by_id(conn: AsyncConnection, invite_id: int) -> Invite | None:
    """Return the invite with an id, which is also the id of its touches."""
    return await _one(conn, invite.c.id == invite_id)


async def create(conn: AsyncConnection, new: Invite) -> Invite:
    """Store a new invite; return it, or the one that the supporter already has."""
    row = {name: getattr(new, name) for name in Invite.__dataclass_fields__}
    await conn.execute(insert_or_ignore(conn, invite), [row])
    stored = await of_supporter(conn, new.supporter_id)
    assert stored is not None
    return stored


async def set_words(conn: AsyncConnection, invite_id: int, words: str | None) -> None:
    """Set the donor's own text; None restores the default text."""
    await conn.execute(update(invite).where(invite.c.id == invite_id).values(words=words))


async def record_staff_notified(conn: AsyncConnection, invite_id: int, at: datetime) -> bool:
    """Record that staff were notified of its many newcomers; return True the first time."""
    row = (invite.c.id == invite_id) & invite.c.told_staff_at.is_(None)
    return (await conn.execute(update(invite).where(row).values(told_staff_at=at))).rowcount == 1


async def disable(conn: AsyncConnection, supporter_id: int) -> None:
    """Disable a supporter's invite and erase its text.

    Its links on platforms are revoked separately; until then they count towards a place's limit.
    """
    await conn.execute(update(invite).where(invite.c.supporter_id == supporter_id).values(code=None, words=None))


async def _one(conn: AsyncConnection, which: Any) -> Invite | None:
    row = (await conn.execute(select(*_INVITE).where(which))).mappings().first()
    return None if row is None else Invite(**row)


# --- links on platforms ---------------------------------------------------------------------------
async def links(conn: AsyncConnection, invite_id: int) -> list[InviteLink]:
    """Return an invite's active links on platforms, newest first."""
    mine = (invite_link.c.invite_id == invite_id) & invite_link.c.gone_at.is_(None)
    return _links((await conn.execute(select(*_LINK).where(mine).order_by(invite_link.c.id.desc()))).mappings())


async def links_into(conn: AsyncConnection, platform: PlatformName, place: str) -> list[InviteLink]:
    """Return all active links into a chat or server, the longest unused first."""
    there = (invite_link.c.platform == platform) & (invite_link.c.place == place) & invite_link.c.gone_at.is_(None)
    idle = func.coalesce(invite_link.c.used_at, invite_link.c.made_at)
    return _links((await conn.execute(select(*_LINK).where(there).order_by(idle, invite_link.c.id))).mappings())


async def link_by_code(conn: AsyncConnection, platform: PlatformName, code: str) -> InviteLink | None:
    """Return the link with a platform's code, including revoked ones: joining by it still counts for that invite."""
    named = (invite_link.c.platform == platform) & (invite_link.c.code == code)
    row = (await conn.execute(select(*_LINK).where(named))).mappings().first()
    return None if row is None else InviteLink(**row)


async def add_link(conn: AsyncConnection, new: InviteLink) -> None:
    """Store a link that a platform created."""
    await conn.execute(insert(invite_link).values(**{n: getattr(new, n) for n in InviteLink.__dataclass_fields__}))


async def drop_links(conn: AsyncConnection, ids: Iterable[int], at: datetime) -> None:
    """Record that these links no longer work."""
    still = invite_link.c.id.in_(list(ids)) & invite_link.c.gone_at.is_(None)
    await conn.execute(update(invite_link).where(still).values(gone_at=at))


async def set_uses(conn: AsyncConnection, link_id: int, uses: int, used_at: datetime | None = None) -> None:
    """Set how often a link was used according to the platform; `used_at`: when someone just joined by it (UTC)."""
    values = {"uses": uses} | ({"used_at": used_at} if used_at else {})
    await conn.execute(update(invite_link).where(invite_link.c.id == link_id).values(**values))


def _links(rows: Iterable[RowMapping]) -> list[InviteLink]:
    return [InviteLink(**row) for row in rows]


# --- counts ---------------------------------------------------------------------------------------
async def count(
    conn: AsyncConnection, invite_id: int, kind: Kind, at: datetime, campaign_id: int = 0, number: int = 1
) -> None:
    """Count that an invite was shared, opened or joined by `number` times."""
    row = {"invite_id": invite_id, "day": day_number(at), "kind": kind, "campaign_id": campaign_id, "number": number}
    key = ["invite_id", "day", "kind", "campaign_id"]
    await write_rows(conn, invite_count, [row], key=key, add=["number"])
