"""Customers, subscriptions, invoices, the portal, the account, webhook endpoints and test clocks, as JSON."""

from ..kit import Json
from .money_shapes import ADDRESS, DAY
from .params import merged_metadata
from .world import World


def customer(world: World, given: Json) -> Json:
    return world.add({
        "id": world.id("cus", 14),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": world.now(),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": given.get("description"),
        "discount": None,
        "email": given.get("email"),
        "invoice_prefix": world.text(8).upper(),
        "invoice_settings": dict.fromkeys(
            ("custom_fields", "default_payment_method", "footer", "rendering_options")
        ),
        "livemode": False,
        "metadata": merged_metadata({}, given.get("metadata")),
        "name": given.get("name"),
        "phone": given.get("phone"),
        "preferred_locales": given.get("preferred_locales", []),
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": given.get("test_clock"),
    })  # fmt: skip


def customer_details(email: str | None, name: str | None = None, line: str | None = None) -> Json:
    """Return what a paid session says of the donor. `line`: the first line of the address, where it was asked for."""
    return {
        "address": ADDRESS | {"line1": line}, "business_name": None, "email": email, "individual_name": name,
        "name": name, "phone": None, "tax_exempt": "none", "tax_ids": [],
    }  # fmt: skip


def plan(price: Json) -> Json:
    """Return a recurring price under its old name; subscription items still have it."""
    recurring = price["recurring"]
    return {
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": price["created"],
        "currency": price["currency"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "livemode": False,
        "metadata": price["metadata"],
        "meter": None,
        "nickname": price["nickname"],
        "product": price["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": recurring["usage_type"],
    }


def subscription(
    world: World, customer: Json, price: Json, quantity: int, data: Json, method: str, start: int, end: int
) -> Json:
    """Return an active subscription whose first period runs from `start` to `end` (Unix seconds)."""
    id = world.id("sub")
    item: Json = {
        "id": world.id("si", 14),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": start,
        "current_period_end": end,
        "current_period_start": start,
        "discounts": [],
        "metadata": {},
        "plan": plan(price),
        "price": price,
        "quantity": quantity,
        "subscription": id,
        "tax_rates": [],
    }
    return world.add({
        "id": id,
        "object": "subscription",
        "application": None,
        "application_fee_percent": None,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": start,
        "billing_cycle_anchor_config": None,
        "billing_mode": {"type": "flexible"},
        "billing_schedules": [],
        "billing_thresholds": None,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": start,
        "currency": price["currency"],
        "customer": customer["id"],
        "days_until_due": None,
        "default_payment_method": method,
        "default_source": None,
        "default_tax_rates": [],
        "description": data.get("description"),
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": {
            "object": "list", "data": [item], "has_more": False,
            "url": f"/v1/subscription_items?subscription={id}",
        },
        "latest_invoice": None,
        "livemode": False,
        "metadata": dict(data.get("metadata") or {}),
        "next_pending_invoice_item_invoice": None,
        "on_behalf_of": None,
        "pause_collection": None,
        "payment_settings": {
            "payment_method_options": None, "payment_method_types": None, "save_default_payment_method": "off",
        },
        "pending_invoice_item_interval": None,
        "pending_setup_intent": None,
        "pending_update": None,
        "schedule": None,
        "start_date": start,
        "status": "active",
        "test_clock": customer["test_clock"],
        "transfer_data": None,
        "trial_end": None,
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "trial_start": None,
    })  # fmt: skip


def invoice_line(world: World, subscription: Json, invoice_id: str) -> Json:
    item = subscription["items"]["data"][0]
    price, amount = item["price"], item["price"]["unit_amount"] * item["quantity"]
    return {
        "id": world.id("il"),
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": None,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice_id,
        "livemode": False,
        "metadata": dict(subscription["metadata"]),
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None, "proration": False, "proration_details": {"credited_items": None},
                "subscription": subscription["id"], "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        "period": {"end": item["current_period_end"], "start": item["current_period_start"]},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]}, "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": item["quantity"],
        "subtotal": amount,
        "taxes": [],
    }  # fmt: skip


def invoice(world: World, subscription: Json, customer: Json, reason: str, when: int) -> Json:
    """Return an invoice that was just finalised: open and unpaid. `when` in Unix seconds."""
    id = world.id("in")
    line = invoice_line(world, subscription, id)
    amount = line["amount"]
    number = f"{customer['invoice_prefix']}-{len(world.every('invoice')) + 1:04d}"
    return world.add({
        "id": id,
        "object": "invoice",
        "account_country": world.charity.country,
        "account_name": world.charity.name,
        "account_tax_ids": None,
        "amount_due": amount,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": amount,
        "amount_shipping": 0,
        "application": None,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {
            "disabled_reason": None, "enabled": False, "liability": None, "provider": None, "status": None,
        },
        "automatically_finalizes_at": None,
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": when,
        "currency": subscription["currency"],
        "custom_fields": None,
        "customer": customer["id"],
        "customer_address": None,
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": None,
        "customer_shipping": None,
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "due_date": None,
        "effective_at": when,
        "ending_balance": 0,
        "footer": None,
        "from_invoice": None,
        "hosted_invoice_url": f"{world.url}/invoices/{id}",
        "invoice_pdf": None,
        "issuer": {"type": "self"},
        "last_finalization_error": None,
        "latest_revision": None,
        "lines": {"object": "list", "data": [line], "has_more": False, "url": f"/v1/invoices/{id}/lines"},
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": number,
        "on_behalf_of": None,
        "parent": {
            "quote_details": None,
            "subscription_details": {
                "metadata": dict(subscription["metadata"]), "subscription": subscription["id"],
            },
            "type": "subscription_details",
        },
        "payment_settings": {
            "default_mandate": None, "payment_method_options": None, "payment_method_types": None,
        },
        "period_end": when,
        "period_start": when,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "receipt_number": None,
        "rendering": None,
        "shipping_cost": None,
        "shipping_details": None,
        "starting_balance": 0,
        "statement_descriptor": None,
        "status": "open",
        "status_transitions": {
            "finalized_at": when, "marked_uncollectible_at": None, "paid_at": None, "voided_at": None,
        },
        "subtotal": amount,
        "subtotal_excluding_tax": amount,
        "test_clock": subscription["test_clock"],
        "total": amount,
        "total_discount_amounts": [],
        "total_excluding_tax": amount,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        "webhooks_delivered_at": None,
    })  # fmt: skip


def invoice_payment(world: World, invoice: Json, intent: str) -> Json:
    return world.add({
        "id": world.id("inpay"),
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": invoice["amount_due"],
        "created": invoice["created"],
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": intent, "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    })  # fmt: skip


def portal_session(world: World, given: Json, configuration: str) -> Json:
    id = world.id("bps")
    return world.add({
        "id": id,
        "object": "billing_portal.session",
        "configuration": configuration,
        "created": world.now(),
        "customer": given["customer"],
        "flow": None,
        "livemode": False,
        "locale": given.get("locale"),
        "on_behalf_of": None,
        "return_url": given.get("return_url"),
        "url": f"{world.url}/p/session/{id}",
    })  # fmt: skip


def account(world: World) -> Json:
    charity = world.charity
    return {
        "id": world.account_id,
        "object": "account",
        "business_profile": {"mcc": "8398", "name": charity.name, "product_description": None,
                             "support_email": charity.email, "url": None},
        "business_type": "non_profit",
        "capabilities": {"acss_debit_payments": "active", "card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "country": charity.country,
        "created": 1_700_000_000,
        "default_currency": charity.currency,
        "details_submitted": True,
        "email": charity.email,
        "metadata": {},
        "payouts_enabled": True,
        "settings": {
            "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
            "card_payments": {"statement_descriptor_prefix": charity.statement[:10]},
            "dashboard": {"display_name": charity.name, "timezone": "America/Toronto"},
            "payments": {"statement_descriptor": charity.statement},
        },
        "type": "standard",
    }  # fmt: skip


def webhook_endpoint(world: World, given: Json) -> Json:
    """Return an endpoint without its secret, which only the response to its creation shows."""
    return world.add({
        "id": world.id("we"),
        "object": "webhook_endpoint",
        "api_version": given.get("api_version"),
        "application": None,
        "created": world.now(),
        "description": given.get("description"),
        "enabled_events": given["enabled_events"],
        "livemode": False,
        "metadata": merged_metadata({}, given.get("metadata")),
        "status": "enabled",
        "url": given["url"],
    })  # fmt: skip


def test_clock(world: World, given: Json) -> Json:
    return world.add({
        "id": world.id("clock"),
        "object": "test_helpers.test_clock",
        "created": world.now(),
        "deletes_after": world.now() + 30 * DAY,
        "frozen_time": given["frozen_time"],
        "livemode": False,
        "name": given.get("name"),
        "status": "ready",
        "status_details": {},
    })  # fmt: skip
