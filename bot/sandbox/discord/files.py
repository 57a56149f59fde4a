"""Files: read from a multipart body, stored, and described as attachments."""

from __future__ import annotations

import json
import mimetypes
import re
import struct
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.discord.errors import Refused, invalid
from bot.sandbox.discord.world import World
from bot.sandbox.kit import Json

LARGEST = 10 * 2**20
UNSAFE = re.compile(r"[^\w.\-]")


@dataclass(frozen=True)
class Upload:
    filename: str
    content: bytes


async def read_body(request: web.Request) -> tuple[object, dict[int, Upload]]:
    """Return the JSON of a request, and its files by number. Raises Refused if the body cannot be read."""
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request)
    text = await request.text()
    if not text:
        return None, {}
    if request.content_type != "application/json":
        raise Refused(400, 50035, "Invalid Form Body")
    return _parsed(text), {}


async def _read_multipart(request: web.Request) -> tuple[object, dict[int, Upload]]:
    body: object = {}
    files: dict[int, Upload] = {}
    for name, part in (await request.post()).items():
        number = re.fullmatch(r"files\[(\d+)\]", name)
        if name == "payload_json" and isinstance(part, str):
            body = _parsed(part)
        elif number and isinstance(part, web.FileField):
            files[int(number[1])] = Upload(part.filename, part.file.read())
        else:
            raise invalid(name, "UNKNOWN_FIELD", "Only payload_json and files[n] are read here.")
    if sum(len(file.content) for file in files.values()) > LARGEST:
        raise Refused(413, 40005, "Request entity too large")
    return body, files


def _parsed(text: str) -> object:
    try:
        parsed: object = json.loads(text)
    except ValueError:
        raise Refused(400, 50109, "The request body contains invalid JSON.") from None
    return parsed


def attach(world: World, channel_id: int, upload: Upload, described: Json, ephemeral: bool) -> Json:
    """Store a file and return its attachment."""
    name = UNSAFE.sub("_", described.get("filename") or upload.filename)
    number = world.snowflake()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    world.keep_file(number, kind, upload.content)
    url = f"{world.url}/attachments/{channel_id}/{number}/{quote(name)}"
    shape: Json = {"id": str(number), "filename": name, "size": len(upload.content), "url": url, "proxy_url": url,
                   "content_type": kind}  # fmt: skip
    if described.get("description"):
        shape["description"] = described["description"]
    if ephemeral:
        shape["ephemeral"] = True
    return shape | _measured(upload.content)


def _measured(content: bytes) -> Json:
    """Return width and height of a PNG; empty for anything else."""
    if content[:8] != b"\x89PNG\r\n\x1a\n" or len(content) < 24:
        return {}
    width, height = struct.unpack(">II", content[16:24])
    return {"width": width, "height": height}
