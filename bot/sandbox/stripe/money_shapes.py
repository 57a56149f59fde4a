"""Payment intents, charges, refunds, disputes and balance transactions, as JSON."""

from ..kit import Json
from .world import World

DAY = 24 * 3600
ADDRESS: Json = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
DISPUTE_FEE = 1500  # minor units
PAYOUT_DELAY = 2 * DAY
EXPIRY = (12, 2034)  # month and year of a test card, unless another is typed
BRANDS = {"3": "amex", "4": "visa", "5": "mastercard"}  # by a card number's first digit
DISPLAYED = {"amex": "american_express"}  # `display_brand`, where it differs from `brand`
# Where the reporting category is not the type's own name: docs.stripe.com/reports/reporting-categories.
_CATEGORIES = {
    "payment": "charge", "stripe_fee": "fee", "stripe_fx_fee": "fee", "tax_fee": "tax", "payout_failure":
    "payout_reversal", "payout_cancel": "payout_reversal", "reserve_hold": "risk_reserved_funds",
    "reserve_release": "risk_reserved_funds", "adjustment": "other_adjustment",
}  # fmt: skip


def fee(amount: int) -> int:
    """Return Stripe's fee: 2.9% and 30 minor units, rounded half up."""
    return (amount * 29 + 500) // 1000 + 30


def billing_details(email: str | None, name: str | None = None) -> Json:
    return {"address": dict(ADDRESS), "email": email, "name": name, "phone": None, "tax_id": None}


def payment_method(
    world: World, kind: str, number: str, email: str | None, customer: str | None, expiry: tuple[int, int] = EXPIRY
) -> Json:
    """Return a payment method. `expiry`: a card's month and year."""
    id = world.id("pm")
    details: Json
    if kind == "card":
        world.card_numbers[id] = number
        brand = BRANDS.get(number[:1], "visa")
        details = {
            "brand": brand, "checks": None, "country": "CA", "display_brand": DISPLAYED.get(brand, brand),
            "exp_month": expiry[0], "exp_year": expiry[1], "fingerprint": f"fp{number[-8:]}", "funding": "credit",
            "generated_from": None, "last4": number[-4:], "networks": {"available": [brand], "preferred": None},
            "three_d_secure_usage": {"supported": True}, "wallet": None,
        }  # fmt: skip
    elif kind == "acss_debit":
        details = {"bank_name": "STRIPE TEST BANK", "fingerprint": "fp000123456789", "last4": "6789"}
    else:
        details = {"last4": "6789", "fingerprint": "fp000123456789"}
    return world.add({
        "id": id,
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": billing_details(email),
        kind: details,
        "created": world.now(),
        "customer": customer,
        "livemode": False,
        "metadata": {},
        "type": kind,
    })  # fmt: skip


def payment_intent(world: World, amount: int, currency: str, methods: list[str], data: Json) -> Json:
    """Return a payment intent. `data`: the link's or session's payment_intent_data."""
    id = world.id("pi")
    return world.add({
        "id": id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": data.get("capture_method") or "automatic_async",
        "client_secret": f"{id}_secret_{world.text(25)}",
        "confirmation_method": "automatic",
        "created": world.now(),
        "currency": currency,
        "customer": None,
        "description": data.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": dict(data.get("metadata") or {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": methods,
        "processing": None,
        "receipt_email": data.get("receipt_email"),
        "review": None,
        "setup_future_usage": data.get("setup_future_usage"),
        "shipping": None,
        "source": None,
        "statement_descriptor": data.get("statement_descriptor"),
        "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": data.get("transfer_group"),
    })  # fmt: skip


def statement(world: World, intent: Json) -> str:
    """Return the text on the donor's card statement, at most 22 characters."""
    suffix = intent["statement_descriptor_suffix"]
    whole = intent["statement_descriptor"] or world.charity.statement
    return (f"{world.charity.statement[:10]}* {suffix}" if suffix else str(whole))[:22]


def charge(world: World, intent: Json, method: Json, status: str) -> Json:
    """Return a charge. status: succeeded, pending (a bank debit in progress) or failed."""
    good = status != "failed"
    id = world.id("ch" if method["type"] == "card" else "py")
    return world.add({
        "id": id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if good else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": statement(world, intent),
        "captured": good,
        "created": world.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None if good else "card_declined",
        "failure_message": None if good else "Your card was declined.",
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": None,
        "outcome": _outcome(good),
        "paid": good,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": _method_details(method),
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": f"{world.url}/receipts/{id}" if good else None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": status,
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
    })  # fmt: skip


