"""From opening a payment link to a completed Checkout Session, and the later outcome of a bank debit."""

import re
from collections.abc import Mapping
from typing import Literal

from ..kit import Json
from . import billing_shapes, catalog_shapes, charging, currencies, saving, subscriptions
from .errors import StripeError
from .operations import LOCALES
from .world import Checkout, World

Outcome = Literal["paid", "pending", "declined", "challenge"]
AMOUNT = re.compile(r"[0-9]{1,8}")  # minor units
REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,200}")


class Closed(ValueError):
    """The page is closed. `reason`: gone, inactive, limit, complete, saved, expired; `notice`: the charity's text."""

    def __init__(self, reason: str, notice: str | None = None) -> None:
        super().__init__(f"this payment page is closed: {reason}")
        self.reason, self.notice = reason, notice


class BadAmount(ValueError):
    """The amount that the donor typed cannot be charged; `low` and `high` are minor units."""

    def __init__(self, amount: int | None, low: int, high: int) -> None:
        super().__init__(f"{amount} is not between {low} and {high}")
        self.low, self.high = low, high


class IdentityMissing(ValueError):
    """The page asks for name and address, and one of them is empty."""


def methods_for(currency: str, mode: str, wanted: list[str] | None) -> list[str]:
    """Return the payment methods: the link's, else cards and the bank debits of the currency's country."""
    if wanted:
        return list(wanted)
    debit = {"cad": "acss_debit", "usd": "us_bank_account"}.get(currency)
    return ["card", debit] if debit else ["card"]


def bank_method(session: Json) -> str | None:
    return next((name for name in session["payment_method_types"] if name.endswith(("debit", "account"))), None)


def link_by_code(world: World, code: str) -> Json:
    """Return the link whose URL ends in `code`. Raises Closed."""
    for link in world.every("payment_link"):
        if link["url"].rpartition("/")[2] == code:
            if not link["active"]:
                limit = link["restrictions"] and link["restrictions"]["completed_sessions"]
                used_up = limit and limit["count"] >= limit["limit"]
                raise Closed("limit" if used_up else "inactive", link["inactive_message"])
            return link
    raise Closed("gone")


def open_link(world: World, link: Json, query: Mapping[str, str]) -> Json:
    """Start the Checkout Session of a visit to a payment link.

    As at Stripe, a client_reference_id with invalid characters is ignored, not refused.
    """
    items = world.items[link["id"]]
    prefilled = query.get("__prefilled_amount", "")
    lines = [_copy(world, item, int(prefilled) if AMOUNT.fullmatch(prefilled) else None) for item in items]
    recurring = any(item["price"]["recurring"] for item in items)
    reference, locale = query.get("client_reference_id", ""), query.get("locale", "auto")
    mode = "subscription" if recurring else "payment"
    given: Json = {
        "mode": mode,
        "payment_link": link["id"],
        "metadata": link["metadata"],
        "client_reference_id": reference if REFERENCE.fullmatch(reference) else None,
        "locale": locale if locale in LOCALES else "auto",
        "submit_type": link["submit_type"],
        "customer_creation": link["customer_creation"] if mode == "payment" else None,
        "custom_text": link["custom_text"],
        "allow_promotion_codes": link["allow_promotion_codes"],
        "billing_address_collection": link["billing_address_collection"],
        "name_collection": link.get("name_collection"),
        "success_url": (link["after_completion"].get("redirect") or {}).get("url") or "https://stripe.com",
        "payment_method_collection": link["payment_method_collection"],
    }
    methods = methods_for(link["currency"], mode, link["payment_method_types"])
    checkout = Checkout(
        "",
        lines,
        link=link["id"],
        intent_data=link["payment_intent_data"] or {},
        subscription_data=link["subscription_data"] or {},
        after=link["after_completion"],
        prefilled_email=query.get("prefilled_email"),
    )
    return start(world, given, methods, checkout)


def start(world: World, given: Json, methods: list[str], checkout: Checkout) -> Json:
    """Create an open session with its own page, stored with its context."""
    session = catalog_shapes.session(world, given, checkout.items, methods, None)
    session["url"] = f"{world.url}/c/pay/{session['id']}"
    checkout.session = session["id"]
    world.items[session["id"]] = checkout.items
    world.keep(checkout)
    world.changes.tell("checkout_opened", session=session["id"])
    return session


