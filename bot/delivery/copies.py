"""One copy of a broadcast: sent to a person or a place, corrected, taken away. Says what came of it; marks nothing."""

import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from bot.delivery.pace import Priority
from bot.delivery.pacer import Pacer
from bot.domain.broadcasts import BroadcastState
from bot.domain.people import Locale
from bot.store.broadcasts.posts import Post
from bot.store.broadcasts.recipients import Changed, Copy, Job, Recipient, Result
from bot.store.campaigns.places import Place
from bot.store.core.outbox import State
from bot.usecases.context import Context
from bot.usecases.ports import (
    Copies,
    InDoubt,
    MassPlatform,
    MessageRef,
    MissingPermission,
    Rejected,
    RetryLater,
    Unreachable,
)
from content.cards import Card
from payments.reference import Reference, Touch, TouchKind

log = logging.getLogger(__name__)

_FRESH = 60.0  # seconds that a rendered copy is used; links and figures in it may change
_MOST_ATTEMPTS = 8
_PAUSE_PATIENCE = 1.0  # seconds; a copy whose chat is paused for longer makes way for others
_AGAIN_WITHIN = 60.0  # seconds; Discord knows a nonce again for a few minutes only


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSource:
    """Where the words of a broadcast come from. Each is given the broadcast's id."""

    mark: str  # stands in addresses where a person's own reference goes
    template: Callable[[int, Locale, bool], Awaitable[Card]]  # the language; with amounts or without
    post: Callable[[int, Place], Awaitable[Card]]
    withdrawn: Callable[[int, Locale], Awaitable[Card]]  # what stands where a copy cannot be deleted any more


Gate = Callable[[], AbstractContextManager[bool]]  # around the handing over; False: it may not leave any more


