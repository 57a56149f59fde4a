"""The checks of Discord for `obole check`: token, joins, and permission to post where cards are."""

from collections.abc import AsyncIterator, Sequence

import discord

from bot.findings import Finding, ok, problem, warning
from bot.platforms.discord.app import LOGIN_SECONDS, can_see_joins, keep_texts_out_of_logs, set_api_urls
from bot.platforms.discord.errors import translated
from bot.usecases.ports import PlatformError

_NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "attach_files": "Attach Files",
}
_IN_THREADS = {"send_messages_in_threads": "Send Messages in Threads"}
_FOR_INVITES = {"create_instant_invite": "Create Invite", "manage_guild": "Manage Server"}


async def probe(token: str, api_url: str | None, places: Sequence[str]) -> AsyncIterator[Finding]:
    """Check one bot without connecting to the gateway. `places` are the channels where cards are posted."""
    keep_texts_out_of_logs()
    set_api_urls(api_url, None)
    client = discord.Client(intents=discord.Intents.none())
    try:
        yield await _login(client, token)
        if client.application is not None:
            yield _joins(client)
            for place in places:
                yield await _permissions(client, place)
    finally:
        await client.close()


async def _login(client: discord.Client, token: str) -> Finding:
    try:
        async with translated(LOGIN_SECONDS, repeatable=True):
            await client.login(token)
    except PlatformError as error:
        if isinstance(error.__cause__, discord.LoginFailure):
            fix = "Reset it in Discord's developer portal (Bot > Reset Token) and set OBOLE_DISCORD_TOKEN."
            return problem("Discord does not accept this token", fix)
        return problem(
            f"Discord cannot be reached: {type(error.__cause__).__name__}", "Check this machine's network connection."
        )
    application = client.application
    if application is not None and application.interactions_endpoint_url:
        fix = "Clear Interactions Endpoint URL in Discord's developer portal."
        return problem("Discord sends commands and button taps to a web address instead of the bot", fix)
    return ok(f"Discord: logged in as {client.user}")


def _joins(client: discord.Client) -> Finding:
    """Check whether Discord tells the bot who joins; otherwise donors get no Discord invites."""
    if can_see_joins(client):
        return ok("Discord: joins are visible")
    fix = "Turn on Server Members Intent in Discord's developer portal (Bot), then restart obole run."
    return warning("Discord does not show who joins, so donors get no Discord invites", fix)


async def _permissions(client: discord.Client, place: str) -> Finding:
    """Check the bot's permissions in a channel, from its roles and the channel's overwrites."""
    try:
        async with translated(LOGIN_SECONDS, repeatable=True):
            channel = await client.fetch_channel(int(place))
            if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
                return ok(f"Discord channel {place}: a direct message")
            in_thread = isinstance(channel, discord.Thread)  # it has its parent channel's permissions and invites
            guild = await client.fetch_guild(channel.guild.id, with_counts=False)
            assert client.user is not None
            me = await guild.fetch_member(client.user.id)
            parent_id = channel.parent_id if isinstance(channel, discord.Thread) else channel.id
            permissions = (await guild.fetch_channel(parent_id)).permissions_for(me)
    except (PlatformError, ValueError) as error:
        return problem(
            f"Discord channel {place}: {error}",
            "Invite the bot to the server again, and give it access to the channel.",
        )
    needed = _NEEDED | _IN_THREADS if in_thread else _NEEDED
    missing = [name for permission, name in needed.items() if not getattr(permissions, permission)]
    if missing:
        return problem(
            f"Discord #{channel.name}: the bot lacks {', '.join(missing)}",
            "Give its role these permissions in that channel.",
        )
    missing = [name for permission, name in _FOR_INVITES.items() if not getattr(permissions, permission)]
    if missing:
        message = (
            f"Discord #{channel.name}: the bot can post, but lacks these for donors' invites: {', '.join(missing)}"
        )
        return warning(message, "Give its role these permissions on the server.")
    return ok(f"Discord #{channel.name}: the bot can post")
