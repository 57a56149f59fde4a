"""Form-encoded parameters with nested keys, checked against what an operation accepts.

An operation's parameters are described by plain values:
  str, int, bool         a scalar of that type
  ("a", "b")             one of these words
  [x]                    a list of x
  {"name!": x}           an object; "!" marks what is required
  META                   free names with text values
  Unset(x)               x, or the empty string, which clears the field (read as None)
  EITHER(x, y)           whichever fits first
Stricter than Stripe: a parameter that Stripe knows and this stand-in does not act on is refused as unknown.
"""

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from ..kit import Json
from .errors import StripeError, invalid

META: Final = object()


@dataclass(frozen=True)
class Unset:
    """A field that the empty string clears."""

    inner: Any


@dataclass(frozen=True)
class Either:
    """The first of the two that fits the text."""

    first: Any
    second: Any


def nest(text: str) -> Json:
    """`a[b][0]=c` as {"a": {"b": ["c"]}}. Raises StripeError for keys that contradict each other."""
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
    """The parameters with their types. Raises StripeError for unknown, missing and ill-typed ones."""
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
    return value


def _metadata(value: Any, path: str) -> dict[str, str | None] | None:
    """Names to texts; an empty text removes a name, an empty string in place of all of them removes all."""
    if value == "":
        return None
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise invalid("Invalid metadata: must be names and texts", path)
    for name, item in value.items():
        if len(name) > 40 or len(item) > 500:
            raise invalid(f"Metadata keys can have up to 40 characters and values up to 500: {path}[{name}]", path)
    if len(value) > 50:
        raise invalid("You can specify up to 50 metadata keys", path)
    return {name: item or None for name, item in value.items()}


def merged_metadata(old: dict[str, str], new: dict[str, str | None] | None) -> dict[str, str]:
    """Stripe's way of updating metadata: what is named is set or removed, the rest stays."""
    if new is None:
        return {}
    return {name: item for name, item in {**old, **new}.items() if item is not None}
