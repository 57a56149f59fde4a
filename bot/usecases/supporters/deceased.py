"""Record that a supporter has died: nothing is sent to them any more, and their monthly gifts end.

Every worker checks it: the outbox when it renders, broadcasts when they choose and claim recipients, reminders and
impact updates when they look for an address. Monthly gifts that another person may pay continue.
"""

from typing import Literal

from bot.domain.gifts import Pledge
from bot.domain.staff import Member
from bot.store.db import Connection
from bot.store.monthly import pledges
from bot.store.nudges import nudges
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action
from bot.usecases.core.isolate import each_at_stripe

Source = Literal["family", "notice", "other"]
SOURCES: tuple[Source, ...] = ("family", "notice", "other")  # how staff learned of it; no free text, which may name
_JOB = "the end of a deceased person's monthly gift"
_BATCH = 50


async def record(ctx: Context, supporter_id: int, source: Source, by: Member) -> None:
    """Record a death. Their messages stop with this transaction; `end_monthly` then ends their monthly gifts."""
    async with ctx.db.write_money() as conn:
        current = await _current(conn, supporter_id)
        if current is not None and await supporters.set_deceased(conn, current, ctx.clock()):
            await log_action(ctx, conn, by, "supporter.deceased", supporter=current, reason=source)


async def undo(ctx: Context, supporter_id: int, by: Member) -> None:
    """Take a mistaken record back: messages may be sent again. What was dropped meanwhile stays so, as do the ends."""
    async with ctx.db.write_money() as conn:
        current = await _current(conn, supporter_id)
        if current is not None and await supporters.set_deceased(conn, current, None):
            await nudges.set_next_checks(conn, {current: ctx.clock()})
            await log_action(ctx, conn, by, "supporter.not_deceased", supporter=current)


async def _current(conn: Connection, supporter_id: int) -> int | None:
    return (await supporters.current_ids(conn, [supporter_id])).get(supporter_id)


async def end_monthly(ctx: Context) -> int:
    """End the monthly gifts of deceased supporters, also those that began since; return how many.

    Raises GatewayError if Stripe is down or refuses the key; the next round tries again.
    """
    async with ctx.db.read() as conn:
        due = await pledges.of_deceased(conn, _BATCH)
    return await each_at_stripe(ctx, _JOB, due, lambda one: _end(ctx, one), name=lambda one: one.subscription)


async def _end(ctx: Context, one: Pledge) -> bool:
    await ctx.gateway.end_pledge(one.subscription, f"obole-pledge-{one.subscription}-end")
    async with ctx.db.write_money() as conn:
        await pledges.set_status(conn, one.subscription, "canceled", ctx.clock())
    return True
