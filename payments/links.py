"""The parameters of a payment link, and its address for one person. Pure."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from payments.facts import OUR_MARK

# Stripe's page is shown in Quebec French. The API reference lists the locales under Checkout Session.
_PAGE_LOCALES = {"fr": "fr-CA", "en": "en"}


def page_locale(locale: str) -> str:
    """Return Stripe's locale for one of our languages."""
    return _PAGE_LOCALES.get(locale, "auto")


@dataclass(frozen=True, slots=True)
class Link:
    """A payment link at Stripe. url: without a supporter's reference, which `link_url` adds."""

    stripe_id: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSpec:
    """Everything that defines a payment link, which serves both languages.

    minor: the amount in minor units, or None if the donor types it, between minimum_minor and maximum_minor.
    interval: "month" for a pledge. return_url: the thanks page, containing {CHECKOUT_SESSION_ID}; without one,
    Stripe's own page shows thanks_message.
    inactive_message: shown once the link is deactivated. own_link: our number of a link made for one person,
    which Stripe closes after one payment. identity_reason: why the page asks for name and address; empty: it does
    not. Raises ValueError for a link that Stripe cannot create.
    """

    campaign_id: int
    campaign_slug: str
    product_name: str
    minor: int | None
    currency: str
    interval: Literal["month"] | None = None
    return_url: str | None = None
    thanks_message: str = ""
    image_url: str | None = None
    minimum_minor: int | None = None
    maximum_minor: int | None = None
    preset_minor: int | None = None
    inactive_message: str = ""
    own_link: int | None = None
    identity_reason: str = ""

    def __post_init__(self) -> None:
        if self.interval and self.minor is None:
            raise ValueError("Stripe has no monthly amount that the donor chooses")

    @property
    def params_hash(self) -> str:
        """Return the SHA-256, in hex, of everything sent to Stripe: equal parameters mean the same link."""
        everything = [product_params(self), price_params(self, ""), _unmarked_link_params(self, "")]
        return hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()

    @property
    def metadata(self) -> dict[str, str]:
        """Return what distinguishes our objects from the charity's others on the same account."""
        key, value = OUR_MARK
        return {key: value, "campaign": self.campaign_slug, "campaign_id": str(self.campaign_id)}


def product_params(spec: LinkSpec) -> dict[str, Any]:
    """Return the product's parameters: one per campaign, so that staff see its name; the id derives from its look."""
    look = hashlib.sha256(json.dumps([spec.product_name, spec.image_url, spec.metadata]).encode()).hexdigest()[:12]
    params: dict[str, Any] = {
        "id": f"obole_{spec.campaign_id}_{look}",
        "name": spec.product_name,
        "metadata": spec.metadata,
    }
    return params | ({"images": [spec.image_url]} if spec.image_url else {})


def price_params(spec: LinkSpec, product: str) -> dict[str, Any]:
    params: dict[str, Any] = {"product": product, "currency": spec.currency, "metadata": spec.metadata}
    if spec.minor is not None:
        params["unit_amount"] = spec.minor
    else:
        bounds = {"minimum": spec.minimum_minor, "maximum": spec.maximum_minor, "preset": spec.preset_minor}
        params["custom_unit_amount"] = {"enabled": True} | {k: v for k, v in bounds.items() if v is not None}
    if spec.interval:
        params["recurring"] = {"interval": spec.interval}
    return params


def link_params(spec: LinkSpec, price: str) -> dict[str, Any]:
    """Return the link's parameters. Its metadata reaches sessions only, so payments through it get a copy."""
    params = _unmarked_link_params(spec, price)
    params["metadata"] = spec.metadata | {"link": spec.params_hash[:16]}
    if spec.own_link is not None:
        params["metadata"] |= {"own_link": str(spec.own_link)}
        params["restrictions"] = {"completed_sessions": {"limit": 1}}
    data = params["subscription_data" if spec.interval else "payment_intent_data"]
    data["metadata"] = params["metadata"]
    return params


def _unmarked_link_params(spec: LinkSpec, price: str) -> dict[str, Any]:
    params: dict[str, Any] = {
        "line_items": [{"price": price, "quantity": 1}],
        "after_completion": _after_completion(spec),
    }
    if spec.inactive_message:
        params["inactive_message"] = spec.inactive_message
    if spec.identity_reason:
        params["billing_address_collection"] = "required"
        params["name_collection"] = {"individual": {"enabled": True, "optional": False}}
        params["custom_text"] = {"submit": {"message": spec.identity_reason}}
    if spec.interval:
        return params | {"subscription_data": {}}
    return params | {"submit_type": "donate", "payment_intent_data": {}}


def _after_completion(spec: LinkSpec) -> dict[str, Any]:
    if spec.return_url:
        return {"type": "redirect", "redirect": {"url": spec.return_url}}
    message = {"custom_message": spec.thanks_message} if spec.thanks_message else {}
    return {"type": "hosted_confirmation", "hosted_confirmation": message}


def link_url(base_url: str, *, reference: str, locale: Literal["fr", "en"], prefilled_minor: int | None = None) -> str:
    """Return the address that one person's button opens.

    base_url: Link.url. prefilled_minor: the amount to fill in where donors type it, in minor units.
    """
    parts = urlsplit(base_url)
    query = dict(parse_qsl(parts.query)) | {"client_reference_id": reference, "locale": _PAGE_LOCALES[locale]}
    if prefilled_minor is not None:
        query["__prefilled_amount"] = str(prefilled_minor)
    return urlunsplit(parts._replace(query=urlencode(query)))
