"""Audit: write down who did what, in the transaction of what was done."""

from typing import Any

from bot.domain.staff import Member
from bot.store.core import audit
from bot.store.core.audit import AuditEntry
from bot.store.db import Connection
from bot.usecases.context import Context


async def log_action(ctx: Context, conn: Connection, who: Member | None, action: str, **details: Any) -> None:
    """Write down what was done, in the transaction of what was done. `who` None: Obole by itself; TERMINAL: the
    machine's own command line."""
    actor = "obole" if who is None else who.label
    staff_id = None if who is None or not who.id else who.id
    act = AuditEntry(id=ctx.ids.new(), at=ctx.clock(), staff_id=staff_id, actor=actor, action=action, details=details)
    await audit.write(conn, act)
