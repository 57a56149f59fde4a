"""Read a method's parameters from HTTP: query, form, multipart or JSON, with the method's types."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from bot.sandbox.kit import Json
from bot.sandbox.telegram.errors import bad, ours
from bot.sandbox.telegram.files import Upload
from bot.sandbox.telegram.methods.table import Method

NUMBER = re.compile(r"-?\d{1,18}")
# Client.cpp's answers for missing parameters.
MISSING = {
    "chat_id": "chat_id is empty",
    "message_id": "message identifier is not specified",
    "document": "there is no document in the request",
    "photo": "there is no photo in the request",
    "text": "message text is empty",
    "user_id": "invalid user_id specified",
}
_FLAGS = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}


async def sent_fields(request: web.BaseRequest) -> tuple[Json, dict[str, bytes]]:
    """Return names and values as sent, and uploaded files by field name."""
    _, _, query = request.raw_path.partition("?")
    fields: Json = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
    kind = request.headers.get("Content-Type", "")
    files: dict[str, bytes] = {}
    if kind.startswith("multipart/form-data"):
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            content = bytes(await part.read())
            if part.filename is None:
                fields[part.name or ""] = content.decode()
            else:
                files[part.name or ""] = Upload(content, part.filename)
    elif body := await request.read():
        if kind.startswith("application/json"):
            fields |= _object(body)
        elif kind.startswith("application/x-www-form-urlencoded"):
            fields |= parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True)
        else:
            raise ours(f"unsupported content type {kind!r}")
    return fields, files


def _object(body: bytes) -> Json:
    try:
        value = json.loads(body)
    except ValueError:
        raise bad("can't parse request as JSON") from None
    if not isinstance(value, dict):
        raise bad("expected an Object as request body")
    return value


def typed(method: Method, fields: Json, files: dict[str, bytes]) -> Json:
    """Return the method's parameters. Raises Refused for unknown, missing and wrongly typed ones."""
    parameters: Json = {}
    for name, value in fields.items():
        kind = method.parameters.get(name)
        if kind is None:
            raise ours(f'parameter "{name}" of {method.name} is unknown')
        parameters[name] = _convert(name, kind, value)
    for name in files:
        if method.parameters.get(name) == "file":
            parameters[name] = files[name]
    for name in method.required:
        if parameters.get(name) in (None, "") and (method.name, name) != ("setWebhook", "url"):
            raise bad(MISSING[name]) if name in MISSING else ours(f'parameter "{name}" is required')
    for name, kind in method.parameters.items():
        if kind == "file" and isinstance(parameters.get(name), str):
            parameters[name] = _attached(parameters[name], files)
    if files:
        parameters["files"] = files
    return parameters


def _attached(value: str, files: dict[str, bytes]) -> str | bytes:
    if not value.startswith("attach://"):
        return value
    if value.removeprefix("attach://") not in files:
        raise bad("wrong file identifier/HTTP URL specified")
    return files[value.removeprefix("attach://")]


def _convert(name: str, kind: str, value: Any) -> Any:
    if kind == "str" or kind == "file":
        if isinstance(value, str):
            return value
    elif kind in ("int", "chat"):
        if type(value) is int:
            return value
        if isinstance(value, str) and NUMBER.fullmatch(value):
            return int(value)
        if kind == "chat":
            if isinstance(value, str) and value.startswith("@"):
                return value
            raise bad("chat not found")
    elif kind == "bool":
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in _FLAGS:
            return _FLAGS[value]
    elif not isinstance(value, str):
        return value
    else:
        try:
            return json.loads(value)
        except ValueError:
            raise ours(f'"{name}" is no JSON') from None
    raise ours(f'parameter "{name}" must be of type {kind}')
