"""Stripe's limits, closed values and conditions, beyond those that its library's types state.

Source, where a line names no other: Stripe's OpenAPI description (github.com/stripe/openapi, `maxLength` and `pattern`
there) and docs.stripe.com/api, the section of the object. The prefixes of ids are those of Stripe's own examples.
"""

from tests.contract.rules import Rules
from tests.contract.rules.conditions import at_most_one_of, exactly_one_of, unless, when
from tests.contract.rules.stripe_objects import (
    customs_do_not_recur,
    parts_are_inside_the_whole,
    refused_has_a_reason,
    sessions_have_what_their_mode_needs,
)
from tests.contract.schemas import Schema


def text(most: int, least: int = 1) -> Schema:
    return {"minLength": least, "maxLength": most}


def number(prefix: str) -> Schema:
    """An id: 255 characters at most (docs.stripe.com/upgrades, "object IDs")."""
    return {"pattern": rf"({prefix})_\w{{1,200}}"}


def each(words: Schema) -> Schema:
    return {"items": {"type": "string", **words}}


DEFAULT = text(5000)  # of a string without another limit; empty text unsets a field, and is never answered
TIME: Schema = {"minimum": 0}
AMOUNT: Schema = {"minimum": 0, "maximum": 99_999_999}  # docs.stripe.com/currencies: at most eight digits
COUNT: Schema = {"minimum": 0}
SIGNED: Schema = {"minimum": -99_999_999, "maximum": 99_999_999}
CODE: Schema = {"pattern": r"[a-z0-9_.]{1,100}"}  # what programs read: "card_declined"
ADDRESS: Schema = {"format": "url", **text(5000)}
EVENT: Schema = {"pattern": r"\*|[a-z_0-9]{1,40}(\.[a-z_0-9]{1,40}){1,4}"}
DECIMAL: Schema = {"type": ["string", "null"], "pattern": r"-?\d{1,12}(\.\d{1,12})?"}
CHECK: Schema = {"values": frozenset({"pass", "fail", "unavailable", "unchecked"})}
METADATA: Schema = {  # docs.stripe.com/api/metadata
    "maxProperties": 50,
    "propertyNames": {"minLength": 1, "maxLength": 40, "pattern": r"[^\[\]]+"},
    "additionalProperties": {"type": "string", "maxLength": 500},
}

IDS: dict[str, str] = {
    "account": "acct", "balance_transaction": "txn", "billing_portal.configuration": "bpc",
    "billing_portal.session": "bps", "charge": "ch|py", "checkout.session": "cs", "customer": "cus", "dispute": "du|dp",
    "event": "evt", "invoice": "in", "invoice_payment": "inpay", "item": "li", "line_item": "il",
    "payment_intent": "pi", "payment_link": "plink", "payment_method": "pm|card|src", "payout": "po",
    "plan": "price|plan", "price": "price|plan", "radar.early_fraud_warning": "issfr", "refund": "re|pyr",
    "setup_intent": "seti", "subscription": "sub", "subscription_item": "si", "test_helpers.test_clock": "clock",
    "webhook_endpoint": "we", "event.request": "req",
}  # fmt: skip

