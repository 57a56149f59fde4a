"""A person uses the app: create the interaction, send it to the bot, and wait for its first answer."""

from __future__ import annotations

import asyncio

from bot.sandbox.discord import shapes
from bot.sandbox.discord.errors import VerbError
from bot.sandbox.discord.gateway import Hub
from bot.sandbox.discord.interactions_api import CHOICES, EDIT, FORM, LATER, LATER_EDIT, MESSAGE
from bot.sandbox.discord.permissions import ALL, EVERYONE
from bot.sandbox.discord.seeing import modal_view, seen
from bot.sandbox.discord.world import DM, Channel, Interaction, Message, User, World
from bot.sandbox.kit import Json

KINDS = {MESSAGE: "message", LATER: "deferred", LATER_EDIT: "deferred_edit", EDIT: "edited", CHOICES: "choices",
         FORM: "modal"}  # fmt: skip
GUILD, BOT_DM, PRIVATE = 0, 1, 2
IN_GUILD, BY_USER = 0, 1
ROLE = 8  # an option type
NEXT_BEST = {"en-US": "en-GB", "en-GB": "en-US", "es-419": "es-ES"}


def context(channel: Channel) -> int:
    if channel.guild_id is not None:
        return GUILD
    return BOT_DM if channel.kind == DM and channel.with_bot else PRIVATE


def available(world: World, user: User, channel: Channel, command: Json) -> dict[str, str]:
    """Return whose installations let the user run the command here: {"0": server id}, {"1": user id}, both or none."""
    where, owners = context(channel), {}
    installs, contexts = command["integration_types"], command["contexts"]
    if contexts is not None and where not in contexts:
        return {}
    if contexts is None and where == BOT_DM and command.get("dm_permission") is False:
        return {}
    if IN_GUILD in installs:
        if where == GUILD and channel.with_bot and _permitted(world, user, channel, command):
            owners["0"] = str(channel.guild_id)
        if where == BOT_DM and next(world.shared_guilds(user), None):
            owners["0"] = "0"
    if BY_USER in installs and user.installed:
        owners["1"] = str(user.id)
    return owners


def _permitted(world: World, user: User, channel: Channel, command: Json) -> bool:
    """Return whether the member has the command's required permissions; "0" means administrators only."""
    needed = command.get("default_member_permissions")
    if needed is None:
        return True
    rights = world.guilds[channel.guild_id or 0].rights(user)
    return rights == ALL or (needed != "0" and not int(needed) & ~rights)


def commands_here(world: World, user: User, channel: Channel) -> list[Json]:
    """Return the user's command menu, the server's own commands first."""
    own = world.commands.get(channel.guild_id, {}).values() if channel.guild_id else ()
    return [one for one in (*own, *world.commands[None].values()) if available(world, user, channel, one)]


def payload(world: World, it: Interaction, data: Json) -> Json:
    """Return INTERACTION_CREATE as Discord sends it."""
    channel, user = it.channel, it.user
    told: Json = {
        "id": str(it.id), "application_id": str(world.bot.id), "type": it.kind, "token": it.token, "version": 1,
        "data": data, "channel_id": str(channel.id), "channel": shapes.channel(world, channel), "locale": user.locale,
        "app_permissions": str(world.bot_permissions(channel) or EVERYONE), "entitlements": [],
        "entitlement_sku_ids": [], "authorizing_integration_owners": it.owners, "context": context(channel),
        "attachment_size_limit": 10 * 2**20,
    }  # fmt: skip
    if it.source:
        told["message"] = shapes.message(world, it.source)
    if channel.guild_id is None:
        return told | {"user": shapes.user(user)}
    guild = world.guilds[channel.guild_id]
    allowed = guild.rights(user)
    told["channel"]["permissions"] = str(allowed)
    return told | {
        "guild_id": str(guild.id), "guild_locale": guild.locale,
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": ["COMMUNITY"]},
        "member": shapes.member(guild.members[user.id]) | {"permissions": str(allowed)},
    }  # fmt: skip


def begin(
    world: World, kind: int, user: User, channel: Channel, owners: dict[str, str], command: str | None = None,
    source: Message | None = None, parent: Interaction | None = None,
) -> Interaction:  # fmt: skip
    it = Interaction(world.snowflake(), "aW50ZXJhY3Rpb246" + world.text(150), kind, user, channel, world.now(), owners,
                     command, source, parent)  # fmt: skip
    world.keep_interaction(it)
    return it


