"""SQLite's file deleted or replaced while we run: nothing is written any more, and staff are told without it."""

import logging
from collections.abc import Sequence

from bot.usecases.context import Context
from bot.usecases.ports import Platform
from bot.usecases.staff import notices
from content import messages_operation as words

log = logging.getLogger(__name__)


async def tick(ctx: Context, platforms: Sequence[Platform]) -> bool:
    """Look at the file; whether it is lost. Staff are told once for each loss."""
    before, now = ctx.db.watch.lost, ctx.db.watch.look()
    if not now or before:
        return bool(now)
    log.critical("%s: nothing is written any more", now)
    if ctx.db.watch.lost:
        key = f"database_lost:{int(ctx.clock().timestamp())}"
        await notices.tell_directly(ctx, platforms, lambda locale: words.database_lost(ctx.catalog, locale), key)
    return True
