"""Fold typed text, so that accents and case make no difference when it is compared."""

import unicodedata


def fold(text: str) -> str:
    """Return the text without accents and ligatures, in lower case."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    return bare.replace("œ", "oe").replace("æ", "ae")  # NFKD keeps these two
