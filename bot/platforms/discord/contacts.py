"""The Contact of an interaction: person, place and roles as Discord reports them."""

import logging

import aiohttp
import discord

from bot.domain.people import Contact, Origin
from content.catalog import pick_locale

logger = logging.getLogger(__name__)


def contact_of(interaction: discord.Interaction) -> Contact:
    """Return the contact of an interaction. Its answers are always private: ephemeral, or in a direct message."""
    person, guild = interaction.user, interaction.guild_id
    return Contact(
        platform="discord",
        external_id=str(person.id),
        locale=pick_locale(interaction.locale.value),
        private=True,
        name=person.display_name,
        place=None if guild is None else str(interaction.channel_id),
        place_title="" if guild is None else getattr(interaction.channel, "name", None) or "",
        place_open=guild is not None and _is_open_place(interaction),
        in_dm=interaction.context.dm_channel,
        installed=interaction.is_user_integration(),
        guild=None if guild is None else str(guild),
        roles=roles_of(person),
    )


def contact_of_message(message: discord.Message) -> Contact:
    """Return the contact of a message, which carries no language."""
    person, guild = message.author, message.guild
    attached = bool(message.attachments or message.stickers)
    return Contact(
        platform="discord",
        external_id=str(person.id),
        locale=pick_locale(None),
        names_locale=False,
        private=guild is None,
        name=person.display_name,
        origin=Origin(chat=str(message.channel.id), message=str(message.id), attached=attached),
        place=None if guild is None else str(message.channel.id),
        guild=None if guild is None else str(guild.id),
        roles=roles_of(person),
    )


def roles_of(person: discord.User | discord.Member) -> tuple[str, ...]:
    """Return a member's roles in the server, without the default role."""
    if not isinstance(person, discord.Member):
        return ()
    return tuple(str(role.id) for role in person.roles if not role.is_default())


async def roles_in(client: discord.Client, guild_id: str, external_id: str) -> tuple[str, ...] | None:
    """Return a person's roles in a server, none if they left it; None if Discord does not answer."""
    guild = client.get_guild(int(guild_id))
    if guild is None:
        return None
    try:
        return roles_of(await guild.fetch_member(int(external_id)))
    except discord.NotFound:
        return ()
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        logger.warning("the roles in a server are unknown: %s", type(error).__name__)
        return None


def _is_open_place(interaction: discord.Interaction) -> bool:
    """Return whether every member of the server can read the channel; an unknown channel counts as open."""
    guild = interaction.guild
    channel = None if guild is None else guild.get_channel_or_thread(interaction.channel_id or 0)
    return True if channel is None else everyone_can_read(channel)


def everyone_can_read(channel: discord.abc.GuildChannel | discord.Thread) -> bool:
    """Return whether every member of the server can read a channel, or the channel of a thread."""
    place = channel.parent if isinstance(channel, discord.Thread) else channel
    return place is None or place.permissions_for(channel.guild.default_role).view_channel
