"""The fake's state: people, servers, channels, messages, commands and interactions."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from bot.sandbox.discord.errors import VerbError
from bot.sandbox.discord.permissions import ALL, EVERYONE
from bot.sandbox.kit import Changes, Clock, Json, random_text

Ref = Json | int | str  # an object as the verbs return it, or its id

DISCORD_EPOCH = 1_420_070_400_000  # milliseconds
MOST_STARTS = (
    1000  # sessions a day; an app that uses them all has its token reset: docs/events/gateway, "Session Start Limit"
)
Thing = TypeVar("Thing")

TEXT, DM, GROUP_DM, THREAD = 0, 1, 3, 11
EPHEMERAL, LOADING = 1 << 6, 1 << 7


@dataclass(eq=False)
class User:
    id: int
    name: str
    locale: str = "en-US"
    bot: bool = False
    dms_closed: bool = False
    installed: bool = False  # has installed the app on their account


@dataclass(eq=False)
class Member:
    user: User
    joined_at: datetime
    roles: list[int] = field(default_factory=list)
    invite_code: str | None = None
    inviter_id: int | None = None
    rejoined: bool = False


@dataclass(eq=False)
class Invite:
    code: str
    channel_id: int
    guild_id: int
    inviter: User
    created_at: datetime
    max_age: int  # seconds; 0: never expires
    max_uses: int  # 0: no limit
    temporary: bool = False
    uses: int = 0


@dataclass(eq=False)
class Message:
    id: int
    channel_id: int
    author: User
    timestamp: datetime
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)  # attachments as Discord shows them
    inside: set[str] = field(default_factory=set)  # ids of files shown in an embed, and therefore not beside it
    flags: int = 0
    kind: int = 0
    edited: datetime | None = None
    nonce: str | int | None = None
    pinned_at: datetime | None = None
    mention_everyone: bool = False
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    reactions: dict[str, set[int]] = field(default_factory=dict)
    origin: Interaction | None = None  # the interaction that it answers
    ephemeral_to: int | None = None  # the only person who sees it
    replies_to: int | None = None

    @property
    def pings(self) -> list[str]:
        """Whom the message pings: "everyone", user and role ids."""
        people = [str(user.id) for user in self.mentions] + [str(role) for role in self.mention_roles]
        return ["everyone", *people] if self.mention_everyone else people


@dataclass(eq=False)
class Channel:
    id: int
    kind: int
    name: str
    guild_id: int | None = None
    position: int = 0
    recipients: list[int] = field(default_factory=list)  # of a DM: the people in it; the bot is not listed
    with_bot: bool = True
    denied: int = 0  # permission bits that the bot lacks here
    hidden: bool = False  # from @everyone
    parent_id: int | None = None  # of a thread
    messages: dict[int, Message] = field(default_factory=dict)


@dataclass(frozen=True)
class Role:
    id: int
    name: str
    permissions: int


@dataclass(eq=False)
class Guild:
    id: int
    name: str
    locale: str
    owner_id: int
    bot_role: int
    with_bot: bool = True
    bot_permissions: int = ALL
    everyone: int = EVERYONE
    channels: list[int] = field(default_factory=list)
    members: dict[int, Member] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)  # except @everyone and the bot's own
    invites: dict[str, Invite] = field(default_factory=dict)
    former: set[int] = field(default_factory=set)  # former members
    vanity: str | None = None  # the server's vanity URL, and its uses
    vanity_uses: int = 0

    def rights(self, who: User) -> int:
        """Return a member's permission bits in this server."""
        if who.id == self.owner_id:
            return ALL
        member = self.members.get(who.id)
        found = self.everyone
        for role in member.roles if member else ():
            found |= self.roles[role].permissions if role in self.roles else 0
        return found


@dataclass(eq=False)
class Interaction:
    """One use of the app by a person, and its answers."""

    id: int
    token: str
    kind: int  # 2 command, 3 component, 4 autocomplete, 5 modal
    user: User
    channel: Channel
    created: datetime
    owners: dict[str, str]
    command: str | None = None
    source: Message | None = None  # the message whose component was used
    parent: Interaction | None = None  # of a submitted modal: what opened it
    first: asyncio.Future[None] = field(default_factory=asyncio.Future)
    answered: int | None = None  # the type of the first answer
    given_up: bool = False  # the person has read "The application did not respond"
    expired: bool = False
    original: Message | None = None
    written: set[int] = field(default_factory=set)  # messages made through its token
    choices: list[Json] = field(default_factory=list)
    modal: Json | None = None


class Dispatch(Protocol):
    """Sends an event to every connected bot.

    `intent`: the bit a bot needs to get it (None: all get it); `bare`: the payload for bots without the message
    content intent.
    """

    def __call__(self, name: str, data: Json, intent: int | None, bare: Json | None = None) -> None: ...


def nobody_listens(name: str, data: Json, intent: int | None, bare: Json | None = None) -> None:
    """Drop the event: the gateway before it is started."""


