"""Invoices in API versions before 2025-03-31: `subscription`, `payment_intent` and `charge` at the top level.

An endpoint keeps the API version it was created with, so a reader has to handle both shapes.
"""

import copy

from ..kit import Json
from .world import World

OLD_VERSION = "2025-02-24.acacia"


def old_event(world: World, event: Json) -> Json:
    """Return the event in the old version's shape; events of other objects are unchanged."""
    thing = event["data"]["object"]
    if thing.get("object") != "invoice":
        return event
    data = {**event["data"], "object": old_invoice(world, thing)}
    return {**event, "api_version": OLD_VERSION, "data": data}


def old_invoice(world: World, invoice: Json) -> Json:
    shown = copy.deepcopy(invoice)
    details = (shown.pop("parent") or {}).get("subscription_details") or {}
    intent = next(
        (
            world.find("payment_intent", payment["payment"]["payment_intent"])
            for payment in world.every("invoice_payment")
            if payment["invoice"] == invoice["id"]
        ),
        None,
    )
    shown.update(
        subscription=details.get("subscription"),
        subscription_details={"metadata": details.get("metadata")},
        payment_intent=intent and intent["id"],
        charge=intent and intent["latest_charge"],
        paid=invoice["status"] == "paid",
        quote=None,
        tax=None,
    )
    for line in shown["lines"]["data"]:
        _old_line(world, line)
    return shown


def _old_line(world: World, line: Json) -> None:
    details = line.pop("parent")["subscription_item_details"]
    pricing = line.pop("pricing")["price_details"]
    line.update(
        type="subscription",
        subscription=details["subscription"],
        subscription_item=details["subscription_item"],
        price=copy.deepcopy(world.find("price", pricing["price"])),
        proration=False,
    )
