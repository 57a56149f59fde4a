"""An update -> who is talking -> a use case -> the answer. `ROUTES`, at the end, is who handles what."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from telegram import Bot, CallbackQuery, Chat, ChatMember, Message, Update, User
from telegram.error import TelegramError

from bot.domain.people import Contact, PlatformName
from bot.platforms.telegram.commands import START, is_for_us, read_command
from bot.platforms.telegram.platform import TelegramPlatform
from bot.usecases.context import Context
from bot.usecases.ports import InDoubt, MessageRef, PlatformError, Rejected, RetryLater, Unreachable
from bot.usecases.reply import Reply
from content.cards import Card
from content.catalog import pick_locale

logger = logging.getLogger(__name__)

MAX_PATIENCE_SECONDS = 5.0  # an answer that would come later than this is not waited for
REPEAT_SECONDS = 1.0  # after an answer that may have been lost
MAX_SEEN = 10_000

BeforeSend = Callable[[str], Awaitable[None]]
Flooded = Callable[[float], None]  # seconds that Telegram wants of peace from the whole bot


class Talk(Protocol):
    """The part of bot.usecases.talk that this adapter calls; the module itself fits it."""

    async def on_start(self, ctx: Context, contact: Contact, payload: str, /) -> Reply: ...
    async def on_command(self, ctx: Context, contact: Contact, name: str, argument: str, /) -> Reply: ...
    async def on_action(self, ctx: Context, contact: Contact, data: str, /) -> Reply: ...
    async def on_text(self, ctx: Context, contact: Contact, text: str, /) -> Reply: ...
    async def set_reachable(
        self, ctx: Context, platform: PlatformName, external_id: str, reachable: bool, /
    ) -> None: ...
    def went_wrong(self, ctx: Context, contact: Contact, /) -> Reply: ...


async def nothing_to_wait_for(_chat_id: str) -> None:
    """Stands in where no pacer is plugged in."""


def nobody_to_tell(_seconds: float) -> None:
    """Stands in where no pacer is plugged in."""


class Handlers:
    """Handles one update. Many run side by side; nothing is kept from one to the next but seen ids."""

    def __init__(
        self,
        ctx: Context,
        talk: Talk,
        bot: Bot,
        platform: TelegramPlatform,
        before_send: BeforeSend = nothing_to_wait_for,
        flooded: Flooded = nobody_to_tell,
    ) -> None:
        self._ctx = ctx
        self._talk = talk
        self._bot = bot
        self._platform = platform
        self._before_send = before_send
        self._flooded = flooded
        self._seen: OrderedDict[int, None] = OrderedDict()

    async def __call__(self, update: Update) -> None:
        """Answer the update, once: Telegram repeats those whose receipt it is not sure of."""
        if update.update_id in self._seen:
            return
        self._seen[update.update_id] = None
        if len(self._seen) > MAX_SEEN:
            self._seen.popitem(last=False)
        for fits, handle in ROUTES:
            if fits(update):
                await handle(self, update)
                return

    # --- what people do ---------------------------------------------------------------------------
    async def private_message(self, update: Update) -> None:
        """A command, or words to which every answer is friendly."""
        message, user = _message(update)
        contact, text = _contact(user, private=True), message.text or ""
        typed = read_command(text)
        if typed is None:
            reply = self._ask(contact, self._talk.on_text(self._ctx, contact, text))
        elif typed.name.lower() == START:
            reply = self._ask(contact, self._talk.on_start(self._ctx, contact, typed.argument))
        else:
            reply = self._ask(contact, self._talk.on_command(self._ctx, contact, typed.name, typed.argument))
        card = (await reply).card
        await self._deliver(contact.external_id, lambda: self._send(contact, card, update))

    async def group_message(self, update: Update) -> None:
        """A command for this bot gets a short answer on the spot; what people say to each other is theirs."""
        message, user = _message(update)
        typed = read_command(message.text or "")
        if typed is None or not is_for_us(typed, self._bot.username):
            return
        contact = _contact(user, private=False)
        reply = await self._ask(contact, self._talk.on_command(self._ctx, contact, typed.name, typed.argument))
        here = _ref(message.chat, message.message_id)
        await self._deliver(here.chat_id, lambda: self._platform.reply(here, reply.card))

    async def tap(self, update: Update) -> None:
        """A button: its waiting circle goes at once; the answer is always in private."""
        query = update.callback_query
        assert query is not None
        async with asyncio.TaskGroup() as side_by_side:
            side_by_side.create_task(self._acknowledge(query))
            contact = _contact(query.from_user, private=True)
            reply = await self._ask(contact, self._talk.on_action(self._ctx, contact, query.data or ""))
            tapped = _tapped_in_private(query) if reply.mode == "edit" else None
            await self._deliver(contact.external_id, lambda: self._replace_or_send(tapped, contact, reply.card, update))

    async def block_or_unblock(self, update: Update) -> None:
        """In a private chat the bot's own membership changes only when it is blocked or unblocked."""
        change = update.my_chat_member
        assert change is not None
        reachable = change.new_chat_member.status not in (ChatMember.BANNED, ChatMember.LEFT)
        await self._talk.set_reachable(self._ctx, "telegram", str(change.from_user.id), reachable)

    # --- what goes back ---------------------------------------------------------------------------
    async def _ask(self, contact: Contact, answer: Awaitable[Reply]) -> Reply:
        """The use case's answer, or an apology where it fails."""
        try:
            return await answer
        except Exception:
            logger.exception("a use case failed")
            return self._talk.went_wrong(self._ctx, contact)

    async def _send(self, contact: Contact, card: Card, update: Update) -> None:
        await self._platform.send(contact.external_id, card, nonce=str(update.update_id))

    async def _replace_or_send(self, tapped: MessageRef | None, contact: Contact, card: Card, update: Update) -> None:
        """Edit the tapped message; where there is none, or it can no longer be edited, write a new one."""
        if tapped is not None:
            with suppress(Rejected):
                await self._platform.edit(tapped, card)
                return
        await self._send(contact, card, update)

    async def _deliver(self, chat_id: str, send: Callable[[], Awaitable[object]]) -> None:
        """Send, and once more after a short pause or a lost answer: somebody waits, and twice beats never.

        An answer that cannot go out is dropped, for people ask again.
        """
        for last_try in (False, True):
            await self._before_send(chat_id)
            try:
                await send()
                return
            except Unreachable:
                return  # blocked between asking and answering; Telegram says so in an update of its own
            except (RetryLater, InDoubt) as error:
                pause = error.after if isinstance(error, RetryLater) else REPEAT_SECONDS
                if isinstance(error, RetryLater) and error.everything:
                    self._flooded(error.after)
                if last_try or pause > MAX_PATIENCE_SECONDS:
                    logger.warning("an answer was dropped: %s", error)
                    return
            except PlatformError as error:
                logger.error("an answer was refused: %s", error)
                return
            await asyncio.sleep(pause)

    async def _acknowledge(self, query: CallbackQuery) -> None:
        try:
            await self._bot.answer_callback_query(query.id)
        except TelegramError as error:  # only the waiting circle stays a little longer
            logger.info("a tap was not acknowledged: %s", error)


