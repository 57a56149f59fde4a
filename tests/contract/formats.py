"""What strings of a named format look like, and what the services count when they limit a length."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

from babel import Locale

UNITS: dict[str, Callable[[str], int]] = {
    "characters": len,
    "bytes": lambda text: len(text.encode()),
    "utf16": lambda text: len(text.encode("utf-16-le")) // 2,  # what Telegram counts in
}


@cache
def _languages() -> frozenset[str]:
    return frozenset(Locale("en").languages)


def _is_language(text: str) -> bool:
    """An IETF tag whose first part is a language that exists: "fr", "pt-br"."""
    first, _, rest = text.partition("-")
    return first in _languages() and bool(re.fullmatch(r"([A-Za-z0-9]{2,8}(-[A-Za-z0-9]{1,8})*)?", rest))


def _is_two_letter_language(text: str) -> bool:
    return len(text) == 2 and _is_language(text)


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)


def _is_uri(text: str) -> bool:
    """What Discord calls a URI: also an attachment of the same message, and its gateway."""
    return _is_url(text) or re.fullmatch(r"(attachment|wss?)://\S+", text) is not None


def _is_link(text: str) -> bool:
    """What Telegram takes as a link: also tg://."""
    return _is_url(text) or text.startswith(("tg://", "mailto:", "tel:"))


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _like(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


FORMATS: dict[str, Callable[[str], bool]] = {
    "language": _is_language,
    "two-letter-language": _is_two_letter_language,
    "url": _is_url,
    "uri": _is_uri,
    "link": _is_link,
    "date-time": _is_time,
    "snowflake": _like(r"0|[1-9]\d{0,19}"),
    "currency": _like(r"[a-z]{3}"),
    "country": _like(r"[A-Z]{2}"),
    "email": _like(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "token": _like(r"[A-Za-z0-9_-]+"),
}
