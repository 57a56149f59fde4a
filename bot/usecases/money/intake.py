"""The one entry point for Stripe's events, pushed or polled: each is applied exactly once.

Events are applied in sets (group commit): all waiting events are written in one transaction and committed once, then
every sender is answered. Under load this makes a durable commit cheap; a single event waits for no others.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot import tracing
from bot.domain.gifts import EventSource
from bot.logs import described
from bot.store.faults import is_transient
from bot.tracing import traced
from bot.usecases.context import Context
from bot.usecases.money.record import ReceivedEvent, apply_set, set_aside
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
ANSWER_SECONDS = 10.0  # until the sender must retry; Stripe itself waits twice as long
_LARGEST_SET = 128
_MOST_WAITING = 4096  # beyond this senders must retry, which bounds memory


class NotAccepted(Exception):
    """An event that is not stored. `status` is the HTTP status to answer."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.status = status


@dataclass(slots=True)
class _Waiting:
    event: ReceivedEvent
    done: asyncio.Future[None]
    trace: str = ""  # what it came with


class Intake:
    """Takes events in and applies them. Nothing is applied unless `run` is running."""

    def __init__(self, ctx: Context, webhook_secrets: Sequence[str], *, livemode: bool) -> None:
        self._ctx = ctx
        self._secrets = tuple(webhook_secrets)
        self._livemode = livemode
        self.health = WebhookHealth(ctx.clock())
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(_MOST_WAITING)

    async def receive(self, raw: bytes, signature: str) -> None:
        """Take a webhook's body and its Stripe-Signature header; return once the event is durable.

        Raises NotAccepted: 400 if it is unsigned or unreadable, 503 if Stripe should retry.
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
            with self._ctx.meters.intake.time():
                async with asyncio.timeout(ANSWER_SECONDS):
                    await self._submit(event)
        except TimeoutError:  # it may still be written; a retry then finds it applied
            raise NotAccepted("the database does not answer", 503) from None

    async def take(self, listed: Sequence[dict[str, Any]]) -> Sequence[ReceivedEvent]:
        """Take events from polling, oldest first; return those that may be ours, once all are durable."""
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

    async def retry(self, events: Sequence[ReceivedEvent]) -> None:
        """Try events again that failed before."""
        await asyncio.gather(*(self._submit(event) for event in events))

    def _read(self, source: bytes | dict[str, Any], came_by: EventSource) -> ReceivedEvent | None:
        """Return the event reduced to the fields in use; None if it cannot become ours, and nothing of it is stored."""
        try:
            event = read_event(source)
            require_livemode(event, self._livemode)
        except LivemodeMismatch as why:
            raise NotAccepted(str(why), 400) from None
        except UnreadableEvent as why:
            return self._unreadable(source, str(why), came_by)
        if not event.may_be_ours:
            return None
        body = json.dumps(event.reduced).encode()
        facts = event.facts
        return ReceivedEvent(
            id=event.id, type=event.type, created=event.created, facts=facts, body=body, came_by=came_by
        )

    def _unreadable(self, source: bytes | dict[str, Any], why: str, came_by: EventSource) -> ReceivedEvent:
        """Return an event stored with its error if its envelope is readable. Raises NotAccepted otherwise."""
        try:
            payload = storable(reduced(json.loads(source) if isinstance(source, bytes) else source))
            if payload["livemode"] is not self._livemode:
                raise NotAccepted("an unreadable event of the other mode", 400)
            return ReceivedEvent(
                id=str(payload["id"]),
                type=str(payload["type"]),
                created=self._ctx.clock(),
                facts=(),
                body=json.dumps(payload).encode(),
                unreadable=why,
                came_by=came_by,
            )
        except (ValueError, KeyError, TypeError, RecursionError):
            raise NotAccepted(why, 400) from None

    async def _submit(self, event: ReceivedEvent) -> None:
        waiting = _Waiting(event, asyncio.get_running_loop().create_future(), tracing.current())
        await self._queue.put(waiting)
        await waiting.done

    async def run(self) -> None:
        """Apply events until cancelled. Senders still waiting then must retry."""
        try:
            while True:
                batch = [await self._queue.get()]
                while len(batch) < _LARGEST_SET and not self._queue.empty():
                    batch.append(self._queue.get_nowait())
                traces = list(dict.fromkeys(waiting.trace for waiting in batch if waiting.trace))
                with self._ctx.heartbeats.run("intake"), traced(traces[0] if len(traces) == 1 else ""):
                    if len(traces) > 1:
                        log.info("one set for %s", " ".join(traces))
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
            if is_transient(error):  # no event is to blame, and Stripe retries until the database recovers
                log.error("%d events are asked for again: the database failed: %s", len(batch), type(error).__name__)
                self._answer(batch, NotAccepted("the database does not answer", 503))
                return
            self._ctx.failures.report(error, "Stripe events", f"a set of {len(batch)}")
            if len(batch) == 1:
                await self._set_aside(batch[0], error)
                return
            for waiting in batch:  # isolate the bad event
                await self._apply([waiting])
            return
        self._answer(batch, None)
        if messages:
            self._ctx.wake()

    async def _write(self, events: Sequence[ReceivedEvent]) -> int:
        """Apply a set, retrying once on a fresh connection if the database failed; return how many messages were added.

        An attempt that failed after its commit does no harm: known events are not applied again.
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
        """Store an event that the database refuses with its error; if even that fails, Stripe must retry."""
        why = f"{type(error).__name__}: {getattr(error, 'orig', None) or error}"
        try:
            await set_aside(self._ctx, waiting.event, why)
        except asyncio.CancelledError:
            self._answer([waiting], NotAccepted("shutting down", 503))
            raise
        except Exception as refused:  # Stripe must not retry for days what cannot be stored
            log.error("event %s cannot even be set aside: %s", waiting.event.id, described(refused))
            status = 503 if is_transient(refused) else 400
            self._answer([waiting], NotAccepted(f"not stored: {type(error).__name__}", status))
        else:
            self._answer([waiting], None)

    @staticmethod
    def _answer(batch: list[_Waiting], refusal: NotAccepted | None) -> None:
        for waiting in batch:
            if waiting.done.done():  # its sender disconnected; Stripe's retry will find it applied
                continue
            if refusal is None:
                waiting.done.set_result(None)
            else:
                waiting.done.set_exception(refusal)
