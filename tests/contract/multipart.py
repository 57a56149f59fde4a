"""Bodies of several parts: the fields, and the files that they refer to.

Sources: core.telegram.org/bots/api#sending-files, docs.discord.com/developers/reference#uploading-files.
"""

import email.parser
import email.policy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.contract.schemas import Text

_OLD_ID = 15  # digits that the id of a file has which Discord has already
_ATTACHED = re.compile(r"attach://([\w-]+)")


@dataclass(frozen=True, slots=True)
class File:
    """A file inside the body."""

    name: str


def parts_of(text: str, content_type: str) -> dict[str, Any]:
    """The parts by name: `Text` or `File`."""
    raw = b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + text.encode("utf-8", "surrogateescape")
    parts: dict[str, Any] = {}
    for part in email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(raw).iter_parts():
        name, filename = part.get_param("name", header="content-disposition"), part.get_filename()
        content = part.get_payload(decode=True)
        assert isinstance(name, str) and isinstance(content, bytes)
        parts[name] = File(filename) if filename else Text(content.decode())
    return parts


def text_of(parts: dict[str, Any], boundary: str) -> str:
    """The opposite of `parts_of`; files are empty."""
    lines = []
    for name, value in parts.items():
        filename = f'; filename="{value.name}"' if isinstance(value, File) else ""
        content = value if isinstance(value, str) else "" if filename else json.dumps(value)
        lines += [f"--{boundary}", f'Content-Disposition: form-data; name="{name}"{filename}', "", content]
    return "\r\n".join([*lines, f"--{boundary}--", ""])


def telegram_fields(parts: dict[str, Any]) -> dict[str, Any]:
    """The parameters: a file is named like one, or a parameter refers to it."""
    referred = _attached(parts)
    return {
        name: Text(f"attach://{name}") if isinstance(value, File) else value
        for name, value in parts.items()
        if not (isinstance(value, File) and name in referred)
    }


def telegram_problems(parts: dict[str, Any]) -> Iterator[str]:
    yield from (f"attach://{name}: there is no such part" for name in sorted(_attached(parts) - parts.keys()))


def discord_problems(parts: dict[str, Any]) -> Iterator[str]:
    """New attachments have the number of their file, and each file belongs to one."""
    message = json.loads(parts["payload_json"])
    if isinstance(message, dict) and isinstance(message.get("data"), dict):
        message = message["data"]  # the answer to an interaction has its message inside
    said = message.get("attachments") if isinstance(message, dict) else None
    said = [part for part in said if isinstance(part, dict)] if isinstance(said, list) else []
    files = {name for name, value in parts.items() if isinstance(value, File)}
    new = {f"files[{part.get('id')}]" for part in said if len(str(part.get("id"))) < _OLD_ID}
    yield from (f"attachment without its part {name}" for name in sorted(new - files))
    yield from (f"part {name} without its attachment" for name in sorted(files - new))
    shown = set(re.findall(r'"attachment://([^"]+)"', json.dumps(message)))
    yield from (
        f"attachment://{name}: no such file" for name in sorted(shown - {part.get("filename") for part in said})
    )


def _attached(parts: dict[str, Any]) -> set[str]:
    return {name for value in parts.values() if isinstance(value, str) for name in _ATTACHED.findall(value)}
