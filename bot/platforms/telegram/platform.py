"""The Platform port over a python-telegram-bot `Bot`: cards out, message ids back, errors by our names."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from telegram import Bot, InputMediaPhoto, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated

from bot.domain.people import PlatformName
from bot.platforms.telegram.contacts import is_open
from bot.platforms.telegram.copies import Ready, make_ready
from bot.platforms.telegram.errors import NO_TEXT_TO_EDIT, NOT_MODIFIED, NOTHING_TO_DELETE, says, translated
from bot.platforms.telegram.inline import name_of
from bot.platforms.telegram.joins import check, make_link, revoke_link
from bot.platforms.telegram.render import MAX_CAPTION, Rendered, render, to_html
from bot.platforms.telegram.transport import ReadyMade
from bot.platforms.telegram.uploads import Uploads
from bot.usecases.ports import Copies, CreatedInvite, MessageRef, PrivateReply, Rejected, Unreachable
from content.cards import Card, Picture

ChatId = int | str
T = TypeVar("T")

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_UNKNOWN_FILE = ("file identifier", "file_reference", "file_id")


class TelegramPlatform:
    """Sends, posts and edits. It does not pace: who calls it does (delivery, or the answers' own hook)."""

    name: PlatformName = "telegram"

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._uploads = Uploads()
        self.paid_broadcasts = False  # copies may leave faster than 30 a second, for Stars

    async def send(self, external_id: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
        """Write to one person. Telegram knows no nonce: a send in doubt may have arrived."""
        return await self._new(_chat(external_id), card, silent=silent)

    async def post(self, place: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
        """Post into a channel or group, by its id or @name."""
        return await self._new(_chat(place), card, silent=silent)

    def prepare(self, card: Card, mark: str) -> Copies:
        """Render once for many. Raises Rejected for a card of nothing at all."""
        ready = make_ready(_checked(render(card)), mark, paid=self.paid_broadcasts)
        return Copies(card=card, mark=mark, ready=ready)

    async def send_copy(
        self, external_id: str, copies: Copies, reference: str, *, nonce: str, silent: bool = False
    ) -> MessageRef:
        """Write to one person with a quarter of the work of `send`: their copy is put together from finished parts.

        The first copy of a picture that Telegram does not have yet goes out by `send`, and uploads it.
        """
        ready: Ready = copies.ready
        file_id = None
        if ready.picture is not None:
            file_id = self._uploads.known(ready.picture)
            if file_id is None:
                return await self.send(external_id, copies.for_one(reference), nonce=nonce, silent=silent)
        body = ready.body(_chat(external_id), reference, file_id=file_id, silent=silent)
        with translated():
            try:
                # Our own transport, which takes what is ready; errors become python-telegram-bot's as always.
                url, request = f"{self._bot.base_url}/{ready.method}", cast(Any, ReadyMade(body, chat=external_id))
                sent = await self._bot.request.post(url, request)
            except BadRequest as error:
                if ready.picture is None or not says(error, *_UNKNOWN_FILE):
                    raise
                self._uploads.forget(ready.picture)
                return await self._new(_chat(external_id), copies.for_one(reference), silent=silent)
        assert isinstance(sent, dict)
        return MessageRef(chat_id=str(sent["chat"]["id"]), message_id=str(sent["message_id"]))

    async def delete(self, ref: MessageRef) -> None:
        """Take a message of ours away; Telegram allows it for 48 hours, then this raises Rejected."""
        with translated(repeatable=True):
            try:
                await self._bot.delete_message(_chat(ref.chat_id), int(ref.message_id))
            except BadRequest as error:
                if not says(error, NOTHING_TO_DELETE):
                    raise

    async def reply(self, to: MessageRef, card: Card) -> MessageRef:
        """Answer a message where it stands, in its thread; without the quote when it is gone."""
        quote = ReplyParameters(int(to.message_id), allow_sending_without_reply=True)
        return await self._new(_chat(to.chat_id), card, quote=quote)

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Replace what a message says and shows; its picture stays where the new card has none.

        Editing twice is harmless, so a lost answer is RetryLater here, never InDoubt.
        """
        message = _checked(render(card))
        chat_id, message_id = _chat(ref.chat_id), int(ref.message_id)
        with translated(repeatable=True):
            try:
                await _following(chat_id, lambda chat: self._edit(chat, message_id, card, message))
            except BadRequest as error:
                if not says(error, NOT_MODIFIED):
                    raise

    async def edit_private(self, answer: PrivateReply, card: Card) -> None:
        """Always raises Unreachable: Telegram has no answers that one person in a group sees."""
        raise Unreachable("Telegram has no private answers")

    async def check_invites(self, place: str) -> None:
        """See whether we would be told who comes into a chat. Raises also NoRight and Untold."""
        with translated(repeatable=True):
            await _following(_chat(place), lambda chat: check(self._bot, chat))

    async def create_invite(self, place: str, name: str) -> CreatedInvite:
        """A link into a private channel or group; raises Untold for a public one."""
        with translated(repeatable=True):
            return await _following(_chat(place), lambda chat: make_link(self._bot, chat, name))

    async def revoke_invite(self, destination: str, code: str) -> None:
        """Nobody joins by that link any more."""
        with translated(repeatable=True):
            await _following(_chat(destination), lambda chat: revoke_link(self._bot, chat, code))

    def invite_url(self, code: str) -> str:
        """Telegram names a link by its address."""
        return code

    async def is_open(self, chat: str) -> bool:
        """Whether people whom nobody invited may read along in a group. Raises PlatformError."""
        with translated(repeatable=True):
            return is_open(await _following(_chat(chat), self._bot.get_chat))

    async def name_of(self, external_id: str) -> str | None:
        """The first name of somebody who has talked to the bot."""
        return await name_of(self._bot, external_id)

    async def _new(
        self, chat_id: ChatId, card: Card, *, silent: bool = False, quote: ReplyParameters | None = None
    ) -> MessageRef:
        message = _checked(render(card))
        with translated():
            sent = await _following(chat_id, lambda chat: self._send(chat, message, silent, quote))
        return MessageRef(chat_id=str(sent.chat.id), message_id=str(sent.message_id))

    async def _send(self, chat_id: ChatId, message: Rendered, silent: bool, quote: ReplyParameters | None) -> Message:
        if message.picture is not None:
            return await self._send_photo(chat_id, message, message.picture, silent, quote)
        return await self._bot.send_message(
            chat_id,
            message.html,
            parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
            disable_notification=silent or None,
            reply_markup=message.keyboard,
            reply_parameters=quote,
        )

    async def _send_photo(
        self,
        chat_id: ChatId,
        message: Rendered,
        picture: Picture,
        silent: bool,
        quote: ReplyParameters | None,
    ) -> Message:
        async def send(photo: str | bytes) -> Message:
            return await self._bot.send_photo(
                chat_id,
                photo,
                filename=picture.name,
                caption=message.html or None,
                parse_mode=ParseMode.HTML,
                disable_notification=silent or None,
                reply_markup=message.keyboard,
                reply_parameters=quote,
            )

        return await self._with_picture(picture, send)

    async def _edit(self, chat_id: ChatId, message_id: int, card: Card, message: Rendered) -> None:
        if message.picture is not None:
            await self._edit_photo(chat_id, message_id, message, message.picture)
            return
        try:
            await self._bot.edit_message_text(
                message.html,
                chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=message.keyboard,
            )
        except BadRequest as error:
            if not says(error, NO_TEXT_TO_EDIT):
                raise
            await self._bot.edit_message_caption(
                chat_id,
                message_id,
                caption=to_html(card, MAX_CAPTION),
                parse_mode=ParseMode.HTML,
                reply_markup=message.keyboard,
            )

    async def _edit_photo(self, chat_id: ChatId, message_id: int, message: Rendered, picture: Picture) -> None:
        async def edit(photo: str | bytes) -> Message | bool:
            media = InputMediaPhoto(
                photo, caption=message.html or None, parse_mode=ParseMode.HTML, filename=picture.name
            )
            return await self._bot.edit_message_media(media, chat_id, message_id, reply_markup=message.keyboard)

        await self._with_picture(picture, edit)

    async def _with_picture(self, picture: Picture, call: Callable[[str | bytes], Awaitable[T]]) -> T:
        """Make the call with the picture's file id where Telegram has it, else with the picture itself."""
        async with self._uploads.turn(picture) as file_id:
            if file_id is None:
                return self._remembered(picture, await call(picture.png))
            try:
                return await call(file_id)
            except BadRequest as error:
                if not says(error, *_UNKNOWN_FILE):
                    raise
        self._uploads.forget(picture)
        return self._remembered(picture, await call(picture.png))

    def _remembered(self, picture: Picture, sent: T) -> T:
        if isinstance(sent, Message) and sent.photo:
            self._uploads.remember(picture, sent.photo[-1].file_id)
        return sent


async def _following(chat_id: ChatId, call: Callable[[ChatId], Awaitable[T]]) -> T:
    """Make the call, and once more where the group has moved, which Telegram tells by refusing."""
    try:
        return await call(chat_id)
    except ChatMigrated as moved:
        return await call(moved.new_chat_id)


def _chat(place: str) -> ChatId:
    """Ids are numbers to Telegram; anything else is a channel's @name."""
    return int(place) if place.removeprefix("-").isdigit() else place


def _checked(message: Rendered) -> Rendered:
    """Raises Rejected for a message of nothing at all."""
    if not message.html and message.picture is None:
        raise Rejected("the card has neither words nor a picture")
    return message
