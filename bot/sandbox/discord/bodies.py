"""The body of a message: Discord's validation, and its treatment of embeds, files and mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.discord import components
from bot.sandbox.discord.errors import Problems, Refused
from bot.sandbox.discord.files import Upload
from bot.sandbox.discord.world import Message
from bot.sandbox.kit import Json

EDIT = frozenset(("content", "embeds", "components", "allowed_mentions", "attachments", "flags", "tts"))
ANSWER = EDIT
CREATE = EDIT | {"nonce", "enforce_nonce", "message_reference"}

EMBED = {"title": 256, "description": 4096}
WEB = ("http", "https")
FOOTER = frozenset(("text", "icon_url", "proxy_icon_url"))
AUTHOR = frozenset(("name", "url", "icon_url", "proxy_icon_url"))
FIELD = frozenset(("name", "value", "inline"))
PICTURE = frozenset(("url", "proxy_url", "width", "height", "description", "flags", "content_type", "placeholder",
                     "placeholder_version"))  # fmt: skip
EMBED_FIELDS = frozenset(("title", "description", "url", "color", "timestamp", "footer", "image", "thumbnail",
                          "author", "fields", "type", "flags"))  # fmt: skip
PICTURES = ("image", "thumbnail")
EVERYBODY = re.compile(r"@(everyone|here)")
SOMEBODY = re.compile(r"<@!?(\d+)>")
ROLE = re.compile(r"<@&(\d+)>")


def check(
    body: Json, files: dict[int, Upload], names: frozenset[str], kept: Sequence[Json] = (), flags: int = 0
) -> None:
    """Raise Refused (50035) naming all mistakes. `kept`, `flags`: what the message already has."""
    problems = Problems()
    problems.known("", body, names)
    v2 = bool(((body.get("flags") or 0) | flags) & components.COMPONENTS_V2)
    problems.length("content", body.get("content") or "", 2000)
    if v2 and (body.get("content") or body.get("embeds")):
        problems.add("flags", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "No content or embeds here.")
    if body.get("components"):
        components.check(problems, body["components"], v2)
    _check_attachments(problems, body, files, kept)
    _check_embeds(problems, body, files)
    _check_nonce(problems, body.get("nonce"))
    _check_mentions(problems, body.get("allowed_mentions"))
    problems.raise_if_any()


def check_not_empty(body: Json, files: dict[int, Upload], before: Message | None = None) -> None:
    """Raise Refused (50006) for an empty message: a new one, or `before` as changed by `body`.

    White space alone counts as empty.
    """
    stands: Json = {}
    if before is not None:
        stands = {"content": before.content, "embeds": before.embeds, "attachments": before.files,
                  "components": before.components, "flags": before.flags}  # fmt: skip
    after = stands | body
    flags = (body.get("flags") or 0) | (stands.get("flags") or 0)
    v2 = flags & components.COMPONENTS_V2 and after.get("components")
    if not ((after.get("content") or "").strip() or after.get("embeds") or files or after.get("attachments") or v2):
        raise Refused(400, 50006, "Cannot send an empty message")


def _check_nonce(problems: Problems, nonce: object) -> None:
    if isinstance(nonce, str) and len(nonce) > 25:
        problems.add("nonce", "NONCE_TYPE_TOO_LONG", "Must be 25 or fewer in length.")


def _check_attachments(problems: Problems, body: Json, files: dict[int, Upload], kept: Sequence[Json]) -> None:
    known = {str(index) for index in files} | {file["id"] for file in kept}
    given = body.get("attachments") or []
    problems.length("attachments", given, 10)
    for index, file in enumerate(given):
        path = f"attachments.{index}"
        if str(file.get("id")) not in known:
            problems.add(f"{path}.id", "ATTACHMENT_NOT_FOUND", "Neither uploaded here nor part of the message.")
        problems.length(f"{path}.description", file.get("description") or "", 1024)


def _check_embeds(problems: Problems, body: Json, files: dict[int, Upload]) -> None:
    embeds = body.get("embeds") or []
    problems.length("embeds", embeds, 10)
    uploaded = {file.filename for file in files.values()}
    for index, embed in enumerate(embeds):
        _check_embed(problems, f"embeds.{index}", embed, uploaded)
    if sum(_letters(embed) for embed in embeds) > 6000:
        problems.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def _check_embed(problems: Problems, path: str, embed: Json, uploaded: set[str]) -> None:
    problems.known(path, embed, EMBED_FIELDS)
    for name, most in EMBED.items():
        problems.length(f"{path}.{name}", embed.get(name) or "", most)
    if embed.get("url"):
        components.check_url(problems, f"{path}.url", embed["url"], 2048, WEB)
    _check_moment(problems, f"{path}.timestamp", embed.get("timestamp"))
    if not isinstance(embed.get("color") or 0, int) or not 0 <= (embed.get("color") or 0) <= 0xFFFFFF:
        problems.add(f"{path}.color", "NUMBER_TYPE_MAX", "int value should be between 0 and 16777215.")
    problems.length(f"{path}.fields", embed.get("fields") or [], 25)
    for number, field in enumerate(embed.get("fields") or []):
        problems.known(f"{path}.fields.{number}", field, FIELD)
        problems.length(f"{path}.fields.{number}.name", field.get("name") or "", 256, 1)
        problems.length(f"{path}.fields.{number}.value", field.get("value") or "", 1024, 1)
    if embed.get("footer") is not None:
        _check_signed(problems, f"{path}.footer", embed["footer"], "text", 2048, FOOTER, uploaded)
    if embed.get("author") is not None:
        _check_signed(problems, f"{path}.author", embed["author"], "name", 256, AUTHOR, uploaded)
    for name in PICTURES:
        if embed.get(name) is not None:
            problems.known(f"{path}.{name}", embed[name], PICTURE)
            _check_picture(problems, f"{path}.{name}.url", embed[name].get("url"), uploaded)
    if not _letters(embed) and not any(embed.get(name) for name in PICTURES):
        problems.add(path, "EMBED_EMPTY", "An embed needs something to show.")


def _check_signed(
    problems: Problems, path: str, part: Json, name: str, most: int, names: frozenset[str], uploaded: set[str]
) -> None:
    """Check a footer or an author: a required text, an optional address and an optional small picture."""
    problems.known(path, part, names)
    problems.length(f"{path}.{name}", part.get(name) or "", most, 1)
    if part.get("url"):
        components.check_url(problems, f"{path}.url", part["url"], 2048, WEB)
    if part.get("icon_url"):
        _check_picture(problems, f"{path}.icon_url", part["icon_url"], uploaded)


def _check_picture(problems: Problems, path: str, url: object, uploaded: set[str]) -> None:
    if not url:
        problems.required(path)
        return
    attached = str(url).removeprefix("attachment://")
    if attached == url:
        components.check_url(problems, path, url, 2048, WEB)
    elif attached not in uploaded:
        problems.add(path, "ATTACHMENT_NOT_FOUND", f"No file {attached!r} comes with the message.")


def _check_moment(problems: Problems, path: str, moment: object) -> None:
    if moment is None:
        return
    try:
        datetime.fromisoformat(str(moment))
    except ValueError:
        problems.add(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {moment}. Should be ISO8601.")


def _letters(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text"),
             (embed.get("author") or {}).get("name")]  # fmt: skip
    for field in embed.get("fields") or []:
        texts += [field.get("name"), field.get("value")]
    return sum(len(text.strip()) for text in texts if text)


def _check_mentions(problems: Problems, allowed: Json | None) -> None:
    if not allowed:
        return
    problems.known("allowed_mentions", allowed, frozenset(("parse", "users", "roles", "replied_user")))
    for name in ("users", "roles"):
        if name in (allowed.get("parse") or []) and allowed.get(name):
            message = f'parse:["{name}"] and {name}: [ids...] are mutually exclusive.'
            problems.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
        problems.length(f"allowed_mentions.{name}", allowed.get(name) or [], 100)


def shown_embeds(embeds: list[Json], files: list[Json]) -> tuple[list[Json], set[str]]:
    """Return the embeds as Discord returns them, and the ids of the files that they show."""
    by_name = {file["filename"]: file for file in files}
    shown, inside = [], set()
    for given in embeds:
        embed = {name: value for name, value in given.items() if value is not None and name != "flags"}
        embed["type"] = "rich"
        for name in PICTURES:
            if name in embed:
                file = by_name.get(embed[name]["url"].removeprefix("attachment://"))
                embed[name] = _picture(embed[name]["url"], file)
                inside |= {file["id"]} if file else set()
        if "fields" in embed:
            embed["fields"] = [{"name": f["name"], "value": f["value"], "inline": bool(f.get("inline"))}
                               for f in embed["fields"]]  # fmt: skip
        shown.append(embed)
    return shown, inside


def _picture(url: str, file: Json | None) -> Json:
    if file is None:
        return {"url": url, "proxy_url": url}
    names = ("url", "proxy_url", "content_type", "description", "width", "height")
    return {name: file[name] for name in names if name in file}


@dataclass(frozen=True)
class Calls:
    """Whom a message pings."""

    everyone: bool
    users: list[int]
    roles: list[int]


def calls(content: str, allowed: Json | None, may_call_all: bool, answering: bool) -> Calls:
    """Return whom `content` would ping. Answers to interactions ping users only by default.

    Code blocks and backslashes are ignored: text that relies on them to stay silent counts as pinging here.
    """
    default = ["users"] if answering else ["users", "roles", "everyone"]
    parse: list[Any] = default if allowed is None else (allowed.get("parse") or [])
    return Calls(
        everyone=may_call_all and "everyone" in parse and bool(EVERYBODY.search(content)),
        users=_called(SOMEBODY, content, "users", parse, allowed),
        roles=_called(ROLE, content, "roles", parse, allowed) if may_call_all else [],
    )


def _called(pattern: re.Pattern[str], content: str, name: str, parse: list[Any], allowed: Json | None) -> list[int]:
    named = {int(number) for number in (allowed or {}).get(name) or []}
    found = dict.fromkeys(int(number) for number in pattern.findall(content))
    return [number for number in found if name in parse or number in named]
