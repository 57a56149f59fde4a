"""Every API operation in one table: method, path, function and parameters."""

from collections.abc import Callable
from dataclasses import dataclass

from ..kit import Json
from . import billing_shapes, catalog_api, intents, money_api, payouts, portal, saving
from . import operations as accepts
from .money_api import Operation, listing, retrieve, update_metadata
from .webhooks import InvoiceShape, Webhooks, register
from .world import World


@dataclass(frozen=True)
class Route:
    """An API route. `{id}` in the path is passed to the operation."""

    method: str
    path: str
    operation: Operation
    accepts: Json


def _account(world: World, given: Json, _: str) -> Json:
    return billing_shapes.account(world)


def _delete(kind: str, done: Callable[[str], None] = lambda id: None) -> Operation:
    def operation(world: World, given: Json, id: str) -> Json:
        world.remove(world.get(kind, id))
        done(id)
        return {"id": id, "object": kind, "deleted": True}

    return operation


def _update_webhook(world: World, given: Json, id: str) -> Json:
    shape = world.get("webhook_endpoint", id)
    given.pop("expand", None)
    if "disabled" in given:
        given["status"] = "disabled" if given.pop("disabled") else "enabled"
    shape.update({name: value for name, value in given.items() if name != "metadata"})
    return shape


def routes(webhooks: Webhooks, shape_of: Callable[[], InvoiceShape]) -> list[Route]:
    """Return the table. `shape_of` returns the current shape of invoices in the events list."""
    event, events = money_api.event_operations(shape_of)
    return [
        *_catalog_routes(),
        *_money_routes(),
        *_saving_routes(),
        *_billing_routes(),
        Route("GET", "/v1/account", _account, accepts.EXPAND),
        Route("GET", "/v1/events", events, accepts.EVENT_LIST),
        Route("GET", "/v1/events/{id}", event, accepts.EXPAND),
        *_webhook_routes(webhooks),
    ]


def _catalog_routes() -> list[Route]:
    c = catalog_api
    return [
        Route("POST", "/v1/products", c.create_product, accepts.PRODUCT_CREATE),
        Route("GET", "/v1/products", c.list_products, accepts.PRODUCT_LIST),
        Route("GET", "/v1/products/{id}", retrieve("product"), accepts.EXPAND),
        Route("POST", "/v1/products/{id}", c.update_product, accepts.PRODUCT_UPDATE),
        Route("POST", "/v1/prices", c.create_price, accepts.PRICE_CREATE),
        Route("GET", "/v1/prices", c.list_prices, accepts.PRICE_LIST),
        Route("GET", "/v1/prices/{id}", retrieve("price"), accepts.EXPAND),
        Route("POST", "/v1/payment_links", c.create_link, accepts.LINK_CREATE),
        Route("GET", "/v1/payment_links", c.list_links, accepts.LINK_LIST),
        Route("GET", "/v1/payment_links/{id}", retrieve("payment_link"), accepts.EXPAND),
        Route("POST", "/v1/payment_links/{id}", c.update_link, accepts.LINK_UPDATE),
        Route("POST", "/v1/checkout/sessions", c.create_session, accepts.SESSION_CREATE),
        Route("GET", "/v1/checkout/sessions", c.list_sessions, accepts.SESSION_LIST),
        Route("GET", "/v1/checkout/sessions/{id}", retrieve("checkout.session"), accepts.EXPAND),
        Route("POST", "/v1/checkout/sessions/{id}/expire", c.expire_session, accepts.EXPAND),
    ]


def _money_routes() -> list[Route]:
    m, meta = money_api, accepts.METADATA_UPDATE
    return [
        Route("GET", "/v1/payment_intents", listing("payment_intent", "/v1/payment_intents", "customer"),
              accepts.INTENT_LIST),
        Route("GET", "/v1/payment_intents/{id}", retrieve("payment_intent"), accepts.EXPAND),
        Route("POST", "/v1/payment_intents/{id}", update_metadata("payment_intent", ""), meta),
        Route("GET", "/v1/charges", listing("charge", "/v1/charges", "customer", "payment_intent",
              "transfer_group"), accepts.CHARGE_LIST),
        Route("GET", "/v1/charges/{id}", retrieve("charge"), accepts.EXPAND),
        Route("POST", "/v1/charges/{id}", update_metadata("charge", "charge.updated"), meta),
        Route("POST", "/v1/refunds", m.create_refund, accepts.REFUND_CREATE),
        Route("GET", "/v1/refunds", listing("refund", "/v1/refunds", "charge", "payment_intent"),
              accepts.REFUND_LIST),
        Route("GET", "/v1/refunds/{id}", retrieve("refund"), accepts.EXPAND),
        Route("POST", "/v1/refunds/{id}", update_metadata("refund", "refund.updated"), meta),
        Route("GET", "/v1/disputes", listing("dispute", "/v1/disputes", "charge", "payment_intent"),
              accepts.DISPUTE_LIST),
        Route("GET", "/v1/disputes/{id}", retrieve("dispute"), accepts.EXPAND),
        Route("POST", "/v1/disputes/{id}", m.update_dispute, accepts.DISPUTE_UPDATE),
        Route("GET", "/v1/balance_transactions", payouts.list_movements, accepts.BALANCE_LIST),
        Route("GET", "/v1/balance_transactions/{id}", retrieve("balance_transaction"), accepts.EXPAND),
        Route("GET", "/v1/balance", lambda world, given, id: payouts.balance(world), accepts.EXPAND),
        Route("GET", "/v1/payouts", payouts.list_payouts, accepts.PAYOUT_LIST),
        Route("GET", "/v1/payouts/{id}", retrieve("payout"), accepts.EXPAND),
        Route("GET", "/v1/radar/early_fraud_warnings", listing("radar.early_fraud_warning",
              "/v1/radar/early_fraud_warnings", "charge", "payment_intent"), accepts.FRAUD_LIST),
        Route("GET", "/v1/radar/early_fraud_warnings/{id}", retrieve("radar.early_fraud_warning"),
              accepts.EXPAND),
    ]  # fmt: skip


