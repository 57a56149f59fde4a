"""Check values against schemas: the part of JSON Schema that the descriptions use, and strict about names.

Differences from JSON Schema, all on purpose:

- A name that an object's schema does not list is a problem, unless `additionalProperties` says otherwise.
- Of an `anyOf`, one alternative must accept the whole value, its names included.
- `values` closes a set of strings without a word on other types, `unit` says what lengths are counted in, and
  `conditions` are functions for what one field says about another.
- `trimmed` marks what is published but left out of our copy (see `update.py`).
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.contract.formats import FORMATS, UNITS

Schema = dict[str, Any]
Condition = Callable[[dict[str, Any]], Iterable[str]]

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
_INTEGER = re.compile(r"-?\d+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")


class Text(str):
    """A value out of a form or a query, which carry no types: "5" is a number where a number is expected."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One violation. `at` is the path inside the value, "" for the value itself."""

    at: str
    what: str
    wrong_kind: bool = False  # the value is of another JSON type: the alternative was not meant

    def __str__(self) -> str:
        return f"{self.at or 'body'}: {self.what}"


@dataclass(frozen=True)
class Checker:
    """The schemas of one service.

    `discord`: ids may be numbers, and truth in a query 0 or 1, as Discord accepts in requests. `partial`: objects
    need not have all their fields.
    """

    schemas: Mapping[str, Schema]
    discord: bool = False
    partial: bool = False
    seen: set[str] = field(default_factory=set)  # the names of the schemas that accepted a value

    def problems(self, value: Any, schema: Schema, at: str = "") -> list[Problem]:
        """What is wrong with the value, in the order of its fields; empty if nothing is."""
        if "trimmed" in schema:
            what = "published, but trimmed from our copy: see tests.contract.update"
            return [] if value is None else [Problem(at, what, wrong_kind=True)]
        found: list[Problem] = []
        if "$ref" in schema:
            found += self._named(value, schema["$ref"], at)
        if "anyOf" in schema:
            found += self._any(value, schema["anyOf"], at)
        if found:
            return found
        if isinstance(value, Text):
            value = _typed(value, schema, self.discord)
        if self.discord and type(value) is int and schema.get("format") == "snowflake":
            value = str(value)
        if kinds := schema.get("type"):
            kinds = [kinds] if isinstance(kinds, str) else kinds
            if not _is_kind(value, kinds):
                return [Problem(at, f"{_short(value)} is not of type {' or '.join(kinds)}", wrong_kind=True)]
        return [*self._fixed(value, schema, at), *self._inside(value, schema, at)]

    def names(self, schema: Schema) -> set[str]:
        """The names that the schema lists for an object, whichever alternative lists them."""
        if "$ref" in schema:
            return self.names(self.schemas[schema["$ref"]])
        listed = set(schema.get("properties", ()))
        return listed.union(*(self.names(option) for option in schema.get("anyOf", ())))

    def _named(self, value: Any, name: str, at: str) -> list[Problem]:
        found = self.problems(value, self.schemas[name], at)
        if value is not None and not found:
            self.seen.add(name)
        return found

    def _any(self, value: Any, options: list[Schema], at: str) -> list[Problem]:
        """Nothing if one alternative accepts the value, else what the closest one says."""
        closest: list[Problem] | None = None
        for option in options:
            found = self.problems(value, option, at)
            if not found:
                return []
            if closest is None or _distance(found, at) < _distance(closest, at):
                closest = found
        return closest or []

    def _fixed(self, value: Any, schema: Schema, at: str) -> Iterable[Problem]:
        if "const" in schema and not _same(value, schema["const"]):
            yield Problem(at, f"{_short(value)} is not {schema['const']!r}")
        if schema.get("enum") and not any(_same(value, allowed) for allowed in schema["enum"]):
            yield Problem(at, f"{_short(value)} is not one of {schema['enum'][:20]}")

    def _inside(self, value: Any, schema: Schema, at: str) -> Iterable[Problem]:
        match value:
            case str():
                return _text(value, schema, at)
            case int() | float() if not isinstance(value, bool):
                return _number(value, schema, at)
            case list():
                return self._items(value, schema, at)
            case dict():
                return self._fields(value, schema, at)
        return ()

    def _items(self, value: list[Any], schema: Schema, at: str) -> Iterable[Problem]:
        yield from _count(len(value), schema, "Items", at)
        inner = schema.get("items")
        for number, item in enumerate(value if inner else ()):
            yield from self.problems(item, inner or {}, f"{at}[{number}]")

    def _fields(self, value: dict[str, Any], schema: Schema, at: str) -> Iterable[Problem]:
        """What is wrong with the fields; what they say about each other is looked at once each is right."""
        found = [*_count(len(value), schema, "Properties", at), *self._each_field(value, schema, at)]
        if not found and not self.partial:
            found = [Problem(at, what) for condition in schema.get("conditions", ()) for what in condition(value)]
        return found

    def _each_field(self, value: dict[str, Any], schema: Schema, at: str) -> Iterable[Problem]:
        listed: dict[str, Schema] = schema.get("properties", {})
        rest = schema.get("additionalProperties", "properties" not in schema)
        for name in () if self.partial else schema.get("required", ()):
            if name not in value:
                yield Problem(at, f"required {name!r} is missing")
        for name, item in value.items():
            here = f"{at}.{name}" if at else name
            if name in listed:
                yield from self.problems(item, listed[name], here)
            elif rest is False:
                yield Problem(here, "no such name is published")
            else:
                yield from self.problems(name, schema.get("propertyNames", {}), here)
                yield from self.problems(item, rest if isinstance(rest, dict) else {}, here)


