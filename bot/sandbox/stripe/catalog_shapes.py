"""Products, prices, payment links and Checkout Sessions, as JSON."""

from ..kit import Json
from .params import merged_metadata
from .world import World

CUSTOM_TEXT: Json = dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance"))
SESSION_LIFE = 24 * 3600  # seconds


def product(world: World, given: Json) -> Json:
    now = world.now()
    return world.add({
        "id": given.get("id") or world.id("prod", 14),
        "object": "product",
        "active": given.get("active", True),
        "created": now,
        "default_price": None,
        "description": given.get("description"),
        "images": given.get("images", []),
        "livemode": False,
        "marketing_features": [],
        "metadata": merged_metadata({}, given.get("metadata")),
        "name": given["name"],
        "package_dimensions": None,
        "shippable": given.get("shippable"),
        "statement_descriptor": given.get("statement_descriptor"),
        "tax_code": given.get("tax_code"),
        "type": given.get("type", "service"),
        "unit_label": given.get("unit_label"),
        "updated": now,
        "url": given.get("url"),
    })  # fmt: skip


def price(world: World, given: Json, product_id: str) -> Json:
    recurring, custom = given.get("recurring"), given.get("custom_unit_amount")
    amount = given.get("unit_amount")
    return world.add({
        "id": world.id("price"),
        "object": "price",
        "active": given.get("active", True),
        "billing_scheme": "per_unit",
        "created": world.now(),
        "currency": given["currency"].lower(),
        "custom_unit_amount": _custom_amount(custom) if custom else None,
        "livemode": False,
        "lookup_key": given.get("lookup_key"),
        "metadata": merged_metadata({}, given.get("metadata")),
        "nickname": given.get("nickname"),
        "product": product_id,
        "recurring": _recurring(recurring) if recurring else None,
        "tax_behavior": given.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if recurring else "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": None if amount is None else str(amount),
    })  # fmt: skip


def _custom_amount(given: Json) -> Json:
    return {name: given.get(name) for name in ("maximum", "minimum", "preset")}


def _recurring(given: Json) -> Json:
    return {
        "interval": given["interval"],
        "interval_count": given.get("interval_count", 1),
        "meter": None,
        "trial_period_days": None,
        "usage_type": given.get("usage_type", "licensed"),
    }


def line_item(world: World, price: Json, quantity: int, amount: int | None, name: str) -> Json:
    """Return a line item; `amount` is the unit price in minor units, None until the donor chooses it."""
    total = (amount or 0) * quantity
    return {
        "id": world.id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"],
        "description": name,
        "price": price,
        "quantity": quantity,
    }


def name_collection(given: Json | None) -> Json:
    """Return the field as the API shows it: only where names are collected."""
    if not given:
        return {}
    return {"name_collection": {kind: {"optional": False, **how} for kind, how in given.items()}}


def _custom_text(given: Json | None) -> Json:
    return {**CUSTOM_TEXT, **(given or {})}


def after_completion(given: Json | None) -> Json:
    if given and given["type"] == "redirect":
        return {"type": "redirect", "redirect": {"url": given["redirect"]["url"]}}
    message = ((given or {}).get("hosted_confirmation") or {}).get("custom_message")
    return {"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": message}}


def intent_data(given: Json) -> Json:
    names = (
        "capture_method", "description", "setup_future_usage", "statement_descriptor",
        "statement_descriptor_suffix", "transfer_group",
    )  # fmt: skip
    shape: Json = {name: given.get(name) for name in names}
    shape["metadata"] = merged_metadata({}, given.get("metadata"))
    return shape


def subscription_data(given: Json) -> Json:
    return {
        "description": given.get("description"),
        "invoice_settings": {"issuer": {"type": "self"}},
        "metadata": merged_metadata({}, given.get("metadata")),
        "trial_period_days": None,
        "trial_settings": None,
    }


def restrictions(given: Json | None, count: int = 0) -> Json | None:
    if not given:
        return None
    return {"completed_sessions": {"count": count, "limit": given["completed_sessions"]["limit"]}}


def payment_link(world: World, given: Json, currency: str, recurring: bool) -> Json:
    code = f"test_{world.text(20)}"
    return world.add({
        "id": world.id("plink"),
        "object": "payment_link",
        "active": True,
        "after_completion": after_completion(given.get("after_completion")),
        "allow_promotion_codes": given.get("allow_promotion_codes", False),
        "application": None,
        "application_fee_amount": None,
        "application_fee_percent": None,
        "automatic_tax": {"enabled": False, "liability": None},
        "billing_address_collection": given.get("billing_address_collection", "auto"),
        "consent_collection": None,
        "currency": currency,
        "custom_fields": [],
        "custom_text": _custom_text(given.get("custom_text")),
        "customer_creation": given.get("customer_creation", "always" if recurring else "if_required"),
        "inactive_message": given.get("inactive_message"),
        "invoice_creation": None,
        "livemode": False,
        "metadata": merged_metadata({}, given.get("metadata")),
        **name_collection(given.get("name_collection")),
        "on_behalf_of": None,
        "payment_intent_data": intent_data(given["payment_intent_data"])
        if given.get("payment_intent_data") else None,
        "payment_method_collection": given.get("payment_method_collection", "always"),
        "payment_method_types": given.get("payment_method_types"),
        "phone_number_collection": {"enabled": given.get("phone_number_collection", {}).get("enabled", False)},
        "restrictions": restrictions(given.get("restrictions")),
        "shipping_address_collection": None,
        "shipping_options": [],
        "submit_type": given.get("submit_type", "auto"),
        "subscription_data": subscription_data(given.get("subscription_data", {})) if recurring else None,
        "tax_id_collection": {"enabled": False, "required": "never"},
        "transfer_data": None,
        "url": f"{world.url}/pay/{code}",
    })  # fmt: skip


def session(world: World, given: Json, items: list[Json], methods: list[str], url: str | None) -> Json:
    """Return an open Checkout Session. `given`: parameters of its creation, or of its payment link.

    One that saves a card has no items, amount and currency.
    """
    total = sum(item["amount_total"] for item in items) if items else None
    now = world.now()
    return world.add({
        "id": world.id("cs_test", 58),
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": given.get("allow_promotion_codes"),
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": given.get("billing_address_collection"),
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"),
        "client_secret": None,
        "consent": None,
        "consent_collection": None,
        "created": now,
        "currency": items[0]["currency"] if items else given.get("currency"),
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": _custom_text(given.get("custom_text")),
        "customer": given.get("customer"),
        "customer_creation": given.get("customer_creation"),
        "customer_details": None,
        "customer_email": given.get("customer_email"),
        "discounts": [],
        "expires_at": given.get("expires_at") or now + SESSION_LIFE,
        "invoice": None,
        "invoice_creation": None,
        "livemode": False,
        "locale": given.get("locale"),
        "metadata": merged_metadata({}, given.get("metadata")),
        "mode": given["mode"],
        **name_collection(given.get("name_collection")),
        "payment_intent": None,
        "payment_link": given.get("payment_link"),
        "payment_method_collection": given.get("payment_method_collection", "if_required"),
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": methods,
        "payment_status": "unpaid" if items else "no_payment_required",
        "phone_number_collection": {"enabled": False},
        "presentment_details": None,
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": given.get("submit_type"),
        "subscription": None,
        "success_url": given.get("success_url"),
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0} if items else None,
        "ui_mode": "hosted_page",
        "url": url,
    })  # fmt: skip