def _copy(world: World, item: Json, prefilled: int | None) -> Json:
    """Copy the link's line item for one visit, with the donor's amount if they choose it."""
    price = item["price"]
    custom = price["custom_unit_amount"]
    amount = (prefilled or custom["preset"]) if custom else price["unit_amount"]
    return catalog_shapes.line_item(world, price, item["quantity"], amount, item["description"])


def open_checkout(world: World, session_id: str) -> tuple[Json, Checkout]:
    """Return the session and its context. Raises Closed unless it can still be paid."""
    session = world.find("checkout.session", session_id)
    checkout = world.checkouts.get(session_id)
    if session is None or checkout is None:
        raise Closed("gone")
    if session["status"] == "open" and session["expires_at"] <= world.now():
        expire(world, session)
    if session["status"] != "open":
        raise Closed("saved" if session["setup_intent"] and session["status"] == "complete" else session["status"])
    if session["mode"] == "setup" and not world.find("customer", session["customer"]):
        raise Closed("inactive")  # deleted meanwhile
    return session, checkout


def amount_bounds(item: Json) -> tuple[int, int]:
    custom = item["price"]["custom_unit_amount"] or {}
    least = custom.get("minimum") or currencies.minimum(item["currency"])
    return least, custom.get("maximum") or currencies.GREATEST


def choose_amount(session: Json, checkout: Checkout, amount: int | None) -> None:
    """Set the amount chosen by the donor, in minor units. Raises BadAmount."""
    item = checkout.items[0] if checkout.items else None
    if item is None or not item["price"]["custom_unit_amount"]:
        return
    chosen, (low, high) = item["amount_total"] if amount is None else amount, amount_bounds(item)
    if not low <= chosen <= high or chosen % currencies.STEPS.get(item["currency"], 1):
        raise BadAmount(chosen, low, high)
    item.update(amount_total=chosen, amount_subtotal=chosen)
    session.update(amount_total=chosen, amount_subtotal=chosen)


def asks_identity(session: Json) -> bool:
    """Whether the page asks for the donor's name and address, and takes no payment without them."""
    individual = (session.get("name_collection") or {}).get("individual") or {}
    asks_name = individual.get("enabled", False) and not individual["optional"]
    return asks_name or session["billing_address_collection"] == "required"


def attempt(
    world: World,
    session_id: str,
    *,
    method: str,
    card: str,
    email: str | None,
    amount: int | None,
    name: str = "",
    address: str = "",
    expiry: tuple[int, int] | None = None,
) -> tuple[Outcome, str | None]:
    """Press "pay" once. Return the outcome and, for a decline, Stripe's code.

    Raises Closed, BadAmount and IdentityMissing. `method`: "card" or "bank". `expiry`: the card's month and year.
    """
    session, checkout = open_checkout(world, session_id)
    choose_amount(session, checkout, amount)
    if asks_identity(session):
        if not name.strip() or not address.strip():
            raise IdentityMissing
        checkout.name, checkout.address = name.strip(), address.strip()
    email = email or session["customer_email"] or checkout.prefilled_email
    if method == "bank":
        kind = bank_method(session)
        if kind is None:
            raise ValueError("this page takes no bank debits")
        return _go_through(world, session, checkout, kind, "", email), None
    number, checkout.expiry = re.sub(r"\D", "", card), expiry
    if number in charging.CHALLENGED:
        checkout.challenged = {"card": number, "email": email}
        return "challenge", None
    decline = charging.decline_of(number, saving=session["mode"] == "setup")
    if decline:
        _decline(world, session, checkout, number, email, decline)
        return "declined", decline
    return _go_through(world, session, checkout, "card", number, email), None