def _is_kind(value: Any, kinds: list[str]) -> bool:
    if isinstance(value, bool):
        return "boolean" in kinds
    return any(isinstance(value, _KINDS[kind]) for kind in kinds)


def _text(value: str, schema: Schema, at: str) -> Iterable[Problem]:
    if "maxLength" in schema or "minLength" in schema:
        yield from _count(UNITS[schema.get("unit", "characters")](value), schema, "Length", at)
    if "values" in schema and value not in schema["values"]:
        yield Problem(at, f"{_short(value)} is not one of {sorted(schema['values'])[:20]}")
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        yield Problem(at, f"{_short(value)} is not like {schema['pattern']}")
    if (accepts := FORMATS.get(schema.get("format", ""))) and not accepts(value):
        yield Problem(at, f"{_short(value)} is not a {schema['format']}")


def _number(value: float, schema: Schema, at: str) -> Iterable[Problem]:
    if value < schema.get("minimum", value):
        yield Problem(at, f"{value} is less than {schema['minimum']}")
    if value > schema.get("maximum", value):
        yield Problem(at, f"{value} is more than {schema['maximum']}")


def _count(number: int, schema: Schema, of: str, at: str) -> Iterable[Problem]:
    least, most = schema.get(f"min{of}", 0), schema.get(f"max{of}", number)
    if not least <= number <= most:
        yield Problem(at, f"{number} {of.lower()}, outside {least} to {most}")


def _typed(value: Text, schema: Schema, digits: bool) -> Any:
    """Text as what the schema expects where it can be read so, else as a string."""
    kinds = schema.get("type", [])
    for fixed in [schema["const"]] if "const" in schema else schema.get("enum", ()):
        if not isinstance(fixed, str) and value == json.dumps(fixed):
            return fixed
    if "integer" in kinds and _INTEGER.fullmatch(value):
        return int(value)
    if "string" in kinds:
        return str(value)
    if "number" in kinds and _NUMBER.fullmatch(value):
        return float(value)
    if "boolean" in kinds and value in ("true", "false", *("10" if digits else "")):
        return value in ("true", "1")
    if ("array" in kinds or "object" in kinds) and value[:1] in ("[", "{"):  # Telegram: JSON inside a form
        try:
            return json.loads(value)
        except ValueError:
            return str(value)
    return str(value)


def _same(value: Any, fixed: Any) -> bool:
    return bool(value == fixed) and isinstance(value, bool) == isinstance(fixed, bool)


def _distance(found: list[Problem], at: str) -> tuple[bool, int]:
    return any(problem.wrong_kind and problem.at == at for problem in found), len(found)


def _short(value: Any) -> str:
    text = repr(str(value) if isinstance(value, str) else value)
    return text if len(text) <= 60 else text[:57] + "..."
