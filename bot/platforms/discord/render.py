"""Render a Card for Discord: one embed with all text escaped, buttons below, within Discord's limits.

Limits are counted in UTF-16 code units, which is never less than what Discord counts. Text is cut before it is escaped,
so that no escape sequence is cut apart.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import discord
from discord.utils import escape_mentions

from content.cards import Button, Card, File, Picture, shorten
from content.rich import Span

COPPER = 0xB4653A
ACTION_PREFIX = "o:"

MAX_TITLE = 256
MAX_DESCRIPTION = 4096
MAX_FOOTER = 2048
MAX_EMBED = 6000
MAX_URL = 512
MAX_LABEL = 80
MAX_CUSTOM_ID = 100
MAX_ALT = 1024
MAX_ROWS = 5
MAX_IN_ROW = 5

NOBODY = discord.AllowedMentions.none()

# Control characters, direction overrides, lone surrogates.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Discord's markup: marks anywhere (including mentions, commands, emoji and dates), and headings, lists and quotes at
# line starts. Addresses stay whole. discord.utils.escape_markdown leaves whatever looks like a link unescaped.
_MARKUP = re.compile(
    r"(?P<address>https?://[^\s<>*|~`\\\[\]]+)"
    r"|(?P<mark>[\\*_~|`\[]|<(?=[@#:/]|a:|t:|id:|sound:)|(?<![^\s])[#>-](?=[#>\s]|$))"
)
_BRACKET = re.compile(r"([\[\]])")
_ZERO_WIDTH_SPACE = "\u200b"
_FILE_NAME = re.compile(r"[^A-Za-z0-9_.-]")
_GAP = "\n\n"
_ELLIPSIS = "…"
_STYLES = {
    "primary": discord.ButtonStyle.primary,
    "plain": discord.ButtonStyle.secondary,
    "danger": discord.ButtonStyle.danger,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A rendered message; `as_new` and `as_edit` return arguments for discord.py's methods."""

    embed: discord.Embed
    picture: Picture | None
    rows: tuple[tuple[discord.ui.Button[Any], ...], ...]
    file: File | None = None

    def as_new(self) -> dict[str, Any]:
        """Return the arguments for a new message. Needs a running event loop; usable once."""
        given: dict[str, Any] = {"embeds": [self.embed], "allowed_mentions": NOBODY}
        if files := self._files():
            given["files"] = files
        if self.rows:
            given["view"] = _view(self.rows)
        return given

    def as_edit(self) -> dict[str, Any]:
        """Return the arguments for an edit, which removes a picture or buttons that the card lacks."""
        return {
            "content": None,
            "embeds": [self.embed],
            "attachments": self._files(),
            "view": _view(self.rows) if self.rows else None,
            "allowed_mentions": NOBODY,
        }

    def _files(self) -> list[discord.File]:
        files = [] if self.picture is None else [_file(self.picture)]
        if self.file is not None:
            files.append(discord.File(io.BytesIO(self.file.content), self.file.name))
        return files


def render(card: Card) -> Rendered:
    """Render the whole card. Raises ValueError for one without text and picture, or with too many buttons."""
    if not (card.title or card.body or card.lines or card.note or card.picture):
        raise ValueError("the card has neither words nor a picture")
    embed = discord.Embed(colour=COPPER, title=_fit(card.title, MAX_TITLE) or None)
    note = _cut(_clean(card.note), MAX_FOOTER)
    if note:
        embed.set_footer(text=note)  # not escaped: footers have neither markdown nor mentions
    room = min(MAX_DESCRIPTION, MAX_EMBED - _units(embed.title or "") - _units(note))
    embed.description = _description(card, room) or None
    if card.picture is not None:
        embed.set_image(url=f"attachment://{_file_name(card.picture)}")
    return Rendered(embed=embed, picture=card.picture, rows=_rows(card), file=card.file)


def escape(text: str) -> str:
    """Escape text so that Discord shows it literally: no markdown, mentions or custom emoji."""
    may_link = "](" in text  # a bracket alone is common and no markup

    def escaped(found: re.Match[str]) -> str:
        keep = found["address"] or (found["mark"] == "[" and not may_link)
        return found[0] if keep else f"\\{found[0]}"

    return escape_mentions(_MARKUP.sub(escaped, text))


def to_button(button: Button) -> discord.ui.Button[Any]:
    """Render a button. Raises ValueError if Discord would refuse it."""
    label = shorten(_clean(button.label), MAX_LABEL)
    if button.url is not None:
        if len(button.url) > MAX_URL:
            raise ValueError(f"the address behind {label!r} has more than {MAX_URL} characters")
        return discord.ui.Button(label=label, url=button.url)
    custom_id = f"{ACTION_PREFIX}{button.action}"
    if button.action is None or len(custom_id) > MAX_CUSTOM_ID:
        raise ValueError(f"button {label!r} needs an action of at most {MAX_CUSTOM_ID - len(ACTION_PREFIX)} characters")
    return discord.ui.Button(label=label, custom_id=custom_id, style=_STYLES[button.style])


def _is_button(button: Button) -> bool:
    """Return whether Discord has such a button; otherwise it is written as text, or left out (`share`)."""
    too_long = button.url is not None and len(button.url) > MAX_URL
    return button.copy is None and button.share is None and not too_long


def _rows(card: Card) -> tuple[tuple[discord.ui.Button[Any], ...], ...]:
    rows: list[tuple[discord.ui.Button[Any], ...]] = []
    for row in card.rows:
        shown = tuple(to_button(button) for button in row if _is_button(button))
        rows += [shown[start : start + MAX_IN_ROW] for start in range(0, len(shown), MAX_IN_ROW)]
    if len(rows) > MAX_ROWS:
        raise ValueError(f"{len(rows)} rows of buttons are more than Discord's {MAX_ROWS}")
    return tuple(rows)


