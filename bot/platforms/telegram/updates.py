"""Parse raw updates one at a time, so that an unreadable one does not affect others."""

import logging
from collections import Counter
from datetime import datetime
from typing import Any

from telegram import Bot, Update

from bot.domain.time import Clock
from bot.logs import place_of
from payments.text import storable

logger = logging.getLogger(__name__)


class Reader:
    """Parses updates for one bot, and counts unreadable ones by kind.

    The library's `get_updates` parses a batch as a whole: one unreadable update fails all of it and logs it, texts and
    names included. Telegram then offers the same batch for a day.
    """

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self.unreadable: Counter[str] = Counter()
        self.last_update: datetime | None = None  # UTC

    def read(self, raw: Any) -> Update | None:
        """Return the update, or None for an unreadable one, which is logged without its contents."""
        self.last_update = self._clock()
        try:
            update = Update.de_json(storable(raw), self._bot)
            update.effective_user, update.effective_chat  # noqa: B018 - computed on first access
            return update
        except Exception as error:
            kind = _kind(raw)
            self.unreadable[kind] += 1
            logger.error(
                "a Telegram update (%s) could not be read and is skipped: %s; %d so far",
                kind,
                place_of(error),
                self.unreadable.total(),
            )
            return None


def update_id(raw: Any) -> int | None:
    """Return the ID of a raw update, or None."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if type(number) is int else None


def _kind(raw: Any) -> str:
    """Return Telegram's name for an update's kind; nothing else of it may be logged."""
    names = raw.keys() if isinstance(raw, dict) else ()
    return next((name for name in Update.ALL_TYPES if name in names), "unknown")
