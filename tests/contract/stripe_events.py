"""Stripe's events: the object inside one is checked as strictly as an answer to a GET of it.

Source: docs.stripe.com/api/events/object. What has changed (`previous_attributes`) has the names and types of that
object as well, if only some of them.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.contract.descriptions import Service
from tests.contract.rules.stripe_objects import object_of


def problems(known: Service, value: Any) -> Iterator[str]:
    """What is wrong inside the events in a value: an event itself, or a list of them."""
    match value:
        case {"object": "event"}:
            yield from _event(known, value)
        case {"object": "list", "data": [*members]}:
            for member in members:
                yield from problems(known, member)


def _event(known: Service, event: dict[str, Any]) -> Iterator[str]:
    data, kind = event.get("data"), str(event.get("type"))
    if not isinstance(data, dict) or not isinstance(data.get("object"), dict):
        yield f"{kind}: data.object is not an object"
        return
    subject, name = data["object"], object_of(kind)
    if subject.get("object") != name or name not in known.resources:
        yield f"{kind}: data.object is {subject.get('object')!r}, not a {name} that is described"
        return
    for one in known.checker.problems(subject, known.resources[name], "data.object"):
        yield f"{kind}: {one}"
    before = data.get("previous_attributes") or {}
    for one in replace(known.checker, partial=True).problems(before, known.resources[name], "data.previous_attributes"):
        yield f"{kind}: {one}"
