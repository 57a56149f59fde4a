"""Observing the fake: messages, files, the whole state, and changes as they happen."""

# ruff: noqa: ASYNC109 - a timeout here is how long a person waits, not a cancellation

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from bot.sandbox.discord import shapes
from bot.sandbox.discord.errors import VerbError
from bot.sandbox.discord.gateway import Hub
from bot.sandbox.discord.seeing import everything_for, seen, visible
from bot.sandbox.discord.server import Api
from bot.sandbox.discord.world import Channel, Guild, Message, Ref, World
from bot.sandbox.kit import Json


class WatchingVerbs:
    world: World
    hub: Hub
    api: Api

    def view(self, place: Ref, viewer: Ref | None = None) -> list[Json]:
        """Return a channel's messages, oldest first; ephemeral answers only for their viewer (no viewer: all).

        "dm": the viewer's DM with the bot. A user as the place: their DM and every ephemeral answer to them.
        """
        return [seen(self.world, it) for it in self._messages(place, viewer)]

    def _messages(self, place: Ref, viewer: Ref | None) -> list[Message]:
        if place == "dm" and viewer is not None:
            return list(self.world.dm(self.world.user(viewer)).messages.values())
        number = int(str(place["id"] if isinstance(place, dict) else place))
        if number in self.world.users:
            return everything_for(self.world, self.world.users[number])
        who = self.world.user(viewer) if viewer is not None else None
        channel = self.world.channel(number)
        if who and not self.world.sees(who, channel):
            raise VerbError(f"{who.name} is not in {channel.name}")
        return [it for it in channel.messages.values() if visible(it, who)]

    async def wait_message(
        self, place: Ref, contains: str | None = None, after: Ref = 0, timeout: float = 5, viewer: Ref | None = None
    ) -> Json:
        """Wait for the bot's first message in a channel, or for a user (see view), that contains a text; edits count.

        `after`: consider only later messages. Raises VerbError after `timeout` seconds.
        """
        first = int(str(after["id"] if isinstance(after, dict) else after))
        queue = self.world.changes.subscribe()
        try:
            async with asyncio.timeout(timeout):
                while True:
                    for it in self._messages(place, viewer):
                        found = seen(self.world, it)
                        ours = it.author.bot and it.id > first and not found["loading"]
                        if ours and (contains is None or contains in found["text"]):
                            return found
                    await queue.get()
        except TimeoutError:
            last = [found["text"] for found in self.view(place, viewer)][-3:]
            raise VerbError(f"no message with {contains!r} in {timeout} s; the last are {last}") from None
        finally:
            self.world.changes.unsubscribe(queue)

    async def wait_ready(self, timeout: float = 5) -> None:
        """Wait until a bot is connected. Raises VerbError after `timeout` seconds."""
        queue = self.world.changes.subscribe()
        try:
            async with asyncio.timeout(timeout):
                while not self.hub.connected():
                    await queue.get()
        except TimeoutError:
            raise VerbError(f"no bot has connected in {timeout} s") from None
        finally:
            self.world.changes.unsubscribe(queue)

    def file(self, url: str) -> bytes:
        """Return the bytes of an attachment, by its URL. Raises VerbError if it is unknown or forgotten."""
        parts = urlsplit(url).path.split("/")
        number = parts[-2] if len(parts) > 1 else ""
        if not number.isdigit() or int(number) not in self.world.files:
            raise VerbError(f"no such file: {url}")
        return self.world.files[int(number)][1]

    def is_member(self, user: Ref, guild: Ref) -> bool:
        """Return whether a person is in a server."""
        return self.world.user(user).id in self.world.guild(guild).members

    def invites(self, guild: Ref) -> list[Json]:
        """Return a server's invites with their use counts."""
        found = self.world.guild(guild).invites.values()
        return [{"code": it.code, "uses": it.uses, "max_uses": it.max_uses, "inviter_id": str(it.inviter.id),
                 "channel_id": str(it.channel_id)} for it in found]  # fmt: skip

    @property
    def calls(self) -> list[str]:
        """Return the last REST calls: "METHOD /path/{pattern} status"."""
        return list(self.api.calls)

    def subscribe(self) -> asyncio.Queue[Json]:
        """Return a queue of small dicts: {"what": "message", "channel_id": ..., "message_id": ...} and the like."""
        return self.world.changes.subscribe()

    def changes(self) -> AsyncIterator[Json]:
        return self.world.changes.follow()

    def state(self) -> Json:
        world = self.world
        people = [user for user in world.users.values() if not user.bot]
        return {
            "bot": {"id": str(world.bot.id), "name": world.bot.name, "connected": bool(self.hub.connected())},
            "users": [{"id": str(u.id), "name": u.name, "locale": u.locale, "installed": u.installed,
                       "dms_closed": u.dms_closed} for u in people],
            "guilds": [self._guild_state(guild) for guild in world.guilds.values()],
            "channels": [self._channel_state(channel) for channel in world.channels.values()],
            "commands": list(world.commands[None].values()),
            "calls": self.calls[-100:],
        }  # fmt: skip

    def _guild_state(self, guild: Guild) -> Json:
        return {"id": str(guild.id), "name": guild.name, "locale": guild.locale, "bot": guild.with_bot,
                "members": [str(number) for number in guild.members], "invites": self.invites(guild.id)}  # fmt: skip

    def _channel_state(self, channel: Channel) -> Json:
        shape = shapes.channel(self.world, channel)
        messages = [seen(self.world, it) for it in list(channel.messages.values())[-50:]]
        return {"id": shape["id"], "name": channel.name, "type": channel.kind, "guild_id": shape.get("guild_id"),
                "recipients": [str(number) for number in channel.recipients], "messages": messages}  # fmt: skip
