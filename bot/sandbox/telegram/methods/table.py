"""Every Bot API method that the fake supports: its parameters and its handler.

A parameter is name:type, with ! if it is required. Types: int, str, bool, chat (number or @name), json, file.
Telegram's parameters that the fake does not use are left out, and refused when sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from bot.sandbox.kit import Json
from bot.sandbox.telegram.methods import chats, messages, profile, questions
from bot.sandbox.telegram.state import World

Handler = Callable[[World, Json], Any]  # getUpdates answers with an awaitable


@dataclass(frozen=True)
class Method:
    name: str
    handler: Handler
    parameters: dict[str, str]  # type by name
    required: tuple[str, ...]
    paced: bool  # counts as a message sent


_POST = (
    "chat_id:chat! message_thread_id:int disable_notification:bool protect_content:bool allow_paid_broadcast:bool "
    "reply_parameters:json reply_markup:json parse_mode:str "
)
_CAPTION = "caption:str caption_entities:json show_caption_above_media:bool "
_PLACE = "chat_id:chat message_id:int inline_message_id:str reply_markup:json "
_LINK = "name:str expire_date:int member_limit:int creates_join_request:bool"
_SCOPE = "scope:json language_code:str"

_PACED: list[tuple[str, Handler, str]] = [
    ("sendMessage", messages.send_message, _POST + "text:str! entities:json link_preview_options:json"),
    ("sendPhoto", messages.send_photo, _POST + _CAPTION + "photo:file! has_spoiler:bool"),
    ("sendDocument", messages.send_document,
     _POST + _CAPTION + "document:file! disable_content_type_detection:bool"),
    ("copyMessage", messages.copy_message, _POST + _CAPTION + "from_chat_id:chat! message_id:int!"),
    ("editMessageText", messages.edit_text,
     _PLACE + "text:str parse_mode:str entities:json link_preview_options:json"),
    ("editMessageCaption", messages.edit_caption, _PLACE + _CAPTION + "parse_mode:str"),
    ("editMessageMedia", messages.edit_media, _PLACE + "media:json!"),
    ("editMessageReplyMarkup", messages.edit_markup, _PLACE),
]  # fmt: skip

_OTHERS: list[tuple[str, Handler, str]] = [
    ("getMe", profile.get_me, ""),
    ("getUpdates", lambda world, p: world.updates.fetch(p),
     "offset:int limit:int timeout:int allowed_updates:json"),
    ("setWebhook", lambda world, p: world.updates.set_webhook(p),
     "url:str! allowed_updates:json drop_pending_updates:bool max_connections:int secret_token:str ip_address:str"),
    ("deleteWebhook", lambda world, p: world.updates.set_webhook({**p, "url": ""}), "drop_pending_updates:bool"),
    ("getWebhookInfo", lambda world, p: world.updates.info(), ""),
    ("setMyCommands", profile.set_commands, "commands:json! " + _SCOPE),
    ("getMyCommands", profile.get_commands, _SCOPE),
    ("deleteMyCommands", profile.delete_commands, _SCOPE),
    ("setMyName", cast(Handler, profile.set_named("name", "name", 64)), "name:str language_code:str"),
    ("getMyName", cast(Handler, profile.get_named("name", "name")), "language_code:str"),
    ("setMyDescription", cast(Handler, profile.set_named("description", "description", 512)),
     "description:str language_code:str"),
    ("getMyDescription", cast(Handler, profile.get_named("description", "description")), "language_code:str"),
    ("setMyShortDescription", cast(Handler, profile.set_named("short", "short_description", 120)),
     "short_description:str language_code:str"),
    ("getMyShortDescription", cast(Handler, profile.get_named("short", "short_description")), "language_code:str"),
    ("setChatMenuButton", profile.set_menu, "chat_id:int menu_button:json"),
    ("getChatMenuButton", profile.get_menu, "chat_id:int"),
    ("getFile", profile.get_file, "file_id:str!"),
    ("getChat", chats.get_chat, "chat_id:chat!"),
    ("getChatMember", chats.get_member, "chat_id:chat! user_id:int!"),
    ("getChatMemberCount", chats.count_members, "chat_id:chat!"),
    ("getChatAdministrators", chats.administrators, "chat_id:chat! return_bots:bool"),
    ("leaveChat", chats.leave, "chat_id:chat!"),
    ("createChatInviteLink", chats.create_link, "chat_id:chat! " + _LINK),
    ("editChatInviteLink", chats.edit_link, "chat_id:chat! invite_link:str! " + _LINK),
    ("revokeChatInviteLink", chats.revoke_link, "chat_id:chat! invite_link:str!"),
    ("exportChatInviteLink", chats.export_link, "chat_id:chat!"),
    ("approveChatJoinRequest", chats.approve, "chat_id:chat! user_id:int!"),
    ("declineChatJoinRequest", chats.decline, "chat_id:chat! user_id:int!"),
    ("deleteMessage", messages.delete_message, "chat_id:chat! message_id:int!"),
    ("pinChatMessage", messages.pin_message, "chat_id:chat! message_id:int! disable_notification:bool"),
    ("unpinChatMessage", messages.unpin_message, "chat_id:chat! message_id:int"),
    ("sendChatAction", messages.send_action, "chat_id:chat! action:str! message_thread_id:int"),
    ("setMessageReaction", messages.react, "chat_id:chat! message_id:int! reaction:json is_big:bool"),
    ("answerCallbackQuery", questions.answer_callback,
     "callback_query_id:str! text:str show_alert:bool url:str cache_time:int"),
    ("answerInlineQuery", questions.answer_inline,
     "inline_query_id:str! results:json! cache_time:int is_personal:bool next_offset:str button:json"),
]  # fmt: skip


def _method(name: str, handler: Handler, signature: str, paced: bool) -> Method:
    pairs = [part.split(":") for part in signature.split()]
    parameters = {key: kind.rstrip("!") for key, kind in pairs}
    return Method(name, handler, parameters, tuple(key for key, kind in pairs if kind.endswith("!")), paced)


# Telegram ignores the case of method names.
METHODS = {name.lower(): _method(name, handler, signature, True) for name, handler, signature in _PACED} | {
    name.lower(): _method(name, handler, signature, False) for name, handler, signature in _OTHERS
}
