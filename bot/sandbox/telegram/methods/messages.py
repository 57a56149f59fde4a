"""Methods that send, edit, copy and delete messages."""

from __future__ import annotations

from bot.sandbox.kit import Json
from bot.sandbox.telegram.entities import formatted, units
from bot.sandbox.telegram.errors import bad, ours
from bot.sandbox.telegram.markup import inline_keyboard, keyboard
from bot.sandbox.telegram.state import Chat, World

MOST_TEXT, MOST_CAPTION = 4096, 1024
DELETABLE = 48 * 3600  # seconds during which a message can be deleted
SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
CONTENT = (
    "text",
    "entities",
    "link_preview_options",
    "photo",
    "document",
    "caption",
    "caption_entities",
    "show_caption_above_media",
)
MEDIA = ("photo", "document")
STAYS = ("message_id", "date", "chat", "from", "sender_chat", "via_bot", "reply_to_message")
PREVIEW = {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}
REPLY = {"message_id", "chat_id", "allow_sending_without_reply", "quote"}
ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip


def send_message(world: World, p: Json) -> Json:
    chat = world.chat_to_write(p["chat_id"])
    return _post(world, chat, text_content(p, "text", "entities"), p)


def send_photo(world: World, p: Json) -> Json:
    chat = world.chat_to_write(p["chat_id"])
    return _post(world, chat, photo_content(world, p["photo"], p), p)


def send_document(world: World, p: Json) -> Json:
    chat = world.chat_to_write(p["chat_id"])
    return _post(world, chat, {"document": world.files.add_document(p["document"]), **caption_content(p)}, p)


def copy_message(world: World, p: Json) -> Json:
    chat = world.chat_to_write(p["chat_id"])
    source = world.chat_for_bot(p["from_chat_id"]).messages.get(p["message_id"])
    if source is None:
        raise bad("message to copy not found")
    content = _picked(source, CONTENT)
    if not content:
        raise bad("message can't be copied")
    if "caption" in p and (media := _picked(content, MEDIA)):
        content = {**media, **caption_content(p)}
    return {"message_id": _post(world, chat, content, p)["message_id"]}


def edit_text(world: World, p: Json) -> Json | bool:
    chat, message = _to_edit(world, p)
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    if "text" not in p:
        raise bad("message text is empty")
    return _edit(world, chat, message, text_content(p, "text", "entities"), p)


def edit_caption(world: World, p: Json) -> Json | bool:
    chat, message = _to_edit(world, p)
    media = _picked(message, MEDIA)
    if not media:
        raise bad("there is no caption in the message to edit")
    return _edit(world, chat, message, {**media, **caption_content(p)}, p)


def edit_media(world: World, p: Json) -> Json | bool:
    chat, message = _to_edit(world, p)
    media = p["media"]
    known = {"type", "media", "caption", "parse_mode", "caption_entities", "show_caption_above_media", "has_spoiler"}
    if not isinstance(media, dict) or media.get("type") != "photo" or media.keys() - known:
        raise ours("of InputMedia only photos are known")
    source = media.get("media", "")
    if isinstance(source, str) and source.startswith("attach://"):
        source = p.get("files", {}).get(source.removeprefix("attach://"))
        if source is None:
            raise bad("wrong file identifier/HTTP URL specified")
    return _edit(world, chat, message, photo_content(world, source, media), p)


def edit_markup(world: World, p: Json) -> Json | bool:
    chat, message = _to_edit(world, p)
    content = _picked(message, CONTENT)
    return _edit(world, chat, message, content, p)


def delete_message(world: World, p: Json) -> bool:
    chat = world.chat_for_bot(p["chat_id"])
    message = chat.messages.get(p["message_id"])
    if message is None:
        raise bad("message to delete not found")
    _check_deletable(world, chat, message)
    del chat.messages[p["message_id"]]
    if p["message_id"] in chat.pinned:
        chat.pinned.remove(p["message_id"])
    world.tell("deleted", chat, p["message_id"])
    return True


def _check_deletable(world: World, chat: Chat, message: Json) -> None:
    """Raise Refused if the bot may not delete this message, or no longer.

    Source: core.telegram.org/bots/api#deletemessage. Administrators of groups and channels may delete at any age;
    everywhere else a message "can only be deleted if it was sent less than 48 hours ago".
    """
    if chat.kind != "private" and world.bot_is_admin(chat):
        return
    if message.get("from") != world.bot and chat.kind != "private":
        raise bad("message can't be deleted")
    if world.now() - message["date"] >= DELETABLE:
        raise bad("message can't be deleted for everyone")


def pin_message(world: World, p: Json) -> bool:
    chat = world.chat_to_write(p["chat_id"])
    if p["message_id"] not in chat.messages:
        raise bad("message to pin not found")
    if chat.kind != "private" and not world.bot_is_admin(chat):
        raise bad("not enough rights to manage pinned messages in the chat")
    chat.pinned.append(p["message_id"])
    world.tell("pinned", chat, p["message_id"])
    return True


def unpin_message(world: World, p: Json) -> bool:
    chat = world.chat_to_write(p["chat_id"])
    message_id = p.get("message_id", chat.pinned[-1] if chat.pinned else None)
    if message_id not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(message_id)
    world.tell("pinned", chat, message_id)
    return True


