"""Telegram's limits, closed values and conditions.

Source, where a line names no other: core.telegram.org/bots/api, the section named like the type or method. What the
page leaves open and Telegram refuses all the same is marked "found by experiment", with who found it. Lengths are in
UTF-16 code units, as Telegram counts.
"""

from tests.contract.rules import Rules
from tests.contract.rules.conditions import at_least_one_of, at_most_one_of, exactly_one_of, needs, unless, when
from tests.contract.rules.telegram_objects import (
    chat_is_like_its_type,
    entities_are_inside,
    few_buttons,
    flood_waits_name_their_time,
    has_a_sender,
    says_where,
    written_in_html,
)
from tests.contract.schemas import Schema

UPDATES = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "message_reaction", "message_reaction_count",
    "inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query",
    "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost",
    "removed_chat_boost", "guest_message", "managed_bot",
})  # fmt: skip
ENTITIES = frozenset({
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline",
    "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention",
    "custom_emoji", "date_time",
})  # fmt: skip
ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
CHATS = frozenset({"private", "group", "supergroup", "channel"})
CHAT_ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip
# Of a message that is not only service: what there is to read, see or hear.
CONTENT = (
    "text", "photo", "animation", "audio", "document", "live_photo", "paid_media", "sticker", "story", "video",
    "video_note", "voice", "checklist", "contact", "dice", "game", "poll", "venue", "location", "rich_message",
    "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo",
    "group_chat_created", "supergroup_chat_created", "channel_chat_created", "message_auto_delete_timer_changed",
    "migrate_to_chat_id", "migrate_from_chat_id", "pinned_message", "invoice", "successful_payment",
    "refunded_payment", "users_shared", "chat_shared", "connected_website", "write_access_allowed", "web_app_data",
    "boost_added", "chat_background_set", "forum_topic_created", "forum_topic_edited", "forum_topic_closed",
    "forum_topic_reopened", "video_chat_started", "video_chat_ended", "giveaway", "gift", "unique_gift",
)  # fmt: skip
MEDIA = ("photo", "animation", "audio", "document", "live_photo", "paid_media", "video", "voice")


def text(least: int, most: int) -> Schema:
    return {"minLength": least, "maxLength": most, "unit": "utf16"}


def data(least: int, most: int) -> Schema:
    return {"minLength": least, "maxLength": most, "unit": "bytes"}


TIME: Schema = {"minimum": 0}
COUNT: Schema = {"minimum": 0}
USER: Schema = {"minimum": 1}
CHAT: Schema = {"pattern": r"@[A-Za-z][A-Za-z0-9_]{3,31}"}  # as text: @channelusername
ID: Schema = {"pattern": r"-?[A-Za-z0-9_-]+", "maxLength": 255}  # opaque; the length is a bound of our own
FILE: Schema = {"format": "token", **text(1, 255)}  # likewise
ADDRESS: Schema = {"format": "link", **text(1, 2048)}  # found by experiment: longer ones are refused
UPLOAD: Schema = {"pattern": r"attach://\S+|https?://\S+|[A-Za-z0-9_-]+", **text(1, 2048)}

