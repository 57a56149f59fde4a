"""One chat platform from start to end: started when it can be reached, switched off where it refuses us for good."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.delivery.sender import Sender
from bot.domain.people import PlatformName
from bot.supervise import run_together
from bot.usecases.context import Context
from bot.usecases.core.notify import notify_staff
from bot.usecases.ports import MassPlatform, Rejected, RetryLater

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 10.0
MAX_PAUSE_SECONDS = 300.0

SwitchOff = Callable[[PlatformName, str], Awaitable[None]]


class ChatApp(Protocol):
    """What TelegramApp and DiscordApp have in common."""

    @property
    def platform(self) -> MassPlatform:
        """The port."""

    async def start(self) -> None:
        """Log in and take updates. Raises Rejected where it is refused for good, else RetryLater."""

    async def watch(self) -> None:
        """Wait until it ends by itself. Raises Rejected where it is refused for good, else what went wrong."""

    async def stop(self) -> None:
        """Stop taking updates, and close."""


async def comes_up(chat: ChatApp) -> bool:
    """Start a platform; False where it cannot be reached now. Raises Rejected where it refuses us for good."""
    return await _try_start(chat) is None


async def serve(chat: ChatApp, sender: Sender, switch_off: SwitchOff, *, up: bool) -> None:
    """Take updates and send what waits, from the moment on when the platform can be reached.

    A refusal for good ends only this platform. Raises whatever else ends it.
    """
    try:
        if not up:
            await _until_up(chat)
        await run_together(
            {f"sender:{chat.platform.name}": sender.run(), f"updates:{chat.platform.name}": chat.watch()}
        )
    except Rejected as why:
        await chat.stop()
        await switch_off(chat.platform.name, str(why))
    await asyncio.Event().wait()  # ended on purpose, which must not look like a failure


async def _until_up(chat: ChatApp) -> None:
    """Try again with growing pauses. Raises Rejected."""
    pause = FIRST_PAUSE_SECONDS
    await asyncio.sleep(pause)
    while (wait := await _try_start(chat)) is not None:
        pause = min(pause * 2, MAX_PAUSE_SECONDS)
        await asyncio.sleep(max(pause, wait))


async def _try_start(chat: ChatApp) -> float | None:
    """Start a platform; None when that succeeded, else the seconds it asks to wait. Raises Rejected."""
    try:
        await chat.start()
    except RetryLater as why:
        log.warning("%s: %s; the rest runs without it", chat.platform.name, why)
        return why.after
    return None


async def tell_of_refusal(ctx: Context, platform: PlatformName, why: str) -> None:
    """Say in the log and to staff, once a day, that a platform is off until the next start."""
    log.critical("%s is switched off until the next start: %s", platform, why)
    ctx.inviting.pop(platform, None)
    ctx.naming.pop(platform, None)
    async with ctx.db.write() as conn:
        key = f"platform_refused:{platform}:{ctx.clock():%Y%m%d}"
        await notify_staff(ctx, conn, key, "platform_refused", platform=platform)
