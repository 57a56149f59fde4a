"""Refunds, disputes, warnings, monthly gifts: what happens after the first payment."""

import pytest
import stripe

from bot.sandbox.stripe import StripeError, StripeSandbox

from .conftest import QUIET, Receiver, make_link
from .test_core import types

pytestmark = QUIET


async def a_gift(sandbox: StripeSandbox, client: stripe.StripeClient) -> str:
    link = await make_link(client)
    return str((await sandbox.pay(link.url))["payment_intent"])


async def charge_of(client: stripe.StripeClient, intent: str) -> stripe.Charge:
    found = await client.v1.charges.list_async({"payment_intent": intent})
    return found.data[0]


async def test_gift_is_refunded_in_parts(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    intent = await a_gift(sandbox, client)
    await client.v1.refunds.create_async({"payment_intent": intent, "amount": 200})
    charge = await charge_of(client, intent)
    assert (charge.amount_refunded, charge.refunded) == (200, False)
    rest = await sandbox.refund(intent)
    assert rest["amount"] == 300
    assert (await charge_of(client, intent)).refunded
    assert types(sandbox)[-3:] == ["refund.created", "charge.refunded", "refund.updated"]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.refunds.create_async({"payment_intent": intent})
    assert refused.value.code == "charge_already_refunded"


async def test_refund_can_fail(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    intent = await a_gift(sandbox, client)
    refund = await sandbox.refund(intent)
    assert (await sandbox.fail_refund(refund["id"]))["status"] == "failed"
    assert (await charge_of(client, intent)).amount_refunded == 0
    assert types(sandbox)[-2:] == ["refund.updated", "refund.failed"]


async def test_refund_can_be_pending(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    refund = await sandbox.refund(await a_gift(sandbox, client), pending=True)
    assert refund["status"] == "pending"
    assert (await sandbox.finish_refund(refund["id"]))["status"] == "succeeded"


@pytest.mark.parametrize("won", [True, False])
async def test_dispute_withdraws_the_money_until_it_is_won(
    sandbox: StripeSandbox, client: stripe.StripeClient, won: bool
) -> None:
    intent = await a_gift(sandbox, client)
    dispute = await sandbox.dispute(intent, "fraudulent")
    assert types(sandbox)[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    with pytest.raises(StripeError):
        await sandbox.refund(intent)
    await client.v1.disputes.update_async(dispute["id"], {"evidence": {"customer_name": "A"}, "submit": True})
    closed = await sandbox.close_dispute(dispute["id"], won)
    assert closed["status"] == ("won" if won else "lost")
    expected = ["charge.dispute.closed", "charge.dispute.funds_reinstated"]
    assert types(sandbox)[-2:] == expected if won else types(sandbox)[-1:] == expected[:1]
    moved = await client.v1.balance_transactions.list_async({"source": dispute["id"]})
    assert sum(row.amount for row in moved.data) == (0 if won else -500)


async def test_bank_sends_a_fraud_warning(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    warning = await sandbox.early_fraud_warning(await a_gift(sandbox, client))
    assert types(sandbox)[-1] == "radar.early_fraud_warning.created"
    found = await client.v1.radar.early_fraud_warnings.retrieve_async(warning["id"])
    assert found.actionable


async def a_pledge(sandbox: StripeSandbox, client: stripe.StripeClient) -> str:
    link = await make_link(client, recurring={"interval": "month"})
    return str((await sandbox.pay(f"{link.url}?client_reference_id=r"))["subscription"])


async def test_monthly_gift_starts(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    subscription = await client.v1.subscriptions.retrieve_async(await a_pledge(sandbox, client))
    assert subscription.metadata.to_dict() == {"obole": "1", "campaign": "dehors"}
    started = types(sandbox)
    assert started.index("checkout.session.completed") < started.index("customer.subscription.created")
    for name in ("invoice.paid", "invoice_payment.paid", "charge.updated"):
        assert started.count(name) == 1
    invoice = await client.v1.invoices.retrieve_async(str(subscription.latest_invoice), {"expand": ["payments"]})
    assert invoice.parent is not None and invoice.parent.subscription_details is not None
    assert invoice.parent.subscription_details.subscription == subscription.id
    assert invoice.payments is not None and invoice.payments.data[0].status == "paid"


async def test_failed_renewal_recovers(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    pledge = await a_pledge(sandbox, client)
    failed = await sandbox.renew(pledge, ok=False)
    assert types(sandbox)[-2:] == ["invoice.payment_failed", "customer.subscription.updated"]
    assert (await client.v1.subscriptions.retrieve_async(pledge)).status == "past_due"
    mended = await sandbox.renew(pledge)
    assert (mended["id"], mended["status"]) == (failed["id"], "paid")
    assert (await client.v1.subscriptions.retrieve_async(pledge)).status == "active"
    assert (await sandbox.renew(pledge))["id"] != failed["id"]


async def test_monthly_gift_ends(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    pledge = await a_pledge(sandbox, client)
    later = await client.v1.subscriptions.update_async(pledge, {"cancel_at_period_end": True})
    assert later.cancel_at_period_end and later.status == "active"
    await sandbox.renew(pledge)
    assert types(sandbox)[-1] == "customer.subscription.deleted"
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.subscriptions.cancel_async(pledge)


async def test_monthly_gift_ends_at_a_later_day(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    pledge = await a_pledge(sandbox, client)
    period_end = (await client.v1.subscriptions.retrieve_async(pledge))["items"]["data"][0]["current_period_end"]
    later = await client.v1.subscriptions.update_async(pledge, {"cancel_at": period_end + 5 * 86_400})
    assert later.cancel_at == period_end + 5 * 86_400 and not later.cancel_at_period_end
    assert types(sandbox)[-1] == "customer.subscription.updated"
    assert (await sandbox.renew(pledge))["status"] == "paid", "it ends after that renewal"
    await sandbox.renew(pledge)
    assert types(sandbox)[-1] == "customer.subscription.deleted"


@pytest.mark.parametrize("ok", [True, False])
async def test_monthly_gift_by_bank_debit_is_settled_later(
    sandbox: StripeSandbox, client: stripe.StripeClient, ok: bool
) -> None:
    link = await make_link(client, recurring={"interval": "month"})
    session = await sandbox.pay(f"{link.url}?client_reference_id=r", method="bank")
    assert (session["payment_status"], session["status"]) == ("unpaid", "complete")
    subscription = await client.v1.subscriptions.retrieve_async(session["subscription"])
    assert subscription.status == "active"
    assert (await client.v1.invoices.retrieve_async(session["invoice"])).status == "open"
    assert "invoice.paid" not in types(sandbox)
    await sandbox.settle(session["id"], ok)
    happened = types(sandbox)
    assert ("invoice.paid" in happened, "invoice.payment_failed" in happened) == (ok, not ok)
    assert f"checkout.session.async_payment_{'succeeded' if ok else 'failed'}" in happened
    subscription = await client.v1.subscriptions.retrieve_async(session["subscription"])
    assert subscription.status == ("active" if ok else "past_due")


async def test_archived_product_closes_its_links_and_takes_no_change(
    sandbox: StripeSandbox, client: stripe.StripeClient
) -> None:
    pledge = await a_pledge(sandbox, client)
    item = (await client.v1.subscriptions.retrieve_async(pledge))["items"]["data"][0]
    month = {"currency": "cad", "unit_amount": 900, "recurring": {"interval": "month"}}
    price = await client.v1.prices.create_async({**month, "product": item["price"]["product"]})
    await sandbox.archive_product(item["price"]["product"])
    assert not any(link.active for link in (await client.v1.payment_links.list_async()).data)
    with pytest.raises(stripe.InvalidRequestError, match="inactive"):
        await client.v1.subscriptions.update_async(pledge, {"items": [{"id": item["id"], "price": price.id}]})


async def test_test_clock_renews_due_subscriptions(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    january_31 = 1801353600
    clock = await client.v1.test_helpers.test_clocks.create_async({"frozen_time": january_31})
    customer = await client.v1.customers.create_async({"test_clock": clock.id, "email": "m@example.org"})
    session = await client.v1.checkout.sessions.create_async({
        "mode": "subscription",
        "customer": customer.id,
        "success_url": "https://example.org/merci?s={CHECKOUT_SESSION_ID}",
        "line_items": [
            {"quantity": 1, "price_data": {"currency": "cad", "unit_amount": 1000, "product_data": {"name": "X"},
                                           "recurring": {"interval": "month"}}}
        ],
    })  # fmt: skip
    assert session.url is not None
    pledge = (await sandbox.pay(session.url))["subscription"]
    await client.v1.test_helpers.test_clocks.advance_async(clock.id, {"frozen_time": january_31 + 100 * 86400})
    invoices = await client.v1.invoices.list_async({"subscription": pledge})
    days = [invoice.created for invoice in invoices.data][::-1]
    assert days == [january_31, january_31 + 28 * 86400, january_31 + 59 * 86400, january_31 + 89 * 86400]


async def test_endpoint_of_an_old_version_gets_the_old_invoice(
    sandbox: StripeSandbox, client: stripe.StripeClient, receiver: Receiver
) -> None:
    await sandbox.add_webhook(receiver.url, "whsec_old", ["invoice.paid"], invoice_shape="old")
    pledge = await a_pledge(sandbox, client)
    await receiver.wait(1)
    (event,) = receiver.events("whsec_old")
    invoice = event.data.object.to_dict()
    assert invoice["subscription"] == pledge and "parent" not in invoice
    assert invoice["payment_intent"].startswith("pi_") and invoice["charge"].startswith("ch_")
    listed = await client.v1.events.list_async({"type": "invoice.paid"})
    assert "parent" in listed.data[0].data.object.to_dict()
    await sandbox.set_invoice_shape("old")
    listed = await client.v1.events.list_async({"type": "invoice.paid"})
    assert "parent" not in listed.data[0].data.object.to_dict()
