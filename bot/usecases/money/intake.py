"""The one door for Stripe's events, whether pushed or polled: each is applied exactly once.

Events are applied in sets (group commit): what waits is taken together, written in one transaction, committed once,
and every sender is answered. Under load this is what makes a durable commit cheap; alone, an event waits for nobody.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.gifts import Door
from bot.logs import described
from bot.store.faults import is_transient
from bot.usecases.context import Context
from bot.usecases.money.record import Arrived, apply_set, set_aside
from bot.usecases.money.webhook_health import WebhookHealth
from payments.facts import (
    LivemodeMismatch,
    SignatureRefused,
    UnreadableEvent,
    read_event,
    reduced,
    require_livemode,
    verify_signature,
)
from payments.text import storable

log = logging.getLogger(__name__)
ANSWER_SECONDS = 10.0  # until the sender is told to come back; Stripe itself waits for twice as long
_LARGEST_SET = 128
_MOST_WAITING = 4096  # beyond this the sender is told to come back, rather than memory growing


class NotAccepted(Exception):
    """A delivery that is not stored. `status` is the HTTP status that tells the sender so."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.status = status


@dataclass(slots=True)
class _Waiting:
    event: Arrived
    done: asyncio.Future[None]


class Intake:
    """Takes events in and applies them. `run` must be running for anything to be applied."""

    def __init__(self, ctx: Context, webhook_secrets: Sequence[str], *, livemode: bool) -> None:
        self._ctx = ctx
        self._secrets = tuple(webhook_secrets)
        self._livemode = livemode
        self.health = WebhookHealth(ctx.clock())
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(_MOST_WAITING)

    async def receive(self, raw: bytes, signature: str) -> None:
        """A webhook's body and its Stripe-Signature header; returns once the event is durable.

        Raises NotAccepted: 400 for what Stripe did not sign or we cannot read, 503 where it should come again.
        """
        try:
            verify_signature(raw, signature, self._secrets, self._ctx.clock())
        except SignatureRefused as why:
            self.health.refused(raw, why)
            raise NotAccepted(f"signature: {why}", 400) from None
        event = self._read(raw, "webhook")
        self.health.accepted()
        if event is None:
            return
        if self._queue.full():
            raise NotAccepted("too many events are waiting", 503)
        try:
            await asyncio.wait_for(self._submit(event), ANSWER_SECONDS)
        except TimeoutError:  # it may still be written; when it comes again, it is found applied
            raise NotAccepted("the database does not answer", 503) from None

    async def take(self, listed: Sequence[dict[str, Any]]) -> Sequence[Arrived]:
        """Take events from polling, oldest first; return those that may be ours, once all of them are durable."""
        arrived = []
        for payload in listed:
            try:
                event = self._read(payload, "poll")
            except NotAccepted as why:
                log.error("an event from the list was left out: %s", why)
            else:
                arrived += [] if event is None else [event]
        await asyncio.gather(*(self._submit(event) for event in arrived))
        return arrived

    async def retry(self, events: Sequence[Arrived]) -> None:
        """Events that failed before, tried again."""
        await asyncio.gather(*(self._submit(event) for event in events))

    def _read(self, source: bytes | dict[str, Any], door: Door) -> Arrived | None:
        """Return the event, cut down to what is looked at; None where it cannot become ours: nothing of it is kept."""
        try:
            event = read_event(source)
            require_livemode(event, self._livemode)
        except LivemodeMismatch as why:
            raise NotAccepted(str(why), 400) from None
        except UnreadableEvent as why:
            return self._unreadable(source, str(why), door)
        if not event.may_be_ours:
            return None
        body = json.dumps(event.reduced).encode()
        facts = event.facts
        return Arrived(id=event.id, type=event.type, created=event.created, facts=facts, body=body, came_by=door)

    def _unreadable(self, source: bytes | dict[str, Any], why: str, door: Door) -> Arrived:
        """An event whose frame can be read is kept with its error; anything else is no event."""
        try:
            payload = storable(reduced(json.loads(source) if isinstance(source, bytes) else source))
            if payload["livemode"] is not self._livemode:
                raise NotAccepted("an unreadable event of the other mode", 400)
            return Arrived(
                id=str(payload["id"]),
                type=str(payload["type"]),
                created=self._ctx.clock(),
                facts=(),
                body=json.dumps(payload).encode(),
                unreadable=why,
                came_by=door,
            )
        except (ValueError, KeyError, TypeError, RecursionError):
            raise NotAccepted(why, 400) from None

    async def _submit(self, event: Arrived) -> None:
        waiting = _Waiting(event, asyncio.get_running_loop().create_future())
        await self._queue.put(waiting)
        await waiting.done

    async def run(self) -> None:
        """Apply what comes, until cancelled. Whoever still waits then is told to come back."""
        try:
            while True:
                batch = [await self._queue.get()]
                while len(batch) < _LARGEST_SET and not self._queue.empty():
                    batch.append(self._queue.get_nowait())
                await self._apply(batch)
        finally:
            while not self._queue.empty():
                self._answer([self._queue.get_nowait()], NotAccepted("shutting down", 503))

    async def _apply(self, batch: list[_Waiting]) -> None:
        try:
            messages = await self._write([w.event for w in batch])
        except asyncio.CancelledError:
            self._answer(batch, NotAccepted("shutting down", 503))
            raise
        except Exception as error:
            if is_transient(error):  # none of the events is to blame, and Stripe keeps them until we are well again
                log.error("%d events are asked for again: the database failed: %s", len(batch), type(error).__name__)
                self._answer(batch, NotAccepted("the database does not answer", 503))
                return
            log.exception("a set of %d events could not be written", len(batch))
            if len(batch) == 1:
                await self._set_aside(batch[0], error)
                return
            for one in batch:  # the bad one must not take its neighbours down
                await self._apply([one])
            return
        self._answer(batch, None)
        if messages:
            self._ctx.wake()

    async def _write(self, events: Sequence[Arrived]) -> int:
        """Apply a set, once more on a fresh connection if the database or the way to it failed; how many messages.

        An attempt that failed after its commit does no harm: events that are known are not applied again.
        """
        try:
            return await apply_set(self._ctx, events)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("the database failed and is asked once more: %s", type(error).__name__)
        await self._ctx.db.renew_writer()
        return await apply_set(self._ctx, events)

    async def _set_aside(self, waiting: _Waiting, error: Exception) -> None:
        """An event that the database refuses is kept with its error; where even that fails, it must come again."""
        why = f"{type(error).__name__}: {getattr(error, 'orig', None) or error}"
        try:
            await set_aside(self._ctx, waiting.event, why)
        except asyncio.CancelledError:
            self._answer([waiting], NotAccepted("shutting down", 503))
            raise
        except Exception as refused:  # what no attempt can store must not be sent for days
            log.error("event %s cannot even be set aside: %s", waiting.event.id, described(refused))
            status = 503 if is_transient(refused) else 400
            self._answer([waiting], NotAccepted(f"not stored: {type(error).__name__}", status))
        else:
            self._answer([waiting], None)

    @staticmethod
    def _answer(batch: list[_Waiting], refusal: NotAccepted | None) -> None:
        for waiting in batch:
            if waiting.done.done():  # its sender went away; Stripe will come again and find it applied
                continue
            if refusal is None:
                waiting.done.set_result(None)
            else:
                waiting.done.set_exception(refusal)
