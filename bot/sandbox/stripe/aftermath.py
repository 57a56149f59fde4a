"""What can happen to a payment later: refunds, disputes, fraud warnings."""

from ..kit import Json
from . import charging, money_shapes
from .errors import StripeError, invalid
from .world import World

REASONS = (
    "bank_cannot_process", "credit_not_processed", "customer_initiated", "debit_not_authorized", "duplicate",
    "fraudulent", "general", "incorrect_account_details", "insufficient_funds", "product_not_received",
    "product_unacceptable", "subscription_canceled", "unrecognized",
)  # fmt: skip


def charge_of(world: World, id: str, param: str) -> Json:
    """Return the charge for a payment intent's or charge's id. Raises StripeError if none succeeded."""
    if not id.startswith("pi_"):
        return world.refer("charge", id, param)
    intent = world.refer("payment_intent", id, param)
    if not intent["latest_charge"]:
        raise invalid(f"This PaymentIntent ({id}) does not have a successful charge to refund.", param)
    return world.refer("charge", intent["latest_charge"], param)


def refund(world: World, charge: Json, amount: int | None, given: Json, status: str = "succeeded") -> Json:
    """Refund `amount` (minor units; None: all that is left). Raises StripeError where Stripe refuses."""
    left = charge["amount"] - charge["amount_refunded"]
    if charge["status"] != "succeeded":
        raise StripeError(
            f"Charge {charge['id']} has not succeeded and cannot be refunded.", code="charge_not_refundable"
        )
    if charge["disputed"]:
        raise StripeError(f"Charge {charge['id']} has been charged back.", code="charge_disputed")
    if left == 0:
        raise StripeError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = left if amount is None else amount
    if amount <= 0:
        raise invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount > left:
        raise invalid(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", "amount")
    charging.book(world, charge)
    made = money_shapes.refund(world, charge, amount, given, status)
    booked = money_shapes.balance_transaction(world, "refund", -amount, charge["currency"], made["id"])
    made["balance_transaction"] = booked["id"]
    _take_off(charge, amount)
    world.emit("refund.created", made)
    world.emit("charge.refunded", charge)
    if status == "succeeded":
        world.later(lambda: _confirm(world, made))
    return made


def _take_off(charge: Json, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] >= charge["amount"]


def _confirm(world: World, refund: Json) -> None:
    """Set the card network's reference of the refund, which comes a little later."""
    if refund["status"] != "succeeded":
        return
    old = refund["destination_details"]
    card = {"reference": "713382000000001", "reference_status": "available",
            "reference_type": "acquirer_reference_number", "type": "refund"}  # fmt: skip
    world.change(refund, "refund.updated", destination_details={**old, "card": card})


def finish_refund(world: World, refund: Json) -> Json:
    """Complete a pending refund."""
    if refund["status"] != "pending":
        raise ValueError(f"{refund['id']} is not pending")
    return world.change(refund, "refund.updated", status="succeeded", pending_reason=None)


def fail_refund(world: World, refund: Json, reason: str = "lost_or_stolen_card") -> Json:
    """Fail a refund: the donor's bank returned the money to the charity. Raises ValueError if it failed before."""
    if refund["status"] not in ("succeeded", "pending"):
        raise ValueError(f"{refund['id']} is {refund['status']}")
    charge = world.get("charge", refund["charge"])
    booked = money_shapes.balance_transaction(
        world, "refund_failure", refund["amount"], refund["currency"], refund["id"]
    )
    _take_off(charge, -refund["amount"])
    world.change(
        refund, "refund.updated", status="failed", failure_reason=reason, pending_reason=None,
        failure_balance_transaction=booked["id"],
    )  # fmt: skip
    world.emit("refund.failed", refund)
    return refund


def dispute(world: World, charge: Json, reason: str, inquiry: bool = False) -> Json:
    """Open a dispute. An inquiry is only a question: no funds move yet."""
    if reason not in REASONS:
        raise ValueError(f"no such reason: {reason}; one of {', '.join(REASONS)}")
    if charge["disputed"] or charge["status"] != "succeeded":
        raise ValueError(f"{charge['id']} cannot be disputed")
    charging.book(world, charge)
    status = "warning_needs_response" if inquiry else "needs_response"
    made = money_shapes.dispute(world, charge, reason, status)
    charge["disputed"] = True
    world.emit("charge.dispute.created", made)
    if not inquiry:
        _move(world, made, -made["amount"], money_shapes.DISPUTE_FEE, "dispute")
        world.emit("charge.dispute.funds_withdrawn", made)
    return made


def _move(world: World, dispute: Json, amount: int, kept: int, category: str) -> None:
    booked = money_shapes.balance_transaction(
        world, "adjustment", amount, dispute["currency"], dispute["id"], kept, category
    )
    dispute["balance_transactions"] = [*dispute["balance_transactions"], booked]


def close_dispute(world: World, dispute: Json, won: bool) -> Json:
    """Close a dispute or inquiry with its outcome. Raises ValueError if it is closed already."""
    if dispute["status"] in ("won", "lost", "warning_closed"):
        raise ValueError(f"{dispute['id']} is {dispute['status']}")
    if dispute["status"].startswith("warning"):
        dispute["status"] = "warning_closed"
        world.get("charge", dispute["charge"])["disputed"] = False
    else:
        dispute["status"] = "won" if won else "lost"
    if dispute["status"] == "won":
        _move(world, dispute, dispute["amount"], 0, "dispute_reversal")
    world.emit("charge.dispute.closed", dispute)
    if dispute["status"] == "won":
        world.emit("charge.dispute.funds_reinstated", dispute)
    return dispute


def warn_of_fraud(world: World, charge: Json) -> Json:
    warning = money_shapes.early_fraud_warning(world, charge)
    world.emit("radar.early_fraud_warning.created", warning)
    return warning
