"""Notify: a notice to all staff, written in the transaction of the fact."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.domain.people import Locale
from bot.store.core import notices
from bot.store.core.notices import Notice
from bot.store.db import Connection
from bot.usecases.context import Context
from content.cards import Card

Renderer = Callable[[Context, Notice, Locale], Awaitable[Card]]  # renders a notice when it is sent


async def notify_staff(ctx: Context, conn: Connection, key: str, kind: str, **args: Any) -> None:
    """Add a notice to all staff in the transaction of the fact; the same key is sent once."""
    now = ctx.clock()
    await notices.add(conn, Notice(id=ctx.ids.new(), key=key, kind=kind, args=args, due_at=now), now)
