"""One recorded HTTP exchange or gateway event, and how its bodies are read and written."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.contract.multipart import parts_of, text_of
from tests.contract.schemas import Text

_PART = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What was said and answered. Bodies are the raw text; bytes that are not UTF-8 are surrogate escapes.

    `push`: the service called us: a webhook, or an event of Discord's gateway (`path` is then its name).
    """

    service: str
    method: str
    path: str
    status: int
    query: str = ""
    request_content_type: str = ""
    request_body: str = ""
    response_body: str = ""
    push: bool = False

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path} {self.status}"


def exchanges(lines: Path | Iterable[str]) -> list[Exchange]:
    """The exchanges of a recording, a file of JSON lines; none if nothing was recorded."""
    if isinstance(lines, Path):
        lines = lines.read_text().splitlines() if lines.exists() else []
    return [Exchange(**json.loads(line)) for line in lines if line.strip()]


def query_of(exchange: Exchange) -> dict[str, Any]:
    return _form(parse_qsl(exchange.query, keep_blank_values=True))


def body_of(exchange: Exchange) -> Any:
    """The body of the request; {} if it has none. Raises ValueError if it cannot be read."""
    text, kind = exchange.request_body, exchange.request_content_type
    if not text:
        return {}
    if "multipart/form-data" in kind:
        fields = parts_of(text, kind)
        return json.loads(fields["payload_json"]) if "payload_json" in fields else fields
    if "json" in kind or exchange.push:
        return json.loads(text)
    return _form(parse_qsl(text, keep_blank_values=True, strict_parsing=True))


def written(exchange: Exchange, body: Any) -> str:
    """The body as text, in the encoding that the exchange used."""
    kind = exchange.request_content_type
    if "multipart/form-data" in kind:
        fields = {"payload_json": body} if exchange.service == "discord" else body
        return text_of(fields, kind.partition("boundary=")[2].strip('"'))
    if "json" in kind or exchange.push:
        return json.dumps(body)
    return urlencode(form_pairs(body))


def form_pairs(fields: dict[str, Any]) -> list[tuple[str, str]]:
    """Nested fields as a form has them, the opposite of reading one. Telegram and Discord do not nest."""
    return list(_flat(fields))


def _form(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Fields as a nested value: `a[b][0]=c` is {"a": {"b": ["c"]}}. A name given twice makes a list."""
    nested: dict[str, Any] = {}
    for name, value in pairs:
        head, *keys = [name.partition("[")[0], *_PART.findall(name)] if "[" in name else [name]
        at, key = nested, head
        for inner in keys:
            at = at.setdefault(key, {})
            if not isinstance(at, dict):
                raise ValueError(f"{name} is given as a value and as an object")
            key = inner
        old = at.get(key)
        at[key] = Text(value) if old is None else [*(old if isinstance(old, list) else [old]), Text(value)]
    return {key: _listed(value) for key, value in nested.items()}


def _listed(value: Any) -> Any:
    """Objects whose names count from 0 are lists; so are `a[]=x` and `a[]=y`."""
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(item) for key, item in value.items()}
    if list(inner) == [""]:
        return inner[""] if isinstance(inner[""], list) else [inner[""]]
    return list(inner.values()) if list(inner) == [str(n) for n in range(len(inner))] else inner


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, item in value.items():
                yield from _flat(item, f"{name}[{key}]" if name else key)
        case list():
            for number, item in enumerate(value):
                yield from _flat(item, f"{name}[{number}]")
        case str():
            yield name, value
        case _:
            yield name, json.dumps(value)
