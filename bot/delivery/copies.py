"""Copies of a broadcast: sent to a person or a place, corrected, deleted. Returns outcomes; stores nothing."""

import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from bot.delivery import dm_refusals
from bot.delivery.pace import Priority
from bot.delivery.pacer import Pacer
from bot.domain.broadcasts import BroadcastState
from bot.domain.people import Locale
from bot.store.broadcasts.posts import Post
from bot.store.broadcasts.recipients import Copy, CorrectedCopy, Job, Recipient, Result
from bot.store.campaigns.places import Place
from bot.store.core.outbox import State
from bot.usecases.context import Context
from bot.usecases.core import direct_messages
from bot.usecases.core.send_errors import Deferred
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

_CARD_LIFETIME = 60.0  # seconds that a rendered card is reused; its links and figures may change
_MOST_ATTEMPTS = 8
_PAUSE_PATIENCE = 1.0  # seconds; a copy whose chat is paused for longer is rescheduled
_RECHECK = 600.0  # seconds between checks of a copy that waits for staff
_LONGEST_RETRY = 60.0  # seconds; Discord recognises a nonce for a few minutes only


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSource:
    """Functions that render a broadcast's cards. Each takes the broadcast's id first."""

    mark: str  # placeholder in addresses for the recipient's own reference
    template: Callable[[int, Locale, bool], Awaitable[Card]]  # the flag: with amounts
    post: Callable[[int, Place], Awaitable[Card]]
    withdrawn: Callable[[int, Locale], Awaitable[Card]]  # replaces a copy that is too old to delete


Gate = Callable[[], AbstractContextManager[bool]]  # entered for the send itself; False: it must not be sent any more


