"""A platform that keeps to its pace: for what is neither an answer nor in the outbox, such as cards in channels."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.delivery.pacer import Pacer
from bot.domain.people import PlatformName
from bot.usecases.ports import MessageRef, Platform, PrivateReply, RetryLater
from content.cards import Card

T = TypeVar("T")
_TRIES = 2  # before the last one, each after the pause that the platform asked for
_PATIENCE = 30.0  # seconds; for a longer pause the caller decides


class PacedPlatform:
    """The Platform port over another one; waits for its turn, and tells the pacer what the platform refuses."""

    def __init__(self, platform: Platform, pacer: Pacer) -> None:
        self.name: PlatformName = platform.name
        self._platform = platform
        self._pacer = pacer

    async def send(self, external_id: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
        """Write to one person, in turn."""
        return await self._in_turn(
            external_id, lambda: self._platform.send(external_id, card, nonce=nonce, silent=silent)
        )

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Replace a message, in turn."""
        await self._in_turn(ref.chat_id, lambda: self._platform.edit(ref, card))

    async def edit_private(self, answer: PrivateReply, card: Card) -> None:
        """Replace a private answer; its token belongs to one tap, so it waits for nobody."""
        await self._platform.edit_private(answer, card)

    async def post(self, place: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
        """Post into a channel or group, in turn."""
        return await self._in_turn(place, lambda: self._platform.post(place, card, nonce=nonce, silent=silent))

    async def delete(self, ref: MessageRef) -> None:
        """Take a message away, in turn."""
        await self._in_turn(ref.chat_id, lambda: self._platform.delete(ref))

    async def _in_turn(self, chat: str, act: Callable[[], Awaitable[T]]) -> T:
        await self._pacer.slot(chat, patience=_PATIENCE)
        for _ in range(_TRIES):
            try:
                return await self._heeding(chat, act)
            except RetryLater as why:
                if not (why.everything or why.flood) or why.after > _PATIENCE:
                    raise
            await self._pacer.slot(chat, patience=_PATIENCE)
        return await self._heeding(chat, act)

    async def _heeding(self, chat: str, act: Callable[[], Awaitable[T]]) -> T:
        """Do it; a pause that the platform asks for holds for others too, also where the caller gives up."""
        try:
            return await act()
        except RetryLater as why:
            self._pacer.on_retry_later(chat, why)
            raise
