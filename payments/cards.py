"""Saved cards: the page where a donor saves one, and charges that they confirm one by one.

The donor is present at every charge, so it is made without `off_session`, and without stored_credential_usage, which
Stripe's reference of PaymentIntents reserves for absent customers. Checkout Sessions take no setup_credential_usage
(API 2026-10-28, stripe-python 16.1.0; looked up on 2026-12-01).
"""

from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from payments.facts import CARD_REQUEST, ORDER, OUR_MARK, REFERENCE
from payments.gateway_errors import CardGone, GatewayRefused, KeyRefused
from payments.links import page_locale
from payments.money import Money
from payments.paging import pages
from payments.views import ident, unix_seconds

Json = dict[str, Any]
_CARD_ONLY = ["card"]
_LONGEST_TERMS = 1_200  # characters, as the API's custom_text has it
_MARK = {OUR_MARK[0]: OUR_MARK[1]}


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupSpec:
    """A page of Stripe's that saves a card. request_id: our row, which the page's session names.

    terms: what the donor agrees to, shown above the page's button. expires_at: aware; 30 minutes to 24 hours ahead.
    return_url: where the page leads once the card is saved. Raises ValueError for terms that the page would refuse.
    """

    request_id: int
    customer: str
    terms: str
    locale: str
    return_url: str
    cancel_url: str
    expires_at: datetime

    def __post_init__(self) -> None:
        if not 0 < len(self.terms) <= _LONGEST_TERMS:
            raise ValueError(f"terms have 1 to {_LONGEST_TERMS} characters, not {len(self.terms)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupPage:
    """An open page that saves a card."""

    session: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedCard:
    """A card that Stripe keeps for a customer of ours. fingerprint: the same wherever this card pays the charity."""

    customer: str
    payment_method: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    fingerprint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeSpec:
    """A charge that a donor confirmed. order: our order's id. reference: the signed token that a link would carry."""

    order: str
    customer: str
    payment_method: str
    money: Money
    campaign_id: int
    campaign_slug: str
    reference: str
    description: str

    @property
    def metadata(self) -> dict[str, str]:
        campaign = {"campaign": self.campaign_slug, "campaign_id": str(self.campaign_id)}
        return {**_MARK, **campaign, ORDER: self.order, REFERENCE: self.reference}


_PROBES = {
    "Checkout Sessions": "/v1/checkout/sessions/cs_obole_check/expire",
    "PaymentIntents": "/v1/payment_intents/pi_obole_check/cancel",
    "PaymentMethods": "/v1/payment_methods/pm_obole_check/detach",
}

Outcome = Literal["unconfirmed", "pending", "charged", "declined", "cancelled"]

# Statuses of a PaymentIntent. One whose card was declined waits for another, which we never give it.
_OUTCOMES: Mapping[str, Outcome] = {
    "requires_confirmation": "unconfirmed",
    "requires_payment_method": "declined",
    "requires_action": "pending",
    "processing": "pending",
    "succeeded": "charged",
    "canceled": "cancelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeView:
    """What Stripe says of a charge. order: ours, from its metadata. code: why a card was declined."""

    payment_intent: str
    outcome: Outcome
    money: Money
    order: str | None = None
    code: str | None = None


def setup_params(spec: SetupSpec) -> Json:
    """Return the parameters of the session whose page saves a card."""
    mark = {**_MARK, CARD_REQUEST: str(spec.request_id)}
    return {
        "mode": "setup",
        "customer": spec.customer,
        "allowed_payment_method_types": _CARD_ONLY,
        "success_url": spec.return_url,
        "cancel_url": spec.cancel_url,
        "expires_at": unix_seconds(spec.expires_at),
        "locale": page_locale(spec.locale),
        "custom_text": {"submit": {"message": spec.terms}},
        "metadata": mark,
        "setup_intent_data": {"metadata": mark},
    }


def charge_params(spec: ChargeSpec, email: str | None) -> Json:
    """Return the parameters of an unconfirmed charge. email: where Stripe sends the receipt, to the cardholder."""
    return {
        "amount": spec.money.minor,
        "currency": spec.money.currency,
        "customer": spec.customer,
        "payment_method": spec.payment_method,
        "allowed_payment_method_types": _CARD_ONLY,
        "description": spec.description,
        "metadata": spec.metadata,
    } | ({"receipt_email": email} if email else {})


def card_view(method: Json) -> SavedCard | None:
    """Return a payment method as a saved card, or None if it is no card, or detached."""
    card, customer = method.get("card"), ident(method.get("customer"))
    if not isinstance(card, dict) or customer is None:
        return None
    return SavedCard(
        customer=customer,
        payment_method=method["id"],
        brand=card["brand"],
        last4=card["last4"],
        exp_month=card["exp_month"],
        exp_year=card["exp_year"],
        fingerprint=card.get("fingerprint"),
    )


def charge_view(intent: Json) -> ChargeView:
    error = intent.get("last_payment_error") or {}
    return ChargeView(
        payment_intent=intent["id"],
        outcome=_OUTCOMES.get(intent["status"], "pending"),
        money=Money(intent["amount"], intent["currency"]),
        order=(intent.get("metadata") or {}).get(ORDER),
        code=error.get("decline_code") or error.get("code"),
    )


async def _is_refused(request: Awaitable[object]) -> bool:
    """Return whether the key may not make this request. Raises GatewayUnavailable."""
    try:
        await request
    except KeyRefused:
        return True
    except GatewayRefused:
        return False
    return False


class CardGateway:
    """The part of the gateway for saved cards. Raises the gateway's errors, CardGone and Declined among them."""

    async def get(self, path: str, params: Json) -> Json:
        raise NotImplementedError

    async def post(self, path: str, params: Mapping[str, Any], idempotency_key: str | None) -> Json:
        raise NotImplementedError

    async def delete(self, path: str) -> None:
        raise NotImplementedError

    async def find(self, path: str, stripe_id: str, params: Json | None = None) -> Json | None:
        raise NotImplementedError

    # -- saving --

    async def create_customer(self, idempotency_key: str) -> str:
        """Create a customer for one person's card and return its id. It carries our mark and nothing else."""
        return str((await self.post("/v1/customers", {"metadata": _MARK}, idempotency_key))["id"])

    async def create_setup_page(self, spec: SetupSpec, idempotency_key: str) -> SetupPage:
        """Create the page that saves a card; the same key within a day returns the same page, or the same failure."""
        made = await self.post("/v1/checkout/sessions", setup_params(spec), idempotency_key)
        return SetupPage(session=made["id"], url=made["url"])

    async def card_saved_by(self, session: str) -> SavedCard | None:
        """Return the card that a page saved, or None if it saved none, or the card is detached."""
        expand = {"expand": ["setup_intent.payment_method"]}
        found = await self.find("/v1/checkout/sessions", session, expand)
        method = ((found or {}).get("setup_intent") or {}).get("payment_method")
        return card_view(method) if isinstance(method, dict) else None

    async def card(self, payment_method: str) -> SavedCard | None:
        """Return a saved card, or None if it is detached or unknown."""
        found = await self.find("/v1/payment_methods", payment_method)
        return card_view(found) if found else None

    async def detach_card(self, payment_method: str) -> None:
        """Remove a saved card for good; a no-op if it is detached already."""
        try:
            await self.post(f"/v1/payment_methods/{payment_method}/detach", {}, None)
        except GatewayRefused:
            if await self.card(payment_method) is not None:
                raise

    async def delete_customer(self, customer: str) -> None:
        """Delete a customer with their cards; a no-op if they are deleted already."""
        try:
            await self.delete(f"/v1/customers/{customer}")
        except GatewayRefused as error:
            if error.code != "resource_missing":
                raise

    async def lacking_permissions(self) -> list[str]:
        """Return what a restricted key lacks for saved cards, by Stripe's names.

        Each request names an object that does not exist, so that it changes nothing where it is allowed.
        """
        return [name for name, request in self._probes() if await _is_refused(request)]

    def _probes(self) -> Iterable[tuple[str, Awaitable[object]]]:
        yield "Customers: write", self.delete("/v1/customers/cus_obole_check")
        for name, path in _PROBES.items():
            yield f"{name}: write", self.post(path, {}, None)
        yield "SetupIntents: read", self.get("/v1/setup_intents/seti_obole_check", {})

    # -- charging --

    async def create_charge(self, spec: ChargeSpec, idempotency_key: str) -> str:
        """Create a charge without making it, and return its id. Raises CardGone if the card is not there any more.

        The receipt goes to the address that was entered with the card, so that its holder hears of every charge.
        """
        method = await self.find("/v1/payment_methods", spec.payment_method)
        if method is None or ident(method.get("customer")) != spec.customer:
            raise CardGone("the card is detached, or another customer's", "resource_missing")
        email = (method.get("billing_details") or {}).get("email")
        return str((await self.post("/v1/payment_intents", charge_params(spec, email), idempotency_key))["id"])

    async def confirm_charge(self, payment_intent: str, idempotency_key: str) -> ChargeView:
        """Charge the card. Raises Declined, of which NeedsAuthentication is one kind."""
        path = f"/v1/payment_intents/{payment_intent}/confirm"
        return charge_view(await self.post(path, {"error_on_requires_action": True}, idempotency_key))

    async def charge(self, payment_intent: str) -> ChargeView | None:
        """Return a charge as Stripe knows it now, or None if there is none with this id."""
        found = await self.find("/v1/payment_intents", payment_intent)
        return charge_view(found) if found else None

    async def cancel_charge(self, payment_intent: str) -> ChargeView:
        """Cancel a charge unless it was made, and return what became of it."""
        params = {"cancellation_reason": "abandoned"}
        try:
            return charge_view(await self.post(f"/v1/payment_intents/{payment_intent}/cancel", params, None))
        except GatewayRefused:
            found = await self.charge(payment_intent)
            if found is None or found.outcome not in ("charged", "cancelled"):
                raise
            return found

    async def charges_for(self, customer: str, order: str) -> list[ChargeView]:
        """Return the charges of a customer that carry this order's id. Found by listing: Stripe's search lags."""
        listed = pages(self.get, "/v1/payment_intents", {"customer": customer})
        views = [charge_view(intent) async for page in listed for intent in page]
        return [view for view in views if view.order == order]
