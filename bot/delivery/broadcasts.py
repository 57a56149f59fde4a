"""Broadcasts to people: claim, send, mark, all at the same time. Memory does not grow with the number of people.

Who is claimed and not marked when the process dies is in doubt. So people are claimed just ahead of their turn: as
many as leave while a commit takes, by how long commits have taken lately.
"""

import asyncio
import logging
import math
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from bot.delivery.copies import BroadcastSender
from bot.delivery.pacer import Pacer
from bot.domain.broadcasts import PAUSE_ABOVE, BroadcastState
from bot.domain.people import PlatformName
from bot.domain.quiet import asleep_at
from bot.store.broadcasts import recipients
from bot.store.broadcasts.recipients import Job, Night, Recipient, Result
from bot.store.core import notices, switches
from bot.store.core.notices import Notice
from bot.store.core.outbox import State
from bot.store.db import Connection
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.ports import Copies

log = logging.getLogger(__name__)

_AHEAD = 0.2  # seconds' worth of sends that are claimed before their turn, at most
_MOST_AHEAD = 256
_COMMITS_AHEAD = 3.0  # commits' worth of sends: the next claim starts when half have left, and may take longer
_QUICK = 0.01  # seconds that a commit takes where nothing is slow
_SHORTER = 0.9  # of how long commits are thought to take, where one was quicker
_MOST_AT_ONCE = 128  # handed over and not answered: as many as there are connections
_LOOK = 0.5  # seconds between two looks at what staff have decided
_FLUSH = 0.25  # seconds until what has ended is marked, at most
_LONG_HALT = 5.0  # seconds
_LAST_MOMENT = 0.4  # seconds that messages under way get when we stop
_REMEMBERED = 200  # outcomes by which a broadcast is judged
_FEWEST_FAILURES = 10  # fewer say nothing, whatever their share

Pause = Callable[[int, str], Awaitable[object]]  # the broadcast's id, and why


