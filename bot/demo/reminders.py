"""The days between a first gift and its reminder, which the story and whoever plays may let pass."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.nudges import PolicyName
from bot.store.nudges import figures
from bot.usecases.nudges import plan

if TYPE_CHECKING:
    from bot.demo.stage import Stage

_DUE = 11  # days: the second gift is asked for from the tenth on
_SPREAD = timedelta(hours=6)  # over which those are spread whose time came while nobody looked


async def let_them_fall_due(stage: Stage) -> None:
    """Eleven days pass; whoever gave once and agreed is due, and what was drawn to be sent has come."""
    await stage.until_morning(_DUE)
    await plan.tick(stage.app.ctx)  # or the bot's own, which may come first
    await stage.let_pass(_SPREAD)
    await stage.all_sent()


async def drawn(stage: Stage) -> dict[str, int]:
    """How many were drawn so far to be reminded of a second gift (`sent`), and how many not to be (`held_out`)."""
    ctx, arms = stage.app.ctx, {"sent": 0, "held_out": 0}
    async with ctx.db.read() as conn:
        for cell in await figures.cells(conn, PolicyName.SECOND_GIFT, timedelta(), ctx.clock()):
            arms[cell.arm] += cell.assigned
    return arms
