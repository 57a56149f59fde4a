"""The gateway when Stripe fails: what is retried, and that nothing is created twice."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.stripe import StripeSandbox
from payments.gateway_errors import concerns_all
from payments.links import LinkSpec
from payments.money import Money
from payments.stripe import GatewayRefused, GatewayUnavailable, KeyRefused, StripeGateway
from payments.stripe_headers import is_outage
from tests.events import listed

START = datetime(2026, 11, 30, tzinfo=UTC)
PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
SPEC = LinkSpec(campaign_id=1, campaign_slug="repas", product_name="Repas", minor=500, currency="cad")
PERMISSIONS = {
    "Products": "product", "Prices": "plan", "Payment Links": "payment_link", "Subscriptions": "subscription",
    "Customer portal": "customer_portal", "Refunds": "refund", "Checkout Sessions": "checkout_session",
    "Events": "event", "PaymentIntents": "payment_intent", "Charges": "charge", "Disputes": "dispute",
    "Balance": "balance",
    "Balance transaction sources": "balance_transaction_source", "Customers": "customer", "Invoices": "invoice",
    "Webhook Endpoints": "webhook", "Payouts": "payout",
}  # fmt: skip


@pytest.fixture
async def sandbox() -> AsyncIterator[StripeSandbox]:
    async with StripeSandbox(clock=lambda: START, seed=0, fee_delay=0) as running:
        yield running


@pytest.fixture
async def gateway(sandbox: StripeSandbox) -> AsyncIterator[StripeGateway]:
    made = StripeGateway("sk_test_sandbox", sandbox.url, max_network_retries=0)
    yield made
    await made.close()


async def a_payment(sandbox: StripeSandbox, gateway: StripeGateway) -> str:
    link = await gateway.create_link(SPEC, "link")
    return str((await sandbox.pay(link.url))["payment_intent"])


async def test_link_is_created_with_the_next_key_after_a_server_error(
    sandbox: StripeSandbox, gateway: StripeGateway
) -> None:
    await sandbox.set_faults(server_errors=1)
    with pytest.raises(GatewayUnavailable):
        await gateway.create_link(SPEC, "link-1")
    assert (await gateway.create_link(SPEC, "link-2")).url
    assert len(sandbox.world.every("product")) == 1


async def test_refund_is_created_after_a_server_error(sandbox: StripeSandbox, gateway: StripeGateway) -> None:
    payment = await a_payment(sandbox, gateway)
    await sandbox.set_faults(server_errors=1)
    with pytest.raises(GatewayUnavailable):
        await gateway.refund(payment, 200, "refund-1")
    refund = await gateway.refund(payment, 200, "refund-1")
    assert [refund["id"] for refund in sandbox.world.every("refund")] == [refund]


async def test_refund_created_despite_a_server_error_is_found(sandbox: StripeSandbox, gateway: StripeGateway) -> None:
    payment = await a_payment(sandbox, gateway)
    await sandbox.set_faults(broken_answers=1)
    with pytest.raises(GatewayUnavailable):
        await gateway.refund(payment, 200, "refund-1")
    refund = await gateway.refund(payment, 200, "refund-1")
    assert [refund["id"] for refund in sandbox.world.every("refund")] == [refund]


async def test_conflict_is_unavailable(sandbox: StripeSandbox, gateway: StripeGateway) -> None:
    payment = await a_payment(sandbox, gateway)
    sandbox.api.idempotency.under_way.add("refund-1")
    with pytest.raises(GatewayUnavailable):
        await gateway.refund(payment, 200, "refund-1")
    sandbox.api.idempotency.under_way.clear()
    await gateway.refund(payment, 200, "refund-1")


async def test_lost_connection_is_an_outage_and_a_server_error_is_not(
    sandbox: StripeSandbox, gateway: StripeGateway
) -> None:
    await sandbox.set_faults(server_errors=1)
    with pytest.raises(GatewayUnavailable) as failed:
        await gateway.create_link(SPEC, "link-1")
    assert not concerns_all(failed.value), "it may be about this link alone"
    nobody = StripeGateway("sk_test_sandbox", "http://127.0.0.1:9", max_network_retries=0)
    with pytest.raises(GatewayUnavailable) as lost:
        await nobody.link_is_active("plink_1")
    await nobody.close()
    assert concerns_all(lost.value)


async def test_refused_key_concerns_every_request(sandbox: StripeSandbox) -> None:
    gateway = StripeGateway(await sandbox.make_restricted_key([]), sandbox.url, max_network_retries=0)
    try:
        with pytest.raises(KeyRefused) as refused:
            await gateway.deactivate_link("plink_1", "later")
    finally:
        await gateway.close()
    assert concerns_all(refused.value) and not concerns_all(GatewayRefused("no"))


@pytest.mark.parametrize(
    ("status", "code", "outage"),
    [(None, None, True), (503, None, True), (429, None, True), (429, "lock_timeout", False), (500, None, False)],
)
def test_outage_is_distinguished_from_failure_of_one_object(status: int | None, code: str | None, outage: bool) -> None:
    assert is_outage(status, code) is outage


async def test_archived_product_is_reactivated(sandbox: StripeSandbox, gateway: StripeGateway) -> None:
    await gateway.create_link(SPEC, "link-1")
    [product] = sandbox.world.every("product")
    await sandbox.archive_product(product["id"])
    assert (await gateway.create_link(SPEC, "link-2")).url
    await sandbox.archive_product(product["id"])
    assert await gateway.price_for(product["id"], Money(900, "cad"), "change-price")


async def test_product_archived_after_its_price_is_reactivated(
    sandbox: StripeSandbox, gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe may accept a price of an archived product, which no link or subscription can use."""
    await gateway.create_link(SPEC, "link-1")
    [product] = sandbox.world.every("product")
    create_price = gateway._create_price

    async def archived_meanwhile(params: Any, key: str) -> str:
        price = await create_price(params, key)
        await sandbox.archive_product(product["id"])
        return price

    monkeypatch.setattr(gateway, "_create_price", archived_meanwhile)
    assert (await gateway.create_link(SPEC, "link-2")).url
    assert product["active"]


