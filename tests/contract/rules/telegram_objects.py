"""Conditions on whole objects of Telegram: text after its entities are parsed, keyboards, chats, senders."""

from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

from tests.contract.formats import UNITS
from tests.contract.schemas import Condition

Object = dict[str, Any]

# core.telegram.org/bots/api#html-style: tag -> its attributes
_TAGS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "pre"), frozenset()),
    "span": frozenset({"class"}),
    "a": frozenset({"href"}),
    "code": frozenset({"class"}),
    "blockquote": frozenset({"expandable"}),
    "tg-emoji": frozenset({"emoji-id"}),
    "tg-time": frozenset({"unix", "format"}),
}


class _Html(HTMLParser):
    """Telegram's HTML: the text that is left, and the first fault."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.fault, self._open = "", "", list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        unknown = {name for name, _ in attrs} - _TAGS.get(tag, frozenset())
        if tag not in _TAGS or unknown:
            self.fault = self.fault or f"<{tag}> with {sorted(unknown)} is none of Telegram's tags"
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.fault = self.fault or f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.text += data

    def read(self, text: str) -> "_Html":
        self.feed(text)
        self.close()
        if self._open:
            self.fault = self.fault or f"<{self._open[-1]}> is not closed"
        return self


def written_in_html(name: str, most: int) -> Condition:
    """At most so many code units after entities are parsed, and with `parse_mode` HTML only Telegram's tags."""

    def check(value: Object) -> Iterable[str]:
        text = value.get(name)
        if not isinstance(text, str):
            return
        if value.get("parse_mode") == "HTML":
            parsed = _Html().read(text)
            if parsed.fault:
                yield f"{name}: {parsed.fault}"
            text = parsed.text
        if (length := UNITS["utf16"](text.strip())) > most:
            yield f"{name}: {length} code units after entities are parsed, more than {most}"

    return check


def entities_are_inside(value: Object) -> Iterable[str]:
    """Entities end where their text does, or before."""
    for text, entities in (("text", "entities"), ("caption", "caption_entities")):
        length = UNITS["utf16"](str(value.get(text, "")))
        for entity in value.get(entities) or ():
            if entity.get("offset", 0) + entity.get("length", 0) > length:
                yield f"{entities}: one ends after the {text} of {length} code units"


def few_buttons(value: Object) -> Iterable[str]:
    """At most 100 buttons, 8 in a row, found by experiment (also limits.tginfo.me): the rest is not shown."""
    rows = value.get("inline_keyboard")
    rows = [row for row in rows if isinstance(row, list)] if isinstance(rows, list) else []
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        yield "more than 100 buttons, or more than 8 in a row"


def chat_is_like_its_type(value: Object) -> Iterable[str]:
    """Ids of people are positive, those of groups negative, of supergroups and channels below -10^12."""
    number, kind = value.get("id"), value.get("type")
    if not isinstance(number, int):
        return
    fits = {"private": number > 0, "group": number < 0}.get(str(kind), number < -1_000_000_000_000)
    if not fits:
        yield f"id {number} is not that of a {kind}"


def has_a_sender(value: Object) -> Iterable[str]:
    """#message: `from` may be empty for posts in channels only, which are sent by the channel."""
    kind = (value.get("chat") or {}).get("type")
    if kind == "channel" and "sender_chat" not in value:
        yield "'sender_chat' is missing, which posts in a channel have"
    if kind in ("private", "group", "supergroup") and "from" not in value:
        yield "'from' is missing, which messages outside channels have"


def says_where(value: Object) -> Iterable[str]:
    """#editmessagetext: chat_id and message_id are required if inline_message_id is not given, and the other way."""
    here = {"chat_id", "message_id"} & value.keys()
    if ("inline_message_id" in value) == bool(here) or len(here) == 1:
        yield "give chat_id and message_id, or inline_message_id"


def flood_waits_name_their_time(value: Object) -> Iterable[str]:
    """#responseparameters: with a flood wait, the seconds left."""
    if value.get("error_code") == 429 and "retry_after" not in (value.get("parameters") or {}):
        yield "'parameters.retry_after' is missing, which 429 needs"
