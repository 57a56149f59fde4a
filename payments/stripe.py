"""The Stripe gateway: links, events, fees, receipts, refunds. The only module that imports stripe.

None of the stripe library's types and errors leave this module. Requests that create something carry an idempotency
key made from our own ids, so that repeating one has no further effect.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, cast

import httpx
import stripe

from payments import fees
from payments.api_keys import is_live
from payments.balance import BalanceReader
from payments.cards import CardGateway
from payments.facts import POLLED_TYPES, FeeKnown
from payments.gateway_errors import (
    Declined,
    GatewayError,
    GatewayRefused,
    GatewayUnavailable,
    KeyRefused,
    LinkGone,
    NeedsAuthentication,
)
from payments.links import Link, LinkSpec, link_params, link_url, price_params, product_params
from payments.money import Money
from payments.notes import NoteKeeper
from payments.paging import pages
from payments.pledges import PayersNumbers, PledgeView, payers_numbers, pledge_view
from payments.refunds import RefundGateway
from payments.stripe_headers import is_outage, is_replayed, retry_after
from payments.views import (
    Account,
    Payer,
    SessionView,
    WebhookEndpoint,
    account_view,
    date_of,
    login_page,
    payer_view,
    session_view,
    unix_seconds,
    webhook_endpoint_view,
)

__all__ = [
    "Account",
    "GatewayError",
    "GatewayRefused",
    "GatewayUnavailable",
    "KeyRefused",
    "Link",
    "LinkGone",
    "LinkSpec",
    "Payer",
    "PledgeView",
    "SessionView",
    "StripeGateway",
    "WebhookEndpoint",
    "link_url",
]

_TYPES_PER_CALL = 20
_LONGEST_PAUSE = 5.0  # seconds we wait if Stripe asks for a pause; for longer ones the caller decides

_ID = re.compile(r"[A-Za-z0-9_]{1,255}")

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]
_connection_error = cast(Callable[..., stripe.StripeError], stripe.APIConnectionError)  # untyped in the library


class _Transport(stripe.HTTPClient):
    """Send the library's requests over httpx. Its own httpx transport passes bodies in a way that httpx deprecates."""

    name = "httpx"

    def __init__(self, timeout: float, sleep: Sleep, proxy: str | None) -> None:
        super().__init__()
        # Given a transport, httpx does not read proxy settings, some of which it would fail on.
        self._httpx = httpx.AsyncClient(timeout=timeout, transport=httpx.AsyncHTTPTransport(proxy=proxy))
        self._sleep = sleep
        self.answered_at: datetime | None = None
        self.calls: Counter[tuple[str, str]] = Counter()  # by method and status

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        try:
            answer = await self._httpx.request(method, url, headers=dict(headers), content=post_data)
        except httpx.HTTPError as error:
            self.calls[method, "none"] += 1
            raise _connection_error(f"no answer from Stripe: {type(error).__name__}", should_retry=True) from error
        self.calls[method, str(answer.status_code)] += 1
        self.answered_at = date_of(answer.headers)
        return answer.content, answer.status_code, answer.headers

    async def sleep_async(self, secs: float) -> None:
        """Pause between the library's own retries."""
        await self._sleep(secs)

    async def close_async(self) -> None:
        await self._httpx.aclose()


