"""Reading fields of Stripe's JSON. Each function returns a value or raises UnreadableEvent naming the field."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from payments.money import Money, UnknownCurrency

Json = Mapping[str, Any]
_EMPTY: Json = {}


class UnreadableEvent(ValueError):
    """An event lacks a field that its type always has, or has it in another form."""


def text(obj: Json, name: str) -> str:
    """Return a required string."""
    value = obj.get(name)
    if type(value) is not str or not value:
        raise UnreadableEvent(f"{name}: text expected, not {value!r:.60}")
    return value


def maybe_text(obj: Json, name: str) -> str | None:
    """Return a string, or None if it is null, missing or empty."""
    value = obj.get(name)
    if value is None or value == "":
        return None
    return text(obj, name)


def number(obj: Json, name: str) -> int:
    """Return a required integer."""
    value = obj.get(name)
    if type(value) is not int:
        raise UnreadableEvent(f"{name}: integer expected, not {value!r:.60}")
    return value


def flag(obj: Json, name: str) -> bool:
    """Return a boolean, False if it is missing."""
    return obj.get(name) is True


def part(obj: Json, name: str) -> Json:
    """Return a nested object, empty if it is null or missing."""
    value = obj.get(name)
    if value is None:
        return _EMPTY
    if not isinstance(value, Mapping):
        raise UnreadableEvent(f"{name}: object expected, not {value!r:.60}")
    return value


def first(obj: Json, name: str) -> Json:
    """Return the first element of a Stripe list object (`{"data": [...]}`), or an empty object."""
    data = part(obj, name).get("data")
    if not data:
        return _EMPTY
    if not isinstance(data, list) or not isinstance(data[0], Mapping):
        raise UnreadableEvent(f"{name}: list of objects expected")
    return data[0]


def ident(obj: Json, name: str) -> str | None:
    """Return the id of a related object, which Stripe gives as a string, an expanded object, or null."""
    value = obj.get(name)
    if isinstance(value, Mapping):
        value = value.get("id")
    if value is None or (type(value) is str and value):
        return value
    raise UnreadableEvent(f"{name}: id expected, not {value!r:.60}")


def required_ident(obj: Json, name: str) -> str:
    value = ident(obj, name)
    if value is None:
        raise UnreadableEvent(f"{name}: id expected, not None")
    return value


def money(obj: Json, amount: str, currency: str = "currency") -> Money:
    """Return an amount of zero or more, with its currency from a second field."""
    found = signed_money(obj, amount, currency)
    if found.minor < 0:
        raise UnreadableEvent(f"{amount}: negative")
    return found


def signed_money(obj: Json, amount: str, currency: str = "currency") -> Money:
    """Return an amount that may be negative, with its currency from a second field."""
    try:
        return Money(number(obj, amount), text(obj, currency))
    except UnknownCurrency as error:
        raise UnreadableEvent(f"{currency}: {error}") from None


def moment(obj: Json, name: str) -> datetime:
    """Return a Unix time as an aware UTC datetime."""
    try:
        return datetime.fromtimestamp(number(obj, name), UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise UnreadableEvent(f"{name}: {error}") from None


def maybe_moment(obj: Json, name: str) -> datetime | None:
    return None if obj.get(name) is None else moment(obj, name)


def metadata(obj: Json) -> dict[str, str]:
    """Return an object's metadata, whose keys and values are strings."""
    found = part(obj, "metadata")
    if not all(type(value) is str for value in found.values()):
        raise UnreadableEvent("metadata: text expected")
    return dict(found)
