"""Traffic of the real stripe library with the sandbox, checked in both directions against Stripe's description."""

from pathlib import Path
from typing import Any

import pytest
import stripe

from bot.sandbox.stripe import StripeSandbox
from tests.contract.check import violations
from tests.contract.exchanges import exchanges
from tests.contract.recorder import recording

from .conftest import QUIET, Receiver, make_link, now, talking_to

pytestmark = QUIET


async def test_traffic_conforms_to_the_description(sandbox: StripeSandbox, receiver: Receiver, tmp_path: Path) -> None:
    asked, pushed = tmp_path / "asked.jsonl", tmp_path / "pushed.jsonl"
    ours = receiver.url.rpartition("/webhooks")[0]
    async with recording("stripe", sandbox.url, asked) as api, recording("stripe", ours, pushed, True) as hook:
        async with talking_to(api) as client:
            await client.v1.webhook_endpoints.create_async({"url": hook + "/webhooks/stripe", "enabled_events": ["*"]})
            await live_a_life(sandbox, client)
            await ask_about_everything(client)
        assert await sandbox.delivered()
    assert violations(asked) == []
    assert violations(pushed) == []
    assert len(exchanges(pushed)) == len(sandbox.world.every("event")) > 80


async def live_a_life(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    """Let each possible event happen once."""
    once = await make_link(client, restrictions={"completed_sessions": {"limit": 50}})
    free = await make_link(
        client, None, after_completion={"type": "redirect", "redirect": {"url": "https://a.example"}}
    )
    monthly = await make_link(client, recurring={"interval": "month"})
    paid = [(await sandbox.pay(f"{once.url}?client_reference_id=a_{n}"))["payment_intent"] for n in range(4)]
    await sandbox.pay(free.url, amount=700, locale="fr")
    await sandbox.pay(once.url, card="4000000000000002")
    await sandbox.pay(once.url, card="4000002500003155", approve=False)
    for ok in (True, False):
        await sandbox.settle((await sandbox.pay(once.url, method="bank"))["id"], ok)
    await sandbox.expire_session((await sandbox.open(once.url))["id"])
    await client.v1.refunds.create_async({"payment_intent": paid[0], "amount": 100, "reason": "duplicate"})
    await sandbox.fail_refund((await sandbox.refund(paid[1], pending=True))["id"])
    for intent, won in ((paid[2], True), (paid[3], False)):
        dispute = await sandbox.dispute(intent)
        await client.v1.disputes.update_async(dispute["id"], {"evidence": {"receipt": "file_1"}, "submit": True})
        await sandbox.close_dispute(dispute["id"], won)
    await sandbox.early_fraud_warning(paid[0])
    pledge = (await sandbox.pay(monthly.url))["subscription"]
    await sandbox.renew(pledge)
    await sandbox.renew(pledge, ok=False)
    await sandbox.renew(pledge)
    await client.v1.subscriptions.update_async(pledge, {"cancel_at_period_end": True, "metadata": {"a": "b"}})
    await client.v1.subscriptions.cancel_async(pledge)
    await client.v1.payment_links.update_async(once.id, {"active": False, "inactive_message": "Fini"})
    await save_and_charge(sandbox, client)


async def save_and_charge(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    """Save cards, and let each possible event about them happen."""
    v1 = client.v1
    customer = await v1.customers.create_async({"metadata": {"obole": "1"}})
    params: Any = {
        "mode": "setup", "customer": customer.id, "allowed_payment_method_types": ["card"], "success_url": "https://a.example",
        "custom_text": {"submit": {"message": "Votre carte"}}, "setup_intent_data": {"metadata": {"obole": "1"}},
        "expires_at": int(now().timestamp()) + 3600, "metadata": {"obole": "1"},
    }  # fmt: skip
    abandoned = await v1.checkout.sessions.create_async(params)
    await v1.checkout.sessions.expire_async(abandoned.id)
    session = await v1.checkout.sessions.create_async(params)
    await sandbox.save_card(str(session.url), card="4000000000000002")
    await sandbox.save_card(str(session.url), card="4000002760003184")
    done = await v1.checkout.sessions.retrieve_async(session.id, {"expand": ["setup_intent.payment_method"]})
    card: Any = done.setup_intent.payment_method  # type: ignore[union-attr]  # expanded
    payment: Any = {"amount": 500, "currency": "cad", "customer": customer.id, "payment_method": card.id,
                    "allowed_payment_method_types": ["card"], "receipt_email": "lea@example.org"}  # fmt: skip
    asked = await v1.payment_intents.create_async({**payment, "confirm": True})
    await v1.payment_intents.cancel_async(asked.id, {"cancellation_reason": "abandoned"})
    declined = await v1.payment_intents.create_async(payment)
    with pytest.raises(stripe.CardError):
        await v1.payment_intents.confirm_async(declined.id, {"error_on_requires_action": True})
    await sandbox.renew_card(card.id, 3, 2035, number="4242424242424242")
    await v1.payment_intents.confirm_async(declined.id, {"payment_method": card.id})
    await v1.payment_methods.attach_async(card.id, {"customer": customer.id})
    for service in (v1.payment_methods, v1.setup_intents, v1.payment_intents):
        listed: Any = await service.list_async({"customer": customer.id})  # type: ignore[attr-defined]  # all three list
        await service.retrieve_async(listed.data[0].id)
    await v1.payment_methods.detach_async(card.id)
    await v1.customers.delete_async(customer.id)


async def ask_about_everything(client: stripe.StripeClient) -> None:
    v1 = client.v1
    services: list[Any] = [
        v1.products, v1.prices, v1.payment_links, v1.checkout.sessions, v1.payment_intents, v1.charges,
        v1.refunds, v1.disputes, v1.balance_transactions, v1.customers, v1.subscriptions, v1.invoices,
        v1.invoice_payments, v1.events, v1.webhook_endpoints, v1.radar.early_fraud_warnings,
    ]  # fmt: skip
    for service in services:
        listed = await service.list_async({"limit": 100})
        for thing in listed.data[:8]:
            await service.retrieve_async(thing.id)
    await v1.accounts.retrieve_current_async()
    links = await v1.payment_links.list_async({"active": True, "expand": ["data.line_items"]})
    assert all(link.line_items for link in links.data)
    customers = await v1.customers.list_async()
    await v1.billing_portal.sessions.create_async({"customer": customers.data[0].id, "return_url": "https://a.example"})
    clock = await v1.test_helpers.test_clocks.create_async({"frozen_time": 1_900_000_000})
    await v1.test_helpers.test_clocks.advance_async(clock.id, {"frozen_time": 1_900_000_100})
    await v1.test_helpers.test_clocks.delete_async(clock.id)
    session = await v1.checkout.sessions.create_async({
        "mode": "payment", "success_url": "https://a.example",
        "line_items": [{"quantity": 1, "price_data": {"currency": "cad", "unit_amount": 900,
                                                      "product_data": {"name": "X"}}}],
    })  # fmt: skip
    await v1.checkout.sessions.expire_async(session.id)
