"""`obole run`: run the application until a signal, or until a background task ends unexpectedly."""

import asyncio
import logging
import random
from collections.abc import Callable

from bot.app import running
from bot.domain.time import Clock
from bot.logs import log_loop_failure
from bot.settings import Settings
from bot.supervise import StopSignals, run_until, tune_memory
from bot.usecases.context import Context
from bot.usecases.staff.team import codes

log = logging.getLogger(__name__)


async def run_until_stopped(
    settings: Settings, *, clock: Clock, rng: random.Random, print_line: Callable[[str], None]
) -> None:
    """Run until SIGTERM or SIGINT, then stop cleanly and in time.

    `print_line` prints what must not reach a log: the code with which the first owner joins.

    Raises NotReady, and EndedUnexpectedly if a background task ends.
    """
    asyncio.get_running_loop().set_exception_handler(log_loop_failure)
    signals = StopSignals()
    signals.listen()
    try:
        async with running(settings, clock=clock, rng=rng) as app:
            names = ", ".join(platform.name for platform in app.platforms)
            tune_memory()
            if (instructions := await first_owner_instructions(app.ctx)) is not None:
                print_line(instructions)
            log.info("running on %s; web on port %d", names, app.web.port)
            try:
                await run_until(signals.stop_requested, app.supervisor)
            finally:
                signals.start_deadline()
            log.info("stopping")
    finally:
        signals.start_deadline()


async def first_owner_instructions(ctx: Context) -> str | None:
    """Return instructions for becoming the first owner, or None if there is an owner."""
    code = await codes.first_owner(ctx)
    if code is None:
        return None
    bot = ctx.identity.telegram_username
    link = f"\n  Telegram: https://t.me/{bot}?start=s_{code}" if bot else ""
    typed = f"  Telegram or Discord, in a private message to the bot: /equipe {code} or /team {code}"
    return f"The bot has no owner yet. To become the first one, use this code once within 24 hours:{link}\n{typed}"
