"""Invite links into chats, and who joins by which."""

from telegram import Bot, Chat, ChatMember, ChatMemberAdministrator, ChatMemberRestricted, ChatMemberUpdated
from telegram.error import BadRequest

from bot.platforms.telegram.contacts import contact_of
from bot.platforms.telegram.errors import says
from bot.usecases.context import Context
from bot.usecases.ports import CreatedInvite, InviteLimitReached, JoinsNotVisible, MissingPermission
from bot.usecases.referrals import newcomers

_MAX_NAME = 32
_NO_ROOM = ("invites_too_much",)
_LINK_GONE = ("invite_hash_invalid", "invite_hash_expired", "chat not found")


async def make_link(bot: Bot, place: int | str, name: str) -> CreatedInvite:
    """Create an invite link. Raises like `check`, InviteLimitReached, and Telegram's errors."""
    chat_id = await check(bot, place)
    try:
        link = await bot.create_chat_invite_link(chat_id, name=name[:_MAX_NAME])
    except BadRequest as error:
        if says(error, *_NO_ROOM):
            raise InviteLimitReached(error.message) from error
        raise
    return CreatedInvite(destination=str(chat_id), code=link.invite_link)


async def check(bot: Bot, place: int | str) -> int:
    """Return the chat's ID if joins are visible. Raises JoinsNotVisible for a public chat, or MissingPermission.

    In a public chat, joins do not name the link that was followed. Only administrators are told who joins.
    """
    chat = await bot.get_chat(place)
    if chat.username:
        raise JoinsNotVisible("in public chats Telegram does not tell who joined by which link")
    me = await bot.get_chat_member(chat.id, bot.id)
    if not isinstance(me, ChatMemberAdministrator) or not me.can_invite_users:
        raise MissingPermission("the bot is no administrator that may invite by link")
    return chat.id


async def revoke_link(bot: Bot, chat: int | str, url: str) -> None:
    """Revoke a link; a no-op if it is gone."""
    try:
        await bot.revoke_chat_invite_link(chat, url)
    except BadRequest as error:
        if not says(error, *_LINK_GONE):
            raise


async def record_change(ctx: Context, change: ChatMemberUpdated, bot_id: int) -> None:
    """Record people who joined by a link of the bot, and people who left.

    Telegram truncates links of other administrators, so no one is credited for them.
    """
    before, after = _is_inside(change.old_chat_member), _is_inside(change.new_chat_member)
    person = change.new_chat_member.user
    if before == after or person.is_bot or change.chat.type == Chat.PRIVATE:
        return
    contact = contact_of(person, private=False, chat=change.chat)
    link = change.invite_link
    if before:
        await newcomers.record_departure(ctx, contact)
    elif link is not None and link.creator.id == bot_id:
        await newcomers.record_chat_join(ctx, contact, link.invite_link)


def _is_inside(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status not in (ChatMember.LEFT, ChatMember.BANNED)
