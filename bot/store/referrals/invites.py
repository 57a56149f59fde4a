"""Invites, the links that platforms made for them, and how often they were shared, opened and joined by."""

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
    """The day of a time, counted from 1970 in UTC."""
    return (at - _EPOCH).days


# --- invites --------------------------------------------------------------------------------------
async def of(conn: AsyncConnection, supporter_id: int) -> Invite | None:
    """Somebody's own invite, where it was made."""
    return await _one(conn, invite.c.supporter_id == supporter_id)


async def by_code(conn: AsyncConnection, code: str) -> Invite | None:
    """The invite behind a share code."""
    return await _one(conn, invite.c.code == code)


async def by_id(conn: AsyncConnection, invite_id: int) -> Invite | None:
    """The invite that a touch names."""
    return await _one(conn, invite.c.id == invite_id)


async def make(conn: AsyncConnection, new: Invite) -> Invite:
    """Keep a new invite; where its supporter has one already, that one."""
    row = {name: getattr(new, name) for name in Invite.__dataclass_fields__}
    await conn.execute(insert_or_ignore(conn, invite), [row])
    kept = await of(conn, new.supporter_id)
    assert kept is not None
    return kept


async def set_words(conn: AsyncConnection, invite_id: int, words: str | None) -> None:
    """What the donor wants to say with it."""
    await conn.execute(update(invite).where(invite.c.id == invite_id).values(words=words))


async def note_told_staff(conn: AsyncConnection, invite_id: int, at: datetime) -> bool:
    """Staff are told that it brought very many: True the first time."""
    row = (invite.c.id == invite_id) & invite.c.told_staff_at.is_(None)
    return (await conn.execute(update(invite).where(row).values(told_staff_at=at))).rowcount == 1


async def made_since(conn: AsyncConnection, since: datetime) -> int:
    """How many invites were made since a time (UTC)."""
    return int((await conn.execute(select(func.count()).where(invite.c.made_at >= since))).scalar_one())


async def forget(conn: AsyncConnection, supporter_id: int) -> None:
    """Nobody comes by this supporter's invite any more, and nothing of theirs stays on it.

    What platforms made for it is taken back at once, and as long as they do not do so counts as what a place holds.
    """
    await conn.execute(update(invite).where(invite.c.supporter_id == supporter_id).values(code=None, words=None))


async def _one(conn: AsyncConnection, which: Any) -> Invite | None:
    row = (await conn.execute(select(*_INVITE).where(which))).mappings().first()
    return None if row is None else Invite(**row)


# --- links of platforms ---------------------------------------------------------------------------
async def links(conn: AsyncConnection, invite_id: int) -> list[InviteLink]:
    """What platforms made for an invite and still honour, the newest first."""
    mine = (invite_link.c.invite_id == invite_id) & invite_link.c.gone_at.is_(None)
    return _links((await conn.execute(select(*_LINK).where(mine).order_by(invite_link.c.id.desc()))).mappings())


async def links_into(conn: AsyncConnection, platform: PlatformName, place: str) -> list[InviteLink]:
    """All links into a chat or server that are still honoured, those first that have brought nobody for longest."""
    there = (invite_link.c.platform == platform) & (invite_link.c.place == place) & invite_link.c.gone_at.is_(None)
    idle = func.coalesce(invite_link.c.used_at, invite_link.c.made_at)
    return _links((await conn.execute(select(*_LINK).where(there).order_by(idle, invite_link.c.id))).mappings())


async def link_by_code(conn: AsyncConnection, platform: PlatformName, code: str) -> InviteLink | None:
    """The link that a platform names, a recycled one too: who comes by it comes by that invite."""
    named = (invite_link.c.platform == platform) & (invite_link.c.code == code)
    row = (await conn.execute(select(*_LINK).where(named))).mappings().first()
    return None if row is None else InviteLink(**row)


async def add_link(conn: AsyncConnection, new: InviteLink) -> None:
    """Keep what a platform has made."""
    await conn.execute(insert(invite_link).values(**{n: getattr(new, n) for n in InviteLink.__dataclass_fields__}))


async def drop_links(conn: AsyncConnection, ids: Iterable[int], at: datetime) -> None:
    """These are no longer honoured."""
    still = invite_link.c.id.in_(list(ids)) & invite_link.c.gone_at.is_(None)
    await conn.execute(update(invite_link).where(still).values(gone_at=at))


async def set_uses(conn: AsyncConnection, link_id: int, uses: int, used_at: datetime | None = None) -> None:
    """How often a link was used, as the platform says; `used_at`: it has just brought somebody."""
    values = {"uses": uses} | ({"used_at": used_at} if used_at else {})
    await conn.execute(update(invite_link).where(invite_link.c.id == link_id).values(**values))


def _links(rows: Iterable[RowMapping]) -> list[InviteLink]:
    return [InviteLink(**row) for row in rows]


# --- how often ------------------------------------------------------------------------------------
async def count(
    conn: AsyncConnection, invite_id: int, kind: Kind, at: datetime, campaign_id: int = 0, number: int = 1
) -> None:
    """Note that an invite was shared, opened, or brought somebody in, so many times."""
    row = {"invite_id": invite_id, "day": day_number(at), "kind": kind, "campaign_id": campaign_id, "number": number}
    key = ["invite_id", "day", "kind", "campaign_id"]
    await write_rows(conn, invite_count, [row], key=key, add=["number"])


async def counted(conn: AsyncConnection, invite_id: int, kind: Kind, since: datetime | None = None) -> int:
    """How often that happened to one invite, from a day on (UTC)."""
    query = select(func.coalesce(func.sum(invite_count.c.number), 0)).where(
        invite_count.c.invite_id == invite_id,
        invite_count.c.kind == kind,
        invite_count.c.day >= (day_number(since) if since else 0),
    )
    return int((await conn.execute(query)).scalar_one())
