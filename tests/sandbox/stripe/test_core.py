"""Links, payments, events and errors, through the real stripe library."""

import pytest
import stripe

from bot.sandbox.stripe import BadAmount, Closed, StripeSandbox

from .conftest import QUIET, make_link, talking_to

pytestmark = QUIET


def types(sandbox: StripeSandbox) -> list[str]:
    return [event["type"] for event in sandbox.world.every("event")]


async def test_paid_session_carries_its_reference(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    link = await make_link(client)
    seen = len(types(sandbox))
    paid = await sandbox.pay(f"{link.url}?client_reference_id=k1_abc-DEF&locale=fr-CA", email="a@example.org")
    assert types(sandbox)[seen:] == [
        "payment_intent.created",
        "payment_intent.succeeded",
        "charge.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]
    assert (paid["payment_status"], paid["status"], paid["amount_total"]) == ("paid", "complete", 500)
    assert (paid["client_reference_id"], paid["locale"]) == ("k1_abc-DEF", "fr-CA")
    assert paid["metadata"] == {"obole": "1", "campaign": "dehors"}

    intent = await client.v1.payment_intents.retrieve_async(
        paid["payment_intent"], {"expand": ["latest_charge.balance_transaction"]}
    )
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert charge.metadata == intent.metadata
    assert isinstance(charge.balance_transaction, stripe.BalanceTransaction)
    assert (charge.balance_transaction.fee, charge.balance_transaction.net) == (45, 455)


async def test_reference_with_invalid_characters_is_ignored(
    sandbox: StripeSandbox, client: stripe.StripeClient
) -> None:
    link = await make_link(client)
    assert (await sandbox.pay(f"{link.url}?client_reference_id=a%20b"))["client_reference_id"] is None


async def test_donor_can_choose_the_amount(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    link = await make_link(client, amount=None)
    assert (await sandbox.pay(link.url))["amount_total"] == 1500
    assert (await sandbox.pay(f"{link.url}?__prefilled_amount=700"))["amount_total"] == 700
    assert (await sandbox.pay(link.url, amount=1234))["amount_total"] == 1234
    with pytest.raises(BadAmount):
        await sandbox.pay(link.url, amount=99)


async def test_declined_card_leaves_the_session_open(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    link = await make_link(client)
    session = await sandbox.open(link.url)
    tried = await sandbox.pay(session["url"], card="4000 0000 0000 0002")
    assert (tried["status"], tried["payment_status"]) == ("open", "unpaid")
    assert types(sandbox)[-2:] == ["payment_intent.payment_failed", "charge.failed"]
    again = await sandbox.pay(session["url"])
    assert again["payment_intent"] == tried["payment_intent"]
    assert again["payment_status"] == "paid"


async def test_three_d_secure_can_be_refused(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    link = await make_link(client)
    assert (await sandbox.pay(link.url, card="4000002500003155"))["payment_status"] == "paid"
    assert (await sandbox.pay(link.url, card="4000002500003155", approve=False))["status"] == "open"


@pytest.mark.parametrize("ok", [True, False])
async def test_bank_debit_settles_later(sandbox: StripeSandbox, client: stripe.StripeClient, ok: bool) -> None:
    link = await make_link(client)
    session = await sandbox.pay(link.url, method="bank")
    assert (session["status"], session["payment_status"]) == ("complete", "unpaid")
    settled = await sandbox.settle(session["id"], ok)
    assert settled["payment_status"] == ("paid" if ok else "unpaid")
    assert f"checkout.session.async_payment_{'succeeded' if ok else 'failed'}" in types(sandbox)


async def test_closed_link_takes_no_money(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    link = await make_link(client)
    await client.v1.payment_links.update_async(link.id, {"active": False, "inactive_message": "Terminé"})
    with pytest.raises(Closed) as closed:
        await sandbox.pay(link.url)
    assert (closed.value.reason, closed.value.notice) == ("inactive", "Terminé")


async def test_link_closes_at_its_payment_limit(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    link = await make_link(client, restrictions={"completed_sessions": {"limit": 1}})
    await sandbox.pay(link.url)
    with pytest.raises(Closed, match="limit"):
        await sandbox.pay(link.url)
    assert not (await client.v1.payment_links.retrieve_async(link.id)).active


async def test_deleted_link_is_missing(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    link = await make_link(client)
    await sandbox.delete_link(link.id)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.payment_links.retrieve_async(link.id)
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    with pytest.raises(Closed, match="gone"):
        await sandbox.pay(link.url)


async def test_events_are_paged_newest_first(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    link = await make_link(client)
    for _ in range(3):
        await sandbox.pay(link.url)
    kinds = ["checkout.session.completed"]
    first = await client.v1.events.list_async({"types": kinds, "limit": 2})
    assert first.has_more and [event.type for event in first.data] == kinds * 2
    rest = await client.v1.events.list_async({"types": kinds, "starting_after": first.data[-1].id})
    assert len(rest.data) == 1 and not rest.has_more
    newer = await client.v1.events.list_async({"types": kinds, "ending_before": rest.data[0].id, "limit": 1})
    assert newer.data[0].id == first.data[-1].id and newer.has_more
    everything = [event.id async for event in first.auto_paging_iter()]
    assert len(everything) == 3
    with pytest.raises(stripe.InvalidRequestError, match="20"):
        await client.v1.events.list_async({"types": ["charge.updated"] * 21})


async def test_idempotency_key_replays_its_answer(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    first = await client.v1.products.create_async({"name": "A"}, {"idempotency_key": "k"})
    again = await client.v1.products.create_async({"name": "A"}, {"idempotency_key": "k"})
    assert first.id == again.id and len(sandbox.world.every("product")) == 1
    assert again.last_response.headers["Idempotent-Replayed"] == "true"  # type: ignore[union-attr]  # StripeResponse
    with pytest.raises(stripe.IdempotencyError):
        await client.v1.products.create_async({"name": "B"}, {"idempotency_key": "k"})


async def test_what_stripe_refuses_is_refused(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=r"unknown parameter: colour"):
        await client.v1.products.create_async({"name": "A", "colour": "red"})  # type: ignore[typeddict-unknown-key]  # on purpose
    with pytest.raises(stripe.InvalidRequestError, match=r"Missing required param: name"):
        await client.v1.products.create_async({})  # type: ignore[typeddict-item]  # on purpose
    with pytest.raises(stripe.InvalidRequestError, match="No such product"):
        await client.v1.prices.create_async({"currency": "cad", "unit_amount": 5, "product": "prod_x"})
    async with talking_to(sandbox.url, "sk_live_nope") as stranger:
        with pytest.raises(stripe.AuthenticationError):
            await stranger.v1.events.list_async()


async def test_requested_faults_happen(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    await sandbox.set_faults(rate_limited=1)
    with pytest.raises(stripe.RateLimitError):
        await client.v1.events.list_async()
    await sandbox.set_faults(server_errors=1)
    with pytest.raises(stripe.APIError):
        await client.v1.events.list_async()
    await sandbox.set_faults(dropped_answers=1)
    with pytest.raises(stripe.APIConnectionError):
        await client.v1.products.create_async({"name": "Lost"}, {"idempotency_key": "lost"})
    found = await client.v1.products.create_async({"name": "Lost"}, {"idempotency_key": "lost"})
    assert [product["id"] for product in sandbox.world.every("product")] == [found.id]
