"""Check recorded exchanges against the services' descriptions.

In a request: path, query and body. In an answer: its status and body. What a service pushes: the whole event, with
the messages and objects inside it. Not checked: headers, and the bodies of redirects and of errors from 500 on.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.contract import multipart, stripe_wire
from tests.contract.descriptions import Operation, Service, service
from tests.contract.exchanges import Exchange, body_of, exchanges, query_of
from tests.contract.schemas import Checker, Schema

_PREFIX = {"telegram": re.compile(r"^/bot[^/]*(/test)?(?=/)"), "discord": re.compile(r"^/api(/v\d+)?(?=/)")}
PUSHED = {"telegram": "Update", "stripe": "event"}


def violations(recorded: Path | Iterable[str]) -> list[str]:
    """What the recorded exchanges break in the descriptions, one line each."""
    return [f"{exchange}: {why}" for exchange in exchanges(recorded) for why in problems(exchange)]


def problems(exchange: Exchange, known: Service | None = None) -> list[str]:
    """What one exchange breaks in the description of its service."""
    known = known or service(exchange.service)
    found = _pushed(exchange, known) if exchange.push else _called(exchange, known)
    return list(dict.fromkeys(found))


def local_path(exchange: Exchange) -> str:
    """The path as the description writes it: without Telegram's token and Discord's version."""
    prefix = _PREFIX.get(exchange.service)
    return prefix.sub("", exchange.path) if prefix else exchange.path


def _called(exchange: Exchange, known: Service) -> Iterator[str]:
    if exchange.path.startswith("/file/bot"):  # Telegram's files, which are no method
        return
    path = local_path(exchange)
    operation = known.find(exchange.method, path)
    if operation is None:
        yield f"unknown path {exchange.method} {path}"
        return
    yield from (f"request: {problem}" for problem in _request(exchange, known, operation))
    if not (exchange.status >= 500 or 300 <= exchange.status < 400):
        yield from (f"answer: {problem}" for problem in _answer(exchange, known, operation))


def _request(exchange: Exchange, known: Service, operation: Operation) -> Iterator[str]:
    try:
        query, body = query_of(exchange), body_of(exchange)
        yield from _files(exchange)
    except ValueError as error:
        yield f"body does not parse: {error}"
        return
    if known.name == "telegram":  # parameters come either way
        query, body = {}, multipart.telegram_fields(query | body)
    yield from _checked(known.sent, query, operation.query, required=True)
    required = operation.body_required or known.name != "discord"
    yield from _checked(known.sent, body, operation.body, required=required)
    if known.name == "stripe":
        yield from stripe_wire.parameter_problems(known, operation, query | body)


def _files(exchange: Exchange) -> Iterator[str]:
    """References to files that were not sent, and the other way. Raises ValueError if the body cannot be read."""
    if "multipart/form-data" in exchange.request_content_type:
        parts = multipart.parts_of(exchange.request_body, exchange.request_content_type)
        yield from multipart.discord_problems(parts) if "payload_json" in parts else multipart.telegram_problems(parts)


def _checked(checker: Checker, value: Any, schema: Schema | None, *, required: bool) -> Iterator[str]:
    if schema is None:
        yield from (f"{name}: no such parameter is published" for name in value)
    elif value or required:
        yield from map(str, checker.problems(value, schema))


def _answer(exchange: Exchange, known: Service, operation: Operation) -> Iterator[str]:
    try:
        schema = operation.answer(exchange.status)
    except KeyError:
        yield f"status {exchange.status} is not among the published {sorted(operation.responses)}"
        return
    if schema is None:
        if exchange.response_body.strip():
            yield f"a body where status {exchange.status} has none"
        return
    try:
        value = json.loads(exchange.response_body)
    except ValueError:
        yield "body is not JSON"
        return
    yield from map(str, known.checker.problems(value, schema))
    if known.name == "stripe":
        expand = (query_of(exchange) | body_of(exchange)).get("expand") or ()
        yield from stripe_wire.answer_problems(known, value, expand)


def _pushed(exchange: Exchange, known: Service) -> Iterator[str]:
    try:
        value = json.loads(exchange.request_body)
    except ValueError:
        yield "push: body is not JSON"
        return
    name = PUSHED.get(known.name, f"EVENT {exchange.path}")
    if name not in known.checker.schemas:
        yield f"push: {name} is not described"
        return
    yield from (f"push: {problem}" for problem in known.checker.problems(value, {"$ref": name}))
    if known.name == "stripe":
        yield from (f"push: {problem}" for problem in stripe_wire.event_problems(known, value))
