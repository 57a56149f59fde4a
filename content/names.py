"""People's names as platforms report them, made safe to use in our own sentences."""

import re
import unicodedata

_MOST = 64  # characters
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})  # control, format (such as text direction), private use, surrogates
_JOINERS = "\u200c\u200d"  # these combine several emoji, and letters of some scripts
_ADDRESS = re.compile(r"://|@\w|\w\.[^\W\d_]{2,}")


def displayable_name(reported: str) -> str | None:
    """Return the name on one line without invisible characters, or None if nothing readable is left.

    Also None if it looks like an address or a handle: chats turn those into links, and readers would believe that a
    link in our sentence is ours.
    """
    visible = "".join(c if c in _JOINERS or unicodedata.category(c) not in _INVISIBLE else " " for c in reported)
    name = " ".join(visible.split())[:_MOST].strip()
    if not name.strip(_JOINERS) or _ADDRESS.search(unicodedata.normalize("NFKC", name)):
        return None
    return name
