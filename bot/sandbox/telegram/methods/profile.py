"""Methods about the bot itself: commands, names, descriptions, the menu button, files."""

from __future__ import annotations

import json
import re

from bot.sandbox.kit import Json
from bot.sandbox.telegram.errors import bad
from bot.sandbox.telegram.state import World

SCOPES: dict[str, set[str]] = {
    "default": set(), "all_private_chats": set(), "all_group_chats": set(), "all_chat_administrators": set(),
    "chat": {"chat_id"}, "chat_administrators": {"chat_id"}, "chat_member": {"chat_id", "user_id"},
}  # fmt: skip


def get_me(world: World, p: Json) -> Json:
    can = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True}
    return {**world.bot, **can, "can_connect_to_business": False, "has_main_web_app": False}


def set_commands(world: World, p: Json) -> bool:
    commands = p["commands"]
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad("can't parse list of bot commands")
    for command in commands:
        if not isinstance(command, dict) or command.keys() != {"command", "description"}:
            raise bad("can't parse BotCommand")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"].removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.profile[_commands_key(world, p)] = [{**c, "command": c["command"].removeprefix("/")} for c in commands]
    return True


def get_commands(world: World, p: Json) -> object:
    return world.profile.get(_commands_key(world, p), [])


def delete_commands(world: World, p: Json) -> bool:
    world.profile.pop(_commands_key(world, p), None)
    return True


def _commands_key(world: World, p: Json) -> str:
    scope = p.get("scope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    if scope.keys() - {"type"} != SCOPES[scope["type"]]:
        raise bad("can't parse BotCommandScope")
    if "chat_id" in scope:
        world.chat_for_bot(scope["chat_id"])
    return f"commands {json.dumps(scope, sort_keys=True)} {_language(p)}"


def _language(p: Json) -> str:
    code = p.get("language_code", "")
    if not re.fullmatch(r"([a-z]{2})?", code):
        raise bad("invalid language code specified")
    return str(code)


def set_named(what: str, field: str, most: int) -> object:
    """Return a method that sets one text per language, such as the name or a description."""

    def setter(world: World, p: Json) -> bool:
        if len(p.get(field, "")) > most:
            raise bad(f"{what.upper()}_TOO_LONG")
        world.profile[f"{what} {_language(p)}"] = p.get(field, "")
        return True

    return setter


def get_named(what: str, field: str) -> object:
    def getter(world: World, p: Json) -> Json:
        own = world.profile.get(f"{what} {_language(p)}")
        return {field: own or world.profile.get(f"{what} ", world.bot["first_name"] if what == "name" else "")}

    return getter


def set_menu(world: World, p: Json) -> bool:
    button = p.get("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in ("default", "commands", "web_app"):
        raise bad("can't parse MenuButton")
    known = {"type", "text", "web_app"} if button["type"] == "web_app" else {"type"}
    if button.keys() != known:
        raise bad("can't parse MenuButton")
    if "chat_id" in p:
        world.chat_for_bot(p["chat_id"]).menu_button = button
    else:
        world.profile["menu"] = button
    return True


def get_menu(world: World, p: Json) -> object:
    own = world.chat_for_bot(p["chat_id"]).menu_button if "chat_id" in p else None
    return own or world.profile.get("menu", {"type": "commands"})


def get_file(world: World, p: Json) -> Json:
    size = world.files.size(p["file_id"])
    kept = {k: size[k] for k in ("file_id", "file_unique_id", "file_size")}
    return {**kept, "file_path": world.files.photo(p["file_id"]).path}
