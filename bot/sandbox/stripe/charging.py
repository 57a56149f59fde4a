"""Payment intents and their charges: accepted, declined, pending at a bank, and booked with Stripe's fee."""

from ..kit import Json
from . import money_shapes
from .world import World

CHALLENGED = frozenset({"4000002500003155", "4000002760003184", "4000000000003220"})
DECLINES = {
    "4000000000000002": "generic_decline",
    "4000000000009995": "insufficient_funds",
    "4000000000000069": "expired_card",
    "4000000000000127": "incorrect_cvc",
}
GOOD = frozenset({"4242424242424242", "5555555555554444", "378282246310005", "4000001240000000"})
# Accepted when they are saved, declined or questioned when they are charged: docs.stripe.com/testing.
DECLINED_LATER = {"4000000000000341": "generic_decline"}
ASKS_ALWAYS = frozenset({"4000002760003184"})
OWN_CODES = frozenset({"expired_card", "incorrect_cvc", "incorrect_number", "authentication_required"})
CODES = {"authentication_not_handled": "authentication_required"}  # the error's code, where it differs
# Message and code: docs.stripe.com/payments/without-card-authentication, the example of a declined payment.
NOT_HANDLED = (
    "This payment required an authentication action to complete, but `error_on_requires_action` was set. When you're "
    "ready, you can upgrade your integration to handle actions at "
    "https://stripe.com/docs/payments/payment-intents/upgrade-to-handle-actions."
)
MESSAGES = {
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "incorrect_number": "Your card number is incorrect.",
    "authentication_required": "The bank could not confirm that this is you.",
    "authentication_not_handled": NOT_HANDLED,
}


def decline_of(number: str, *, saving: bool = False) -> str | None:
    """Return why a card is declined, or None if it is accepted. An unknown test card is an incorrect number."""
    if number in GOOD or (saving and number in DECLINED_LATER):
        return None
    return DECLINES.get(number, "incorrect_number")


def new_intent(world: World, amount: int, currency: str, methods: list[str], data: Json) -> Json:
    intent = money_shapes.payment_intent(world, amount, currency, methods, data)
    world.emit("payment_intent.created", intent)
    return intent


def attach_method(world: World, intent: Json, kind: str, number: str, email: str | None) -> Json:
    method = money_shapes.payment_method(world, kind, number, email, intent["customer"])
    intent["payment_method"] = method["id"]
    intent["receipt_email"] = intent["receipt_email"] or email
    return method


def succeed(world: World, intent: Json, method: Json) -> Json:
    """Mark the payment as succeeded. Its fee is not known until book() or book_later()."""
    charge = money_shapes.charge(world, intent, method, "succeeded")
    intent.update(
        status="succeeded",
        amount_received=intent["amount"],
        latest_charge=charge["id"],
        last_payment_error=None,
        payment_method=method["id"],
    )
    world.emit("payment_intent.succeeded", intent)
    world.emit("charge.succeeded", charge)
    return charge


def decline(world: World, intent: Json, number: str, email: str | None, code: str) -> Json:
    """Decline the card; the intent waits for another one."""
    method = money_shapes.payment_method(world, "card", number, email, None)
    return decline_method(world, intent, method, code)


def decline_method(world: World, intent: Json, method: Json, code: str) -> Json:
    """Decline a payment method; the intent waits for another one."""
    charge = money_shapes.charge(world, intent, method, "failed")
    _fail(world, intent, charge, method, code)
    return charge


def _fail(world: World, intent: Json, charge: Json, method: Json, code: str) -> None:
    error = card_error(method, code) | {"charge": charge["id"]}
    charge.update(failure_code=error["code"], failure_message=error["message"])
    intent.update(
        status="requires_payment_method",
        latest_charge=charge["id"],
        last_payment_error=error,
        payment_method=None,
    )
    world.emit("payment_intent.payment_failed", intent)
    world.emit("charge.failed", charge)


def card_error(method: Json, code: str) -> Json:
    """Return the error of a declined card, as intents show it."""
    own = code if code in OWN_CODES else CODES.get(code, "card_declined")
    return {
        "code": own,
        "decline_code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{own.replace('_', '-')}",
        "message": MESSAGES.get(code, "Your card was declined."),
        "payment_method": method,
        "type": "card_error",
    }


def promise(world: World, intent: Json, method: Json) -> Json:
    """Start a bank debit, which takes days and may fail."""
    charge = money_shapes.charge(world, intent, method, "pending")
    charge["paid"] = False
    intent.update(status="processing", latest_charge=charge["id"])
    world.emit("payment_intent.processing", intent)
    world.emit("charge.pending", charge)
    return charge


def keep_promise(world: World, intent: Json, charge: Json) -> None:
    charge.update(status="succeeded", paid=True)
    intent.update(status="succeeded", amount_received=intent["amount"])
    world.emit("payment_intent.succeeded", intent)
    world.emit("charge.succeeded", charge)


def break_promise(world: World, intent: Json, charge: Json) -> None:
    method = world.get("payment_method", charge["payment_method"])
    charge.update(status="failed", paid=False, captured=False, amount_captured=0, receipt_url=None)
    charge["outcome"] = None
    _fail(world, intent, charge, method, "insufficient_funds")
    intent["last_payment_error"]["code"] = "payment_intent_payment_attempt_failed"


def book(world: World, charge: Json) -> None:
    """Write the charge's balance transaction with the fee, unless it exists already."""
    if charge["balance_transaction"] or charge["status"] != "succeeded":
        return
    amount = charge["amount"]
    kind = "charge" if charge["id"].startswith("ch_") else "payment"
    booked = money_shapes.balance_transaction(
        world, kind, amount, charge["currency"], charge["id"], money_shapes.fee(amount), "charge"
    )
    world.change(charge, "charge.updated", balance_transaction=booked["id"])


def book_later(world: World, charge: Json) -> None:
    """Book the fee a little after the payment, as Stripe does with automatic_async capture."""
    world.later(lambda: book(world, charge))
