"""Detect the loss of SQLite's file while running: writing stops, and staff are notified without the database."""

import logging
from collections.abc import Sequence

from bot.usecases.context import Context
from bot.usecases.ports import Platform
from bot.usecases.staff import notices
from content.messages import staff_operations as messages

log = logging.getLogger(__name__)


async def tick(ctx: Context, platforms: Sequence[Platform]) -> bool:
    """Check the file; return whether it is lost. Log each change once, and notify staff once for each loss."""
    watch = ctx.db.watch
    was_lost, before = bool(watch.lost), watch.seen
    now = watch.look()
    if now != before:
        _log_change(now, lost=bool(watch.lost))
    if watch.lost and not was_lost:
        key = f"database_lost:{int(ctx.clock().timestamp())}"
        await notices.send_directly(ctx, platforms, lambda locale: messages.database_lost(ctx.catalog, locale), key)
    if not watch.lost:
        await ctx.db.mark_file()
    return bool(watch.lost)


def _log_change(now: str, *, lost: bool) -> None:
    if lost:
        log.critical("%s: nothing is written any more", now)
    elif now:
        log.error("%s; writing goes on, but a loss would not be noticed", now)
    else:
        log.warning("the database's file is the one that was opened: writing goes on")