async def happen(world: World, hub: Hub, it: Interaction, data: Json, patience: float) -> Json:
    """Send the interaction, wait `patience` seconds for the first answer, and return what the user sees.

    {"kind": ..., "interaction_id", "message" or "modal" or "choices"}; kind is "message", "deferred" (thinking),
    "deferred_edit" (nothing to see yet), "edited", "modal", "choices", or "failed" with the words that Discord shows.
    """
    # If the connection is lost, the bot gets it on resuming. Only the newest session is notified.
    sessions = hub.connected() or list(hub.sessions.values())
    for session in sessions[-1:]:
        session.tell("INTERACTION_CREATE", payload(world, it, data))
    try:
        async with asyncio.timeout(patience if sessions else 0):
            await asyncio.shield(it.first)
    except TimeoutError:
        it.given_up = True
        return {"kind": "failed", "interaction_id": str(it.id), "text": "The application did not respond"}
    return outcome(world, it)


def outcome(world: World, it: Interaction) -> Json:
    told: Json = {"kind": KINDS[it.answered or 0], "interaction_id": str(it.id)}
    if it.answered == CHOICES:
        return told | {"choices": it.choices}
    if it.modal:
        return told | {"modal": modal_view(it.modal)}
    return told | ({"message": seen(world, it.original)} if it.original else {})


# --- slash commands -----------------------------------------------------------------------------
def find_command(world: World, user: User, channel: Channel, words: str) -> tuple[Json, list[Json]]:
    """Return the command and, for "group sub", the options leading to it. Names may be in the user's language.

    Raises VerbError if the user's menu has no such command here.
    """
    first, *rest = words.removeprefix("/").split()
    menu = commands_here(world, user, channel)
    found = next((one for one in menu if one["type"] == 1 and first in names(one, user.locale)), None)
    if found is None:
        known = sorted(min(names(one, user.locale), key=lambda n: n == one["name"]) for one in menu)
        raise VerbError(f"no command /{first} for {user.name} here; there are {known}")
    path: list[Json] = []
    for word in rest:
        inside = (path[-1] if path else found).get("options") or []
        step = next((one for one in inside if one["type"] in (1, 2) and word in names(one, user.locale)), None)
        if step is None:
            raise VerbError(f"/{first} has no subcommand {word}")
        path.append(step)
    return found, path


def names(thing: Json, locale: str) -> set[str]:
    """Return the names by which a person may use a command, option or choice."""
    return {thing["name"], local(thing, "name", locale)}


def local(thing: Json, field: str, locale: str) -> str:
    """Return a name or description in a language, with Discord's fallbacks."""
    known = thing.get(f"{field}_localizations") or {}
    return str(known.get(locale) or known.get(NEXT_BEST.get(locale, "")) or thing[field])


def command_data(command: Json, path: list[Json], options: list[Json]) -> Json:
    for step in reversed(path):
        options = [{"type": step["type"], "name": step["name"], "options": options}]
    data: Json = {"id": command["id"], "name": command["name"], "type": 1}
    if options:
        data["options"] = options
    return data | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})


def resolved(world: World, channel: Channel, options: list[Json]) -> Json:
    """Return the selected roles in full, as Discord sends them."""
    wanted = {str(option["value"]) for option in options if option["type"] == ROLE}
    if not wanted or channel.guild_id is None:
        return {}
    known = shapes.roles(world, world.guilds[channel.guild_id])
    return {"resolved": {"roles": {one["id"]: one for one in known if one["id"] in wanted}}}


def filled(world: World, leaf: Json, given: Json, user: User, focused: str | None = None) -> list[Json]:
    """Return the options as sent. Raises VerbError for values that Discord's app would not accept."""
    known, filled_in = leaf.get("options") or [], []
    for name, value in given.items():
        option = next((one for one in known if name in names(one, user.locale)), None)
        if option is None:
            raise VerbError(f"no option {name}; there are {[one['name'] for one in known]}")
        is_focus = focused in names(option, user.locale)
        sent = str(value) if is_focus else _value(world, option, value, user)
        entry = {"type": option["type"], "name": option["name"], "value": sent}
        filled_in.append(entry | ({"focused": True} if is_focus else {}))
    missing = {one["name"] for one in known if one.get("required")} - {one["name"] for one in filled_in}
    if missing and focused is None:
        raise VerbError(f"required options are missing: {sorted(missing)}")
    return filled_in


def _value(world: World, option: Json, value: object, user: User) -> object:
    if option.get("choices"):
        chosen = next((c for c in option["choices"] if value == c["value"] or value in names(c, user.locale)), None)
        if chosen is None:
            raise VerbError(f"{value!r} is not one of the choices of {option['name']}")
        return chosen["value"]
    if option["type"] == 3:
        text = str(value)
        if not option.get("min_length", 0) <= len(text) <= option.get("max_length", 6000):
            raise VerbError(f"{option['name']} is too short or too long")
        return text
    if option["type"] in (4, 10):
        number = int(str(value)) if option["type"] == 4 else float(str(value))
        if not option.get("min_value", number) <= number <= option.get("max_value", number):
            raise VerbError(f"{option['name']} is out of bounds")
        return number
    return bool(value) if option["type"] == 5 else str(value)
