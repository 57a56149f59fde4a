"""Wrong versions of what was recorded, one fault each: what the check is measured by.

A mutation changes one place of a query, a body, an answer or a pushed event, and writes the exchange again in its own
encoding, so that reading it is tested as well. Kinds:

- name: a field is called otherwise;
- type: a value is of another JSON type, or text that cannot be read as the type in a form;
- value: text that no id, link, language, time or fixed value looks like; a negative number;
- length: text that is longer than any limit, and empty text;
- missing: a required field is left out, or one that is required under conditions (`CONDITIONAL`).

Where two recordings have the same place (the same operation, field and kind), one is mutated. What no description can
show is not made: `unnoticed.py` lists it.
"""

import copy
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from urllib.parse import urlencode

from tests.contract.check import PUSHED, local_path, problems
from tests.contract.descriptions import Operation, Service
from tests.contract.exchanges import Exchange, body_of, form_pairs, query_of, written
from tests.contract.multipart import File
from tests.contract.schemas import Checker, Schema, Text
from tests.contract.unnoticed import CONDITIONAL, EMPTY, FREE, SIGNED

KINDS = ("name", "type", "value", "length", "missing")
LONG = "x" * 6001
WRONG = "no such value!"
SOME = 5  # of a list, so many members are mutated


@dataclass(frozen=True, slots=True)
class Mutation:
    """A wrong exchange. `where`: operation and path of the place, indices left out."""

    kind: str
    where: str
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class Place:
    """A value inside what was recorded, with the schema that it is checked against."""

    path: tuple[str | int, ...]
    value: Any
    schema: Schema
    owner: str  # the name of the schema of the object that it is in
    in_map: bool  # its name was chosen by the sender

    @property
    def name(self) -> str:
        return ".".join(str(step) for step in self.path if not isinstance(step, int))


@dataclass(slots=True)
class Score:
    """How many mutations of one kind were made, and the places of those that nothing noticed."""

    made: int = 0
    missed: list[str] = field(default_factory=list)

    @property
    def noticed(self) -> float:
        return 1 - len(self.missed) / self.made if self.made else 1.0


def scores(recorded: Iterable[Exchange], known: Service, most: int, rng: Random) -> dict[str, Score]:
    """Per kind, what the check notices of at most so many mutations, drawn at random."""
    seen: set[tuple[str, str]] = set()
    drawn: dict[str, list[Mutation]] = {kind: [] for kind in KINDS}
    for exchange in recorded:
        for mutation in mutations(exchange, known, seen):
            drawn[mutation.kind].append(mutation)
    result = {kind: Score() for kind in KINDS}
    for kind, every in drawn.items():
        for mutation in rng.sample(every, min(most, len(every))):
            result[kind].made += 1
            if not problems(mutation.exchange, known):
                result[kind].missed.append(mutation.where)
    return result


def mutations(exchange: Exchange, known: Service, seen: set[tuple[str, str]]) -> Iterator[Mutation]:
    """Every mutation of a recorded exchange that breaks nothing, but those (kind, where) that were `made` before."""
    for part, value, schema in _parts(exchange, known):
        sent = part in ("query", "body")
        for place in _places(known.sent if sent else known.checker, value, schema):
            for kind, changed in _changes(exchange.service, place, sent):
                where = f"{exchange.service} {_title(exchange, known)} {part}: {place.name}"
                if kind == "length":
                    where += " (too long)" if changed else " (empty)"
                if (kind, where) not in seen:
                    seen.add((kind, where))
                    yield Mutation(kind, where, _with(exchange, part, _set(value, place.path, changed)))


def _title(exchange: Exchange, known: Service) -> str:
    if exchange.push:
        return PUSHED.get(known.name, exchange.path)
    operation = known.find(exchange.method, local_path(exchange))
    assert operation is not None, exchange
    return operation.name


def _parts(exchange: Exchange, known: Service) -> Iterator[tuple[str, Any, Schema]]:
    if exchange.push:
        name = PUSHED.get(known.name, f"EVENT {exchange.path}")
        event = json.loads(exchange.request_body)
        yield "event", event, {"$ref": name}
        if known.name == "stripe":
            subject = event["data"]["object"]
            yield f"event of {subject['object']}", subject, known.resources[subject["object"]]
        return
    operation = known.find(exchange.method, local_path(exchange))
    if operation is None:  # a file of Telegram's
        return
    if operation.query and exchange.query and known.name != "telegram":
        yield "query", query_of(exchange), operation.query
    if operation.body and exchange.request_body:
        yield "body", body_of(exchange), operation.body
    answer = _answer_schema(operation, exchange.status)
    if answer is not None and exchange.response_body:
        yield "answer", json.loads(exchange.response_body), answer


def _answer_schema(operation: Operation, status: int) -> Schema | None:
    return None if status >= 500 or 300 <= status < 400 else operation.answer(status)


def _with(exchange: Exchange, part: str, value: Any) -> Exchange:
    match part.split():
        case ["event", "of", _]:
            event = json.loads(exchange.request_body)
            event["data"]["object"] = value
            return replace(exchange, request_body=json.dumps(event))
        case ["query"]:
            return replace(exchange, query=urlencode(form_pairs(value)))
        case ["answer"]:
            return replace(exchange, response_body=json.dumps(value))
    return replace(exchange, request_body=written(exchange, value))


