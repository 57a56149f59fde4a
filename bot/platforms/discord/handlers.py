"""What people do -> who is talking -> a use case -> the answer."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TypeVar
from weakref import WeakValueDictionary

import discord

from bot.domain.people import Contact
from bot.platforms.discord.answers import Answer
from bot.platforms.discord.contacts import contact_of, contact_of_message
from bot.platforms.discord.forms import Filled
from bot.platforms.discord.platform import DiscordPlatform
from bot.platforms.replies import NoPacing, Pacing, Replies, ReplyBudget
from bot.platforms.router import Router
from bot.store.supporters import supporters
from bot.tracing import traced
from bot.usecases.context import Context
from bot.usecases.ports import InDoubt, MessageRef, PlatformError, Rejected, RetryLater
from bot.usecases.reply import OfferedCopy, Reply
from content.cards import Card
from content.catalog import pick_locale

logger = logging.getLogger(__name__)
ReplyT = TypeVar("ReplyT", Reply, Reply | None)

REPLIES_SECONDS = 0.4  # for replies that wait for a budget at shutdown; the rest is dropped
PATIENCE = 1.5  # seconds; Discord allows three until the first response

MOST_BYTES = 10 * 2**20  # of a picture

UseCase = Callable[[Contact], Awaitable[Reply]]
MessageHandler = Callable[[Contact, discord.Message], Awaitable[Reply | None]]


class Handlers:
    """Handles people's actions: many people at once, each person's in order.

    A failure is logged with the ID of its interaction or message, and the person gets an apology.
    """

    def __init__(
        self,
        ctx: Context,
        router: Router,
        platform: DiscordPlatform,
        *,
        patience: float = PATIENCE,
        budget: ReplyBudget | None = None,
        pacing: Pacing | None = None,
    ) -> None:
        self._ctx = ctx
        self._router = router
        self._platform = platform
        self._patience = patience
        self._replies = Replies(budget)
        self._pacing = pacing or NoPacing()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._running: set[asyncio.Task[object]] = set()
        self._closing = False

    # --- incoming ---------------------------------------------------------------------------------
    async def command(
        self, interaction: discord.Interaction, name: str, argument: str = "", *, public: bool = False
    ) -> None:
        """Handle a slash command. `public`: everyone in the conversation sees the answer."""
        await self._answer(
            Answer(interaction, tapped=False, public=public),
            contact_of(interaction),
            lambda contact: self._router.on_command(self._ctx, contact, name, argument),
            interaction.id,
        )

    async def tap(self, interaction: discord.Interaction, action: str) -> None:
        """Handle a tap on our button, however old."""
        await self._answer(
            Answer(interaction, tapped=True),
            contact_of(interaction),
            lambda contact: self._router.on_action(self._ctx, contact, action),
            interaction.id,
        )

    async def form(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Handle a submitted form."""
        await self._answer(
            Answer(interaction, tapped=True),
            contact_of(interaction),
            lambda contact: self._router.on_answer(self._ctx, contact, filled.answers, filled.text, filled.open_for),
            interaction.id,
        )

    async def campaigns(self, interaction: discord.Interaction, typed: str) -> list[tuple[str, str]]:
        """Return the autocompletion choices as (slug, name); none on failure, which Discord cannot show."""
        try:
            return await self._router.campaign_choices(self._ctx, pick_locale(interaction.locale.value), typed)
        except Exception as error:
            self.report(error, interaction.id)
            return []

    async def message(self, message: discord.Message) -> None:
        """Handle a direct message, or a reply to the bot in a server. Bots and Discord's own reports are ignored."""
        if message.author.bot or message.is_system():
            return
        if isinstance(message.channel, discord.DMChannel):
            await self._in_order(message, self._reply_to)
        elif self._own_message(message) is not None:
            await self._in_order(message, self._reply_in_server)

    async def edited(self, message: discord.Message) -> None:
        """Handle a changed text of such a message; Discord reports added previews as edits too."""
        is_read = isinstance(message.channel, discord.DMChannel) or self._own_message(message) is not None
        if is_read and not message.author.bot and message.edited_at is not None and message.content:
            await self._in_order(message, self._reply_to_edit)

    async def _in_order(self, message: discord.Message, use_case: MessageHandler) -> None:
        person = str(message.author.id)
        with self._tracked() as open_for_more:
            if open_for_more:
                async with self._lock_of(person):
                    await self._answer_text(message, person, use_case)

    async def drain(self, seconds: float) -> None:
        """Accept nothing new, and finish running actions within `seconds`."""
        self._closing = True
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
        await self._replies.stop(REPLIES_SECONDS)

    # --- outgoing ---------------------------------------------------------------------------------
    async def _answer(self, answer: Answer, contact: Contact, use_case: UseCase, reference: int) -> None:
        """Run the use case and show its reply; defer first if it takes too long."""
        with traced(), self._tracked() as open_for_more:
            if not open_for_more:
                return
            asked = asyncio.Event()
            watching = asyncio.create_task(self._defer_unless(asked, answer, reference))
            try:
                async with self._lock_of(contact.external_id):
                    reply = (await self._ask(contact, lambda: use_case(contact), reference)).in_order()
                    asked.set()
                    await watching
                    if await self._show(answer, contact, reply, reference):
                        await self._follow_up(answer, contact, reply, reference)
            finally:
                watching.cancel()

    async def _defer_unless(self, asked: asyncio.Event, answer: Answer, reference: int) -> None:
        """Defer the answer if the use case has not replied in time."""
        try:
            async with asyncio.timeout(self._patience):
                await asked.wait()
            return
        except TimeoutError:
            pass
        try:
            await answer.defer()
        except PlatformError as error:
            logger.warning("interaction %d could not be deferred: %s", reference, error)

    async def _ask(self, contact: Contact, use_case: Callable[[], Awaitable[ReplyT]], reference: int) -> ReplyT | Reply:
        """Return the use case's reply, or an apology if it fails."""
        try:
            with self._ctx.meters.answer.labels("discord").time():
                return await use_case()
        except Exception as error:
            self.report(error, reference)
            return self._router.went_wrong(self._ctx, await self._with_locale(contact))

    def report(self, error: Exception, reference: int) -> None:
        """Report an error. `reference`: the id of the interaction or message that met it."""
        self._ctx.failures.report(error, "answers on discord", str(reference))

    def _lock_of(self, external_id: str) -> asyncio.Lock:
        """Return the lock that orders one person's actions. It exists while held or waited for."""
        return self._locks.setdefault(external_id, asyncio.Lock())

    async def _show(self, answer: Answer, contact: Contact, reply: Reply, reference: int) -> bool:
        """Show the answer, or an apology if Discord refuses it. Return whether the person got the answer."""
        try:
            await answer.show(reply)
            return True
        except (Rejected, ValueError) as error:
            self.report(error, reference)
        except PlatformError as error:
            logger.warning("an answer to %d was lost: %s", reference, error)
            return False
        try:
            await answer.show(self._router.went_wrong(self._ctx, contact))
        except PlatformError as error:
            logger.warning("an apology to %d was lost: %s", reference, error)
        return False

    async def _follow_up(self, answer: Answer, contact: Contact, reply: Reply, reference: int) -> None:
        """Send further cards, store the reply that a thank-you may replace, and show parked messages."""
        try:
            if reply.copy is not None:
                await self._send_copy(answer, contact, reply.copy, reply.more)
                return
            for card in reply.more:
                await answer.follow_up(card)
            if reply.awaited_gift is not None:
                await self._router.keep_private_reply(self._ctx, reply.awaited_gift, answer.private_reply)
            for delivery_id, card in reply.also:
                await answer.follow_up(card)
                await self._router.shown(self._ctx, [delivery_id])
        except Exception as error:  # the answer itself was shown
            self.report(error, reference)

    async def _send_copy(self, answer: Answer, contact: Contact, copy: OfferedCopy, more: Sequence[Card]) -> None:
        """Send a copy of the person's data after the answer, say that it was delivered, or apologize."""
        sent = None
        try:
            for card in more:
                sent = await answer.follow_up(card)
        except (PlatformError, ValueError) as error:
            logger.warning("a copy of a person's data was not delivered: %s", type(error).__name__)
            await answer.follow_up(await self._router.copy_not_delivered(self._ctx, contact, copy))
            return
        await self._router.copy_delivered(self._ctx, contact, copy, sent)

    async def _answer_text(self, message: discord.Message, person: str, use_case: MessageHandler) -> None:
        contact = contact_of_message(message)
        with traced():
            reply = await self._ask(contact, lambda: use_case(contact, message), message.id)
            if reply is not None:
                write = partial(self._write, message, contact, reply)
                await self._replies.send_reply(person, write)

    async def _reply_to(self, contact: Contact, message: discord.Message) -> Reply:
        """Return the reply to a picture, a text, or what is neither."""
        replied_to = self._own_message(message)
        picture = next((a for a in message.attachments if (a.content_type or "").startswith("image/")), None)
        if picture is not None:
            fetch = partial(_fetch, picture)
            return await self._router.on_picture(self._ctx, contact, fetch, message.content, None, replied_to)
        if not message.content:
            return await self._router.on_attachment(self._ctx, contact, "")
        return await self._router.on_text(self._ctx, contact, message.content, None, replied_to)

    async def _reply_in_server(self, contact: Contact, message: discord.Message) -> Reply | None:
        """Return the reply to a member of staff who replies to one of our messages in a server, if it awaits one."""
        to, own = self._own_message(message), self._platform.client.user
        assert to is not None and own is not None
        is_shown = any(user.id == own.id for user in message.mentions)  # otherwise Discord withholds the text
        return await self._router.on_reply(self._ctx, contact, to, self._text(message) if is_shown else None)

    async def _reply_to_edit(self, contact: Contact, message: discord.Message) -> Reply | None:
        return await self._router.on_edited(self._ctx, contact, self._text(message))

    def _text(self, message: discord.Message) -> str:
        """Return what was written, without a mention of the bot, which is for the bot alone."""
        own = self._platform.client.user
        return message.content if own is None else re.sub(rf"<@!?{own.id}>\s*", "", message.content)

    def _own_message(self, message: discord.Message) -> MessageRef | None:
        """Return the message of ours to which this one replies, or None."""
        to, own = message.reference, self._platform.client.user
        if to is None or not isinstance(to.resolved, discord.Message) or own is None:
            return None
        ref = MessageRef(chat_id=str(message.channel.id), message_id=str(to.message_id))
        return ref if to.resolved.author.id == own.id else None

    async def _write(self, message: discord.Message, contact: Contact, reply: Reply) -> None:
        """Answer a message card by card where it was written. No window is needed: the next text answers a form."""
        # An edit gets a new message: with the nonce of the first answer, Discord would drop it as a repeat.
        edit = 0 if message.edited_at is None else int(message.edited_at.timestamp() * 1000)
        for number, card in enumerate(reply.cards):
            await self._write_card(message, contact, card, str(message.id + number + edit))

    async def _write_card(self, message: discord.Message, contact: Contact, card: Card, nonce: str) -> None:
        """Send one card; again if it may be lost, which the nonce makes harmless."""
        place, reference = str(message.channel.id), message.id
        for last_try in (False, True):
            try:
                await self._platform.post(place, card, nonce=nonce)
                return
            except InDoubt as error:
                if last_try:
                    logger.warning("an answer to %d was lost: %s", reference, error)
            except Rejected as error:
                self.report(error, reference)
                card = self._router.went_wrong(self._ctx, await self._with_locale(contact)).card
            except PlatformError as error:
                if isinstance(error, RetryLater):
                    self._pacing.on_retry_later(contact.external_id, error)
                logger.warning("an answer to %d was dropped: %s", reference, error)
                return

    async def _with_locale(self, contact: Contact) -> Contact:
        """Before an apology: direct messages carry no language, so use the known one, else French."""
        if contact.names_locale:
            return contact
        try:
            async with self._ctx.db.read() as conn:
                known = await supporters.find(conn, "discord", contact.external_id)
        except Exception as error:
            self._ctx.failures.log(error, "looking up a language")
            return contact
        return contact if known is None else replace(contact, locale=known.locale)

    @contextmanager
    def _tracked(self) -> Iterator[bool]:
        """Track this task as running. Yield False if we are closing and should accept nothing."""
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            yield not self._closing
        finally:
            self._running.discard(task)


async def _fetch(picture: discord.Attachment) -> bytes | None:
    """Return a picture's bytes, or None if it is larger than 10 MB. Raises DiscordException."""
    return await picture.read() if picture.size <= MOST_BYTES else None
