"""Text as Telegram understands it: HTML in, plain text and entities out, with offsets in UTF-16 code units.

Only Telegram's own tags are accepted. MarkdownV2 is refused: this project writes HTML.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.kit import Json
from bot.sandbox.telegram.errors import bad, ours

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
ATTRIBUTES = {
    "span": {"class"}, "a": {"href"}, "code": {"class"}, "blockquote": {"expandable"},
    "tg-emoji": {"emoji-id"}, "tg-time": {"unix", "format"},
}  # fmt: skip
ENTITY_FIELDS = {
    "type", "offset", "length", "url", "user", "language", "custom_emoji_id", "unix_time", "date_time_format",
}  # fmt: skip
ENTITY_TYPES = set(TAGS.values()) | {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "text_mention",
    "expandable_blockquote",
}  # fmt: skip

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[\w-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))?)*)\s*>")
_ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")
_REFERENCE = re.compile(r"&(lt|gt|amp|quot|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});")
_AUTOMATIC = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"»«]*[^\s<>\"»«.,;:!?)]|\bt\.me/[\w/?=+&.-]*\w)"
    r"|(?P<email>\b[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?P<bot_command>(?<![\w/<>.])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}\b)"
    r"|(?P<hashtag>(?<!\w)#\w*[^\W\d]\w*)"
)


def units(text: str) -> int:
    """Return the length in UTF-16 code units, as Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def formatted(text: str, parse_mode: str | None, given: list[Json] | None) -> tuple[str, list[Json]]:
    """Return plain text and entities of the bot's text. Raises Refused if it does not parse, as Telegram does."""
    entities: list[Json] = []
    if parse_mode:
        if parse_mode.lower() != "html":
            raise bad("unsupported parse_mode")
        if given:
            raise ours("with parse_mode Telegram ignores entities")
        if "<" in text or "&" in text:
            text, entities = _parse(text)
    elif given:
        entities = [_checked(entity, text) for entity in given]
    text, entities = _trimmed(text, entities)
    return text, with_automatic(text, entities)


def with_automatic(text: str, entities: list[Json]) -> list[Json]:
    """Add the entities that Telegram detects: links, commands, mentions, hashtags, e-mail addresses."""
    if not any(mark in text for mark in ("/", "@", "#")):
        return entities
    taken = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in ("text_link", "code", "pre")]
    found = []
    for match in _AUTOMATIC.finditer(text):
        start, length = units(text[: match.start()]), units(match.group())
        if all(start + length <= a or start >= b for a, b in taken):
            found.append({"type": match.lastgroup, "offset": start, "length": length})
    return sorted(entities + found, key=_order) if found else entities


