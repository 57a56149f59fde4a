"""What the check does not notice, and why; and where it needs more than "required" to know what must be there.

Not noticed, since nothing is published that would be broken:

- another value of free text: what people read, and what comes back as we wrote it (`FREE`);
- a negative number where there may be one (`SIGNED`), and another number inside its range;
- empty text where it has a meaning (`EMPTY`);
- names, values and emptiness inside maps whose names the sender chooses (metadata, translations);
- the type of a string in a form or query, where all is text;
- another type where two are published (Discord's nonce is text or a number);
- an object left empty in a form, of which nothing is sent;
- an optional field left out, and one id in place of another of the same kind;
- headers, bodies of redirects and of errors from 500 on, and the gateway's frames that are no events;
- what is said over several requests: order, rights, state. The fakes in `bot/sandbox` refuse much of that.

Limits marked "ours" in `rules` are not published; they are far above what is sent.
"""

# What is required only under conditions (rules/), or because nothing else says what an object is.
CONDITIONAL: dict[str, tuple[str, ...]] = {
    "Update": ("message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "inline_query",
               "chosen_inline_result", "my_chat_member", "chat_member", "chat_join_request"),
    "Chat": ("title", "first_name"),
    "ChatFullInfo": ("title", "first_name"),
    "Message": ("from", "text", "photo", "sender_chat"),
    "MessageEntity": ("url",),
    "CallbackQuery": ("data", "message", "inline_message_id"),
    "InlineKeyboardButton": ("url", "callback_data", "copy_text", "switch_inline_query_chosen_chat"),
    "EVENT INTERACTION_CREATE": ("data", "channel_id", "channel", "locale", "message", "guild_id", "guild", "member",
                                 "guild_locale", "user"),
    "ButtonComponentForMessageRequest": ("url", "custom_id", "label"),
    "ButtonComponentResponse": ("url", "custom_id", "label"),
    "ApplicationCommandUpdateRequest": ("description",),
    "MessageResponse": ("application_id", "message_reference"),
    "editMessageText": ("text", "chat_id", "message_id"),
    "editMessageCaption": ("chat_id", "message_id"),
    "editMessageMedia": ("chat_id", "message_id"),
}  # fmt: skip

# Any text is right: what people read, and what comes back to us as we wrote it.
FREE: dict[str, frozenset[str]] = {
    "telegram": frozenset({
        "text", "caption", "message_text", "title", "first_name", "last_name", "description", "short_description",
        "query", "name", "callback_data", "data", "InlineQuery.offset",
    }),
    "stripe": frozenset({
        "account_name", "bank_name", "description", "display_name", "failure_message", "inactive_message", "message",
        "name", "nickname", "seller_message", "statement_descriptor", "statement_descriptor_suffix",
        "calculated_statement_descriptor", "statement_descriptor_prefix", "explanation",
    }),
    "discord": frozenset({
        "username", "global_name", "content", "custom_id", "description", "label", "message", "name", "text", "title",
        "value",
    }),
}  # fmt: skip
# Negative numbers may be right.
SIGNED: dict[str, frozenset[str]] = {
    "telegram": frozenset({"chat_id", "from_chat_id", "migrate_from_chat_id"}),
    "stripe": frozenset({
        "balance", "starting_balance", "ending_balance", "net", "balance_transaction.amount", "balance_transaction.fee",
    }),
    "discord": frozenset(),
}  # fmt: skip
# Empty text is right.
EMPTY: dict[str, frozenset[str]] = {
    "telegram": frozenset({
        "caption", "query", "InlineQuery.offset", "BotDescription.description", "setMyDescription.description",
        "ChatFullInfo.description", "short_description", "ChatInviteLink.name", "createChatInviteLink.name",
        "editChatInviteLink.name", "BotName.name", "answerCallbackQuery.text", "setMyCommands.language_code",
        "setMyDescription.language_code", "setMyShortDescription.language_code", "setWebhook.url", "last_name",
        "InlineQueryResultArticle.description",
    }),
    "stripe": frozenset({"POST /v1/payment_links/{payment_link}.inactive_message"}),
    "discord": frozenset({
        "content", "PrivateApplicationResponse.description", "MessageAttachmentRequest.description",
        "TextInputComponentForModalRequest.value",
    }),
}  # fmt: skip
