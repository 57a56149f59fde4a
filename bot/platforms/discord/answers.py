"""The answer to one interaction: immediate, or deferred if it takes longer."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import discord

from bot.platforms.discord.errors import ALREADY_ANSWERED, translated
from bot.platforms.discord.forms import window
from bot.platforms.discord.platform import private_token
from bot.platforms.discord.render import render
from bot.usecases.ports import InDoubt, MessageRef, PrivateReply
from bot.usecases.reply import Reply
from content.cards import Card

TOKEN_LIFETIME = timedelta(minutes=15)
MAX_SECONDS = 20.0  # for one call; discord.py retries a 5xx itself


class Answer:
    """Answers one interaction. Where others can read along, only the person sees the answer.

    `public`: everyone in the conversation sees the answer, but not its follow-ups. `tapped`: the interaction is a tap
    on our button. The answer may replace a private message, never a shared card. Methods raise PlatformError, or
    ValueError for a card that cannot be shown.
    """

    def __init__(self, interaction: discord.Interaction, *, tapped: bool, public: bool = False) -> None:
        self._interaction = interaction
        self._can_hide = not interaction.context.dm_channel
        self._ephemeral = self._can_hide and not public
        message = interaction.message if tapped else None
        self._may_replace = message is not None and (message.flags.ephemeral or interaction.context.dm_channel)
        self._deferred = False
        self._followup_id: int | None = None  # set if the answer is not the interaction's original response

    async def defer(self) -> None:
        """Acknowledge the interaction, which allows 15 minutes for the answer."""
        # No "thinking" on a private message, since the answer may replace it.
        thinking = not self._may_replace
        await self._respond_first(
            lambda: self._interaction.response.defer(ephemeral=self._ephemeral, thinking=thinking)
        )
        self._deferred = True

    async def show(self, reply: Reply) -> None:
        """Show the answer: the form if its window can still be opened, otherwise the card."""
        if reply.form is not None and self._can_open_form:
            form, opened_at = reply.form, self._interaction.created_at
            await self._respond_first(lambda: self._interaction.response.send_modal(window(form, opened_at)))
            return
        replaces = reply.mode == "edit" and self._may_replace
        if reply.alone:  # too late after a public defer, which fixed the visibility
            self._ephemeral = self._can_hide
        if not self._deferred:
            await self._respond_first(lambda: self._respond(reply.card, replaces))
            return
        try:
            await self._show_deferred(reply.card, replaces)
        except InDoubt:  # a person is waiting: twice is better than never
            await self._show_deferred(reply.card, replaces)

    async def follow_up(self, card: Card) -> MessageRef:
        """Send a further message that only this person sees."""
        async with translated(MAX_SECONDS):
            sent = await self._interaction.followup.send(ephemeral=self._can_hide, wait=True, **render(card).as_new())
        return MessageRef(chat_id=str(sent.channel.id), message_id=str(sent.id))

    @property
    def _can_open_form(self) -> bool:
        """Whether a form can be opened: only as the first response, and not to a submitted form."""
        return not self._deferred and self._interaction.type is not discord.InteractionType.modal_submit

    @property
    def private_reply(self) -> PrivateReply:
        """The token by which the answer can be replaced for a while."""
        return PrivateReply(
            token=private_token(self._interaction.token, self._followup_id),
            expires_at=self._interaction.created_at + TOKEN_LIFETIME,
        )

    async def _respond_first(self, respond: Callable[[], Awaitable[object]]) -> None:
        """Send the first response; again if it may be lost. Discord refuses the repeat if it was not."""
        try:
            async with translated(MAX_SECONDS):
                await respond()
            return
        except InDoubt:
            pass
        async with translated(MAX_SECONDS):
            try:
                await respond()
            except discord.HTTPException as error:
                if error.code != ALREADY_ANSWERED:
                    raise

    async def _respond(self, card: Card, replaces: bool) -> None:
        response = self._interaction.response
        if replaces:
            await response.edit_message(**render(card).as_edit())
        else:
            await response.send_message(ephemeral=self._ephemeral, **render(card).as_new())

    async def _show_deferred(self, card: Card, replaces: bool) -> None:
        interaction, message = self._interaction, render(card)
        async with translated(MAX_SECONDS):
            if replaces or not self._may_replace:
                await interaction.edit_original_response(**message.as_edit())
                return
            sent = await interaction.followup.send(ephemeral=self._ephemeral, wait=True, **message.as_new())
        self._followup_id = sent.id
