"""StripeSandbox: starts and stops the fake, and the verbs of donors, banks and the dashboard."""

import asyncio
import copy
import inspect
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from ..kit import Changes, Clock, Faults, Json, Verb, serve, verb_routes
from . import aftermath, catalog_api, checkout, portal, subscriptions
from .balance_verbs import BalanceVerbs, verb
from .keys import Keys
from .pages import Pages
from .routes import routes
from .saving_verbs import SavingVerbs
from .server import Api
from .webhooks import RETRY_DELAYS, InvoiceShape, Order, Webhooks, register
from .world import Charity, World

SHOWN = 50  # newest objects of a kind in state()


class StripeSandbox(BalanceVerbs, SavingVerbs):
    """A Stripe account on 127.0.0.1: API, payment page, webhooks, and verbs for everything else.

    fee_delay: seconds between a payment and its balance transaction (charge.updated); 0 is at once.
    webhook_concurrency: concurrent deliveries per endpoint; 1 keeps the order of events.
    public_url: how browsers reach the pages, if not by `url`.
    api_key: the only valid secret key; None: every key that starts with sk_test_ is valid.
    All amounts are minor units. An impossible verb raises LookupError or ValueError.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        seed: int = 0,
        charity: Charity | None = None,
        api_key: str | None = None,
        fee_delay: float = 0.5,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        webhook_concurrency: int = 1,
        public_url: str | None = None,
    ) -> None:
        self.news = Changes()
        self.faults = Faults(clock)
        self.world = World(clock, seed, charity or Charity(), self.news)
        self.webhooks = Webhooks(self.world, retry_delays, webhook_concurrency)
        self.world.on_event = self.webhooks.on_event
        self.world.later = self._later
        self.fee_delay, self.public_url = fee_delay, public_url
        self.invoice_shape: InvoiceShape = "new"
        self.waiting: dict[asyncio.TimerHandle, Callable[[], None]] = {}
        self.keys = Keys(self.world.account_id, api_key)
        self.api = Api(self.world, self.faults, routes(self.webhooks, lambda: self.invoice_shape), self.keys)
        self._runner: web.AppRunner | None = None
        self._url = ""

    # --- life ---
    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        app = web.Application()
        app.add_routes(self.api.route_defs())
        app.add_routes(Pages(self.world).route_defs())
        app.add_routes(verb_routes(self._verbs(), self.state))
        self._runner, self._url = await serve(app, host, port)
        self.world.url = self.public_url or self._url
        portal.save(self.world, login_page=True)
        await self.webhooks.start()

    async def stop(self) -> None:
        for handle in self.waiting:
            handle.cancel()
        self.waiting.clear()
        await self.webhooks.stop()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> "StripeSandbox":
        await self.start()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """Base URL of the API and the pages, without a trailing slash."""
        return self._url

    def changes(self) -> AsyncIterator[Json]:
        """Yield events, deliveries and opened checkouts as they happen, each a small dict with "what"."""
        return self.news.follow()

    def subscribe(self) -> "asyncio.Queue[Json]":
        return self.news.subscribe()

    def state(self) -> Json:
        """Return the newest objects of each kind, for demo page and tests."""
        kinds = ("payment_link", "checkout.session", "charge", "refund", "dispute", "subscription", "invoice")
        shown: Json = {kind: copy.deepcopy(self.world.every(kind)[-SHOWN:][::-1]) for kind in kinds}
        events = self.world.every("event")[-SHOWN:][::-1]
        names = ("id", "type", "created", "pending_webhooks")
        shown["event"] = [{name: event[name] for name in names} for event in events]
        endpoints = self.world.every("webhook_endpoint")
        return {
            "url": self.url,
            "objects": shown,
            "webhooks": [{name: e[name] for name in ("id", "url", "status", "enabled_events")} for e in endpoints],
            "held": None if self.webhooks.held is None else len(self.webhooks.held),
        }

    def _verbs(self) -> dict[str, Verb]:
        methods = inspect.getmembers(self, inspect.iscoroutinefunction)
        return {name: method for name, method in methods if getattr(method, "is_verb", False)}

    def _later(self, job: Callable[[], None]) -> None:
        if self.fee_delay <= 0:
            job()
            return

        def run() -> None:
            self.waiting.pop(handle, None)
            job()

        handle = asyncio.get_running_loop().call_later(self.fee_delay, run)
        self.waiting[handle] = job

    # --- donors ---
    @verb
    async def open(self, url: str, locale: str | None = None) -> Json:
        """Open a payment page: a payment link's URL with its parameters, or a session's own URL."""
        parts = urlsplit(url)
        code = parts.path.rpartition("/")[2]
        if parts.path.startswith("/c/pay/"):
            return copy.deepcopy(checkout.open_checkout(self.world, code)[0])
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if locale:
            query["locale"] = locale
        return copy.deepcopy(checkout.open_link(self.world, checkout.link_by_code(self.world, code), query))

    @verb
    async def pay(
        self,
        url: str,
        *,
        method: Literal["card", "bank"] = "card",
        card: str = "4242424242424242",
        email: str | None = None,
        amount: int | None = None,
        locale: str | None = None,
        approve: bool = True,
        name: str = "Dominique Essai",
        address: str = "1, rue de l’Essai",
    ) -> Json:
        """Open a payment page and pay; return the session.

        It is complete and paid, complete and unpaid (bank debit), or still open if the card was declined. `approve`:
        the donor's answer to the bank (3-D Secure). `name`, `address`: typed where the page asks for them.
        Raises Closed, BadAmount or IdentityMissing (all ValueErrors).
        """
        session = await self.open(url, locale)
        known = session["customer_email"] or self.world.checkouts[session["id"]].prefilled_email
        outcome, _ = checkout.attempt(
            self.world,
            session["id"],
            method=method,
            card=card,
            email=email or known or "donor@example.com",
            amount=amount,
            name=name,
            address=address,
        )
        if outcome == "challenge":
            checkout.answer_challenge(self.world, session["id"], approve)
        return self._shown("checkout.session", session["id"])

    @verb
    async def settle(self, session: str, ok: bool = True) -> Json:
        """Let the bank answer to a debit: success or failure."""
        return copy.deepcopy(checkout.settle(self.world, self._get("checkout.session", session), ok))

    @verb
    async def expire_session(self, session: str) -> Json:
        return copy.deepcopy(checkout.expire(self.world, self._get("checkout.session", session)))

    # --- what comes after ---
    @verb
    async def refund(self, payment_intent: str, amount: int | None = None, pending: bool = False) -> Json:
        """Refund all or part, as from Stripe's dashboard. Also accepts a charge's id."""
        charge = aftermath.charge_of(self.world, payment_intent, "payment_intent")
        status = "pending" if pending else "succeeded"
        return copy.deepcopy(aftermath.refund(self.world, charge, amount, {}, status))

    @verb
    async def finish_refund(self, refund: str) -> Json:
        return copy.deepcopy(aftermath.finish_refund(self.world, self._get("refund", refund)))

    @verb
    async def fail_refund(self, refund: str) -> Json:
        return copy.deepcopy(aftermath.fail_refund(self.world, self._get("refund", refund)))

    @verb
    async def dispute(self, payment_intent: str, reason: str = "fraudulent", inquiry: bool = False) -> Json:
        charge = aftermath.charge_of(self.world, payment_intent, "payment_intent")
        return copy.deepcopy(aftermath.dispute(self.world, charge, reason, inquiry))

    @verb
    async def close_dispute(self, dispute: str, won: bool) -> Json:
        return copy.deepcopy(aftermath.close_dispute(self.world, self._get("dispute", dispute), won))

    @verb
    async def early_fraud_warning(self, charge: str) -> Json:
        """Raise an early fraud warning on a charge's or payment intent's id."""
        found = aftermath.charge_of(self.world, charge, "charge")
        return copy.deepcopy(aftermath.warn_of_fraud(self.world, found))

    @verb
    async def book_fees(self) -> int:
        """Book at once what `fee_delay` would delay; return how many."""
        waiting, self.waiting = self.waiting, {}
        for handle, job in waiting.items():
            handle.cancel()
            job()
        return len(waiting)

    # --- pledges ---
    @verb
    async def renew(self, subscription: str, ok: bool = True) -> Json:
        """Create the next period's invoice, or retry the open one; return it."""
        return copy.deepcopy(subscriptions.renew(self.world, self._get("subscription", subscription), ok))

    @verb
    async def cancel_subscription(self, subscription: str, at_period_end: bool = False, at: int | None = None) -> Json:
        """End a subscription as in the dashboard: now, with the paid period, or at a time (Unix seconds)."""
        found = self._get("subscription", subscription)
        if at is not None:
            return copy.deepcopy(subscriptions.cancel_at(self.world, found, at))
        if at_period_end:
            return copy.deepcopy(subscriptions.cancel_later(self.world, found, True))
        return copy.deepcopy(subscriptions.cancel(self.world, found, None))

    # --- the account ---
    @verb
    async def archive_product(self, product: str) -> Json:
        """Archive a product, as in the dashboard."""
        return copy.deepcopy(catalog_api.update_product(self.world, {"active": False}, product))

    @verb
    async def forget_portal(self) -> None:
        """Return to an account whose customer portal was never saved: no session can be created."""
        portal.forget(self.world)

    @verb
    async def save_portal(self, login_page: bool) -> Json:
        """Save the customer portal's settings, as in the dashboard. Initially they are saved with the login page on."""
        return copy.deepcopy(portal.save(self.world, login_page=login_page))

    @verb
    async def make_restricted_key(self, permissions: Sequence[str], key: str | None = None) -> str:
        """Create a key with these permissions only, such as rak_payment_link_write; return it."""
        made = key or f"rk_test_{self.world.text(24)}"
        self.keys.make(made, permissions)
        return made

    @verb
    async def delete_link(self, id: str) -> None:
        """Delete a link: the API answers resource_missing, and its page says so."""
        self._get("payment_link", id)
        self.world.deleted.add(id)

    @verb
    async def set_invoice_shape(self, shape: InvoiceShape) -> None:
        """Set the shape of invoices in the events list ("old": as before 2025-03-31)."""
        self.invoice_shape = shape

    @verb
    async def post_event(self, event: Json) -> Json:
        """Publish any event; missing fields are filled in, a given id is kept."""
        full: Json = {
            "id": self.world.id("evt"), "object": "event", "api_version": "2026-10-28.endive",
            "created": self.world.now(), "livemode": False, "pending_webhooks": 0,
            "request": {"id": None, "idempotency_key": None}, **copy.deepcopy(event),
        }  # fmt: skip
        if not isinstance(full.get("type"), str) or "object" not in full.get("data", {}):
            raise ValueError("an event needs a type and data.object")
        self.world.publish(self.world.add(full))
        return copy.deepcopy(full)

    # --- webhooks ---
    @verb
    async def add_webhook(
        self,
        url: str,
        secret: str | None = None,
        enabled_events: Sequence[str] = ("*",),
        invoice_shape: InvoiceShape = "new",
    ) -> Json:
        """Create an endpoint as in the dashboard; return it with its secret."""
        given = {"url": url, "enabled_events": list(enabled_events), "invoice_shape": invoice_shape}
        return register(self.world, self.webhooks, given, secret)

    @verb
    async def hold_webhooks(self) -> None:
        """Withhold deliveries until release_webhooks()."""
        self.webhooks.hold()

    @verb
    async def release_webhooks(self, order: Order = "same", discard: bool = False) -> int:
        """Send the withheld deliveries ("same", "reversed" or "shuffled"), or drop them."""
        return self.webhooks.release(order, discard)

    @verb
    async def deliver_again(self, event_id: str, signed_late: int = 0) -> int:
        """Send an event again; `signed_late` (seconds) is the signature's age."""
        return self.webhooks.again(self._get("event", event_id), signed_late)

    @verb
    async def deliver_late(self, event_id: str, seconds: float) -> None:
        """Send an event again after a delay."""
        self.webhooks.late(self._get("event", event_id), seconds)

    @verb
    async def delivered(self, within: float = 5.0) -> bool:
        """Wait up to `within` seconds until no delivery is queued or in progress (pending retries do not count)."""
        try:
            async with asyncio.timeout(within):
                await self.webhooks.idle.wait()
        except TimeoutError:
            return False
        return True

    # --- faults ---
    @verb
    async def set_faults(
        self,
        *,
        rate_limited: int = 0,
        rate_limited_seconds: float = 0,
        server_errors: int = 0,
        dropped_answers: int = 0,
        broken_answers: int = 0,
        latency: float = 0,
    ) -> None:
        """Set the API's faults from now on; those not given are switched off. Latency in seconds.

        `broken_answers`: requests that are carried out but answered with a 500.
        """
        self.faults.limit(rate_limited, rate_limited_seconds)
        self.faults.broken_answers = broken_answers
        self.faults.server_errors, self.faults.dropped_answers = server_errors, dropped_answers
        self.faults.latency = latency

    # --- helpers ---
    def _get(self, kind: str, id: str) -> Json:
        found = self.world.find(kind, id)
        if found is None:
            raise LookupError(f"no {kind} {id}")
        return found

    def _shown(self, kind: str, id: str) -> Json:
        return copy.deepcopy(self._get(kind, id))
