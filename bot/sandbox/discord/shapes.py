"""Discord's objects as JSON."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.sandbox.discord.permissions import bits
from bot.sandbox.discord.world import GROUP_DM, Channel, Guild, Interaction, Invite, Member, Message, User, World
from bot.sandbox.kit import Json

_VIEW = bits(["view_channel"])


def moment(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


def user(who: User) -> Json:
    return {
        "id": str(who.id), "username": who.name.lower().replace(" ", "."), "discriminator": "0000" if who.bot else "0",
        "global_name": None if who.bot else who.name, "avatar": None, "banner": None, "accent_color": None,
        "avatar_decoration_data": None, "collectibles": None, "primary_guild": None, "bot": who.bot, "flags": 0,
        "public_flags": 0,
    }  # fmt: skip


def me(world: World) -> Json:
    private = {"email": None, "verified": True, "mfa_enabled": True, "locale": "en-US"}
    return user(world.bot) | private


def member(actor: Member, inside: bool = False) -> Json:
    """Return a member. `inside`: within a message, which has the user in a separate field."""
    shape = {
        "avatar": None, "banner": None, "communication_disabled_until": None, "deaf": False,
        "flags": int(actor.rejoined),
        "joined_at": moment(actor.joined_at), "mute": False, "nick": None, "pending": False, "premium_since": None,
        "roles": [str(role) for role in actor.roles],
    }  # fmt: skip
    return shape if inside else shape | {"user": user(actor.user)}


def role(role_id: int, name: str, permissions: int, position: int, managed_by: int | None = None) -> Json:
    shape = {
        "id": str(role_id), "name": name, "permissions": str(permissions), "position": position, "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}, "flags": 0, "hoist": False,
        "icon": None, "managed": managed_by is not None, "mentionable": False, "unicode_emoji": None,
    }  # fmt: skip
    return shape | ({"tags": {"bot_id": str(managed_by)}} if managed_by else {})


def roles(world: World, place: Guild) -> list[Json]:
    everyone = role(place.id, "@everyone", place.everyone, 0)
    own = role(place.bot_role, world.bot.name, place.bot_permissions, 1, world.bot.id)
    others = [role(one.id, one.name, one.permissions, at) for at, one in enumerate(place.roles.values(), start=2)]
    return [everyone, *([own] if place.with_bot else []), *others]


def guild(world: World, place: Guild) -> Json:
    return {
        "id": str(place.id), "name": place.name, "icon": None, "description": None, "home_header": None,
        "splash": None, "discovery_splash": None, "banner": None,
        "features": ["COMMUNITY", *(["VANITY_URL"] if place.vanity else [])],
        "owner_id": str(place.owner_id), "application_id": None, "region": "deprecated", "afk_channel_id": None,
        "afk_timeout": 300, "system_channel_id": None, "system_channel_flags": 0, "widget_enabled": False,
        "widget_channel_id": None, "verification_level": 1, "roles": roles(world, place),
        "default_message_notifications": 1, "mfa_level": 0, "explicit_content_filter": 2, "max_presences": None,
        "max_members": 500000, "max_stage_video_channel_users": 50, "max_video_channel_users": 25,
        "vanity_url_code": place.vanity, "premium_tier": 0, "premium_subscription_count": 0,
        "preferred_locale": place.locale,
        "rules_channel_id": None, "safety_alerts_channel_id": None, "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False, "nsfw": False, "nsfw_level": 0, "emojis": [], "stickers": [],
        "incidents_data": None,
    }  # fmt: skip


def guild_create(world: World, place: Guild, all_members: bool) -> Json:
    """Return GUILD_CREATE: with all members for bots with the members intent, else with the bot alone."""
    people = place.members.values() if all_members else [place.members[world.bot.id]]
    return guild(world, place) | {
        "joined_at": moment(place.members[world.bot.id].joined_at), "large": False, "unavailable": False,
        "member_count": len(place.members), "members": [member(who) for who in people],
        "channels": [channel(world, world.channels[number]) for number in place.channels],
        "threads": [channel(world, one) for one in world.channels.values() if _is_thread_of(one, place)],
        "presences": [], "voice_states": [], "stage_instances": [], "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }  # fmt: skip


def _is_thread_of(it: Channel, place: Guild) -> bool:
    return it.guild_id == place.id and it.parent_id is not None


def _thread(world: World, place: Channel) -> Json:
    owner = world.guilds[place.guild_id or 0].owner_id
    state = {"archived": False, "auto_archive_duration": 4320, "archive_timestamp": moment(world.now()),
             "locked": False, "create_timestamp": moment(world.now())}  # fmt: skip
    return {
        "id": str(place.id), "type": place.kind, "flags": 0, "guild_id": str(place.guild_id),
        "parent_id": str(place.parent_id), "name": place.name, "owner_id": str(owner), "last_message_id": None,
        "message_count": len(place.messages), "member_count": 1, "total_message_sent": len(place.messages),
        "rate_limit_per_user": 0, "thread_metadata": state,
    }  # fmt: skip


def channel(world: World, place: Channel) -> Json:
    if place.parent_id is not None:
        return _thread(world, place)
    last = str(max(place.messages)) if place.messages else None
    if place.guild_id is None:
        people = [user(world.users[number]) for number in place.recipients]
        shape: Json = {"id": str(place.id), "type": place.kind, "flags": 0, "last_message_id": last}
        group = {"name": None, "icon": None, "owner_id": people[0]["id"]} if place.kind == GROUP_DM else {}
        return shape | group | {"recipients": people}
    overwrites = []
    if place.hidden:  # the role @everyone has the server's id
        overwrites.append({"id": str(place.guild_id), "type": 0, "allow": "0", "deny": str(_VIEW)})
    if place.denied or place.hidden:
        allow = str(_VIEW & ~place.denied) if place.hidden else "0"
        overwrites.append({"id": str(world.bot.id), "type": 1, "allow": allow, "deny": str(place.denied)})
    return {
        "id": str(place.id), "type": place.kind, "flags": 0, "last_message_id": last, "guild_id": str(place.guild_id),
        "name": place.name, "position": place.position, "parent_id": None, "topic": None, "nsfw": False,
        "rate_limit_per_user": 0, "permission_overwrites": overwrites,
    }  # fmt: skip


def invite(world: World, it: Invite, counted: bool) -> Json:
    """Return an invite. `counted`: with uses and limits, which only managers of the server see."""
    place, where = world.guilds[it.guild_id], world.channels[it.channel_id]
    known = guild(world, place)
    public = ("id", "name", "icon", "description", "splash", "banner", "features", "verification_level",
              "vanity_url_code", "nsfw", "nsfw_level", "premium_subscription_count")  # fmt: skip
    shape: Json = {
        "type": 0, "code": it.code, "guild_id": str(place.id), "guild": {name: known[name] for name in public},
        "channel": {"id": str(where.id), "name": where.name, "type": where.kind}, "inviter": user(it.inviter),
        "expires_at": moment(expiry(it)),
    }  # fmt: skip
    if not counted:
        return shape
    return shape | {"uses": it.uses, "max_uses": it.max_uses, "max_age": it.max_age, "temporary": it.temporary,
                    "created_at": moment(it.created_at)}  # fmt: skip


def expiry(it: Invite) -> datetime | None:
    return it.created_at + timedelta(seconds=it.max_age) if it.max_age else None


def origin(it: Interaction) -> Json:
    shape: Json = {
        "id": str(it.id),
        "type": it.kind,
        "user": user(it.user),
        "authorizing_integration_owners": it.owners,
    }
    if it.kind == 3 and it.source:
        shape["interacted_message_id"] = str(it.source.id)
    if it.kind == 5 and it.parent:
        shape["triggering_interaction_metadata"] = origin(it.parent)
    return shape


def message(world: World, it: Message, inside: bool = False) -> Json:
    """Return a message. `inside`: within the message that replies to it."""
    shape: Json = {
        "id": str(it.id), "type": it.kind, "channel_id": str(it.channel_id), "author": user(it.author),
        "content": it.content, "timestamp": moment(it.timestamp), "edited_timestamp": moment(it.edited), "tts": False,
        "mention_everyone": it.mention_everyone, "mentions": [user(who) for who in it.mentions],
        "mention_roles": [str(number) for number in it.mention_roles],
        "attachments": [file for file in it.files if file["id"] not in it.inside], "embeds": it.embeds,
        "components": it.components, "pinned": it.pinned_at is not None, "flags": it.flags,
    }  # fmt: skip
    if it.nonce is not None:
        shape["nonce"] = it.nonce
    if it.reactions:
        shape["reactions"] = [_reaction(world, emoji, people) for emoji, people in it.reactions.items()]
    if it.origin:
        shape |= {"application_id": str(world.bot.id), "webhook_id": str(world.bot.id)}
        shape["interaction_metadata"] = origin(it.origin)
        if it.origin.kind == 2:
            shape["interaction"] = {"id": str(it.origin.id), "type": 2, "name": it.origin.command,
                                    "user": user(it.origin.user)}  # fmt: skip
    if it.replies_to:
        shape["message_reference"] = {"type": 0, "channel_id": str(it.channel_id), "message_id": str(it.replies_to)}
        original = world.channels[it.channel_id].messages.get(it.replies_to) if not inside else None
        if original is not None:
            shape["referenced_message"] = message(world, original, inside=True)
    return shape


def _reaction(world: World, emoji: str, people: set[int]) -> Json:
    return {"emoji": {"id": None, "name": emoji}, "count": len(people), "me": world.bot.id in people,
            "me_burst": False, "burst_colors": [], "count_details": {"burst": 0, "normal": len(people)}}  # fmt: skip
