"""Form-encoded parameters with nested keys, checked against what an operation accepts.

An operation's parameters are described by plain values:
  str, int, bool         a scalar of that type; a text has at most 5,000 characters unless Text says otherwise
  Text(500)              a text of at most this many characters
  URL                    an http or https address
  ("a", "b")             one of these words
  [x]                    a list of x
  {"name!": x}           an object; "!" marks what is required
  META                   free names with text values
  Unset(x)               x, or the empty string, which clears the field (read as None)
  EITHER(x, y)           the first that fits
Stricter than Stripe: parameters of Stripe's that this fake does not implement are refused as unknown.
"""

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from ..kit import Json
from .errors import StripeError, invalid

META: Final = object()
URL: Final = object()
MOST_METADATA = 50
LONGEST_TEXT = 5_000  # characters; the default `maxLength` in Stripe's OpenAPI description


@dataclass(frozen=True)
class Text:
    """A text of at most `most` characters. Stripe's OpenAPI description has the number as `maxLength`."""

    most: int


@dataclass(frozen=True)
class Unset:
    """A field that the empty string clears."""

    inner: Any


@dataclass(frozen=True)
class Either:
    """The first of the two that accepts the text."""

    first: Any
    second: Any


def nest(text: str) -> Json:
    """Convert `a[b][0]=c` to {"a": {"b": ["c"]}}. Raises StripeError for contradictory keys."""
    root: Json = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head = name.split("[", 1)[0]
        keys = [head, *re.findall(r"\[([^\]]*)\]", name[len(head) :])]
        at = root
        for key in keys[:-1]:
            at = at.setdefault(key or str(len(at)), {})
            if not isinstance(at, dict):
                raise invalid(f"Invalid parameters: {name}", param=name)
        at[keys[-1] or str(len(at))] = value
    return root


def read(value: Json, accepts: Json, path: str = "") -> Json:
    """Return the typed parameters. Raises StripeError for unknown, missing and wrongly typed ones."""
    known = {name.rstrip("!"): inner for name, inner in accepts.items()}
    for name in value:
        if name not in known:
            full = _join(path, name)
            raise StripeError(f"Received unknown parameter: {full}", code="parameter_unknown", param=full)
    for name in accepts:
        if name.endswith("!") and name[:-1] not in value:
            full = _join(path, name[:-1])
            raise StripeError(f"Missing required param: {full}.", code="parameter_missing", param=full)
    return {name: _typed(item, known[name], _join(path, name)) for name, item in value.items()}


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _typed(value: Any, accepts: Any, path: str) -> Any:
    if isinstance(accepts, Unset):
        return None if value == "" else _typed(value, accepts.inner, path)
    if isinstance(accepts, Either):
        try:
            return _typed(value, accepts.first, path)
        except StripeError:
            return _typed(value, accepts.second, path)
    if accepts is META:
        return _metadata(value, path)
    if isinstance(accepts, dict):
        if not isinstance(value, dict):
            raise invalid("Invalid object", path)
        return read(value, accepts, path)
    if isinstance(accepts, list):
        return _array(value, accepts[0], path)
    return _scalar(value, accepts, path)


def _array(value: Any, accepts: Any, path: str) -> list[Any]:
    if not isinstance(value, dict) or not all(key.isdigit() for key in value):
        raise invalid("Invalid array", path)
    return [_typed(value[key], accepts, f"{path}[{key}]") for key in sorted(value, key=int)]


def _scalar(value: Any, accepts: Any, path: str) -> Any:
    if not isinstance(value, str):
        raise invalid("Invalid string", path)
    if value == "":
        raise invalid(
            f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a "
            f"parameter; however '{path}' cannot be unset.",
            path,
            "parameter_invalid_empty",
        )
    if accepts is int:
        if not re.fullmatch(r"-?\d{1,15}", value):
            raise invalid(f"Invalid integer: {value}", path, "parameter_invalid_integer")
        return int(value)
    if accepts is bool:
        if value not in ("true", "false"):
            raise invalid(f"Invalid boolean: {value}", path)
        return value == "true"
    if isinstance(accepts, tuple) and value not in accepts:
        raise invalid(f"Invalid {path}: must be one of {', '.join(accepts)}", path)
    if accepts is URL:
        check_url(value, path)
    check_length(value, accepts.most if isinstance(accepts, Text) else LONGEST_TEXT, path)
    return value


def check_length(value: str, most: int, path: str) -> None:
    """Raise StripeError for a text that is too long."""
    if len(value) > most:
        shown = f"{value[:8]}...{value[-8:]}"
        raise invalid(f"Invalid string: {shown}; must be at most {most} characters", path)


def check_url(value: str, path: str) -> None:
    """Raise StripeError for an invalid address, with Stripe's message (docs.stripe.com/error-codes, url_invalid)."""
    try:
        parts = urlsplit(value)
    except ValueError:
        raise invalid("Not a valid URL", path, "url_invalid") from None
    if not parts.scheme or not value.startswith(f"{parts.scheme}://"):
        message = "Invalid URL: An explicit scheme (such as https) must be provided."
        raise invalid(message, path, "url_invalid")
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", value):
        raise invalid("Not a valid URL", path, "url_invalid")


def _metadata(value: Any, path: str) -> dict[str, str | None] | None:
    """Read metadata: an empty text removes a name, an empty string instead of the object removes all."""
    if value == "":
        return None
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise invalid("Invalid metadata: must be names and texts", path)
    for name, item in value.items():
        _check_metadata(name, item, path)
    if len(value) > MOST_METADATA:
        raise invalid(f"You can only specify up to {MOST_METADATA} metadata keys", path)
    return {name: item or None for name, item in value.items()}


def _check_metadata(name: str, item: str, path: str) -> None:
    """Raise StripeError for a name or text that is too long. Source: docs.stripe.com/metadata."""
    if len(name) > 40:
        message = f"Metadata keys can have up to 40 characters, but you passed in a key that is {len(name)} characters."
        raise invalid(f"{message} Invalid key: {name}", f"{path}[{name}]")
    if len(item) > 500:
        message = f"Metadata values can have up to 500 characters, but you passed in a value that is {len(item)}"
        raise invalid(f"{message} characters. Invalid value: {item[:8]}...", f"{path}[{name}]")


def merged_metadata(old: dict[str, str], new: dict[str, str | None] | None) -> dict[str, str]:
    """Update metadata as Stripe does: set or remove what is named, keep the rest."""
    if new is None:
        return {}
    return {name: item for name, item in {**old, **new}.items() if item is not None}
