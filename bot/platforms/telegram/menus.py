"""Command menus: a public one, and one for each team member with the staff commands, in their chat only."""

import logging

from telegram import Bot, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.platforms.telegram.commands import MENUS, menu, staff_menu
from bot.store.staff import staff
from bot.usecases.context import Context
from content.catalog import Locale

logger = logging.getLogger(__name__)


class Menus:
    """Keeps the menus up to date. What was set is remembered only in memory: setting a menu again after a restart is
    harmless, and corrects any difference."""

    def __init__(self, ctx: Context, bot: Bot) -> None:
        self._ctx = ctx
        self._bot = bot
        self._shown: dict[str, Locale | None] = {}  # by chat: the language of its staff menu, or None

    async def set_public_menus(self) -> None:
        """Set each language's menu. A failure is only logged: the bot works without menus."""
        try:
            for language, locale in MENUS:
                await self._bot.set_my_commands(menu(self._ctx.catalog, locale), language_code=language)
        except TelegramError as error:
            logger.warning("the command menus could not be set: %s", error)

    async def follow_staff(self) -> int:
        """Set the menu of new members and remove it from former ones. Return how many changed. Failures are retried."""
        async with self._ctx.db.read() as conn:
            everyone = await staff.former_and_current(conn, "telegram")
        changed = 0
        for is_staff, person in everyone:
            wanted = person.locale if is_staff else None
            chat = person.external_id
            if chat in self._shown and self._shown[chat] == wanted:
                continue
            try:
                await self._set(int(chat), wanted)
            except (BadRequest, Forbidden) as error:  # the chat is gone or blocked, so no menu is visible anyway
                logger.info("a menu could not be set: %s", error)
            except TelegramError as error:
                logger.info("menus are set later: %s", error)
                break
            self._shown[chat] = wanted
            changed += 1
        return changed

    async def _set(self, chat: int, locale: Locale | None) -> None:
        scope = BotCommandScopeChat(chat)
        if locale is None:
            await self._bot.delete_my_commands(scope)
        else:
            await self._bot.set_my_commands(staff_menu(self._ctx.catalog, locale), scope)
