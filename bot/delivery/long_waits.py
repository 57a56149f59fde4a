"""Notify staff when a platform refuses messages for more than an hour."""

import math

from bot.delivery.pacer import LongWait, Pacer
from bot.domain.people import PlatformName
from bot.store.core import notices
from bot.store.core.notices import Notice
from bot.usecases.context import Context

_HOUR = 3600.0


async def report(ctx: Context, platform: PlatformName, pacer: Pacer) -> int:
    """Notify staff of the long waits since the last call, once a day for each kind. Return their number."""
    waits = []
    while pacer.long_waits:
        waits.append(pacer.long_waits.popleft())
    if waits:
        async with ctx.db.write() as conn:
            for wait in waits:
                await notices.add(conn, _to_notice(ctx, platform, wait), ctx.clock())
    return len(waits)


def _to_notice(ctx: Context, platform: PlatformName, wait: LongWait) -> Notice:
    """Return the notice. It does not name the chat, which may be a person's."""
    now, is_whole_bot = ctx.clock(), wait.chat is None
    key = f"flood_wait:{platform}:{'all' if is_whole_bot else 'chat'}:{now:%Y-%m-%d}"
    args = {"platform": platform, "hours": math.ceil(wait.seconds / _HOUR), "whole": is_whole_bot}
    return Notice(id=ctx.ids.new(), key=key, kind="flood_wait", args=args, due_at=now)
