"""Delete what has been kept for as long as it is needed, while gifts go on being written."""

import asyncio
import logging

from bot.store.broadcasts.recipient_sums import KEPT, sum_some
from bot.store.retention import RETENTION, Retention, delete_some
from bot.usecases.context import Context

log = logging.getLogger(__name__)

_BATCH = 200
_MOST_BATCHES = 500  # in one run for one table; the next run goes on
_BREATH = 0.02  # seconds between two batches, in which whoever waits for the writer gets it


async def delete_old(ctx: Context) -> int:
    """Delete rows whose retention is over; return how many. Run by the schedule."""
    deleted = 0
    for one in RETENTION:
        deleted += await _delete_old_rows(ctx, one)
    return deleted + await _sum_old_recipients(ctx)


async def _delete_old_rows(ctx: Context, one: Retention) -> int:
    deleted = 0
    for _ in range(_MOST_BATCHES):
        async with ctx.db.write() as conn:
            batch = await delete_some(conn, one, ctx.clock(), _BATCH)
        deleted += batch
        if batch < _BATCH:
            break
        await asyncio.sleep(_BREATH)
    if deleted:
        log.info("%d rows of %s were older than %d days and were deleted", deleted, one.table.name, one.kept.days)
    return deleted


async def _sum_old_recipients(ctx: Context) -> int:
    deleted = 0
    for _ in range(_MOST_BATCHES):
        async with ctx.db.write() as conn:
            batch = await sum_some(conn, ctx.clock(), _BATCH)
        if batch is None:
            break
        deleted += batch
        await asyncio.sleep(_BREATH)
    if deleted:
        log.info("%d copies of broadcasts were older than %d days: counted and deleted", deleted, KEPT.days)
    return deleted
