"""Render a Card for Telegram: HTML with all text escaped and an inline keyboard, within Telegram's limits.

Telegram counts UTF-16 code units without tags: an emoji counts two. So text is cut before it is marked up, and no tag
or entity is ever cut.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from telegram import InlineKeyboardMarkup

from content.cards import Button, Card, File, Picture
from content.rich import Span

# As the Bot API writes them: the library's objects for the five buttons of a reply cost more than its texts.
Keyboard = dict[str, Any]
KeyboardButton = dict[str, Any]

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_CALLBACK_BYTES = 64

# Control characters, direction overrides, lone surrogates.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")
_GAP = "\n\n"
_ELLIPSIS = "…"
_STYLES = {"primary": "primary", "danger": "danger", "plain": None}
_ANY_CHAT = {"allow_user_chats": True, "allow_group_chats": True, "allow_channel_chats": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A rendered message. With a picture or a file, the text is its caption."""

    html: str
    picture: Picture | None
    keyboard: Keyboard | None
    file: File | None = None


def render(card: Card) -> Rendered:
    """Render the whole card. If the text does not fit a caption, the picture is left out: the text matters more."""
    picture = card.picture if _fits_caption(card) else None
    limit = MAX_CAPTION if picture or card.file else MAX_TEXT
    return Rendered(html=to_html(card, limit), picture=picture, keyboard=to_keyboard(card), file=card.file)


def to_html(card: Card, limit: int) -> str:
    """Return the title in bold, a paragraph per line and the note in italics, at most `limit` UTF-16 units as shown.

    If that is too long, paragraphs are cut first; title and note last.
    """
    title, note = _clean(card.title), _clean(card.note)
    title = _cut(title, limit)
    note = _cut(note, limit - _cost(title))
    body = _cut_spans(_body(card), limit - _cost(title) - _cost(note))
    parts = (f"<b>{escape(title, quote=False)}</b>" if title else "", "".join(map(_span_html, body)))
    last = f"<i>{escape(note, quote=False)}</i>" if note else ""
    return _GAP.join(part for part in (*parts, last) if part)


def to_keyboard(card: Card) -> Keyboard | None:
    """Return the card's buttons, or None, which also removes those of an edited message."""
    rows = [[to_button(button) for button in row] for row in card.rows if row]
    return {"inline_keyboard": rows} if rows else None


def to_markup(keyboard: Keyboard | None) -> InlineKeyboardMarkup | None:
    """Return a keyboard for a call that goes through python-telegram-bot."""
    return None if keyboard is None else InlineKeyboardMarkup.de_json(keyboard)


def to_button(button: Button) -> KeyboardButton:
    """Render a button. Raises ValueError for an action that Telegram would refuse."""
    rendered: KeyboardButton = {"text": _clean(button.label)}
    if (style := _STYLES[button.style]) is not None:
        rendered["style"] = style
    if button.url is not None:
        return rendered | {"url": button.url}
    if button.copy is not None:
        return rendered | {"copy_text": {"text": button.copy}}
    if button.share is not None:
        return rendered | {"switch_inline_query_chosen_chat": {"query": button.share, **_ANY_CHAT}}
    action = button.action or ""
    if not 1 <= len(action.encode()) <= MAX_CALLBACK_BYTES:
        raise ValueError(f"action {action!r} must have 1 to {MAX_CALLBACK_BYTES} bytes")
    return rendered | {"callback_data": action}


def utf16_length(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fits_caption(card: Card) -> bool:
    parts = (_clean(card.title), _text_of(_body(card)), _clean(card.note))
    return utf16_length(_GAP.join(part for part in parts if part)) <= MAX_CAPTION


def _body(card: Card) -> list[Span]:
    """Return the spans of body and lines, with gaps between paragraphs."""
    written = card.body.paragraphs if card.body is not None else ()
    cleaned = [list(_cleaned(paragraph)) for paragraph in written]
    cleaned += [[Span(text=line)] for line in map(_clean, card.lines)]
    shown = [paragraph for paragraph in cleaned if _text_of(paragraph).strip()]
    gap = Span(text=_GAP)
    return [span for number, paragraph in enumerate(shown) for span in ([gap] if number else []) + paragraph]


def _cleaned(paragraph: Sequence[Span]) -> Iterator[Span]:
    for span in paragraph:
        yield replace(span, text=_UNWANTED.sub("", span.text))


def _text_of(spans: Sequence[Span]) -> str:
    return "".join(span.text for span in spans)


def _span_html(span: Span) -> str:
    shown = escape(span.text, quote=False)
    if not span.text.strip():
        return shown
    shown = f"<i>{shown}</i>" if span.italic else shown
    shown = f"<b>{shown}</b>" if span.bold else shown
    return shown if span.url is None else f'<a href="{escape(span.url)}">{shown}</a>'


def _clean(text: str) -> str:
    """Without what JSON or Telegram cannot carry, and what would turn the writing of others around."""
    return _UNWANTED.sub("", text).strip()


def _cost(part: str) -> int:
    """What a part takes off the limit, with the gap that parts it from its neighbour."""
    return utf16_length(part) + len(_GAP) if part else 0


def _cut_spans(spans: Sequence[Span], limit: int) -> list[Span]:
    """As `_cut`, and what is kept looks as it did."""
    whole = _text_of(spans)
    kept = _cut(whole, limit)
    if kept == whole:
        return list(spans)
    left, out = len(kept) - len(_ELLIPSIS), []
    for span in spans:
        if left > 0:
            out.append(replace(span, text=span.text[:left]))
        left -= len(span.text)
    return [*out, Span(text=_ELLIPSIS)] if kept else []


def _cut(text: str, limit: int) -> str:
    """Return the text in at most `limit` units, cut at the end of a word with an ellipsis if needed."""
    if utf16_length(text) <= limit:
        return text
    room = limit - len(_ELLIPSIS)
    if room <= 0:
        return ""
    kept = text.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore")
    at_word = max(kept.rfind(" "), kept.rfind("\n"))
    if at_word > len(kept) * 3 // 4:
        kept = kept[:at_word]
    return kept.rstrip() + _ELLIPSIS
