"""Webhooks: signed over the raw bytes, retried after a failure, withheld or sent twice on request."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import aiohttp

from ..kit import Json
from . import billing_shapes
from .old_invoice import old_event
from .world import World

RETRY_DELAYS = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds; Stripe's own go from minutes to hours
GREATEST_ATTEMPTS = 60
TIMEOUT = aiohttp.ClientTimeout(total=10)
InvoiceShape = Literal["new", "old"]
Order = Literal["same", "reversed", "shuffled"]


@dataclass
class Endpoint:
    """An endpoint's state besides its API object. `pace` limits concurrent deliveries."""

    id: str
    secret: str
    invoice_shape: InvoiceShape
    queue: asyncio.Queue["Delivery"] = field(default_factory=asyncio.Queue)
    workers: list[asyncio.Task[None]] = field(default_factory=list)


@dataclass(frozen=True)
class Delivery:
    """One delivery attempt. `signed_late` (seconds): the signature's age."""

    event: str
    endpoint: str
    attempt: int = 0
    signed_late: int = 0


def signature(raw: bytes, secret: str, at: int) -> str:
    """Return the header Stripe-Signature for `raw`, as of `at` (Unix seconds)."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + raw, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


class Webhooks:
    """Sends events to the subscribed endpoints, between start() and stop()."""

    def __init__(self, world: World, retry_delays: Sequence[float], concurrency: int) -> None:
        self.world, self.retry_delays, self.concurrency = world, tuple(retry_delays), concurrency
        self.endpoints: dict[str, Endpoint] = {}
        self.held: list[Delivery] | None = None
        self.under_way = 0
        self.idle = asyncio.Event()
        self.idle.set()
        self.session: aiohttp.ClientSession | None = None
        self.sleepers: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self.session = aiohttp.ClientSession(timeout=TIMEOUT, auto_decompress=False)
        for endpoint in self.endpoints.values():
            self._hire(endpoint)

    async def stop(self) -> None:
        tasks = [*self.sleepers, *(worker for e in self.endpoints.values() for worker in e.workers)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.session:
            await self.session.close()
        self.session = None

    # --- endpoints ---
    def add(self, shape: Json, secret: str | None = None, invoice_shape: InvoiceShape = "new") -> Endpoint:
        """Add a webhook_endpoint object's endpoint, with a new secret unless one is given."""
        secret = secret or f"whsec_{self.world.text(32)}"
        endpoint = self.endpoints[shape["id"]] = Endpoint(shape["id"], secret, invoice_shape)
        if self.session:
            self._hire(endpoint)
        return endpoint

    def drop(self, id: str) -> None:
        endpoint = self.endpoints.pop(id, None)
        for worker in endpoint.workers if endpoint else ():
            worker.cancel()

    def _hire(self, endpoint: Endpoint) -> None:
        endpoint.workers = [asyncio.create_task(self._work(endpoint)) for _ in range(self.concurrency)]

    # --- events ---
    def targets(self, event: Json) -> list[str]:
        found = []
        for shape in self.world.every("webhook_endpoint"):
            wanted = "*" in shape["enabled_events"] or event["type"] in shape["enabled_events"]
            if wanted and shape["status"] == "enabled" and shape["id"] in self.endpoints:
                found.append(shape["id"])
        return found

    def on_event(self, event: Json) -> None:
        """Queue a new event; called in the events' order."""
        targets = self.targets(event)
        event["pending_webhooks"] = len(targets)
        for target in targets:
            self._offer(Delivery(event["id"], target))

    def _offer(self, delivery: Delivery) -> None:
        if self.held is not None:
            self.held.append(delivery)
        else:
            self._enqueue(delivery)

    def _enqueue(self, delivery: Delivery) -> None:
        endpoint = self.endpoints.get(delivery.endpoint)
        if endpoint is None:
            return
        self.under_way += 1
        self.idle.clear()
        endpoint.queue.put_nowait(delivery)

    def hold(self) -> None:
        """Withhold deliveries until release()."""
        if self.held is None:
            self.held = []

    def release(self, order: Order = "same", discard: bool = False) -> int:
        """Send the withheld deliveries in the given order, or drop them; return how many."""
        held, self.held = self.held or [], None
        if order == "reversed":
            held.reverse()
        elif order == "shuffled":
            self.world.random.shuffle(held)
        if not discard:
            for delivery in held:
                self._enqueue(delivery)
        return len(held)

    def again(self, event: Json, signed_late: int = 0) -> int:
        """Send an event again, even while others are withheld; return to how many endpoints."""
        targets = self.targets(event)
        for target in targets:
            self._enqueue(Delivery(event["id"], target, signed_late=signed_late))
        return len(targets)

    def late(self, event: Json, seconds: float) -> None:
        self._in_a_while(seconds, lambda: self.again(event))

    # --- the wire ---
    async def _work(self, endpoint: Endpoint) -> None:
        while True:
            delivery = await endpoint.queue.get()
            try:
                status = await self._send(endpoint, delivery)
                self._note(delivery, status)
            finally:
                self.under_way -= 1
                if self.under_way == 0:
                    self.idle.set()

    async def _send(self, endpoint: Endpoint, delivery: Delivery) -> int:
        """Send a delivery; return the receiver's status, or 0 if it could not be reached."""
        event = self.world.find("event", delivery.event)
        shape = self.world.find("webhook_endpoint", endpoint.id)
        if event is None or shape is None or self.session is None:
            return 200
        shown = old_event(self.world, event) if endpoint.invoice_shape == "old" else event
        raw = json.dumps(shown, indent=2, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(raw, endpoint.secret, self.world.now() - delivery.signed_late),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            async with self.session.post(shape["url"], data=raw, headers=headers, allow_redirects=False) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    def _note(self, delivery: Delivery, status: int) -> None:
        event = self.world.find("event", delivery.event)
        good = 200 <= status < 300
        if good and event is not None:
            event["pending_webhooks"] = max(0, event["pending_webhooks"] - 1)
        self.world.changes.tell(
            "webhook", event=delivery.event, endpoint=delivery.endpoint, status=status,
            attempt=delivery.attempt,
        )  # fmt: skip
        if not good and delivery.attempt + 1 < GREATEST_ATTEMPTS:
            wait = self.retry_delays[min(delivery.attempt, len(self.retry_delays) - 1)]
            again = replace(delivery, attempt=delivery.attempt + 1)
            self._in_a_while(wait, lambda: self._offer(again))

    def _in_a_while(self, seconds: float, job: Callable[[], object]) -> None:
        async def wait() -> None:
            await asyncio.sleep(seconds)
            job()

        task = asyncio.create_task(wait())
        self.sleepers.add(task)
        task.add_done_callback(self.sleepers.discard)


def register(world: World, webhooks: Webhooks, given: Json, secret: str | None = None) -> Json:
    """Register a webhook endpoint; return it with its secret, as the response to its creation."""
    shape = billing_shapes.webhook_endpoint(world, given)
    endpoint = webhooks.add(shape, secret, given.get("invoice_shape", "new"))
    return {**shape, "secret": endpoint.secret}