def _places(checker: Checker, value: Any, schema: Schema, at: Place | None = None) -> Iterator[Place]:
    """The value and all inside it, each with the plain schema that accepts it. `at`: where it is, if inside another."""
    schema = accepting(checker, value, schema)
    if isinstance(value, Text) and value[:1] in ("[", "{") and schema.get("type") in ("array", "object"):
        value = json.loads(value)
    here = replace(at, value=value, schema=schema) if at else Place((), value, schema, "", in_map=False)
    yield here
    match value:
        case dict():
            listed, rest = schema.get("properties", {}), schema.get("additionalProperties", {})
            rest = rest if isinstance(rest, dict) else {}
            for name, inner in value.items() if listed or rest else ():  # else anything is right
                inside = Place((*here.path, name), inner, {}, schema.get("name", ""), in_map=name not in listed)
                yield from _places(checker, inner, listed.get(name, rest), inside)
        case list():
            for number, inner in enumerate(value[:SOME]):
                inside = replace(here, path=(*here.path, number))
                yield from _places(checker, inner, schema.get("items", {}), inside)


def accepting(checker: Checker, value: Any, schema: Schema) -> Schema:
    """The schema without references and alternatives, as far as the value has chosen one."""
    if "$ref" in schema:
        rest = {key: part for key, part in schema.items() if key != "$ref"}
        return accepting(checker, value, checker.schemas[schema["$ref"]] | rest | {"name": schema["$ref"]})
    if "anyOf" in schema:
        chosen = next((option for option in schema["anyOf"] if not checker.problems(value, option)), schema["anyOf"][0])
        return accepting(checker, value, chosen) | {key: part for key, part in schema.items() if key != "anyOf"}
    return schema


def _set(value: Any, path: tuple[str | int, ...], changed: Any) -> Any:
    """A copy of the value with another one at the path; JSON inside a form's field is written as JSON again."""
    if not path:
        is_json = isinstance(value, Text) and value[:1] in ("[", "{") and not isinstance(changed, str)
        return Text(json.dumps(changed)) if is_json else changed
    if isinstance(value, Text):
        return Text(json.dumps(_set(json.loads(value), path, changed)))
    result = copy.copy(value)
    result[path[0]] = _set(value[path[0]], path[1:], changed)
    return result


def _changes(service: str, place: Place, sent: bool) -> Iterator[tuple[str, Any]]:
    """The kinds of mutation that this place allows, each with the changed value."""
    value = place.value
    if isinstance(value, File):
        return
    name = str(next((step for step in reversed(place.path) if isinstance(step, str)), ""))

    def listed(table: frozenset[str]) -> bool:
        return name in table or f"{place.owner}.{name}" in table

    if place.path:
        yield from (("type", wrong) for wrong in _wrong_types(place, service, sent))
    match value:
        case dict():
            yield from _changed_names(value, place.schema, is_form=sent and service == "stripe")
        case str() if not _is_number(place):
            if not place.in_map and not listed(FREE[service]):
                yield "value", WRONG
            yield "length", value + LONG
            if not place.in_map and not listed(EMPTY[service]) and "" not in place.schema.get("enum", ()):
                yield "length", Text() if isinstance(value, Text) else ""
        case str() | int() | float() if not isinstance(value, bool) and not listed(SIGNED[service]):
            if not _is_truth(place):
                yield "value", Text("-7") if isinstance(value, str) else -7


def _is_number(place: Place) -> bool:
    """Text that stands for a number or a truth value."""
    kinds = place.schema.get("type", ())
    return (
        isinstance(place.value, Text)
        and "string" not in kinds
        and any(kind in kinds for kind in ("integer", "number", "boolean"))
    ) or (isinstance(place.value, Text) and isinstance(place.schema.get("const"), bool))


def _is_truth(place: Place) -> bool:
    return "boolean" in place.schema.get("type", ()) or isinstance(place.schema.get("const"), bool)


def _wrong_types(place: Place, service: str, sent: bool) -> Iterator[Any]:
    match place.value:
        case Text() if _is_number(place):
            yield Text(WRONG)
        case Text() if service == "stripe":
            yield {"wrong": WRONG}
        case Text():
            return
        case str():
            yield True if sent and service == "discord" else 7  # which takes ids as numbers
        case None:
            yield {"wrong": WRONG}
        case _:
            yield WRONG


def _changed_names(value: dict[str, Any], schema: Schema, is_form: bool) -> Iterable[tuple[str, Any]]:
    """Fields called otherwise or left out; an object without fields leaves no trace in a form."""
    listed = schema.get("properties", {})
    needed = {*schema.get("required", ()), *CONDITIONAL.get(schema.get("name", ""), ())}
    for name in value:
        without = {key: item for key, item in value.items() if key != name}
        if name in listed and not isinstance(value[name], File):
            yield "name", without | {f"{name}_x": value[name]}
        if name in needed and (without or not is_form):
            yield "missing", without
