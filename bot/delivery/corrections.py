"""Posts of broadcasts in channels and groups, and changes of sent copies: corrections and withdrawals.

A correction visits the copies in order of supporter id, so that it can resume after a restart. A freeze does not stop
it: that is when staff need it.
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
from bot.store.core.outbox import State
from bot.usecases.campaigns.live_cards import record_lost_rights
from bot.usecases.context import Context
from bot.usecases.core import late
from bot.usecases.ports import InDoubt, MessageRef, MissingPermission, Rejected, RetryLater, Unreachable

log = logging.getLogger(__name__)

_BATCH = 64
_CHECK_EVERY = 1.0  # seconds between checks while there is nothing to do
_ONE_SECOND = timedelta(seconds=1)
_REFUSED_RETRY = 600.0  # seconds until a place without permission is tried again
_MOST_REFUSALS = 6  # of one post; after an hour nobody expects it any more
_NOT_SENT_YET = {State.WAITING, State.SENDING}  # may still receive the previous revision


class CorrectionLoop:
    """Posts, corrects and deletes, batch by batch."""

    def __init__(self, ctx: Context, platform: PlatformName, broadcast_sender: BroadcastSender) -> None:
        self._ctx = ctx
        self._platform = platform
        self._broadcast_sender = broadcast_sender
        self._position: dict[int, int] = {}  # broadcast -> supporter id that its pass has reached
        self._to_retry: set[int] = set()  # broadcasts with a copy that must be retried
        self._retry_at: dict[tuple[int, int], datetime] = {}  # by broadcast and place: when to retry a refused change
        self._posting: set[tuple[int, int]] = set()  # broadcast, place: being posted now
        self._up_to_date: set[tuple[int, int, BroadcastState]] = set()  # every copy is at this revision and state

    async def serve(self, holding: asyncio.Event) -> None:
        """Work while `holding` is set, until cancelled."""
        while True:
            await holding.wait()
            try:
                has_worked = await self.step()
            except Exception as error:
                self._report(error, "the worker; it tries again")
                has_worked = False
            if not has_worked:
                await asyncio.sleep(_CHECK_EVERY)

    async def recover(self) -> None:
        """Resolve posts left `sending` by a dead process. On Telegram they are not repeated, as they may be there."""
        reason, now = "the process ended while posting", self._ctx.clock()
        again = self._platform == "discord"  # the nonce makes a repeat harmless
        state = State.WAITING if again else State.IN_DOUBT
        async with self._ctx.db.write() as conn:
            for post in await posts.interrupted(conn, self._platform):
                if (post.broadcast_id, post.place.id) in self._posting:
                    continue  # by this process, which lost its lease for a while
                await posts.mark(conn, post, state=state, error=f"in doubt: {reason}", done_at=None if again else now)
                await posts.drop_returned(conn, post.broadcast_id, now)

    async def step(self) -> bool:
        """Process one batch of each kind. Return whether there was anything to do."""
        now = self._ctx.clock()
        async with self._ctx.db.read() as conn:
            jobs = await recipients.jobs(conn, now)
            waits = bool(jobs) and await late.broadcasts_wait(conn, now)
        has_worked = False
        for job in jobs:
            if job.state is BroadcastState.RUNNING and not waits:
                has_worked |= await self._post(job)
            if job.state is BroadcastState.WITHDRAWN or job.revision > 1:
                has_worked |= await self._change_posts(job)
                has_worked |= await self._change_copies(job)
        return has_worked

    # --- posts --------------------------------------------------------------------------------------

    async def _post(self, job: Job) -> bool:
        async with self._ctx.db.write() as conn:
            due = await posts.claim(conn, job.id, self._platform, self._ctx.clock(), _BATCH)
            self._posting = {(job.id, post.place.id) for post in due}
        try:
            await asyncio.gather(*(self._post_one(job, post) for post in due))
        finally:
            self._posting = set()
        return bool(due)

    async def _post_one(self, job: Job, post: Post) -> None:
        lost: Rejected | Unreachable | None = None
        try:
            ref = await self._broadcast_sender.post(job, post)
            await self._save_posted(job, post, ref)
            return
        except RetryLater as error:
            self._broadcast_sender.on_retry_later(post.place.chat_id, error)
            values = self._retry_in(post, error.after, str(error))
        except InDoubt as error:
            again = self._platform == "discord" and post.attempts < 5
            values = self._retry_in(post, 5, f"in doubt: {error}") if again else _ended(State.IN_DOUBT, str(error))
        except MissingPermission as error:  # staff may restore it
            again = post.attempts < _MOST_REFUSALS
            values, lost = (
                self._retry_in(post, _REFUSED_RETRY, str(error)) if again else _ended(State.FAILED, str(error)),
                error,
            )
        except (Unreachable, Rejected) as error:  # the text was previewed, so the place is the cause
            values, lost = _ended(State.FAILED, str(error)), error
        except Exception as error:
            self._report(error, f"broadcast {job.id} in place {post.place.id}")
            values = self._retry_in(post, 30, repr(error)) if post.attempts < 5 else _ended(State.FAILED, repr(error))
        async with self._ctx.db.write() as conn:
            await posts.mark(conn, post, **values)
            await posts.drop_returned(conn, job.id, self._ctx.clock())
            if lost is not None:
                await record_lost_rights(self._ctx, conn, self._platform, post.place.chat_id, lost)

    async def _save_posted(self, job: Job, post: Post, ref: MessageRef) -> None:
        values = {"state": State.SENT, "error": None, "done_at": self._ctx.clock(), "revision": job.revision}
        async with self._ctx.db.write() as conn:
            await posts.mark(conn, post, chat_id=ref.chat_id, message_id=ref.message_id, **values)

    def _report(self, error: Exception, item: str) -> None:
        self._ctx.failures.report(error, f"posts on {self._platform}", item)

    def _retry_in(self, post: Post, seconds: float, reason: str) -> dict[str, Any]:
        from_now = self._ctx.clock() + min(seconds, 3600.0) * _ONE_SECOND
        return {"state": State.WAITING, "error": reason, "due_at": from_now}

    # --- changes of what was sent -------------------------------------------------------------------

    async def _change_posts(self, job: Job) -> bool:
        async with self._ctx.db.read() as conn:
            behind = await posts.outdated(conn, job, self._platform, _BATCH)
        return any(await asyncio.gather(*(self._change_post(job, post) for post in behind)))

    async def _change_post(self, job: Job, post: Post) -> bool:
        values: dict[str, Any] = {"revision": job.revision, "error": None}
        key, now = (job.id, post.place.id), self._ctx.clock()
        if self._retry_at.get(key, now) > now:
            return False
        try:
            await self._broadcast_sender.change_post(job, post)
        except RetryLater as error:
            self._broadcast_sender.on_retry_later(post.chat_id or post.place.chat_id, error)
            return False
        except (
            MissingPermission,
            Unreachable,
        ) as error:  # the post stays as it was: notify staff, retry later
            log.warning("the post of broadcast %d in place %d stays as it was: %s", job.id, post.place.id, error)
            self._retry_at[key] = now + _REFUSED_RETRY * _ONE_SECOND
            async with self._ctx.db.write() as conn:
                await record_lost_rights(self._ctx, conn, self._platform, post.place.chat_id, error)
            return False
        except Rejected as error:
            values["error"] = str(error)
        except Exception as error:  # must not hold up other posts or copies
            self._report(error, f"the post of broadcast {job.id} in place {post.place.id}")
            values["error"] = repr(error)
        self._retry_at.pop(key, None)
        if job.state is BroadcastState.WITHDRAWN:
            values["message_id"] = None
        async with self._ctx.db.write() as conn:
            await posts.mark(conn, post, **values)
        return True

    async def _change_copies(self, job: Job) -> bool:
        """Change the next batch of people's copies. Complete once a pass finds none and none is to be retried."""
        target = (job.id, job.revision, job.state)
        if target in self._up_to_date:
            return False
        after = self._position.get(job.id, 0)
        async with self._ctx.db.read() as conn:
            behind = await recipients.outdated(conn, job, self._platform, after=after, limit=_BATCH)
            some_unsent = not behind and bool(_NOT_SENT_YET & (await recipients.counts(conn, job.id)).keys())
        if not behind:
            if after == 0 and not some_unsent and job.id not in self._to_retry:
                self._up_to_date.add(target)
            self._position[job.id] = 0
            self._to_retry.discard(job.id)
            return after > 0
        self._position[job.id] = behind[-1].supporter_id
        changed = await asyncio.gather(*(self._broadcast_sender.change(job, copy) for copy in behind))
        if None in changed:
            self._to_retry.add(job.id)
        async with self._ctx.db.write() as conn:
            await recipients.mark_corrected(conn, [copy for copy in changed if copy is not None])
        return any(copy is not None for copy in changed)  # if all must wait, so must the next batch


def _ended(state: State, reason: str) -> dict[str, Any]:
    return {"state": state, "error": reason}
