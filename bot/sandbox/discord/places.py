"""Verbs that build the world: servers, channels, people, joins by invite, and installations of the app."""

from __future__ import annotations

from collections.abc import Sequence

from bot.sandbox.discord import announce, invites_api, places_api, shapes
from bot.sandbox.discord.commands_api import LOCALES
from bot.sandbox.discord.errors import Refused, VerbError
from bot.sandbox.discord.gateway import Hub
from bot.sandbox.discord.permissions import ALL, EVERYONE, bits
from bot.sandbox.discord.world import GROUP_DM, Channel, Guild, Invite, Member, Ref, Role, User, World
from bot.sandbox.kit import Json


class PlaceVerbs:
    world: World
    hub: Hub

    def add_guild(self, name: str, locale: str = "fr", bot: bool = True) -> Json:
        """Create a server with a new owner. `bot` False: without the app, though users may have it installed."""
        _check_locale(locale)
        owner = User(self.world.snowflake(), f"{name} owner"[:32], locale)
        self.world.users[owner.id] = owner
        made = Guild(self.world.snowflake(), name, locale, owner.id, self.world.snowflake(), with_bot=bot)
        self.world.guilds[made.id] = made
        made.members[owner.id] = Member(owner, self.world.now())
        if bot:
            self._add_bot(made)
        return {"id": str(made.id), "name": name, "locale": locale, "owner_id": str(owner.id)}

    def _add_bot(self, place: Guild) -> None:
        place.with_bot = True
        place.members[self.world.bot.id] = Member(self.world.bot, self.world.now(), [place.bot_role])
        for number in place.channels:
            self.world.channels[number].with_bot = True
        for session in self.hub.sessions.values():
            if session.intents & announce.GUILDS:
                everyone = bool(session.intents & announce.MEMBERS)
                session.tell("GUILD_CREATE", shapes.guild_create(self.world, place, everyone))

    def remove_bot(self, guild: Ref) -> None:
        """Remove the app from a server."""
        place = self.world.guild(guild)
        place.with_bot = False
        place.members.pop(self.world.bot.id, None)
        for number in place.channels:
            self.world.channels[number].with_bot = False
        self.world.dispatch("GUILD_DELETE", {"id": str(place.id)}, announce.GUILDS)

    def add_channel(self, guild: Ref, name: str) -> Json:
        made = places_api.new_channel(self.world, self.world.guild(guild), name)
        return {"id": str(made.id), "name": name, "guild_id": str(made.guild_id)}

    def add_thread(self, channel: Ref, name: str) -> Json:
        """Create a public thread in a channel, which has the channel's permissions and no invites of its own."""
        parent = self.world.channel(channel)
        made = places_api.new_thread(self.world, parent, name)
        return {"id": str(made.id), "name": name, "guild_id": str(made.guild_id)}

    def remove_channel(self, channel: Ref) -> None:
        found = self.world.channel(channel)
        if found.guild_id is None:
            raise VerbError("only a server's channels can be removed")
        places_api.drop_channel(self.world, found)

    def allow(self, place: Ref, deny: Sequence[str] = ()) -> None:
        """Allow the bot everything but `deny` in a channel or a whole server (see permissions.py)."""
        denied = bits(deny)
        number = int(str(place["id"] if isinstance(place, dict) else place))
        if number in self.world.guilds:
            guild = self.world.guilds[number]
            guild.bot_permissions, guild.everyone = ALL & ~denied, EVERYONE & ~denied
            self.world.dispatch("GUILD_UPDATE", shapes.guild(self.world, guild), announce.GUILDS)
        else:
            channel = self.world.channel(number)
            channel.denied = denied
            announce.channel(self.world, "CHANNEL_UPDATE", channel)

    def hide(self, channel: Ref, hidden: bool = True) -> None:
        """Hide a channel from everybody except the bot and administrators, or show it again."""
        found = self.world.channel(channel)
        found.hidden = hidden
        announce.channel(self.world, "CHANNEL_UPDATE", found)

    def add_user(self, name: str, locale: str = "fr") -> Json:
        _check_locale(locale)
        made = User(self.world.snowflake(), name, locale)
        self.world.users[made.id] = made
        return {"id": str(made.id), "name": name, "locale": locale}

    def add_dialog(self, user: Ref, other: Ref) -> Json:
        """Create a DM between two people, where only those who installed the app can use it."""
        people = [self.world.user(user).id, self.world.user(other).id]
        made = Channel(self.world.snowflake(), GROUP_DM, "", recipients=people, with_bot=False)
        self.world.channels[made.id] = made
        return {"id": str(made.id)}

    def add_invite(self, user: Ref, channel: Ref, max_uses: int = 0, max_age: int = 604_800) -> Json:
        """Create a person's invite. `max_age` in seconds, 0: never expires."""
        who, where = self.world.user(user), self.world.channel(channel)
        if where.guild_id is None:
            raise VerbError("only into servers")
        made = Invite("", where.id, where.guild_id, who, self.world.now(), max_age, max_uses)
        invites_api.keep(self.world, self.world.guilds[where.guild_id], made)
        return {"code": made.code}

    def set_vanity(self, guild: Ref, code: str | None) -> None:
        """Set the server's vanity URL, discord.gg/<code>, which is not an invite; None removes it."""
        place = self.world.guild(guild)
        place.vanity, place.vanity_uses = code, 0
        self.world.dispatch("GUILD_UPDATE", shapes.guild(self.world, place), announce.GUILDS)

    def join(self, user: Ref, guild: Ref, invite_code: str | None = None) -> None:
        """Join a server; an invite or vanity URL counts the use.

        Raises VerbError for an invalid invite.
        """
        who, place = self.world.user(user), self.world.guild(guild)
        if who.id in place.members:
            raise VerbError(f"{who.name} is in {place.name} already")
        by_name = invite_code is not None and invite_code == place.vanity
        invite = self._invite(invite_code, place) if invite_code and not by_name else None
        code, inviter = (invite.code, invite.inviter.id) if invite else (invite_code, None)
        member = Member(who, self.world.now(), [], code, inviter, rejoined=who.id in place.former)
        place.members[who.id] = member
        place.former.add(who.id)
        place.vanity_uses += by_name
        if invite:
            invites_api.use(self.world, invite)
        announce.member_joined(self.world, place, member)
        self.world.changes.tell("join", guild_id=str(place.id), user_id=str(who.id))

    def _invite(self, code: str, place: Guild) -> Invite:
        try:
            found = invites_api.find(self.world, code.rsplit("/", 1)[-1])
        except Refused as refused:
            raise VerbError(refused.message) from None
        if found.guild_id != place.id:
            raise VerbError("that invite leads to another server")
        return found

    def leave(self, user: Ref, guild: Ref) -> None:
        who, place = self.world.user(user), self.world.guild(guild)
        if place.members.pop(who.id, None) is None:
            raise VerbError(f"{who.name} is not in {place.name}")
        announce.member_left(self.world, place, who)
        self.world.changes.tell("leave", guild_id=str(place.id), user_id=str(who.id))

    def install_app(self, user: Ref, installed: bool = True) -> None:
        """Install the app on the user's account (or remove it): its commands are then available everywhere."""
        self.world.user(user).installed = installed

    def add_role(self, guild: Ref, name: str, permissions: Sequence[str] = ()) -> Json:
        """Create a role with permissions beyond those of @everyone."""
        place = self.world.guild(guild)
        made = Role(self.world.snowflake(), name, bits(permissions))
        place.roles[made.id] = made
        role = next(role for role in shapes.roles(self.world, place) if role["id"] == str(made.id))
        told = {"guild_id": str(place.id), "role": role}
        self.world.dispatch("GUILD_ROLE_CREATE", told, announce.GUILDS)
        return {"id": str(made.id), "name": name}

    def set_roles(self, user: Ref, guild: Ref, roles: Sequence[Ref]) -> None:
        """Set a member's roles."""
        place, wanted = self.world.guild(guild), [int(str(r["id"] if isinstance(r, dict) else r)) for r in roles]
        member = place.members.get(self.world.user(user).id)
        if member is None or not set(wanted) <= place.roles.keys():
            raise VerbError("no such member or role there")
        member.roles = wanted
        announce.member_changed(self.world, place, member)

    def close_dms(self, user: Ref, closed: bool = True) -> None:
        """Make the user refuse DMs from the bot (50007)."""
        self.world.user(user).dms_closed = closed

    def set_locale(self, user: Ref, locale: str) -> None:
        _check_locale(locale)
        self.world.user(user).locale = locale


def _check_locale(locale: str) -> None:
    if locale not in LOCALES:
        raise VerbError(f"Discord has no locale {locale!r}")
