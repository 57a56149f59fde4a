"""The audit log: who did what, written in the transaction of the action."""

from typing import Any

from bot.domain.staff import Member
from bot.store.core import audit
from bot.store.core.audit import AuditEntry
from bot.store.db import Connection
from bot.usecases.context import Context


async def log_action(ctx: Context, conn: Connection, who: Member | None, action: str, **details: Any) -> None:
    """Log an action in its own transaction. `who` None: automatic; TERMINAL: the command line on the server."""
    actor = "obole" if who is None else who.label
    staff_id = None if who is None or not who.id else who.id
    entry = AuditEntry(id=ctx.ids.new(), at=ctx.clock(), staff_id=staff_id, actor=actor, action=action, details=details)
    await audit.write(conn, entry)
