"""Long polling: each update is parsed separately, so that an unreadable one is skipped."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, cast

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.domain.time import Clock
from bot.logs import place_of
from bot.platforms.telegram.errors import seconds
from bot.platforms.telegram.transport import READ_SECONDS, EncodedBody
from bot.platforms.telegram.updates import Reader, update_id
from bot.usecases.ports import Rejected

logger = logging.getLogger(__name__)

POLL_SECONDS = 25
CHECK_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 1.0
MAX_PAUSE_SECONDS = 30.0
MOST_REFUSALS = 3  # of the token, consecutive, until it counts as permanently refused
CONFIRM_SECONDS = 0.4  # of the two seconds allowed for stopping


class Polling:
    """Fetches updates and passes readable ones to `put`. `request` is a separate transport."""

    def __init__(
        self,
        bot: Bot,
        request: BaseRequest,
        reader: Reader,
        put: Callable[[Update], Awaitable[None]],
        allowed: Sequence[str],
        clock: Clock,
    ) -> None:
        self._bot = bot
        self._request = request
        self._reader = reader
        self._put = put
        self._allowed = allowed
        self._clock = clock
        self._offset = 0
        self.last_contact: datetime | None = None  # UTC

    async def run(self) -> None:
        """Fetch updates until cancelled, with growing pauses while Telegram does not answer.

        Raises Rejected once Telegram no longer accepts the token.
        """
        pause, refusals = FIRST_PAUSE_SECONDS, 0
        while True:
            try:
                has_progressed = await self._process(await self._fetch(timeout=POLL_SECONDS))
                refusals = 0
            except InvalidToken:
                refusals += 1
                if refusals >= MOST_REFUSALS:
                    raise Rejected("Telegram no longer accepts this bot token") from None
                await asyncio.sleep(pause)
                has_progressed = False
            except TelegramError as error:
                await asyncio.sleep(_wait_after(error, pause))
                has_progressed, refusals = False, 0
            except Exception as error:
                logger.error("polling Telegram failed: %s", place_of(error))
                await asyncio.sleep(pause)
                has_progressed = False
            pause = FIRST_PAUSE_SECONDS if has_progressed else min(pause * 2, MAX_PAUSE_SECONDS)

    async def check_token(self) -> None:
        """Check the token now and then, in place of polling, while updates are pushed.

        Raises Rejected once Telegram no longer accepts it.
        """
        refusals = 0
        while True:
            await asyncio.sleep(CHECK_SECONDS if not refusals else FIRST_PAUSE_SECONDS)
            try:
                await self._bot.get_me()
                self.last_contact, refusals = self._clock(), 0
            except InvalidToken:
                refusals += 1
                if refusals >= MOST_REFUSALS:
                    raise Rejected("Telegram no longer accepts this bot token") from None
            except TelegramError as error:
                logger.info("the Telegram token could not be checked: %s", type(error).__name__)

    async def confirm(self) -> None:
        """Confirm received updates to Telegram, so that they are not repeated after a restart."""
        if self._offset:
            with suppress(TelegramError, TimeoutError):
                async with asyncio.timeout(CONFIRM_SECONDS):
                    await self._fetch(timeout=0, limit=1)

    async def _fetch(self, *, timeout: int, limit: int = 100) -> list[Any]:  # noqa: ASYNC109 - Telegram's parameter
        """Return raw updates, waiting up to `timeout` seconds for the first. Raises TelegramError."""
        wanted = {"offset": self._offset, "timeout": timeout, "limit": limit, "allowed_updates": self._allowed}
        request = cast(Any, EncodedBody(json.dumps(wanted).encode()))
        url = f"{self._bot.base_url}/getUpdates"
        raw = await self._request.post(url, request, read_timeout=timeout + READ_SECONDS)
        if not isinstance(raw, list):
            raise TelegramError("getUpdates answered with no list")
        self.last_contact = self._clock()
        return raw

    async def _process(self, raw: Sequence[Any]) -> bool:
        """Pass on readable updates and skip others. Return False if the offset did not advance."""
        before = self._offset
        for raw_update in raw:
            update = self._reader.read(raw_update)
            if update is not None:
                await self._put(update)
            if (number := update_id(raw_update)) is not None:
                self._offset = number + 1
        return not raw or self._offset != before


def _wait_after(error: TelegramError, pause: float) -> float:
    """Log the error and return the seconds to wait."""
    if isinstance(error, Conflict):
        logger.error("another process polls with this bot's token: stop one of them")
        return MAX_PAUSE_SECONDS
    logger.warning("polling Telegram failed: %s: %s", type(error).__name__, error)
    return seconds(error) if isinstance(error, RetryAfter) else pause