EVERYWHERE: dict[str, Schema] = {
    "metadata": METADATA,
    **dict.fromkeys((
        "created", "updated", "available_on", "due_by", "effective_at", "finalized_at", "paid_at", "voided_at",
        "expires_at", "canceled_at", "cancel_at", "ended_at", "start", "end", "start_date", "period_start",
        "period_end", "current_period_start", "current_period_end", "billing_cycle_anchor",
        "next_payment_attempt", "frozen_time", "deletes_after", "resumes_at", "webhooks_delivered_at",
        "gte", "gt", "lte", "lt", "trial_start", "trial_end",
    ), TIME),
    **dict.fromkeys((
        "amount", "amount_capturable", "amount_captured", "amount_discount", "amount_due", "amount_overpaid",
        "amount_paid", "amount_received", "amount_refunded", "amount_remaining", "amount_requested", "amount_shipping",
        "amount_subtotal", "amount_tax", "amount_total", "unit_amount", "minimum", "maximum", "preset", "fee",
        "subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax", "post_payment_credit_notes_amount",
        "pre_payment_credit_notes_amount",
    ), AMOUNT),
    **dict.fromkeys(("balance", "starting_balance", "ending_balance", "net"), SIGNED),
    **dict.fromkeys((
        "attempt_count", "count", "submission_count", "pending_webhooks", "quantity", "risk_score",
    ), COUNT),
    "limit": {"minimum": 1, "maximum": 100},  # docs.stripe.com/api/pagination
    "interval_count": {"minimum": 1, "maximum": 1095},
    "exp_month": {"minimum": 1, "maximum": 12}, "exp_year": {"minimum": 2000, "maximum": 2999},
    **dict.fromkeys(("amount_decimal", "unit_amount_decimal", "quantity_decimal"), DECIMAL),
    "currency": {"format": "currency"}, "default_currency": {"format": "currency"},
    "settlement_currency": {"format": "currency"}, "presentment_currency": {"format": "currency"},
    "country": {"format": "country"}, "account_country": {"format": "country"},
    **{name: {"format": "email", **text(512)} for name in (
        "email", "customer_email", "receipt_email", "support_email",
    )},
    **dict.fromkeys((
        "hosted_invoice_url", "invoice_pdf", "receipt_url", "return_url", "success_url", "doc_url", "support_url",
    ), ADDRESS),
    "url": {"pattern": r"(https?://[^\s/]+|/v1/)\S*", **text(5000)},
    "images": {**each(ADDRESS), "maxItems": 8},
    **{name: number(prefix) for name, prefix in {
        "balance_transaction": "txn", "failure_balance_transaction": "txn", "charge": "ch|py", "latest_charge": "ch|py",
        "configuration": "bpc", "customer": "cus", "default_payment_method": "pm|card|src", "invoice": "in",
        "latest_invoice": "in", "payment_intent": "pi", "payment_link": "plink", "payment_method": "pm|card|src",
        "price": "price|plan", "subscription": "sub", "subscription_item": "si", "source": "ch|py|re|pyr|du|dp|po|txn",
        "setup_intent": "seti", "client_secret": "pi|cs|seti", "secret": "whsec", "receipt": "file",
        "test_clock": "clock",
    }.items()},
    "product": {"pattern": r"\w{1,200}"},  # the id may be our own
    **dict.fromkeys((
        "type", "status", "reason", "risk_level", "network_status", "reporting_category", "decline_code", "code",
        "failure_code", "failure_reason", "fraud_type", "reference_status", "reference_type", "display_brand", "object",
        "network", "network_reason_code", "network_decline_code", "advice_code",
    ), CODE),
    "payment_method_types": each(CODE), "available": each(CODE),
    "enabled_events": each(EVENT), "types": {**each(EVENT), "maxItems": 20},
    "expand": each({"pattern": r"[a-z_0-9]{1,60}(\.[a-z_0-9]{1,60}){0,3}"}),  # docs.stripe.com/expand: 4 deep
    "brand": {"values": frozenset({
        "amex", "cartes_bancaires", "diners", "discover", "eftpos_au", "interac", "jcb", "link", "mastercard",
        "unionpay", "unknown", "visa",
    })},
    "funding": {"values": frozenset({"credit", "debit", "prepaid", "unknown"})},
    "cvc_check": CHECK, "address_line1_check": CHECK, "address_postal_code_check": CHECK,
    "last4": {"pattern": r"\d{4}"}, "fingerprint": {"pattern": r"\w{1,64}"},
    "institution_number": {"pattern": r"\d{3}"}, "transit_number": {"pattern": r"\d{5}"},
    "reference": {"pattern": r"\w{1,64}"}, "mcc": {"pattern": r"\d{4}"},
    "api_version": {"pattern": r"\d{4}-\d\d-\d\d(\.\w{1,40})?"},
    "idempotency_key": {"pattern": r"\S{1,255}"},  # docs.stripe.com/api/idempotent_requests
    "client_reference_id": {"pattern": r"[\w-]{1,200}"},
    "invoice_prefix": {"pattern": r"[A-Z0-9]{3,12}"}, "number": {"pattern": r"[A-Z0-9-]{1,26}"},
    "timezone": {"pattern": r"[A-Z]\w{1,40}(/\w{1,40}){0,2}"},
    # docs.stripe.com/get-started/account/statement-descriptors
    "statement_descriptor": {"pattern": r"[^<>\\'\"*]{1,22}"},
    "statement_descriptor_suffix": {"pattern": r"[^<>\\'\"*]{1,22}"},
    "calculated_statement_descriptor": {"pattern": r"[^<>\\'\"]{1,22}"},  # a star stands before the suffix
    "statement_descriptor_prefix": {"pattern": r"[^<>\\'\"*]{2,10}"},
}  # fmt: skip

