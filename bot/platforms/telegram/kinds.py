"""Which kind of update one is: who wrote where, and with what content."""

from telegram import Chat, Message, Update
from telegram.constants import MessageAttachmentType, MessageType

_PRIVATE, _GROUPS = (Chat.PRIVATE,), (Chat.GROUP, Chat.SUPERGROUP)
# What a message of a person can have; every other kind is Telegram's own report, such as a pinned message.
_WRITTEN = frozenset({
    *(str(kind.value) for kind in MessageAttachmentType),
    *("text", "story", "checklist", "giveaway", "effect_id", "reply_to_story", "suggested_post_info"),
    *("sender_boost_count", "sender_business_bot", "business_connection_id"),
})  # fmt: skip
_REPORTS = tuple(str(kind.value) for kind in MessageType if kind.value not in _WRITTEN)


def is_private_message(update: Update) -> bool:
    """Return whether a person wrote a text to the bot."""
    return bool(update.message and update.message.text) and _is_of_a_person(update.message, *_PRIVATE)


def is_private_attachment(update: Update) -> bool:
    """Return whether a person sent the bot anything else: a picture, a voice note, a file, a sticker."""
    return _is_of_a_person(update.message, *_PRIVATE) and not _is_report(update.message)


def is_private_edit(update: Update) -> bool:
    """Return whether a person changed a text that they wrote to the bot."""
    edited = update.edited_message
    has_text = edited is not None and bool(edited.text or edited.caption)
    return has_text and _is_of_a_person(edited, *_PRIVATE)


def is_group_message(update: Update) -> bool:
    """Return whether a person or an anonymous administrator wrote in a group."""
    return _is_of_a_person(update.message, *_GROUPS) and not _is_report(update.message)


def is_group_edit(update: Update) -> bool:
    """Return whether a person changed what they wrote in a group."""
    return _is_of_a_person(update.edited_message, *_GROUPS)


def is_anonymous(message: Message) -> bool:
    """Return whether it was written in the name of a group or channel, so that nobody knows by whom."""
    return message.sender_chat is not None and message.chat.type != Chat.PRIVATE


def is_tap(update: Update) -> bool:
    return update.callback_query is not None


def is_inline_query(update: Update) -> bool:
    return update.inline_query is not None


def is_inline_sent(update: Update) -> bool:
    return update.chosen_inline_result is not None


def is_block_or_unblock(update: Update) -> bool:
    change = update.my_chat_member
    return change is not None and change.chat.type == Chat.PRIVATE


def is_place_change(update: Update) -> bool:
    change = update.my_chat_member
    return change is not None and change.chat.type != Chat.PRIVATE


def is_membership(update: Update) -> bool:
    return update.chat_member is not None


def is_migration(update: Update) -> bool:
    """Return whether a group became a supergroup: Telegram says so in the old group and in the new one."""
    message = update.message
    return message is not None and (message.migrate_to_chat_id or message.migrate_from_chat_id) is not None


def _is_of_a_person(message: Message | None, *chat_types: str) -> bool:
    """Return whether a person wrote it: not another bot, and not the channel that a group is linked to.

    Anonymous administrators are a bot of Telegram's, GroupAnonymousBot, in the name of the group.
    """
    if message is None or message.chat.type not in chat_types or message.from_user is None:
        return False
    return (is_anonymous(message) and not message.is_automatic_forward) or not message.from_user.is_bot


def _is_report(message: Message | None) -> bool:
    return message is None or any(getattr(message, kind, None) for kind in _REPORTS)
