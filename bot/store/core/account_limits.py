"""What accounts did that is limited, and what staff had set about accounts that were forgotten; by keyed hashes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.core.tables import account_act, account_bar
from bot.store.rows import write_rows


async def count(conn: AsyncConnection, kind: str, since: datetime, accounts: Sequence[str] | None = None) -> int:
    """Return how often this was done since then (UTC), by one account (under any of its hashes) or by everybody."""
    query = select(func.count()).select_from(account_act).where(account_act.c.kind == kind, account_act.c.at > since)
    if accounts is not None:
        query = query.where(account_act.c.account.in_(accounts))
    return int((await conn.execute(query)).scalar_one())


async def add(conn: AsyncConnection, account: str, kind: str, at: datetime) -> None:
    """An account did it once more."""
    await conn.execute(insert(account_act).values(account=account, kind=kind, at=at))


async def save_restriction(conn: AsyncConnection, account: str, kind: str, at: datetime) -> None:
    """Remember what staff had set about an account that is being forgotten."""
    row = {"account": account, "kind": kind, "at": at}
    await write_rows(conn, account_bar, [row], key=["account", "kind"], change=["at"])


async def take_restrictions(conn: AsyncConnection, accounts: Sequence[str], since: datetime) -> set[str]:
    """Return what was remembered since then about an account that is back, and let it go: it is set again."""
    theirs = account_bar.c.account.in_(accounts)
    query = select(account_bar.c.kind).where(theirs, account_bar.c.at > since)
    found = set((await conn.execute(query)).scalars())
    if found:
        await conn.execute(delete(account_bar).where(theirs))
    return found


async def delete_before(conn: AsyncConnection, acts_before: datetime, bars_before: datetime) -> None:
    """Erase what was done, and what was set, before these times (UTC)."""
    await conn.execute(delete(account_act).where(account_act.c.at < acts_before))
    await conn.execute(delete(account_bar).where(account_bar.c.at < bars_before))
