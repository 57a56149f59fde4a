"""Payment intents made through the API: created, confirmed with a saved card, cancelled.

Source: docs.stripe.com/api/payment_intents. Searching (/v1/payment_intents/search) is missing on purpose: its results
lag behind ("Don't use search in read-after-write flows"), so who looks for a payment that may exist must list.
"""

from ..kit import Json
from . import catalog_api, charging, currencies, money_shapes
from .errors import StripeError, invalid
from .params import merged_metadata
from .saving import USED_UP
from .world import World

CONFIRMABLE = ("requires_payment_method", "requires_confirmation")
CANCELABLE = (*CONFIRMABLE, "requires_action", "processing")


def create(world: World, given: Json, _: str) -> Json:
    """Create a payment intent, and confirm it at once if that is asked for."""
    if "payment_method_types" in given:  # docs.stripe.com/changelog/endive/2026-09-30, about payment intents
        message = "You can no longer pass `payment_method_types`. Use `allowed_payment_method_types` instead."
        raise invalid(message, "payment_method_types", "payment_method_types_no_longer_supported")
    currency = currencies.checked(given["currency"])
    currencies.check_charge(given["amount"], currency, "amount")
    catalog_api.check_statement(given.get("statement_descriptor_suffix"), "statement_descriptor_suffix")
    if not given.get("confirm"):
        for name in ("error_on_requires_action", "off_session"):
            if name in given:  # the API's PaymentIntent: "can only be used with confirm=true"
                raise invalid(f"You cannot pass `{name}` without `confirm=true`.", name)
    customer = world.refer("customer", given["customer"], "customer") if "customer" in given else None
    method = _usable(world, given["payment_method"], customer) if "payment_method" in given else None
    data = {**given, "metadata": merged_metadata({}, given.get("metadata"))}
    intent = money_shapes.payment_intent(world, given["amount"], currency, ["card"], data)
    intent.update(
        customer=customer["id"] if customer else None,
        payment_method=method["id"] if method else None,
        payment_method_options=_options(given),
        status="requires_confirmation" if method else "requires_payment_method",
    )
    world.emit("payment_intent.created", intent)
    return _confirmed(world, intent, given) if given.get("confirm") else intent


def confirm(world: World, given: Json, id: str) -> Json:
    """Charge the card. Raises StripeError 402 if it is declined; the intent then waits for another card."""
    intent = world.get("payment_intent", id)
    if intent["status"] not in CONFIRMABLE:
        raise _unexpected(intent, "confirm", CONFIRMABLE)
    if "payment_method" in given:
        customer = world.find("customer", intent["customer"] or "")
        intent["payment_method"] = _usable(world, given["payment_method"], customer)["id"]
    if "receipt_email" in given:
        intent["receipt_email"] = given["receipt_email"]
    intent["payment_method_options"] = intent["payment_method_options"] | _options(given)
    return _confirmed(world, intent, given)


def cancel(world: World, given: Json, id: str) -> Json:
    """Cancel an intent that has not succeeded. Raises StripeError if it has, or is cancelled already."""
    intent = world.get("payment_intent", id)
    if intent["status"] not in CANCELABLE:
        raise _unexpected(intent, "cancel", CANCELABLE)
    return world.change(
        intent, "payment_intent.canceled", status="canceled", canceled_at=world.now(),
        cancellation_reason=given.get("cancellation_reason"),
    )  # fmt: skip


def _usable(world: World, id: str, customer: Json | None) -> Json:
    """Return a payment method that this customer's intent may use. Raises StripeError."""
    method = world.refer("payment_method", id, "payment_method")
    if method["customer"] is None:
        raise invalid(USED_UP)
    if customer is None or method["customer"] != customer["id"]:
        raise invalid(
            "The customer does not have a payment method with the ID "
            f"{id}. The payment method must be attached to the customer.", "payment_method",
        )  # fmt: skip
    return method


def _options(given: Json) -> Json:
    """Return the options as intents show them. Raises StripeError for a usage that only absent customers have.

    The API's PaymentIntent, stored_credential_usage: "when making an off session payment with a previously saved card".
    """
    card = (given.get("payment_method_options") or {}).get("card") or {}
    usage = card.get("stored_credential_usage")
    if usage and not given.get("off_session"):
        param = "payment_method_options[card][stored_credential_usage]"
        raise invalid("You can only pass `stored_credential_usage` with `off_session=true`.", param)
    shown = {"installments": None, "mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
    return {"card": {**shown, **({"stored_credential_usage": usage} if usage else {})}}


def _confirmed(world: World, intent: Json, given: Json) -> Json:
    if intent["payment_method"] is None:
        message = (
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
            "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a "
            "payment method or ConfirmationToken."
        )
        raise StripeError(message, code="payment_intent_unexpected_state")
    method = _usable(world, intent["payment_method"], world.find("customer", intent["customer"] or ""))
    number = world.card_numbers[method["id"]]
    refusal = world.refusals.get(method["id"]) or charging.DECLINED_LATER.get(number)
    if refusal:
        raise _declined(world, intent, method, refusal)
    if number in charging.ASKS_ALWAYS:
        if given.get("off_session"):
            raise _declined(world, intent, method, "authentication_required")
        if given.get("error_on_requires_action"):
            raise _declined(world, intent, method, "authentication_not_handled")
        return world.change(intent, "payment_intent.requires_action", status="requires_action",
                            next_action={"type": "use_stripe_sdk", "use_stripe_sdk": {}})  # fmt: skip
    charge = charging.succeed(world, intent, method)
    charging.book_later(world, charge)
    return intent


def _declined(world: World, intent: Json, method: Json, code: str) -> StripeError:
    """Decline the payment and return the error that says so, with the intent (docs.stripe.com/api/errors)."""
    charging.decline_method(world, intent, method, code)
    error = intent["last_payment_error"]
    more = {name: error[name] for name in ("charge", "decline_code", "payment_method")} | {"payment_intent": intent}
    return StripeError(error["message"], status=402, kind="card_error", code=error["code"], more=more)


def _unexpected(intent: Json, verb: str, allowed: tuple[str, ...]) -> StripeError:
    states = ", ".join(allowed)
    message = (
        f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}. Only a PaymentIntent "
        f"with one of the following statuses may be {verb}ed: {states}."
    )
    more = {"payment_intent": intent}
    return StripeError(message, code="payment_intent_unexpected_state", more=more)
