"""An update -> who is talking -> a use case -> the answer. `ROUTES`, at the end, is who handles what."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

from telegram import Bot, CallbackQuery, Chat, ChatMember, Message, Update, User
from telegram.error import TelegramError

from bot.domain.people import Contact
from bot.platforms.replies import Pacing, Replies
from bot.platforms.router import Router
from bot.platforms.telegram import inline, joins, kinds
from bot.platforms.telegram.commands import START, is_for_us, read_command
from bot.platforms.telegram.contacts import contact_in_group, contact_of, contact_of_tap, may_post, origin_of
from bot.platforms.telegram.downloads import SentPicture, download, picture_in
from bot.platforms.telegram.marked import marked
from bot.platforms.telegram.platform import TelegramPlatform
from bot.usecases.context import Context
from bot.usecases.ports import InDoubt, MessageRef, PlatformError, Rejected, RetryLater, Unreachable
from bot.usecases.reply import OfferedCopy, Reply
from content.cards import Card

logger = logging.getLogger(__name__)

MAX_PATIENCE_SECONDS = 30.0  # a longer pause drops the answer
REPEAT_SECONDS = 1.0  # before repeating an answer that may be lost
_MOST_TRIES = 4  # to send one answer, if Telegram asks for a pause each time
MAX_SEEN = 10_000

K = TypeVar("K")
T = TypeVar("T")


class Handlers:
    """Handles updates concurrently. Keeps no state between them but the IDs already seen."""

    def __init__(
        self,
        ctx: Context,
        router: Router,
        bot: Bot,
        platform: TelegramPlatform,
        *,
        replies: Replies,
        pacing: Pacing,
    ) -> None:
        self._ctx = ctx
        self._router = router
        self._bot = bot
        self._platform = platform
        self._replies = replies
        self._pacing = pacing
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._albums: OrderedDict[str, None] = OrderedDict()  # several messages each, of which one is answered

    async def __call__(self, update: Update) -> None:
        """Handle the update once: Telegram may repeat it."""
        if _is_repeated(self._seen, update.update_id):
            return
        for fits, handle in ROUTES:
            if fits(update):
                await handle(self, update)
                return

    # --- incoming ---------------------------------------------------------------------------------
    async def private_message(self, update: Update) -> None:
        """Answer a command or a text."""
        message, user = _message(update)
        contact, text = contact_of(user, private=True), message.text or ""
        command = read_command(text)
        if command is None:
            reply = self._ask(contact, self._reply_to_text(contact, message))
        elif command.name.lower() == START:
            reply = self._ask(contact, self._router.on_start(self._ctx, contact, command.argument))
        else:
            reply = self._ask(contact, self._router.on_command(self._ctx, contact, command.name, command.argument))
        await self._answer(contact, await reply, update)

    async def private_attachment(self, update: Update) -> None:
        """Answer a picture, or anything else that is no text."""
        message, user = _message(update)
        if self._is_rest_of_album(message):
            return
        contact = replace(contact_of(user, private=True), origin=origin_of(message))
        if (picture := picture_in(message)) is not None:
            reply = self._reply_to_picture(picture, contact, message)
        elif message.caption:
            reply = self._reply_to_text(contact, message)
        else:
            emoji = message.sticker.emoji if message.sticker is not None else None
            reply = self._router.on_attachment(self._ctx, contact, emoji or "")
        await self._answer(contact, await self._ask(contact, reply), update)

    async def private_edit(self, update: Update) -> None:
        """Follow a changed text, which staff or a supporter may have been sent meanwhile."""
        message, user = _edited(update)
        contact = replace(contact_of(user, private=True), origin=origin_of(message))
        reply = await self._ask_maybe(contact, self._router.on_edited(self._ctx, contact, _text(message)[0]))
        if reply is not None:
            await self._answer(contact, reply, update)

    async def group_message(self, update: Update) -> None:
        """Answer a command for this bot, or a reply of staff to its message, in the group. Ignore everything else."""
        message, user = _message(update)
        if self._is_rest_of_album(message):
            return
        contact, command = contact_in_group(message, user), read_command(message.text or "")
        if command is not None and is_for_us(command, self._bot.username):
            asked = self._router.on_command(self._ctx, contact, command.name, command.argument)
            reply: Reply | None = await self._ask(contact, asked)
        elif command is None and (to := self._own_message(message)) is not None:
            reply = await self._ask_maybe(contact, self._router.on_reply(self._ctx, contact, to, _text(message)[0]))
        else:
            return
        await self._answer_in_group(contact, message, reply)

    async def group_edit(self, update: Update) -> None:
        """Follow a changed reply of staff in the group."""
        message, user = _edited(update)
        if self._own_message(message) is not None:
            contact = contact_in_group(message, user)
            edited = self._router.on_edited(self._ctx, contact, _text(message)[0])
            await self._answer_in_group(contact, message, await self._ask_maybe(contact, edited))

    async def tap(self, update: Update) -> None:
        """Acknowledge a tap at once, and answer it in private."""
        query = update.callback_query
        assert query is not None
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._acknowledge(query))
            contact = contact_of_tap(query)
            reply = await self._ask(contact, self._router.on_action(self._ctx, contact, query.data or ""))
            await self._answer(contact, reply, update, tapped=_tapped_in_private(query))

    async def inline_query(self, update: Update) -> None:
        """Answer an inline query. On failure, the person sees no results."""
        query = update.inline_query
        assert query is not None
        try:
            offers = await self._router.on_inline(self._ctx, contact_of(query.from_user, private=True), query.query)
            await inline.answer(self._bot, query.id, offers)
        except PlatformError as error:
            logger.info("an inline query went unanswered: %s", error)
        except Exception as error:
            self._report(error, "an inline query")

    async def inline_sent(self, update: Update) -> None:
        """Note a sent inline result, which Telegram reports if inline feedback is enabled."""
        chosen = update.chosen_inline_result
        assert chosen is not None
        await self._router.on_inline_sent(self._ctx, contact_of(chosen.from_user, private=True), chosen.result_id)

    async def block_or_unblock(self, update: Update) -> None:
        """Update reachability: in a private chat, the bot's membership changes only by blocking and unblocking."""
        change = update.my_chat_member
        assert change is not None
        reachable = change.new_chat_member.status not in (ChatMember.BANNED, ChatMember.LEFT)
        await self._router.set_reachable(self._ctx, "telegram", str(change.from_user.id), reachable)

    async def place_change(self, update: Update) -> None:
        """Tell the person who added or removed the bot, or changed its permissions, in private what that means."""
        change = update.my_chat_member
        assert change is not None
        contact = contact_of(change.from_user, private=True, chat=change.chat)
        allowed = may_post(change.chat, change.new_chat_member)
        announcement = self._router.on_place(self._ctx, contact, str(change.chat.id), change.chat.title or "", allowed)
        try:
            reply = await announcement
        except Exception as error:
            self._report(error, "a change of a place")
            return
        if reply is not None:
            await self._answer(contact, reply, update)

    async def membership(self, update: Update) -> None:
        """Record that someone joined or left a channel or group."""
        change = update.chat_member
        assert change is not None
        await joins.record_change(self._ctx, change, self._bot.id)

    async def migration(self, update: Update) -> None:
        """Follow a group that became a supergroup, which has another ID."""
        message = update.message
        assert message is not None
        old, new = message.chat.id, message.migrate_to_chat_id
        if message.migrate_from_chat_id is not None:  # said in the new group
            old, new = message.migrate_from_chat_id, message.chat.id
        await self._router.on_moved(self._ctx, "telegram", str(old), str(new))

    # --- messages ---------------------------------------------------------------------------------
    async def _reply_to_text(self, contact: Contact, message: Message) -> Reply:
        """Return the reply to a text, which may itself reply to a message of ours."""
        contact = replace(contact, origin=origin_of(message))
        return await self._router.on_text(self._ctx, contact, *_text(message), self._own_message(message))

    async def _reply_to_picture(self, picture: SentPicture, contact: Contact, message: Message) -> Reply:
        """Return the reply to a picture. Pictures are downloaded only from people who were asked for one."""
        fetch = partial(download, self._bot, picture)
        return await self._router.on_picture(self._ctx, contact, fetch, *_text(message), self._own_message(message))

    def _is_rest_of_album(self, message: Message) -> bool:
        """Note an album. Return whether another message of it is answered; a caption is never skipped."""
        album = message.media_group_id
        return album is not None and _is_repeated(self._albums, album) and not message.caption

    def _own_message(self, message: Message) -> MessageRef | None:
        """Return the message of ours to which this one replies, or None."""
        to = message.reply_to_message
        ours = to is not None and to.from_user is not None and to.from_user.id == self._bot.id
        return _ref(message.chat, to.message_id) if to is not None and ours else None

    # --- outgoing ---------------------------------------------------------------------------------
    async def _ask(self, contact: Contact, answer: Awaitable[Reply]) -> Reply:
        """Return the use case's reply, or an apology if it fails."""
        try:
            with self._ctx.meters.answer.labels("telegram").time():
                return await answer
        except Exception as error:
            self._report(error)
            return self._router.went_wrong(self._ctx, contact)

    def _report(self, error: Exception, item: str = "") -> None:
        self._ctx.failures.report(error, "answers on telegram", item)

    async def _ask_maybe(self, contact: Contact, answer: Awaitable[Reply | None]) -> Reply | None:
        """Like `_ask`, for use cases that may have no reply."""
        try:
            with self._ctx.meters.answer.labels("telegram").time():
                return await answer
        except Exception as error:
            self._report(error)
            return self._router.went_wrong(self._ctx, contact)

    async def _answer(
        self, contact: Contact, reply: Reply, update: Update, *, tapped: MessageRef | None = None
    ) -> None:
        """Send the card, or edit the tapped message if the reply says so, then the further cards.

        Forms need no window here: the card asks, and the person's next text answers.
        """
        reply, replaced = reply.in_order(), tapped if reply.mode == "edit" else None
        chat = contact.external_id

        async def send() -> None:
            sent = await self._deliver(chat, lambda: self._replace_or_send(replaced, contact, reply.card, update))
            for card in reply.more:
                sent = await self._deliver(chat, partial(self._send, contact, card, update))
            if reply.copy is not None:
                await self._report_copy(contact, reply.copy, sent, update)

        await self._replies.send_reply(chat, send)

    async def _report_copy(self, contact: Contact, copy: OfferedCopy, sent: MessageRef | None, update: Update) -> None:
        """Say whether a copy of the person's data was delivered, and apologize if it was not."""
        if sent is not None:
            await self._router.copy_delivered(self._ctx, contact, copy, sent)
            return
        apology = await self._router.copy_not_delivered(self._ctx, contact, copy)
        await self._deliver(contact.external_id, partial(self._send, contact, apology, update))

    async def _answer_in_group(self, contact: Contact, message: Message, reply: Reply | None) -> None:
        if reply is not None:
            here, cards = _ref(message.chat, message.message_id), reply.cards
            send = partial(self._answer_here, here, cards, contact.thread)
            await self._replies.send_reply(f"{here.chat_id}:{contact.external_id}", send)

    async def _answer_here(self, here: MessageRef, cards: Sequence[Card], thread: str | None) -> None:
        """Answer in a group, in its topic, as a reply to the message."""
        for card in cards:
            await self._deliver(here.chat_id, partial(self._platform.reply, here, card, thread))

    async def _send(self, contact: Contact, card: Card, update: Update) -> MessageRef:
        return await self._platform.send(contact.external_id, card, nonce=str(update.update_id))

    async def _replace_or_send(
        self, tapped: MessageRef | None, contact: Contact, card: Card, update: Update
    ) -> MessageRef:
        """Edit the tapped message; send a new one if there is none or it can no longer be edited."""
        if tapped is not None:
            with suppress(Rejected):
                await self._platform.edit(tapped, card)
                return tapped
        return await self._send(contact, card, update)

    async def _deliver(self, chat_id: str, send: Callable[[], Awaitable[T]]) -> T | None:
        """Send, and retry after short pauses or once after a lost answer: a person is waiting, and twice beats never.

        Several messages use up a chat's pace, so one pause may not be enough. An answer that cannot be sent is dropped,
        and None returned: people ask again.
        """
        for left in reversed(range(_MOST_TRIES)):
            try:
                await self._pacing.reply_slot(chat_id)
                return await send()
            except Unreachable:
                return None  # blocked meanwhile; Telegram sends a separate update about that
            except (RetryLater, InDoubt) as error:
                pause = error.after if isinstance(error, RetryLater) else REPEAT_SECONDS
                if isinstance(error, RetryLater):
                    self._pacing.on_retry_later(chat_id, error)
                asked_again = isinstance(error, InDoubt) and left < _MOST_TRIES - 1
                if not left or asked_again or pause > MAX_PATIENCE_SECONDS:
                    logger.warning("an answer was dropped: %s", error)
                    return None
            except PlatformError as error:
                logger.error("an answer was refused: %s", error)
                return None
            await asyncio.sleep(pause)
        return None

    async def _acknowledge(self, query: CallbackQuery) -> None:
        try:
            await self._bot.answer_callback_query(query.id)
        except TelegramError as error:  # only the button's spinner stays a little longer
            logger.info("a tap was not acknowledged: %s", error)


