"""Command menus: five for everybody, and for each of the staff theirs as well, in a menu that nobody else sees."""

import logging

from telegram import Bot, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.platforms.telegram.commands import MENUS, menu, staff_menu
from bot.store.staff import staff
from bot.usecases.context import Context
from content.catalog import Locale

logger = logging.getLogger(__name__)


class Menus:
    """Keeps the menus as they should be. What has been set is remembered for this process only: setting a menu again
    after a restart is harmless, and so nothing can be out of step for long."""

    def __init__(self, ctx: Context, bot: Bot) -> None:
        self._ctx = ctx
        self._bot = bot
        self._shown: dict[str, Locale | None] = {}  # by chat: whose menu has the staff's commands, in which language

    async def set_for_everybody(self) -> None:
        """Each language's menu. Without them the bot still works, so a failure is only said."""
        try:
            for language, locale in MENUS:
                await self._bot.set_my_commands(menu(self._ctx.catalog, locale), language_code=language)
        except TelegramError as error:
            logger.warning("the command menus could not be set: %s", error)

    async def follow_staff(self) -> int:
        """Give new staff their menu, take it from those who left; how many changed. What fails is tried next time."""
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
            except (BadRequest, Forbidden) as error:  # the chat is gone or blocked: they see no menu anyway
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
