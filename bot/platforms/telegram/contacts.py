"""The Contact of an update: person and place as Telegram reports them."""

from dataclasses import replace

from telegram import (
    CallbackQuery,
    Chat,
    ChatFullInfo,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    Message,
    User,
)

from bot.domain.people import Contact, Origin
from bot.platforms.telegram import kinds
from content.catalog import pick_locale


def contact_of(user: User, *, private: bool, chat: Chat | None = None) -> Contact:
    """Return the contact. `private`: only this person reads the answer. `chat`: its place, unless it is private."""
    here = chat if chat is not None and chat.type != Chat.PRIVATE else None
    return Contact(
        platform="telegram",
        external_id=str(user.id),
        locale=pick_locale(user.language_code),
        private=private,
        name=user.full_name,
        place=None if here is None else str(here.id),
        place_title="" if here is None else here.title or "",
        place_open=here is not None and is_open(here),
    )


def origin_of(message: Message) -> Origin:
    """Return where a message was written."""
    attached = message.effective_attachment is not None
    return Origin(chat=str(message.chat.id), message=str(message.message_id), attached=attached)


def contact_in_group(message: Message, user: User) -> Contact:
    """Return the contact of who wrote in a group, with the topic."""
    contact = contact_of(user, private=False, chat=message.chat)
    anonymous = kinds.is_anonymous(message)
    return replace(contact, anonymous=anonymous, origin=origin_of(message), thread=_topic(message))


def contact_of_tap(query: CallbackQuery) -> Contact:
    """Return the contact of a tap, which is answered in private, with the place and topic of the tapped message."""
    message = query.message
    contact = contact_of(query.from_user, private=True, chat=None if message is None else message.chat)
    return replace(contact, thread=_topic(message) if isinstance(message, Message) else None)


def _topic(message: Message) -> str | None:
    """Return the topic of a group in which a message is; None outside topics, as in General."""
    return str(message.message_thread_id) if message.is_topic_message else None


def is_open(chat: Chat | ChatFullInfo) -> bool:
    """Return whether people can read along uninvited.

    They can in channels, in groups with a public name, and in discussion groups of a channel, which all its subscribers
    can enter. Only `getChat` reports the last.
    """
    linked = isinstance(chat, ChatFullInfo) and bool(chat.active_usernames or chat.linked_chat_id)
    return chat.type == Chat.CHANNEL or bool(chat.username) or linked


def may_post(chat: Chat, bot: ChatMember) -> bool:
    """Return whether the bot, with this membership, may write in the chat."""
    if isinstance(bot, ChatMemberAdministrator):
        return chat.type != Chat.CHANNEL or bool(bot.can_post_messages)
    if isinstance(bot, ChatMemberRestricted):
        return bot.is_member and bool(bot.can_send_messages)
    return bot.status == ChatMember.MEMBER and chat.type != Chat.CHANNEL
