"""A router whose replies show which function was called, and how."""

import asyncio
from dataclasses import replace

from bot.domain.people import Contact, PlatformName
from bot.usecases.context import Context
from bot.usecases.ports import FetchPicture, MessageRef
from bot.usecases.reply import OfferedCopy, Reply
from content.cards import Button, Card

EDIT = (Button(label="Edit", action="edit:1"),)
NEW = (Button(label="New", action="new:1"),)
FAIL = (Button(label="Fail", action="fail:1"),)


class FakeRouter:
    """Stands for the module bot.usecases.router."""

    def __init__(self) -> None:
        self.contacts: list[Contact] = []
        self.reachable: list[tuple[str, bool]] = []
        self.reached = asyncio.Event()
        self.card: Card | None = None  # what is answered instead
        self.texts: list[str] = []
        self.commands: list[str] = []
        self.awaits = self.hears_replies = self.hears_places = False
        self.replies = 0  # to messages of ours, heard or not
        self.places: list[tuple[str, str, bool]] = []
        self.heard_move = asyncio.Event()
        self.moved: list[tuple[str, str]] = []

    async def on_start(self, ctx: Context, contact: Contact, payload: str, /) -> Reply:
        return self._reply(contact, f"start [{payload}]")

    async def on_command(self, ctx: Context, contact: Contact, name: str, argument: str, /) -> Reply:
        self.commands.append(name)
        return self._reply(contact, f"command {name} [{argument}]")

    async def on_action(self, ctx: Context, contact: Contact, data: str, /) -> Reply:
        if data.startswith("fail"):
            raise RuntimeError("the use case broke")
        reply = self._reply(contact, f"action {data}")
        return Reply(card=reply.card, mode="edit" if data.startswith("edit") else "new")

    async def on_text(
        self, ctx: Context, contact: Contact, text: str, marked: str | None, replied_to: MessageRef | None, /
    ) -> Reply:
        reply = None if replied_to is None else await self.on_reply(ctx, contact, replied_to, text)
        if reply is not None:
            return reply
        self.texts.append(text if marked is None else marked)
        if text == "previews":
            return replace(self._reply(contact, "text previews"), previews=(Card(title="first"), Card(title="second")))
        if text == "more":
            return replace(self._reply(contact, "text more"), more=(Card(title="second"), Card(title="third")))
        return self._reply(contact, f"text {text if marked is None else marked}")

    async def on_edited(self, ctx: Context, contact: Contact, text: str, /) -> Reply | None:
        return self._reply(contact, f"edited {text}")

    async def on_attachment(self, ctx: Context, contact: Contact, emoji: str, /) -> Reply:
        return self._reply(contact, f"attachment {emoji}".strip())

    async def on_picture(
        self,
        ctx: Context,
        contact: Contact,
        fetch: FetchPicture,
        caption: str,
        marked: str | None,
        replied_to: MessageRef | None,
        /,
    ) -> Reply:
        if not self.awaits:
            if not caption:
                return await self.on_attachment(ctx, contact, "")
            return await self.on_text(ctx, contact, caption, marked, replied_to)
        image = await fetch()
        return self._reply(contact, f"picture {'too large' if image is None else len(image)}")

    async def on_reply(self, ctx: Context, contact: Contact, to: MessageRef, text: str, /) -> Reply | None:
        self.replies += 1
        here = replace(contact, place=to.chat_id)
        return self._reply(here, f"reply to {to.message_id}: {text}") if self.hears_replies else None

    async def on_place(
        self, ctx: Context, contact: Contact, chat_id: str, title: str, may_post: bool, /
    ) -> Reply | None:
        self.places.append((chat_id, title, may_post))
        return self._reply(contact, f"place {title} {may_post}") if self.hears_places else None

    async def on_moved(self, ctx: Context, platform: PlatformName, old_chat: str, new_chat: str, /) -> None:
        self.moved.append((old_chat, new_chat))
        self.heard_move.set()

    async def set_reachable(self, ctx: Context, platform: PlatformName, external_id: str, reachable: bool, /) -> None:
        self.reachable.append((external_id, reachable))
        self.reached.set()

    async def copy_delivered(self, ctx: Context, contact: Contact, copy: OfferedCopy, file: MessageRef | None) -> None:
        raise AssertionError("no copy was offered")

    async def copy_not_delivered(self, ctx: Context, contact: Contact, copy: OfferedCopy) -> Card:
        raise AssertionError("no copy was offered")

    def went_wrong(self, ctx: Context, contact: Contact, /) -> Reply:
        return Reply(card=Card(title="sorry"))

    def _reply(self, contact: Contact, said: str) -> Reply:
        self.contacts.append(contact)
        where = "private" if contact.private else "group"
        card = Card(title=said, lines=(f"{contact.locale} {where}",), rows=(EDIT, NEW, FAIL))
        return Reply(card=self.card or card)
