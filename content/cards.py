"""Card: the content of one message, before a platform renders it.

Everything in a card except its body is plain text. An adapter escapes it, shows the title in bold and the note small or
in italics, and renders each button as its platform allows.
"""

from dataclasses import dataclass
from typing import Literal

from content.rich import Rich

ButtonStyle = Literal["primary", "plain", "danger"]

MAX_ACTION_BYTES = 64  # Telegram's callback_data; Discord's custom_id allows 100 characters
MAX_COPY_CHARS = 256  # Telegram's copy_text
MAX_LABEL_CHARS = 80  # Discord's label
MAX_SHARE_CHARS = 256  # of the query that Telegram passes to inline mode


@dataclass(frozen=True, kw_only=True)
class Button:
    """One thing to tap; exactly one of `action`, `url`, `copy` and `share` is set."""

    label: str  # 1 to 80 characters; 30 or fewer read well on a phone
    action: str | None = None  # "verb:id", at most 64 bytes; works after a restart
    url: str | None = None  # opened unchanged
    copy: str | None = None  # copied to the clipboard if the platform can; at most 256 characters
    share: str | None = None  # lets the person choose a chat and offers inline mode's results there; Telegram only
    style: ButtonStyle = "plain"

    def __post_init__(self) -> None:
        """Raise ValueError if a platform would refuse the button or cut it."""
        if sum(target is not None for target in (self.action, self.url, self.copy, self.share)) != 1:
            raise ValueError(f"button {self.label!r} needs exactly one of action, url, copy and share")
        if not 1 <= len(self.label) <= MAX_LABEL_CHARS:
            raise ValueError(f"button label {self.label!r} must have 1 to {MAX_LABEL_CHARS} characters")
        if self.action is not None and not 1 <= len(self.action.encode()) <= MAX_ACTION_BYTES:
            raise ValueError(f"action {self.action!r} must have 1 to {MAX_ACTION_BYTES} bytes")
        if self.copy is not None and not 1 <= len(self.copy) <= MAX_COPY_CHARS:
            raise ValueError(f"copied text must have 1 to {MAX_COPY_CHARS} characters")
        if self.share is not None and len(self.share) > MAX_SHARE_CHARS:
            raise ValueError(f"what is searched for may have {MAX_SHARE_CHARS} characters")


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A PNG with its alternative text. The same key always means the same picture."""

    name: str  # file name, ending in .png
    png: bytes
    alt: str
    key: str  # hash of what was drawn, so that a platform's uploaded copy can be reused


@dataclass(frozen=True, kw_only=True)
class File:
    """A document to keep. A message with one is always new: it never replaces another message."""

    name: str  # ASCII letters, digits, dot, hyphen and underscore
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Card:
    """One message. Adapters omit empty parts."""

    title: str = ""
    body: Rich | None = None  # text with bold, italics and links, before the lines
    lines: tuple[str, ...] = ()  # one paragraph each
    note: str = ""
    picture: Picture | None = None
    file: File | None = None  # only in replies to one person; without a picture
    rows: tuple[tuple[Button, ...], ...] = ()  # rows of buttons, top to bottom

    def __post_init__(self) -> None:
        """Raise ValueError if two buttons share an action: Discord refuses such a message ("cannot be duplicated").

        Also for a picture beside a file: a message on Telegram has one of them.
        """
        if self.picture is not None and self.file is not None:
            raise ValueError("a card has a picture or a file, not both")
        actions = [button.action for button in self.buttons if button.action is not None]
        if len(actions) != len(set(actions)):
            raise ValueError(f"two buttons share an action: {sorted(actions)}")

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons in reading order."""
        return tuple(button for row in self.rows for button in row)


@dataclass(frozen=True, kw_only=True)
class Tap:
    """What a button does. Its label comes from the catalog."""

    action: str | None = None
    url: str | None = None
    copy: str | None = None
    share: str | None = None

    def button(self, label: str, style: ButtonStyle = "plain") -> Button:
        """Return a button with this label, shortened if it is too long."""
        own = {"action": self.action, "url": self.url, "copy": self.copy, "share": self.share}
        return Button(label=shorten(label), style=style, **own)


def shorten(text: str, limit: int = MAX_LABEL_CHARS) -> str:
    """Return the text on one line, cut with an ellipsis after at most `limit` characters."""
    line = " ".join(text.split(" ")).replace("\n", " ").strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
