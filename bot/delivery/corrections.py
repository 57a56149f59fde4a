"""Posts of broadcasts in channels and groups; and what changes copies that stand already: corrections, withdrawals.

A correction goes through the copies in the order of supporters, so it takes up where it was after a restart. It is not
stopped by a freeze: that is when staff need it.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

from bot.delivery.copies import BroadcastSender
from bot.domain.broadcasts import BroadcastState
from bot.domain.people import PlatformName
from bot.store.broadcasts import posts, recipients
from bot.store.broadcasts.posts import Post
from bot.store.broadcasts.recipients import Job
from bot.store.campaigns import places
from bot.store.core import switches
from bot.store.core.outbox import State
from bot.usecases.campaigns.live_cards import rights_lost
from bot.usecases.context import Context
from bot.usecases.ports import InDoubt, MessageRef, MissingPermission, Rejected, RetryLater, Unreachable

log = logging.getLogger(__name__)

_BATCH = 64
_LOOK = 1.0  # seconds between two looks at what staff have decided
_SECOND = timedelta(seconds=1)
_REFUSED = 600.0  # seconds until a place that refused us is tried again
_MOST_REFUSALS = 6  # of a post; an hour later nobody would expect it any more
_TO_COME = {State.WAITING, State.SENDING}  # who may still be sent the words that a sender read a moment ago


class CorrectionLoop:
    """Posts, corrects and takes away, batch after batch."""

    def __init__(self, ctx: Context, platform: PlatformName, broadcast_sender: BroadcastSender) -> None:
        self._ctx = ctx
        self._platform = platform
        self._broadcast_sender = broadcast_sender
        self._come_to: dict[int, int] = {}  # how far a pass through the copies has come, by supporter id
        self._left_behind: set[int] = set()  # broadcasts of which some copy must be tried again
        self._not_before: dict[tuple[int, int], datetime] = {}  # broadcast, place: when a refused change is tried again
        self._posting: set[tuple[int, int]] = set()  # broadcast, place: on their way now
        self._settled: set[tuple[int, int, BroadcastState]] = set()  # broadcast, revision: no copy is behind

    async def serve(self, holding: asyncio.Event) -> None:
        """Until cancelled; work while `holding` is set."""
        while True:
            await holding.wait()
            try:
                worked = await self.step()
            except Exception:
                log.exception("posts and corrections on %s stumbled; trying again", self._platform)
                worked = False
            if not worked:
                await asyncio.sleep(_LOOK)

    async def recover(self) -> None:
        """A post that was under way when a process died may stand there or not; it is not repeated on Telegram."""
        why, now = "the process ended while posting", self._ctx.clock()
        again = self._platform == "discord"  # the nonce makes a repeat harmless
        state = State.WAITING if again else State.IN_DOUBT
        async with self._ctx.db.write() as conn:
            for post in await posts.left_sending(conn, self._platform):
                if (post.broadcast_id, post.place.id) in self._posting:
                    continue  # by this process, which has only lost its lease for a while
                await posts.mark(conn, post, state=state, error=f"in doubt: {why}", done_at=None if again else now)
                await posts.drop_what_came_back(conn, post.broadcast_id, now)

    async def step(self) -> bool:
        """One batch of each kind; whether there was anything to do."""
        now = self._ctx.clock()
        async with self._ctx.db.read() as conn:
            jobs = await recipients.jobs(conn, now)
            frozen = bool(jobs) and await switches.is_frozen(conn)
        worked = False
        for job in jobs:
            if job.state is BroadcastState.RUNNING and not frozen:
                worked |= await self._post(job)
            if job.state is BroadcastState.WITHDRAWN or job.revision > 1:
                worked |= await self._change_posts(job)
                worked |= await self._change_copies(job)
        return worked

    # --- posts --------------------------------------------------------------------------------------

    async def _post(self, job: Job) -> bool:
        async with self._ctx.db.write() as conn:
            due = await posts.claim(conn, job.id, self._platform, self._ctx.clock(), _BATCH)
            self._posting = {(job.id, one.place.id) for one in due}
        try:
            await asyncio.gather(*(self._post_one(job, one) for one in due))
        finally:
            self._posting = set()
        return bool(due)

    async def _post_one(self, job: Job, one: Post) -> None:
        lost = False
        try:
            ref = await self._broadcast_sender.post(job, one)
            await self._stands(job, one, ref)
            return
        except RetryLater as why:
            self._broadcast_sender.on_retry_later(one.place.chat_id, why)
            came_to = self._again(one, why.after, str(why))
        except InDoubt as why:
            again = self._platform == "discord" and one.attempts < 5
            came_to = self._again(one, 5, f"in doubt: {why}") if again else _ended(State.IN_DOUBT, str(why))
        except MissingPermission as why:  # staff may give it back
            again = one.attempts < _MOST_REFUSALS
            came_to, lost = self._again(one, _REFUSED, str(why)) if again else _ended(State.FAILED, str(why)), True
        except (Unreachable, Rejected) as why:  # what it says was previewed; so it is the place that does not take it
            came_to, lost = _ended(State.FAILED, str(why)), True
        except Exception as why:
            log.exception("broadcast %d could not be posted into place %d", job.id, one.place.id)
            came_to = self._again(one, 30, repr(why)) if one.attempts < 5 else _ended(State.FAILED, repr(why))
        async with self._ctx.db.write() as conn:
            await posts.mark(conn, one, **came_to)
            await posts.drop_what_came_back(conn, job.id, self._ctx.clock())
            if lost:
                await rights_lost(self._ctx, conn, self._platform, one.place.chat_id)

    async def _stands(self, job: Job, one: Post, ref: MessageRef) -> None:
        values = {"state": State.SENT, "error": None, "done_at": self._ctx.clock(), "revision": job.revision}
        async with self._ctx.db.write() as conn:
            await posts.mark(conn, one, chat_id=ref.chat_id, message_id=ref.message_id, **values)
            if _is_id(one.place.chat_id) and ref.chat_id != one.place.chat_id:  # the group has become another chat
                await places.moved(conn, self._platform, one.place.chat_id, ref.chat_id)

    def _again(self, one: Post, seconds: float, why: str) -> dict[str, Any]:
        from_now = self._ctx.clock() + min(seconds, 3600.0) * _SECOND
        return {"state": State.WAITING, "error": why, "due_at": from_now}

    # --- what stands already -------------------------------------------------------------------------

    async def _change_posts(self, job: Job) -> bool:
        async with self._ctx.db.read() as conn:
            behind = await posts.behind(conn, job, self._platform, _BATCH)
        return any(await asyncio.gather(*(self._change_post(job, one) for one in behind)))

    async def _change_post(self, job: Job, one: Post) -> bool:
        values: dict[str, Any] = {"revision": job.revision, "error": None}
        key, now = (job.id, one.place.id), self._ctx.clock()
        if self._not_before.get(key, now) > now:
            return False
        try:
            await self._broadcast_sender.change_post(job, one)
        except RetryLater as why:
            self._broadcast_sender.on_retry_later(one.chat_id or one.place.chat_id, why)
            return False
        except (
            MissingPermission,
            Unreachable,
        ) as why:  # it stands there as it was: staff are notified, and it is tried again
            log.warning("the post of broadcast %d in place %d stays: %s", job.id, one.place.id, why)
            self._not_before[key] = now + _REFUSED * _SECOND
            async with self._ctx.db.write() as conn:
                await rights_lost(self._ctx, conn, self._platform, one.place.chat_id)
            return False
        except Rejected as why:
            values["error"] = str(why)
        except Exception as why:  # it must hold up no other post, nor people's copies
            log.exception("the post of broadcast %d in place %d could not be changed", job.id, one.place.id)
            values["error"] = repr(why)
        self._not_before.pop(key, None)
        if job.state is BroadcastState.WITHDRAWN:
            values["message_id"] = None
        async with self._ctx.db.write() as conn:
            await posts.mark(conn, one, **values)
        return True

    async def _change_copies(self, job: Job) -> bool:
        """The next batch of people's copies. Done with when a pass finds none and none was put off."""
        goal = (job.id, job.revision, job.state)
        if goal in self._settled:
            return False
        after = self._come_to.get(job.id, 0)
        async with self._ctx.db.read() as conn:
            behind = await recipients.behind(conn, job, self._platform, after=after, limit=_BATCH)
            to_come = not behind and bool(_TO_COME & (await recipients.counts(conn, job.id)).keys())
        if not behind:
            if after == 0 and not to_come and job.id not in self._left_behind:
                self._settled.add(goal)
            self._come_to[job.id] = 0
            self._left_behind.discard(job.id)
            return after > 0
        self._come_to[job.id] = behind[-1].supporter_id
        changed = await asyncio.gather(*(self._broadcast_sender.change(job, copy) for copy in behind))
        if None in changed:
            self._left_behind.add(job.id)
        async with self._ctx.db.write() as conn:
            await recipients.mark_changed(conn, [one for one in changed if one is not None])
        return any(one is not None for one in changed)  # where all must wait, so does the next batch


def _ended(state: State, why: str) -> dict[str, Any]:
    return {"state": state, "error": why}


def _is_id(chat: str) -> bool:
    """Whether this is a chat's number, not a channel's @name."""
    return chat.removeprefix("-").isdigit()
