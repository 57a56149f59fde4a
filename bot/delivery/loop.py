"""The outbox loop of one platform: claim, pace, render, send, mark.

A crash between send and mark leaves a row `sending`, which the next start finds: it is in doubt, as it is when an
answer gets lost. Service messages (thanks, refunds) are then sent once more, since a person should rather read twice
that their gift arrived than never; where that is lost too the row stays in doubt, and staff see the count.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from bot.delivery.pace import Priority
from bot.delivery.pacer import Pacer
from bot.domain.people import Supporter
from bot.store.core import notices, outbox
from bot.store.core.notices import Notice
from bot.store.core.outbox import Delivery, Lane, SendOutcome, State
from bot.store.db import Connection
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.send_errors import Deferred, Obsolete, OnHold
from bot.usecases.outbox_messages import Rendered, render
from bot.usecases.ports import InDoubt, Platform, Rejected, RetryLater, Unreachable

log = logging.getLogger(__name__)

_BATCH = 50
_IDLE = 1.0  # seconds between two looks when nobody wakes the loop
_BUSY = 0.1  # and while messages are under way
_MOST_ATTEMPTS = 8
_PATIENCE = 3.0  # seconds until a batch goes on without those who have not answered
_PAUSE_PATIENCE = 5.0  # seconds; through a longer pause no message stays claimed
_LAST_MOMENT = 0.4  # seconds that messages under way get when we stop: both platforms and the web have 5 in all
_LOOK_AGAIN = 600.0  # seconds, at what must wait for nobody knows how long
_LONGEST_WAIT = 86_400.0
_TURNS = {
    Lane.THANKS: Priority.THANKS,
    Lane.SERVICE: Priority.SERVICE,
    Lane.NUDGE: Priority.NUDGE,
    Lane.BROADCAST: Priority.BROADCAST,
}


class DeliveryLoop:
    """Sends what waits for one platform. `wake` makes it look at once."""

    def __init__(self, ctx: Context, platform: Platform, pacer: Pacer, *, dm_pacer: Pacer | None = None) -> None:
        self._ctx = ctx
        self._platform = platform
        self._pacer = pacer
        self._dm_pacer = dm_pacer  # a slower pace for direct messages that nobody asked for (Discord)
        self._sending: dict[asyncio.Task[SendOutcome], tuple[Delivery, Supporter]] = {}
        self._claiming: asyncio.Task[int] | None = None
        self._handed_over: set[int] = set()  # of these, the platform's answer is awaited
        self._ended: list[tuple[Supporter, SendOutcome]] = []  # not marked yet
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There is something new."""
        self._woken.set()

    async def serve(self, holding: asyncio.Event) -> None:
        """Until cancelled; send while `holding` is set. What is new is claimed while the rest is still being sent."""
        try:
            while True:
                await holding.wait()
                self._woken.clear()
                try:
                    await self._turn()
                except Exception:
                    log.exception("the outbox of %s stumbled; trying again", self._platform.name)
                await self._rest(_BUSY if self._sending else _IDLE)
        finally:
            await self._break_off()

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)

    async def step(self) -> int:
        """Send one batch of what is due and wait for it; how many were claimed.

        Who answers slowly is left behind for a later step, so that nobody else's message waits for it.
        """
        claimed = await self._turn()
        if self._sending:
            await asyncio.wait(self._sending, timeout=_PATIENCE)
            self._gather()
            await self._write_down()
        return claimed

    async def _turn(self) -> int:
        """Mark what has ended, claim what is due and begin to send it; how many were claimed."""
        self._gather()
        await self._write_down()
        # Who stops us must not lose what this claims: it ends, and is given back.
        self._claiming = asyncio.create_task(self._claim())
        return await asyncio.shield(self._claiming)

    def _gather(self) -> None:
        for task in [task for task in self._sending if task.done()]:
            _, person = self._sending.pop(task)
            self._ended.append((person, task.result()))

    async def _claim(self) -> int:
        room = _BATCH - len(self._sending)
        if self._pacer.halted_for > 0 or room <= 0:
            return 0
        async with self._ctx.db.write() as conn:
            batch = await outbox.claim(conn, self._platform.name, self._ctx.clock(), room)
            people = await supporters.by_address_ids(conn, [d.address_id for d in batch]) if batch else {}
        for delivery in batch:
            person = people[delivery.address_id]
            self._sending[asyncio.create_task(self._send(delivery, person))] = (delivery, person)
        return len(batch)

    async def _write_down(self) -> None:
        """Mark what has ended. Where the database is away it is kept for the next step, and nothing is sent twice."""
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
        """Write down what became of messages; staff are notified once a day where some stay in doubt."""
        now = self._ctx.clock()
        await outbox.mark(conn, outcomes, now)
        if any(outcome.state is State.IN_DOUBT for outcome in outcomes):
            key, kind = f"in_doubt:{now:%Y-%m-%d}", "in_doubt"
            await notices.add(conn, Notice(id=self._ctx.ids.new(), key=key, kind=kind, args={}, due_at=now), now)

    async def _break_off(self) -> None:
        """Stopping: what was not handed over yet goes back, what was has a moment to be answered."""
        if self._claiming is not None:
            await asyncio.wait([self._claiming])
        for task, (delivery, _) in self._sending.items():
            if delivery.id not in self._handed_over:
                task.cancel()
        if self._sending:
            await asyncio.wait(self._sending, timeout=_LAST_MOMENT)
        for task, (delivery, person) in self._sending.items():
            if task.cancelled():
                self._ended.append((person, self._later(delivery, 0, "stopped before it was sent", counted=False)))
            elif task.done():
                self._ended.append((person, task.result()))
            else:
                task.cancel()  # in doubt: the next start finds it
        self._sending.clear()
        try:
            await self._write_down()
        except Exception:
            log.exception("%s: what was sent last could not be marked", self._platform.name)

    async def recover(self) -> None:
        """Settle what was being sent when a process died; no other sender lives when this is called.

        Where this process has only lost its lease for a while, what it is sending itself is not settled here.
        """
        ctx = self._ctx
        if self._claiming is not None:
            await asyncio.wait([self._claiming])
        async with ctx.db.write() as conn:
            left = await outbox.left_sending(conn, self._platform.name, ctx.clock())
            ours = {delivery.id for delivery, _ in self._sending.values()} | {ended.id for _, ended in self._ended}
            lost = [delivery for delivery in left if delivery.id not in ours]
            await self._mark(conn, [self._after_crash(d) for d in lost])
        if lost:
            log.warning("%s: %d messages were in doubt after a crash", self._platform.name, len(lost))

    def _after_crash(self, delivery: Delivery) -> SendOutcome:
        if not delivery.is_begun:  # it was claimed, and did not leave
            return self._later(delivery, 0, delivery.error or "the process ended before it was sent", counted=False)
        return self._in_doubt(delivery, "the process ended while sending", 0)

    def _in_doubt(self, delivery: Delivery, why: str, pause: float) -> SendOutcome:
        """Nobody knows whether it arrived: it is sent once more where that is allowed, then left as it is."""
        repeatable = delivery.lane <= Lane.SERVICE or self._platform.name == "discord"
        if repeatable and not delivery.is_in_doubt:
            return self._later(delivery, pause, f"{outbox.MAYBE}: {why}")
        return SendOutcome(id=delivery.id, state=State.IN_DOUBT, error=f"{outbox.MAYBE}: {why}")

    async def _send(self, delivery: Delivery, person: Supporter) -> SendOutcome:
        try:
            rendered = await render(self._ctx, delivery, person)
            return await self._hand_over(delivery, person, rendered)
        except Obsolete as why:
            return SendOutcome(id=delivery.id, state=State.DROPPED, error=str(why))
        except OnHold as why:
            return SendOutcome(id=delivery.id, state=State.PARKED, error=str(why))
        except Deferred as why:
            wait = (why.until - self._ctx.clock()).total_seconds() if why.until else _LOOK_AGAIN
            return self._later(delivery, max(wait, 1.0), str(why), counted=False, at_most=_LONGEST_WAIT)
        except Unreachable as why:
            # On Discord what is owed to somebody waits for the next time they appear.
            owed = self._platform.name == "discord" and delivery.lane <= Lane.SERVICE
            state = State.PARKED if owed else State.UNREACHABLE
            return SendOutcome(id=delivery.id, state=state, error=str(why), closed=True)
        except RetryLater as why:  # nothing was sent, and it is no fault of this message: that never uses it up
            self._pacer.on_retry_later(person.external_id, why)
            if why.unsolicited and self._dm_pacer is not None:
                self._dm_pacer.halt(why.after)
            return self._later(delivery, why.after, str(why), counted=False)
        except InDoubt as why:
            return self._in_doubt(delivery, str(why), 2.0**delivery.attempts)
        except Rejected as why:
            log.error("delivery %d (%s) was refused: %s", delivery.id, delivery.message, why)
            return self._failed(delivery, str(why))
        except Exception as why:
            log.exception("delivery %d (%s) could not be made", delivery.id, delivery.message)
            return self._later(delivery, 2.0**delivery.attempts, repr(why))

    async def _hand_over(self, delivery: Delivery, person: Supporter, rendered: Rendered) -> SendOutcome:
        if rendered.private_answer is not None:
            self._handed_over.add(delivery.id)
            shown = True
            try:
                await self._platform.edit_private(rendered.private_answer, rendered.card)
            except Unreachable:
                shown = False
            finally:
                self._handed_over.discard(delivery.id)
            # An edit notifies nobody, and who has closed the answer never sees it. So the message counts as read only
            # once it went out as one of its own, or was shown when the person appeared again.
            if not rendered.may_write:
                raise OnHold("only in a private answer so far" if shown else "the private answer has expired")
        if self._dm_pacer is not None and delivery.lane > Lane.SERVICE:
            await self._dm_pacer.slot(person.external_id, _TURNS[Lane(delivery.lane)])
        await self._pacer.slot(person.external_id, _TURNS[Lane(delivery.lane)], patience=_PAUSE_PATIENCE)
        # As late as possible: a crash puts only those in doubt that may have left, not all that wait for their pace.
        async with self._ctx.db.write() as conn:
            await outbox.note_begun(conn, delivery)
        self._handed_over.add(delivery.id)
        try:
            await self._platform.send(person.external_id, rendered.card, nonce=str(delivery.id))
        finally:
            self._handed_over.discard(delivery.id)
        return SendOutcome(id=delivery.id, state=State.SENT)

    def _failed(self, delivery: Delivery, why: str) -> SendOutcome:
        """It will not be sent again; an earlier attempt may have arrived all the same."""
        if delivery.is_in_doubt:
            return SendOutcome(id=delivery.id, state=State.IN_DOUBT, error=f"{outbox.MAYBE}, then {why}")
        return SendOutcome(id=delivery.id, state=State.FAILED, error=why)

    def _later(
        self, delivery: Delivery, seconds: float, why: str, *, counted: bool = True, at_most: float = 3600.0
    ) -> SendOutcome:
        if counted and delivery.attempts >= _MOST_ATTEMPTS:
            return self._failed(delivery, why)
        if delivery.is_in_doubt and not why.startswith(outbox.MAYBE):
            why = f"{outbox.MAYBE}, then {why}"  # what comes after takes no doubt away
        due = self._ctx.clock() + timedelta(seconds=min(seconds, at_most))
        return SendOutcome(id=delivery.id, state=State.WAITING, due_at=due, error=why, counted=counted)