class BroadcastLoop:
    """Sends what runs. `pause` is called for a broadcast that fails too often."""

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
        self._most = max(1, min(_MOST_AHEAD, math.ceil(self._per_second * _AHEAD)))
        self._commit_takes = _QUICK  # seconds, lately; to begin with a guess, which the first one corrects
        self._jobs: dict[int, Job] = {}
        self._looked = self._marked = self._dry = -math.inf  # the last: when there was nobody left to claim
        self._committing: asyncio.Task[int] | None = None
        self._claimed: deque[tuple[Job, Recipient]] = deque()  # not begun yet
        self._under_way: dict[asyncio.Task[None], Recipient] = {}
        self._handed_over: set[tuple[int, int]] = set()
        self._ahead: set[tuple[int, int]] = set()  # claimed, and waiting for their turn
        self._hands = asyncio.Semaphore(_MOST_AT_ONCE)
        self._ended: list[tuple[Result, Recipient, bool]] = []  # not marked yet; the last: their address is closed
        self._failed: dict[int, deque[str | None]] = {}  # of each broadcast's last outcomes: errors, or None
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Staff have decided something."""
        self._looked = self._dry = -math.inf
        self._woken.set()

    async def serve(self, holding: asyncio.Event) -> None:
        """Until cancelled; send while `holding` is set."""
        try:
            while True:
                await holding.wait()
                self._woken.clear()
                try:
                    await self.turn()
                except Exception:
                    log.exception("broadcasts on %s stumbled; trying again", self._platform)
                    await asyncio.sleep(_LOOK)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), _FLUSH if self._under_way or self._ended else _LOOK)
        finally:
            await self._break_off()

    async def recover(self) -> None:
        """Settle what was being sent when a process died; no other sender lives when this is called."""
        ours = {_key(one) for one in self._under_way.values()} | {_key(one) for _, one, _ in self._ended}
        ours |= {_key(one) for _, one in self._claimed}
        async with self._ctx.db.write() as conn:
            left = await recipients.left_sending(conn, self._platform)
            lost = [one for one in left if _key(one) not in ours]
            results = [self._broadcast_sender.in_doubt(one, "the process ended while sending") for one in lost]
            await recipients.mark(conn, results, self._ctx.clock())
            await recipients.drop_what_came_back(conn, [one.broadcast_id for one in lost], self._ctx.clock())
        if lost:
            log.warning("%s: %d copies of broadcasts were in doubt after a crash", self._platform, len(lost))

    async def step(self) -> None:
        """Send one batch of what is due, to its end. For those who must know that it is done."""
        self._looked = self._marked = self._dry = -math.inf
        await self.turn()
        while self._under_way:
            await self._give_back_if_halted()
            if self._under_way:
                await asyncio.wait(list(self._under_way), timeout=_FLUSH)
        await self._commit(claim=False)

    async def turn(self) -> None:
        """Look what staff have decided, mark what has ended, begin what there is room for."""
        now = asyncio.get_running_loop().time()
        if now >= self._looked + _LOOK:
            await self._look()
            self._looked = now
        await self._give_back_if_halted()
        more = self._wants_more() and now >= self._dry + _LOOK
        if more or (self._ended and now >= self._marked + _FLUSH):
            self._marked = now
            # Who stops us must not lose whom this commit claims: it ends, and they are given back.
            self._committing = asyncio.create_task(self._commit(claim=more))
            if not await asyncio.shield(self._committing) and more:
                self._dry = now
        while self._claimed:
            await self._begin(*self._claimed[0])
            self._claimed.popleft()

    # --- what there is to do ------------------------------------------------------------------------

    async def _look(self) -> None:
        async with self._ctx.db.read() as conn:
            found = await recipients.jobs(conn, self._ctx.clock())
            frozen = bool(found) and await switches.is_frozen(conn)
        self._jobs = {job.id: job for job in found if job.state is BroadcastState.RUNNING and not frozen}
        self._failed = {i: last for i, last in self._failed.items() if i in self._jobs}

    def _wants_more(self) -> bool:
        halted = self._pacer.halted_for > 0 or (self._dm_pacer is not None and self._dm_pacer.halted_for > 0)
        return bool(self._jobs) and not halted and len(self._ahead) <= self._batch // 2

    @property
    def _batch(self) -> int:
        """How many may be claimed and wait for their turn: as few as keep the pipe full."""
        return max(1, min(self._most, math.ceil(self._per_second * self._commit_takes * _COMMITS_AHEAD)))

    async def _commit(self, *, claim: bool) -> int:
        """Mark what has ended and claim the next, in one commit. How many were claimed."""
        ended, now, began = list(self._ended), self._ctx.clock(), asyncio.get_running_loop().time()
        claimed: list[tuple[Job, Recipient]] = []
        asleep = asleep_at(now, self._ctx.zone)
        async with self._ctx.db.write() as conn:
            await self._write_down(conn, ended)
            room = self._batch - len(self._ahead)
            for job in self._jobs.values() if claim else ():
                night = Night(job.quiet, asleep)
                found = await recipients.claim(conn, job.id, self._platform, now, room - len(claimed), night)
                claimed += [(job, one) for one in found]
                if len(claimed) >= room:
                    break
        del self._ended[: len(ended)]
        self._commit_takes = max(asyncio.get_running_loop().time() - began, self._commit_takes * _SHORTER)
        self._claimed += claimed
        await self._judge([result for result, _, _ in ended])
        return len(claimed)

    async def _write_down(self, conn: Connection, ended: Sequence[tuple[Result, Recipient, bool]]) -> None:
        now = self._ctx.clock()
        await recipients.mark(conn, [result for result, _, _ in ended], now)
        if back := {result.broadcast_id for result, _, _ in ended if result.due_at is not None} - set(self._jobs):
            await recipients.drop_what_came_back(conn, back, now)
        for _, one, closed in ended:
            if closed:
                await supporters.set_reachable(conn, self._platform, one.external_id, False, now)
        if self._broadcast_sender.dms_stopped():
            key = f"dms_stopped:{now:%Y-%m-%d}"
            notice = Notice(id=self._ctx.ids.new(), key=key, kind="dms_stopped", args={}, due_at=now)
            await notices.add(conn, notice, now)

    async def _judge(self, results: Sequence[Result]) -> None:
        """Pause what fails too often. Who blocked us or opted out is no failure."""
        for result in results:
            if result.due_at is None:
                last = self._failed.setdefault(result.broadcast_id, deque(maxlen=_REMEMBERED))
                has_failed = result.state in (State.FAILED, State.IN_DOUBT)
                last.append((result.error or "no reason given") if has_failed else None)
        failures = {i: [why for why in last if why is not None] for i, last in self._failed.items()}
        suspects = [i for i, why in failures.items() if i in self._jobs and len(why) >= _FEWEST_FAILURES]
        if not suspects:
            return
        async with self._ctx.db.read() as conn:
            share = await switches.read(conn, switches.PAUSE_ABOVE)
        limit = float(share.value) if share is not None and share.on else PAUSE_ABOVE
        for broadcast_id in suspects:
            why = failures[broadcast_id]
            if 100 * len(why) / len(self._failed[broadcast_id]) > limit:
                del self._failed[broadcast_id], self._jobs[broadcast_id]
                log.error("broadcast %d fails too often and is paused: %s", broadcast_id, why[-1])
                await self._pause(broadcast_id, why[-1])

    # --- sending -------------------------------------------------------------------------------------

    async def _begin(self, job: Job, one: Recipient) -> None:
        try:
            copies = await self._broadcast_sender.copies(job, one.locale, one.asks)
        except Exception as why:
            log.exception("broadcast %d cannot be shown on %s", job.id, self._platform)
            self._ended.append((self._broadcast_sender.failed(one, f"cannot be shown: {why}"), one, False))
            return
        self._ahead.add(_key(one))
        task = asyncio.create_task(self._send(job, one, copies))
        self._under_way[task] = one
        task.add_done_callback(self._is_over)

    def _is_over(self, task: asyncio.Task[None]) -> None:
        self._leaves(self._under_way.pop(task))

    async def _send(self, job: Job, one: Recipient, copies: Copies) -> None:
        @contextmanager
        def gate() -> Iterator[bool]:
            self._leaves(one)
            self._handed_over.add(_key(one))
            try:
                yield job.id in self._jobs
            finally:
                self._handed_over.discard(_key(one))

        async with self._hands:
            result, closed = await self._broadcast_sender.send(job, one, copies, gate)
        self._ended.append((result, one, closed))

    def _leaves(self, one: Recipient) -> None:
        self._ahead.discard(_key(one))
        if len(self._ahead) <= self._batch // 2:
            self._woken.set()

    async def _give_back_if_halted(self) -> None:
        """Nobody is held claimed through a long halt: should the process die meanwhile, they would be in doubt."""
        halts = [pacer.halted_for for pacer in (self._pacer, self._dm_pacer) if pacer is not None]
        if self._ahead and max(halts) > _LONG_HALT:
            await self._give_back()

    async def _give_back(self) -> None:
        """Who was claimed and not handed over waits again."""
        back = {task: one for task, one in self._under_way.items() if _key(one) not in self._handed_over}
        for task in back:
            task.cancel()
        if back:
            await asyncio.wait(back)
        again = [one for task, one in back.items() if task.cancelled()] + [one for _, one in self._claimed]
        self._claimed.clear()
        self._ended += [(self._broadcast_sender.back(one), one, False) for one in again]

    async def _break_off(self) -> None:
        """Stopping: what was not handed over yet goes back, what was has a moment to be answered."""
        if self._committing is not None:
            await asyncio.wait([self._committing])
        await self._give_back()
        if self._under_way:
            await asyncio.wait(list(self._under_way), timeout=_LAST_MOMENT)
        for task in list(self._under_way):
            task.cancel()  # in doubt: the next start finds it
        try:
            await self._commit(claim=False)
        except Exception:
            log.exception("%s: the last copies of broadcasts could not be marked", self._platform)


def _key(one: Recipient) -> tuple[int, int]:
    return one.broadcast_id, one.supporter_id