def to_html(text: str, entities: list[Json]) -> str:
    """Return the message as HTML for a page: escaped, with Telegram's tags and links."""
    raw = text.encode("utf-16-le", "surrogatepass")
    opens: dict[int, list[str]] = defaultdict(list)
    closes: dict[int, list[str]] = defaultdict(list)
    for entity in sorted(entities, key=_order):
        start, end = entity["offset"], entity["offset"] + entity["length"]
        pair = _tags_of(entity, raw[2 * start : 2 * end].decode("utf-16-le", "surrogatepass"))
        if pair:
            opens[start].append(pair[0])
            closes[end].insert(0, pair[1])
    cuts = sorted({0, len(raw) // 2, *opens, *closes})
    pieces = []
    for at, following in zip(cuts, [*cuts[1:], cuts[-1]], strict=True):
        pieces += closes[at] + opens[at]
        pieces.append(html.escape(raw[2 * at : 2 * following].decode("utf-16-le", "surrogatepass"), quote=False))
    return "".join(pieces)


def _order(entity: Json) -> tuple[int, int]:
    return entity["offset"], -entity["length"]


def _tags_of(entity: Json, content: str) -> tuple[str, str] | None:
    kind = entity["type"]
    if kind in ("text_link", "url"):
        url = entity.get("url") or (content if "://" in content else f"https://{content}")
        return f'<a href="{html.escape(url)}">', "</a>"
    if kind == "pre" and entity.get("language"):
        return f'<pre><code class="language-{html.escape(entity["language"])}">', "</code></pre>"
    if kind == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    names = {"bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "spoiler": "tg-spoiler",
             "code": "code", "pre": "pre", "blockquote": "blockquote"}  # fmt: skip
    return (f"<{names[kind]}>", f"</{names[kind]}>") if kind in names else None


def _cant(what: str, source: str, at: int, more: str = "") -> Exception:
    offset = len(source[:at].encode("utf-8", "surrogatepass"))
    return bad(f"can't parse entities: {what} at byte offset {offset}{more}")


def _parse(source: str) -> tuple[str, list[Json]]:
    plain: list[str] = []
    length, at = 0, 0
    stack: list[tuple[str, dict[str, str], int]] = []
    entities: list[Json] = []
    for start, end, tag in _tags(source):
        piece = _REFERENCE.sub(_unescape, source[at:start])
        plain.append(piece)
        length, at = length + units(piece), end
        if not tag:
            continue
        closing, name, attributes = tag
        if not closing:
            stack.append((name, attributes, length))
        elif not stack:
            raise _cant("Unexpected end tag", source, start)
        elif stack[-1][0] != name:
            wanted = f', expected "</{stack[-1][0]}>", found "</{name}>"'
            raise _cant("Unmatched end tag", source, start, wanted)
        else:
            _, opened, begun = stack.pop()
            content = "".join(plain).encode("utf-16-le", "surrogatepass")[2 * begun :]
            entity = _entity(name, opened, begun, length, content.decode("utf-16-le", "surrogatepass"))
            if entity:
                _add(entities, entity, stack)
    if stack:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{stack[-1][0]}\"")
    return "".join(plain), sorted(entities, key=_order)


def _tags(source: str) -> Iterator[tuple[int, int, tuple[bool, str, dict[str, str]] | None]]:
    """Yield each tag with its position, then the end of the text."""
    at = 0
    while (start := source.find("<", at)) >= 0:
        match = _TAG.match(source, start)
        if not match:
            raise _cant("Unclosed or malformed tag", source, start)
        name = match[2].lower()
        if name not in TAGS:
            raise _cant(f'Unsupported start tag "{name}"', source, start)
        attributes = {m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(match[3])}
        if attributes.keys() - ATTRIBUTES.get(name, set()):
            raise ours(f'Telegram ignores an attribute of tag "{name}"')
        if name == "span" and not match[1] and attributes.get("class") != "tg-spoiler":
            raise _cant('Tag "span" must have class "tg-spoiler"', source, start)
        yield start, match.end(), (bool(match[1]), name, attributes)
        at = match.end()
    yield len(source), len(source), None


def _unescape(match: re.Match[str]) -> str:
    return html.unescape(match.group())


def _entity(name: str, attributes: dict[str, str], start: int, end: int, content: str) -> Json | None:
    if end == start:
        return None
    entity: Json = {"type": TAGS[name], "offset": start, "length": end - start}
    if name == "a":
        return _link(entity, attributes.get("href", content))
    if name == "code" and attributes.get("class", "").startswith("language-"):
        entity["language"] = attributes["class"].removeprefix("language-")
    if "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    if name == "tg-emoji":
        entity["custom_emoji_id"] = attributes.get("emoji-id", "")
    if name == "tg-time":
        entity["unix_time"] = int(attributes.get("unix", "0"))
        if attributes.get("format"):
            entity["date_time_format"] = attributes["format"]
    return entity


def _link(entity: Json, url: str) -> Json | None:
    parts = urlsplit(url)
    if parts.scheme == "tg" and parts.netloc == "user":
        identity = parse_qs(parts.query).get("id", ["0"])[0]
        user = {"id": int(identity), "is_bot": False, "first_name": "?"}
        return {**entity, "type": "text_mention", "user": user}
    # Telegram silently drops invalid links; here they are refused, so that the author notices.
    if not is_link(url):
        raise ours(f"Telegram drops the link {url!r}")
    return {**entity, "url": url}


def is_link(url: str) -> bool:
    """Return whether Telegram accepts this as a link: http(s) with a dotted host, or tg://."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if any(ch.isspace() for ch in url) or len(url) > 2048:
        return False
    return bool(parts.scheme == "tg" and parts.netloc) or (parts.scheme in ("http", "https") and "." in host.strip("."))


def _add(entities: list[Json], entity: Json, stack: list[tuple[str, dict[str, str], int]]) -> None:
    """Add an entity; <pre><code class="language-x"> becomes a single one."""
    inner = entities[-1] if entities else None
    if entity["type"] == "pre" and inner and inner["type"] == "code" and _order(inner) == _order(entity):
        entities[-1] = entity | {k: v for k, v in inner.items() if k == "language"}
        return
    if entity["type"] == "code" and not (stack and stack[-1][0] == "pre"):
        entity.pop("language", None)
    entities.append(entity)


def _checked(entity: Json, text: str) -> Json:
    if not isinstance(entity, dict) or entity.keys() - ENTITY_FIELDS or entity.get("type") not in ENTITY_TYPES:
        raise bad("can't parse MessageEntity")
    offset, length = entity.get("offset"), entity.get("length")
    if not (isinstance(offset, int) and isinstance(length, int) and 0 <= offset < offset + length <= units(text)):
        raise bad("can't parse MessageEntity: wrong offset or length")
    return entity


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Trim white space at both ends, as Telegram does, and shift the entities."""
    trimmed = text.strip()
    if trimmed == text or not entities:
        return trimmed, entities
    cut, end = units(text[: len(text) - len(text.lstrip())]), units(trimmed)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        stop = min(entity["offset"] + entity["length"] - cut, end)
        if stop > start:
            moved.append({**entity, "offset": start, "length": stop - start})
    return trimmed, moved
