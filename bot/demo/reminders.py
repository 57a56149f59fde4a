"""The days between a first gift and its reminder, which the scenario and the page can skip."""

from __future__ import annotations

from datetime import timedelta

from bot.demo.environment import Environment
from bot.domain.nudges import PolicyName
from bot.store.nudges import figures
from bot.usecases.nudges import plan

_DUE = 11  # days; a second gift is asked for from day ten
_SPREAD = timedelta(hours=6)  # over which overdue reminders are spread


async def let_them_fall_due(env: Environment) -> None:
    """Advance the clock by eleven days, until the reminders of those who gave once and agreed are sent."""
    await env.until_morning(_DUE)
    await plan.tick(env.app.ctx)  # unless the bot's own job came first
    await env.let_pass(_SPREAD)
    await env.all_sent()


async def drawn(env: Environment) -> dict[str, int]:
    """Return how many decisions about a second gift were drawn so far, by arm: `sent` and `held_out`."""
    ctx, arms = env.app.ctx, {"sent": 0, "held_out": 0}
    async with ctx.db.read() as conn:
        for cell in await figures.cells(conn, PolicyName.SECOND_GIFT, timedelta(), ctx.clock()):
            arms[cell.arm] += cell.assigned
    return arms
