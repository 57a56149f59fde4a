"""What schemas cannot say of Stripe: the objects inside events, and parameters that name parts of the answer.

Sources: docs.stripe.com/api/events/object and docs.stripe.com/api/expanding_objects.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from tests.contract.descriptions import Operation, Service
from tests.contract.rules.stripe_objects import object_of
from tests.contract.schemas import Checker, Schema


def parameter_problems(known: Service, operation: Operation, fields: dict[str, Any]) -> Iterator[str]:
    """Names in parameters that are nowhere: of fields to expand, and of types of events."""
    answer = operation.answer(200)
    for path in _texts(fields.get("expand")):
        if answer is None or not _leads_somewhere(known.checker, answer, path.split(".")):
            yield f"expand: {path} is nowhere in the answer"
    kinds = known.checker.schemas["event"]["properties"]["type"]["enum"]
    for kind in _texts(fields.get("types")):
        if kind not in kinds:
            yield f"types: there are no events of type {kind}"


def answer_problems(known: Service, value: Any, expanded: Iterable[str] = ()) -> Iterator[str]:
    """What is wrong inside the events of an answer, and fields that were to be expanded and are not."""
    yield from event_problems(known, value)
    for path in expanded:
        if any(isinstance(found, str) for found in _found(value, path.split("."))):
            yield f"{path} is not expanded, as was asked"


def event_problems(known: Service, value: Any) -> Iterator[str]:
    """What is wrong inside an event, or the events of a list: their objects are checked as strictly as an answer.

    What has changed (`previous_attributes`) has the names and types of that object as well, if only some of them.
    """
    match value:
        case {"object": "event"}:
            yield from _event(known, value)
        case {"object": "list", "data": [*members]}:
            for member in members:
                yield from event_problems(known, member)


def _event(known: Service, event: dict[str, Any]) -> Iterator[str]:
    data, kind = event.get("data"), str(event.get("type"))
    if not isinstance(data, dict) or not isinstance(data.get("object"), dict):
        yield f"{kind}: data.object is not an object"
        return
    subject, name = data["object"], object_of(kind)
    if subject.get("object") != name or name not in known.resources:
        yield f"{kind}: data.object is {subject.get('object')!r}, not a {name} that is described"
        return
    for problem in known.checker.problems(subject, known.resources[name], "data.object"):
        yield f"{kind}: {problem}"
    before = data.get("previous_attributes") or {}
    for problem in replace(known.checker, partial=True).problems(
        before, known.resources[name], "data.previous_attributes"
    ):
        yield f"{kind}: {problem}"


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _leads_somewhere(checker: Checker, schema: Schema, names: Sequence[str]) -> bool:
    if not names or "trimmed" in schema:
        return True
    if "$ref" in schema:
        return _leads_somewhere(checker, checker.schemas[schema["$ref"]], names)
    if "anyOf" in schema:
        return any(_leads_somewhere(checker, option, names) for option in schema["anyOf"])
    if "items" in schema:
        return _leads_somewhere(checker, schema["items"], names)
    inner = schema.get("properties", {}).get(names[0])
    return inner is not None and _leads_somewhere(checker, inner, names[1:])


def _found(value: Any, names: Sequence[str]) -> Iterator[Any]:
    match value:
        case list():
            for item in value:
                yield from _found(item, names)
        case dict() if names:
            yield from _found(value.get(names[0]), names[1:])
        case _ if not names:
            yield value
