"""The broadcast worker: claims, sends and marks recipients concurrently, in constant memory.

Recipients claimed but not marked when the process dies end up in doubt. So they are claimed just before they are sent:
as many as can leave during a commit, judging by recent commits.
"""

import asyncio
import logging
import math
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from bot.delivery import dm_refusals
from bot.delivery.copies import BroadcastSender
from bot.delivery.pacer import Pacer
from bot.domain.broadcasts import BroadcastState
from bot.domain.people import PlatformName
from bot.domain.quiet import asleep_at
from bot.store.broadcasts import posts, recipients
from bot.store.broadcasts.recipients import Job, NightRule, Recipient, Result
from bot.store.core.outbox import State
from bot.store.db import Connection
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core import direct_messages, late, limits
from bot.usecases.ports import Copies

log = logging.getLogger(__name__)

_CLAIM_AHEAD = 0.2  # seconds' worth of sends that may be claimed ahead, at most
_MOST_AHEAD = 256
_COMMITS_AHEAD = 3.0  # commits' worth of sends; the next claim starts when half have left, and may take longer
_FIRST_GUESS = 0.01  # seconds for a commit, until the first one was measured
_DECAY = 0.9  # factor on the assumed time of a commit after a quicker one
_MOST_UNANSWERED = 128  # sent but not answered: the number of connections
_RELOAD_EVERY = 0.5  # seconds between reads of what staff have decided
_SAVE_EVERY = 0.25  # seconds until results are stored, at most
_LONG_HALT = 5.0  # seconds
_STOP_GRACE = 0.4  # seconds for unanswered messages at shutdown
_JUDGED_OUTCOMES = 200  # last outcomes by which a broadcast is judged
_MIN_FAILURES = 10  # fewer prove nothing, whatever their share

Pause = Callable[[int, str], Awaitable[object]]  # the broadcast's id, and the reason