async def test_price_refused_for_another_reason_stays_refused(gateway: StripeGateway) -> None:
    await gateway.create_link(SPEC, "link-1")
    with pytest.raises(GatewayRefused):
        await gateway.price_for("prod_of_nobody", Money(900, "cad"), "change-price")


async def test_key_with_the_documented_permissions_is_enough(sandbox: StripeSandbox) -> None:
    gateway = StripeGateway(await sandbox.make_restricted_key(documented_permissions()), sandbox.url)
    payment = await a_payment(sandbox, gateway)
    await listed(gateway, START)
    await gateway.payer(payment)
    await gateway.balance_transactions(
        [transaction["id"] for transaction in sandbox.world.every("balance_transaction")]
    )
    assert await gateway.balance() == {"cad": 455}
    assert [page async for page in gateway.payouts(START, START)] == []
    await gateway.refund(payment, 200, "refund-1")
    monthly = await gateway.create_link(replace(SPEC, interval="month"), "link-2")
    session = await sandbox.pay(monthly.url)
    assert await gateway.session(session["id"]) is not None
    view = await gateway.pledge(session["subscription"])
    assert view is not None
    price = await gateway.price_for(view.product, Money(900, "cad"), "price")
    await gateway.change_pledge(view.subscription, {"items": [{"id": view.item, "price": price}]}, "change")
    await gateway.portal(view.customer, None)
    assert await gateway.login_page() is not None
    await gateway.end_pledge(view.subscription, "end")
    await sandbox.open(monthly.url)
    await gateway.deactivate_link(monthly.stripe_id, "Fini")
    for page in await gateway.open_pages(monthly.stripe_id):
        await gateway.end_page(page)
    assert not await gateway.link_is_active(monthly.stripe_id)
    assert await gateway.webhook_endpoints() == []
    await gateway.close()


def documented_permissions() -> list[str]:
    """Return the permissions that docs/permissions.md lists for a restricted key, by Stripe's names."""
    rows = re.findall(r"^\| ([\w ]+) \| (Write|Read) \|", PAGE.read_text(encoding="utf-8"), flags=re.M)
    return [f"rak_{PERMISSIONS[name]}_{access.lower()}" for name, access in rows]
