"""Notify staff of unexpected errors, at most once an hour for each place."""

from datetime import timedelta

from bot.store.core import notices
from bot.usecases.context import Context
from bot.usecases.core.notify import notify_staff

FAILING = "failing"  # the notice
_APART = timedelta(hours=1)


async def tick(ctx: Context) -> int:
    """Write a notice for each place that failed and was not reported within the hour; return how many."""
    now, failures = ctx.clock(), ctx.failures
    due = [
        where
        for where in failures.waiting
        if where not in failures.notified_at or now - failures.notified_at[where] >= _APART
    ]
    if not due:
        return 0
    written = 0
    async with ctx.db.write() as conn:
        for where in due:
            prefix, failure = f"{FAILING}:{where}:", failures.waiting[where]
            last = await notices.last_made(conn, FAILING, prefix)
            if last is None or now - last >= _APART:  # written by this process or, before a restart, by another
                await notify_staff(
                    ctx, conn, f"{prefix}{failure.id}", FAILING, where=where, id=failure.id, count=failure.count
                )
                last, written = now, written + 1
            failures.notified_at[where] = last
    for where in due:
        if failures.notified_at[where] == now:
            del failures.waiting[where]
    return written
