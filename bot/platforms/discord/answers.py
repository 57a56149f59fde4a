"""One interaction and its answer: at once or, where that takes longer, after saying that it was heard."""

from datetime import timedelta

import discord

from bot.platforms.discord.errors import ALREADY_ANSWERED, translated
from bot.platforms.discord.platform import private_token
from bot.platforms.discord.render import render
from bot.usecases.ports import InDoubt, PrivateAnswer
from bot.usecases.reply import Reply
from content.cards import Card

TOKEN_LIVES = timedelta(minutes=15)
MAX_SECONDS = 20.0  # for one call; discord.py repeats a 5xx by itself


class Answer:
    """Answers one interaction. In a server, and wherever others read along, only the person sees it.

    `tapped`: it is a button of ours. On a private message the answer may take that message's place; a shared card
    is never touched. Every method raises the errors of the Platform port, or ValueError for an impossible card.
    """

    def __init__(self, interaction: discord.Interaction, *, tapped: bool) -> None:
        self._interaction = interaction
        self._ephemeral = not interaction.context.dm_channel
        message = interaction.message if tapped else None
        self._may_replace = message is not None and (message.flags.ephemeral or interaction.context.dm_channel)
        self._deferred = False
        self._shown_in: int | None = None  # set where the answer is not the interaction's original response

    async def defer(self) -> None:
        """Say that it was heard, which buys 15 minutes."""
        async with translated(MAX_SECONDS):
            # On a private message nothing is announced: whether it will be replaced is not known yet.
            await self._interaction.response.defer(ephemeral=self._ephemeral, thinking=not self._may_replace)
        self._deferred = True

    async def show(self, reply: Reply) -> None:
        """Give the answer; once more where the first try may have been lost."""
        try:
            await self._show(reply)
        except InDoubt:
            await self._show(reply)

    async def more(self, card: Card) -> None:
        """A further message after the answer, as private as that."""
        async with translated(MAX_SECONDS):
            await self._interaction.followup.send(ephemeral=self._ephemeral, **render(card).fresh())

    @property
    def private_answer(self) -> PrivateAnswer:
        """By what the answer can still be replaced for a while."""
        return PrivateAnswer(
            token=private_token(self._interaction.token, self._shown_in),
            expires_at=self._interaction.created_at + TOKEN_LIVES,
        )

    async def _show(self, reply: Reply) -> None:
        replaces = reply.mode == "edit" and self._may_replace
        async with translated(MAX_SECONDS):
            if self._deferred:
                await self._show_deferred(reply.card, replaces)
                return
            try:
                await self._respond(reply.card, replaces)
            except discord.HTTPException as error:
                if error.code != ALREADY_ANSWERED:  # our first try did arrive
                    raise

    async def _respond(self, card: Card, replaces: bool) -> None:
        response = self._interaction.response
        if replaces:
            await response.edit_message(**render(card).replacing())
        else:
            await response.send_message(ephemeral=self._ephemeral, **render(card).fresh())

    async def _show_deferred(self, card: Card, replaces: bool) -> None:
        if replaces or not self._may_replace:
            await self._interaction.edit_original_response(**render(card).replacing())
            return
        message = await self._interaction.followup.send(ephemeral=self._ephemeral, wait=True, **render(card).fresh())
        self._shown_in = message.id
