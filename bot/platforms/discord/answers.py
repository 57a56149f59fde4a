"""One interaction and its answer: at once or, where that takes longer, after saying that it was heard."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import discord

from bot.platforms.discord.errors import ALREADY_ANSWERED, translated
from bot.platforms.discord.forms import window
from bot.platforms.discord.platform import private_token
from bot.platforms.discord.render import render
from bot.usecases.ports import InDoubt, PrivateReply
from bot.usecases.reply import Reply
from content.cards import Card

TOKEN_LIVES = timedelta(minutes=15)
MAX_SECONDS = 20.0  # for one call; discord.py repeats a 5xx by itself


class Answer:
    """Answers one interaction. In a server, and wherever others read along, only the person sees it.

    `public`: everybody in the conversation sees the answer, though nothing that follows it. `tapped`: it is a button of
    ours. On a private message the answer may take that message's place; a shared card
    is never touched. Every method raises the errors of the Platform port, or ValueError for an impossible card.
    """

    def __init__(self, interaction: discord.Interaction, *, tapped: bool, public: bool = False) -> None:
        self._interaction = interaction
        self._alone = not interaction.context.dm_channel
        self._ephemeral = self._alone and not public
        message = interaction.message if tapped else None
        self._may_replace = message is not None and (message.flags.ephemeral or interaction.context.dm_channel)
        self._deferred = False
        self._shown_in: int | None = None  # set where the answer is not the interaction's original response

    async def defer(self) -> None:
        """Say that it was heard, which buys 15 minutes."""
        # On a private message nothing is announced: whether it will be replaced is not known yet.
        thinking = not self._may_replace
        await self._first(lambda: self._interaction.response.defer(ephemeral=self._ephemeral, thinking=thinking))
        self._deferred = True

    async def show(self, reply: Reply) -> None:
        """Give the answer: a form opens its window where it still can, else the card asks."""
        if reply.form is not None and self._may_ask:
            form, opened_at = reply.form, self._interaction.created_at
            await self._first(lambda: self._interaction.response.send_modal(window(form, opened_at)))
            return
        replaces = reply.mode == "edit" and self._may_replace
        if reply.alone:  # too late after a defer for all to see: it decides for the answer
            self._ephemeral = self._alone
        if not self._deferred:
            await self._first(lambda: self._respond(reply.card, replaces))
            return
        try:
            await self._show_deferred(reply.card, replaces)
        except InDoubt:  # somebody waits, and twice beats never
            await self._show_deferred(reply.card, replaces)

    async def more(self, card: Card) -> None:
        """A further message after the answer, for this person alone."""
        async with translated(MAX_SECONDS):
            await self._interaction.followup.send(ephemeral=self._alone, **render(card).fresh())

    @property
    def _may_ask(self) -> bool:
        """A window opens only as the first word of an answer, and not in answer to another window."""
        return not self._deferred and self._interaction.type is not discord.InteractionType.modal_submit

    @property
    def private_answer(self) -> PrivateReply:
        """By what the answer can still be replaced for a while."""
        return PrivateReply(
            token=private_token(self._interaction.token, self._shown_in),
            expires_at=self._interaction.created_at + TOKEN_LIVES,
        )

    async def _first(self, say: Callable[[], Awaitable[object]]) -> None:
        """Say the first word; once more where that may have been lost, which Discord refuses if it was not."""
        try:
            async with translated(MAX_SECONDS):
                await say()
            return
        except InDoubt:
            pass
        async with translated(MAX_SECONDS):
            try:
                await say()
            except discord.HTTPException as error:
                if error.code != ALREADY_ANSWERED:
                    raise

    async def _respond(self, card: Card, replaces: bool) -> None:
        response = self._interaction.response
        if replaces:
            await response.edit_message(**render(card).replacing())
        else:
            await response.send_message(ephemeral=self._ephemeral, **render(card).fresh())

    async def _show_deferred(self, card: Card, replaces: bool) -> None:
        it, message = self._interaction, render(card)
        async with translated(MAX_SECONDS):
            if replaces or not self._may_replace:
                await it.edit_original_response(**message.replacing())
                return
            sent = await it.followup.send(ephemeral=self._ephemeral, wait=True, **message.fresh())
        self._shown_in = sent.id