def answer_challenge(world: World, session_id: str, approve: bool) -> tuple[Outcome, str | None]:
    """Answer the bank's question (3-D Secure). Raises Closed."""
    session, checkout = open_checkout(world, session_id)
    asked, checkout.challenged = checkout.challenged, None
    if asked is None:
        raise Closed("inactive")
    if approve:
        return _go_through(world, session, checkout, "card", asked["card"], asked["email"]), None
    _decline(world, session, checkout, asked["card"], asked["email"], "authentication_required")
    return "declined", "authentication_required"


def _intent(world: World, session: Json, checkout: Checkout) -> Json:
    """Return the session's payment intent; all attempts share one."""
    if checkout.intent:
        intent = world.get("payment_intent", checkout.intent)
        intent["amount"] = session["amount_total"]
        return intent
    data = checkout.intent_data if session["mode"] == "payment" else {}
    intent = charging.new_intent(
        world, session["amount_total"], session["currency"], session["payment_method_types"], data
    )
    intent["customer"] = session["customer"]
    checkout.intent = intent["id"]
    if session["mode"] == "payment":
        session["payment_intent"] = intent["id"]
    return intent


def _decline(world: World, session: Json, checkout: Checkout, number: str, email: str | None, code: str) -> None:
    if session["mode"] == "setup":
        saving.decline(world, session, number, email, code)
        return
    charging.decline(world, _intent(world, session, checkout), number, email, code)


def _go_through(world: World, session: Json, checkout: Checkout, kind: str, number: str, email: str | None) -> Outcome:
    """Complete the session: a card is charged or saved, a bank debit is pending."""
    if session["mode"] == "setup":
        saving.complete(world, session, checkout, number, email)
        return "paid"
    needs_customer = session["mode"] == "subscription" or session["customer_creation"] == "always"
    if needs_customer and not session["customer"]:
        customer = billing_shapes.customer(world, {"email": email})
        world.emit("customer.created", customer)
        session["customer"] = customer["id"]
    intent = _intent(world, session, checkout)
    intent["customer"] = session["customer"]
    method = charging.attach_method(world, intent, kind, number, email)
    settled = kind == "card"
    charge = charging.succeed(world, intent, method) if settled else charging.promise(world, intent, method)
    session.update(
        status="complete",
        payment_status="paid" if settled else "unpaid",
        customer_details=billing_shapes.customer_details(email, checkout.name, checkout.address),
        url=None,
    )
    if session["mode"] == "subscription":
        subscriptions.begin(world, session, checkout, intent, method)
    else:
        world.emit("checkout.session.completed", session)
    _count_completed(world, checkout)
    if settled:
        charging.book_later(world, charge)
    return "paid" if settled else "pending"


def _count_completed(world: World, checkout: Checkout) -> None:
    """Count a payment; a link with restrictions closes at its limit."""
    link = world.find("payment_link", checkout.link or "")
    if link is None or not link["restrictions"]:
        return
    limit = link["restrictions"]["completed_sessions"]
    limit["count"] += 1
    if limit["count"] >= limit["limit"]:
        world.change(link, "payment_link.updated", active=False)


def settle(world: World, session: Json, ok: bool) -> Json:
    """Apply the bank's answer to a debit, days later: success or failure."""
    checkout = world.checkouts[session["id"]]  # a subscription's session names no payment intent
    intent = world.get("payment_intent", checkout.intent or session["payment_intent"])
    if intent["status"] != "processing":
        raise ValueError(f"nothing is on its way for {session['id']}")
    charge = world.get("charge", intent["latest_charge"])
    if ok:
        charging.keep_promise(world, intent, charge)
        session["payment_status"] = "paid"
        world.emit("checkout.session.async_payment_succeeded", session)
        charging.book_later(world, charge)
    else:
        charging.break_promise(world, intent, charge)
        world.emit("checkout.session.async_payment_failed", session)
    if session["mode"] == "subscription":
        subscriptions.settle_first(world, session, ok)
    return session


def expire(world: World, session: Json) -> Json:
    """Expire an open session, which can then no longer be paid. Raises StripeError if it is not open."""
    if session["status"] != "open":
        raise StripeError(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a '
            f"status of `{session['status']}`."
        )
    session.update(status="expired", url=None)
    if session["setup_intent"]:
        saving.abandon(world, session)
    world.emit("checkout.session.expired", session)
    return session
