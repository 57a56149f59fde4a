"""Objects of the Bot API that are assembled from the fake's state."""

from __future__ import annotations

from collections.abc import Collection

from bot.sandbox.kit import Json
from bot.sandbox.telegram.state import Chat, World

RIGHTS = (
    "can_manage_chat", "can_change_info", "can_delete_messages", "can_invite_users", "can_restrict_members",
    "can_promote_members", "can_manage_video_chats", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip


def user_of(world: World, user_id: int) -> Json:
    return world.bot if user_id == world.bot["id"] else world.people[user_id].user


def member(world: World, chat: Chat, user_id: int) -> Json:
    lacking = chat.lacking if user_id == world.bot["id"] else ()
    return as_member(user_of(world, user_id), chat.members.get(user_id, "left"), chat.kind, lacking)


def as_member(user: Json, status: str, kind: str, lacking: Collection[str] = ()) -> Json:
    """Return the ChatMember for a status.

    An administrator has every right of that kind of chat, except promoting others and those in `lacking`.
    """
    shape: Json = {"status": status, "user": user}
    if status == "creator":
        shape["is_anonymous"] = False
    elif status == "kicked":
        shape["until_date"] = 0
    elif status == "administrator":
        shape |= {name: name != "can_promote_members" for name in RIGHTS}
        shape |= {"can_be_edited": False, "is_anonymous": False}
        if kind == "channel":
            shape |= {"can_post_messages": True, "can_edit_messages": True}
        else:
            shape["can_pin_messages"] = True
        shape |= {name: False for name in lacking if name in shape}
    return shape


def full_chat(world: World, chat: Chat) -> Json:
    shape: Json = {
        **chat.shape,
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
        ),
    }
    if chat.shape.get("username"):
        shape["active_usernames"] = [chat.shape["username"]]
    if chat.discusses is not None:
        shape["linked_chat_id"] = chat.discusses
    if chat.pinned and chat.pinned[-1] in chat.messages:
        shape["pinned_message"] = chat.messages[chat.pinned[-1]]
    return shape


def member_change(world: World, chat: Chat, actor: Json, user: Json, before: str, after: str) -> Json:
    """Return a ChatMemberUpdated."""
    lacking = chat.lacking if user["id"] == world.bot["id"] else ()
    return {
        "chat": chat.shape,
        "from": actor,
        "date": world.now(),
        "old_chat_member": as_member(user, before, chat.kind),
        "new_chat_member": as_member(user, after, chat.kind, lacking),
    }
