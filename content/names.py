"""People's names as their platforms tell them, made fit to stand in our own sentences."""

import re
import unicodedata

_MOST = 64  # characters
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs"})  # control, format (what turns the writing around), private, surrogates
_JOINERS = "\u200c\u200d"  # these make one emoji of several, and letters of some scripts
_ADDRESS = re.compile(r"://|@\w|\w\.[^\W\d_]{2,}")


def displayable_name(told: str) -> str | None:
    """The name on one line, without what is not seen; None where nothing is left to read.

    None too where it looks like an address or a handle: chats make links of those, and whoever reads one in a sentence
    of ours takes it for ours.
    """
    seen = "".join(c if c in _JOINERS or unicodedata.category(c) not in _UNSEEN else " " for c in told)
    name = " ".join(seen.split())[:_MOST].strip()
    if not name.strip(_JOINERS) or _ADDRESS.search(unicodedata.normalize("NFKC", name)):
        return None
    return name
