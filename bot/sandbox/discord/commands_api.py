"""REST: the app's commands, for every server and for one, with their names in other languages."""

from __future__ import annotations

import re

from bot.sandbox.discord.call import Answer, Call
from bot.sandbox.discord.errors import Problems, Refused, missing_access, unknown
from bot.sandbox.discord.world import World
from bot.sandbox.kit import Json

CHAT_INPUT, SUBCOMMAND, SUBCOMMAND_GROUP, STRING = 1, 1, 2, 3
MOST = 100
COMMAND = frozenset((
    "id", "application_id", "guild_id", "version", "type", "name", "name_localizations", "description",
    "description_localizations", "options", "default_member_permissions", "dm_permission", "contexts",
    "integration_types", "nsfw",
))  # fmt: skip
OPTION = frozenset((
    "type", "name", "name_localizations", "description", "description_localizations", "required", "choices",
    "options", "channel_types", "min_value", "max_value", "min_length", "max_length", "autocomplete",
))  # fmt: skip
LOCALES = frozenset((
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr", "hu",
    "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk", "vi", "zh-CN",
    "zh-TW",
))  # fmt: skip
NAME = re.compile(r"[-_'\w]{1,32}")
TOO_LONG = 8000  # characters of a command with all its options


def list_commands(world: World, call: Call) -> Answer:
    with_names = call.query.get("with_localizations", "").lower() in ("true", "1")
    hidden = () if with_names else ("name_localizations", "description_localizations")
    commands = _of(world, call).values()
    return 200, [{name: value for name, value in command.items() if name not in hidden} for command in commands]


def overwrite(world: World, call: Call) -> Answer:
    """Replace all commands. Those that keep their name keep their id."""
    kept = _of(world, call)
    given = call.body if isinstance(call.body, list) else []
    if len(given) > MOST:
        raise Refused(400, 30032, f"Maximum number of application commands reached ({MOST}).")
    problems = Problems()
    for index, command in enumerate(given):
        _check(problems, f"{index}.", command)
    names = [(command.get("type") or CHAT_INPUT, command.get("name")) for command in given]
    for index, name in enumerate(names):
        if name in names[:index]:
            code = "APPLICATION_COMMANDS_DUPLICATE_NAME"
            problems.add(f"{index}.name", code, "Application command names must be unique")
    problems.raise_if_any()
    before = {(old["type"], old["name"]): old for old in kept.values()}
    made = [_made(world, call, command, before.get(name)) for command, name in zip(given, names, strict=True)]
    kept.clear()
    kept.update({int(command["id"]): command for command in made})
    world.changes.tell("commands", count=len(made))
    return 200, made


def create(world: World, call: Call) -> Answer:
    """Create a command, or replace the one with the same name."""
    kept, given, problems = _of(world, call), call.fields(), Problems()
    _check(problems, "", given)
    problems.raise_if_any()
    same = (given.get("type") or CHAT_INPUT, given["name"])
    old = next((command for command in kept.values() if (command["type"], command["name"]) == same), None)
    if old is None and len(kept) >= MOST:
        raise Refused(400, 30032, f"Maximum number of application commands reached ({MOST}).")
    made = _made(world, call, given, old)
    kept[int(made["id"])] = made
    return 200 if old else 201, made


def get(world: World, call: Call) -> Answer:
    return 200, _one(world, call)


def edit(world: World, call: Call) -> Answer:
    old = _one(world, call)
    writable = {name: value for name, value in old.items() if name in COMMAND - {"application_id", "version"}}
    given, problems = writable | call.fields(), Problems()
    _check(problems, "", given)
    problems.raise_if_any()
    old.update(_made(world, call, given, old))
    return 200, old


def delete(world: World, call: Call) -> Answer:
    del _of(world, call)[int(_one(world, call)["id"])]
    return 204, None


def _of(world: World, call: Call) -> dict[int, Json]:
    """Return the commands of the server in the path, or the global ones."""
    if call.number("application_id") != world.bot.id:
        raise missing_access()
    if "guild_id" not in call.ids:
        return world.commands[None]
    guild = world.guilds.get(call.number("guild_id"))
    if guild is None or not guild.with_bot:
        raise missing_access()
    return world.commands.setdefault(guild.id, {})


def _one(world: World, call: Call) -> Json:
    found = _of(world, call).get(call.number("command_id"))
    if found is None:
        raise unknown("application command")
    return found


