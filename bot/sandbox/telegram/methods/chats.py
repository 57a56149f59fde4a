"""Methods about chats and their members: invite links and join requests."""

from __future__ import annotations

from bot.sandbox.kit import Json
from bot.sandbox.telegram.errors import bad, ours
from bot.sandbox.telegram.shapes import full_chat, member
from bot.sandbox.telegram.state import ADMINS, INSIDE, Chat, InviteLink, World
from bot.sandbox.telegram.world_changes import change_member

MOST_LINKS = 10_000


def get_chat(world: World, p: Json) -> Json:
    return full_chat(world, world.chat_for_bot(p["chat_id"]))


def get_member(world: World, p: Json) -> Json:
    chat = world.chat_for_bot(p["chat_id"])
    if p["user_id"] not in world.people and p["user_id"] != world.bot["id"]:
        raise bad("PARTICIPANT_ID_INVALID")
    return member(world, chat, p["user_id"])


def count_members(world: World, p: Json) -> int:
    return sum(status in INSIDE for status in world.chat_for_bot(p["chat_id"]).members.values())


def administrators(world: World, p: Json) -> list[Json]:
    chat = world.chat_for_bot(p["chat_id"])
    if chat.kind == "private":
        raise bad("there are no administrators in the private chat")
    admins = [user_id for user_id, status in chat.members.items() if status in ADMINS]
    return [member(world, chat, a) for a in admins if a != world.bot["id"] or p.get("return_bots")]


def leave(world: World, p: Json) -> bool:
    chat = world.chat_for_bot(p["chat_id"])
    if chat.kind == "private":
        raise bad("chat member status can't be changed in private chats")
    change_member(world, chat, world.bot, world.bot["id"], "left")
    return True


# --- invite links ---
def create_link(world: World, p: Json) -> Json:
    return new_link(world, _managed(world, p), world.bot, p).shape


def new_link(world: World, chat: Chat, creator: Json, p: Json) -> InviteLink:
    """Create an administrator's further invite link. Raises Refused for invalid terms."""
    if len(chat.links) >= MOST_LINKS:
        raise bad("INVITES_TOO_MUCH")
    url = f"https://t.me/+{world.text(16)}"
    shape = {"invite_link": url, "creator": creator, "is_primary": False, "is_revoked": False}
    made = chat.links[url] = InviteLink({**shape, **_terms(world, p)})
    return made


def edit_link(world: World, p: Json) -> Json:
    chat = _managed(world, p)
    link = _link(world, chat, p)
    if link.shape["is_revoked"]:
        raise bad("INVITE_HASH_EXPIRED")
    kept = {k: link.shape[k] for k in ("invite_link", "creator", "is_primary", "is_revoked")}
    link.shape = {**kept, **_terms(world, p)}
    return link.shape


def revoke_link(world: World, p: Json) -> Json:
    link = _link(world, _managed(world, p), p)
    link.shape = {**link.shape, "is_revoked": True}
    return link.shape


def export_link(world: World, p: Json) -> str:
    chat = _managed(world, p)
    for link in chat.links.values():
        if link.shape["is_primary"]:
            link.shape = {**link.shape, "is_revoked": True}
    url = f"https://t.me/+{world.text(16)}"
    flags = {"creates_join_request": False, "is_primary": True, "is_revoked": False}
    chat.links[url] = InviteLink({"invite_link": url, "creator": world.bot, **flags})
    return url


def _terms(world: World, p: Json) -> Json:
    terms: Json = {"creates_join_request": p.get("creates_join_request", False)}
    if len(p.get("name", "")) > 32:
        raise ours("Telegram cuts the name of an invite link to 32 characters")
    if "member_limit" in p:
        if not 1 <= p["member_limit"] <= 99_999:
            raise ours("member limit must be between 1 and 99999")
        if terms["creates_join_request"]:
            raise bad("member limit can't be specified for links requiring administrator approval")
    if "expire_date" in p and 0 < p["expire_date"] <= world.now():
        raise bad("EXPIRE_DATE_INVALID")
    return terms | {k: p[k] for k in ("name", "member_limit", "expire_date") if p.get(k)}


def _managed(world: World, p: Json) -> Chat:
    chat = world.chat_for_bot(p["chat_id"])
    if chat.kind == "private":
        raise bad("can't invite members to a private chat")
    if not world.bot_may(chat, "can_invite_users"):
        raise bad("not enough rights to manage chat invite link")
    return chat


def _link(world: World, chat: Chat, p: Json) -> InviteLink:
    link = chat.links.get(p["invite_link"])
    if link is None:
        raise bad("INVITE_HASH_INVALID")
    if link.shape["creator"] != world.bot:
        raise bad("CHAT_ADMIN_REQUIRED")  # a bot can manage its own links only
    return link


# --- requests to join ---
def approve(world: World, p: Json) -> bool:
    chat, url = _request(world, p)
    link = chat.links.get(url) if url else None
    change_member(world, chat, world.bot, p["user_id"], "member", link=link, via_request=True)
    return True


def decline(world: World, p: Json) -> bool:
    _request(world, p)
    return True


def _request(world: World, p: Json) -> tuple[Chat, str | None]:
    chat = _managed(world, p)
    if chat.members.get(p["user_id"]) in INSIDE:
        raise bad("USER_ALREADY_PARTICIPANT")
    if p["user_id"] not in chat.requests:
        raise bad("HIDE_REQUESTER_MISSING")
    world.people[p["user_id"]].window_until = 0
    return chat, chat.requests.pop(p["user_id"])
