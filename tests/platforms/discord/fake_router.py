"""A router whose replies show which function was called, and how."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.people import Contact, Locale
from bot.usecases.context import Context
from bot.usecases.ports import FetchPicture, MessageRef, PrivateReply
from bot.usecases.reply import AwaitedGift, Form, OfferedCopy, Reply
from content.cards import Button, Card

PAY = (Button(label="5 $", url="https://pay.example/5"), Button(label="10 $", url="https://pay.example/10"))
TAPS = (
    Button(label="Edit", action="edit:1", style="primary"),
    Button(label="New", action="new:1"),
    Button(label="Fail", action="fail:1", style="danger"),
)
CAMPAIGNS = [("repas", "Repas chauds"), ("hiver", "Un hiver au chaud")]


class FakeRouter:
    """Stands for the module bot.usecases.router. `slow` holds every answer back for so many seconds."""

    def __init__(self) -> None:
        self.contacts: list[Contact] = []
        self.kept: list[tuple[AwaitedGift, PrivateReply]] = []
        self.shown_ids: list[int] = []
        self.card: Card | None = None  # what is answered instead
        self.also: tuple[tuple[int, Card], ...] = ()
        self.awaits_gift = False
        self.awaits = self.hears_replies = False
        self.form: Form | None = None
        self.open_for = timedelta()  # how long the window of the last form was open
        self.previews: tuple[Card, ...] = ()
        self.more: tuple[Card, ...] = ()
        self.copy: OfferedCopy | None = None
        self.delivered: list[MessageRef | None] = []  # copies
        self.guilds: tuple[str, ...] = ()
        self.slow = 0.0
        self.asked = asyncio.Event()

    async def on_command(self, ctx: Context, contact: Contact, name: str, argument: str, /) -> Reply:
        if argument == "break":
            raise RuntimeError("the use case broke")
        return await self._reply(ctx, contact, f"command {name} [{argument}]")

    async def on_action(self, ctx: Context, contact: Contact, data: str, /) -> Reply:
        if data.startswith("fail"):
            raise RuntimeError("the use case broke")
        reply = await self._reply(ctx, contact, f"action {data}")
        return replace(reply, mode="edit") if data.startswith("edit") else reply

    async def on_text(
        self, ctx: Context, contact: Contact, text: str, marked: str | None, replied_to: MessageRef | None, /
    ) -> Reply:
        if replied_to is not None and self.hears_replies:
            here = replace(contact, place=replied_to.chat_id)
            return await self._reply(ctx, here, f"reply to {replied_to.message_id}: {text}")
        return await self._reply(ctx, contact, f"text {text}")

    async def on_answer(self, ctx: Context, contact: Contact, what: str, text: str, open_for: timedelta, /) -> Reply:
        self.open_for = open_for
        return replace(await self._reply(ctx, contact, f"answer to {what}: {text}"), mode="edit")

    async def on_edited(self, ctx: Context, contact: Contact, text: str, /) -> Reply | None:
        return await self._reply(ctx, contact, f"edited {text}")

    async def on_attachment(self, ctx: Context, contact: Contact, emoji: str, /) -> Reply:
        return await self._reply(ctx, contact, f"attachment {emoji}".strip())

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
        return await self._reply(ctx, contact, f"picture {'too large' if image is None else len(image)}")

    async def on_reply(self, ctx: Context, contact: Contact, to: MessageRef, text: str | None, /) -> Reply | None:
        if not self.hears_replies:
            return None
        return await self._reply(ctx, contact, f"reply to {to.message_id}: {text}")

    async def campaign_choices(self, ctx: Context, locale: Locale, typed: str, /) -> list[tuple[str, str]]:
        return [(slug, f"{name} ({locale})") for slug, name in CAMPAIGNS if typed in name.lower()]

    async def keep_private_reply(self, ctx: Context, gift: AwaitedGift, reply: PrivateReply, /) -> None:
        self.kept.append((gift, reply))

    async def shown(self, ctx: Context, delivery_ids: Sequence[int], /) -> None:
        self.shown_ids += delivery_ids

    async def copy_delivered(
        self, ctx: Context, contact: Contact, copy: OfferedCopy, file: MessageRef | None, /
    ) -> None:
        self.delivered.append(file)

    async def copy_not_delivered(self, ctx: Context, contact: Contact, copy: OfferedCopy, /) -> Card:
        return Card(title="not delivered")

    def went_wrong(self, ctx: Context, contact: Contact, /) -> Reply:
        return Reply(card=Card(title="sorry" if contact.locale == "en" else "désolé"))

    async def _with_roles(self, ctx: Context, contact: Contact) -> Contact:
        """Request the roles of a person who was staff by one, like the router in private."""
        for guild in self.guilds if contact.guild is None else ():
            held = await ctx.roles["discord"].roles_in(guild, contact.external_id)
            return contact if held is None else replace(contact, guild=guild, roles=tuple(held))
        return contact

    async def _reply(self, ctx: Context, contact: Contact, said: str) -> Reply:
        self.contacts.append(await self._with_roles(ctx, contact))
        self.asked.set()
        await asyncio.sleep(self.slow)
        card = Card(title=said, lines=(f"{contact.locale} {'private' if contact.private else 'public'}",))
        card = self.card or replace(card, rows=(PAY, TAPS))
        gift = AwaitedGift(int(contact.external_id), 7) if self.awaits_gift else None
        return Reply(
            card=card,
            awaited_gift=gift,
            also=self.also,
            form=self.form,
            previews=self.previews,
            more=self.more,
            copy=self.copy,
        )
