"""What people do -> who is talking -> a use case -> the answer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TypeVar
from weakref import WeakValueDictionary

import discord

from bot.domain.people import Contact, Locale
from bot.platforms.discord.answers import Answer
from bot.platforms.discord.contacts import contact_of, with_roles_in
from bot.platforms.discord.forms import Filled
from bot.platforms.discord.platform import DiscordPlatform
from bot.platforms.replies import NoPacing, Pacing, Replies, ReplyBudget
from bot.platforms.router import Router
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.ports import InDoubt, PlatformError, Rejected, RetryLater
from bot.usecases.reply import Reply
from content.cards import Card
from content.catalog import pick_locale

logger = logging.getLogger(__name__)
ReplyT = TypeVar("ReplyT", Reply, Reply | None)

REPLIES_SECONDS = 0.4  # for what waits for its person's budget when we stop; the rest is given up
PATIENCE = 1.5  # seconds: Discord gives three for the first word of an answer

MOST_BYTES = 10 * 2**20  # of a picture

UseCase = Callable[[Contact], Awaitable[Reply]]


class Handlers:
    """Handles what people do, many at once and each person's acts in their order.

    A failure is logged with the id of its interaction or message, and the person reads an apology.
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
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._under_way: set[asyncio.Task[object]] = set()
        self._closing = False

    # --- what people do ---------------------------------------------------------------------------
    async def command(
        self, interaction: discord.Interaction, name: str, argument: str = "", *, public: bool = False
    ) -> None:
        """A slash command. `public`: everybody in the conversation sees the answer."""
        await self._answer(
            Answer(interaction, tapped=False, public=public),
            contact_of(interaction),
            lambda contact: self._router.on_command(self._ctx, contact, name, argument),
            interaction.id,
        )

    async def tap(self, interaction: discord.Interaction, action: str) -> None:
        """A button of ours, however old."""
        await self._answer(
            Answer(interaction, tapped=True),
            contact_of(interaction),
            lambda contact: self._router.on_action(self._ctx, contact, action),
            interaction.id,
        )

    async def form(self, interaction: discord.Interaction, filled: Filled) -> None:
        """A form that was filled in."""
        await self._answer(
            Answer(interaction, tapped=True),
            contact_of(interaction),
            lambda contact: self._router.on_answer(self._ctx, contact, filled.answers, filled.text, filled.open_for),
            interaction.id,
        )

    async def campaigns(self, interaction: discord.Interaction, typed: str) -> list[tuple[str, str]]:
        """What autocompletion offers, as (slug, name); nothing where we fail, since nobody can be told."""
        try:
            return await self._router.campaign_choices(self._ctx, pick_locale(interaction.locale.value), typed)
        except Exception:
            logger.exception("interaction %d: no campaigns to choose from", interaction.id)
            return []

    async def message(self, message: discord.Message) -> None:
        """Words or a picture in a direct message. What people say in servers is theirs, and so is what bots say."""
        says_something = bool(message.content or message.attachments)
        if message.author.bot or not says_something or not isinstance(message.channel, discord.DMChannel):
            return
        person = str(message.author.id)
        with self._counted() as open_for_more:
            if open_for_more:
                async with self._turn(person):
                    await self._answer_words(message, person)

    async def drain(self, seconds: float) -> None:
        """Take nothing more in and finish what is under way, for at most so long."""
        self._closing = True
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=seconds)
            for task in late:
                task.cancel()
        await self._replies.stop(REPLIES_SECONDS)

    # --- what goes back ---------------------------------------------------------------------------
    async def _answer(self, answer: Answer, contact: Contact, work: UseCase, reference: int) -> None:
        """Ask the use case, and answer as soon as it does; where it takes its time, say so first."""
        with self._counted() as open_for_more:
            if not open_for_more:
                return
            asked = asyncio.Event()
            watching = asyncio.create_task(self._put_off_unless(asked, answer, reference))
            try:
                async with self._turn(contact.external_id):
                    contact = await self._with_roles(contact)
                    reply = await self._ask(contact, lambda: work(contact), reference)
                    asked.set()
                    await watching
                    if await self._show(answer, contact, reply, reference):
                        await self._afterwards(answer, contact, reply, reference)
            finally:
                watching.cancel()

    async def _put_off_unless(self, asked: asyncio.Event, answer: Answer, reference: int) -> None:
        """Say that the person was heard when the use case has not answered in time."""
        try:
            async with asyncio.timeout(self._patience):
                await asked.wait()
            return
        except TimeoutError:
            pass
        try:
            await answer.defer()
        except PlatformError as error:
            logger.warning("interaction %d could not be put off: %s", reference, error)

    async def _with_roles(self, contact: Contact) -> Contact:
        """In private, the roles that make somebody staff are not told: look them up for those who had one."""
        if contact.guild is not None:
            return contact
        try:
            guilds = await self._router.role_guilds(self._ctx, contact.external_id)
        except Exception:
            logger.exception("nobody knows whose roles matter")
            return contact
        return await with_roles_in(self._platform.client, contact, guilds) if guilds else contact

    async def _ask(self, contact: Contact, work: Callable[[], Awaitable[ReplyT]], reference: int) -> ReplyT | Reply:
        """The use case's answer, or an apology where it fails."""
        try:
            return await work()
        except Exception:
            logger.exception("a use case failed for %d", reference)
            return self._router.went_wrong(self._ctx, contact)

    def _turn(self, external_id: str) -> asyncio.Lock:
        """A person's acts wait for each other; the lock lives while somebody holds it or waits."""
        return self._turns.setdefault(external_id, asyncio.Lock())

    async def _show(self, answer: Answer, contact: Contact, reply: Reply, reference: int) -> bool:
        """Whether the person got the answer. A card that Discord refuses becomes an apology."""
        try:
            await answer.show(reply)
            return True
        except (Rejected, ValueError):
            logger.exception("an answer to %d was refused", reference)
        except PlatformError as error:
            logger.warning("an answer to %d was lost: %s", reference, error)
            return False
        try:
            await answer.show(self._router.went_wrong(self._ctx, contact))
        except PlatformError as error:
            logger.warning("nothing could be said to %d: %s", reference, error)
        return False

    async def _afterwards(self, answer: Answer, contact: Contact, reply: Reply, reference: int) -> None:
        """Keep what a thank-you may replace, and show what waited for this person."""
        try:
            for card in reply.more:
                await answer.more(card)
            if reply.awaits_gift and reply.campaign_id is not None:
                await self._router.keep_private_answer(self._ctx, contact, reply.campaign_id, answer.private_answer)
            for delivery_id, card in reply.also:
                await answer.more(card)
                await self._router.shown(self._ctx, [delivery_id])
        except Exception:
            logger.exception("the answer to %d was shown, but not all that follows it", reference)

    async def _answer_words(self, message: discord.Message, person: str) -> None:
        locale, name = await self._locale(person), message.author.display_name
        contact = Contact(platform="discord", external_id=person, locale=locale, private=True, name=name)
        contact = await self._with_roles(contact)
        reply = await self._ask(contact, lambda: self._heard(contact, message), message.id)
        if reply is not None:
            write = partial(self._write, message, contact, reply)
            await self._replies.give(person, write)

    async def _heard(self, contact: Contact, message: discord.Message) -> Reply | None:
        """A picture that staff were asked for, an answer to a message of ours, or words."""
        picture = next((a for a in message.attachments if (a.content_type or "").startswith("image/")), None)
        if picture is not None and await self._router.awaits_picture(self._ctx, contact):
            image = await picture.read() if picture.size <= MOST_BYTES else None
            return await self._router.on_picture(self._ctx, contact, image)
        if not message.content:
            return None
        if (to := self._ours(message)) is not None:
            here = replace(contact, place=str(message.channel.id))
            reply = await self._router.on_reply(self._ctx, here, to, message.content)
            if reply is not None:
                return reply
        return await self._router.on_text(self._ctx, contact, message.content)

    def _ours(self, message: discord.Message) -> str | None:
        """The id of the message of ours to which this one replies."""
        to, own = message.reference, self._platform.client.user
        if to is None or not isinstance(to.resolved, discord.Message) or own is None:
            return None
        return str(to.message_id) if to.resolved.author.id == own.id else None

    async def _write(self, message: discord.Message, contact: Contact, reply: Reply) -> None:
        """Answer a direct message, card by card; a form needs nothing here, since the next text answers it."""
        for number, card in enumerate((reply.card, *reply.more)):
            await self._write_one(message, contact, card, str(message.id + number))

    async def _write_one(self, message: discord.Message, contact: Contact, card: Card, nonce: str) -> None:
        """One message; once more where it may be lost, which the nonce makes harmless."""
        place, reference = str(message.channel.id), message.id
        for last_try in (False, True):
            try:
                await self._platform.post(place, card, nonce=nonce)
                return
            except InDoubt as error:
                if last_try:
                    logger.warning("an answer to %d was lost: %s", reference, error)
            except Rejected:
                logger.exception("an answer to %d was refused", reference)
                card = self._router.went_wrong(self._ctx, contact).card
            except PlatformError as error:
                if isinstance(error, RetryLater):
                    self._pacing.on_retry_later(contact.external_id, error)
                logger.warning("an answer to %d was dropped: %s", reference, error)
                return

    async def _locale(self, external_id: str) -> Locale:
        """A direct message names no language: the one this person was last met in, else French."""
        try:
            async with self._ctx.db.read() as conn:
                known = await supporters.find(conn, "discord", external_id)
        except Exception:
            logger.exception("nobody knows the language of a message")
            known = None
        return pick_locale(None) if known is None else known.locale

    @contextmanager
    def _counted(self) -> Iterator[bool]:
        """Count this task as under way; False where we are closing and should take nothing in."""
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            yield not self._closing
        finally:
            self._under_way.discard(task)
