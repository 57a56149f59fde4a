"""Discord's limits, closed values and conditions, beyond those that its OpenAPI description states.

Source, where a line names no other: docs.discord.com/developers/resources/ (message, user, channel, invite, guild,
application), /developers/components/reference and /developers/interactions/ (application-commands,
receiving-and-responding).
"""

from tests.contract.rules import Rules
from tests.contract.rules.conditions import at_least_one_of
from tests.contract.rules.discord_objects import (
    answer_has_its_data,
    button_does_one_thing,
    command_is_small,
    custom_ids_differ,
    embeds_are_small,
    mentions_are_not_said_twice,
    menu_offers_enough,
    message_of_the_bot_itself_knows_its_interaction,
    new_components_stand_alone,
    required_options_come_first,
    row_is_one_menu_or_five_buttons,
    with_what_its_type_needs,
)
from tests.contract.schemas import Schema

COUNT: Schema = {"minimum": 0}
SIZE: Schema = {"minimum": 1}
COLOUR: Schema = {"minimum": 0, "maximum": 0xFFFFFF}
HASH: Schema = {"pattern": r"[A-Za-z0-9_]{1,128}"}
ADDRESS: Schema = {"format": "uri", "minLength": 1, "maxLength": 2048}
TOKEN: Schema = {"format": "token", "minLength": 1, "maxLength": 255}  # the length is ours
BITS: Schema = {"pattern": r"[0-9]+"}
COMMAND: Schema = {"pattern": r"[-_'\w]{1,32}"}
NAMED: Schema = {"minLength": 1, "maxLength": 100}
LABEL: Schema = {"minLength": 1, "maxLength": 80}
CUSTOM: Schema = {"minLength": 1, "maxLength": 100}

EVERYWHERE: dict[str, Schema] = {
    "username": {"pattern": r"\S(.{0,30}\S)?", "minLength": 1},  # 1 to 32
    "global_name": {"minLength": 1, "maxLength": 32},
    "discriminator": {"pattern": r"0|\d{4}"},
    "permissions": BITS, "default_member_permissions": BITS, "flags_new": BITS, "allow": BITS, "deny": BITS,
    "flags": COUNT, "public_flags": COUNT, "system_channel_flags": COUNT, "position": COUNT, "uses": COUNT,
    "max_uses": {"minimum": 0, "maximum": 100}, "max_age": {"minimum": 0, "maximum": 604_800},
    "accent_color": COLOUR, "color": COLOUR, "primary_color": COLOUR,
    "width": SIZE, "height": SIZE, "size": COUNT, "count": COUNT, "burst": COUNT, "normal": COUNT,
    "min_values": {"minimum": 0, "maximum": 25}, "max_values": {"minimum": 1, "maximum": 25},
    "min_length": {"minimum": 0, "maximum": 6000}, "max_length": {"minimum": 1, "maximum": 6000},
    "rate_limit_per_user": {"minimum": 0, "maximum": 21_600}, "premium_subscription_count": COUNT,
    "approximate_guild_count": COUNT, "approximate_member_count": COUNT, "approximate_presence_count": COUNT,
    "approximate_user_authorization_count": COUNT, "approximate_user_install_count": COUNT,
    "max_members": SIZE, "max_stage_video_channel_users": COUNT, "max_video_channel_users": COUNT,
    "token": TOKEN, "session_id": TOKEN, "code": {"pattern": r"[\w-]{2,32}"},
    "avatar": HASH, "banner": HASH, "icon": HASH, "splash": HASH, "verify_key": HASH,
    "content_type": {"pattern": r"[\w-]{1,60}/[\w.+-]{1,60}"}, "filename": {"pattern": r"[\w.-]{1,255}"},
    "url": ADDRESS, "proxy_url": ADDRESS, "resume_gateway_url": ADDRESS,
    "nonce": {"pattern": r"\S{1,25}"},
    "custom_id": CUSTOM, "content": {"maxLength": 2000}, "topic": {"maxLength": 1024},
    "total": COUNT, "remaining": COUNT, "reset_after": COUNT, "max_concurrency": SIZE, "shards": SIZE,
    "retry_after": COUNT, "region": {"values": frozenset({"deprecated"})},
    "placeholder": {"maxLength": 150},
}  # fmt: skip

