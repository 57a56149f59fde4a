"""Who is talking, where, and with which roles, as Discord tells it."""

import logging
from collections.abc import Sequence
from dataclasses import replace

import aiohttp
import discord

from bot.domain.people import Contact
from content.catalog import pick_locale

logger = logging.getLogger(__name__)


def contact_of(interaction: discord.Interaction) -> Contact:
    """Answers to interactions are always private: ephemeral, or in the person's own chat with the bot."""
    person, guild = interaction.user, interaction.guild_id
    return Contact(
        platform="discord",
        external_id=str(person.id),
        locale=pick_locale(interaction.locale.value),
        private=True,
        name=person.display_name,
        place=None if guild is None else str(interaction.channel_id),
        place_title="" if guild is None else getattr(interaction.channel, "name", None) or "",
        place_open=guild is not None and _is_open(interaction),
        guild=None if guild is None else str(guild),
        roles=roles_of(person),
    )


def roles_of(person: discord.User | discord.Member) -> tuple[str, ...]:
    """The roles a member of a server has, without the one that everybody has."""
    if not isinstance(person, discord.Member):
        return ()
    return tuple(str(role.id) for role in person.roles if not role.is_default())


async def with_roles_in(client: discord.Client, contact: Contact, guilds: Sequence[str]) -> Contact:
    """In private nobody has roles: look up which they have now in the first of these servers they belong to.

    Where Discord does not tell, they have none.
    """
    for guild_id in guilds:
        guild = client.get_guild(int(guild_id))
        if guild is None:
            continue
        try:
            member = await guild.fetch_member(int(contact.external_id))
        except discord.NotFound:
            return replace(contact, guild=guild_id)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            logger.warning("roles in a server are not known: %s", type(error).__name__)
            continue
        return replace(contact, guild=guild_id, roles=roles_of(member))
    return contact


def _is_open(interaction: discord.Interaction) -> bool:
    """Whether every member of the server may read the channel. What cannot be told counts as open."""
    guild = interaction.guild
    channel = None if guild is None else guild.get_channel_or_thread(interaction.channel_id or 0)
    return True if channel is None else all_may_read(channel)


def all_may_read(channel: discord.abc.GuildChannel | discord.Thread) -> bool:
    """Whether every member of the server may read a channel, or the channel of a thread."""
    place = channel.parent if isinstance(channel, discord.Thread) else channel
    return place is None or place.permissions_for(channel.guild.default_role).view_channel