class BroadcastSender:
    """Makes the copies of one platform's broadcasts and hands them over at the pace that is allowed.

    `unasked`: a slower pace of its own for direct messages that nobody asked for (Discord).
    """

    def __init__(
        self, ctx: Context, platform: MassPlatform, pacer: Pacer, words: CardSource, *, dm_pacer: Pacer | None = None
    ) -> None:
        self._ctx = ctx
        self._platform = platform
        self._pacer = pacer
        self._dm_pacer = dm_pacer
        self._cards = words
        self._dms_stopped = False
        self._ready: dict[tuple[int, int, Locale, bool], tuple[float, Copies]] = {}

    async def copies(self, job: Job, locale: Locale, asks: bool) -> Copies:
        """The card of one language, rendered once a minute. Raises Rejected, and whatever making it raises."""
        key, now = (job.id, job.revision, locale, asks), time.monotonic()
        known = self._ready.get(key)
        if known is None or known[0] < now - _FRESH:
            card = await self._cards.template(job.id, locale, asks)
            known = self._ready[key] = (now, self._platform.prepare(card, self._cards.mark))
            self._ready = {k: v for k, v in self._ready.items() if v[0] >= now - _FRESH}
        return known[1]

    def reference(self, job: Job, supporter_id: int) -> str:
        """What one person's links carry."""
        touch = Touch(TouchKind.BROADCAST, job.id)
        return self._ctx.keyring.sign(Reference(supporter_id, job.campaign_id, touch))

    async def send(self, job: Job, one: Recipient, copies: Copies, gate: Gate) -> tuple[Result, bool]:
        """Send one person's copy: what came of it, and whether their address is closed to us."""
        try:
            if self._dm_pacer is not None:
                await self._dm_pacer.slot(one.external_id, Priority.BROADCAST)
            await self._pacer.slot(one.external_id, Priority.BROADCAST, patience=_PAUSE_PATIENCE)
            with gate() as may_leave:
                if not may_leave:
                    return self.back(one), False
                ref = await self._platform.send_copy(
                    one.external_id,
                    copies,
                    self.reference(job, one.supporter_id),
                    nonce=f"{job.id}:{one.supporter_id}",
                    silent=one.silent,
                )
        except Unreachable as why:
            return _ended(one, State.UNREACHABLE, str(why)), True
        except RetryLater as why:
            self.on_retry_later(one.external_id, why)
            return self._again(one, why.after, str(why), counted=False), False
        except InDoubt as why:
            return self.in_doubt(one, str(why)), False
        except Rejected as why:
            return _ended(one, State.FAILED, str(why)), False
        except Exception as why:
            log.exception("broadcast %d to supporter %d could not be sent", job.id, one.supporter_id)
            return self._again(one, 2.0**one.attempts, repr(why)), False
        return _ended(one, State.SENT, ref=ref, revision=job.revision), False

    def failed(self, one: Recipient, why: str) -> Result:
        """Nothing was sent, and nothing will be."""
        return _ended(one, State.FAILED, why)

    def back(self, one: Recipient) -> Result:
        """Nothing was sent; they wait for the next start."""
        return self._again(one, 0, "stopped before it was sent", counted=False)

    def dms_stopped(self) -> bool:
        """Whether the platform has just said that it wants no more unasked messages; told once."""
        told, self._dms_stopped = self._dms_stopped, False
        return told

    def in_doubt(self, one: Recipient, why: str) -> Result:
        """Nobody knows whether it arrived. Where the nonce makes a repeat harmless it is repeated, else never."""
        if self._platform.name == "discord":
            return self._again(one, min(2.0**one.attempts, _AGAIN_WITHIN), f"in doubt: {why}")
        return _ended(one, State.IN_DOUBT, why)

    def on_retry_later(self, chat: str, why: RetryLater) -> None:
        """Pause where the platform asks for it."""
        self._pacer.on_retry_later(chat, why)
        if why.unsolicited and self._dm_pacer is not None:
            self._dm_pacer.halt(why.after)
            self._dms_stopped = True

    async def post(self, job: Job, one: Post) -> MessageRef:
        """Post into a place. Raises what the platform raises."""
        card = await self._cards.post(job.id, one.place)
        await self._pacer.slot(one.place.chat_id, Priority.BROADCAST, patience=_PAUSE_PATIENCE)
        return await self._platform.post(one.place.chat_id, card, nonce=f"{job.id}:p{one.place.id}")

    async def change_post(self, job: Job, one: Post) -> None:
        """Correct a post, or take it away. Raises what the platform raises."""
        ref = MessageRef(chat_id=one.chat_id or one.place.chat_id, message_id=one.message_id or "")
        locale: Locale = "en" if one.place.locales == "en" else "fr"
        if job.state is BroadcastState.WITHDRAWN:
            await self._take_away(job, ref, locale)
            return
        card = await self._cards.post(job.id, one.place)
        await self._pacer.slot(ref.chat_id, Priority.BROADCAST, patience=_PAUSE_PATIENCE)
        await self._platform.edit(ref, card)

    async def change(self, job: Job, copy: Copy) -> Changed | None:
        """Correct a copy, or take it away; None where it must be tried again later."""
        gone = job.state is BroadcastState.WITHDRAWN
        error = None
        try:
            ref = MessageRef(chat_id=copy.chat_id, message_id=copy.message_id)
            if gone:
                await self._take_away(job, ref, copy.locale)
            else:
                card = (await self.copies(job, copy.locale, copy.asks)).for_one(self.reference(job, copy.supporter_id))
                await self._pacer.slot(copy.chat_id, Priority.BROADCAST, patience=_PAUSE_PATIENCE)
                await self._platform.edit(ref, card)
        except RetryLater as why:
            self.on_retry_later(copy.chat_id, why)
            return None
        except (Unreachable, Rejected) as why:
            error = f"{'not taken away' if gone else 'not corrected'}: {why}"
        except Exception:
            log.exception("the copy of broadcast %d for supporter %d could not be changed", job.id, copy.supporter_id)
            error = "could not be changed"
        return Changed(
            broadcast_id=job.id, supporter_id=copy.supporter_id, revision=job.revision, gone=gone, error=error
        )

    async def _take_away(self, job: Job, ref: MessageRef, locale: Locale) -> None:
        await self._pacer.slot(ref.chat_id, Priority.BROADCAST, patience=_PAUSE_PATIENCE)
        try:
            await self._platform.delete(ref)
        except MissingPermission:
            raise
        except Rejected:  # too old for that
            await self._platform.edit(ref, await self._cards.withdrawn(job.id, locale))

    def _again(self, one: Recipient, seconds: float, why: str, *, counted: bool = True) -> Result:
        if counted and one.attempts + 1 >= _MOST_ATTEMPTS:
            return _ended(one, State.FAILED, why)
        due = self._ctx.clock() + timedelta(seconds=seconds)
        return Result(
            broadcast_id=one.broadcast_id,
            supporter_id=one.supporter_id,
            state=State.WAITING,
            error=why,
            due_at=due,
            counted=counted,
        )


def _ended(
    one: Recipient, state: State, error: str | None = None, *, ref: MessageRef | None = None, revision: int = 0
) -> Result:
    return Result(
        broadcast_id=one.broadcast_id,
        supporter_id=one.supporter_id,
        state=state,
        error=error,
        chat_id=ref.chat_id if ref else None,
        message_id=ref.message_id if ref else None,
        revision=revision,
    )
