"""Monthly gifts: first payment, successful and failed renewals, test clocks and cancellation."""

import calendar
from datetime import UTC, datetime

from ..kit import Json
from . import billing_shapes, charging, currencies
from .errors import StripeError, invalid
from .money_shapes import DAY
from .world import Checkout, World

GREATEST_ADVANCE = 366 * DAY  # seconds a test clock can advance per call


def after(moment: int, price: Json, times: int = 1) -> int:
    """Return the end of a period that starts at `moment` (Unix seconds); months keep their day if possible."""
    recurring = price["recurring"]
    count = int(recurring["interval_count"]) * times
    if recurring["interval"] in ("day", "week"):
        return moment + count * DAY * (7 if recurring["interval"] == "week" else 1)
    months = count * (12 if recurring["interval"] == "year" else 1)
    start = datetime.fromtimestamp(moment, UTC)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def now_of(world: World, subscription_or_customer: Json) -> int:
    """Return the object's time: its test clock's, if it has one."""
    clock = world.find("test_helpers.test_clock", subscription_or_customer["test_clock"] or "")
    return int(clock["frozen_time"]) if clock else world.now()


def begin(world: World, session: Json, checkout: Checkout, intent: Json, method: Json) -> Json:
    """Create a completed session's subscription with its first invoice, which is paid unless a bank debit takes days.

    Source: docs.stripe.com/billing/subscriptions/overview: the subscription is active while the debit is processed, the
    session's payment_status is unpaid, and async_payment_succeeded or async_payment_failed follows.
    """
    customer = world.get("customer", session["customer"])
    item, start = checkout.items[0], now_of(world, customer)
    price = item["price"]
    subscription = billing_shapes.subscription(
        world, customer, price, item["quantity"], checkout.subscription_data, method["id"], start,
        after(start, price),
    )  # fmt: skip
    invoice = billing_shapes.invoice(world, subscription, customer, "subscription_create", start)
    subscription["latest_invoice"] = invoice["id"]
    session.update(subscription=subscription["id"], invoice=invoice["id"])
    intent["description"] = "Subscription creation"
    payment = billing_shapes.invoice_payment(world, invoice, intent["id"])
    world.emit("checkout.session.completed", session)
    world.emit("customer.subscription.created", subscription)
    _announce(world, invoice)
    if session["payment_status"] == "paid":
        _paid(world, invoice, payment)
    return subscription


def settle_first(world: World, session: Json, ok: bool) -> None:
    """Apply the bank's answer to the debit of a subscription's first invoice."""
    invoice = world.get("invoice", session["invoice"])
    subscription = world.get("subscription", session["subscription"])
    if ok:
        _paid(world, invoice, next(p for p in world.every("invoice_payment") if p["invoice"] == invoice["id"]))
        return
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1)
    world.emit("invoice.payment_failed", invoice)
    world.change(subscription, "customer.subscription.updated", status="past_due")


def _announce(world: World, invoice: Json) -> None:
    world.emit("invoice.created", invoice)
    world.emit("invoice.finalized", invoice)


def _paid(world: World, invoice: Json, payment: Json) -> None:
    when = now_of(world, invoice)
    payment.update(status="paid", amount_paid=invoice["amount_due"])
    payment["status_transitions"]["paid_at"] = when
    invoice["status_transitions"]["paid_at"] = when
    invoice.update(
        status="paid",
        amount_paid=invoice["amount_due"],
        amount_remaining=0,
        attempted=True,
        attempt_count=invoice["attempt_count"] + 1,
        next_payment_attempt=None,
        auto_advance=False,
    )
    world.emit("invoice.paid", invoice)
    world.emit("invoice.payment_succeeded", invoice)
    world.emit("invoice_payment.paid", payment)


def renew(world: World, subscription: Json, ok: bool) -> Json:
    """Start the next period, with a successful or failed payment; an open invoice is retried instead.

    A subscription set to end by then ends instead. Raises ValueError for an ended one.
    """
    if subscription["status"] == "canceled":
        raise ValueError(f"{subscription['id']} has ended")
    ends_at = subscription["cancel_at"]
    if ends_at is not None and ends_at <= subscription["items"]["data"][0]["current_period_end"]:
        return cancel(world, subscription, subscription["cancellation_details"]["reason"])
    latest = world.get("invoice", subscription["latest_invoice"])
    invoice = latest if latest["status"] == "open" else _next_period(world, subscription)
    _collect(world, subscription, invoice, ok)
    return invoice


def _next_period(world: World, subscription: Json) -> Json:
    item = subscription["items"]["data"][0]
    before = {"items": {"data": [{name: item[name] for name in ("current_period_start", "current_period_end")}]}}
    start = item["current_period_end"]
    periods = 1 + _periods_between(subscription["billing_cycle_anchor"], start, item["price"])
    item["current_period_start"] = start
    item["current_period_end"] = after(subscription["billing_cycle_anchor"], item["price"], periods)
    customer = world.get("customer", subscription["customer"])
    when = start if subscription["test_clock"] else world.now()
    invoice = billing_shapes.invoice(world, subscription, customer, "subscription_cycle", when)
    before["latest_invoice"] = subscription["latest_invoice"]
    subscription["latest_invoice"] = invoice["id"]
    world.emit("customer.subscription.updated", subscription, before)
    _announce(world, invoice)
    return invoice


def _periods_between(anchor: int, until: int, price: Json) -> int:
    """Return the number of whole periods between, counted from the anchor so that the 31st returns."""
    periods = 0
    while after(anchor, price, periods) < until:
        periods += 1
    return periods