EVERYWHERE: dict[str, Schema] = {
    "parse_mode": {"values": frozenset({"MarkdownV2", "HTML", "Markdown"})},  # #formatting-options
    "language_code": {"format": "language"},  # #user: an IETF language tag
    "date": TIME, "edit_date": TIME, "until_date": TIME, "expire_date": TIME,
    "chat_id": CHAT, "from_chat_id": CHAT, "user_id": USER, "user_chat_id": USER, "update_id": USER,
    "message_id": COUNT, "message_thread_id": COUNT, "width": {"minimum": 1}, "height": {"minimum": 1},
    "file_size": COUNT, "duration": COUNT, "cache_time": COUNT, "timeout": COUNT, "retry_after": COUNT,
    "accent_color_id": COUNT, "max_reaction_count": COUNT,
    "file_id": FILE, "file_unique_id": FILE, "photo": UPLOAD, "media": UPLOAD,
    "file_path": {"pattern": r"[\w./-]+", **text(1, 255)},
    "url": ADDRESS, "invite_link": ADDRESS,
    # core.telegram.org/method/account.checkUsername: 5 to 32 letters (4 where it was bought)
    "username": {"pattern": r"[A-Za-z][A-Za-z0-9_]{3,31}"},
    # Names of people: 64, found by experiment (the apps let nobody enter more)
    "first_name": text(1, 64), "last_name": text(0, 64),
    "callback_query_id": ID, "inline_query_id": ID, "inline_message_id": ID, "chat_instance": ID,
    "secret_token": {"format": "token", **data(1, 256)},
    "migrate_to_chat_id": {"maximum": -1_000_000_000_000},  # a supergroup
    "migrate_from_chat_id": {"maximum": -1},
    "allowed_updates": {"items": {"type": "string", "values": UPDATES}},
}  # fmt: skip

FIELDS: dict[str, dict[str, Schema]] = {
    "User": {"id": USER},
    "Chat": {"type": {"values": CHATS}, "title": text(1, 128)},  # #setchattitle
    "ChatFullInfo": {
        "type": {"values": CHATS},
        "title": text(1, 128),
        "description": text(0, 255),  # #setchatdescription
        "active_usernames": {"items": {"type": "string", "pattern": r"[A-Za-z][A-Za-z0-9_]{3,31}"}},
    },
    "Message": {"text": text(1, 4096), "caption": text(0, 1024)},
    "MessageEntity": {"type": {"values": ENTITIES}, "offset": COUNT, "length": {"minimum": 1}},
    "CallbackQuery": {"id": ID, "data": data(1, 64)},
    "InlineQuery": {
        "id": ID,
        "query": text(0, 256),
        "offset": data(0, 64),
        "chat_type": {"values": CHATS | {"sender"}},
    },
    "ChosenInlineResult": {"result_id": {"pattern": r"\S+", **data(1, 64)}, "query": text(0, 256)},
    "ChatInviteLink": {"name": text(0, 32), "member_limit": {"minimum": 1, "maximum": 99_999}},
    "BotCommand": {"command": {"pattern": "[a-z0-9_]{1,32}"}, "description": text(1, 256)},
    "BotName": {"name": text(0, 64)},
    "BotDescription": {"description": text(0, 512)},
    "BotShortDescription": {"short_description": text(0, 120)},
    "InlineKeyboardButton": {
        "text": text(1, 128),  # nothing is published; longer ones cannot be read on any screen
        "callback_data": data(1, 64),
        "style": {"values": frozenset({"danger", "success", "primary"})},
        "switch_inline_query": text(0, 256),
        "switch_inline_query_current_chat": text(0, 256),
    },
    "SwitchInlineQueryChosenChat": {"query": text(0, 256)},
    "CopyTextButton": {"text": text(1, 256)},
    "InputTextMessageContent": {"message_text": text(1, 100_000)},  # 4096 after entities: written_in_html
    "InlineQueryResultArticle": {
        "id": {"pattern": r"\S+", **data(1, 64)},
        "title": text(1, 256),  # this limit and the next are ours
        "description": text(0, 512),
    },
    "ReactionTypeEmoji": {"emoji": {"pattern": r"[^\x00-\x7f]{1,8}"}},
    "error": {"error_code": {"minimum": 400, "maximum": 599}, "description": text(1, 1000)},
    "sendDocument": {"document": UPLOAD},
    "sendMessage": {"text": text(1, 100_000)},
    "editMessageText": {"text": text(1, 100_000)},
    "answerCallbackQuery": {"text": text(0, 200), "url": {"pattern": r"https://t\.me/\w+\?start=[\w-]{1,64}"}},
    "answerInlineQuery": {"results": {"maxItems": 50}, "next_offset": data(0, 64)},
    "createChatInviteLink": {"name": text(0, 32), "member_limit": {"minimum": 1, "maximum": 99_999}},
    "editChatInviteLink": {"name": text(0, 32), "member_limit": {"minimum": 1, "maximum": 99_999}},
    "getUpdates": {"limit": {"minimum": 1, "maximum": 100}},
    "sendChatAction": {"action": {"values": CHAT_ACTIONS}},
    "setMyCommands": {"commands": {"maxItems": 100}, "language_code": {"pattern": "([a-z]{2})?"}},
    "setMyDescription": {"description": text(0, 512), "language_code": {"pattern": "([a-z]{2})?"}},
    "setMyShortDescription": {"short_description": text(0, 120), "language_code": {"pattern": "([a-z]{2})?"}},
    "setWebhook": {"url": {"format": "url"}, "max_connections": {"minimum": 1, "maximum": 100}},
}

