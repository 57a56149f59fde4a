"""Stop using a place as inbox once people outside the staff can read it, since it contains donors' messages."""

from collections.abc import Awaitable, Callable

from bot.domain.people import PlatformName
from bot.store.campaigns import places
from bot.store.campaigns.places import Place
from bot.store.db import Connection
from bot.usecases.context import Context
from bot.usecases.core.notify import notify_staff
from bot.usecases.ports import PlatformError


async def tick(ctx: Context, platform: PlatformName, is_open: Callable[[str], Awaitable[bool]]) -> int:
    """Check the inboxes on one platform; return how many were found public. Unreachable ones are checked later."""
    async with ctx.db.read() as conn:
        inboxes = [place for place in await places.of_purpose(conn, places.STAFF) if place.platform == platform]
    closed = 0
    for inbox in inboxes:
        try:
            if not await is_open(inbox.chat_id):
                continue
        except PlatformError:
            continue
        async with ctx.db.write() as conn:
            closed += await close(ctx, conn, inbox)
    return closed


async def close(ctx: Context, conn: Connection, inbox: Place) -> bool:
    """Stop using a public place as inbox and notify staff; return whether it was an inbox."""
    if not await places.mark_public(conn, inbox.id):
        return False
    about = {"place": inbox.id, "title": inbox.title, "chat": inbox.chat_id, "locales": inbox.locales}
    key = f"inbox_open:{inbox.id}:{int(ctx.clock().timestamp())}"
    await notify_staff(ctx, conn, key, "inbox_open", platform=inbox.platform, **about)
    return True
