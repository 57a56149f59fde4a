"""Long pasted texts: Telegram's apps cut one above 4096 units into several messages. Join them again."""

from telegram import Chat, Update

from bot.platforms.telegram.render import MAX_TEXT, utf16_length

PATIENCE_SECONDS = 1.0  # for the next piece, after one that may not be the last
_SHORTEST_PIECE = MAX_TEXT // 2  # apps look for the end of a line or word in the second half
_MOST_APART = 2  # seconds between the pieces of one text, by Telegram's clock


def may_continue(update: Update) -> bool:
    """Return whether the rest of this message's text may follow: it is long, and in a private chat."""
    message = update.message
    if message is None or not message.text or message.chat.type != Chat.PRIVATE:
        return False
    return not message.text.startswith("/") and utf16_length(message.text) >= _SHORTEST_PIECE


def is_full(piece: Update) -> bool:
    """Return whether a piece is as long as a message can be, so that it may end inside a word."""
    return piece.message is not None and utf16_length(piece.message.text or "") == MAX_TEXT


def joined(first: Update, second: Update, *, after_full: bool) -> Update | None:
    """Return both pieces as one message, which keeps the first one's ID; None if the second is something else.

    `first` may be joined already; `after_full`: whether its last piece is full.
    """
    one, other = first.message, second.message
    if one is None or other is None or one.text is None or not other.text or other.text.startswith("/"):
        return None
    same = one.chat.id == other.chat.id and one.from_user == other.from_user and other.reply_to_message is None
    apart = (other.date - one.date).total_seconds()
    if not same or not 0 <= apart <= _MOST_APART or other.message_id <= one.message_id:
        return None
    # An app that cuts at the end of a line or word drops the space there; otherwise the piece is full.
    gap = "" if after_full else "\n"
    shift = utf16_length(one.text + gap)
    raw = first.to_dict()
    entities = [entity.to_dict() for entity in one.entities]
    entities += [entity.to_dict() | {"offset": entity.offset + shift} for entity in other.entities]
    raw["message"] |= {"text": one.text + gap + other.text, "entities": entities}
    return Update.de_json(raw, first.message.get_bot() if first.message is not None else None)
