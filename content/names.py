"""Names of people, chats and roles as platforms report them, made safe to use in our own sentences."""

import re
import unicodedata

_MOST = 64  # characters
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})  # control, format (such as text direction), private use, surrogates
_JOINERS = "\u200c\u200d"  # these combine several emoji, and letters of some scripts
# Letters, marks and symbols that show nothing: combining grapheme joiner, fillers of Hangul and Khmer, Mongolian
# separators and the blank Braille pattern.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0")
_ADDRESS = re.compile(r"://|@\w|\w\.[^\W\d_]{2,}")


def displayable_name(reported: str) -> str | None:
    """Return a person's name on one line without invisible characters, or None if nothing readable is left.

    Also None if it looks like an address or a handle: chats turn those into links, and readers would believe that a
    link in our sentence is ours.
    """
    name = readable_name(reported, _MOST)
    return None if name is None or _ADDRESS.search(unicodedata.normalize("NFKC", name)) else name


def readable_name(reported: str, most: int) -> str | None:
    """Return a name on one line without invisible characters, cut after `most`; None if nothing readable is left."""
    visible = "".join(" " if _is_invisible(c) else c for c in reported)
    name = " ".join(visible.split())[:most].strip()
    return name if any(_shows_alone(c) for c in name) else None


def _is_invisible(char: str) -> bool:
    return char in _BLANK or (char not in _JOINERS and unicodedata.category(char) in _INVISIBLE)


def _shows_alone(char: str) -> bool:
    """Return whether a character is readable without another one, unlike accents, variation selectors and joiners."""
    return unicodedata.category(char)[0] not in "CMZ"
