"""What people do in their Telegram apps: write, tap, follow links, block, search inline."""

# ruff: noqa: ASYNC109 - a timeout here is how long a person waits, not a cancellation

from __future__ import annotations

import asyncio
import re
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.kit import Json
from bot.sandbox.telegram import attachments
from bot.sandbox.telegram.entities import with_automatic
from bot.sandbox.telegram.errors import VerbError
from bot.sandbox.telegram.group_verbs import join_chat
from bot.sandbox.telegram.methods.questions import ask, message_of_result
from bot.sandbox.telegram.shapes import member_change
from bot.sandbox.telegram.state import ADMINS, GROUPS, INSIDE, Chat, Person, Ref, World

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


class PeopleVerbs:
    """Verbs of one person. Each raises VerbError for what the app would not allow."""

    world: World
    _inline_cache: dict[tuple[int, str, str], tuple[int, Json]]

    def add_user(
        self, first_name: str, language_code: str = "fr", username: str | None = None, last_name: str | None = None
    ) -> Json:
        """Create a person who has never written to the bot; return their User object."""
        world = self.world
        user_id = world.rng.randrange(10**8, 7 * 10**9)
        named = {k: v for k, v in (("last_name", last_name), ("username", username)) if v}
        user = {"id": user_id, "is_bot": False, "first_name": first_name, **named, "language_code": language_code}
        shape = {"id": user_id, "type": "private", "first_name": first_name, **named}
        world.people[user_id] = Person(user)
        world.chats[user_id] = Chat(shape, world.instance(), "private")
        world.changes.tell("user", user_id=user_id)
        return user

    def set_language(self, user: Ref, language_code: str) -> None:
        """Change the language of a person's app; their updates name it from then on."""
        self.world.person(user).user["language_code"] = language_code

    def say(
        self, user: Ref, text: str, chat: Ref | str | None = None, reply_to: int | None = None,
        photo: bytes | None = None, entities: list[Json] | None = None, anonymous: bool = False,
        thread: int | None = None,
    ) -> Json:  # fmt: skip
        """Write a message: to the bot if no chat is given, as an administrator in a channel. Return the Message.

        `entities`: its formatting, such as bold, italic and links. `anonymous`: as an administrator of a group who
        stays anonymous. `thread`: in this topic of the group. Apps cut a longer text: see `paste`.
        """
        if attachments.units(text) > attachments.LONGEST:
            raise VerbError(f"a message has at most {attachments.LONGEST} units; apps cut what is pasted")
        world, person = self.world, self.world.person(user)
        place = world.chat(person.id if chat is None else chat)
        content: Json = {"text": text}
        if photo is not None:
            content = {"photo": list(world.files.add_photo(photo).sizes)} | ({"caption": text} if text else {})
        if formats := with_automatic(text, entities or []):
            content["entities" if photo is None else "caption_entities"] = formats
        if thread is not None:
            content |= _in_open_topic(place, thread)
        return self._write(person, place, content | _reply(place, reply_to), anonymous=anonymous)

    def paste(self, user: Ref, text: str, chat: Ref | str | None = None) -> list[Json]:
        """Paste a text of any length, which the app cuts into messages. Return the Messages."""
        return [self.say(user, piece, chat=chat) for piece in attachments.cut(text)]

    def send(
        self, user: Ref, kind: str, caption: str = "", chat: Ref | str | None = None, reply_to: int | None = None,
        emoji: str = "", anonymous: bool = False,
    ) -> Json:  # fmt: skip
        """Send something else than text or a photo: voice, document, sticker (with its emoji), location and so on."""
        world, person = self.world, self.world.person(user)
        place = world.chat(person.id if chat is None else chat)
        if kind not in attachments.KINDS or (caption and kind in attachments.WITHOUT_CAPTION):
            raise VerbError(f"no {kind} with a caption" if caption else f"no such kind of message: {kind}")
        content = attachments.content(world.rng, kind, emoji) | ({"caption": caption} if caption else {})
        return self._write(person, place, content | _reply(place, reply_to), anonymous=anonymous)

    def press_start(self, user: Ref, payload: str | None = None) -> Json:
        """Press START (or RESTART, which unblocks), optionally from a deep link with a payload."""
        if payload is not None and not PAYLOAD.fullmatch(payload):
            raise VerbError(f"not a deep link payload: {payload!r}")
        if self.world.person(user).blocked:
            self.unblock(user)
        return self.say(user, f"/start {payload}" if payload else "/start")

    def edit(self, user: Ref, message_id: int, text: str, chat: Ref | str | None = None) -> Json:
        """Edit the person's own text or caption; an anonymous administrator's, as any administrator."""
        world, person = self.world, self.world.person(user)
        place = world.chat(person.id if chat is None else chat)
        before = place.messages.get(message_id)
        own = before and (before.get("from") == person.user or "sender_chat" in before)
        field = next((one for one in ("text", "caption") if before and one in before), None)
        if not before or not own or field is None:
            raise VerbError(f"no own text message {message_id}")
        after = {k: v for k, v in before.items() if k != "entities"} | {field: text, "edit_date": world.now()}
        if entities := with_automatic(text, []):
            after["entities"] = entities
        place.messages[message_id] = after
        world.tell("edited", place, message_id)
        if self._bot_reads(place, after):
            world.updates.push("edited_channel_post" if place.kind == "channel" else "edited_message", after)
        return after

    async def tap(self, user: Ref, chat: Ref | str, message_id: int, button: str, timeout: float = 5) -> Json:
        """Tap a button, found by its text, callback data or URL.

        Return {"kind": "callback", "answered", "text", "show_alert", "url"} once the bot has answered or `timeout`
        seconds have passed, {"kind": "url", "url"}, {"kind": "copy", "text"}, or {"kind": "inline", "query", ...}.
        """
        world, person, place = self.world, self.world.person(user), self.world.chat(chat)
        message = place.messages.get(message_id)
        found = _find_button(message or {}, button)
        if "callback_data" not in found:
            return _opened(found)
        assert message is not None
        query_id, answer = ask(world, "callback", person.id)
        query = {"id": query_id, "from": person.user, "chat_instance": place.instance, "data": found["callback_data"]}
        inline_id = next((i for i, at in world.inline_messages.items() if at == (place.id, message_id)), None)
        query |= {"inline_message_id": inline_id} if inline_id else {"message": message}
        world.updates.push("callback_query", query)
        answered = await _settled(answer, timeout)
        nothing = {"text": None, "show_alert": False, "url": None}
        return {"kind": "callback", "answered": answered, **nothing, **(answer.result() if answered else {})}

    def tap_link(self, user: Ref, url: str) -> Json:
        """Follow a link in the app: deep links into the bot, invite links, shares; other links are returned."""
        parts = urlsplit(url if "://" in url else f"https://{url}")
        path, query = parts.path.strip("/"), {k: v[0] for k, v in parse_qs(parts.query).items()}
        if parts.hostname not in ("t.me", "telegram.me"):
            return {"kind": "url", "url": url}
        if path.lower() == self.world.bot["username"].lower() and not query.keys() & {"startgroup", "startchannel"}:
            return {"kind": "start", "message": self.press_start(user, query.get("start"))}
        if path == "share/url":  # as on an iPhone, where a "+" is no space
            shared = {k: v[0] for k, v in parse_qs(parts.query.replace("+", "%2B")).items()}
            return {"kind": "share", "url": shared.get("url", ""), "text": shared.get("text", "")}
        if path.startswith("+"):
            place = next((c for c in self.world.chats.values() if f"https://t.me/{path}" in c.links), None)
            if place is None:
                raise VerbError(f"nobody knows the invite link {url}")
            return {
                "kind": "join",
                "chat_id": place.id,
                "joined": join_chat(self.world, user, place, f"https://t.me/{path}"),
            }
        return {"kind": "chat", "chat_id": self.world.chat(f"@{path}").id}

    def block(self, user: Ref) -> None:
        self._set_blocked(user, True)

    def unblock(self, user: Ref) -> None:
        self._set_blocked(user, False)

    def _set_blocked(self, user: Ref, blocked: bool) -> None:
        world, person = self.world, self.world.person(user)
        if person.blocked == blocked:
            raise VerbError("blocked already" if blocked else "not blocked")
        person.blocked = blocked
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        chat = world.chats[person.id]
        world.updates.push("my_chat_member", member_change(world, chat, person.user, world.bot, before, after))
        world.tell("blocked" if blocked else "unblocked", chat)

    # --- inline mode ---
    async def inline(
        self, user: Ref, query: str, timeout: float = 5, offset: str = "", chat_type: str = "private"
    ) -> list[Json]:
        """Type @bot and a query; return the bot's results, cached as Telegram does, or [] if it gave no answer."""
        return list((await self.inline_answer(user, query, timeout, offset, chat_type)).get("results", []))

    async def inline_answer(
        self, user: Ref, query: str, timeout: float = 5, offset: str = "", chat_type: str = "private"
    ) -> Json:
        """Return the bot's whole answer: results, button, next_offset, cache_time; {} if there was none."""
        world, person = self.world, self.world.person(user)
        for owner in (person.id, 0):
            cached = self._inline_cache.get((owner, query, offset))
            if cached and cached[0] > world.now():
                return cached[1]
        query_id, answer = ask(world, "inline", person.id)
        update = {"id": query_id, "from": person.user, "query": query, "offset": offset, "chat_type": chat_type}
        world.updates.push("inline_query", update)
        if not await _settled(answer, timeout):
            return {}
        result = answer.result()
        owner = person.id if result.get("is_personal") else 0
        if len(self._inline_cache) > 1000:
            self._inline_cache.clear()
        self._inline_cache[owner, query, offset] = (world.now() + result["cache_time"], result)
        return result

    async def choose_inline(self, user: Ref, query: str, result_id: str, chat: Ref | str) -> Json:
        """Send the result with this id into a chat (a dialog between people too). Return the Message."""
        world, person, place = self.world, self.world.person(user), self.world.chat(chat)
        results = await self.inline(user, query)
        result = next((r for r in results if r["id"] == result_id), None)
        if result is None:
            raise VerbError(f"no result {result_id!r} among {[r['id'] for r in results]}")
        message = self._write(person, place, message_of_result(world, result), via_bot=True)
        chosen = {"from": person.user, "query": query, "result_id": result_id}
        if "reply_markup" in message:
            inline_id = "AQAAA" + world.text(22)
            world.inline_messages[inline_id] = (place.id, message["message_id"])
            if len(world.inline_messages) > 10_000:
                del world.inline_messages[next(iter(world.inline_messages))]
            chosen["inline_message_id"] = inline_id
        world.updates.push("chosen_inline_result", chosen)
        return message

    # --- how a person's message comes to be ---
    def _write(
        self, person: Person, place: Chat, content: Json, via_bot: bool = False, anonymous: bool = False
    ) -> Json:
        world = self.world
        if place.kind == "private":
            if place.id != person.id:
                raise VerbError("this private chat with the bot is another person's")
            if person.blocked:
                raise VerbError("the bot is blocked: unblock it first")
            person.started = person.started or not via_bot
        elif place.members.get(person.id) not in INSIDE:
            raise VerbError("not a member of that chat")
        elif place.kind == "channel" and place.members[person.id] == "member":
            raise VerbError("only administrators post in a channel")
        sender: Json = {"sender_chat": place.shape} if place.kind == "channel" else {"from": person.user}
        if anonymous:
            if place.kind not in GROUPS or place.members.get(person.id) not in ADMINS:
                raise VerbError("only administrators of a group stay anonymous")
            sender = {"from": attachments.ANONYMOUS, "sender_chat": place.shape}
        if via_bot:
            sender["via_bot"] = world.bot
        message = world.keep(place, {**sender, **content})
        if self._bot_reads(place, message):
            world.updates.push("channel_post" if place.kind == "channel" else "message", message)
        return message

    def _bot_reads(self, place: Chat, message: Json) -> bool:
        """Return whether the bot gets this message.

        In privacy mode a bot that is not an administrator of a group gets commands and messages to it only.
        """
        world = self.world
        if place.kind == "dialog":
            return False
        if place.kind == "private" or place.kind == "channel":
            return place.kind == "private" or world.bot_is_admin(place)
        if place.kind in GROUPS and place.members.get(world.bot["id"]) not in INSIDE:
            return False
        text = str(message.get("text", ""))
        to_bot = message.get("reply_to_message", {}).get("from") == world.bot or message.get("via_bot") == world.bot
        named = f"@{world.bot['username']}".lower() in text.lower()
        command = bool(re.match(r"/\w+(?!\S*@)", text))
        return world.bot_is_admin(place) or to_bot or named or command