class BroadcastLoop:
    """Sends running broadcasts. `pause` is called for a broadcast that fails too often."""

    def __init__(
        self,
        ctx: Context,
        platform: PlatformName,
        broadcast_sender: BroadcastSender,
        pacer: Pacer,
        *,
        pause: Pause,
        dm_pacer: Pacer | None = None,
    ) -> None:
        self._ctx = ctx
        self._platform = platform
        self._broadcast_sender = broadcast_sender
        self._pacer = pacer
        self._dm_pacer = dm_pacer
        self._pause = pause
        self._per_second = (dm_pacer or pacer).pace.per_second
        self._most_ahead = max(1, min(_MOST_AHEAD, math.ceil(self._per_second * _CLAIM_AHEAD)))
        self._commit_takes = _FIRST_GUESS  # seconds, lately
        self._jobs: dict[int, Job] = {}
        self._loaded_at = self._saved_at = self._exhausted_at = -math.inf  # the last: when a claim found no recipients
        self._committing: asyncio.Task[int] | None = None
        self._claimed: deque[tuple[Job, Recipient]] = deque()  # not started yet
        self._in_flight: dict[asyncio.Task[None], Recipient] = {}
        self._awaiting_answer: set[tuple[int, int]] = set()
        self._waiting: set[tuple[int, int]] = set()  # claimed, waiting for a slot
        self._connections = asyncio.Semaphore(_MOST_UNANSWERED)
        self._ended: list[tuple[Result, Recipient, bool]] = []  # not stored yet; the flag: unreachable
        self._failed: dict[int, deque[str | None]] = {}  # each broadcast's last outcomes: error or None
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Read now what staff have decided."""
        self._loaded_at = self._exhausted_at = -math.inf
        self._woken.set()

    async def serve(self, holding: asyncio.Event) -> None:
        """Send while `holding` is set, until cancelled."""
        try:
            while True:
                await holding.wait()
                self._woken.clear()
                try:
                    with self._ctx.heartbeats.run(f"broadcasts:{self._platform}"):
                        await self.run_once()
                except Exception as error:
                    self._report(error, "the worker; it tries again")
                    await asyncio.sleep(_RELOAD_EVERY)
                with suppress(TimeoutError):
                    async with asyncio.timeout(_SAVE_EVERY if self._in_flight or self._ended else _RELOAD_EVERY):
                        await self._woken.wait()
        finally:
            await self._shut_down()

    async def recover(self) -> None:
        """Resolve copies left `sending` by a dead process. The caller holds the lease, so no other process sends."""
        ours = {_key(recipient) for recipient in self._in_flight.values()} | {
            _key(recipient) for _, recipient, _ in self._ended
        }
        ours |= {_key(recipient) for _, recipient in self._claimed}
        async with self._ctx.db.write() as conn:
            left = await recipients.interrupted(conn, self._platform)
            lost = [recipient for recipient in left if _key(recipient) not in ours]
            results = [
                self._broadcast_sender.in_doubt(recipient, "the process ended while sending") for recipient in lost
            ]
            await recipients.mark(conn, results, self._ctx.clock())
            await recipients.drop_returned(conn, [recipient.broadcast_id for recipient in lost], self._ctx.clock())
        if lost:
            log.warning("%s: %d copies of broadcasts were in doubt after a crash", self._platform, len(lost))

    async def step(self) -> None:
        """Send one batch of due copies and wait for all of them."""
        self._loaded_at = self._saved_at = self._exhausted_at = -math.inf
        await self.run_once()
        while self._in_flight:
            await self._release_if_halted()
            if self._in_flight:
                await asyncio.wait(list(self._in_flight), timeout=_SAVE_EVERY)
        await self._commit(claim=False)

    async def run_once(self) -> None:
        """Load what staff have decided, store results, claim recipients and start sending."""
        now = asyncio.get_running_loop().time()
        if now >= self._loaded_at + _RELOAD_EVERY:
            await self._load_jobs()
            self._loaded_at = now
        await self._release_if_halted()
        should_claim = self._can_claim() and now >= self._exhausted_at + _RELOAD_EVERY
        if should_claim or (self._ended and now >= self._saved_at + _SAVE_EVERY):
            self._saved_at = now
            # Shielded: after a cancellation the commit still completes, so that `_shut_down` can release the claim.
            self._committing = asyncio.create_task(self._commit(claim=should_claim))
            if not await asyncio.shield(self._committing) and should_claim:
                self._exhausted_at = now
        while self._claimed:
            await self._start_sending(*self._claimed[0])
            self._claimed.popleft()

    # --- claiming and storing -----------------------------------------------------------------------

    async def _load_jobs(self) -> None:
        async with self._ctx.db.read() as conn:
            found = await recipients.jobs(conn, self._ctx.clock())
            waits = bool(found) and await late.broadcasts_wait(conn, self._ctx.clock())
            if found and self._platform == "discord":
                waits = waits or await direct_messages.current_stop(conn) is not None
        self._jobs = {job.id: job for job in found if job.state is BroadcastState.RUNNING and not waits}
        self._failed = {i: outcomes for i, outcomes in self._failed.items() if i in self._jobs}

    def _can_claim(self) -> bool:
        halted = self._pacer.halted_for > 0 or (self._dm_pacer is not None and self._dm_pacer.halted_for > 0)
        return bool(self._jobs) and not halted and len(self._waiting) <= self._batch // 2

    @property
    def _batch(self) -> int:
        """How many recipients may be claimed ahead: as few as keep the sender busy."""
        return max(1, min(self._most_ahead, math.ceil(self._per_second * self._commit_takes * _COMMITS_AHEAD)))

    async def _commit(self, *, claim: bool) -> int:
        """Store results and claim the next recipients in one commit. Return how many were claimed."""
        await dm_refusals.store(self._ctx, self._pacer)  # first: after a crash in between, one more copy would leave
        ended, now, began = list(self._ended), self._ctx.clock(), asyncio.get_running_loop().time()
        claimed: list[tuple[Job, Recipient]] = []
        asleep = asleep_at(now, self._ctx.zone)
        async with self._ctx.db.write() as conn:
            await self._save_ended(conn, ended)
            room = self._batch - len(self._waiting)
            for job in self._jobs.values() if claim else ():
                if self._platform == "discord" and await posts.are_first_tries_left(conn, job.id, "discord", now):
                    continue  # channels come first there: most people read it in one
                night = NightRule(job.quiet, asleep)
                found = await recipients.claim(conn, job.id, self._platform, now, room - len(claimed), night)
                claimed += [(job, recipient) for recipient in found]
                if len(claimed) >= room:
                    break
        del self._ended[: len(ended)]
        self._commit_takes = max(asyncio.get_running_loop().time() - began, self._commit_takes * _DECAY)
        self._claimed += claimed
        await self._pause_failing([result for result, _, _ in ended])
        return len(claimed)

    async def _save_ended(self, conn: Connection, ended: Sequence[tuple[Result, Recipient, bool]]) -> None:
        now = self._ctx.clock()
        await recipients.mark(conn, [result for result, _, _ in ended], now)
        if released := {result.broadcast_id for result, _, _ in ended if result.due_at is not None} - set(self._jobs):
            await recipients.drop_returned(conn, released, now)
        for _, recipient, closed in ended:
            if closed:
                await supporters.set_reachable(conn, self._platform, recipient.external_id, False, now)

    async def _pause_failing(self, results: Sequence[Result]) -> None:
        """Pause broadcasts that fail too often. Blocked and opted-out recipients are not failures."""
        for result in results:
            if result.due_at is None:
                outcomes = self._failed.setdefault(result.broadcast_id, deque(maxlen=_JUDGED_OUTCOMES))
                has_failed = result.state in (State.FAILED, State.IN_DOUBT)
                outcomes.append((result.error or "no reason given") if has_failed else None)
        failures = {i: [reason for reason in outcomes if reason is not None] for i, outcomes in self._failed.items()}
        suspects = [i for i, reason in failures.items() if i in self._jobs and len(reason) >= _MIN_FAILURES]
        if not suspects:
            return
        async with self._ctx.db.read() as conn:
            limit = (await limits.read(self._ctx, conn)).pause
        for broadcast_id in suspects:
            reason = failures[broadcast_id]
            if 100 * len(reason) / len(self._failed[broadcast_id]) > limit:
                del self._failed[broadcast_id], self._jobs[broadcast_id]
                log.error("broadcast %d fails too often and is paused: %s", broadcast_id, reason[-1])
                await self._pause(broadcast_id, reason[-1])

    # --- sending -------------------------------------------------------------------------------------

    async def _start_sending(self, job: Job, recipient: Recipient) -> None:
        try:
            copies = await self._broadcast_sender.copies(job, recipient.locale, recipient.asks)
        except Exception as error:
            self._report(error, f"broadcast {job.id}, which cannot be rendered")
            self._ended.append(
                (self._broadcast_sender.failed(recipient, f"cannot be shown: {error}"), recipient, False)
            )
            return
        self._waiting.add(_key(recipient))
        task = asyncio.create_task(self._send(job, recipient, copies))
        self._in_flight[task] = recipient
        task.add_done_callback(self._on_done)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._mark_left(self._in_flight.pop(task))

    async def _send(self, job: Job, recipient: Recipient, copies: Copies) -> None:
        @contextmanager
        def gate() -> Iterator[bool]:
            self._mark_left(recipient)
            self._awaiting_answer.add(_key(recipient))
            try:
                yield job.id in self._jobs
            finally:
                self._awaiting_answer.discard(_key(recipient))

        async with self._connections:
            result, closed = await self._broadcast_sender.send(job, recipient, copies, gate)
        self._ended.append((result, recipient, closed))

    def _mark_left(self, recipient: Recipient) -> None:
        self._waiting.discard(_key(recipient))
        if len(self._waiting) <= self._batch // 2:
            self._woken.set()

    async def _release_if_halted(self) -> None:
        """Release recipients before a long halt: if the process died meanwhile, they would be in doubt."""
        halts = [pacer.halted_for for pacer in (self._pacer, self._dm_pacer) if pacer is not None]
        if self._waiting and max(halts) > _LONG_HALT:
            await self._release_claimed()

    async def _release_claimed(self) -> None:
        """Let claimed recipients whose copy has not been sent wait again."""
        released = {
            task: recipient
            for task, recipient in self._in_flight.items()
            if _key(recipient) not in self._awaiting_answer
        }
        for task in released:
            task.cancel()
        if released:
            await asyncio.wait(released)
        unsent = [recipient for task, recipient in released.items() if task.cancelled()] + [
            recipient for _, recipient in self._claimed
        ]
        self._claimed.clear()
        self._ended += [(self._broadcast_sender.released(recipient), recipient, False) for recipient in unsent]

    async def _shut_down(self) -> None:
        """Release unsent recipients, and wait briefly for the answers to copies that were sent."""
        if self._committing is not None:
            await asyncio.wait([self._committing])
        await self._release_claimed()
        if self._in_flight:
            await asyncio.wait(list(self._in_flight), timeout=_STOP_GRACE)
        for task in list(self._in_flight):
            task.cancel()  # in doubt: the next start finds it
        try:
            await self._commit(claim=False)
        except Exception as error:
            self._report(error, "the last results, which are not stored")

    def _report(self, error: Exception, item: str) -> None:
        self._ctx.failures.report(error, f"broadcasts on {self._platform}", item)


def _key(recipient: Recipient) -> tuple[int, int]:
    return recipient.broadcast_id, recipient.supporter_id
