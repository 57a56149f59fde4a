"""The audit log: who did what, and when. Append-only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.core.tables import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One logged action. `actor`: a member's label, "terminal" or "obole"."""

    id: int
    at: datetime
    staff_id: int | None
    actor: str
    action: str  # a dotted name, such as broadcast.stopped
    details: Mapping[str, Any]


async def write(conn: AsyncConnection, logged: AuditEntry) -> None:
    """Add one entry, in the transaction of the action."""
    values = {name: getattr(logged, name) for name in AuditEntry.__dataclass_fields__}
    await conn.execute(insert(audit).values(**values | {"details": dict(logged.details)}))


async def latest(conn: AsyncConnection, limit: int, *, action: str | None = None) -> list[AuditEntry]:
    """Return the newest entries, the newest first; `action`: only names that start with it."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if action is not None:
        query = query.where(audit.c.action.startswith(action, autoescape=True))
    return [AuditEntry(**row) for row in (await conn.execute(query)).mappings()]
