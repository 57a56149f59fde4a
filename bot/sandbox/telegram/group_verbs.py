"""Verbs of groups and channels: create, join and leave them, and manage the bot in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.sandbox.kit import Json
from bot.sandbox.telegram.errors import VerbError
from bot.sandbox.telegram.methods.chats import new_link
from bot.sandbox.telegram.shapes import member_change
from bot.sandbox.telegram.state import ADMINS, INSIDE, Chat, InviteLink, Person, Ref, Topic, World
from bot.sandbox.telegram.world_changes import change_member

REQUEST_WINDOW = 300  # seconds in which the bot may write to a person who asked to join


class GroupVerbs:
    """Verbs of groups and channels. Each raises VerbError for what the app would not allow."""

    world: World

    def add_chat(
        self, kind: str, title: str, username: str | None = None, bot_is_admin: bool = True, owner: Ref | None = None
    ) -> Json:
        """Create a group, supergroup or channel with the bot in it. Without an owner, one is invented.

        Return its Chat object, plus "owner".
        """
        world = self.world
        if kind not in ("group", "supergroup", "channel"):
            raise VerbError(f"no such kind of chat: {kind}")
        if username and kind == "group":
            raise VerbError("a basic group has no username")
        chat_id = (
            -world.rng.randrange(10**8, 10**9) if kind == "group" else -world.rng.randrange(10**12 + 10**8, 2 * 10**12)
        )
        creator = world.person(owner) if owner else self._owner(title)
        shape = {"id": chat_id, "type": kind, "title": title} | ({"username": username} if username else {})
        chat = world.chats[chat_id] = Chat(shape, world.instance(), kind, {creator.id: "creator"})
        change_member(world, chat, creator.user, world.bot["id"], "administrator" if bot_is_admin else "member")
        return {**shape, "owner": creator.user}

    def _owner(self, title: str) -> Person:
        user_id = self.world.rng.randrange(10**8, 7 * 10**9)
        person = Person({"id": user_id, "is_bot": False, "first_name": f"{title} (owner)", "language_code": "fr"})
        self.world.people[user_id] = person
        shape = {"id": user_id, "type": "private", "first_name": person.user["first_name"]}
        self.world.chats[user_id] = Chat(shape, self.world.instance(), "private")
        return person

    def add_dialog(self, one: Ref, other: Ref) -> Json:
        """Create a chat between two people, which the bot does not see: invitations and inline results go there."""
        world, people = self.world, (self.world.person(one), self.world.person(other))
        shape = {
            "id": world.rng.randrange(8 * 10**12, 9 * 10**12),
            "type": "private",
            "first_name": people[1].user["first_name"],
        }
        members = {person.id: "member" for person in people}
        world.chats[shape["id"]] = Chat(shape, world.instance(), "dialog", members)
        return shape

    def join(self, user: Ref, chat: Ref | str, invite_link: Json | str | None = None) -> str:
        """Join, optionally by an invite link (object or URL). Return "member", or "requested" if approval is needed."""
        return join_chat(self.world, user, self.world.chat(chat), invite_link)

    def leave(self, user: Ref, chat: Ref | str) -> None:
        world, person, place = self.world, self.world.person(user), self.world.chat(chat)
        if place.members.get(person.id) not in INSIDE:
            raise VerbError("not a member")
        change_member(world, place, person.user, person.id, "left")

    def name_publicly(self, chat: Ref | str, username: str | None, discusses: Ref | str | None = None) -> None:
        """Set or remove a supergroup's public name, or link it to a channel as its discussion group.

        The bot gets no update and no service message; only `getChat` shows the change.
        """
        place = self.world.chat(chat)
        if place.kind != "supergroup":
            raise VerbError("only supergroups and channels have public names")
        place.shape = {k: v for k, v in place.shape.items() if k != "username"} | (
            {"username": username} if username else {}
        )
        place.discusses = self.world.chat(discusses).shape["id"] if discusses is not None else None

    def make_link(self, user: Ref, chat: Ref | str, **terms: Any) -> str:
        """Create an administrator's own invite link; return its URL, which the bot sees truncated.

        `terms`: name, expire_date, member_limit, creates_join_request.
        """
        place, person = self.world.chat(chat), self.world.person(user)
        if place.members.get(person.id) not in ADMINS:
            raise VerbError("only administrators make invite links")
        return str(new_link(self.world, place, person.user, terms).shape["invite_link"])

    def answer_request(self, admin: Ref, user: Ref, chat: Ref | str, yes: bool = True) -> None:
        """Approve or decline a join request as an administrator."""
        place, person = self.world.chat(chat), self.world.person(user)
        if person.id not in place.requests:
            raise VerbError("they have not asked to join")
        url = place.requests.pop(person.id)
        person.window_until = 0
        if yes:
            link = place.links.get(url) if url else None
            actor = self.world.person(admin).user
            change_member(self.world, place, actor, person.id, "member", link=link, via_request=True)

    def promote_bot(self, chat: Ref | str, admin: bool = True, lacking: Sequence[str] = ()) -> None:
        """Make the bot an administrator with all rights but `lacking`, or an ordinary member; re-add it if needed."""
        place = self.world.chat(chat)
        place.lacking = set(lacking)
        status = "administrator" if admin else "member"
        change_member(self.world, place, _owner_of(self.world, place), self.world.bot["id"], status)

    def promote(self, user: Ref, chat: Ref | str) -> None:
        """Make a person an administrator."""
        place, person = self.world.chat(chat), self.world.person(user)
        change_member(self.world, place, _owner_of(self.world, place), person.id, "administrator")

    def remove_bot(self, chat: Ref | str) -> None:
        """Remove the bot from the chat."""
        place = self.world.chat(chat)
        change_member(self.world, place, _owner_of(self.world, place), self.world.bot["id"], "kicked")

    def migrate(self, chat: Ref | str, *, new_first: bool = False) -> Json:
        """Upgrade a basic group to a supergroup: the old id answers 400 with migrate_to_chat_id. Return the Chat.

        Message ids start again at 1. The bot hears of it in both chats, and of its membership in the new one: from the
        old chat first or, with `new_first`, from the new one.
        """
        world, old = self.world, self.world.chat(chat)
        if old.kind != "group" or old.migrated_to:
            raise VerbError("only a basic group becomes a supergroup, once")
        new_id = -world.rng.randrange(10**12 + 10**8, 2 * 10**12)
        shape = {**old.shape, "id": new_id, "type": "supergroup"}
        new = world.chats[new_id] = Chat(shape, world.instance(), "supergroup", dict(old.members))
        old.migrated_to = new_id
        owner, bot = _owner_of(world, old), world.bot
        membership = member_change(world, new, owner, bot, "left", old.members.get(bot["id"], "left"))
        said = [
            ("message", world.keep(old, {"from": owner, "migrate_to_chat_id": new_id})),
            ("my_chat_member", membership),
            ("message", world.keep(new, {"from": owner, "migrate_from_chat_id": old.id})),
        ]
        for kind, payload in [*said[1:], said[0]] if new_first else said:
            world.updates.push(kind, payload)
        return shape

    # --- topics ---
    def add_topic(self, chat: Ref | str, name: str) -> int:
        """Create a topic in a supergroup, as its owner; return its thread id."""
        place = self.world.chat(chat)
        if place.kind != "supergroup":
            raise VerbError("only supergroups have topics")
        place.shape = {**place.shape, "is_forum": True}
        thread = place.last_id + 1
        created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        place.topics[thread] = Topic(name)
        self._say_of_topic(place, thread, created)
        return thread

    def close_topic(self, chat: Ref | str, thread: int, closed: bool = True) -> None:
        """Close a topic, or open it again."""
        place = self.world.chat(chat)
        place.topics[thread].closed = closed
        self._say_of_topic(place, thread, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})

    def delete_topic(self, chat: Ref | str, thread: int) -> None:
        """Delete a topic with its messages; the bot is not told."""
        place = self.world.chat(chat)
        del place.topics[thread]
        for number in [i for i, message in place.messages.items() if message.get("message_thread_id") == thread]:
            del place.messages[number]

    def _say_of_topic(self, place: Chat, thread: int, service: Json) -> None:
        world = self.world
        about = {"message_thread_id": thread, "is_topic_message": True}
        message = world.keep(place, {"from": _owner_of(world, place), **about, **service})
        if world.bot_is_admin(place):
            world.updates.push("message", message)


def join_chat(world: World, user: Ref, place: Chat, invite_link: Json | str | None) -> str:
    """Let a person join a chat, by `GroupVerbs.join` or by following an invite link."""
    person = world.person(user)
    if place.kind not in ("group", "supergroup", "channel"):
        raise VerbError("nobody can join a private chat")
    if place.members.get(person.id) in INSIDE:
        raise VerbError("a member already")
    if place.members.get(person.id) == "kicked":
        raise VerbError("banned from that chat")
    url = invite_link["invite_link"] if isinstance(invite_link, dict) else invite_link
    link = _usable(world, place, url) if url else None
    if link and link.shape["creates_join_request"]:
        _request(world, place, person, link)
        return "requested"
    if link:
        link.joined += 1
    change_member(world, place, person.user, person.id, "member", link=link)
    return "member"


def _usable(world: World, place: Chat, url: str) -> InviteLink:
    link = place.links.get(url)
    if link is None or link.shape["is_revoked"]:
        raise VerbError("the invite link is not valid")
    if 0 < link.shape.get("expire_date", 0) <= world.now():
        raise VerbError("the invite link has expired")
    if "member_limit" in link.shape and link.joined >= link.shape["member_limit"]:
        raise VerbError("the invite link has been used up")
    return link


def _request(world: World, place: Chat, person: Person, link: InviteLink) -> None:
    place.requests[person.id] = link.shape["invite_link"]
    person.window_until = world.now() + REQUEST_WINDOW
    if world.bot_is_admin(place):
        asked = {"chat": place.shape, "from": person.user, "user_chat_id": person.id, "date": world.now()}
        world.updates.push("chat_join_request", {**asked, "invite_link": link.seen_by(world.bot["id"])})


def _owner_of(world: World, place: Chat) -> Json:
    owner = next((i for i, status in place.members.items() if status == "creator"), None)
    if owner is None:
        raise VerbError("that chat has no owner")
    return world.people[owner].user