# --- what Discord refuses -----------------------------------------------------------------------
def _check(problems: Problems, path: str, command: Json) -> None:
    """Record a command's mistakes; `path` is "" or ends in a dot."""
    problems.known(path.rstrip("."), command, COMMAND)
    kind = command.get("type") or CHAT_INPUT
    _check_texts(problems, path, command, kind == CHAT_INPUT)
    for name, most in (("contexts", 2), ("integration_types", 1)):
        values = command.get(name)
        if values is not None and (not values or not set(values) <= set(range(most + 1))):
            problems.add(path + name, "BASE_TYPE_CHOICES", f"Some of 0 to {most}, at least one.")
    _check_options(problems, path, command.get("options") or [])
    if _letters(command) > TOO_LONG:
        problems.add(path + "name", "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({TOO_LONG})")


def _check_texts(problems: Problems, path: str, thing: Json, lower: bool) -> None:
    """Check name and description in every language. Slash command and option names are one lower-case word."""
    names = {"name": thing.get("name") or ""}
    names |= {f"name_localizations.{locale}": name for locale, name in (thing.get("name_localizations") or {}).items()}
    for where, name in names.items():
        if not lower:
            problems.length(path + where, name, 32, 1)
        elif not NAME.fullmatch(name) or name != name.lower():
            problems.add(path + where, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if lower:
        problems.length(path + "description", thing.get("description") or "", 100, 1)
    for locale, text in (thing.get("description_localizations") or {}).items():
        problems.length(f"{path}description_localizations.{locale}", text, 100, 1)
    for field in ("name_localizations", "description_localizations"):
        for locale in (thing.get(field) or {}).keys() - LOCALES:
            problems.add(f"{path}{field}.{locale}", "BASE_TYPE_CHOICES", "Not one of Discord's locales.")


def _check_options(problems: Problems, path: str, options: list[Json]) -> None:
    problems.length(path + "options", options, 25)
    names: set[object] = set()
    optional_seen = False
    for index, option in enumerate(options):
        here = f"{path}options.{index}."
        problems.known(here.rstrip("."), option, OPTION)
        _check_texts(problems, here, option, lower=True)
        if option.get("type") not in range(1, 12):
            problems.add(here + "type", "BASE_TYPE_CHOICES", "Value must be one of {1, ..., 11}.")
        if option.get("name") in names:
            problems.add(here + "name", "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique")
        names.add(option.get("name"))
        if option.get("required") and optional_seen:
            code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
            problems.add(path + "options", code, "Required options must be placed before non-required options")
        optional_seen |= not option.get("required")
        if option.get("autocomplete") and option.get("choices"):
            code = "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES"
            problems.add(here + "choices", code, "Choices and autocomplete exclude each other")
        _check_choices(problems, here, option.get("choices") or [])
        _check_options(problems, here, option.get("options") or [])


def _check_choices(problems: Problems, path: str, choices: list[Json]) -> None:
    problems.length(path + "choices", choices, 25)
    for index, choice in enumerate(choices):
        problems.length(f"{path}choices.{index}.name", choice.get("name") or "", 100, 1)
        if isinstance(choice.get("value"), str):
            problems.length(f"{path}choices.{index}.value", choice["value"], 100, 1)


def _letters(thing: Json) -> int:
    """Return a command's size in characters, counting each text in its longest language."""
    total = 0
    for field in ("name", "description"):
        texts = [thing.get(field) or "", *(thing.get(f"{field}_localizations") or {}).values()]
        total += max(len(text) for text in texts)
    total += sum(len(str(choice.get("value") or "")) for choice in thing.get("choices") or [])
    return total + sum(_letters(option) for option in thing.get("options") or [])


# --- what Discord gives back --------------------------------------------------------------------
def _made(world: World, call: Call, given: Json, old: Json | None) -> Json:
    made: Json = {
        "id": old["id"] if old else str(world.snowflake()), "application_id": str(world.bot.id),
        "version": str(world.snowflake()), "type": given.get("type") or CHAT_INPUT, "name": given["name"],
        "name_localizations": given.get("name_localizations"), "description": given.get("description") or "",
        "description_localizations": given.get("description_localizations"),
        "default_member_permissions": _text(given.get("default_member_permissions")), "nsfw": bool(given.get("nsfw")),
        "integration_types": given.get("integration_types") or [0], "contexts": given.get("contexts"),
    }  # fmt: skip
    if "guild_id" in call.ids:
        made["guild_id"] = call.ids["guild_id"]
    elif made["contexts"] is None:
        made["dm_permission"] = given.get("dm_permission") is not False
    if given.get("options"):
        made["options"] = [_shown(option) for option in given["options"]]
    return made


def _shown(given: Json) -> Json:
    """Return an option without its empty and false fields."""
    dull: tuple[object, ...] = (None, [], {}, False)
    option = {name: value for name, value in given.items() if value not in dull or name in ("min_value", "min_length")}
    if option.get("options"):
        option["options"] = [_shown(inner) for inner in option["options"]]
    return option


def _text(value: object) -> str | None:
    return None if value is None else str(value)