def _view(rows: tuple[tuple[discord.ui.Button[Any], ...], ...]) -> discord.ui.View:
    """Return the buttons in a stopped view, which discord.py would otherwise keep forever; taps do not need it."""
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(rows):
        for button in row:
            button.row = number
            view.add_item(button)
    view.stop()
    return view


def _description(card: Card, room: int) -> str:
    """Return paragraphs, then text for buttons that Discord lacks. Paragraphs are cut at the end if too long."""
    extras = _GAP.join(_as_text(b) for b in card.buttons if b.share is None and not _is_button(b))
    if _units(extras) + len(_GAP) > room:
        raise ValueError("the text for the buttons is longer than a message may be")
    room -= _units(extras) + len(_GAP) if extras else 0
    written = _fit_spans(_spans(card), room)
    room -= _units(written) + len(_GAP) if written else 0
    lines = _fit(_GAP.join(line for line in map(_clean, card.lines) if line), max(0, room))
    body = _GAP.join(part for part in (written, lines) if part)
    return _GAP.join(part for part in (body, extras) if part)


def _spans(card: Card) -> list[Span]:
    """Return the spans of all paragraphs, with gaps between them."""
    spans: list[Span] = []
    for paragraph in card.body.paragraphs if card.body is not None else ():
        cleaned = [replace(span, text=_UNWANTED.sub("", span.text)) for span in paragraph]
        if any(span.text.strip() for span in cleaned):
            spans += [Span(text=_GAP)] if spans else []
            spans += cleaned
    return spans


def _fit_spans(spans: Sequence[Span], limit: int) -> str:
    """Like `_fit`: return the spans in markdown, cut to at most `limit` units."""
    words = sum(len(span.text) for span in spans)
    kept: list[Span] = list(spans)
    while (over := _units(shown := _marked_up(kept)) - limit) > 0:
        words -= max(1, over // 2)
        if words <= 0:
            return ""
        kept = _truncated(spans, words)
    return shown


def _truncated(spans: Sequence[Span], words: int) -> list[Span]:
    """Return the first `words` characters, and an ellipsis."""
    kept: list[Span] = []
    for span in spans:
        if words > 0:
            kept.append(replace(span, text=span.text[:words]))
        words -= len(span.text)
    return [*kept, Span(text=_ELLIPSIS)]


def _marked_up(spans: Sequence[Span]) -> str:
    """Return spans in markdown. Adjacent marks would be read as others, so a zero-width space separates them."""
    shown = ""
    for span in spans:
        piece = _span_markdown(span)
        touches = piece.startswith("*") and shown.endswith("*") and not shown.endswith("\\*")
        shown += f"{_ZERO_WIDTH_SPACE}{piece}" if touches else piece
    return shown


def _span_markdown(span: Span) -> str:
    words = span.text.strip()
    if not words or not (span.bold or span.italic or span.url):
        return _escape_all(span.text)
    start = span.text.index(words)
    before, after = span.text[:start], span.text[start + len(words) :]
    marks = "*" * (2 * span.bold + span.italic)
    inside = _escape_all(words)
    if span.url is not None:
        inside = _link_markdown(words, span.url)
    return f"{before}{marks}{inside}{marks}{after}"


def _escape_all(text: str) -> str:
    """Escape brackets too, which might form a link with those of a neighbouring span."""
    return "".join(f"\\{part}" if part in ("[", "]") else escape(part) for part in _BRACKET.split(text))


def _link_markdown(words: str, url: str) -> str:
    """Return linked text. Discord does not hide an address behind another one, so that is written out."""
    address = url.replace("(", "%28").replace(")", "%29")
    shown = _escape_all(words)
    if "://" in words:
        return shown if words == url else f"{shown} ({address})"
    return f"[{shown}]({address})"


def _as_text(button: Button) -> str:
    label = escape(_clean(button.label))
    if button.url is not None:
        address = button.url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
        return f"[{label.replace(']', '')}]({address})"
    text = _clean(button.copy or "")
    fence = "``" if "`" in text else "`"
    pad = " " if "`" in text else ""
    return f"{label}\n{fence}{pad}{text}{pad}{fence}"


def _file(picture: Picture) -> discord.File:
    return discord.File(io.BytesIO(picture.png), _file_name(picture), description=_cut(_clean(picture.alt), MAX_ALT))


def _file_name(picture: Picture) -> str:
    return _FILE_NAME.sub("_", picture.name)


def _clean(text: str) -> str:
    """Return text without characters that JSON or Discord cannot carry or that change the writing direction."""
    return _UNWANTED.sub("", text).strip()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fit(text: str, limit: int) -> str:
    """Return the escaped text in at most `limit` units, cut with an ellipsis if needed."""
    kept = whole = _clean(text)
    while (over := _units(escaped := escape(kept)) - limit) > 0:
        shorter = len(whole if kept is whole else kept) - 1 - max(1, over // 2)
        if shorter <= 0:
            return ""
        kept = whole[:shorter].rstrip() + _ELLIPSIS
    return escaped


def _cut(text: str, limit: int) -> str:
    """Return the text in at most `limit` units, not escaped."""
    if _units(text) <= limit:
        return text
    kept = text.encode("utf-16-le")[: (limit - 1) * 2].decode("utf-16-le", "ignore")
    return kept.rstrip() + _ELLIPSIS
