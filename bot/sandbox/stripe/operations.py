"""The parameters of each API operation, in the form that params.py reads. The names are Stripe's."""

from ..kit import Json
from .params import META, URL, Either, Text, Unset

EXPAND: Json = {"expand": [str]}
RANGE = Either(int, {"gt": int, "gte": int, "lt": int, "lte": int})
PAGE: Json = {**EXPAND, "limit": int, "starting_after": str, "ending_before": str}
DATED: Json = {**PAGE, "created": RANGE}

RECURRING = {"interval!": ("day", "month", "week", "year"), "interval_count": int, "usage_type": ("licensed",)}
CUSTOM_AMOUNT = {"enabled!": bool, "minimum": int, "maximum": int, "preset": int}
# Lengths are `maxLength` in Stripe's OpenAPI description, API 2026-10-28; a plain str has its default, 5,000.
MESSAGE = Unset({"message!": Text(1_200)})
STATEMENT = Text(22)
CUSTOM_TEXT = dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance"), MESSAGE)
SUBMIT_TYPE = ("auto", "book", "donate", "pay", "subscribe")
PRODUCT_DATA = {
    "name!": str, "description": Text(40_000), "images": [URL], "metadata": META, "tax_code": str,
    "unit_label": Text(12),
}  # fmt: skip
PRICE_DATA = {
    "currency!": str, "unit_amount": int, "product": str, "product_data": PRODUCT_DATA, "recurring": RECURRING,
}  # fmt: skip
LINE_ITEM = {
    "price": str,
    "price_data": PRICE_DATA,
    "quantity": int,
    "adjustable_quantity": {"enabled!": bool, "minimum": int, "maximum": int},
}
METHODS = [("card", "acss_debit", "us_bank_account", "link", "sepa_debit", "bacs_debit", "pay_by_bank", "paypal")]
AFTER_COMPLETION = {
    "type!": ("hosted_confirmation", "redirect"),
    "hosted_confirmation": {"custom_message": Text(500)},
    "redirect": {"url!": URL},
}
PAYMENT_INTENT_DATA = {
    "description": Text(1_000),
    "metadata": META,
    "setup_future_usage": ("off_session", "on_session"),
    "statement_descriptor": STATEMENT,
    "statement_descriptor_suffix": STATEMENT,
    "transfer_group": str,
    "capture_method": ("automatic", "automatic_async"),
}
NAME = {"enabled!": bool, "optional": bool}
NAME_COLLECTION = {"individual": NAME, "business": NAME}
SUBSCRIPTION_DATA = {"description": Text(500), "metadata": META}
RESTRICTIONS = {"completed_sessions!": {"limit!": int}}
FLAG = {"enabled!": bool}

PRODUCT_CREATE: Json = {
    **EXPAND, "name!": str, "id": str, "active": bool, "description": Text(40_000), "images": [URL],
    "metadata": META, "shippable": bool, "statement_descriptor": STATEMENT, "tax_code": str,
    "type": ("good", "service"), "unit_label": Text(12), "url": URL,
    "default_price_data": {
        "currency!": str, "unit_amount": int, "custom_unit_amount": CUSTOM_AMOUNT, "recurring": RECURRING,
        "metadata": META,
    },
}  # fmt: skip
PRODUCT_UPDATE: Json = {
    **EXPAND, "name": str, "active": bool, "default_price": str, "description": Unset(Text(40_000)),
    "images": Unset([URL]), "metadata": META, "shippable": bool, "statement_descriptor": STATEMENT,
    "tax_code": Unset(str), "unit_label": Unset(Text(12)), "url": Unset(URL),
}  # fmt: skip
PRODUCT_LIST: Json = {**DATED, "active": bool, "ids": [str], "type": ("good", "service"), "url": str}
PRICE_CREATE: Json = {
    **EXPAND, "currency!": str, "active": bool, "billing_scheme": ("per_unit",), "unit_amount": int,
    "custom_unit_amount": CUSTOM_AMOUNT, "lookup_key": Text(200), "metadata": META, "nickname": str, "product": str,
    "product_data": {"name!": str, "active": bool, "id": str, "metadata": META,
                     "statement_descriptor": STATEMENT, "tax_code": str, "unit_label": Text(12)},
    "recurring": RECURRING, "tax_behavior": ("exclusive", "inclusive", "unspecified"),
    "transfer_lookup_key": bool,
}  # fmt: skip
PRICE_LIST: Json = {
    **DATED, "active": bool, "currency": str, "lookup_keys": [str], "product": str,
    "type": ("one_time", "recurring"),
}  # fmt: skip

