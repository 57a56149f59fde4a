"""API operations on payments, refunds, disputes, events, subscriptions, webhooks and the account."""

from collections.abc import Callable

from ..kit import Json
from . import aftermath, billing_shapes, portal, subscriptions
from .errors import invalid, missing
from .lists import as_list, page, same
from .old_invoice import old_event
from .params import merged_metadata
from .webhooks import InvoiceShape
from .world import World

Operation = Callable[[World, Json, str], Json]
GREATEST_TYPES = 20  # per events list
EVENT_LIFE = 30 * 24 * 3600  # seconds; older events are neither listed nor found: the API's Events, "List all events"


def update_metadata(kind: str, event: str) -> Operation:
    """Return an operation that changes metadata only."""

    def operation(world: World, given: Json, id: str) -> Json:
        thing = world.get(kind, id)
        if "metadata" in given:
            world.change(thing, event, metadata=merged_metadata(thing["metadata"], given["metadata"]))
        return thing

    return operation


def listing(kind: str, url: str, *fields: str) -> Operation:
    """Return an operation that lists a kind of object, filtered by fields equal to the parameters."""

    def operation(world: World, given: Json, _: str) -> Json:
        return page(world, kind, given, url, same(given, *fields))

    return operation


def retrieve(kind: str) -> Operation:
    return lambda world, given, id: world.get(kind, id)


# --- refunds and disputes ---
def create_refund(world: World, given: Json, _: str) -> Json:
    if ("charge" in given) == ("payment_intent" in given):
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    param = "payment_intent" if "payment_intent" in given else "charge"
    charge = aftermath.charge_of(world, given[param], param)
    return aftermath.refund(world, charge, given.get("amount"), given)


def update_dispute(world: World, given: Json, id: str) -> Json:
    dispute = world.get("dispute", id)
    values: Json = {}
    if "metadata" in given:
        values["metadata"] = merged_metadata(dispute["metadata"], given["metadata"])
    if "evidence" in given:
        values["evidence"] = {**dispute["evidence"], **given["evidence"]}
        values["evidence_details"] = {**dispute["evidence_details"], "has_evidence": True}
    if given.get("submit"):
        details: Json = values.get("evidence_details") or dispute["evidence_details"]
        count = details["submission_count"] + 1
        values["evidence_details"] = {**details, "submission_count": count, "submission_method": "manual"}
        warning = dispute["status"].startswith("warning")
        values["status"] = "warning_under_review" if warning else "under_review"
    return world.change(dispute, "charge.dispute.updated", **values)


# --- subscriptions ---
def update_subscription(world: World, given: Json, id: str) -> Json:
    subscription = world.get("subscription", id)
    if "cancellation_details" in given:
        subscription["cancellation_details"].update(given["cancellation_details"])
    if "cancel_at_period_end" in given:
        subscriptions.cancel_later(world, subscription, given["cancel_at_period_end"])
    elif "cancel_at" in given:
        subscriptions.cancel_at(world, subscription, given["cancel_at"])
    values = {"description": given["description"]} if "description" in given else {}
    if "metadata" in given:
        values["metadata"] = merged_metadata(subscription["metadata"], given["metadata"])
    if "items" in given:
        subscriptions.reprice(world, subscription, given["items"][0])
    if "pause_collection" in given:
        pause = given["pause_collection"]
        values["pause_collection"] = pause and {"resumes_at": None, **pause}
    return world.change(subscription, "customer.subscription.updated", **values)


def cancel_subscription(world: World, given: Json, id: str) -> Json:
    subscription = world.get("subscription", id)
    return subscriptions.cancel(world, subscription, None, given.get("cancellation_details"))


def list_subscriptions(world: World, given: Json, _: str) -> Json:
    status = given.get("status")
    fits = same(given, "customer", "test_clock")

    def wanted(subscription: Json) -> bool:
        state, price = subscription["status"], subscription["items"]["data"][0]["price"]["id"]
        shown = (
            state != "canceled" if status is None
            else status == "all" or state == status
            or (status == "ended" and state in ("canceled", "incomplete_expired"))
        )  # fmt: skip
        return shown and fits(subscription) and price == given.get("price", price)

    return page(world, "subscription", given, "/v1/subscriptions", wanted)


def list_invoices(world: World, given: Json, _: str) -> Json:
    fits = same(given, "customer", "status", "collection_method")

    def wanted(invoice: Json) -> bool:
        subscription = invoice["parent"]["subscription_details"]["subscription"]
        return fits(invoice) and bool(subscription == given.get("subscription", subscription))

    return page(world, "invoice", given, "/v1/invoices", wanted)


def list_invoice_payments(world: World, given: Json, _: str) -> Json:
    intent = given.get("payment", {}).get("payment_intent")
    fits = same(given, "invoice", "status")
    return page(
        world, "invoice_payment", given, "/v1/invoice_payments",
        lambda p: fits(p) and (intent is None or p["payment"]["payment_intent"] == intent),
    )  # fmt: skip


def create_portal(world: World, given: Json, _: str) -> Json:
    configuration = portal.saved(world)
    world.refer("customer", given["customer"], "customer")
    return billing_shapes.portal_session(world, given, configuration["id"])


# --- events ---
def event_operations(shape_of: Callable[[], InvoiceShape]) -> tuple[Operation, Operation]:
    """Return the operations that list and retrieve events, in the API version that `shape_of` names."""

    def shown(world: World, event: Json) -> Json:
        return old_event(world, event) if shape_of() == "old" else event

    def retrieve_event(world: World, given: Json, id: str) -> Json:
        event = world.get("event", id)
        if not _young(world, event):
            raise missing("event", id)
        return shown(world, event)

    def list_events(world: World, given: Json, _: str) -> Json:
        if "type" in given and "types" in given:
            raise invalid("You may only specify one of these parameters: type, types.")
        if len(given.get("types", ())) > GREATEST_TYPES:
            raise invalid(f"Array types exceeded maximum {GREATEST_TYPES} allowed elements.", "types")
        found = page(
            world, "event", given, "/v1/events",
            lambda event: _young(world, event) and _of_type(event, given),
        )  # fmt: skip
        return as_list([shown(world, event) for event in found["data"]], found["url"], found["has_more"])

    return retrieve_event, list_events


def _young(world: World, event: Json) -> bool:
    return bool(world.now() - event["created"] <= EVENT_LIFE)


def _of_type(event: Json, given: Json) -> bool:
    if "delivery_success" in given and (event["pending_webhooks"] == 0) != given["delivery_success"]:
        return False
    wanted = given.get("types") or ([given["type"]] if "type" in given else None)
    name = event["type"]
    return wanted is None or any(
        name == type or (type.endswith(".*") and name.startswith(type[:-1])) for type in wanted
    )


# --- test clocks ---
def create_clock(world: World, given: Json, _: str) -> Json:
    return billing_shapes.test_clock(world, given)


def advance_clock(world: World, given: Json, id: str) -> Json:
    return subscriptions.advance(world, world.get("test_helpers.test_clock", id), given["frozen_time"])
