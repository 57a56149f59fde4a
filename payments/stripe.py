"""The Stripe gateway: links, events, fees, receipts, refunds. The only place that imports stripe.

No type and no error of the stripe library leaves this module. What creates something at Stripe carries an
idempotency key made from our own ids, so that doing it again does it once.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

import httpx
import stripe

from payments import fees
from payments.api_keys import is_live
from payments.facts import HANDLED_TYPES, FeeKnown
from payments.gateway_errors import GatewayError, GatewayRefused, GatewayUnavailable, KeyRefused, LinkGone
from payments.links import Link, LinkSpec, link_params, link_url, price_params, product_params
from payments.money import Money
from payments.paging import pages
from payments.pledges import PayersNumbers, PledgeView, payers_numbers, pledge_view
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

_TYPES_A_CALL = 20
_MOST_KEYS = 10  # of one refund: so often Stripe may fail to make it within a day
_ORDER = "obole_order"  # in a refund's metadata: which order of ours it carries out
_PATIENCE = 5.0  # seconds waited out when Stripe asks for a pause; beyond that the caller decides

_ID = re.compile(r"[A-Za-z0-9_]{1,255}")

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]


_no_answer = cast(Callable[..., stripe.StripeError], stripe.APIConnectionError)  # the library gives it no types


class _Transport(stripe.HTTPClient):
    """The library's requests over httpx. Its own httpx transport passes bodies in a way that httpx deprecates."""

    name = "httpx"

    def __init__(self, timeout: float, sleep: Sleep, proxy: str | None) -> None:
        super().__init__()
        # With a transport of its own httpx does not look for proxies itself: it fails over those it does not know.
        self._httpx = httpx.AsyncClient(timeout=timeout, transport=httpx.AsyncHTTPTransport(proxy=proxy))
        self._sleep = sleep
        self.answered_at: datetime | None = None

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        try:
            answer = await self._httpx.request(method, url, headers=dict(headers), content=post_data)
        except httpx.HTTPError as error:
            raise _no_answer(f"no answer from Stripe: {type(error).__name__}", should_retry=True) from error
        self.answered_at = date_of(answer.headers)
        return answer.content, answer.status_code, answer.headers

    async def sleep_async(self, secs: float) -> None:
        """The library's own pauses between tries."""
        await self._sleep(secs)

    async def close_async(self) -> None:
        await self._httpx.aclose()


