"""Who is talking and where, as Telegram tells it."""

from telegram import Chat, ChatFullInfo, ChatMember, ChatMemberAdministrator, ChatMemberRestricted, User

from bot.domain.people import Contact
from content.catalog import pick_locale


def contact_of(user: User, *, private: bool, chat: Chat | None = None) -> Contact:
    """`private`: only this person reads the answer. `chat`: where they are; a private chat is no place."""
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


def is_open(chat: Chat | ChatFullInfo) -> bool:
    """Whether more than a circle of invited people may read along.

    So it is in any channel, in groups with a public name, and in those where a channel's posts are discussed, which
    all its subscribers may enter. Only `getChat` tells of the last.
    """
    linked = isinstance(chat, ChatFullInfo) and bool(chat.active_usernames or chat.linked_chat_id)
    return chat.type == Chat.CHANNEL or bool(chat.username) or linked


def may_post(chat: Chat, bot: ChatMember) -> bool:
    """Whether the bot, being this in a chat, may write there."""
    if isinstance(bot, ChatMemberAdministrator):
        return chat.type != Chat.CHANNEL or bool(bot.can_post_messages)
    if isinstance(bot, ChatMemberRestricted):
        return bot.is_member and bool(bot.can_send_messages)
    return bot.status == ChatMember.MEMBER and chat.type != Chat.CHANNEL
