"""Counted actions of accounts, and restrictions on forgotten accounts; by keyed hashes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.core.tables import account_act, account_bar
from bot.store.rows import write_rows


async def count(conn: AsyncConnection, kind: str, since: datetime, accounts: Sequence[str] | None = None) -> int:
    """Return how often this was done since then (UTC), by one account (any of its hashes) or by all."""
    query = select(func.count()).select_from(account_act).where(account_act.c.kind == kind, account_act.c.at > since)
    if accounts is not None:
        query = query.where(account_act.c.account.in_(accounts))
    return int((await conn.execute(query)).scalar_one())


async def add(conn: AsyncConnection, account: str, kind: str, at: datetime) -> None:
    """Count an action of an account."""
    await conn.execute(insert(account_act).values(account=account, kind=kind, at=at))


async def undo(conn: AsyncConnection, accounts: Sequence[str], kind: str) -> None:
    """Count no longer what an account (any of its hashes) did of this kind."""
    await conn.execute(delete(account_act).where(account_act.c.kind == kind, account_act.c.account.in_(accounts)))


async def save_restriction(conn: AsyncConnection, account: str, kind: str, at: datetime) -> None:
    """Store a restriction on an account that is being forgotten."""
    row = {"account": account, "kind": kind, "at": at}
    await write_rows(conn, account_bar, [row], key=["account", "kind"], change=["at"])


async def take_restrictions(conn: AsyncConnection, accounts: Sequence[str], since: datetime) -> set[str]:
    """Return and delete the restrictions stored since then for a returning account."""
    theirs = account_bar.c.account.in_(accounts)
    query = select(account_bar.c.kind).where(theirs, account_bar.c.at > since)
    kinds = set((await conn.execute(query)).scalars())
    if kinds:
        await conn.execute(delete(account_bar).where(theirs))
    return kinds


async def delete_before(conn: AsyncConnection, acts_before: datetime, bars_before: datetime) -> None:
    """Delete actions and restrictions from before these times (UTC)."""
    await conn.execute(delete(account_act).where(account_act.c.at < acts_before))
    await conn.execute(delete(account_bar).where(account_bar.c.at < bars_before))
