"""The services' descriptions, as trimmed into `data`, with what `rules` adds: limits, values and conditions."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.contract.rules import Rules, discord, stripe, telegram
from tests.contract.schemas import Checker, Schema

DATA = Path(__file__).parent / "data"
SERVICES = ("stripe", "telegram", "discord")
RULES: dict[str, Rules] = {"stripe": stripe.RULES, "telegram": telegram.RULES, "discord": discord.RULES}
_PLACEHOLDER = re.compile(r"\{([^}]+)\}")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method and path. A schema is None where nothing is described."""

    name: str
    query: Schema | None
    body: Schema | None
    body_required: bool
    responses: Mapping[str, Schema | None]

    def answer(self, status: int) -> Schema | None:
        """The schema of an answer. Raises KeyError for a status that is not described."""
        if str(status) in self.responses:
            return self.responses[str(status)]
        return self.responses[f"{status // 100}XX"]


class Service:
    """One service's description: its operations, and the checker of its schemas."""

    def __init__(self, description: Mapping[str, Any], rules: Rules) -> None:
        self.name, self.source, self.date = description["service"], description["source"], description["date"]
        self.operations = {
            name: Operation(name=name, **operation) for name, operation in description["operations"].items()
        }
        self.checker = Checker(tightened(description["schemas"], rules))
        self.sent = replace(self.checker, discord=self.name == "discord")  # for what we send
        self.resources = {
            name: {"$ref": name}
            for name, schema in self.checker.schemas.items()
            if name in schema.get("properties", {}).get("object", {}).get("enum", ())
        }
        self._paths = [(_pattern(name), operation) for name, operation in self.operations.items()]

    def find(self, method: str, path: str) -> Operation | None:
        """The operation whose path fits with the most literal text, or None."""
        method = "POST" if self.name == "telegram" else method  # which takes any
        fits = [operation for pattern, operation in self._paths if pattern.fullmatch(f"{method} {path}")]
        return max(fits, key=lambda found: len(_PLACEHOLDER.sub("", found.name)), default=None)


@cache
def service(name: str) -> Service:
    """The description of a service, read once. Raises KeyError for a service without one."""
    description, rules = json.loads((DATA / f"{name}.json").read_text()), RULES[name]
    description["schemas"] |= written_by_hand(rules, description["schemas"])
    return Service(description, rules)


def written_by_hand(rules: Rules, described: Mapping[str, Schema]) -> dict[str, Schema]:
    """The schemas that no description has. One that `extends` another has its fields, less those `without`."""
    more = _by_hand(rules)
    known = {**described, **more}
    return {name: _extended(schema, known) if "extends" in schema else schema for name, schema in more.items()}


def referred_by_hand(rules: Rules) -> set[str]:
    """The names of schemas that those written by hand need."""
    return set(re.findall(r'"(?:\$ref|extends)": "([^"]+)"', json.dumps(_by_hand(rules))))


def _by_hand(rules: Rules) -> dict[str, Schema]:
    return {
        name: schema
        for file in rules.by_hand
        for name, schema in json.loads((DATA / file).read_text())["schemas"].items()
    }


def _extended(schema: Schema, known: Mapping[str, Schema]) -> Schema:
    base, without = known[schema["extends"]], set(schema.get("without", ()))
    fields = {name: value for name, value in base["properties"].items() if name not in without}
    return {
        "type": "object",
        "extends": schema["extends"],
        "properties": fields | schema.get("properties", {}),
        "required": sorted({*base.get("required", ()), *schema.get("required", ())} - without),
    }


def tightened(schemas: Mapping[str, Schema], rules: Rules) -> dict[str, Schema]:
    """The schemas with the rules' words added. Raises KeyError for a rule about a name that does not exist."""
    unknown = (rules.fields.keys() | rules.objects.keys()) - schemas.keys()
    if unknown:
        raise KeyError(f"rules are about schemas that are not in the description: {sorted(unknown)}")
    return {name: _tightened(schema, name, rules) for name, schema in schemas.items()}


def _tightened(schema: Schema, name: str, rules: Rules) -> Schema:
    fields = {
        key: _with(value, rules.everywhere.get(key) or rules.strings)
        for key, value in schema.get("properties", {}).items()
    }
    base = schema.get("extends", name)
    for key, words in {**rules.fields.get(base, {}), **rules.fields.get(name, {})}.items():
        fields[key] = _with(fields[key], words) if key in fields else _sent_too(words, f"{name}.{key}")
    return (
        schema | ({"properties": fields} if fields else {}) | (rules.objects.get(name) or rules.objects.get(base, {}))
    )


def _with(schema: Schema, words: Schema) -> Schema:
    """The words added to a field, that is to each alternative: a word says nothing about values of other types."""
    if not words or {"enum", "const", "trimmed"} & schema.keys():
        return schema
    if "$ref" in schema:  # an integer type, or an object, which has rules of its own
        return schema | {key: value for key, value in words.items() if key in ("minimum", "maximum")}
    if "anyOf" in schema:
        return schema | {"anyOf": [_with(option, words) for option in schema["anyOf"]]}
    inner = {"items": _with(schema["items"], words["items"])} if "items" in words and "items" in schema else {}
    return schema | {key: value for key, value in words.items() if key != "items"} | inner


def _sent_too(words: Schema, where: str) -> Schema:
    if "type" not in words:
        raise KeyError(f"rules are about {where}, which is not in the description")
    return words


def _pattern(name: str) -> re.Pattern[str]:
    """Ids are digits at Discord, where they end in "_id"; other parts of a path are anything without a slash."""
    pieces = re.split(r"(\{[^}]+\})", name)
    return re.compile("".join("[^/]+" if piece.startswith("{") else re.escape(piece) for piece in pieces))
