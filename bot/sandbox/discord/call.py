"""One request to the REST API, and what an API function returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.discord.errors import Refused, missing_access, missing_permissions, unknown
from bot.sandbox.discord.files import Upload
from bot.sandbox.discord.permissions import BITS
from bot.sandbox.discord.world import Channel, Guild, Message, World
from bot.sandbox.kit import Json

Answer = tuple[int, Any]  # status, and the JSON of the body or None


@dataclass(frozen=True)
class Call:
    ids: Mapping[str, str]  # the parts of the path
    query: Mapping[str, str]
    body: Any
    files: dict[int, Upload]

    def fields(self) -> Json:
        """Return the body. Raises Refused if it is not an object."""
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise Refused(400, 50035, "Invalid Form Body")
        return self.body

    def number(self, name: str) -> int:
        """Return an id in the path. Raises Refused if it is not an id."""
        if not self.ids[name].isascii() or not self.ids[name].isdigit():
            message = f'Value "{self.ids[name]}" is not snowflake.'
            errors = {name: {"_errors": [{"code": "NUMBER_TYPE_COERCE", "message": message}]}}
            raise Refused(400, 50035, "Invalid Form Body", errors)
        return int(self.ids[name])

    def limit(self, default: int, most: int) -> int:
        given = self.query.get("limit", str(default))
        if not given.isdigit() or not 1 <= int(given) <= most:
            errors = {"limit": {"_errors": [{"code": "NUMBER_TYPE_MAX", "message": f"Must be 1 to {most}."}]}}
            raise Refused(400, 50035, "Invalid Form Body", errors)
        return int(given)


Operation = Callable[[World, Call], Answer]


def channel_of(world: World, call: Call, *needs: str) -> Channel:
    """Return the channel in the path. Raises Refused if it is unknown or hidden, or a permission is missing."""
    channel = world.channels.get(call.number("channel_id"))
    if channel is None:
        raise unknown("Channel")
    held = world.bot_permissions(channel)
    if not held & BITS["view_channel"]:
        raise missing_access()
    if any(not held & BITS[name] for name in needs):
        raise missing_permissions()
    return channel


def guild_of(world: World, call: Call, *needs: str) -> Guild:
    """Return the server in the path. Raises Refused if the bot is not in it or a permission is missing."""
    guild = world.guilds.get(call.number("guild_id"))
    if guild is None or not guild.with_bot:
        raise unknown("Guild")
    if any(not guild.bot_permissions & BITS[name] for name in needs):
        raise missing_permissions()
    return guild


def message_of(world: World, call: Call, channel: Channel) -> Message:
    """Return the message in the path. Raises Refused; ephemeral answers are unknown to the channel."""
    found = channel.messages.get(call.number("message_id"))
    if found is None or found.ephemeral_to:
        raise unknown("Message")
    return found
