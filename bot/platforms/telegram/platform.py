"""The Platform port over a python-telegram-bot `Bot`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar, cast

from telegram import Bot, InputMediaPhoto, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated

from bot.domain.people import PlatformName
from bot.platforms.telegram.contacts import is_open
from bot.platforms.telegram.copies import PreparedCopies, encoded, prepare_copies
from bot.platforms.telegram.errors import NO_TEXT_TO_EDIT, NOT_MODIFIED, NOTHING_TO_DELETE, says, translated
from bot.platforms.telegram.inline import name_of
from bot.platforms.telegram.joins import check, make_link, revoke_link
from bot.platforms.telegram.render import MAX_CAPTION, Rendered, render, to_html, to_markup
from bot.platforms.telegram.transport import EncodedBody
from bot.platforms.telegram.uploads import Uploads
from bot.usecases.ports import Copies, CreatedInvite, Gone, MessageRef, PrivateReply, Rejected, Unreachable
from content.cards import Card, Picture

ChatId = int | str
OnMoved = Callable[[str, str], Awaitable[None]]
T = TypeVar("T")

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_UNKNOWN_FILE = ("file identifier", "file_reference", "file_id")


class TelegramPlatform:
    """Sends, posts and edits. It does not pace: its callers do."""

    name: PlatformName = "telegram"

    def __init__(self, bot: Bot, on_moved: OnMoved | None = None) -> None:
        """`on_moved` is called with the old and the new ID of a group when Telegram says that it has migrated."""
        self._bot = bot
        self._on_moved = on_moved
        self._uploads = Uploads()
        self.paid_broadcasts = False  # copies may leave faster than 30 a second, for Stars

    async def send(self, external_id: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
        """Write to one person. Telegram has no nonces: a send in doubt may have arrived."""
        return await self._new(_chat(external_id), card, silent=silent)

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        """Post into a channel or group, by its ID or @name."""
        return await self._new(_chat(place), card, silent=silent, thread=thread)

    def prepare(self, card: Card, mark: str) -> Copies:
        """Render once for many recipients. Raises Rejected for an empty card."""
        prepared = prepare_copies(_without_file(_checked(render(card))), mark, paid=self.paid_broadcasts)
        return Copies(card=card, mark=mark, ready=prepared)

    async def send_copy(
        self, external_id: str, copies: Copies, reference: str, *, nonce: str, silent: bool = False
    ) -> MessageRef:
        """Write to one person with a quarter of the work of `send`: the copy is assembled from prepared parts.

        The first copy with a picture that Telegram does not have yet uses `send`, which uploads it.
        """
        prepared: PreparedCopies = copies.ready
        file_id = None
        if prepared.picture is not None:
            file_id = self._uploads.file_id(prepared.picture)
            if file_id is None:
                return await self.send(external_id, copies.for_one(reference), nonce=nonce, silent=silent)
        body = prepared.body(_chat(external_id), reference, file_id=file_id, silent=silent)
        with translated():
            try:
                return await self._post(prepared.method, EncodedBody(body, chat=external_id))
            except BadRequest as error:
                if prepared.picture is None or not says(error, *_UNKNOWN_FILE):
                    raise
                self._uploads.forget(prepared.picture)
                return await self._new(_chat(external_id), copies.for_one(reference), silent=silent)

    async def delete(self, ref: MessageRef) -> None:
        """Delete a message of ours. Telegram allows that for 48 hours; later, this raises Rejected."""
        with translated(repeatable=True):
            try:
                await self._bot.delete_message(_chat(ref.chat_id), int(ref.message_id))
            except ChatMigrated as moved:
                raise await self._left_behind(ref, moved) from None
            except BadRequest as error:
                if not says(error, NOTHING_TO_DELETE):
                    raise

    async def reply(self, to: MessageRef, card: Card, thread: str | None = None) -> MessageRef:
        """Reply to a message in its topic; without the quote if it is gone."""
        quote = ReplyParameters(int(to.message_id), allow_sending_without_reply=True)
        return await self._new(_chat(to.chat_id), card, quote=quote, thread=thread)

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Replace a message's content; its picture stays if the new card has none.

        Editing twice is harmless, so a lost answer raises RetryLater, never InDoubt.
        """
        message = _without_file(_checked(render(card)))
        chat_id, message_id = _chat(ref.chat_id), int(ref.message_id)
        with translated(repeatable=True):
            try:
                await self._edit(chat_id, message_id, card, message)
            except ChatMigrated as moved:
                raise await self._left_behind(ref, moved) from None
            except BadRequest as error:
                if not says(error, NOT_MODIFIED):
                    raise

    async def _left_behind(self, ref: MessageRef, moved: ChatMigrated) -> Gone:
        """Report the move; return the error for a message of the old chat, whose ID names another one in the new."""
        await self._report_move(ref.chat_id, moved)
        return Gone("the group became a supergroup, where this message ID is another message's")

    async def _report_move(self, old_chat: ChatId, moved: ChatMigrated) -> None:
        if self._on_moved is not None:
            await self._on_moved(str(old_chat), str(moved.new_chat_id))

    async def edit_private(self, answer: PrivateReply, card: Card) -> None:
        """Raise Unreachable: Telegram has no private answers in groups."""
        raise Unreachable("Telegram has no private answers")

    async def check_invites(self, place: str) -> None:
        """Check that joins in a chat are visible. Raises MissingPermission or JoinsNotVisible."""
        with translated(repeatable=True):
            await self._following_migration(_chat(place), lambda chat: check(self._bot, chat))

    async def create_invite(self, place: str, name: str) -> CreatedInvite:
        """Create a link into a private channel or group. Raises JoinsNotVisible for a public one."""
        with translated(repeatable=True):
            return await self._following_migration(_chat(place), lambda chat: make_link(self._bot, chat, name))

    async def revoke_invite(self, destination: str, code: str) -> None:
        """Revoke a link."""
        with translated(repeatable=True):
            await self._following_migration(_chat(destination), lambda chat: revoke_link(self._bot, chat, code))

    def invite_url(self, code: str) -> str:
        """Return the address of a link, which is also its code."""
        return code

    async def is_open(self, chat: str) -> bool:
        """Return whether people can read along in a group uninvited. Raises PlatformError."""
        with translated(repeatable=True):
            return is_open(await self._following_migration(_chat(chat), self._bot.get_chat))

    async def name_of(self, external_id: str) -> str | None:
        """Return the first name of someone who has written to the bot."""
        return await name_of(self._bot, external_id)

    async def _following_migration(self, chat_id: ChatId, call: Callable[[ChatId], Awaitable[T]]) -> T:
        """Make a call that names no message; again with the new ID if the group has migrated."""
        try:
            return await call(chat_id)
        except ChatMigrated as moved:
            await self._report_move(chat_id, moved)
            return await call(moved.new_chat_id)

    async def _new(
        self,
        chat_id: ChatId,
        card: Card,
        *,
        silent: bool = False,
        quote: ReplyParameters | None = None,
        thread: str | None = None,
    ) -> MessageRef:
        message, topic = _checked(render(card)), int(thread) if thread is not None else None
        with translated():
            try:
                return await self._send(chat_id, message, silent, quote, topic)
            except ChatMigrated as moved:  # without quote and topic, which are IDs of messages
                await self._report_move(chat_id, moved)
                return await self._send(moved.new_chat_id, message, silent, None, None)

    async def _send(
        self, chat_id: ChatId, message: Rendered, silent: bool, quote: ReplyParameters | None, topic: int | None
    ) -> MessageRef:
        about: dict[str, Any] = {
            "parse_mode": ParseMode.HTML,
            "disable_notification": silent or None,
            "reply_markup": message.keyboard,
            "reply_parameters": quote,
            "message_thread_id": topic,
        }
        caption = message.html or None
        if message.picture is not None:
            return await self._send_photo(chat_id, message.picture, about | {"caption": caption})
        if message.file is not None:
            file, about = message.file, _for_library(about) | {"caption": caption}
            return _sent(await self._bot.send_document(chat_id, file.content, filename=file.name, **about))
        text = {"text": message.html, "link_preview_options": {"is_disabled": True}}
        return await self._post("sendMessage", encoded(chat_id, about | text))

    async def _send_photo(self, chat_id: ChatId, picture: Picture, about: Mapping[str, Any]) -> MessageRef:
        async def send(photo: str | bytes) -> MessageRef:
            if isinstance(photo, str):
                return await self._post("sendPhoto", encoded(chat_id, {**about, "photo": photo}))
            sent = await self._bot.send_photo(chat_id, photo, filename=picture.name, **_for_library(about))
            self._remember(picture, sent)
            return _sent(sent)

        return await self._with_picture(picture, send)

    async def _post(self, method: str, body: EncodedBody) -> MessageRef:
        """Send a message whose JSON is written. Errors are python-telegram-bot's.

        `Bot` would build a dozen objects of the request and as many of the answer, of which only the IDs are needed.
        """
        sent = await self._bot.request.post(f"{self._bot.base_url}/{method}", cast(Any, body))
        assert isinstance(sent, dict)
        return MessageRef(chat_id=str(sent["chat"]["id"]), message_id=str(sent["message_id"]))

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
                reply_markup=to_markup(message.keyboard),
            )
        except BadRequest as error:
            if not says(error, NO_TEXT_TO_EDIT):
                raise
            await self._bot.edit_message_caption(
                chat_id,
                message_id,
                caption=to_html(card, MAX_CAPTION),
                parse_mode=ParseMode.HTML,
                reply_markup=to_markup(message.keyboard),
            )

    async def _edit_photo(self, chat_id: ChatId, message_id: int, message: Rendered, picture: Picture) -> None:
        async def edit(photo: str | bytes) -> Message | bool:
            media = InputMediaPhoto(
                photo, caption=message.html or None, parse_mode=ParseMode.HTML, filename=picture.name
            )
            markup = to_markup(message.keyboard)
            edited = await self._bot.edit_message_media(media, chat_id, message_id, reply_markup=markup)
            if isinstance(edited, Message):
                self._remember(picture, edited)
            return edited

        await self._with_picture(picture, edit)

    async def _with_picture(self, picture: Picture, call: Callable[[str | bytes], Awaitable[T]]) -> T:
        """Make the call with the picture's file ID if Telegram has it, otherwise with the picture."""
        async with self._uploads.file_id_or_upload(picture) as file_id:
            if file_id is None:
                return await call(picture.png)
            try:
                return await call(file_id)
            except BadRequest as error:
                if not says(error, *_UNKNOWN_FILE):
                    raise
        self._uploads.forget(picture)
        return await call(picture.png)

    def _remember(self, picture: Picture, sent: Message) -> None:
        if sent.photo:
            self._uploads.remember(picture, sent.photo[-1].file_id)


def _for_library(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {**fields, "reply_markup": to_markup(fields["reply_markup"])}


def _sent(message: Message) -> MessageRef:
    return MessageRef(chat_id=str(message.chat.id), message_id=str(message.message_id))


def _chat(place: str) -> ChatId:
    """Return a numeric chat ID, or a channel's @name."""
    return int(place) if place.removeprefix("-").isdigit() else place


def _checked(message: Rendered) -> Rendered:
    """Return the message. Raises Rejected if it is empty."""
    if not message.html and message.picture is None:
        raise Rejected("the card has neither words nor a picture")
    return message


def _without_file(message: Rendered) -> Rendered:
    """Return the message. Raises Rejected if it has a file, which is only sent as a new message to one person."""
    if message.file is not None:
        raise Rejected("a file is a new message to one person")
    return message
