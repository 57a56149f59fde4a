"""What people send besides text and photos, and how apps cut a pasted text."""

from __future__ import annotations

import random

from bot.sandbox.kit import Json, random_text

LONGEST = 4096  # UTF-16 units of one message
ANONYMOUS: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
_FILES: dict[str, Json] = {
    "voice": {"duration": 4, "mime_type": "audio/ogg"},
    "audio": {"duration": 30, "mime_type": "audio/mpeg"},
    "video": {"width": 640, "height": 360, "duration": 5, "mime_type": "video/mp4"},
    "video_note": {"length": 240, "duration": 5},
    "document": {"file_name": "recu.pdf", "mime_type": "application/pdf"},
    "sticker": {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False},
}
_OTHERS: dict[str, Json] = {
    "location": {"latitude": 45.5, "longitude": -73.6},
    "contact": {"phone_number": "+15145550100", "first_name": "Ana"},
    "dice": {"emoji": "🎲", "value": 3},
}
KINDS = (*_FILES, *_OTHERS)
WITHOUT_CAPTION = ("sticker", "video_note", *_OTHERS)


def content(rng: random.Random, kind: str, emoji: str = "") -> Json:
    """Return the field of a Message with this kind of content. Raises KeyError for an unknown kind."""
    if kind in _OTHERS:
        return {kind: dict(_OTHERS[kind])}
    file = {"file_id": "BQACAgQAAxk" + random_text(rng, 56), "file_unique_id": "AgAD" + random_text(rng, 12)}
    return {kind: {**file, "file_size": 20_000, **_FILES[kind]} | ({"emoji": emoji} if emoji else {})}


def units(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str) -> list[str]:
    """Return a pasted text in the messages that apps send: at a line's or word's end in the second half, or full."""
    pieces, rest = [], text
    while units(rest) > LONGEST:
        piece = rest.encode("utf-16-le")[: LONGEST * 2].decode("utf-16-le", "ignore")
        at = max(piece.rfind("\n"), piece.rfind(" "))
        piece = piece[:at] if at > len(piece) // 2 else piece
        pieces.append(piece)
        rest = rest[len(piece) :].lstrip()
    return [*pieces, rest]
