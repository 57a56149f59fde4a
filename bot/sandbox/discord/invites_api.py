"""REST: invites, their use counts, and their expiry."""

from __future__ import annotations

from bot.sandbox.discord import announce, shapes
from bot.sandbox.discord.call import Answer, Call, channel_of, guild_of
from bot.sandbox.discord.errors import Problems, Refused, missing_permissions, unknown
from bot.sandbox.discord.permissions import BITS
from bot.sandbox.discord.world import Guild, Invite, World
from bot.sandbox.kit import Json

DAY = 86_400
FIELDS = frozenset(("max_age", "max_uses", "temporary", "unique", "target_type", "target_user_id",
                    "target_application_id"))  # fmt: skip


def create(world: World, call: Call) -> Answer:
    """Create an invite, or return an equal one unless `unique` is set."""
    channel, given = channel_of(world, call, "create_instant_invite"), call.fields()
    if channel.guild_id is None or channel.parent_id is not None:  # threads have no invites
        raise Refused(400, 50024, "Cannot execute action on this channel type")
    _check(given)
    guild = world.guilds[channel.guild_id]
    purge(world, guild)
    max_age = DAY if given.get("max_age") is None else given["max_age"]
    made = Invite("", channel.id, guild.id, world.bot, world.now(), max_age, given.get("max_uses") or 0,
                  bool(given.get("temporary")))  # fmt: skip
    alike = next((old for old in guild.invites.values() if _terms(old) == _terms(made)), None)
    if alike and not given.get("unique"):
        return 200, shapes.invite(world, alike, counted=True)
    keep(world, guild, made)
    return 200, shapes.invite(world, made, counted=True)


def keep(world: World, guild: Guild, made: Invite) -> None:
    """Give the invite a code and store it. Raises Refused (30016) if the server has too many."""
    if len(guild.invites) >= world.max_invites:
        raise Refused(400, 30016, f"Maximum number of invites reached ({world.max_invites})")
    made.code = world.text(8)
    guild.invites[made.code] = made
    if guild.with_bot:
        announce.invite_created(world, made)
    world.changes.tell("invite", code=made.code)


def _terms(it: Invite) -> tuple[object, ...]:
    return it.channel_id, it.inviter.id, it.max_age, it.max_uses, it.temporary


def _check(given: Json) -> None:
    problems = Problems()
    problems.known("", given, FIELDS)
    for name, most in (("max_age", 30 * DAY), ("max_uses", 100)):
        value = given.get(name) or 0
        if not isinstance(value, int) or not 0 <= value <= most:
            problems.add(name, "NUMBER_TYPE_MAX", f"int value should be between 0 and {most}.")
    problems.raise_if_any()


def of_channel(world: World, call: Call) -> Answer:
    channel = channel_of(world, call, "manage_channels")
    guild = world.guilds[channel.guild_id or 0]
    purge(world, guild)
    here = [it for it in guild.invites.values() if it.channel_id == channel.id]
    return 200, [shapes.invite(world, it, counted=True) for it in here]


def of_guild(world: World, call: Call) -> Answer:
    guild = guild_of(world, call, "manage_guild")
    purge(world, guild)
    return 200, [shapes.invite(world, it, counted=True) for it in guild.invites.values()]


def vanity(world: World, call: Call) -> Answer:
    """Return the server's vanity URL. Raises Refused (50020) if it has none."""
    guild = guild_of(world, call, "manage_guild")
    if guild.vanity is None:
        raise Refused(403, 50020, "Invite code is either invalid or taken")
    return 200, {"code": guild.vanity, "uses": guild.vanity_uses}


def get(world: World, call: Call) -> Answer:
    it = find(world, call.ids["code"])
    shape = shapes.invite(world, it, counted=False)
    if call.query.get("with_counts", "").lower() in ("true", "1"):
        count = len(world.guilds[it.guild_id].members)
        shape |= {"approximate_member_count": count, "approximate_presence_count": 1}
    return 200, shape


def delete(world: World, call: Call) -> Answer:
    it = find(world, call.ids["code"])
    guild = world.guilds[it.guild_id]
    held = world.bot_permissions(world.channels[it.channel_id])
    if not guild.with_bot or not held & (BITS["manage_channels"] | BITS["manage_guild"]):
        raise missing_permissions()
    forget(world, it)
    return 200, shapes.invite(world, it, counted=False)


def find(world: World, code: str) -> Invite:
    """Return an invite. Raises Refused (10006) if the code is unknown, used up or expired."""
    for guild in world.guilds.values():
        purge(world, guild)
        if code in guild.invites:
            return guild.invites[code]
    raise unknown("Invite")


def use(world: World, it: Invite) -> None:
    """Count a use. The last one ends the invite."""
    it.uses += 1
    if it.max_uses and it.uses >= it.max_uses:
        forget(world, it)


def forget(world: World, it: Invite) -> None:
    guild = world.guilds[it.guild_id]
    del guild.invites[it.code]
    if guild.with_bot:
        announce.invite_deleted(world, it)
    world.changes.tell("invite", code=it.code)


def purge(world: World, guild: Guild) -> None:
    """Remove expired invites."""
    now = world.now()
    for it in list(guild.invites.values()):
        over = shapes.expiry(it)
        if over is not None and over <= now:
            forget(world, it)
