"""Text from outside that every database can hold.

JSON can escape two things that PostgreSQL refuses or no encoding can represent: NUL, and halves of surrogate pairs.
An event that contains one would be refused each time it is sent again.
"""

import re
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Return whether a text contains neither NUL nor a lone surrogate."""
    return _UNSTORABLE.search(text) is None


def storable(value: Any) -> Any:
    """Return JSON with each unstorable character replaced by U+FFFD, in keys too; the same object if it has none.

    Raises RecursionError if the value is nested too deeply.
    """
    match value:
        case str():
            return value if is_storable(value) else _UNSTORABLE.sub("\ufffd", value)
        case dict():
            new = {storable(key): storable(inner) for key, inner in value.items()}
            return value if _same(value.items(), new.items()) else new
        case list():
            items = [storable(inner) for inner in value]
            return value if all(a is b for a, b in zip(value, items, strict=True)) else items
        case _:
            return value


def _same(old: Any, new: Any) -> bool:
    return len(old) == len(new) and all(a is c and b is d for (a, b), (c, d) in zip(old, new, strict=True))
