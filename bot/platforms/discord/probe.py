"""What `obole check` asks Discord: does the token work, and may the bot post where its cards are."""

from collections.abc import AsyncIterator, Sequence

import discord

from bot.findings import Finding, ok, problem, warning
from bot.platforms.discord.app import LOGIN_SECONDS, keep_words_out_of_logs, may_hear_joins, point_at
from bot.platforms.discord.errors import translated
from bot.usecases.ports import PlatformError

_NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "attach_files": "Attach Files",
}
_FOR_INVITES = {"create_instant_invite": "Create Invite", "manage_guild": "Manage Server"}


async def probe(token: str, api_url: str | None, places: Sequence[str]) -> AsyncIterator[Finding]:
    """Look at one bot without connecting to the gateway; `places` are the channels where cards are posted."""
    keep_words_out_of_logs()
    point_at(api_url, None)
    client = discord.Client(intents=discord.Intents.none())
    try:
        yield await _login(client, token)
        if client.application is not None:
            yield _joins(client)
            for place in places:
                yield await _rights(client, place)
    finally:
        await client.close()


async def _login(client: discord.Client, token: str) -> Finding:
    try:
        async with translated(LOGIN_SECONDS, repeatable=True):
            await client.login(token)
    except PlatformError as error:
        if isinstance(error.__cause__, discord.LoginFailure):
            mend = "Reset it in Discord's developer portal (Bot > Reset Token), set OBOLE_DISCORD_TOKEN."
            return problem("Discord does not know this token", mend)
        return problem(f"Discord cannot be reached: {type(error.__cause__).__name__}", "Check this machine's network.")
    application = client.application
    if application is not None and application.interactions_endpoint_url:
        mend = "Clear Interactions Endpoint URL in Discord's developer portal."
        return problem("Discord sends commands and taps to a web address instead of the bot", mend)
    return ok(f"Discord: logged in as {client.user}")


def _joins(client: discord.Client) -> Finding:
    """Whether Discord tells the bot who joins, without which donors get no Discord invites."""
    if may_hear_joins(client):
        return ok("Discord tells who joins its servers")
    mend = "Switch on Server Members Intent in Discord's developer portal (Bot), and start again."
    return warning("Discord does not tell who joins, so donors get no Discord invites", mend)


async def _rights(client: discord.Client, place: str) -> Finding:
    """Whether the bot has all it needs in a channel, by its roles and the channel's own rules."""
    try:
        async with translated(LOGIN_SECONDS, repeatable=True):
            channel = await client.fetch_channel(int(place))
            if not isinstance(channel, discord.abc.GuildChannel):
                return ok(f"Discord channel {place}: a direct message")
            guild = await client.fetch_guild(channel.guild.id, with_counts=False)
            assert client.user is not None
            me = await guild.fetch_member(client.user.id)
            rights = (await guild.fetch_channel(channel.id)).permissions_for(me)
    except (PlatformError, ValueError) as error:
        return problem(f"Discord channel {place}: {error}", "Invite the bot to the server again, and let it see this.")
    lacking = [name for right, name in _NEEDED.items() if not getattr(rights, right)]
    if lacking:
        return problem(f"Discord #{channel.name}: the bot lacks {', '.join(lacking)}", "Give its role these there.")
    lacking = [name for right, name in _FOR_INVITES.items() if not getattr(rights, right)]
    if lacking:
        what = f"Discord #{channel.name}: the bot may post; for donors' invites it lacks {', '.join(lacking)}"
        return warning(what, "Give its role these on the server.")
    return ok(f"Discord #{channel.name}: the bot may post")
