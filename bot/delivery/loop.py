"""The outbox worker of one platform: claim, pace, render, send, mark.

A crash between send and mark leaves a row in state `sending`, which is in doubt, as is a message whose answer was
lost. Service messages (thanks, refunds) are then sent once more, because reading twice that a gift arrived is better
than never. If that answer is lost too, the row stays in doubt, and staff see the count.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from bot import tracing
from bot.delivery import dm_refusals
from bot.delivery.pace import Priority
from bot.delivery.pacer import Pacer
from bot.domain.people import Supporter
from bot.store.core import notices, outbox
from bot.store.core.notices import Notice
from bot.store.core.outbox import Delivery, Lane, SendOutcome, State
from bot.store.db import Connection
from bot.store.supporters import supporters
from bot.tracing import traced
from bot.usecases.context import Context
from bot.usecases.core import direct_messages, late
from bot.usecases.core.send_errors import Deferred, Obsolete, OnHold
from bot.usecases.outbox_messages import Rendered, render
from bot.usecases.ports import InDoubt, Platform, Rejected, RetryLater, Unreachable

log = logging.getLogger(__name__)

_BATCH = 50
_IDLE_WAIT = 1.0  # seconds between two checks unless woken
_BUSY_WAIT = 0.1  # seconds, while messages are being sent
_MOST_ATTEMPTS = 8
_PATIENCE = 3.0  # seconds that one step waits for answers
_PAUSE_PATIENCE = 5.0  # seconds; no message stays claimed through a longer pause
_STOP_GRACE = 0.4  # seconds for unanswered messages at shutdown, which has 5 for both platforms and the web
_RECHECK = 600.0  # seconds between checks of a message deferred without a date
_LONGEST_WAIT = 86_400.0
_PRIORITIES = {
    Lane.THANKS: Priority.THANKS,
    Lane.SERVICE: Priority.SERVICE,
    Lane.NUDGE: Priority.NUDGE,
    Lane.BROADCAST: Priority.BROADCAST,
}


class DeliveryLoop:
    """Sends the due deliveries of one platform. `wake` ends the wait between two checks."""

    def __init__(self, ctx: Context, platform: Platform, pacer: Pacer, *, dm_pacer: Pacer | None = None) -> None:
        self._ctx = ctx
        self._platform = platform
        self._pacer = pacer
        self._dm_pacer = dm_pacer  # a slower pace for unsolicited direct messages (Discord)
        self._sending: dict[asyncio.Task[SendOutcome], tuple[Delivery, Supporter]] = {}
        self._claiming: asyncio.Task[int] | None = None
        self._awaiting_answer: set[int] = set()  # ids sent to the platform, not answered yet
        self._ended: list[tuple[Supporter, SendOutcome]] = []  # outcomes not stored yet
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Check for new deliveries now."""
        self._woken.set()

    async def serve(self, holding: asyncio.Event) -> None:
        """Send while `holding` is set, until cancelled. New deliveries are claimed while others are being sent."""
        try:
            while True:
                await holding.wait()
                self._woken.clear()
                try:
                    with self._ctx.heartbeats.run(f"outbox:{self._platform.name}"):
                        await self._run_once()
                except Exception as error:
                    self._report(error, "the worker; it tries again")
                await self._wait_for_work(_BUSY_WAIT if self._sending else _IDLE_WAIT)
        finally:
            await self._shut_down()

    async def _wait_for_work(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def step(self) -> int:
        """Send one batch of due deliveries. Return how many were claimed.

        Unanswered ones are left for a later step, so that a slow chat delays no other.
        """
        claimed = await self._run_once()
        if self._sending:
            await asyncio.wait(self._sending, timeout=_PATIENCE)
            self._collect_ended()
            await self._save_ended()
        return claimed

    async def _run_once(self) -> int:
        """Store outcomes, claim due deliveries and start sending them. Return how many were claimed."""
        self._collect_ended()
        await self._save_ended()
        # Shielded: after a cancellation the claim still completes, so that `_shut_down` can release it.
        self._claiming = asyncio.create_task(self._claim())
        return await asyncio.shield(self._claiming)

    def _collect_ended(self) -> None:
        for task in [task for task in self._sending if task.done()]:
            _, person = self._sending.pop(task)
            self._ended.append((person, task.result()))

    async def _claim(self) -> int:
        room = _BATCH - len(self._sending)
        if self._pacer.halted_for > 0 or room <= 0:
            return 0
        async with self._ctx.db.write() as conn:
            await late.hold_overdue(self._ctx, conn, self._platform.name)
            batch = await outbox.claim(conn, self._platform.name, self._ctx.clock(), room)
            people = await supporters.by_address_ids(conn, [d.address_id for d in batch]) if batch else {}
        for delivery in batch:
            person = people[delivery.address_id]
            self._sending[asyncio.create_task(self._send(delivery, person))] = (delivery, person)
        return len(batch)

    async def _save_ended(self) -> None:
        """Store the outcomes. They are kept in memory while the database is unavailable, so nothing is sent twice."""
        await dm_refusals.store(self._ctx, self._pacer)  # first: after a crash in between, one more message would leave
        if not self._ended:
            return
        ended, now = list(self._ended), self._ctx.clock()
        async with self._ctx.db.write() as conn:
            await self._mark(conn, [outcome for _, outcome in ended])
            for person, outcome in ended:
                if outcome.closed:
                    await supporters.set_reachable(conn, person.platform, person.external_id, False, now)
        del self._ended[: len(ended)]

    async def _mark(self, conn: Connection, outcomes: Sequence[SendOutcome]) -> None:
        """Store outcomes, and notify staff once a day if any stays in doubt."""
        now = self._ctx.clock()
        await outbox.mark(conn, outcomes, now)
        if any(outcome.state is State.IN_DOUBT for outcome in outcomes):
            key, kind = f"in_doubt:{now:%Y-%m-%d}", "in_doubt"
            await notices.add(conn, Notice(id=self._ctx.ids.new(), key=key, kind=kind, args={}, due_at=now), now)

    async def _shut_down(self) -> None:
        """Release deliveries that were not sent yet, and wait briefly for the answers to those that were."""
        if self._claiming is not None:
            await asyncio.wait([self._claiming])
        for task, (delivery, _) in self._sending.items():
            if delivery.id not in self._awaiting_answer:
                task.cancel()
        if self._sending:
            await asyncio.wait(self._sending, timeout=_STOP_GRACE)
        for task, (delivery, person) in self._sending.items():
            if task.cancelled():
                self._ended.append((person, self._reschedule(delivery, 0, "stopped before it was sent", counted=False)))
            elif task.done():
                self._ended.append((person, task.result()))
            else:
                task.cancel()  # in doubt: the next start finds it
        self._sending.clear()
        try:
            await self._save_ended()
        except Exception as error:
            self._report(error, "the last outcomes, which are not stored")

    async def recover(self) -> None:
        """Resolve deliveries left `sending` by a dead process, except those that this process is sending itself.

        The caller holds the lease, so no other process is sending.
        """
        ctx = self._ctx
        if self._claiming is not None:
            await asyncio.wait([self._claiming])
        async with ctx.db.write() as conn:
            left = await outbox.interrupted(conn, self._platform.name, ctx.clock())
            ours = {delivery.id for delivery, _ in self._sending.values()} | {ended.id for _, ended in self._ended}
            lost = [delivery for delivery in left if delivery.id not in ours]  # ours: the lease was lost for a while
            await self._mark(conn, [self._after_crash(d) for d in lost])
        if lost:
            log.warning("%s: %d messages were in doubt after a crash", self._platform.name, len(lost))

    def _after_crash(self, delivery: Delivery) -> SendOutcome:
        if not delivery.is_begun:  # it was claimed, and did not leave
            return self._reschedule(
                delivery, 0, delivery.error or "the process ended before it was sent", counted=False
            )
        return self._in_doubt(delivery, "the process ended while sending", 0)

    def _in_doubt(self, delivery: Delivery, reason: str, pause: float) -> SendOutcome:
        """Return the outcome of a delivery that may have arrived: one more attempt where allowed, else in doubt."""
        repeatable = delivery.lane <= Lane.SERVICE or self._platform.name == "discord"
        if repeatable and not delivery.is_in_doubt:
            return self._reschedule(delivery, pause, f"{outbox.DOUBT_PREFIX}: {reason}")
        return SendOutcome(id=delivery.id, state=State.IN_DOUBT, error=f"{outbox.DOUBT_PREFIX}: {reason}")

    async def _send(self, delivery: Delivery, person: Supporter) -> SendOutcome:
        with traced(tracing.recall(delivery.id)):
            outcome = await self._try_to_send(delivery, person)
            if delivery.lane <= Lane.SERVICE:
                log.info("message %d (%s): %s", delivery.id, delivery.message, outcome.state)
            return outcome

    async def _try_to_send(self, delivery: Delivery, person: Supporter) -> SendOutcome:
        try:
            rendered = await render(self._ctx, delivery, person)
            return await self._hand_over(delivery, person, rendered)
        except Obsolete as error:
            return SendOutcome(id=delivery.id, state=State.DROPPED, error=str(error))
        except OnHold as error:
            return SendOutcome(id=delivery.id, state=State.PARKED, error=str(error))
        except Deferred as error:
            wait = (error.until - self._ctx.clock()).total_seconds() if error.until else _RECHECK
            return self._reschedule(delivery, max(wait, 1.0), str(error), counted=False, at_most=_LONGEST_WAIT)
        except Unreachable as error:
            # On Discord, service messages wait until the person uses the bot again.
            owed = self._platform.name == "discord" and delivery.lane <= Lane.SERVICE
            state = State.PARKED if owed else State.UNREACHABLE
            return SendOutcome(id=delivery.id, state=state, error=str(error), closed=True)
        except RetryLater as error:  # nothing was sent, through no fault of this message: not counted as an attempt
            self._pacer.on_retry_later(person.external_id, error)
            return self._after_pause(delivery, error)
        except InDoubt as error:
            return self._in_doubt(delivery, str(error), 2.0**delivery.attempts)
        except Rejected as error:
            log.error("delivery %d (%s) was refused: %s", delivery.id, delivery.message, error)
            return self._failed(delivery, str(error))
        except Exception as error:
            self._report(error, f"delivery {delivery.id} ({delivery.message})")
            return self._reschedule(delivery, 2.0**delivery.attempts, repr(error))

    def _after_pause(self, delivery: Delivery, error: RetryLater) -> SendOutcome:
        """Return the outcome of a delivery that must wait. If Discord takes no more DMs, it can be shown on a visit."""
        if error.dms is not None:
            if self._dm_pacer is not None:
                self._dm_pacer.halt(dm_refusals.UNTIL_STORED)
            if delivery.lane <= Lane.SERVICE:
                return SendOutcome(id=delivery.id, state=State.PARKED, error=direct_messages.NOT_NOW)
        return self._reschedule(delivery, error.after, str(error), counted=False)

    async def _hand_over(self, delivery: Delivery, person: Supporter, rendered: Rendered) -> SendOutcome:
        card = rendered.card
        if rendered.private_reply is not None:
            self._awaiting_answer.add(delivery.id)
            shown = True
            try:
                await self._platform.edit_private(rendered.private_reply, rendered.card)
            except Unreachable:
                shown = False
            finally:
                self._awaiting_answer.discard(delivery.id)
            # An edit triggers no notification, and an answer that was closed is never seen. So the message counts as
            # read only once it was sent separately, or shown when the person used the bot again.
            if not rendered.may_write:
                raise OnHold(outbox.SHOWN if shown else "the private answer has expired")
            if shown and rendered.repeated is not None:
                card = rendered.repeated
        unsolicited = delivery.lane > Lane.SERVICE
        if self._dm_pacer is not None and unsolicited:
            async with self._ctx.db.write() as conn:  # before it takes one of the few slots
                await direct_messages.admit(self._ctx, conn, person.platform, person.external_id, unsolicited=True)
            await self._dm_pacer.slot(person.external_id, _PRIORITIES[Lane(delivery.lane)])
        await self._pacer.slot(person.external_id, _PRIORITIES[Lane(delivery.lane)], patience=_PAUSE_PATIENCE)
        # As late as possible, so that a crash puts only messages in doubt that may have left.
        async with self._ctx.db.write() as conn:
            await direct_messages.admit(self._ctx, conn, person.platform, person.external_id, unsolicited=unsolicited)
            await outbox.mark_started(conn, delivery)
        self._awaiting_answer.add(delivery.id)
        try:
            await self._platform.send(person.external_id, card, nonce=str(delivery.id))
        finally:
            self._awaiting_answer.discard(delivery.id)
        return SendOutcome(id=delivery.id, state=State.SENT)

    def _report(self, error: Exception, item: str) -> None:
        self._ctx.failures.report(error, f"messages on {self._platform.name}", item)

    def _failed(self, delivery: Delivery, reason: str) -> SendOutcome:
        """Return the final outcome: in doubt if an earlier attempt may have arrived, else failed."""
        if delivery.is_in_doubt:
            return SendOutcome(id=delivery.id, state=State.IN_DOUBT, error=f"{outbox.DOUBT_PREFIX}, then {reason}")
        return SendOutcome(id=delivery.id, state=State.FAILED, error=reason)

    def _reschedule(
        self, delivery: Delivery, seconds: float, reason: str, *, counted: bool = True, at_most: float = 3600.0
    ) -> SendOutcome:
        if counted and delivery.attempts >= _MOST_ATTEMPTS:
            return self._failed(delivery, reason)
        if delivery.is_in_doubt and not reason.startswith(outbox.DOUBT_PREFIX):
            reason = f"{outbox.DOUBT_PREFIX}, then {reason}"  # a later error does not resolve the doubt
        due = self._ctx.clock() + timedelta(seconds=min(seconds, at_most))
        return SendOutcome(id=delivery.id, state=State.WAITING, due_at=due, error=reason, counted=counted)
