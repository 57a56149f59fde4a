"""The parts of Stripe's objects that the gateway returns: small, frozen, read from plain JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from payments.facts import OUR_MARK
from payments.money import Money

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A checkout session, as the return page needs it. ours: whether it came from one of our links."""

    id: str
    status: str | None
    mode: str
    payment_intent: str | None
    subscription: str | None
    money: Money | None
    payment_link: str | None
    ours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Who made a payment, as far as Stripe distinguishes payers. None: Stripe gives no value."""

    fingerprint: str | None  # of the card or bank account; the same in all payments to one Stripe account
    customer: str | None

    def is_same(self, other: "Payer") -> bool:
        """Return whether both payments certainly came from the same card, bank account or customer."""
        same_card = self.fingerprint is not None and self.fingerprint == other.fingerprint
        return same_card or (self.customer is not None and self.customer == other.customer)

    def is_other(self, other: "Payer") -> bool:
        """Return whether both cards are known and differ, and the customers differ too."""
        known = self.fingerprint is not None and other.fingerprint is not None
        return known and not self.is_same(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The charity's Stripe account, for `obole check`."""

    id: str
    name: str | None
    country: str | None
    charges_enabled: bool
    statement_descriptor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """An address that Stripe delivers events to. enabled_events: types, or ("*",) for all."""

    id: str
    url: str
    enabled_events: tuple[str, ...]
    status: str


def session_view(obj: Json) -> SessionView:
    amount, currency = obj.get("amount_total"), obj.get("currency")
    key, value = OUR_MARK
    return SessionView(
        id=obj["id"],
        status=obj.get("status"),
        mode=obj["mode"],
        payment_intent=obj.get("payment_intent"),
        subscription=obj.get("subscription"),
        money=Money(amount, currency) if amount is not None and currency else None,
        payment_link=obj.get("payment_link"),
        ours=(obj.get("metadata") or {}).get(key) == value,
    )


def payer_view(charge: Json) -> Payer:
    """Return the payer of a charge. Stripe lists the details of a payment method under the method's name."""
    details = charge.get("payment_method_details") or {}
    kind = details.get(details.get("type") or "") or {}
    return Payer(fingerprint=kind.get("fingerprint") or None, customer=ident(charge.get("customer")))


def ident(value: Any) -> str | None:
    """Return an id, given as such or as an expanded object."""
    return value.get("id") if isinstance(value, dict) else value or None


def login_page(listed: Json) -> str | None:
    """Return the address where customers sign in with an e-mailed code, or None if the portal's login page is off.

    listed: the account's default configurations of the customer portal (at most one).
    """
    pages = (configuration.get("login_page") or {} for configuration in listed.get("data", []))
    return next((page["url"] for page in pages if page.get("enabled") and page.get("url")), None)


def account_view(obj: Json) -> Account:
    settings = obj.get("settings") or {}
    profile, dashboard = obj.get("business_profile") or {}, settings.get("dashboard") or {}
    return Account(
        id=obj["id"],
        name=profile.get("name") or dashboard.get("display_name"),
        country=obj.get("country"),
        charges_enabled=obj.get("charges_enabled") is True,
        statement_descriptor=(settings.get("payments") or {}).get("statement_descriptor"),
    )


def webhook_endpoint_view(obj: Json) -> WebhookEndpoint:
    return WebhookEndpoint(
        id=obj["id"],
        url=obj["url"],
        enabled_events=tuple(obj["enabled_events"]),
        status=obj["status"],
    )


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """Return the time at Stripe according to a response (UTC, to the second), or None."""
    try:
        return parsedate_to_datetime(headers["date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return None


def unix_seconds(moment: datetime) -> int:
    """Return an aware time as Unix seconds, which Stripe uses. Raises ValueError for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("times must be aware")
    return int(moment.astimezone(UTC).timestamp())
