"""Changes that both the bot and people can cause: chat membership, and the updates about it."""

from __future__ import annotations

from bot.sandbox.kit import Json
from bot.sandbox.telegram.shapes import member_change, user_of
from bot.sandbox.telegram.state import GROUPS, INSIDE, Chat, InviteLink, World


def change_member(
    world: World, chat: Chat, actor: Json, user_id: int, status: str, *,
    link: InviteLink | None = None, via_request: bool = False,
) -> None:  # fmt: skip
    """Change a user's status in a chat; send the service message and the update that Telegram would."""
    before = chat.members.get(user_id, "left")
    chat.members[user_id] = status
    user = user_of(world, user_id)
    change = member_change(world, chat, actor, user, before, status)
    if via_request and link is None:
        change["via_join_request"] = True  # requested without a link
    # In public chats apps join directly, so the link is missing by design unless it requires approval.
    if link and (via_request or not chat.shape.get("username")):
        change["invite_link"] = link.seen_by(world.bot["id"])
    if user_id == world.bot["id"]:
        world.updates.push("my_chat_member", change)
    elif world.bot_is_admin(chat):
        world.updates.push("chat_member", change)
    if chat.kind in GROUPS and (before in INSIDE) != (status in INSIDE):
        joined = status in INSIDE
        service: Json = {"new_chat_members": [user]} if joined else {"left_chat_member": user}
        message = world.keep(chat, {"from": user if joined and link else actor, **service})
        if chat.members.get(world.bot["id"]) in INSIDE:
            world.updates.push("message", message)
    world.tell("members", chat)