class BroadcastSender:
    """Assembles and sends the copies of one platform's broadcasts, at its pace.

    `dm_pacer`: a slower pace for unsolicited direct messages (Discord).
    """

    def __init__(
        self,
        ctx: Context,
        platform: MassPlatform,
        pacer: Pacer,
        card_source: CardSource,
        *,
        dm_pacer: Pacer | None = None,
    ) -> None:
        self._ctx = ctx
        self._platform = platform
        self._pacer = pacer
        self._dm_pacer = dm_pacer
        self._cards = card_source
        self._prepared: dict[tuple[int, int, Locale, bool], tuple[float, Copies]] = {}

    async def copies(self, job: Job, locale: Locale, asks: bool) -> Copies:
        """Return the prepared card of one language, rendered once a minute. Raises what rendering raises."""
        key, now = (job.id, job.revision, locale, asks), time.monotonic()
        known = self._prepared.get(key)
        if known is None or known[0] < now - _CARD_LIFETIME:
            card = await self._cards.template(job.id, locale, asks)
            known = self._prepared[key] = (now, self._platform.prepare(card, self._cards.mark))
            self._prepared = {k: v for k, v in self._prepared.items() if v[0] >= now - _CARD_LIFETIME}
        return known[1]

    def reference(self, job: Job, supporter_id: int) -> str:
        """Return the signed reference for one person's links."""
        touch = Touch(TouchKind.BROADCAST, job.id)
        return self._ctx.keyring.sign(Reference(supporter_id, job.campaign_id, touch))

    async def send(self, job: Job, recipient: Recipient, copies: Copies, gate: Gate) -> tuple[Result, bool]:
        """Send one person's copy. Return the result, and whether the address turned out to be unreachable."""
        try:
            if self._dm_pacer is not None:
                await self._admit(recipient)  # before it takes one of the few slots
                await self._dm_pacer.slot(recipient.external_id, Priority.BROADCAST)
            await self._pacer.slot(recipient.external_id, Priority.BROADCAST, patience=_PAUSE_PATIENCE)
            await self._admit(recipient)
            with gate() as is_allowed:
                if not is_allowed:
                    return self.released(recipient), False
                ref = await self._platform.send_copy(
                    recipient.external_id,
                    copies,
                    self.reference(job, recipient.supporter_id),
                    nonce=f"{job.id}:{recipient.supporter_id}",
                    silent=recipient.silent,
                )
        except Deferred as why:
            wait = (why.until - self._ctx.clock()).total_seconds() if why.until is not None else _RECHECK
            return self._reschedule(recipient, wait, str(why), counted=False), False
        except Unreachable as error:
            return _ended(recipient, State.UNREACHABLE, str(error)), True
        except RetryLater as error:
            self.on_retry_later(recipient.external_id, error)
            wait = error.after if error.dms is None else _RECHECK
            return self._reschedule(recipient, wait, str(error), counted=False), False
        except InDoubt as error:
            return self.in_doubt(recipient, str(error)), False
        except Rejected as error:
            return _ended(recipient, State.FAILED, str(error)), False
        except Exception as error:
            self._report(error, job, recipient.supporter_id)
            return self._reschedule(recipient, 2.0**recipient.attempts, repr(error)), False
        return _ended(recipient, State.SENT, ref=ref, revision=job.revision), False

    def _report(self, error: Exception, job: Job, supporter_id: int) -> None:
        item = f"broadcast {job.id} to supporter {supporter_id}"
        self._ctx.failures.report(error, f"broadcasts on {self._platform.name}", item)

    async def _admit(self, recipient: Recipient) -> None:
        """Raise Deferred if Discord's rules let this copy not leave now. On Telegram nothing is asked."""
        if self._platform.name == "discord":
            async with self._ctx.db.write() as conn:
                external_id = recipient.external_id
                await direct_messages.admit(self._ctx, conn, "discord", external_id, unsolicited=True)

    def failed(self, recipient: Recipient, reason: str) -> Result:
        """Return the result of a copy that will never be sent."""
        return _ended(recipient, State.FAILED, reason)

    def released(self, recipient: Recipient) -> Result:
        """Return the result of a copy that was not sent yet and waits again."""
        return self._reschedule(recipient, 0, "stopped before it was sent", counted=False)

    def in_doubt(self, recipient: Recipient, reason: str) -> Result:
        """Return the result of a copy that may have arrived: repeated only where the nonce makes that harmless."""
        if self._platform.name == "discord":
            return self._reschedule(recipient, min(2.0**recipient.attempts, _LONGEST_RETRY), f"in doubt: {reason}")
        return _ended(recipient, State.IN_DOUBT, reason)

    def on_retry_later(self, chat: str, error: RetryLater) -> None:
        """Pause as the platform asked."""
        self._pacer.on_retry_later(chat, error)
        if error.dms is not None and self._dm_pacer is not None:
            self._dm_pacer.halt(dm_refusals.UNTIL_STORED)

    async def post(self, job: Job, post: Post) -> MessageRef:
        """Post into a place. Raises PlatformError."""
        card = await self._cards.post(job.id, post.place)
        await self._pacer.slot(post.place.chat_id, Priority.BROADCAST, patience=_PAUSE_PATIENCE)
        place = post.place
        return await self._platform.post(place.chat_id, card, nonce=f"{job.id}:p{place.id}", thread=place.thread_id)

    async def change_post(self, job: Job, post: Post) -> None:
        """Correct a post, or delete a withdrawn one. Raises PlatformError."""
        ref = MessageRef(chat_id=post.chat_id or post.place.chat_id, message_id=post.message_id or "")
        locale: Locale = "en" if post.place.locales == "en" else "fr"
        if job.state is BroadcastState.WITHDRAWN:
            await self._delete_or_replace(job, ref, locale)
            return
        card = await self._cards.post(job.id, post.place)
        await self._pacer.slot(ref.chat_id, Priority.BROADCAST, patience=_PAUSE_PATIENCE)
        await self._platform.edit(ref, card)

    async def change(self, job: Job, copy: Copy) -> CorrectedCopy | None:
        """Correct a copy, or delete a withdrawn one. Return None if it must be retried later."""
        is_withdrawn = job.state is BroadcastState.WITHDRAWN
        failure = None
        try:
            ref = MessageRef(chat_id=copy.chat_id, message_id=copy.message_id)
            if is_withdrawn:
                await self._delete_or_replace(job, ref, copy.locale)
            else:
                card = (await self.copies(job, copy.locale, copy.asks)).for_one(self.reference(job, copy.supporter_id))
                await self._pacer.slot(copy.chat_id, Priority.BROADCAST, patience=_PAUSE_PATIENCE)
                await self._platform.edit(ref, card)
        except RetryLater as error:
            self.on_retry_later(copy.chat_id, error)
            return None
        except (Unreachable, Rejected) as error:
            failure = f"{'not taken away' if is_withdrawn else 'not corrected'}: {error}"
        except Exception as error:
            self._report(error, job, copy.supporter_id)
            failure = "could not be changed"
        return CorrectedCopy(
            broadcast_id=job.id, supporter_id=copy.supporter_id, revision=job.revision, gone=is_withdrawn, error=failure
        )

    async def _delete_or_replace(self, job: Job, ref: MessageRef, locale: Locale) -> None:
        await self._pacer.slot(ref.chat_id, Priority.BROADCAST, patience=_PAUSE_PATIENCE)
        try:
            await self._platform.delete(ref)
        except MissingPermission:
            raise
        except Rejected:  # too old to delete
            await self._platform.edit(ref, await self._cards.withdrawn(job.id, locale))

    def _reschedule(self, recipient: Recipient, seconds: float, reason: str, *, counted: bool = True) -> Result:
        if counted and recipient.attempts + 1 >= _MOST_ATTEMPTS:
            return _ended(recipient, State.FAILED, reason)
        due = self._ctx.clock() + timedelta(seconds=seconds)
        return Result(
            broadcast_id=recipient.broadcast_id,
            supporter_id=recipient.supporter_id,
            state=State.WAITING,
            error=reason,
            due_at=due,
            counted=counted,
        )


def _ended(
    recipient: Recipient, state: State, error: str | None = None, *, ref: MessageRef | None = None, revision: int = 0
) -> Result:
    return Result(
        broadcast_id=recipient.broadcast_id,
        supporter_id=recipient.supporter_id,
        state=state,
        error=error,
        chat_id=ref.chat_id if ref else None,
        message_id=ref.message_id if ref else None,
        revision=revision,
    )
