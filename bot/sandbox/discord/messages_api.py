"""REST: messages in channels, their pins and reactions, and opening DMs."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox.discord import announce, bodies, shapes, writing
from bot.sandbox.discord.call import Answer, Call, channel_of, message_of
from bot.sandbox.discord.errors import Refused, invalid, missing_permissions
from bot.sandbox.discord.world import DM, Channel, Message, World

NONCE_LIVES = timedelta(minutes=5)
DM_WINDOW = timedelta(minutes=10)


def send(world: World, call: Call) -> Answer:
    body = call.fields()
    channel = channel_of(world, call, "send_messages", *_needs(body, call))
    bodies.check(body, call.files, bodies.CREATE)
    bodies.check_not_empty(body, call.files)
    _check_reachable(world, channel)
    nonce = str(body["nonce"]) if body.get("enforce_nonce") and body.get("nonce") is not None else None
    if nonce and (before := world.nonces.get(nonce)) and world.now() - before[0] < NONCE_LIVES:
        return 200, shapes.message(world, before[1])
    _check_reference(channel, body)
    sent = writing.compose(world, channel, world.bot, body, call.files)
    if nonce:
        world.nonces[nonce] = (world.now(), sent)
        if len(world.nonces) > 10_000:
            del world.nonces[next(iter(world.nonces))]
    return 200, shapes.message(world, sent)


def _needs(body: dict[str, object], call: Call) -> list[str]:
    """Return the permissions a body needs besides sending messages.

    Source: Permissions, EMBED_LINKS and ATTACH_FILES; without them a bot's embeds and files are refused with 50013.
    """
    return ["embed_links"] * bool(body.get("embeds")) + ["attach_files"] * bool(call.files)


def _check_reachable(world: World, channel: Channel) -> None:
    if channel.kind != DM:
        return
    person = world.users[channel.recipients[0]]
    if person.dms_closed:
        raise Refused(403, 50007, "Cannot send messages to this user")
    if world.flagged and not any(it.author == world.bot for it in channel.messages.values()):
        raise _flagged()
    if not person.installed and next(world.shared_guilds(person), None) is None:
        raise Refused(403, 50278, "Cannot send messages to this user due to having no mutual guilds")


def _check_reference(channel: Channel, body: dict[str, object]) -> None:
    reference = body.get("message_reference")
    if isinstance(reference, dict) and reference.get("fail_if_not_exists", True):
        replied = channel.messages.get(int(reference.get("message_id") or 0))
        if replied is None or replied.ephemeral_to:
            raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")


def list_messages(world: World, call: Call) -> Answer:
    channel = channel_of(world, call, "read_message_history")
    newest_first = [m for m in reversed(channel.messages.values()) if not m.ephemeral_to]
    if "before" in call.query:
        newest_first = [m for m in newest_first if m.id < int(call.query["before"])]
    limit = call.limit(50, 100)
    if "after" in call.query:
        newest_first = [m for m in newest_first if m.id > int(call.query["after"])][-limit:]
    return 200, [shapes.message(world, it) for it in newest_first[:limit]]


def get(world: World, call: Call) -> Answer:
    channel = channel_of(world, call, "read_message_history")
    return 200, shapes.message(world, message_of(world, call, channel))


def edit(world: World, call: Call) -> Answer:
    it = message_of(world, call, channel_of(world, call))
    if it.author != world.bot:
        raise Refused(403, 50005, "Cannot edit a message authored by another user")
    bodies.check(call.fields(), call.files, bodies.EDIT, it.files, it.flags)
    bodies.check_not_empty(call.fields(), call.files, it)
    writing.revise(world, it, call.fields(), call.files)
    return 200, shapes.message(world, it)


def delete(world: World, call: Call) -> Answer:
    channel = channel_of(world, call)
    it = message_of(world, call, channel)
    if it.author != world.bot:
        if channel.guild_id is None:
            raise Refused(403, 50003, "Cannot execute action on a DM channel")
        channel_of(world, call, "manage_messages")
    writing.remove(world, it)
    return 204, None


def typing(world: World, call: Call) -> Answer:
    channel = channel_of(world, call, "send_messages")
    world.changes.tell("typing", channel_id=str(channel.id))
    return 204, None


def _flagged() -> Refused:
    """Return the refusal for a quarantined bot, which may still write to people it has written to before.

    Source: Discord's own message, quoted in github.com/tmercswims/tmerc-cogs/issues/111 and (an earlier wording, from
    opening a conversation) github.com/Dragory/modmailbot/issues/490; the code in discord/discord-api-docs issue 2669.
    """
    return Refused(403, 20026, "Your bot has been flagged by our anti-spam system for abusive behavior.")


def open_dm(world: World, call: Call) -> Answer:
    """Open a conversation, or return the existing one.

    Source of 40003: docs.discord.com/developers/topics/opcodes-and-status-codes, "JSON Error Codes". Discord publishes
    no number.
    """
    given = str(call.fields().get("recipient_id"))
    user = world.users.get(int(given)) if given.isdigit() else None
    if user is None:
        raise invalid("recipient_id", "USER_INVALID", "Unknown user")
    if user.bot:
        raise Refused(403, 50007, "Cannot send messages to this user")
    if user.id not in world.dms:
        if world.flagged:
            raise _flagged()
        recent = sum(1 for when in world.dm_opened if world.now() - when < DM_WINDOW)
        if recent >= world.dm_limit:
            raise Refused(403, 40003, "You are opening direct messages too fast.")
        world.dm_opened.append(world.now())
    return 200, shapes.channel(world, world.dm(user))


# --- pins and reactions -------------------------------------------------------------------------
def pin(world: World, call: Call) -> Answer:
    it = _pinnable(world, call)
    pinned = [m for m in world.channels[it.channel_id].messages.values() if m.pinned_at]
    if len(pinned) >= 250:
        raise Refused(400, 30003, "Maximum number of pinned messages reached (250)")
    it.pinned_at = it.pinned_at or world.now()
    announce.pins(world, world.channels[it.channel_id])
    world.told("pinned", it)
    return 204, None


def unpin(world: World, call: Call) -> Answer:
    it = _pinnable(world, call)
    it.pinned_at = None
    announce.pins(world, world.channels[it.channel_id])
    world.told("unpinned", it)
    return 204, None


def _pinnable(world: World, call: Call) -> Message:
    channel = channel_of(world, call)
    if channel.guild_id and not world.bot_permissions(channel) & (1 << 51 | 1 << 13):
        raise missing_permissions()
    return message_of(world, call, channel)


def list_pins(world: World, call: Call) -> Answer:
    channel = channel_of(world, call, "read_message_history")
    pinned = [m for m in channel.messages.values() if m.pinned_at]
    pinned.sort(key=lambda m: m.pinned_at or m.timestamp, reverse=True)
    items = [{"pinned_at": shapes.moment(m.pinned_at), "message": shapes.message(world, m)} for m in pinned]
    limit = call.limit(50, 50)
    return 200, {"items": items[:limit], "has_more": len(items) > limit}


def react(world: World, call: Call) -> Answer:
    it = message_of(world, call, channel_of(world, call, "read_message_history", "add_reactions"))
    if ":" in call.ids["emoji"] or not call.ids["emoji"]:
        raise Refused(400, 10014, "Unknown Emoji")
    it.reactions.setdefault(call.ids["emoji"], set()).add(world.bot.id)
    announce.reaction(world, "MESSAGE_REACTION_ADD", it, world.bot, call.ids["emoji"])
    world.told("reaction", it)
    return 204, None


def unreact(world: World, call: Call) -> Answer:
    it = message_of(world, call, channel_of(world, call, "read_message_history"))
    people = it.reactions.get(call.ids["emoji"], set())
    people.discard(world.bot.id)
    if not people:
        it.reactions.pop(call.ids["emoji"], None)
    announce.reaction(world, "MESSAGE_REACTION_REMOVE", it, world.bot, call.ids["emoji"])
    return 204, None


def who_reacted(world: World, call: Call) -> Answer:
    it = message_of(world, call, channel_of(world, call, "read_message_history"))
    people = sorted(it.reactions.get(call.ids["emoji"], set()))
    if not people and call.ids["emoji"] not in it.reactions:
        raise Refused(400, 10014, "Unknown Emoji")
    return 200, [shapes.user(world.users[number]) for number in people[: call.limit(25, 100)]]
