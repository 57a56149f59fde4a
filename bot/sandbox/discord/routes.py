"""Every REST path that the fake supports, and its handler."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.discord import commands_api, interactions_api, invites_api, messages_api, places_api
from bot.sandbox.discord.call import Operation


@dataclass(frozen=True)
class Route:
    """A REST route. `query`: its known parameters. `open`: the path's token is the only authentication."""

    method: str
    path: str
    operation: Operation
    query: frozenset[str] = frozenset()
    open: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def _route(method: str, path: str, operation: Operation, *query: str, key: bool = True) -> Route:
    return Route(method, path, operation, frozenset(query), not key)


APP = "/applications/{application_id}/commands"
GUILD_APP = "/applications/{application_id}/guilds/{guild_id}/commands"
CHANNEL, GUILD = "/channels/{channel_id}", "/guilds/{guild_id}"
MESSAGES, MESSAGE = CHANNEL + "/messages", CHANNEL + "/messages/{message_id}"
PIN, OLD_PIN = CHANNEL + "/messages/pins/{message_id}", CHANNEL + "/pins/{message_id}"
REACTION = MESSAGE + "/reactions/{emoji}"
HOOK, HOOKED = "/webhooks/{webhook_id}/{token}", "/webhooks/{webhook_id}/{token}/messages/{message_id}"

# The first match answers: pins before messages.
ROUTES = (
    _route("GET", "/gateway", places_api.gateway),
    _route("GET", "/gateway/bot", places_api.gateway_bot),
    _route("GET", "/users/@me", places_api.me),
    _route("GET", "/users/@me/guilds", places_api.my_guilds, "limit", "with_counts"),
    _route("POST", "/users/@me/channels", messages_api.open_dm),
    _route("GET", "/users/{user_id}", places_api.user),
    _route("GET", "/applications/@me", places_api.application),
    _route("GET", "/oauth2/applications/@me", places_api.application),
    *(
        route
        for base in (APP, GUILD_APP)
        for route in (
            _route("GET", base, commands_api.list_commands, "with_localizations"),
            _route("POST", base, commands_api.create),
            _route("PUT", base, commands_api.overwrite),
            _route("GET", base + "/{command_id}", commands_api.get),
            _route("PATCH", base + "/{command_id}", commands_api.edit),
            _route("DELETE", base + "/{command_id}", commands_api.delete),
        )
    ),
    _route(
        "POST", "/interactions/{interaction_id}/{token}/callback", interactions_api.callback, "with_response", key=False
    ),
    _route("POST", HOOK, interactions_api.follow_up, "wait", "thread_id", "with_components", key=False),
    _route("GET", HOOKED, interactions_api.get, "thread_id", key=False),
    _route("PATCH", HOOKED, interactions_api.edit, "thread_id", "with_components", key=False),
    _route("DELETE", HOOKED, interactions_api.delete, "thread_id", key=False),
    _route("GET", CHANNEL, places_api.channel),
    _route("DELETE", CHANNEL, places_api.delete_channel),
    _route("POST", CHANNEL + "/typing", messages_api.typing),
    _route("GET", MESSAGES + "/pins", messages_api.list_pins, "limit"),
    _route("PUT", PIN, messages_api.pin),
    _route("DELETE", PIN, messages_api.unpin),
    _route("PUT", OLD_PIN, messages_api.pin),
    _route("DELETE", OLD_PIN, messages_api.unpin),
    _route("GET", MESSAGES, messages_api.list_messages, "limit", "before", "after"),
    _route("POST", MESSAGES, messages_api.send),
    _route("GET", MESSAGE, messages_api.get),
    _route("PATCH", MESSAGE, messages_api.edit),
    _route("DELETE", MESSAGE, messages_api.delete),
    _route("GET", REACTION, messages_api.who_reacted, "limit", "type"),
    _route("PUT", REACTION + "/@me", messages_api.react),
    _route("DELETE", REACTION + "/@me", messages_api.unreact),
    _route("GET", CHANNEL + "/invites", invites_api.of_channel),
    _route("POST", CHANNEL + "/invites", invites_api.create),
    _route("GET", GUILD, places_api.guild, "with_counts"),
    _route("GET", GUILD + "/roles", places_api.roles),
    _route("GET", GUILD + "/channels", places_api.guild_channels),
    _route("POST", GUILD + "/channels", places_api.create_channel),
    _route("GET", GUILD + "/members", places_api.members, "limit", "after"),
    _route("GET", GUILD + "/members/{user_id}", places_api.member),
    _route("POST", GUILD + "/members-search", places_api.search_members),
    _route("GET", GUILD + "/invites", invites_api.of_guild),
    _route("GET", GUILD + "/vanity-url", invites_api.vanity),
    _route(
        "GET", "/invites/{code}", invites_api.get, "with_counts", "with_expiration", "guild_scheduled_event_id"
    ),
    _route("DELETE", "/invites/{code}", invites_api.delete),
)  # fmt: skip