LINK_CREATE: Json = {
    **EXPAND, "line_items!": [LINE_ITEM], "after_completion": AFTER_COMPLETION, "allow_promotion_codes": bool,
    "billing_address_collection": ("auto", "required"), "currency": str, "custom_text": CUSTOM_TEXT,
    "customer_creation": ("always", "if_required"), "inactive_message": Text(500), "metadata": META,
    "name_collection": NAME_COLLECTION, "payment_intent_data": PAYMENT_INTENT_DATA, "payment_method_types": METHODS,
    "payment_method_collection": ("always", "if_required"), "phone_number_collection": FLAG,
    "restrictions": RESTRICTIONS, "submit_type": SUBMIT_TYPE, "subscription_data": SUBSCRIPTION_DATA,
}  # fmt: skip
LINK_UPDATE: Json = {
    **EXPAND, "active": bool, "after_completion": AFTER_COMPLETION, "allow_promotion_codes": bool,
    "billing_address_collection": ("auto", "required"), "custom_text": CUSTOM_TEXT,
    "customer_creation": ("always", "if_required"), "inactive_message": Unset(Text(500)), "metadata": META,
    "name_collection": Unset(NAME_COLLECTION),
    "payment_intent_data": {
        "description": Unset(Text(1_000)), "metadata": META, "statement_descriptor": Unset(STATEMENT),
        "statement_descriptor_suffix": Unset(STATEMENT), "transfer_group": Unset(str),
    },
    "payment_method_types": Unset(METHODS), "payment_method_collection": ("always", "if_required"),
    "phone_number_collection": FLAG, "restrictions": Unset(RESTRICTIONS), "submit_type": SUBMIT_TYPE,
    "subscription_data": {"metadata": META},
}  # fmt: skip
LINK_LIST: Json = {**PAGE, "active": bool}

WORDS = (
    "auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt "
    "pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW"
)
LOCALES = tuple(WORDS.split())
# Since 2026-09-30, sessions and intents take allowed_payment_method_types, which filters what the dashboard allows, and
# no payment_method_types: docs.stripe.com/changelog/endive/2026-09-30/remove-payment-method-types-checkout-sessions.
SESSION_CREATE: Json = {
    **EXPAND, "line_items": [LINE_ITEM], "mode!": ("payment", "setup", "subscription"), "success_url": URL,
    "cancel_url": URL, "return_url": URL, "ui_mode": ("hosted_page",), "client_reference_id": Text(200),
    "currency": str, "customer": str, "customer_email": str, "customer_creation": ("always", "if_required"),
    "custom_text": CUSTOM_TEXT, "expires_at": int, "locale": LOCALES, "metadata": META,
    "payment_intent_data": {**PAYMENT_INTENT_DATA, "receipt_email": str},
    "allowed_payment_method_types": METHODS,
    "submit_type": SUBMIT_TYPE, "subscription_data": SUBSCRIPTION_DATA, "allow_promotion_codes": bool,
    "adaptive_pricing": {"enabled": bool}, "billing_address_collection": ("auto", "required"),
    "setup_intent_data": {"description": Text(1_000), "metadata": META},
}  # fmt: skip
SESSION_LIST: Json = {
    **DATED, "customer": str, "customer_details": {"email!": str}, "payment_intent": str, "payment_link": str,
    "status": ("complete", "expired", "open"), "subscription": str,
}  # fmt: skip