class World:
    """The whole state. API functions and verbs work on it; `bot` is the app's user."""

    def __init__(
        self, clock: Clock, seed: int, application_id: int, keep_messages: int, max_invites: int, dm_limit: int,
        bot_name: str,
    ) -> None:  # fmt: skip
        self.clock, self.rng = clock, random.Random(seed)
        self.keep_messages, self.max_invites, self.dm_limit = keep_messages, max_invites, dm_limit
        self.last_id = 0
        self.url = self.gateway_url = ""
        self.app_flags = 0
        self.members_allowed = True  # the members intent is enabled in the developer portal
        self.bot = User(application_id, bot_name, bot=True)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.dms: dict[int, Channel] = {}  # DMs with the bot, by user id
        self.commands: dict[int | None, dict[int, Json]] = {None: {}}  # by guild; None: everywhere
        self.interactions: dict[int, Interaction] = {}
        self.tokens: dict[str, Interaction] = {}
        self.nonces: dict[str, tuple[datetime, Message]] = {}
        self.files: dict[int, tuple[str, bytes]] = {}
        self.flagged = False  # quarantined by the anti-spam system
        self.dm_opened: deque[datetime] = deque(maxlen=1000)
        self.indexing = 0  # how many more times members-search answers that it is not ready
        self.changes = Changes()
        self.dispatch: Dispatch = nobody_listens
        self.starts_left = MOST_STARTS
        self.now()  # fail here rather than at the first message if the clock is naive

    def now(self) -> datetime:
        """Return the current time. Raises ValueError if the clock is naive."""
        moment = self.clock()
        if moment.tzinfo is None:
            raise ValueError("the clock must give aware datetimes")
        return moment

    def snowflake(self) -> int:
        """Return a new id; its upper bits are the clock's milliseconds, as in Discord's ids."""
        milliseconds = int(self.now().timestamp() * 1000) - DISCORD_EPOCH
        self.last_id = max(self.last_id + 1, milliseconds << 22)
        return self.last_id

    def text(self, length: int) -> str:
        return random_text(self.rng, length)

    # --- what verbs name ---
    def user(self, ref: Ref) -> User:
        """Return the user. Raises VerbError if they are unknown."""
        return _named(self.users, ref, "user")

    def guild(self, ref: Ref) -> Guild:
        return _named(self.guilds, ref, "guild")

    def channel(self, ref: Ref) -> Channel:
        return _named(self.channels, ref, "channel")

    def place(self, ref: Ref, user: User) -> Channel:
        """Return a channel; "dm" means the user's DM with the bot."""
        return self.dm(user) if ref == "dm" else self.channel(ref)

    def message(self, ref: Ref) -> tuple[Channel, Message]:
        wanted = _number(ref)
        for channel in self.channels.values():
            if wanted in channel.messages:
                return channel, channel.messages[wanted]
        raise VerbError(f"no such message: {wanted}")

    # --- who is where ---
    def dm(self, user: User) -> Channel:
        """Return the DM between the user and the bot, created if necessary."""
        if user.id not in self.dms:
            made = Channel(self.snowflake(), DM, user.name, recipients=[user.id])
            self.channels[made.id] = self.dms[user.id] = made
        return self.dms[user.id]

    def shared_guilds(self, user: User) -> Iterator[Guild]:
        """Return the servers that both the user and the bot are in."""
        return (guild for guild in self.guilds.values() if guild.with_bot and user.id in guild.members)

    def sees(self, user: User, channel: Channel) -> bool:
        if channel.guild_id is None:
            return user.id in channel.recipients or (user.bot and channel.with_bot)
        return user.id in self.guilds[channel.guild_id].members

    def bot_permissions(self, channel: Channel) -> int:
        """Return the bot's permission bits in a channel; none if it is not there."""
        if channel.guild_id is None:
            return ALL if channel.with_bot else 0
        guild = self.guilds[channel.guild_id]
        if channel.parent_id is not None:  # a thread has its channel's permissions
            return self.bot_permissions(self.channels[channel.parent_id])
        return (guild.bot_permissions | guild.everyone) & ~channel.denied if guild.with_bot else 0

    # --- keeping ---
    def keep(self, channel: Channel, message: Message) -> None:
        channel.messages[message.id] = message
        while len(channel.messages) > self.keep_messages:
            del channel.messages[next(iter(channel.messages))]
        self.told("message", message)

    def told(self, what: str, message: Message) -> None:
        self.changes.tell(what, channel_id=str(message.channel_id), message_id=str(message.id))

    def keep_interaction(self, interaction: Interaction, most: int = 5000) -> None:
        self.interactions[interaction.id] = self.tokens[interaction.token] = interaction
        if len(self.interactions) > most:
            oldest = self.interactions.pop(next(iter(self.interactions)))
            del self.tokens[oldest.token]

    def keep_file(self, file_id: int, content_type: str, content: bytes, most: int = 1000) -> None:
        self.files[file_id] = (content_type, content)
        if len(self.files) > most:
            del self.files[next(iter(self.files))]


def _number(ref: Ref) -> int:
    given = ref.get("id") if isinstance(ref, dict) else ref
    try:
        return int(str(given))
    except ValueError:
        raise VerbError(f"not an id: {ref!r}") from None


def _named(things: dict[int, Thing], ref: Ref, what: str) -> Thing:
    found = things.get(_number(ref))
    if found is None:
        raise VerbError(f"no such {what}: {ref}")
    return found