def send_action(world: World, p: Json) -> bool:
    chat = world.chat_to_write(p["chat_id"])
    if p["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    world.actions.append((chat.id, p["action"]))
    world.tell("action", chat)
    return True


def react(world: World, p: Json) -> bool:
    chat = world.chat_for_bot(p["chat_id"])
    message = chat.messages.get(p["message_id"])
    if message is None:
        raise bad("message to react not found")
    reactions = p.get("reaction", [])
    if not isinstance(reactions, list) or len(reactions) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(r.get("type") != "emoji" or not r.get("emoji") or r.keys() - {"type", "emoji"} for r in reactions):
        raise bad("REACTION_INVALID")
    world.tell("reaction", chat, p["message_id"])
    return True


# --- content: shared with inline results ---
def text_content(p: Json, name: str, entities_name: str) -> Json:
    """Return {"text": ..., "entities": ...} of a message. Raises Refused for empty, long or malformed text."""
    text, entities = formatted(p[name], p.get("parse_mode"), p.get(entities_name))
    if not text:
        raise bad("message text is empty")
    if len(text) > MOST_TEXT // 2 and units(text) > MOST_TEXT:
        raise bad("message is too long")
    content: Json = {"text": text, "entities": entities} if entities else {"text": text}
    preview = p.get("link_preview_options")
    if preview:
        if not isinstance(preview, dict) or preview.keys() - PREVIEW:
            raise ours("unknown field in LinkPreviewOptions")
        content["link_preview_options"] = preview
    return content


def caption_content(p: Json) -> Json:
    text, entities = formatted(p.get("caption", ""), p.get("parse_mode"), p.get("caption_entities"))
    if units(text) > MOST_CAPTION:
        raise bad("message caption is too long")
    content: Json = {"caption": text} if text else {}
    if entities:
        content["caption_entities"] = entities
    if p.get("show_caption_above_media") and text:
        content["show_caption_above_media"] = True
    return content


def photo_content(world: World, source: bytes | str, p: Json) -> Json:
    """Return {"photo": [sizes], "caption": ...} of uploaded bytes or a file id. Refuses URLs: nothing is fetched."""
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    caption = caption_content(p)
    photo = world.files.add_photo(source) if isinstance(source, bytes) else world.files.photo(source)
    return {"photo": list(photo.sizes), **caption}


def _picked(message: Json, names: tuple[str, ...]) -> Json:
    return {name: message[name] for name in names if name in message}


# --- the two ways a message comes to be ---
def _post(world: World, chat: Chat, content: Json, p: Json) -> Json:
    topic = in_topic(chat, p.get("message_thread_id"))
    inline, reply = keyboard(p.get("reply_markup"))
    sender = {"sender_chat": chat.shape} if chat.kind == "channel" else {"from": world.bot}
    message = {**sender, **content, **topic, **_reply(chat, p.get("reply_parameters"))}
    if inline:
        message["reply_markup"] = inline
    if reply and not world.quiet:
        chat.reply_keyboard = None if "remove_keyboard" in reply else reply
    if chat.kind == "channel":
        chat.own_posts.add(chat.last_id + 1)
    return world.keep(chat, message)


def in_topic(chat: Chat, thread: int | None) -> Json:
    """Return a message's fields about its topic. Raises Refused if the bot cannot write there."""
    if thread is None:
        return {}
    topic = chat.topics.get(thread)
    if topic is None:
        raise bad("message thread not found")
    if topic.closed:
        raise bad("TOPIC_CLOSED")
    return {"message_thread_id": thread, "is_topic_message": True}


def _reply(chat: Chat, parameters: Json | None) -> Json:
    if not parameters:
        return {}
    if not isinstance(parameters, dict) or parameters.keys() - REPLY or "message_id" not in parameters:
        raise ours("unknown or missing field in ReplyParameters")
    original = chat.messages.get(parameters["message_id"])
    if original is None:
        if parameters.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    return {"reply_to_message": {k: v for k, v in original.items() if k != "reply_to_message"}}


def _to_edit(world: World, p: Json) -> tuple[Chat, Json]:
    if "inline_message_id" in p:
        place = world.inline_messages.get(p["inline_message_id"])
        if place is None or place[1] not in world.chats[place[0]].messages:
            raise bad("MESSAGE_ID_INVALID")
        return world.chats[place[0]], world.chats[place[0]].messages[place[1]]
    if "chat_id" not in p or "message_id" not in p:
        raise bad("message identifier is not specified")
    chat = world.chat_to_write(p["chat_id"])
    message = chat.messages.get(p["message_id"])
    if message is None:
        raise bad("message to edit not found")
    # In channels an administrator may edit all posts.
    if message.get("from") != world.bot and chat.kind != "channel":
        raise bad("message can't be edited")
    return chat, message


def _edit(world: World, chat: Chat, message: Json, content: Json, p: Json) -> Json | bool:
    """Replace a message's content. A missing reply_markup removes the buttons, as in Telegram."""
    markup = inline_keyboard(p["reply_markup"]) if p.get("reply_markup") else None
    after = _picked(message, STAYS) | content
    if markup:
        after["reply_markup"] = markup
    if after == {k: v for k, v in message.items() if k not in ("edit_date", "inline_message_id")}:
        raise bad(SAME)
    after["edit_date"] = world.now()
    chat.messages[message["message_id"]] = after
    world.tell("edited", chat, message["message_id"])
    return True if "inline_message_id" in p else after