OBJECTS: dict[str, Schema] = {
    "Update": {"conditions": (exactly_one_of(*sorted(UPDATES)),)},
    "Chat": {"conditions": (when("type", "private", "first_name"), chat_is_like_its_type,
                            when("type", ("group", "supergroup", "channel"), "title"))},
    "ChatFullInfo": {"conditions": (when("type", "private", "first_name"), chat_is_like_its_type,
                                    when("type", ("group", "supergroup", "channel"), "title"))},
    "Message": {"conditions": (at_least_one_of(*CONTENT), at_most_one_of("text", *MEDIA), has_a_sender,
                               needs("entities", "text"), needs("caption_entities", "caption"), entities_are_inside)},
    "MessageEntity": {"conditions": (
        when("type", "text_link", "url"), unless("type", "text_link", "url"),
        when("type", "text_mention", "user"), unless("type", "text_mention", "user"),
        when("type", "custom_emoji", "custom_emoji_id"), when("type", "date_time", "unix_time"),
        unless("type", "pre", "language"),
    )},
    "CallbackQuery": {"conditions": (exactly_one_of("data", "game_short_name"),
                                     exactly_one_of("message", "inline_message_id"))},
    "InlineKeyboardMarkup": {"conditions": (few_buttons,)},
    "InlineKeyboardButton": {"conditions": (exactly_one_of(*ACTIONS),)},
    "SwitchInlineQueryChosenChat": {"conditions": (
        at_least_one_of("allow_user_chats", "allow_bot_chats", "allow_group_chats", "allow_channel_chats"),
    )},
    "InputTextMessageContent": {"conditions": (written_in_html("message_text", 4096),)},
    "InputMediaPhoto": {"conditions": (written_in_html("caption", 1024),)},
    "sendMessage": {"conditions": (written_in_html("text", 4096), at_most_one_of("parse_mode", "entities"))},
    "sendPhoto": {"conditions": (written_in_html("caption", 1024), at_most_one_of("parse_mode", "caption_entities"))},
    "sendDocument": {"conditions": (written_in_html("caption", 1024),
                                    at_most_one_of("parse_mode", "caption_entities"))},
    "copyMessage": {"conditions": (written_in_html("caption", 1024),)},
    "editMessageText": {"conditions": (written_in_html("text", 4096), at_most_one_of("parse_mode", "entities"),
                                       exactly_one_of("text", "rich_message"), says_where)},
    "editMessageCaption": {"conditions": (written_in_html("caption", 1024), says_where)},
    "editMessageMedia": {"conditions": (says_where,)},
    "createChatInviteLink": {"conditions": (at_most_one_of("member_limit", "creates_join_request"),)},
    "editChatInviteLink": {"conditions": (at_most_one_of("member_limit", "creates_join_request"),)},
    "error": {"conditions": (flood_waits_name_their_time,)},
}  # fmt: skip

RULES = Rules(everywhere=EVERYWHERE, fields=FIELDS, objects=OBJECTS)
