"""The audit log: who did what, and when. Only ever added to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.core.tables import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that was done. `actor`: a label of the staff, "terminal" or "obole"."""

    id: int
    at: datetime
    staff_id: int | None
    actor: str
    action: str  # a dotted name, such as broadcast.stopped
    details: Mapping[str, Any]


async def write(conn: AsyncConnection, act: AuditEntry) -> None:
    """Add one act, in the transaction of what was done."""
    values = {name: getattr(act, name) for name in AuditEntry.__dataclass_fields__}
    await conn.execute(insert(audit).values(**values | {"details": dict(act.details)}))


async def latest(conn: AsyncConnection, limit: int, *, action: str | None = None) -> list[AuditEntry]:
    """The newest acts, the newest first; `action`: only those whose name begins so."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if action is not None:
        query = query.where(audit.c.action.startswith(action, autoescape=True))
    return [AuditEntry(**row) for row in (await conn.execute(query)).mappings()]
