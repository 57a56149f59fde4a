"""Staff hear when a platform refuses messages for more than an hour."""

import math

from bot.delivery.pacer import LongWait, Pacer
from bot.domain.people import PlatformName
from bot.store.core import notices
from bot.store.core.notices import Notice
from bot.usecases.context import Context

_HOUR = 3600.0


async def report(ctx: Context, platform: PlatformName, pacer: Pacer) -> int:
    """Notify staff of the long waits since the last call, once a day of each kind. Return how many there were."""
    waits = []
    while pacer.long_waits:
        waits.append(pacer.long_waits.popleft())
    if waits:
        async with ctx.db.write() as conn:
            for wait in waits:
                await notices.add(conn, _notice(ctx, platform, wait), ctx.clock())
    return len(waits)


def _notice(ctx: Context, platform: PlatformName, wait: LongWait) -> Notice:
    """Which chat it is stays unsaid: it may be a person's."""
    now, whole = ctx.clock(), wait.chat is None
    key = f"flood_wait:{platform}:{'all' if whole else 'chat'}:{now:%Y-%m-%d}"
    args = {"platform": platform, "hours": math.ceil(wait.seconds / _HOUR), "whole": whole}
    return Notice(id=ctx.ids.new(), key=key, kind="flood_wait", args=args, due_at=now)