# How a saved card may be declared to the card networks (API 2026-10-28, docs.stripe.com/changelog/endive/2026-10-28/
# card-on-file-usage-indicators-support). Checkout Sessions take no setup_credential_usage, in any mode: it is a
# parameter of setup and payment intents only (stripe-python 16.1.0).
CREDENTIAL_USAGE = ("installment", "recurring", "unscheduled")
INTENT_OPTIONS = {"card": {"stored_credential_usage": CREDENTIAL_USAGE}}
CONFIRMING: Json = {
    "payment_method": str, "receipt_email": Text(512), "error_on_requires_action": bool, "off_session": bool,
    "payment_method_options": INTENT_OPTIONS,
}  # fmt: skip
# Stricter than Stripe: without allowed_payment_method_types, any method of the dashboard's would do.
INTENT_CREATE: Json = {
    **EXPAND, **CONFIRMING, "amount!": int, "currency!": str, "allowed_payment_method_types!": [("card",)],
    "confirm": bool, "payment_method_types": [str],
    "customer": str, "description": Text(1_000), "metadata": META, "statement_descriptor_suffix": STATEMENT,
}  # fmt: skip
INTENT_CONFIRM: Json = {**EXPAND, **CONFIRMING}
INTENT_CANCEL: Json = {
    **EXPAND, "cancellation_reason": ("abandoned", "duplicate", "fraudulent", "requested_by_customer"),
}  # fmt: skip
METHOD_LIST: Json = {**PAGE, "customer": str, "type": ("card",)}
METHOD_ATTACH: Json = {**EXPAND, "customer!": str}
SETUP_LIST: Json = {**DATED, "customer": str, "payment_method": str}
INTENT_LIST: Json = {**DATED, "customer": str}
CHARGE_LIST: Json = {**DATED, "customer": str, "payment_intent": str, "transfer_group": str}
REFUND_CREATE: Json = {
    **EXPAND, "amount": int, "charge": str, "payment_intent": str, "metadata": META,
    "reason": ("duplicate", "fraudulent", "requested_by_customer"), "instructions_email": str,
}  # fmt: skip
REFUND_LIST: Json = {**DATED, "charge": str, "payment_intent": str}
METADATA_UPDATE: Json = {**EXPAND, "metadata": META}
DISPUTE_UPDATE: Json = {
    **METADATA_UPDATE, "submit": bool,
    "evidence": {
        name: Unset(str)
        for name in (
            "access_activity_log", "customer_communication", "customer_email_address", "customer_name",
            "product_description", "receipt", "refund_policy_disclosure", "service_date",
            "service_documentation", "uncategorized_file", "uncategorized_text",
        )
    },
}  # fmt: skip
PAYOUT_LIST: Json = {
    **DATED, "arrival_date": RANGE, "status": ("canceled", "failed", "in_transit", "paid", "pending"),
}  # fmt: skip
DISPUTE_LIST: Json = {**DATED, "charge": str, "payment_intent": str}
BALANCE_LIST: Json = {**DATED, "currency": str, "payout": str, "source": str, "type": str}
FRAUD_LIST: Json = {**DATED, "charge": str, "payment_intent": str}

CUSTOMER_CREATE: Json = {
    **EXPAND, "email": Text(512), "name": Text(256), "phone": Text(20), "description": str, "metadata": META,
    "preferred_locales": [str], "test_clock": str,
}  # fmt: skip
CUSTOMER_LIST: Json = {**DATED, "email": str, "test_clock": str}
LEAVING = {
    "comment": Unset(str),
    "feedback": Unset((
        "customer_service", "low_quality", "missing_features", "other", "switched_service", "too_complex",
        "too_expensive", "unused",
    )),
}  # fmt: skip
SUBSCRIPTION_UPDATE: Json = {
    **METADATA_UPDATE, "cancel_at": Unset(int), "cancel_at_period_end": bool, "cancellation_details": LEAVING,
    "description": Unset(Text(500)),
    "items": [{"id!": str, "price!": str}],
    "proration_behavior": ("none", "create_prorations", "always_invoice"),
    "pause_collection": Unset({"behavior!": ("keep_as_draft", "mark_uncollectible", "void"), "resumes_at": int}),
}  # fmt: skip
SUBSCRIPTION_CANCEL: Json = {
    **EXPAND, "cancellation_details": LEAVING, "invoice_now": bool, "prorate": bool,
}  # fmt: skip
SUBSCRIPTION_LIST: Json = {
    **DATED, "customer": str, "price": str, "test_clock": str,
    "status": ("active", "all", "canceled", "ended", "incomplete", "incomplete_expired", "past_due", "paused",
               "trialing", "unpaid"),
}  # fmt: skip
INVOICE_LIST: Json = {
    **DATED, "customer": str, "subscription": str, "status": ("draft", "open", "paid", "uncollectible", "void"),
    "collection_method": ("charge_automatically", "send_invoice"),
}  # fmt: skip
INVOICE_PAYMENT_LIST: Json = {
    **DATED, "invoice": str, "status": ("canceled", "open", "paid"),
    "payment": {"type!": ("payment_intent",), "payment_intent": str},
}  # fmt: skip
PORTAL_LIST: Json = {**PAGE, "active": bool, "is_default": bool}
PORTAL_CREATE: Json = {
    **EXPAND, "customer!": str, "return_url": URL, "locale": LOCALES,
    "flow_data": {
        "type!": ("subscription_cancel", "payment_method_update"),
        "subscription_cancel": {"subscription!": str},
    },
}  # fmt: skip

EVENT_LIST: Json = {**DATED, "type": str, "types": [str], "delivery_success": bool}
WEBHOOK_CREATE: Json = {
    **EXPAND, "url!": URL, "enabled_events!": [str], "api_version": str, "description": Unset(str),
    "metadata": META, "connect": bool,
}  # fmt: skip
WEBHOOK_UPDATE: Json = {
    **EXPAND, "url": URL, "enabled_events": [str], "disabled": bool, "description": Unset(str), "metadata": META,
}  # fmt: skip
CLOCK_CREATE: Json = {**EXPAND, "frozen_time!": int, "name": str}
CLOCK_ADVANCE: Json = {**EXPAND, "frozen_time!": int}
