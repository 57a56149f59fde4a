"""The fake's state: people, chats, messages, and their relation to the bot."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.kit import Changes, Clock, Json, random_text
from bot.sandbox.telegram.errors import VerbError, bad, forbidden
from bot.sandbox.telegram.faults import Faults
from bot.sandbox.telegram.files import Files
from bot.sandbox.telegram.pace import Limits, Pace
from bot.sandbox.telegram.sent import Sent
from bot.sandbox.telegram.updates import Updates

Ref = Json | int  # a user or chat as the verbs return them, or its id

GROUPS = ("group", "supergroup")
ADMINS = ("creator", "administrator")
INSIDE = ("creator", "administrator", "member")


@dataclass
class Person:
    user: Json
    started: bool = False  # wrote to the bot at least once
    blocked: bool = False
    window_until: int = 0  # until when the bot may write after a join request (Unix seconds)

    @property
    def id(self) -> int:
        return int(self.user["id"])


@dataclass
class InviteLink:
    shape: Json  # ChatInviteLink, untruncated
    joined: int = 0

    def seen_by(self, user_id: int) -> Json:
        """Return the link as this user sees it: links of other administrators are truncated."""
        url = str(self.shape["invite_link"])
        own = self.shape["creator"]["id"] == user_id
        return self.shape if own else {**self.shape, "invite_link": f"{url[: len(url) // 2]}…"}


@dataclass
class Topic:
    name: str
    closed: bool = False


@dataclass
class Chat:
    shape: Json  # Chat as the bot sees it
    instance: str
    kind: str  # private, group, supergroup, channel; dialog: between two people, hidden from the bot
    members: dict[int, str] = field(default_factory=dict)  # status by user id, the bot included
    messages: dict[int, Json] = field(default_factory=dict)
    last_id: int = 0
    links: dict[str, InviteLink] = field(default_factory=dict)
    requests: dict[int, str | None] = field(default_factory=dict)  # pending join requests: user id -> link
    lacking: set[str] = field(default_factory=set)  # rights that the bot lacks as an administrator
    pinned: list[int] = field(default_factory=list)
    own_posts: set[int] = field(default_factory=set)  # ids of the bot's posts in a channel, whose author is the channel
    reply_keyboard: Json | None = None
    migrated_to: int | None = None
    menu_button: Json | None = None
    topics: dict[int, Topic] = field(default_factory=dict)  # by thread id; General is not among them
    discusses: int | None = None  # the channel whose discussion group this is

    @property
    def id(self) -> int:
        return int(self.shape["id"])


class World:
    """The whole state. Method modules and verbs are plain functions and classes that work on it."""

    def __init__(
        self, *, clock: Clock, monotonic: Callable[[], float], seed: int, bot_username: str, bot_name: str,
        bot_id: int, limits: Limits | None, keep_messages: int, keep_calls: int, keep_photos: int, quiet: bool,
    ) -> None:  # fmt: skip
        self.clock, self.monotonic, self.quiet = clock, monotonic, quiet
        self.rng = random.Random(seed)
        self.keep_messages = keep_messages
        self.bot: Json = {"id": bot_id, "is_bot": True, "first_name": bot_name, "username": bot_username}
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.inline_messages: dict[str, tuple[int, int]] = {}
        self.questions: dict[str, Json] = {}  # unanswered callback and inline queries
        self.profile: dict[str, object] = {}  # commands, names, descriptions: by what, scope and language
        self.actions: deque[tuple[int, str]] = deque(maxlen=100)
        self.changes = Changes()
        self.pace, self.faults = Pace(limits, monotonic), Faults()
        self.files, self.sent = Files(self.rng, keep_photos), Sent(keep_calls)
        self.updates = Updates(self.now, self.rng.randrange(100_000_000, 900_000_000))
        self.now()  # fail here rather than at the first message if the clock is naive

    def now(self) -> int:
        """Return Unix seconds. Raises ValueError if the clock is naive."""
        moment = self.clock()
        if moment.tzinfo is None:
            raise ValueError("the clock must give aware datetimes")
        return int(moment.timestamp())

    def instance(self) -> str:
        return str(self.rng.randrange(-(2**63), 2**63))

    def text(self, length: int) -> str:
        return random_text(self.rng, length)

    # --- what the bot may see ---
    def chat_for_bot(self, chat_id: int | str) -> Chat:
        """Return the chat that the bot names. Raises Refused if it is unknown, migrated or out of the bot's reach."""
        chat = self.find_chat(chat_id)
        if chat is None or chat.kind == "dialog":
            raise bad("chat not found")
        if chat.migrated_to:
            error = bad("group chat was upgraded to a supergroup chat")
            error.parameters = {"migrate_to_chat_id": chat.migrated_to}
            raise error
        if chat.kind != "private" and chat.members.get(self.bot["id"]) not in INSIDE:
            kicked = chat.members.get(self.bot["id"]) == "kicked"
            name = "group" if chat.kind == "group" else f"{chat.kind}"
            raise forbidden(f"bot {'was kicked from' if kicked else 'is not a member of'} the {name} chat")
        return chat

    def chat_to_write(self, chat_id: int | str) -> Chat:
        """Return the chat if the bot may write there now. Raises Refused."""
        chat = self.chat_for_bot(chat_id)
        if chat.kind == "private":
            person = self.people[chat.id]
            if person.blocked:
                raise forbidden("bot was blocked by the user")
            if not person.started and person.window_until < self.now():
                raise forbidden("bot can't initiate conversation with a user")
        elif chat.kind == "channel" and not self.bot_is_admin(chat):
            raise bad("need administrator rights in the channel chat")
        return chat

    def find_chat(self, chat_id: int | str) -> Chat | None:
        if isinstance(chat_id, str):
            name = chat_id.removeprefix("@").lower()
            return next((c for c in self.chats.values() if c.kind in ("supergroup", "channel")
                         and c.shape.get("username", "").lower() == name), None)  # fmt: skip
        return self.chats.get(chat_id)

    def bot_is_admin(self, chat: Chat) -> bool:
        return chat.members.get(self.bot["id"]) in ADMINS

    def bot_may(self, chat: Chat, right: str) -> bool:
        return self.bot_is_admin(chat) and right not in chat.lacking

    # --- what people name ---
    def person(self, user: Json | int) -> Person:
        """Return the person. Raises VerbError if they are unknown."""
        identity = user["id"] if isinstance(user, dict) else user
        if identity not in self.people:
            raise VerbError(f"no such user: {identity}")
        return self.people[identity]

    def chat(self, chat: Json | int | str) -> Chat:
        """Return a chat, or a user's private chat with the bot. Raises VerbError if it is unknown."""
        found = self.find_chat(chat["id"] if isinstance(chat, dict) else chat)
        if found is None:
            raise VerbError(f"no such chat: {chat}")
        return found

    # --- messages ---
    def keep(self, chat: Chat, message: Json) -> Json:
        """Number a message, store it and announce it to listeners."""
        chat.last_id += 1
        message = {"message_id": chat.last_id, "date": self.now(), "chat": chat.shape, **message}
        if self.quiet:
            return message
        chat.messages[chat.last_id] = message
        if len(chat.messages) > self.keep_messages:
            oldest = next(iter(chat.messages))
            del chat.messages[oldest]
            chat.own_posts.discard(oldest)
        self.changes.tell("message", chat_id=chat.id, message_id=chat.last_id)
        return message

    def tell(self, what: str, chat: Chat, message_id: int | None = None) -> None:
        if not self.quiet:
            self.changes.tell(what, chat_id=chat.id, message_id=message_id)
