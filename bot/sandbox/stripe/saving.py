"""Cards saved for later: setup intents of Checkout Sessions, and the payment methods they attach to a customer.

Sources: docs.stripe.com/payments/checkout/save-and-reuse and the API's Setup Intents and Payment Methods.
"""

from ..kit import Json
from . import billing_shapes, charging, money_shapes
from .errors import invalid
from .lists import page, same
from .params import merged_metadata
from .world import Checkout, World

# Stripe's messages, as quoted in stripe/stripe-node#1105 and by applications that handle them.
USED_UP = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a "
    "connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use "
    "a PaymentMethod multiple times, you must attach it to a Customer first."
)
NO_ATTACHING = (
    "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and "
    "may not be used again."
)
NOT_ATTACHED = "The payment method you provided is not attached to a customer so detachment is impossible."


def new_setup_intent(world: World, session: Json, data: Json) -> Json:
    """Return the setup intent of a new session. `data`: its setup_intent_data."""
    id = world.id("seti")
    made = world.add({
        "id": id,
        "object": "setup_intent",
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": f"{id}_secret_{world.text(25)}",
        "created": world.now(),
        "customer": session["customer"],
        "description": data.get("description"),
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": merged_metadata({}, data.get("metadata")),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"mandate_options": None, "network": None,
                                            "request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": "off_session",
    })  # fmt: skip
    world.emit("setup_intent.created", made)
    return made


def complete(world: World, session: Json, checkout: Checkout, number: str, email: str | None) -> None:
    """Save the card: attach it to the session's customer, who gets the e-mail address if they have none."""
    intent, customer = world.get("setup_intent", session["setup_intent"]), world.get("customer", session["customer"])
    email = customer["email"] or email
    expiry = checkout.expiry or money_shapes.EXPIRY
    method = money_shapes.payment_method(world, "card", number, email, customer["id"], expiry)
    # The API's Checkout Session, `customer`: Checkout sets the e-mail address that was entered on the customer.
    world.change(customer, "customer.updated", email=email)
    world.emit("payment_method.attached", method)
    intent.update(status="succeeded", payment_method=method["id"], last_setup_error=None)
    world.emit("setup_intent.succeeded", intent)
    session.update(status="complete", customer_details=billing_shapes.customer_details(email), url=None)
    world.emit("checkout.session.completed", session)


def decline(world: World, session: Json, number: str, email: str | None, code: str) -> None:
    """Decline the card; the page stays open for another one."""
    intent = world.get("setup_intent", session["setup_intent"])
    method = money_shapes.payment_method(world, "card", number, email, None)
    intent["last_setup_error"] = charging.card_error(method, code)
    world.emit("setup_intent.setup_failed", intent)


def abandon(world: World, session: Json) -> None:
    """Cancel the setup intent of a session that expired."""
    intent = world.get("setup_intent", session["setup_intent"])
    world.change(intent, "setup_intent.canceled", status="canceled", cancellation_reason="abandoned")


# --- payment methods ---
def list_methods(world: World, given: Json, _: str) -> Json:
    """List a customer's payment methods. Stricter than Stripe: a customer must be named."""
    if "customer" not in given:
        raise invalid("Missing required param: customer.", "customer", "parameter_missing")
    world.refer("customer", given["customer"], "customer")
    return page(world, "payment_method", given, "/v1/payment_methods", same(given, "customer", "type"))


def attach_method(world: World, given: Json, id: str) -> Json:
    """Attach a payment method. Here each was used before, so that only its own customer can have it."""
    method = world.get("payment_method", id)
    customer = world.refer("customer", given["customer"], "customer")
    if method["customer"] is None:
        raise invalid(NO_ATTACHING)
    if method["customer"] != customer["id"]:
        raise invalid("The payment method you provided has already been attached to a customer.")
    return method


def detach_method(world: World, given: Json, id: str) -> Json:
    method = world.get("payment_method", id)
    if method["customer"] is None:
        raise invalid(NOT_ATTACHED)
    return detach(world, method)


def detach(world: World, method: Json) -> Json:
    """Detach a payment method, after which it can never be charged or attached again."""
    return world.change(method, "payment_method.detached", customer=None)


# --- what banks do with saved cards ---
def expire(world: World, method: Json) -> Json:
    """Let a card's last month be over, by its bank's book; Stripe sends no event for that."""
    world.refusals[method["id"]] = "expired_card"
    method["card"].update(exp_month=1, exp_year=2024)
    return method


def renew(world: World, method: Json, month: int, year: int, number: str | None) -> Json:
    """Replace a card's date and perhaps its number, as networks report it (docs.stripe.com/payments/cards/overview,
    "Automatic card updates").
    """
    world.refusals.pop(method["id"], None)
    card = {**method["card"], "exp_month": month, "exp_year": year}
    if number:
        world.card_numbers[method["id"]] = number
        card |= {"last4": number[-4:], "fingerprint": f"fp{number[-8:]}"}
    return world.change(method, "payment_method.automatically_updated", card=card)