def _reply(place: Chat, to: int | None) -> Json:
    if to is None:
        return {}
    if to not in place.messages:
        raise VerbError(f"no message {to} to reply to")
    original = place.messages[to]
    return {"reply_to_message": {k: v for k, v in original.items() if k != "reply_to_message"}}


async def _settled(answer: asyncio.Future[Json], seconds: float) -> bool:
    await asyncio.wait({answer}, timeout=seconds)
    return answer.done()


def _in_open_topic(place: Chat, thread: int) -> Json:
    """Return a message's fields about its topic. Apps name the topic's first message as the one replied to."""
    topic = place.topics.get(thread)
    if topic is None or topic.closed:
        raise VerbError(f"no open topic {thread}")
    return {"message_thread_id": thread, "is_topic_message": True, "reply_to_message": place.messages[thread]}


def _find_button(message: Json, wanted: str) -> Json:
    buttons = [b for row in message.get("reply_markup", {}).get("inline_keyboard", []) for b in row]
    for key in ("text", "callback_data", "url"):
        for button in buttons:
            if button.get(key) == wanted:
                return dict(button)
    raise VerbError(f"no button {wanted!r} among {[b['text'] for b in buttons]}")


def _opened(button: Json) -> Json:
    if "url" in button:
        return {"kind": "url", "url": button["url"]}
    if "copy_text" in button:
        return {"kind": "copy", "text": button["copy_text"]["text"]}
    for name in ("switch_inline_query", "switch_inline_query_current_chat"):
        if name in button:
            return {"kind": "inline", "query": button[name]}
    if "switch_inline_query_chosen_chat" in button:
        return {"kind": "inline", "query": "", **button["switch_inline_query_chosen_chat"]}
    return {"kind": "web", "url": (button.get("web_app") or button["login_url"])["url"]}
