"""Correct the answer to "Are you 18 or over?", which people themselves can only change to *no*."""

from bot.domain.staff import Member
from bot.store.nudges import nudges
from bot.store.quick_give import cards
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action


async def correct(ctx: Context, supporter_id: int, by: Member, *, is_adult: bool) -> None:
    """Store what staff learned. Under 18, reminders and saved cards end with it, and `monthly_ends` ends the rest."""
    async with ctx.db.write_money() as conn:
        current = (await supporters.current_ids(conn, [supporter_id])).get(supporter_id)
        if current is None or not await supporters.correct_adult(conn, current, is_adult, ctx.clock()):
            return
        await cards.remove_barred(conn, current, ctx.clock())
        if is_adult:  # reminders left them out until now
            await nudges.set_next_checks(conn, {current: ctx.clock()})
        await log_action(ctx, conn, by, "supporter.adult" if is_adult else "supporter.minor", supporter=current)
