"""Raw updates -> Update, one at a time: one that the library cannot read costs no other update anything."""

import logging
from collections import Counter
from typing import Any

from telegram import Bot, Update

from bot.logs import place_of
from payments.text import storable

logger = logging.getLogger(__name__)


class Reader:
    """Parses updates for one bot, and counts by kind those that cannot be read.

    The library's own `get_updates` parses a batch as a whole, raises for all of it and logs it, words and names
    included. Telegram then offers the same batch for a day.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self.unreadable: Counter[str] = Counter()

    def read(self, raw: Any) -> Update | None:
        """Return the update, or None for one that cannot be read, which is logged without its contents."""
        try:
            update = Update.de_json(storable(raw), self._bot)
            update.effective_user, update.effective_chat  # noqa: B018 - computed when first asked for
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
    """The id of a raw update; None where it has none."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if type(number) is int else None


def _kind(raw: Any) -> str:
    """What an update is about, by Telegram's own name; nothing else of it may be logged."""
    names = raw.keys() if isinstance(raw, dict) else ()
    return next((name for name in Update.ALL_TYPES if name in names), "unknown")
