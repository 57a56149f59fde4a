"""`obole run`: the application until it is told to stop, or until a part of it ends by itself."""

import asyncio
import gc
import logging
import random
from collections.abc import Callable

from bot.app import running
from bot.domain.time import Clock
from bot.logs import log_loop_failure
from bot.settings import Settings
from bot.supervise import StopSignals, run_until
from bot.usecases.context import Context
from bot.usecases.staff.team import codes

log = logging.getLogger(__name__)


def tune_memory() -> None:
    """Keep the collector from looking again and again through what the start has loaded, which lives as long as the
    process: 0.1 s of standing still. Python's documentation of gc.freeze."""
    gc.collect()
    gc.freeze()


async def run_until_stopped(
    settings: Settings, *, clock: Clock, rng: random.Random, say: Callable[[str], None]
) -> None:
    """`obole run`: until SIGTERM or SIGINT, then stop cleanly and in time. `say` tells whoever started us what no log
    should keep: the code with which the first owner joins.

    Raises NotReady, and EndedUnexpectedly where a background task ends by itself.
    """
    asyncio.get_running_loop().set_exception_handler(log_loop_failure)
    signals = StopSignals()
    signals.listen()
    try:
        async with running(settings, clock=clock, rng=rng) as app:
            names = ", ".join(platform.name for platform in app.platforms)
            tune_memory()
            if (words := await first_owner_words(app.ctx)) is not None:
                say(words)
            log.info("running on %s; web on port %d", names, app.web.port)
            try:
                await run_until(signals.told, app.supervisor)
            finally:
                signals.start_deadline()
            log.info("stopping")
    finally:
        signals.start_deadline()


async def first_owner_words(ctx: Context) -> str | None:
    """How somebody becomes the first owner; None where there is one."""
    code = await codes.first_owner(ctx)
    if code is None:
        return None
    bot = ctx.identity.telegram_username
    link = f"\n  Telegram: https://t.me/{bot}?start=s_{code}" if bot else ""
    typed = f"  Telegram or Discord, to the bot in private: /equipe {code} or /team {code}"
    return f"Nobody runs this charity's bot yet. Within 24 hours, once:{link}\n{typed}"