def _outcome(good: bool) -> Json:
    if good:
        return {
            "network_status": "approved_by_network", "reason": None, "risk_level": "normal", "risk_score": 12,
            "seller_message": "Payment complete.", "type": "authorized",
        }  # fmt: skip
    return {
        "network_status": "declined_by_network", "reason": "generic_decline", "risk_level": "normal",
        "risk_score": 31, "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }  # fmt: skip


def _method_details(method: Json) -> Json:
    kind = method["type"]
    if kind != "card":
        return {kind: {"last4": "6789", "bank_name": "STRIPE TEST BANK"}, "type": kind}
    card = method["card"]
    shown = {name: card[name] for name in ("brand", "country", "exp_month", "exp_year", "fingerprint")}
    checks = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"}
    shown |= {"checks": checks, "funding": card["funding"], "last4": card["last4"], "network": card["brand"]}
    return {"card": {**shown, "installments": None, "mandate": None, "wallet": None}, "type": "card"}


def balance_transaction(
    world: World,
    kind: str,
    amount: int,
    currency: str,
    source: str | None,
    kept: int = 0,
    category: str = "",
    available_in: int = PAYOUT_DELAY,
) -> Json:
    """Return a movement of the charity's Stripe balance, in minor units; `kept` is Stripe's fee.

    With an exchange rate, the account has no bank account in this currency: Stripe converts at once, and takes its fee
    in the account's own currency (docs.stripe.com/currencies/conversions). available_in: seconds.
    """
    rate = world.exchange_rates.get(currency)
    if rate is not None:
        amount, kept, currency = round(amount * rate), round(kept * rate), world.charity.currency
    details = [
        {"amount": kept, "application": None, "currency": currency, "description": "Stripe processing fees",
         "type": "stripe_fee"}
    ]  # fmt: skip
    now = world.now()
    return world.add({
        "id": world.id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now + available_in,
        "balance_type": "payments",
        "created": now,
        "currency": currency,
        "description": None,
        "exchange_rate": rate,
        "fee": kept,
        "fee_details": details if kept else [],
        "net": amount - kept,
        "reporting_category": category or _CATEGORIES.get(kind, kind),
        "source": source,
        "status": "pending" if available_in else "available",
        "type": kind,
    })  # fmt: skip


def payout(world: World, amount: int, currency: str, *, automatic: bool, method: str) -> Json:
    """Return a payout; a negative one debits the bank account. Instant ones arrive within half an hour.

    The day of others is stated as its midnight in UTC (docs.stripe.com/api/payouts/object, the example).
    """
    instant = method == "instant"
    return world.add({
        "id": world.id("po"),
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": world.now() + 1800 if instant else (world.now() // DAY + 2) * DAY,
        "automatic": automatic,
        "balance_transaction": None,
        "created": world.now(),
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": "ba_1ObolePayouts",
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": method,
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "in_progress" if automatic else "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "pending",
        "trace_id": None,
        "type": "bank_account",
    })  # fmt: skip


def refund(world: World, charge: Json, amount: int, given: Json, status: str) -> Json:
    return world.add({
        "id": world.id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "destination_details": {"card": {"type": "refund", "reference_status": "pending",
                                         "reference_type": "acquirer_reference_number"}, "type": "card"},
        "metadata": {name: item for name, item in (given.get("metadata") or {}).items() if item is not None},
        "payment_intent": charge["payment_intent"],
        "pending_reason": "processing" if status == "pending" else None,
        "reason": given.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    })  # fmt: skip


def dispute(world: World, charge: Json, reason: str, status: str) -> Json:
    return world.add({
        "id": world.id("du"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": world.now() + 9 * DAY, "enhanced_eligibility": {}, "has_evidence": False,
            "past_due": False, "submission_count": 0, "submission_method": "not_submitted",
        },
        "is_charge_refundable": status.startswith("warning"),
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {"brand": "visa", "case_type": "inquiry" if status.startswith("warning") else "chargeback",
                     "network": "visa", "network_reason_code": "10.4"},
            "type": "card",
        },
        "reason": reason,
        "status": status,
    })  # fmt: skip


def early_fraud_warning(world: World, charge: Json) -> Json:
    return world.add({
        "id": world.id("issfr"),
        "object": "radar.early_fraud_warning",
        "actionable": True,
        "charge": charge["id"],
        "created": world.now(),
        "fraud_type": "made_with_stolen_card",
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    })  # fmt: skip