_AMOUNTS = ("unit_amount", "unit_amount_decimal", "custom_unit_amount")
_PAGES: Schema = {"conditions": (at_most_one_of("starting_after", "ending_before"),)}

FIELDS: dict[str, dict[str, Schema]] = {
    **{name: {"id": number(prefix)} for name, prefix in IDS.items()},
    "product": {"id": {"pattern": r"\w{1,200}"}},
    "balance_transaction": {"id": number("txn"), "amount": SIGNED, "fee": SIGNED},
    "payout": {"id": number("po"), "amount": SIGNED},
    "answer to GET /v1/balance.available": {"amount": SIGNED},
    "answer to GET /v1/balance.pending": {"amount": SIGNED},
    "POST /v1/subscriptions/{subscription_exposed_id}.items": {"id": number("si")},
    "POST /v1/products": {"id": {"pattern": r"\w{1,200}"}},
    "POST /v1/payment_links": {"inactive_message": text(500), "line_items": {"minItems": 1, "maxItems": 20}},
    "POST /v1/payment_links/{payment_link}": {"inactive_message": text(500)},
    "POST /v1/payment_links.restrictions.completed_sessions": {"limit": {"minimum": 1, "maximum": 1_000_000}},
    "payment_link": {"id": number("plink"), "inactive_message": text(500)},
    "payment_link.restrictions.completed_sessions": {"limit": {"minimum": 1, "maximum": 1_000_000}},
}

OBJECTS: dict[str, Schema] = {
    "POST /v1/prices": {"conditions": (exactly_one_of(*_AMOUNTS), exactly_one_of("product", "product_data"),
                                       customs_do_not_recur)},
    "POST /v1/checkout/sessions": {"conditions": (
        unless("mode", "payment", "payment_intent_data", "submit_type"),
        unless("mode", "subscription", "subscription_data"),
        unless("mode", "setup", "setup_intent_data"),
        when("mode", ("payment", "subscription"), "line_items"),
        at_most_one_of("customer", "customer_email"),
    )},
    "POST /v1/checkout/sessions.line_items": {"conditions": (exactly_one_of("price", "price_data"),)},
    "POST /v1/checkout/sessions.line_items.price_data": {"conditions": (
        exactly_one_of("unit_amount", "unit_amount_decimal"), exactly_one_of("product", "product_data"),
    )},
    "POST /v1/payment_links": {"conditions": (at_most_one_of("payment_intent_data", "subscription_data"),)},
    "POST /v1/payment_links.line_items": {"conditions": (exactly_one_of("price", "price_data"),)},
    "POST /v1/payment_links.after_completion": {"conditions": (
        when("type", "redirect", "redirect"), unless("type", "redirect", "redirect"),
        unless("type", "hosted_confirmation", "hosted_confirmation"),
    )},
    "POST /v1/refunds": {"conditions": (exactly_one_of("charge", "payment_intent"),)},
    "GET /v1/events": {"conditions": (at_most_one_of("starting_after", "ending_before"),
                                      at_most_one_of("type", "types"))},
    **dict.fromkeys(
        ("GET /v1/balance_transactions", "GET /v1/charges", "GET /v1/payment_links", "GET /v1/payouts"), _PAGES
    ),
    "charge": {"conditions": (parts_are_inside_the_whole("amount", "amount_refunded", "amount_captured"),
                              refused_has_a_reason)},
    "payment_intent": {"conditions": (parts_are_inside_the_whole("amount", "amount_received"),
                                      when("status", "succeeded", "latest_charge"))},
    "checkout.session": {"conditions": (sessions_have_what_their_mode_needs,)},
    "price": {"conditions": (when("type", "recurring", "recurring"), unless("type", "recurring", "recurring"))},
}  # fmt: skip

RULES = Rules(everywhere=EVERYWHERE, fields=FIELDS, objects=OBJECTS, strings=DEFAULT)
