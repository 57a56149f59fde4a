"""What `obole check` asks Discord: does the token work, and may the bot post where its cards are."""

from collections.abc import AsyncIterator, Sequence

import discord

from bot.findings import Finding, ok, problem


async def probe(token: str, api_url: str | None, places: Sequence[str]) -> AsyncIterator[Finding]:
    """Look at one application; `places` are the channels where cards are posted."""
    if api_url:
        discord.http.Route.BASE = api_url.rstrip("/")
    client = discord.Client(intents=discord.Intents.none())
    try:
        await client.login(token)
    except discord.LoginFailure:
        yield problem("Discord does not know this token", "Reset it in the Developer Portal, set OBOLE_DISCORD_TOKEN.")
        await client.close()
        return
    except (discord.HTTPException, OSError) as error:
        yield problem(f"Discord cannot be reached: {type(error).__name__}", "Check this machine's network.")
        await client.close()
        return
    try:
        info = await client.application_info()
        yield ok(f"Discord: logged in as {info.name}")
        for place in places:
            yield await _rights(client, place)
    finally:
        await client.close()


async def _rights(client: discord.Client, place: str) -> Finding:
    try:
        channel = await client.fetch_channel(int(place))
        if not isinstance(channel, discord.abc.GuildChannel):
            return problem(f"Discord channel {place} is in no server", "Post the card into a server's channel.")
        guild = await client.fetch_guild(channel.guild.id)
        known = next((c for c in await guild.fetch_channels() if c.id == channel.id), None)
        assert client.user is not None
        me = await guild.fetch_member(client.user.id)
    except (discord.HTTPException, ValueError) as error:
        return problem(f"Discord channel {place}: {error}", "Invite the bot again, or post the card elsewhere.")
    allowed = known.permissions_for(me) if known is not None else discord.Permissions.none()
    needed = ("view_channel", "send_messages", "embed_links", "attach_files")
    lacking = [name for name in needed if not getattr(allowed, name)]
    if lacking:
        return problem(f"Discord channel {place}: the bot lacks {', '.join(lacking)}", "Give these rights to its role.")
    return ok(f"Discord channel #{channel.name}: the bot may post")
