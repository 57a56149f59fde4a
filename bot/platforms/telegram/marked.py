"""Convert Telegram's bold, italic and links into the markup for staff texts."""

import re
from collections.abc import Sequence
from itertools import pairwise

from telegram import MessageEntity

_BOLD, _ITALIC, _LINK = MessageEntity.BOLD, MessageEntity.ITALIC, MessageEntity.TEXT_LINK
_KNOWN = (_BOLD, _ITALIC, _LINK)
_SPECIAL = re.compile(r"[\\*\[\]]")
_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


def marked(text: str, entities: Sequence[MessageEntity]) -> str | None:
    """Return the text with `**bold**`, `*italic*` and `[words](address)`, or None if nothing is formatted.

    People who format with their app mean typed stars literally, so these are escaped. Telegram counts in UTF-16 code
    units.
    """
    formats = [entity for entity in entities if entity.type in _KNOWN]
    if not formats:
        return None
    units = text.encode("utf-16-le")
    ends = {0, len(units) // 2}
    ends |= {edge for entity in formats for edge in (entity.offset, entity.offset + entity.length)}
    cuts = sorted(end for end in ends if 0 <= end <= len(units) // 2)
    parts: list[str] = []
    for start, end in pairwise(cuts):
        piece = units[start * 2 : end * 2].decode("utf-16-le", "ignore")
        here = [entity for entity in formats if entity.offset <= start and end <= entity.offset + entity.length]
        parts.append(_with_marks(piece, here))
    return "".join(parts)


def _with_marks(piece: str, formats: Sequence[MessageEntity]) -> str:
    """Return one equally formatted run of text with its marks. Space at its edges stays outside."""
    match = _EDGES.fullmatch(piece)
    assert match is not None
    before, words, after = match.groups()
    if not words:
        return piece
    kinds = {entity.type: entity for entity in formats}
    words = _SPECIAL.sub(r"\\\g<0>", words)
    if _ITALIC in kinds:
        words = f"*{words}*"
    if _BOLD in kinds:
        words = f"**{words}**"
    if _LINK in kinds:
        address = (kinds[_LINK].url or "").replace("(", "%28").replace(")", "%29")  # unescaped, they would end the link
        words = f"[{words}]({address})"
    return f"{before}{words}{after}"