LOCALES = frozenset({
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr", "hu", "id",
    "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk", "vi", "zh-CN", "zh-TW",
})  # fmt: skip
TRANSLATED: Schema = {"propertyNames": {"values": LOCALES}}
TRANSLATIONS: Schema = {**TRANSLATED, "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 100}}
COMMANDS: Schema = {**TRANSLATED, "additionalProperties": {"type": "string", **COMMAND}}
OPTION: dict[str, Schema] = {
    "name": COMMAND,
    "name_localizations": COMMANDS,
    "description": NAMED,
    "description_localizations": TRANSLATIONS,
}
CHOICE: dict[str, Schema] = {"name": NAMED, "name_localizations": TRANSLATIONS, "value": NAMED}
EMBED_FIELD: dict[str, Schema] = {
    "name": {"minLength": 1, "maxLength": 256},
    "value": {"minLength": 1, "maxLength": 1024},
}
EMBED: dict[str, Schema] = {
    "title": {"minLength": 1, "maxLength": 256},
    "description": {"minLength": 1, "maxLength": 4096},
    "type": {"values": frozenset({"rich", "image", "video", "gifv", "article", "link"})},
}

FIELDS: dict[str, dict[str, Schema]] = {
    "ApplicationCommandResponse": OPTION,
    "ApplicationCommandUpdateRequest": OPTION,
    "ApplicationCommandStringOption": OPTION,
    "ApplicationCommandStringOptionResponse": OPTION,
    "ApplicationCommandRoleOption": OPTION,
    "ApplicationCommandRoleOptionResponse": OPTION,
    "ApplicationCommandOptionStringChoice": CHOICE,
    "ApplicationCommandOptionStringChoiceResponse": CHOICE,
    "ButtonComponentForMessageRequest": {"label": LABEL, "url": {"minLength": 1, "maxLength": 512}},
    "ButtonComponentResponse": {"label": LABEL, "url": {"maxLength": 512}, "id": COUNT},
    "ActionRowComponentResponse": {"id": COUNT},
    "ContainerComponentResponse": {"id": COUNT},
    "TextDisplayComponentResponse": {"id": COUNT, "content": {"minLength": 1, "maxLength": 4000}},
    "TextDisplayComponentForMessageRequest": {"content": {"minLength": 1, "maxLength": 4000}},
    "SeparatorComponentResponse": {"id": COUNT},
    "StringSelectComponentResponse": {"id": COUNT},
    "StringSelectOptionResponse": {"label": NAMED, "value": NAMED, "description": NAMED},
    "StringSelectOptionForRequest": {"label": NAMED, "value": NAMED, "description": NAMED},
    "LabelComponentForModalRequest": {"label": {"minLength": 1, "maxLength": 45}, "description": NAMED},
    "TextInputComponentForModalRequest": {"label": {"minLength": 1, "maxLength": 45}},
    "MessageEmbedResponse": EMBED,
    "MessageEmbedFooterResponse": {"text": {"minLength": 1, "maxLength": 2048}},
    "MessageEmbedAuthorResponse": {"name": {"minLength": 1, "maxLength": 256}},
    "MessageEmbedFieldResponse": {
        "name": {"minLength": 1, "maxLength": 256},
        "value": {"minLength": 1, "maxLength": 1024},
    },
    "RichEmbed": {**EMBED, "type": {"values": frozenset({"rich"})}},
    "RichEmbedFooter": {"text": {"minLength": 1, "maxLength": 2048}},
    "RichEmbedAuthor": {"name": {"minLength": 1, "maxLength": 256}},
    "RichEmbedField": EMBED_FIELD,
    "GuildChannelResponse": {"name": NAMED},
    "InviteChannelResponse": {"name": NAMED},
    "InviteGuildResponse": {"name": {"minLength": 2, "maxLength": 100}, "description": {"maxLength": 300}},
    "GuildResponse": {"name": {"minLength": 2, "maxLength": 100}, "description": {"maxLength": 300}},
    "GuildWithCountsResponse": {"name": {"minLength": 2, "maxLength": 100}, "description": {"maxLength": 300}},
    "MyGuildResponse": {"name": {"minLength": 2, "maxLength": 100}},
    "GuildRoleResponse": {"name": NAMED},
    "MessageAttachmentResponse": {"description": {"minLength": 1, "maxLength": 1024}},
    "MessageEmbedImageResponse": {"description": {"minLength": 1, "maxLength": 1024}},
    "MessageInteractionResponse": {"name": COMMAND},
    "MessageReactionEmojiResponse": {"name": {"minLength": 1, "maxLength": 32}},
    "PrivateApplicationResponse": {"name": {"minLength": 1, "maxLength": 32}, "description": {"maxLength": 400}},
    "ErrorResponse": {"code": COUNT, "message": {"minLength": 1, "maxLength": 500}},  # the length is ours
    "RatelimitedResponse": {"code": COUNT, "message": {"minLength": 1, "maxLength": 500}},
    "UserPIIResponse": {"locale": {"values": LOCALES}},
}

# discord.py 2.7 sends these without their being published, and Discord ignores them.
SENT_TOO: dict[str, dict[str, Schema]] = {
    "MessageEditRequestPartial": {"tts": {"type": "boolean"}},
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": {"tts": {"type": "boolean"}},
    "IncomingWebhookUpdateRequestPartial": {"tts": {"type": "boolean"}},
    "RichEmbed": {"flags": {"type": "integer", "minimum": 0}},
    "ApplicationCommandUpdateRequest": {"nsfw": {"type": "boolean"}},
}
MESSAGE: Schema = {"conditions": (
    at_least_one_of("content", "embeds", "sticker_ids", "components", "attachments", "poll"),
    embeds_are_small,
    custom_ids_differ,
    new_components_stand_alone,
)}  # fmt: skip
EDIT: Schema = {"conditions": (embeds_are_small, custom_ids_differ, new_components_stand_alone)}
COMMAND_OBJECT: Schema = {"conditions": (command_is_small, required_options_come_first)}

OBJECTS: dict[str, Schema] = {
    "MessageCreateRequest": MESSAGE,
    "IncomingWebhookRequestPartial": MESSAGE,
    "IncomingWebhookInteractionRequest": EDIT,  # answer_has_its_data says when there is a message
    "MessageEditRequestPartial": EDIT,
    "IncomingWebhookUpdateRequestPartial": EDIT,
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": EDIT,
    "MessageResponse": {"conditions": (
        embeds_are_small, custom_ids_differ, new_components_stand_alone,
        message_of_the_bot_itself_knows_its_interaction,
    )},
    "ButtonComponentForMessageRequest": {"conditions": (button_does_one_thing,)},
    "ButtonComponentResponse": {"conditions": (button_does_one_thing,)},
    "ActionRowComponentForMessageRequest": {"conditions": (row_is_one_menu_or_five_buttons,)},
    "ActionRowComponentResponse": {"conditions": (row_is_one_menu_or_five_buttons,)},
    "StringSelectComponentForMessageRequest": {"conditions": (menu_offers_enough,)},
    "StringSelectComponentResponse": {"conditions": (menu_offers_enough,)},
    "MessageAllowedMentionsRequest": {"conditions": (mentions_are_not_said_twice,)},
    "ModalInteractionCallbackRequestData": {"conditions": (custom_ids_differ,)},
    "CreateMessageInteractionCallbackRequest": {"conditions": (answer_has_its_data,)},
    "UpdateMessageInteractionCallbackRequest": {"conditions": (answer_has_its_data,)},
    "ApplicationCommandUpdateRequest": COMMAND_OBJECT,
    "ApplicationCommandResponse": COMMAND_OBJECT,
    "EVENT INTERACTION_CREATE": {"conditions": (with_what_its_type_needs,)},
}  # fmt: skip

RULES = Rules(
    everywhere=EVERYWHERE,
    fields={name: FIELDS.get(name, {}) | SENT_TOO.get(name, {}) for name in (*FIELDS, *SENT_TOO)},
    objects=OBJECTS,
    by_hand=("discord_gateway.json",),
)