def _is_repeated(seen: OrderedDict[K, None], key: K) -> bool:
    """Note a key among the latest ones. Return whether it was there before."""
    if key in seen:
        return True
    seen[key] = None
    if len(seen) > MAX_SEEN:
        seen.popitem(last=False)
    return False


def _message(update: Update) -> tuple[Message, User]:
    """Return the message and its sender, whose presence the routes have checked."""
    message = update.message
    assert message is not None
    assert message.from_user is not None
    return message, message.from_user


def _edited(update: Update) -> tuple[Message, User]:
    """Return the edited message and its sender, whose presence the routes have checked."""
    message = update.edited_message
    assert message is not None
    assert message.from_user is not None
    return message, message.from_user


def _text(message: Message) -> tuple[str, str | None]:
    """Return a message's text or caption, and the same in the markup of content/rich.py if it is formatted."""
    text, entities = message.text or message.caption or "", message.entities or message.caption_entities
    return text, marked(text, entities)


def _ref(chat: Chat, message_id: int) -> MessageRef:
    return MessageRef(chat_id=str(chat.id), message_id=str(message_id))


def _tapped_in_private(query: CallbackQuery) -> MessageRef | None:
    message = query.message
    if message is None or message.chat.type != Chat.PRIVATE:
        return None
    return _ref(message.chat, message.message_id)


# The first matching row handles an update. Others are ignored on purpose: channel posts, other bots, what Telegram
# reports, and people's conversations.
ROUTES: tuple[tuple[Callable[[Update], bool], Callable[[Handlers, Update], Awaitable[None]]], ...] = (
    (kinds.is_private_message, Handlers.private_message),
    (kinds.is_private_attachment, Handlers.private_attachment),
    (kinds.is_private_edit, Handlers.private_edit),
    (kinds.is_tap, Handlers.tap),
    (kinds.is_group_message, Handlers.group_message),
    (kinds.is_group_edit, Handlers.group_edit),
    (kinds.is_inline_query, Handlers.inline_query),
    (kinds.is_inline_sent, Handlers.inline_sent),
    (kinds.is_block_or_unblock, Handlers.block_or_unblock),
    (kinds.is_place_change, Handlers.place_change),
    (kinds.is_membership, Handlers.membership),
    (kinds.is_migration, Handlers.migration),
)