def _saving_routes() -> list[Route]:
    return [
        Route("POST", "/v1/payment_intents", intents.create, accepts.INTENT_CREATE),
        Route("POST", "/v1/payment_intents/{id}/confirm", intents.confirm, accepts.INTENT_CONFIRM),
        Route("POST", "/v1/payment_intents/{id}/cancel", intents.cancel, accepts.INTENT_CANCEL),
        Route("GET", "/v1/setup_intents", listing("setup_intent", "/v1/setup_intents", "customer", "payment_method"),
              accepts.SETUP_LIST),
        Route("GET", "/v1/setup_intents/{id}", retrieve("setup_intent"), accepts.EXPAND),
        Route("GET", "/v1/payment_methods", saving.list_methods, accepts.METHOD_LIST),
        Route("GET", "/v1/payment_methods/{id}", retrieve("payment_method"), accepts.EXPAND),
        Route("POST", "/v1/payment_methods/{id}/attach", saving.attach_method, accepts.METHOD_ATTACH),
        Route("POST", "/v1/payment_methods/{id}/detach", saving.detach_method, accepts.EXPAND),
    ]  # fmt: skip


def _billing_routes() -> list[Route]:
    c, m, clocks = catalog_api, money_api, "/v1/test_helpers/test_clocks"
    return [
        Route("POST", "/v1/customers", c.create_customer, accepts.CUSTOMER_CREATE),
        Route("GET", "/v1/customers", c.list_customers, accepts.CUSTOMER_LIST),
        Route("GET", "/v1/customers/{id}", c.retrieve_customer, accepts.EXPAND),
        Route("DELETE", "/v1/customers/{id}", c.delete_customer, {}),
        Route("GET", "/v1/subscriptions", m.list_subscriptions, accepts.SUBSCRIPTION_LIST),
        Route("GET", "/v1/subscriptions/{id}", retrieve("subscription"), accepts.EXPAND),
        Route("POST", "/v1/subscriptions/{id}", m.update_subscription, accepts.SUBSCRIPTION_UPDATE),
        Route("DELETE", "/v1/subscriptions/{id}", m.cancel_subscription, accepts.SUBSCRIPTION_CANCEL),
        Route("GET", "/v1/invoices", m.list_invoices, accepts.INVOICE_LIST),
        Route("GET", "/v1/invoices/{id}", retrieve("invoice"), accepts.EXPAND),
        Route("GET", "/v1/invoice_payments", m.list_invoice_payments, accepts.INVOICE_PAYMENT_LIST),
        Route("GET", "/v1/invoice_payments/{id}", retrieve("invoice_payment"), accepts.EXPAND),
        Route("GET", "/v1/billing_portal/configurations", portal.list_configurations, accepts.PORTAL_LIST),
        Route("GET", "/v1/billing_portal/configurations/{id}", retrieve(portal.KIND), accepts.EXPAND),
        Route("POST", "/v1/billing_portal/sessions", m.create_portal, accepts.PORTAL_CREATE),
        Route("POST", clocks, m.create_clock, accepts.CLOCK_CREATE),
        Route("GET", clocks, listing("test_helpers.test_clock", clocks), accepts.PAGE),
        Route("GET", clocks + "/{id}", retrieve("test_helpers.test_clock"), accepts.EXPAND),
        Route("POST", clocks + "/{id}/advance", m.advance_clock, accepts.CLOCK_ADVANCE),
        Route("DELETE", clocks + "/{id}", _delete("test_helpers.test_clock"), {}),
    ]


def _webhook_routes(webhooks: Webhooks) -> list[Route]:
    def create(world: World, given: Json, _: str) -> Json:
        return register(world, webhooks, given)

    base = "/v1/webhook_endpoints"
    return [
        Route("POST", base, create, accepts.WEBHOOK_CREATE),
        Route("GET", base, listing("webhook_endpoint", base), accepts.PAGE),
        Route("GET", base + "/{id}", retrieve("webhook_endpoint"), accepts.EXPAND),
        Route("POST", base + "/{id}", _update_webhook, accepts.WEBHOOK_UPDATE),
        Route("DELETE", base + "/{id}", _delete("webhook_endpoint", webhooks.drop), {}),
    ]
