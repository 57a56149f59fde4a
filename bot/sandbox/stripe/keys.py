"""API keys: which are valid, and what a restricted one may do."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from .errors import StripeError

# The first part of a path and the name that Stripe's permissions give it: rak_<name>_read, rak_<name>_write. Source:
# the message of a refused request (stripe/stripe-node#2246) and links to dashboard.stripe.com/apikeys/create, whose
# parameter `permissions[]` takes these names. The last matching row counts; without a row, no restricted key may do it.
NAMES = {
    "/v1/account": "accounts_kyc_basic",
    "/v1/balance": "balance",
    "/v1/balance_transactions": "balance_transaction_source",
    "/v1/billing_portal": "customer_portal",
    "/v1/charges": "charge",
    "/v1/checkout/sessions": "checkout_session",
    "/v1/customers": "customer",
    "/v1/disputes": "dispute",
    "/v1/events": "event",
    "/v1/invoices": "invoice",
    "/v1/invoice_payments": "invoice",
    "/v1/payment_intents": "payment_intent",
    "/v1/payment_links": "payment_link",
    "/v1/payment_methods": "payment_method",
    "/v1/payouts": "payout",
    "/v1/prices": "plan",
    "/v1/products": "product",
    "/v1/radar/early_fraud_warnings": "radar_early_fraud_warning",
    "/v1/refunds": "refund",
    "/v1/setup_intents": "setup_intent",
    "/v1/subscriptions": "subscription",
    "/v1/webhook_endpoints": "webhook",
}


@dataclass
class Keys:
    """`secret` None: every key that starts with sk_test_ may do everything. Restricted keys must be created first."""

    account: str
    secret: str | None = None
    restricted: dict[str, frozenset[str]] = field(default_factory=dict)

    def make(self, key: str, permissions: Iterable[str]) -> None:
        """Create a restricted key. Raises ValueError for an unknown permission."""
        wanted = frozenset(permissions)
        known = {f"rak_{name}_{verb}" for name in NAMES.values() for verb in ("read", "write")}
        if wanted - known:
            raise ValueError(f"no such permissions: {', '.join(sorted(wanted - known))}")
        self.restricted[key] = wanted

    def check(self, authorization: str, method: str, path: str) -> None:
        """Raise StripeError: 401 for a missing or unknown key, 403 for what a restricted key may not do."""
        scheme, _, key = authorization.partition(" ")
        if scheme != "Bearer" or not key:
            raise StripeError("You did not provide an API key.", status=401)
        if key in self.restricted:
            self._check_permission(key, method, path)
        elif key != self.secret if self.secret else not key.startswith("sk_test_"):
            raise StripeError(f"Invalid API Key provided: {_masked(key)}", status=401)

    def _check_permission(self, key: str, method: str, path: str) -> None:
        name = next((name for start, name in NAMES.items() if f"{path}/".startswith(f"{start}/")), None)
        refused = (
            f"The provided key '{_masked(key)}' does not have the required permissions for this endpoint on account "
            f"'{self.account}'."
        )
        if name is None:
            reason = "This is a restricted API key, but the required permissions are not available for use by"
            raise StripeError(f"{refused} {reason} restricted keys.", status=403)
        held = self.restricted[key]
        # Writing implies reading: docs.stripe.com/keys/restricted-api-keys.
        enough = {f"rak_{name}_write"} | ({f"rak_{name}_read"} if method == "GET" else set())
        if not held & enough:
            needed = f"rak_{name}_{'read' if method == 'GET' else 'write'}"
            message = f"{refused} Having the '{needed}' permission would allow this request to continue."
            raise StripeError(message, status=403)


def _masked(key: str) -> str:
    return f"{key[:8]}{'*' * max(len(key) - 12, 4)}{key[-4:]}"