def _collect(world: World, subscription: Json, invoice: Json, ok: bool) -> None:
    method = world.get("payment_method", subscription["default_payment_method"])
    payments = [p for p in world.every("invoice_payment") if p["invoice"] == invoice["id"]]
    if payments:
        payment = payments[0]
        intent = world.get("payment_intent", payment["payment"]["payment_intent"])
    else:
        intent = charging.new_intent(world, invoice["amount_due"], invoice["currency"], ["card"], {})
        intent.update(customer=subscription["customer"], description="Subscription update")
        payment = billing_shapes.invoice_payment(world, invoice, intent["id"])
    if ok:
        charge = charging.succeed(world, intent, method)
        _paid(world, invoice, payment)
        world.change(subscription, "customer.subscription.updated", status="active")
        charging.book_later(world, charge)
        return
    charging.decline(world, intent, "4000000000000341", invoice["customer_email"], "generic_decline")
    invoice.update(
        attempted=True,
        attempt_count=invoice["attempt_count"] + 1,
        next_payment_attempt=now_of(world, invoice) + 3 * DAY,
    )
    world.emit("invoice.payment_failed", invoice)
    world.change(subscription, "customer.subscription.updated", status="past_due")


def cancel(world: World, subscription: Json, reason: str | None, details: Json | None = None) -> Json:
    """End the subscription now. Raises StripeError if it has ended."""
    if subscription["status"] == "canceled":
        raise StripeError(
            f"No such subscription: '{subscription['id']}'", status=404, code="resource_missing", param="id"
        )
    now = now_of(world, subscription)
    subscription["cancellation_details"].update(details or {}, reason=reason or "cancellation_requested")
    subscription.update(
        status="canceled", canceled_at=subscription["canceled_at"] or now, ended_at=now,
        cancel_at_period_end=False,
    )  # fmt: skip
    world.emit("customer.subscription.deleted", subscription)
    return subscription


def cancel_later(world: World, subscription: Json, wanted: bool) -> Json:
    """Let the subscription end with the paid period, or undo that."""
    if subscription["status"] == "canceled":
        raise invalid("A canceled subscription can only update its cancellation_details and metadata.")
    end = subscription["items"]["data"][0]["current_period_end"]
    subscription["cancellation_details"]["reason"] = "cancellation_requested" if wanted else None
    return world.change(
        subscription,
        "customer.subscription.updated",
        cancel_at_period_end=wanted,
        cancel_at=end if wanted else None,
        canceled_at=now_of(world, subscription) if wanted else None,
    )


def cancel_at(world: World, subscription: Json, at: int | None) -> Json:
    """Let the subscription end at a time (Unix seconds), in this period or a later one; None undoes that."""
    if subscription["status"] == "canceled":
        raise invalid("A canceled subscription can only update its cancellation_details and metadata.")
    subscription["cancellation_details"]["reason"] = None if at is None else "cancellation_requested"
    return world.change(
        subscription,
        "customer.subscription.updated",
        cancel_at=at,
        cancel_at_period_end=False,
        canceled_at=None if at is None else now_of(world, subscription),
    )


def reprice(world: World, subscription: Json, given: Json) -> None:
    """Change the price of a subscription's only item. Raises StripeError for another subscription's item."""
    item = subscription["items"]["data"][0]
    if item["id"] != given["id"]:
        raise StripeError(
            f"No such subscription_item: '{given['id']}'", status=404, code="resource_missing", param="items[0][id]"
        )
    price = world.refer("price", given["price"], "items[0][price]")
    if not price["active"]:
        raise invalid("The price specified is inactive. This field only accepts active prices.", "items[0][price]")
    if not price["recurring"]:
        message = (
            "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`."
        )
        raise invalid(message, "items[0][price]")
    if price["currency"] != subscription["currency"]:  # Stripe's message, as quoted in civitai/civitai#4945
        message = f"The price specified only supports `{price['currency']}`. This doesn't match the expected currency: "
        raise invalid(f"{message}`{subscription['currency']}`.", "items[0][price]")
    product = world.get("product", price["product"])
    if not product["active"]:  # source: stripe/stripe-go#1031, useautumn/autumn#3149
        raise invalid(f"The product {product['id']} is marked as inactive, and thus cannot be sold.", "items[0][price]")
    currencies.check_charge(price["unit_amount"] * item["quantity"], price["currency"], "items[0][price]")
    item["price"] = price


def advance(world: World, clock: Json, to: int) -> Json:
    """Advance a test clock and renew what falls due. Raises StripeError for a step back."""
    if not clock["frozen_time"] < to <= clock["frozen_time"] + GREATEST_ADVANCE:
        raise invalid("You cannot advance a test clock backwards, or by more than a year.", "frozen_time")
    while due := _next_due(world, clock, to):
        moment = due["items"]["data"][0]["current_period_end"]
        clock["frozen_time"] = max(clock["frozen_time"], moment)
        renew(world, due, ok=True)
    clock["frozen_time"] = to
    world.emit("test_helpers.test_clock.ready", clock)
    return clock


def _next_due(world: World, clock: Json, to: int) -> Json | None:
    due = [
        s for s in world.every("subscription")
        if s["test_clock"] == clock["id"] and s["status"] in ("active", "past_due")
        and s["items"]["data"][0]["current_period_end"] <= to
    ]  # fmt: skip
    return min(due, key=lambda s: int(s["items"]["data"][0]["current_period_end"]), default=None)
