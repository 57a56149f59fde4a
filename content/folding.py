"""Fold typed text, so that accents and case make no difference when it is compared."""

import unicodedata


def fold(text: str) -> str:
    """Return the text without accents, in lower case."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
