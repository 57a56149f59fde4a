"""Record that a supporter has died: nothing is sent to them any more, and their monthly gifts end.

Every worker checks it: the outbox when it renders, broadcasts when they choose and claim recipients, reminders and
impact updates when they look for an address. Monthly gifts that another person may pay continue.
"""

from typing import Literal

from bot.domain.staff import Member
from bot.store.db import Connection
from bot.store.nudges import nudges
from bot.store.quick_give import cards
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action

Source = Literal["family", "notice", "other"]
SOURCES: tuple[Source, ...] = ("family", "notice", "other")  # how staff learned of it; no free text, which may name


async def record(ctx: Context, supporter_id: int, source: Source, by: Member) -> None:
    """Record a death. Messages and saved cards end with this transaction; `monthly_ends` then ends monthly gifts."""
    async with ctx.db.write_money() as conn:
        current = await _current(conn, supporter_id)
        if current is not None and await supporters.set_deceased(conn, current, ctx.clock()):
            await cards.remove_barred(conn, current, ctx.clock())
            await log_action(ctx, conn, by, "supporter.deceased", supporter=current, reason=source)


async def undo(ctx: Context, supporter_id: int, by: Member) -> None:
    """Take a mistaken record back: messages may be sent again. What was dropped or removed meanwhile stays so."""
    async with ctx.db.write_money() as conn:
        current = await _current(conn, supporter_id)
        if current is not None and await supporters.set_deceased(conn, current, None):
            await nudges.set_next_checks(conn, {current: ctx.clock()})
            await log_action(ctx, conn, by, "supporter.not_deceased", supporter=current)


async def _current(conn: Connection, supporter_id: int) -> int | None:
    return (await supporters.current_ids(conn, [supporter_id])).get(supporter_id)
