"""REST: the app itself, people, servers, their channels and members."""

from __future__ import annotations

from bot.sandbox.discord import announce, shapes
from bot.sandbox.discord.call import Answer, Call, channel_of, guild_of
from bot.sandbox.discord.errors import Problems, Refused, unknown
from bot.sandbox.discord.world import MOST_STARTS, TEXT, THREAD, Channel, Guild, Member, World
from bot.sandbox.kit import Json


# --- the app ------------------------------------------------------------------------------------
def me(world: World, call: Call) -> Answer:
    return 200, shapes.me(world)


def application(world: World, call: Call) -> Answer:
    installed = sum(user.installed for user in world.users.values())
    owner = next((user for user in world.users.values() if not user.bot), world.bot)
    return 200, {
        "id": str(world.bot.id), "name": world.bot.name, "icon": None, "description": "", "type": None,
        "bot": shapes.user(world.bot), "bot_public": True, "bot_require_code_grant": False, "verify_key": "0" * 64,
        "flags": world.app_flags, "flags_new": str(world.app_flags), "owner": shapes.user(owner), "team": None,
        "redirect_uris": [], "interactions_endpoint_url": None, "role_connections_verification_url": None,
        "explicit_content_filter": 0, "eligible_oauth2_scopes": ["bot", "applications.commands"],
        "approximate_guild_count": sum(guild.with_bot for guild in world.guilds.values()),
        "approximate_user_install_count": installed, "approximate_user_authorization_count": installed,
        "integration_types_config": {"0": {}, "1": {}},
    }  # fmt: skip


def gateway(world: World, call: Call) -> Answer:
    return 200, {"url": world.gateway_url}


def gateway_bot(world: World, call: Call) -> Answer:
    limit = {
        "total": MOST_STARTS, "remaining": world.starts_left, "reset_after": 86_400_000, "max_concurrency": 1,
    }  # fmt: skip
    return 200, {"url": world.gateway_url, "shards": 1, "session_start_limit": limit}


# --- people and servers -------------------------------------------------------------------------
def user(world: World, call: Call) -> Answer:
    found = world.users.get(call.number("user_id"))
    if found is None:
        raise unknown("User")
    return 200, shapes.user(found)


def my_guilds(world: World, call: Call) -> Answer:
    mine = [guild for guild in world.guilds.values() if guild.with_bot]
    return 200, [_mine(world, guild) for guild in mine[: call.limit(200, 200)]]


def _mine(world: World, guild: Guild) -> Json:
    shape = shapes.guild(world, guild)
    names = ("id", "name", "icon", "banner", "features")
    return {name: shape[name] for name in names} | {"owner": False, "permissions": str(guild.bot_permissions)}


def guild(world: World, call: Call) -> Answer:
    found = guild_of(world, call)
    shape = shapes.guild(world, found)
    if call.query.get("with_counts", "").lower() in ("true", "1"):
        shape |= {"approximate_member_count": len(found.members), "approximate_presence_count": 1}
    return 200, shape


def roles(world: World, call: Call) -> Answer:
    return 200, shapes.roles(world, guild_of(world, call))


def guild_channels(world: World, call: Call) -> Answer:
    found = guild_of(world, call)
    return 200, [shapes.channel(world, world.channels[number]) for number in found.channels]


def channel(world: World, call: Call) -> Answer:
    return 200, shapes.channel(world, channel_of(world, call))


def create_channel(world: World, call: Call) -> Answer:
    found, given, problems = guild_of(world, call, "manage_channels"), call.fields(), Problems()
    problems.length("name", given.get("name") or "", 100, 1)
    problems.raise_if_any()
    made = new_channel(world, found, given["name"], given.get("type") or TEXT)
    return 201, shapes.channel(world, made)


def new_channel(world: World, guild: Guild, name: str, kind: int = TEXT) -> Channel:
    made = Channel(world.snowflake(), kind, name, guild.id, len(guild.channels), with_bot=guild.with_bot)
    world.channels[made.id] = made
    guild.channels.append(made.id)
    if guild.with_bot:
        announce.channel(world, "CHANNEL_CREATE", made)
    world.changes.tell("channel", channel_id=str(made.id))
    return made


def new_thread(world: World, parent: Channel, name: str) -> Channel:
    made = Channel(world.snowflake(), THREAD, name, parent.guild_id, with_bot=parent.with_bot, parent_id=parent.id)
    world.channels[made.id] = made
    if made.with_bot:
        announce.channel(world, "THREAD_CREATE", made)
    world.changes.tell("channel", channel_id=str(made.id))
    return made


def delete_channel(world: World, call: Call) -> Answer:
    found = channel_of(world, call, "manage_channels")
    if found.guild_id:
        drop_channel(world, found)
    return 200, shapes.channel(world, found)


def drop_channel(world: World, it: Channel) -> None:
    """Remove a server's channel and its invites."""
    guild = world.guilds[it.guild_id or 0]
    guild.channels.remove(it.id)
    del world.channels[it.id]
    guild.invites = {code: invite for code, invite in guild.invites.items() if invite.channel_id != it.id}
    if guild.with_bot:
        announce.channel(world, "CHANNEL_DELETE", it)
    world.changes.tell("channel", channel_id=str(it.id))


# --- members ------------------------------------------------------------------------------------
def members(world: World, call: Call) -> Answer:
    """Return a page of members by id. Raises Refused (50001) without the members intent, as Discord does."""
    found = guild_of(world, call)
    if not world.members_allowed:
        raise Refused(403, 50001, "Missing Access")
    after = int(call.query.get("after", "0"))
    people = sorted((m for m in found.members.values() if m.user.id > after), key=lambda m: m.user.id)
    return 200, [shapes.member(who) for who in people[: call.limit(1, 1000)]]


def member(world: World, call: Call) -> Answer:
    found = guild_of(world, call).members.get(call.number("user_id"))
    if found is None:
        raise unknown("User") if call.number("user_id") not in world.users else unknown("Member")
    return 200, shapes.member(found)


def search_members(world: World, call: Call) -> Answer:
    """Return members with the invite they joined by, or 202 while indexing. Undocumented, eventually consistent."""
    found = guild_of(world, call, "manage_guild")
    if world.indexing:
        world.indexing -= 1
        message = "Index not yet available. Try again later"
        return 202, {"message": message, "code": 110000, "documents_indexed": 0, "retry_after": 1}
    given = call.fields()
    wanted = _wanted(given.get("and_query") or {}) or _wanted(given.get("or_query") or {})
    people = [m for m in found.members.values() if not wanted or str(m.user.id) in wanted]
    people.sort(key=lambda m: m.joined_at, reverse=True)
    page = [_found(who) for who in people[: int(given.get("limit") or 25)]]
    return 200, {"guild_id": str(found.id), "members": page, "page_result_count": len(page),
                 "total_result_count": len(people)}  # fmt: skip


def _wanted(query: Json) -> set[str]:
    asked = query.get("user_id") or {}
    return {str(number) for number in asked.get("or_query") or asked.get("and_query") or []}


def _found(actor: Member) -> Json:
    return {"member": shapes.member(actor), "source_invite_code": actor.invite_code,
            "join_source_type": 1 if actor.user.bot else 5 if actor.invite_code else 0,
            "inviter_id": str(actor.inviter_id) if actor.inviter_id else None}  # fmt: skip
