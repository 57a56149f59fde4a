"""The lifecycle of a chat platform: started once reachable, switched off if it refuses us permanently."""

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
    """The common interface of TelegramApp and DiscordApp."""

    @property
    def platform(self) -> MassPlatform:
        """The port."""

    async def start(self) -> None:
        """Log in and accept updates. Raises Rejected if refused permanently, otherwise RetryLater."""

    async def watch(self) -> None:
        """Run until the connection fails. Raises Rejected if refused permanently, otherwise the error."""

    async def stop(self) -> None:
        """Stop accepting updates and close the connection."""


async def start_if_reachable(chat: ChatApp) -> bool:
    """Start a platform. Return False if it cannot be reached now. Raises Rejected if it refuses us permanently."""
    return await _try_start(chat) is None


async def serve(chat: ChatApp, sender: Sender, switch_off: SwitchOff, *, up: bool) -> None:
    """Accept updates and send messages as soon as the platform can be reached.

    A permanent refusal switches off only this platform. Raises any other error.
    """
    try:
        if not up:
            await _wait_until_up(chat)
        await run_together(
            {f"sender:{chat.platform.name}": sender.run(), f"updates:{chat.platform.name}": chat.watch()}
        )
    except Rejected as error:
        await chat.stop()
        await switch_off(chat.platform.name, str(error))
    await asyncio.Event().wait()  # switched off on purpose: returning would look like a failure


async def _wait_until_up(chat: ChatApp) -> None:
    """Retry with growing pauses until the platform has started. Raises Rejected."""
    pause = FIRST_PAUSE_SECONDS
    await asyncio.sleep(pause)
    while (wait := await _try_start(chat)) is not None:
        pause = min(pause * 2, MAX_PAUSE_SECONDS)
        await asyncio.sleep(max(pause, wait))


async def _try_start(chat: ChatApp) -> float | None:
    """Start a platform. Return None on success, otherwise the seconds to wait. Raises Rejected."""
    try:
        await chat.start()
    except RetryLater as error:
        log.warning("%s: %s; the rest runs without it", chat.platform.name, error)
        return error.after
    return None


async def report_refusal(ctx: Context, platform: PlatformName, reason: str) -> None:
    """Log that a platform is off until the next start, and notify staff once a day."""
    log.critical("%s is switched off until the next start: %s", platform, reason)
    ctx.inviting.pop(platform, None)
    ctx.naming.pop(platform, None)
    ctx.roles.pop(platform, None)
    async with ctx.db.write() as conn:
        key = f"platform_refused:{platform}:{ctx.clock():%Y%m%d}"
        await notify_staff(ctx, conn, key, "platform_refused", platform=platform)
