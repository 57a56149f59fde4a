"""The Platform port over a discord.py client."""

from hashlib import blake2b
from typing import Any, cast

import discord

from bot.domain.people import PlatformName
from bot.platforms.discord.contacts import everyone_can_read, roles_in
from bot.platforms.discord.dm_channels import DmChannels
from bot.platforms.discord.errors import translated
from bot.platforms.discord.joins import Joins, revoke
from bot.platforms.discord.render import Rendered, render
from bot.usecases.ports import (
    Copies,
    CreatedInvite,
    Gone,
    JoinsNotVisible,
    MessageRef,
    PrivateReply,
    Rejected,
    Unreachable,
)
from content.cards import Card

MAX_NONCE = 25
# discord.py waits up to 30 s for rate limits and retries a 5xx for up to 25 s.
MAX_SECONDS = 45.0
_SEPARATOR = ":"  # between a private answer's token and the message ID


class _Original:
    """An interaction's original response in a route. Not a str, in which discord.py would quote the @."""

    def __str__(self) -> str:
        return "@original"


class DiscordPlatform:
    """Sends, posts and edits. discord.py keeps Discord's rate limits; a wait over 30 s becomes RetryLater.

    `client` is replaced when the bot logs in again.
    """

    name: PlatformName = "discord"

    def __init__(self, client: discord.Client, dm_channels: DmChannels) -> None:
        self.client = client
        self._dm_channels = dm_channels
        self.joins: Joins | None = None  # None if Discord does not show joins

    async def send(self, external_id: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
        """Write to one person. Within a few minutes, the same nonce means the same message."""
        message, number = _rendered(card), _snowflake(external_id)
        known = await self._dm_channels.known(external_id)
        if known is not None:
            try:
                return await self._new(self.client.get_partial_messageable(known), message, nonce, silent=silent)
            except Gone:  # nothing was sent: open it again
                await self._dm_channels.store(external_id, None)
        async with translated(MAX_SECONDS, repeatable=True):
            channel = await self.client.create_dm(discord.Object(number))
        await self._dm_channels.store(external_id, channel.id)
        return await self._new(channel, message, nonce, silent=silent)

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        """Post into a channel, by its id."""
        channel = self.client.get_partial_messageable(_snowflake(place))
        return await self._new(channel, _rendered(card), nonce, silent=silent)

    def prepare(self, card: Card, mark: str) -> Copies:
        """Check that Discord can show the card. Each copy is rendered separately: direct messages are slow anyway."""
        _rendered(card)
        return Copies(card=card, mark=mark)

    async def send_copy(
        self, external_id: str, copies: Copies, reference: str, *, nonce: str, silent: bool = False
    ) -> MessageRef:
        """Write to one person, like `send`."""
        return await self.send(external_id, copies.for_one(reference), nonce=nonce, silent=silent)

    async def delete(self, ref: MessageRef) -> None:
        """Delete a message of ours; a no-op if it is gone."""
        channel = self.client.get_partial_messageable(_snowflake(ref.chat_id))
        try:
            async with translated(MAX_SECONDS, repeatable=True):
                await channel.get_partial_message(_snowflake(ref.message_id)).delete()
        except Gone:
            return

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Replace a whole message: a picture or buttons that the card lacks are removed.

        Editing twice is harmless, so a lost answer raises RetryLater, never InDoubt.
        """
        message = _rendered(card)
        channel = self.client.get_partial_messageable(_snowflake(ref.chat_id))
        async with translated(MAX_SECONDS, repeatable=True):
            await channel.get_partial_message(_snowflake(ref.message_id)).edit(**message.as_edit())

    async def check_invites(self, place: str) -> None:
        """Check that joins in a channel's server are visible. Raises MissingPermission or JoinsNotVisible."""
        joins, channel = await self._inviting(place)
        await joins.check(channel.guild)

    async def create_invite(self, place: str, name: str) -> CreatedInvite:
        """Create a permanent invite through a channel of a server; for a thread, through its parent channel."""
        joins, channel = await self._inviting(place)
        return await joins.make(channel, name)

    async def _inviting(self, place: str) -> tuple[Joins, discord.abc.GuildChannel]:
        if self.joins is None:
            raise JoinsNotVisible("Discord tells this bot of no joins")
        number = _snowflake(place)
        async with translated(MAX_SECONDS, repeatable=True):
            channel = self.client.get_channel(number) or await self.client.fetch_channel(number)
            if isinstance(channel, discord.Thread):  # has no invites of its own
                channel = channel.parent or await self.client.fetch_channel(channel.parent_id)
        if not isinstance(channel, discord.abc.GuildChannel):
            raise Rejected("people can be invited only into servers")
        return self.joins, channel

    async def is_open(self, place: str) -> bool:
        """Return whether every member of the server can read a channel, from cached data. Raises PlatformError."""
        channel = self.client.get_channel(_snowflake(place))
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            raise Unreachable("this channel is unknown")
        return everyone_can_read(channel)

    async def revoke_invite(self, destination: str, code: str) -> None:
        """Revoke an invite."""
        await revoke(self.client, code)

    def invite_url(self, code: str) -> str:
        """Return Discord's short address of an invite."""
        return f"https://discord.gg/{code}"

    async def name_of(self, external_id: str) -> str | None:
        """Return a person's display name."""
        async with translated(MAX_SECONDS, repeatable=True):
            return (await self.client.fetch_user(_snowflake(external_id))).display_name

    async def roles_in(self, guild: str, external_id: str) -> tuple[str, ...] | None:
        """Return a person's current roles in a server, or None if Discord does not say."""
        return await roles_in(self.client, guild, external_id)

    async def edit_private(self, answer: PrivateReply, card: Card) -> None:
        """Replace a private answer by its token alone, which works after a restart too.

        Raises Unreachable if the token has expired or the answer is gone.
        """
        message = _rendered(card)
        token, message_id = _read_token(answer.token)
        if self.client.application_id is None:
            raise Unreachable("not logged in to Discord")
        webhook = discord.Webhook.partial(self.client.application_id, token, client=self.client)
        try:
            async with translated(MAX_SECONDS, repeatable=True):
                await webhook.edit_message(cast(Any, message_id), **message.as_edit())
        except Gone as error:
            raise Unreachable(str(error)) from error

    async def _new(
        self, channel: discord.abc.Messageable, message: Rendered, nonce: str, *, silent: bool = False
    ) -> MessageRef:
        async with translated(MAX_SECONDS):
            sent = await channel.send(nonce=_nonce(nonce), silent=silent, **message.as_new())
        return MessageRef(chat_id=str(sent.channel.id), message_id=str(sent.id))


def private_token(token: str, message_id: int | None) -> str:
    """Return the stored form of a private answer: the interaction's token, and the ID of a follow-up message."""
    return token if message_id is None else f"{token}{_SEPARATOR}{message_id}"


def _read_token(stored: str) -> tuple[str, int | _Original]:
    token, separator, message_id = stored.rpartition(_SEPARATOR)
    return (token, int(message_id)) if separator and message_id.isdigit() else (stored, _Original())


def _nonce(wanted: str) -> str:
    """Return the nonce, or a short hash of a long one."""
    return wanted if len(wanted) <= MAX_NONCE else blake2b(wanted.encode(), digest_size=12).hexdigest()


def _rendered(card: Card) -> Rendered:
    """Render a card. Raises Rejected if Discord cannot show it."""
    try:
        return render(card)
    except ValueError as error:
        raise Rejected(str(error)) from error


def _snowflake(text: str) -> int:
    """Return a Discord ID as a number. Raises Rejected for anything else, such as a Telegram channel's @name."""
    if not (text.isascii() and text.isdigit()):
        raise Rejected(f"{text!r} is not a Discord ID: copy the channel's ID")
    return int(text)