class StripeGateway(BalanceReader, CardGateway, NoteKeeper, RefundGateway):
    """The parts of Stripe that Obole needs. Raises only GatewayUnavailable and GatewayRefused.

    api_key: sk_ or rk_, of test or live mode. api_url: None for Stripe itself, else the sandbox's. timeout: seconds
    per request. max_network_retries: how often the library retries after 409, 5xx and lost connections; it does not
    retry a 429, so `_call` does, once. proxy: the HTTP proxy, or None for a direct connection. Raises ValueError,
    without showing the key, if it has another form.
    """

    def __init__(
        self,
        api_key: str,
        api_url: str | None = None,
        *,
        timeout: float = 20.0,
        max_network_retries: int = 2,
        proxy: str | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.livemode = is_live(api_key)
        self._sleep = sleep
        self._http = _Transport(timeout, sleep, proxy)
        self._products: set[str] = set()  # known to exist; lost on a restart, which costs one call each
        self._client = stripe.StripeClient(
            api_key,
            base_addresses={"api": api_url.rstrip("/")} if api_url else {},
            http_client=self._http,
            max_network_retries=max_network_retries,
        )

    @property
    def calls(self) -> Mapping[tuple[str, str], int]:
        """Requests since the start, by method and HTTP status; "none" without an answer."""
        return self._http.calls

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close_async()

    # -- payment links --

    async def create_link(self, spec: LinkSpec, idempotency_key: str) -> Link:
        """Create a link; the same key within a day returns the same link, or the same failure."""
        product = await self._ensure_product(spec)
        price = await self._create_price(price_params(spec, product), f"{idempotency_key}-price")
        post = partial(self.post, "/v1/payment_links", link_params(spec, price))
        made = await self._selling(product, post, idempotency_key)
        return Link(made["id"], made["url"])

    async def _ensure_product(self, spec: LinkSpec) -> str:
        params = product_params(spec)
        product: str = params["id"]
        if product not in self._products:
            try:
                # The product's id already prevents a second one. With an idempotency key as well, Stripe would
                # repeat a failure for a day.
                await self._call(lambda: self._client.v1.products.create_async(cast(Any, params)))
            except GatewayRefused as error:
                if error.code != "resource_already_exists":
                    raise
            self._products.add(product)
        return product

    async def _create_price(self, params: Mapping[str, Any], idempotency_key: str) -> str:
        """Create a price and return its id."""
        post = partial(self.post, "/v1/prices", params)
        return str((await self._selling(params["product"], post, idempotency_key))["id"])

    async def _selling(
        self, product: str, request: Callable[[str], Awaitable[dict[str, Any]]], idempotency_key: str
    ) -> dict[str, Any]:
        """Make a request, once more if it was refused because its product was archived: that is reactivated first."""
        try:
            return await request(idempotency_key)
        except GatewayRefused:
            if not await self._reactivated(product):
                raise
        return await request(f"{idempotency_key}-again")

    async def _reactivated(self, product: str) -> bool:
        """Reactivate an archived product. Return whether it was archived."""
        found = await self.find("/v1/products", product)
        if found is None or found.get("active") is True:
            return False
        await self.post(f"/v1/products/{product}", {"active": True}, None)
        return True

    async def deactivate_link(self, stripe_id: str, message: str) -> None:
        """Stop a link from accepting payments; it shows this message instead. Raises LinkGone."""
        await self._update_link(stripe_id, {"active": False, "inactive_message": message})

    async def activate_link(self, stripe_id: str) -> None:
        """Let a deactivated link accept payments again. Raises LinkGone."""
        await self._update_link(stripe_id, {"active": True})

    async def _update_link(self, stripe_id: str, params: Any) -> None:
        await self._call(lambda: self._client.v1.payment_links.update_async(stripe_id, params), missing=LinkGone)

    async def link_is_active(self, stripe_id: str) -> bool:
        """Return whether the link accepts payments; False also if it no longer exists."""
        link = await self.find("/v1/payment_links", stripe_id)
        return link is not None and link.get("active") is True

    async def open_pages(self, stripe_id: str) -> list[str]:
        """Return the ids of the link's open checkout sessions, which can still be paid."""
        query = {"payment_link": stripe_id, "status": "open"}
        return [session["id"] async for page in pages(self.get, "/v1/checkout/sessions", query) for session in page]

    async def end_page(self, session_id: str) -> None:
        """Expire an open checkout session; a no-op if it was paid or has ended in the meantime."""
        try:
            await self.post(f"/v1/checkout/sessions/{session_id}/expire", {}, None)
        except GatewayRefused:
            found = await self.session(session_id)
            if found is not None and found.status == "open":
                raise

    # -- reading what happened --

    async def event_pages(
        self, since: datetime, types: Sequence[str] = POLLED_TYPES
    ) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield events since a time (aware UTC, inclusive, at most 30 days ago) page by page, newest first."""
        for start in range(0, len(types), _TYPES_PER_CALL):
            query = {"created": {"gte": unix_seconds(since)}, "types": list(types[start : start + _TYPES_PER_CALL])}
            async for page in pages(self.get, "/v1/events", query):
                yield page

    async def balance_transactions(
        self, ids: Sequence[str] = (), *, created: tuple[datetime, datetime] | None = None
    ) -> list[FeeKnown]:
        """Return Stripe's fees for charges, by balance transaction or for a time span (UTC, [from, to)).

        Balance transactions that are no charge's (payouts, refunds) or do not exist are omitted. So are older ones
        beyond the first twenty: to read those, call again with the ids in another order.
        """
        if created is not None:
            return await fees.of_span(self.get, created)
        return await fees.by_ids(self.get, self.find, ids)

    async def payer(self, payment_intent: str) -> Payer | None:
        """Return who made a payment, or None if there is no such payment or no charge yet."""
        intent = await self.find("/v1/payment_intents", payment_intent, {"expand": ["latest_charge"]})
        charge = (intent or {}).get("latest_charge")
        return payer_view(charge) if isinstance(charge, dict) else None

    async def session(self, session_id: str) -> SessionView | None:
        """Return a checkout session, or None if there is none with this id."""
        obj = await self.find("/v1/checkout/sessions", session_id)
        return None if obj is None else session_view(obj)

    # -- pledges --

    async def pledge(self, subscription: str) -> PledgeView | None:
        """Return a monthly gift's current state, or None if there is none with this id."""
        obj = await self.find("/v1/subscriptions", subscription)
        return None if obj is None else pledge_view(obj)

    async def change_pledge(self, subscription: str, change: Mapping[str, Any], idempotency_key: str) -> PledgeView:
        """Apply a change built by `payments.pledges`, once per key. Return the pledge's new state."""
        return pledge_view(await self.post(f"/v1/subscriptions/{subscription}", change, idempotency_key))

    async def price_for(self, product: str, money: Money, idempotency_key: str) -> str:
        """Create a monthly price of a product and return its id. The product sells again if it was archived."""
        await self._reactivated(product)  # a price may be accepted that no subscription may use
        params = {"product": product, "currency": money.currency, "unit_amount": money.minor}
        return await self._create_price(params | {"recurring": {"interval": "month"}}, idempotency_key)

    async def end_pledge(self, subscription: str, idempotency_key: str) -> None:
        """Cancel a pledge immediately; a no-op if it has already ended."""
        try:
            cancel = self._client.v1.subscriptions.cancel_async
            await self._call(lambda: cancel(subscription, {}, {"idempotency_key": idempotency_key}))
        except GatewayRefused as error:
            if error.code != "resource_missing":
                raise

    async def portal(self, customer: str, return_url: str | None) -> str:
        """Return the address of Stripe's page where donors change their card and see payments; it expires soon."""
        params = {"customer": customer} | ({"return_url": return_url} if return_url else {})
        return str((await self.post("/v1/billing_portal/sessions", params, None))["url"])

    async def payers_numbers(self, subscription: str) -> PayersNumbers | None:
        """Return the numbers that only a pledge's payer knows, or None if there is no pledge with this id."""
        obj = await self.find("/v1/subscriptions", subscription, {"expand": ["latest_invoice", "customer"]})
        return None if obj is None else payers_numbers(obj)

    async def login_page(self) -> str | None:
        """Return the address where payers sign in with an e-mailed code, or None if the charity has it off."""
        return login_page(await self._portals())

    async def has_portal(self) -> bool:
        """Return whether the customer portal was ever saved: without that, `portal` is refused."""
        return bool((await self._portals()).get("data"))

    async def _portals(self) -> dict[str, Any]:
        return await self.get("/v1/billing_portal/configurations", {"is_default": True, "active": True})

    async def account(self) -> Account:
        """Return the account that the key belongs to."""
        return account_view(await self.get("/v1/account", {}))

    async def server_time(self) -> datetime | None:
        """Return the current time at Stripe (UTC, to the second), or None if its response does not say."""
        # Listing events, since a restricted key may not read the account but must read events.
        await self._call(lambda: self._client.raw_request_async("get", "/v1/events", limit=1))
        return self.answered_at

    @property
    def answered_at(self) -> datetime | None:
        """The time at Stripe (UTC, to the second) of its last response, or None if that did not say."""
        return self._http.answered_at

    async def webhook_endpoints(self) -> list[WebhookEndpoint]:
        """Return the addresses that Stripe delivers this account's events to."""
        listed = pages(self.get, "/v1/webhook_endpoints", {})
        return [webhook_endpoint_view(obj) async for page in listed for obj in page]

    # -- the wire --

    async def get(self, path: str, params: dict[str, Any]) -> dict[str, Any]:
        """Fetch an object as plain JSON, since the library's own objects are slow to build."""
        response = await self._call(lambda: self._client.raw_request_async("get", path, **params))
        return cast(dict[str, Any], response.data)

    async def post(self, path: str, params: Mapping[str, Any], idempotency_key: str | None) -> dict[str, Any]:
        """Create or change an object. Return it as plain JSON."""
        key = {"idempotency_key": idempotency_key} if idempotency_key else {}
        response = await self._call(lambda: self._client.raw_request_async("post", path, **params, **key))
        return cast(dict[str, Any], response.data)

    async def delete(self, path: str) -> None:
        await self._call(lambda: self._client.raw_request_async("delete", path))

    async def find(self, path: str, stripe_id: str, params: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """Return the object with this id, or None. Ids may come from an address bar, so their form is checked."""
        if not _ID.fullmatch(stripe_id):
            return None
        try:
            return await self.get(f"{path}/{stripe_id}", params or {})
        except GatewayRefused as error:
            if error.code != "resource_missing":
                raise
            return None

    async def _call(self, do: Callable[[], Awaitable[T]], missing: type[GatewayRefused] = GatewayRefused) -> T:
        """Make a call, once more if Stripe asks for a short pause. Translate errors into our own."""
        try:
            return await do()
        except stripe.RateLimitError as error:
            pause = retry_after(error.headers)
            if pause is not None and pause > _LONGEST_PAUSE:
                raise _translated(error, missing) from None
            await self._sleep(1.0 if pause is None else pause)
        except stripe.StripeError as error:
            raise _translated(error, missing) from None
        try:
            return await do()
        except stripe.StripeError as error:
            raise _translated(error, missing) from None


def _translated(error: stripe.StripeError, missing: type[GatewayRefused]) -> GatewayError:
    message = error.user_message or type(error).__name__
    status = error.http_status or 500
    # 409: another request with the same key, or for the same object, is in progress and will end.
    if isinstance(error, stripe.APIConnectionError | stripe.RateLimitError) or status == 409 or status >= 500:
        headers, outage = error.headers, is_outage(error.http_status, error.code)
        return GatewayUnavailable(message, retry_after(headers), is_replayed=is_replayed(headers), is_outage=outage)
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return KeyRefused(message, error.code or type(error).__name__)
    if isinstance(error, stripe.CardError):
        kind = NeedsAuthentication if error.code == "authentication_required" else Declined
        return kind(message, _decline_code(error) or error.code)
    if error.code == "resource_missing":
        return missing(message, error.code)
    return GatewayRefused(message, error.code or type(error).__name__)


def _decline_code(error: stripe.StripeError) -> str | None:
    """Return the bank's reason, which the library does not read."""
    body = error.json_body if isinstance(error.json_body, dict) else {}
    code = (body.get("error") or {}).get("decline_code")
    return code if isinstance(code, str) else None
