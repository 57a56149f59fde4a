"""The Platform port at the pacer's pace: for messages outside replies and outbox, such as cards in channels."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.delivery.pacer import Pacer
from bot.domain.people import PlatformName
from bot.usecases.ports import MessageRef, Platform, PrivateReply, RetryLater
from content.cards import Card

T = TypeVar("T")
_RETRIES = 2  # each after the pause that the platform asked for
_PATIENCE = 30.0  # seconds; a longer pause is raised to the caller


class PacedPlatform:
    """Wrap a Platform: wait for a slot before each call, and report refusals to the pacer."""

    def __init__(self, platform: Platform, pacer: Pacer) -> None:
        self.name: PlatformName = platform.name
        self._platform = platform
        self._pacer = pacer

    async def send(self, external_id: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
        """Write to one person, paced."""
        return await self._paced(
            external_id, lambda: self._platform.send(external_id, card, nonce=nonce, silent=silent)
        )

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Replace a message, paced."""
        await self._paced(ref.chat_id, lambda: self._platform.edit(ref, card))

    async def edit_private(self, answer: PrivateReply, card: Card) -> None:
        """Replace a private answer, unpaced: its token belongs to one tap."""
        await self._platform.edit_private(answer, card)

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        """Post into a channel or group, paced."""
        return await self._paced(
            place, lambda: self._platform.post(place, card, nonce=nonce, silent=silent, thread=thread)
        )

    async def delete(self, ref: MessageRef) -> None:
        """Delete a message, paced."""
        await self._paced(ref.chat_id, lambda: self._platform.delete(ref))

    async def _paced(self, chat: str, act: Callable[[], Awaitable[T]]) -> T:
        await self._pacer.slot(chat, patience=_PATIENCE)
        for _ in range(_RETRIES):
            try:
                return await self._noting_refusals(chat, act)
            except RetryLater as error:
                if not (error.everything or error.flood) or error.after > _PATIENCE:
                    raise
            await self._pacer.slot(chat, patience=_PATIENCE)
        return await self._noting_refusals(chat, act)

    async def _noting_refusals(self, chat: str, act: Callable[[], Awaitable[T]]) -> T:
        """Make the call. A requested pause reaches the pacer even if the caller gives up."""
        try:
            return await act()
        except RetryLater as error:
            self._pacer.on_retry_later(chat, error)
            raise
