"""Observing the fake: messages as a person sees them, waiting for one, pictures, the whole state."""

# ruff: noqa: ASYNC109 - a timeout here is how long a person waits, not a cancellation

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from bot.sandbox.kit import Json
from bot.sandbox.telegram.entities import to_html
from bot.sandbox.telegram.errors import VerbError
from bot.sandbox.telegram.sent import Sent
from bot.sandbox.telegram.state import Chat, Ref, World

SERVICE = ("new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id")


class WatchingVerbs:
    world: World

    @property
    def sent(self) -> Sent:
        """Return counters and the bot's last calls, with monotonic times."""
        return self.world.sent

    @property
    def bot(self) -> Json:
        return self.world.bot

    def view(self, chat: Ref | str) -> list[Json]:
        """Return the messages of a chat, or of a user's private chat with the bot, as people see them, oldest first."""
        place = self.world.chat(chat)
        return [seen(self.world, place, message) for message in place.messages.values()]

    async def wait_message(
        self, chat: Ref | str, *, contains: str | None = None, after: int = 0, timeout: float = 5
    ) -> Json:
        """Wait for the bot's first message (sent or edited) with an id above `after` that contains a text.

        Raises VerbError after `timeout` seconds.
        """
        place, queue = self.world.chat(chat), self.world.changes.subscribe()
        try:
            async with asyncio.timeout(timeout):
                while True:
                    for message_id in [i for i in place.messages if i > after]:
                        found = seen(self.world, place, place.messages[message_id])
                        if found["from_bot"] and (contains is None or contains in (found["text"] or "")):
                            return found
                    await queue.get()
        except TimeoutError:
            texts = [message["text"] for message in self.view(chat)][-3:]
            raise VerbError(
                f"no message with {contains!r} after {after} in {timeout} s; the last are {texts}"
            ) from None
        finally:
            self.world.changes.unsubscribe(queue)

    def photo(self, file_id: str) -> bytes:
        """Return the bytes of a picture. Raises VerbError if it is unknown or forgotten."""
        try:
            return self.world.files.photo(file_id).content
        except Exception as error:
            raise VerbError(str(error)) from error

    def document(self, file_id: str) -> bytes:
        """Return the bytes of a document. Raises VerbError if it is unknown or forgotten."""
        content = self.world.files.document(file_id)
        if content is None:
            raise VerbError(f"no such document: {file_id}")
        return content

    def subscribe(self) -> asyncio.Queue[Json]:
        """Return a queue of small dicts: {"what": "message", "chat_id": ..., "message_id": ...} and the like."""
        return self.world.changes.subscribe()

    def changes(self) -> AsyncIterator[Json]:
        return self.world.changes.follow()

    def state(self) -> Json:
        world = self.world
        return {
            "bot": world.bot,
            "users": [p.user | {"started": p.started, "blocked": p.blocked} for p in world.people.values()],
            "chats": [_summary(world, chat) for chat in world.chats.values()],
            "webhook": world.updates.info(),
            "profile": world.profile,
            "sent": world.sent.summary(),
            "actions": [{"chat_id": chat_id, "action": action} for chat_id, action in world.actions],
        }


def _summary(world: World, chat: Chat) -> Json:
    links = [link.shape | {"joined": link.joined} for link in chat.links.values()]
    return {**chat.shape, "kind": chat.kind, "members": chat.members, "pinned": chat.pinned, "links": links,
            "reply_keyboard": chat.reply_keyboard, "last_message_id": chat.last_id,
            "messages": [seen(world, chat, message) for message in list(chat.messages.values())[-50:]]}  # fmt: skip


def seen(world: World, chat: Chat, message: Json) -> Json:
    """Return a message as a person sees it. `text` is the text or caption, `photo` the largest file id."""
    sender = message.get("from") or message.get("sender_chat") or {}
    text: str | None = message.get("text", message.get("caption"))
    entities: list[Json] = message.get("entities") or message.get("caption_entities") or []
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {
        "id": message["message_id"],
        "chat_id": chat.id,
        "sender": sender.get("first_name") or sender.get("title"),
        "sender_id": sender.get("id"),
        "from_bot": sender == world.bot or message["message_id"] in chat.own_posts,
        "via_bot": "via_bot" in message,
        "text": text,
        "entities": entities,
        "html": to_html(text, entities) if text else "",
        "photo": message["photo"][-1]["file_id"] if message.get("photo") else None,
        "document": message.get("document"),
        "buttons": [[_button(button) for button in row] for row in rows],
        "thread": message.get("message_thread_id"),
        "reply_to": message.get("reply_to_message", {}).get("message_id"),
        "service": next((name for name in SERVICE if name in message), None),
        "edited": "edit_date" in message,
        "pinned": message["message_id"] in chat.pinned,
        "date": message["date"],
    }


def _button(button: Json) -> Json:
    kind = next(key for key in button if key not in ("text", "style", "icon_custom_emoji_id"))
    return {"text": button["text"], "kind": kind, "value": button[kind], "style": button.get("style")}
