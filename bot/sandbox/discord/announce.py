"""Gateway events about messages, members, invites and channels, each behind its intent."""

from __future__ import annotations

from bot.sandbox.discord import shapes
from bot.sandbox.discord.world import Channel, Guild, Invite, Member, Message, User, World
from bot.sandbox.kit import Json

GUILDS, MEMBERS, INVITES, PRESENCES = 1 << 0, 1 << 1, 1 << 6, 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS, DM_MESSAGES, DM_REACTIONS = 1 << 9, 1 << 10, 1 << 12, 1 << 13
MESSAGE_CONTENT = 1 << 15
HIDDEN = {"content": "", "embeds": [], "components": [], "attachments": []}


def message(world: World, event: str, it: Message) -> None:
    """Dispatch MESSAGE_CREATE or MESSAGE_UPDATE to bots in the channel, except for ephemeral messages."""
    channel = world.channels.get(it.channel_id)
    if channel is None or it.ephemeral_to or not _reaches_bot(world, channel):
        return
    data = shapes.message(world, it)
    if channel.guild_id is None:
        world.dispatch(event, data, DM_MESSAGES)
        return
    data["guild_id"] = str(channel.guild_id)
    author = world.guilds[channel.guild_id].members.get(it.author.id)
    if author:
        data["member"] = shapes.member(author, inside=True)
    ours = it.author.id == world.bot.id or world.bot in it.mentions
    world.dispatch(event, data, GUILD_MESSAGES, None if ours else data | HIDDEN)


def message_deleted(world: World, it: Message) -> None:
    channel = world.channels[it.channel_id]
    if it.ephemeral_to or not _reaches_bot(world, channel):
        return
    where = {"id": str(it.id), "channel_id": str(channel.id)} | _guild_id(channel)
    world.dispatch("MESSAGE_DELETE", where, GUILD_MESSAGES if channel.guild_id else DM_MESSAGES)


def reaction(world: World, event: str, it: Message, who: User, emoji: str) -> None:
    channel = world.channels[it.channel_id]
    data: Json = {"user_id": str(who.id), "channel_id": str(channel.id), "message_id": str(it.id), "type": 0,
                  "emoji": {"id": None, "name": emoji}, "burst": False}  # fmt: skip
    world.dispatch(event, data | _guild_id(channel), GUILD_REACTIONS if channel.guild_id else DM_REACTIONS)


def channel(world: World, event: str, it: Channel) -> None:
    world.dispatch(event, shapes.channel(world, it), GUILDS)


def pins(world: World, it: Channel) -> None:
    last = max((m.pinned_at for m in it.messages.values() if m.pinned_at), default=None)
    data = {"channel_id": str(it.id), "last_pin_timestamp": shapes.moment(last)} | _guild_id(it)
    world.dispatch("CHANNEL_PINS_UPDATE", data, GUILDS if it.guild_id else DM_MESSAGES)


def member_joined(world: World, guild: Guild, actor: Member) -> None:
    if guild.with_bot:
        data = shapes.member(actor) | {"guild_id": str(guild.id)}
        world.dispatch("GUILD_MEMBER_ADD", data, MEMBERS)


def member_changed(world: World, guild: Guild, actor: Member) -> None:
    if guild.with_bot:
        data = shapes.member(actor) | {"guild_id": str(guild.id)}
        world.dispatch("GUILD_MEMBER_UPDATE", data, MEMBERS)


def member_left(world: World, guild: Guild, who: User) -> None:
    if guild.with_bot:
        world.dispatch("GUILD_MEMBER_REMOVE", {"guild_id": str(guild.id), "user": shapes.user(who)}, MEMBERS)


def invite_created(world: World, it: Invite) -> None:
    shape = shapes.invite(world, it, counted=True)
    names = ("code", "guild_id", "inviter", "uses", "max_uses", "max_age", "temporary", "created_at", "expires_at")
    data = {name: shape[name] for name in names} | {"channel_id": str(it.channel_id), "type": 0}
    world.dispatch("INVITE_CREATE", data, INVITES)


def invite_deleted(world: World, it: Invite) -> None:
    data = {"code": it.code, "guild_id": str(it.guild_id), "channel_id": str(it.channel_id)}
    world.dispatch("INVITE_DELETE", data, INVITES)


def _reaches_bot(world: World, it: Channel) -> bool:
    return it.with_bot and (it.guild_id is None or bool(world.bot_permissions(it) & (1 << 10)))


def _guild_id(it: Channel) -> Json:
    return {"guild_id": str(it.guild_id)} if it.guild_id else {}
