"""Deliveries: signed so that the real library accepts them, retried, withheld, repeated."""

import pytest
import stripe

from bot.sandbox.stripe import StripeSandbox

from .conftest import QUIET, Receiver, make_link

pytestmark = QUIET
SECRET = "whsec_test"
PAID = ["checkout.session.completed"]


async def test_delivery_has_a_valid_signature(
    sandbox: StripeSandbox, client: stripe.StripeClient, receiver: Receiver
) -> None:
    link = await make_link(client)
    await sandbox.add_webhook(receiver.url, SECRET)
    await sandbox.pay(link.url)
    await receiver.wait(5)
    assert [event.type for event in receiver.events(SECRET)] == [
        "payment_intent.created",
        "payment_intent.succeeded",
        "charge.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]
    assert await sandbox.delivered()
    listed = await client.v1.events.list_async({"types": PAID})
    assert listed.data[0].pending_webhooks == 0


async def test_endpoint_created_by_the_api_shows_its_secret_once(
    sandbox: StripeSandbox, client: stripe.StripeClient, receiver: Receiver
) -> None:
    endpoint = await client.v1.webhook_endpoints.create_async(
        {"url": receiver.url, "enabled_events": ["checkout.session.completed"]}
    )
    assert endpoint.secret
    assert getattr(await client.v1.webhook_endpoints.retrieve_async(endpoint.id), "secret", None) is None
    link = await make_link(client)
    await sandbox.pay(link.url)
    await receiver.wait(1)
    assert [event.type for event in receiver.events(endpoint.secret)] == PAID
    await client.v1.webhook_endpoints.update_async(endpoint.id, {"disabled": True})
    await sandbox.pay(link.url)
    await client.v1.webhook_endpoints.delete_async(endpoint.id)
    assert await sandbox.delivered() and len(receiver.got) == 1


async def test_failed_delivery_is_retried(
    sandbox: StripeSandbox, client: stripe.StripeClient, receiver: Receiver
) -> None:
    link = await make_link(client)
    receiver.answers = [500, 503]
    await sandbox.add_webhook(receiver.url, SECRET, PAID)
    await sandbox.pay(link.url)
    await receiver.wait(3)
    assert len({event.id for event in receiver.events(SECRET)}) == 1


async def test_deliveries_can_be_withheld_reordered_and_repeated(
    sandbox: StripeSandbox, client: stripe.StripeClient, receiver: Receiver
) -> None:
    link = await make_link(client)
    await sandbox.add_webhook(receiver.url, SECRET, PAID)
    await sandbox.hold_webhooks()
    ids = [(await sandbox.pay(link.url))["id"] for _ in range(3)]
    assert await sandbox.delivered() and receiver.got == []
    assert await sandbox.release_webhooks(order="reversed") == 3
    await receiver.wait(3)
    assert [event.data.object["id"] for event in receiver.events(SECRET)] == ids[::-1]
    event = receiver.events(SECRET)[0]
    assert await sandbox.deliver_again(event.id) == 1
    await sandbox.deliver_late(event.id, 0.02)
    await receiver.wait(5)
    assert [e.id for e in receiver.events(SECRET)][3:] == [event.id, event.id]


async def test_withheld_delivery_can_be_dropped(
    sandbox: StripeSandbox, client: stripe.StripeClient, receiver: Receiver
) -> None:
    link = await make_link(client)
    await sandbox.add_webhook(receiver.url, SECRET, PAID)
    await sandbox.hold_webhooks()
    await sandbox.pay(link.url)
    assert await sandbox.release_webhooks(discard=True) == 1
    assert await sandbox.delivered() and receiver.got == []
    assert len((await client.v1.events.list_async({"types": PAID})).data) == 1


async def test_old_signature_is_refused_by_the_library(
    sandbox: StripeSandbox, client: stripe.StripeClient, receiver: Receiver
) -> None:
    await sandbox.add_webhook(receiver.url, SECRET)
    event = await sandbox.post_event({"type": "customer.created", "data": {"object": {"object": "customer"}}})
    await sandbox.deliver_again(event["id"], signed_late=400)
    await receiver.wait(2)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(*receiver.got[1], SECRET)
