"""The figures about gifts in their circle that a supporter last saw."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.referrals import RoundedGifts
from bot.store.db import upsert
from bot.store.referrals.tables import circle_shown

Shown = tuple[RoundedGifts | None, RoundedGifts | None]  # of the people they invited, and of all levels together


async def last_shown(conn: AsyncConnection, supporter_id: int, since: datetime) -> Shown | None:
    """Return what a supporter was shown since then (UTC), or None."""
    query = select(circle_shown.c.figures).where(circle_shown.c.supporter_id == supporter_id, circle_shown.c.at > since)
    figures = (await conn.execute(query)).scalar_one_or_none()
    return None if figures is None else (_read(figures["direct"]), _read(figures["all"]))


async def store_shown(conn: AsyncConnection, supporter_id: int, shown: Shown, at: datetime) -> None:
    """Store what a supporter is shown now."""
    direct, of_all = shown
    row = {"supporter_id": supporter_id, "at": at, "figures": {"direct": _plain(direct), "all": _plain(of_all)}}
    await conn.execute(upsert(conn, circle_shown, ["supporter_id"], ["at", "figures"]), row)


def _plain(gave: RoundedGifts | None) -> dict[str, Any] | None:
    return None if gave is None else {"donors": gave.donors, "money": dict(gave.money)}


def _read(plain: dict[str, Any] | None) -> RoundedGifts | None:
    return None if plain is None else RoundedGifts(**plain)
