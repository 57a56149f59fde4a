"""The audit log: who did what, written in the transaction of the action."""

from typing import Any

from bot.domain.staff import Member
from bot.store.core import audit
from bot.store.core.audit import AuditEntry
from bot.store.db import Connection
from bot.usecases.context import Context


async def log_action(ctx: Context, conn: Connection, member: Member | None, action: str, **details: Any) -> None:
    """Log an action, in its transaction. `member`: None if it is automatic, TERMINAL for the command line."""
    actor = "obole" if member is None else member.label
    staff_id = None if member is None or not member.id else member.id
    entry = AuditEntry(id=ctx.ids.new(), at=ctx.clock(), staff_id=staff_id, actor=actor, action=action, details=details)
    await audit.write(conn, entry)