def _contact(user: User, *, private: bool) -> Contact:
    return Contact(
        platform="telegram",
        external_id=str(user.id),
        locale=pick_locale(user.language_code),
        private=private,
    )


def _message(update: Update) -> tuple[Message, User]:
    """The message and who wrote it, which the routes have made sure of."""
    message = update.message
    assert message is not None
    assert message.from_user is not None
    return message, message.from_user


def _ref(chat: Chat, message_id: int) -> MessageRef:
    return MessageRef(chat_id=str(chat.id), message_id=str(message_id))


def _tapped_in_private(query: CallbackQuery) -> MessageRef | None:
    message = query.message
    if message is None or message.chat.type != Chat.PRIVATE:
        return None
    return _ref(message.chat, message.message_id)


def _is_said_in(update: Update, *chat_types: str) -> bool:
    """Words of a person, not of another bot, a channel behind a group or an anonymous admin."""
    message = update.message
    return (
        message is not None
        and bool(message.text)
        and message.chat.type in chat_types
        and message.from_user is not None
        and not message.from_user.is_bot
        and (message.sender_chat is None or message.chat.type == Chat.PRIVATE)
    )


def _is_private_message(update: Update) -> bool:
    return _is_said_in(update, Chat.PRIVATE)


def _is_group_message(update: Update) -> bool:
    return _is_said_in(update, Chat.GROUP, Chat.SUPERGROUP)


def _is_tap(update: Update) -> bool:
    return update.callback_query is not None


def _is_block_or_unblock(update: Update) -> bool:
    change = update.my_chat_member
    return change is not None and change.chat.type == Chat.PRIVATE


# Who handles what; the first row that fits. What fits none is ignored on purpose: edited messages, channel
# posts, other bots, pictures and stickers, and what people say to each other.
ROUTES: tuple[tuple[Callable[[Update], bool], Callable[[Handlers, Update], Awaitable[None]]], ...] = (
    (_is_private_message, Handlers.private_message),
    (_is_tap, Handlers.tap),
    (_is_group_message, Handlers.group_message),
    (_is_block_or_unblock, Handlers.block_or_unblock),
)
