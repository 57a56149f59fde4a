"""Messages of the bot and of people: create, edit and delete."""

from __future__ import annotations

from bot.sandbox.discord import announce, bodies, components
from bot.sandbox.discord.files import Upload, attach
from bot.sandbox.discord.permissions import BITS
from bot.sandbox.discord.world import EPHEMERAL, LOADING, Channel, Interaction, Message, User, World
from bot.sandbox.kit import Json

Files = dict[int, Upload]
COMMAND_ANSWER, REPLY = 20, 19
SETTABLE = 1 << 2 | 1 << 12 | components.COMPONENTS_V2  # no previews, silent, the new components


def compose(
    world: World, channel: Channel, author: User, body: Json, files: Files, origin: Interaction | None = None,
    ephemeral: bool = False, later: bool = False,
) -> Message:  # fmt: skip
    """Create a message from a checked body.

    `origin`: the interaction that it answers; `later`: a deferred answer's placeholder ("Obole is thinking...").
    """
    number = world.snowflake()
    it = Message(number, channel.id, author, world.now(), origin=origin, nonce=body.get("nonce"))
    it.flags = (body.get("flags") or 0) & SETTABLE | (EPHEMERAL if ephemeral else 0) | (LOADING if later else 0)
    it.ephemeral_to = origin.user.id if origin and ephemeral else None
    if origin and origin.kind == 2 and origin.original is None:
        it.kind = COMMAND_ANSWER
    reference = body.get("message_reference") or {}
    if reference.get("message_id"):
        it.kind, it.replies_to = REPLY, int(reference["message_id"])
    _fill(world, it, body, files)
    _call(world, channel, it, body)
    world.keep(channel, it)
    announce.message(world, "MESSAGE_CREATE", it)
    return it


def revise(world: World, it: Message, body: Json, files: Files) -> None:
    """Edit a message by a checked body. A deferred answer is completed, not edited."""
    completed = bool(it.flags & LOADING)
    it.flags &= ~LOADING
    if body.get("flags") is not None:
        it.flags = it.flags & ~SETTABLE | body["flags"] & SETTABLE
    _fill(world, it, body, files)
    if completed:
        _call(world, world.channels[it.channel_id], it, body)
    else:
        it.edited = world.now()
    world.told("edited", it)
    announce.message(world, "MESSAGE_UPDATE", it)


def remove(world: World, it: Message) -> None:
    del world.channels[it.channel_id].messages[it.id]
    world.told("deleted", it)
    announce.message_deleted(world, it)


def _fill(world: World, it: Message, body: Json, files: Files) -> None:
    if "content" in body:
        it.content = (body["content"] or "").strip()
    given = body.get("attachments")
    if given is not None:
        wanted = {str(file["id"]) for file in given}
        it.files = [file for file in it.files if file["id"] in wanted]
    described = {str(file["id"]): file for file in given or []}
    for index, upload in sorted(files.items()):
        private = it.ephemeral_to is not None
        it.files.append(attach(world, it.channel_id, upload, described.get(str(index), {}), private))
    if "embeds" in body:
        it.embeds, it.inside = bodies.shown_embeds(body["embeds"] or [], it.files)
    if "components" in body:
        it.components = components.shown(body["components"] or [])


def _call(world: World, channel: Channel, it: Message, body: Json) -> None:
    may_call_all = it.author != world.bot or bool(world.bot_permissions(channel) & BITS["mention_everyone"])
    called = bodies.calls(it.content, body.get("allowed_mentions"), may_call_all, it.origin is not None)
    it.mention_everyone = called.everyone and channel.guild_id is not None
    it.mentions = [world.users[number] for number in called.users if number in world.users]
    # A reply mentions the author of what it replies to, unless the sender turns that off (docs: "Allowed Mentions").
    answered = world.channels[it.channel_id].messages.get(it.replies_to or 0)
    allowed = body.get("allowed_mentions")
    if answered and (allowed is None or allowed.get("replied_user")) and answered.author not in it.mentions:
        it.mentions.append(answered.author)
    it.mention_roles = called.roles