class StripeGateway:
    """Stripe as far as Obole needs it. Raises GatewayUnavailable or GatewayRefused, nothing else.

    api_key: sk_ or rk_, of test or live mode. api_url: Stripe's, unless a stand-in is used. timeout: seconds
    a request. max_network_retries: how often the library repeats after 409, 5xx and lost connections; a 429
    it does not repeat, so it is done once here. proxy: the HTTP proxy to use, or None for a direct connection.
    Raises ValueError for a key of another form (not showing it).
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
        self._products: set[str] = set()  # known to exist; forgotten on a restart, which costs one call each
        self._client = stripe.StripeClient(
            api_key,
            base_addresses={"api": api_url.rstrip("/")} if api_url else {},
            http_client=self._http,
            max_network_retries=max_network_retries,
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.close_async()

    # -- payment links --

    async def create_link(self, spec: LinkSpec, idempotency_key: str) -> Link:
        """Make a link; the same key within a day gives the same link, or the same failure."""
        product = await self._ensure_product(spec)
        price = await self._create_price(price_params(spec, product), f"{idempotency_key}-price")
        made = await self.post("/v1/payment_links", link_params(spec, price), idempotency_key)
        return Link(made["id"], made["url"])

    async def _ensure_product(self, spec: LinkSpec) -> str:
        params = product_params(spec)
        product: str = params["id"]
        if product not in self._products:
            try:
                # The product's own id keeps it from being made twice. An idempotency key of ours that outlived the
                # call would have Stripe answer one failure for a day.
                await self._call(lambda: self._client.v1.products.create_async(cast(Any, params)))
            except GatewayRefused as error:
                if error.code != "resource_already_exists":
                    raise
            self._products.add(product)
        return product

    async def _create_price(self, params: Mapping[str, Any], idempotency_key: str) -> str:
        """Make a price; its id. A product that was archived at Stripe takes none, so it is made active again."""
        try:
            return str((await self.post("/v1/prices", params, idempotency_key))["id"])
        except GatewayRefused:
            if not await self._reactivated(params["product"]):
                raise
        return str((await self.post("/v1/prices", params, f"{idempotency_key}-again"))["id"])

    async def _reactivated(self, product: str) -> bool:
        """Whether the product was archived; then it is active now."""
        found = await self._found("/v1/products", product)
        if found is None or found.get("active") is True:
            return False
        await self.post(f"/v1/products/{product}", {"active": True}, None)
        return True

    async def deactivate_link(self, stripe_id: str, message: str) -> None:
        """Let the link take no more payments and show this message instead. Raises LinkGone."""
        await self._update_link(stripe_id, {"active": False, "inactive_message": message})

    async def activate_link(self, stripe_id: str) -> None:
        """Let a link that was switched off take payments again. Raises LinkGone."""
        await self._update_link(stripe_id, {"active": True})

    async def _update_link(self, stripe_id: str, params: Any) -> None:
        await self._call(lambda: self._client.v1.payment_links.update_async(stripe_id, params), missing=LinkGone)

    async def link_is_active(self, stripe_id: str) -> bool:
        """Whether the link takes payments; False too if it is gone."""
        link = await self._found("/v1/payment_links", stripe_id)
        return link is not None and link.get("active") is True

    async def open_pages(self, stripe_id: str) -> list[str]:
        """Pages of this link that somebody has open and can still pay: ids of checkout sessions."""
        asked = {"payment_link": stripe_id, "status": "open"}
        return [one["id"] async for page in pages(self.get, "/v1/checkout/sessions", asked) for one in page]

    async def end_page(self, session_id: str) -> None:
        """Let an open page take no payment any more; a no-op where it was paid or has ended meanwhile."""
        try:
            await self.post(f"/v1/checkout/sessions/{session_id}/expire", {}, None)
        except GatewayRefused:
            found = await self.session(session_id)
            if found is not None and found.status == "open":
                raise

    # -- what happened --

    async def event_pages(
        self, since: datetime, types: Sequence[str] = HANDLED_TYPES
    ) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield events since then (aware UTC, itself included), at most 30 days; the newest first, a page at a time."""
        for start in range(0, len(types), _TYPES_A_CALL):
            asked = {"created": {"gte": unix_seconds(since)}, "types": list(types[start : start + _TYPES_A_CALL])}
            async for page in pages(self.get, "/v1/events", asked):
                yield page

    async def balance_transactions(
        self, ids: Sequence[str] = (), *, created: tuple[datetime, datetime] | None = None
    ) -> list[FeeKnown]:
        """What Stripe kept of charges: by their balance transactions, or all of a span (UTC, [from, to)).

        Balance transactions that are not a charge's (payouts, refunds) or do not exist are left out. So are those that
        are not among the newest, but for the first twenty: ask again for the others, in another order.
        """
        if created is not None:
            return await fees.of_span(self.get, created)
        return await fees.by_ids(self.get, self._found, ids)

    async def payment_receipt_url(self, payment_intent: str) -> str | None:
        """Stripe's receipt page for a payment; None while there is none."""
        intent = await self._found("/v1/payment_intents", payment_intent, {"expand": ["latest_charge"]})
        charge = (intent or {}).get("latest_charge")
        return charge.get("receipt_url") if isinstance(charge, dict) else None

    async def payer(self, payment_intent: str) -> Payer | None:
        """Whose card or account a payment came from; None where there is no such payment or no charge yet."""
        intent = await self._found("/v1/payment_intents", payment_intent, {"expand": ["latest_charge"]})
        charge = (intent or {}).get("latest_charge")
        return payer_view(charge) if isinstance(charge, dict) else None

    async def session(self, session_id: str) -> SessionView | None:
        """One checkout session; None if there is none of this id."""
        obj = await self._found("/v1/checkout/sessions", session_id)
        return None if obj is None else session_view(obj)

    # -- doing and checking --

    async def refund(self, payment_intent: str, minor: int | None, idempotency_key: str) -> str:
        """Give back a part (minor units) or, with None, what is left; once for each key. The refund's id.

        Stripe answers a key that failed with that failure for a day. Then what was made of it is looked for among the
        payment's refunds, and where there is none the next key of the row is tried.
        """
        params: dict[str, Any] = {
            "payment_intent": payment_intent,
            "reason": "requested_by_customer",
            "metadata": {_ORDER: idempotency_key},
        }
        if minor is not None:
            params["amount"] = minor
        for number in range(_MOST_KEYS):
            key = f"{idempotency_key}-{number}" if number else idempotency_key
            try:
                return str((await self.post("/v1/refunds", params, key))["id"])
            except GatewayUnavailable as error:
                if not error.is_replayed:
                    raise
                made = await self._refund_of(payment_intent, idempotency_key)
                if made is not None:
                    return made
        raise GatewayUnavailable("Stripe keeps failing to make this refund")

    async def _refund_of(self, payment_intent: str, order: str) -> str | None:
        async for page in pages(self.get, "/v1/refunds", {"payment_intent": payment_intent}):
            for refund in page:
                if (refund.get("metadata") or {}).get(_ORDER) == order:
                    return str(refund["id"])
        return None

    # -- pledges --

    async def pledge(self, subscription: str) -> PledgeView | None:
        """A monthly gift as it stands now; None if there is none of this id."""
        obj = await self._found("/v1/subscriptions", subscription)
        return None if obj is None else pledge_view(obj)

    async def change_pledge(self, subscription: str, change: Mapping[str, Any], idempotency_key: str) -> PledgeView:
        """Do to a pledge what `payments.pledges` describes; the same key does it once."""
        return pledge_view(await self.post(f"/v1/subscriptions/{subscription}", change, idempotency_key))

    async def price_for(self, product: str, money: Money, idempotency_key: str) -> str:
        """A monthly price of a product; its id."""
        asked = {"product": product, "currency": money.currency, "unit_amount": money.minor}
        return await self._create_price(asked | {"recurring": {"interval": "month"}}, idempotency_key)

    async def end_pledge(self, subscription: str, idempotency_key: str) -> None:
        """No renewal any more, from now on; one that has ended already stays so."""
        try:
            await self._call(
                lambda: self._client.v1.subscriptions.cancel_async(
                    subscription, {}, {"idempotency_key": idempotency_key}
                )
            )
        except GatewayRefused as error:
            if error.code != "resource_missing":
                raise

    async def portal(self, customer: str, return_url: str | None) -> str:
        """Where a donor changes their card or sees what was paid: Stripe's own page, good for a short while."""
        asked = {"customer": customer} | ({"return_url": return_url} if return_url else {})
        return str((await self.post("/v1/billing_portal/sessions", asked, None))["url"])

    async def payers_numbers(self, subscription: str) -> PayersNumbers | None:
        """What Stripe has told only the payer of a pledge; None if there is none of this id."""
        obj = await self._found("/v1/subscriptions", subscription, {"expand": ["latest_invoice", "customer"]})
        return None if obj is None else payers_numbers(obj)

    async def login_page(self) -> str | None:
        """Where a payer signs in with a code by e-mail and sees their gifts; None where the charity has it off."""
        return login_page(await self.get("/v1/billing_portal/configurations", {"is_default": True, "active": True}))

    async def account(self) -> Account:
        """Whose key this is, and whether it may charge."""
        return account_view(await self.get("/v1/account", {}))

    async def server_time(self) -> datetime | None:
        """What time it is at Stripe (UTC, to the second); None where its answer does not say."""
        # Events, since a restricted key may not read the account but must read these.
        await self._call(lambda: self._client.raw_request_async("get", "/v1/events", limit=1))
        return self.answered_at

    @property
    def answered_at(self) -> datetime | None:
        """The time at Stripe (UTC, to the second) when it last answered; None where it did not say."""
        return self._http.answered_at

    async def webhook_endpoints(self) -> list[WebhookEndpoint]:
        """Where Stripe delivers events of this account to."""
        listed = pages(self.get, "/v1/webhook_endpoints", {})
        return [webhook_endpoint_view(obj) async for page in listed for obj in page]

    # -- the wire --

    async def get(self, path: str, params: dict[str, Any]) -> dict[str, Any]:
        """Read plain JSON: the library's own objects are slow to build."""
        response = await self._call(lambda: self._client.raw_request_async("get", path, **params))
        return cast(dict[str, Any], response.data)

    async def post(self, path: str, params: Mapping[str, Any], idempotency_key: str | None) -> dict[str, Any]:
        """Create or change something, as plain JSON."""
        key = {"idempotency_key": idempotency_key} if idempotency_key else {}
        response = await self._call(lambda: self._client.raw_request_async("post", path, **params, **key))
        return cast(dict[str, Any], response.data)

    async def _found(self, path: str, stripe_id: str, params: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """One object by its id; None if there is none. Ids may come from the address bar: they stay ids."""
        if not _ID.fullmatch(stripe_id):
            return None
        try:
            return await self.get(f"{path}/{stripe_id}", params or {})
        except GatewayRefused as error:
            if error.code != "resource_missing":
                raise
            return None

    async def _call(self, do: Callable[[], Awaitable[T]], missing: type[GatewayRefused] = GatewayRefused) -> T:
        """Do it, once more if Stripe asked for a short pause, and say in our words what went wrong."""
        try:
            return await do()
        except stripe.RateLimitError as error:
            pause = retry_after(error.headers)
            if pause is not None and pause > _PATIENCE:
                raise _ours(error, missing) from None
            await self._sleep(1.0 if pause is None else pause)
        except stripe.StripeError as error:
            raise _ours(error, missing) from None
        try:
            return await do()
        except stripe.StripeError as error:
            raise _ours(error, missing) from None


def _ours(error: stripe.StripeError, missing: type[GatewayRefused]) -> GatewayError:
    message = error.user_message or type(error).__name__
    status = error.http_status or 500
    # 409: another request with the same key, or on the same object, is under way. It ends.
    if isinstance(error, stripe.APIConnectionError | stripe.RateLimitError) or status == 409 or status >= 500:
        headers, outage = error.headers, is_outage(error.http_status, error.code)
        return GatewayUnavailable(message, retry_after(headers), is_replayed=is_replayed(headers), is_outage=outage)
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return KeyRefused(message, error.code or type(error).__name__)
    if error.code == "resource_missing":
        return missing(message, error.code)
    return GatewayRefused(message, error.code or type(error).__name__)
