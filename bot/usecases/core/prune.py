"""Delete rows after their retention, while gifts keep being written."""

import asyncio
import logging

from bot.store.broadcasts.recipient_sums import KEPT, sum_some
from bot.store.retention import RETENTION, Retention, delete_some
from bot.usecases.context import Context

log = logging.getLogger(__name__)

_BATCH = 200
_MOST_BATCHES = 500  # per run and table; the next run continues
_PAUSE = 0.02  # seconds between two batches, so that other writers get the database


async def delete_old(ctx: Context) -> int:
    """Delete rows whose retention is over; return how many. Run by the schedule."""
    deleted = 0
    for retention in RETENTION:
        deleted += await _delete_old_rows(ctx, retention)
    return deleted + await _sum_old_recipients(ctx)


async def _delete_old_rows(ctx: Context, retention: Retention) -> int:
    deleted = 0
    for _ in range(_MOST_BATCHES):
        async with ctx.db.write() as conn:
            batch = await delete_some(conn, retention, ctx.clock(), _BATCH)
        deleted += batch
        if batch < _BATCH:
            break
        await asyncio.sleep(_PAUSE)
    if deleted:
        log.info(
            "%d rows of %s were older than %d days and were deleted", deleted, retention.table.name, retention.kept.days
        )
    return deleted


async def _sum_old_recipients(ctx: Context) -> int:
    deleted = 0
    for _ in range(_MOST_BATCHES):
        async with ctx.db.write() as conn:
            batch = await sum_some(conn, ctx.clock(), _BATCH)
        if batch is None:
            break
        deleted += batch
        await asyncio.sleep(_PAUSE)
    if deleted:
        log.info("%d copies of broadcasts were older than %d days: counted and deleted", deleted, KEPT.days)
    return deleted
