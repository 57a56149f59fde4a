"""Saved cards: setup sessions, payment methods, and intents confirmed with them. One case per rule of Stripe's."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import stripe

from bot.sandbox.stripe import Closed, StripeSandbox

from .conftest import QUIET, now, talking_to

pytestmark = QUIET
TERMS = "Si vous continuez, nous gardons votre carte."


async def start(client: stripe.StripeClient, **params: Any) -> Any:
    """Create a customer and a session that saves a card of theirs."""
    customer = await client.v1.customers.create_async({"metadata": {"obole": "1"}})
    return await client.v1.checkout.sessions.create_async({
        "mode": "setup", "customer": customer.id, "allowed_payment_method_types": ["card"], "locale": "fr-CA",
        "success_url": "https://t.me/bot?start=abc", "cancel_url": "https://t.me/bot",
        "custom_text": {"submit": {"message": TERMS}}, "setup_intent_data": {"metadata": {"obole": "1"}}, **params,
    })  # fmt: skip


@pytest.fixture
async def saved(sandbox: StripeSandbox, client: stripe.StripeClient) -> Any:
    """A customer's saved card."""
    return await save(sandbox, client)


async def save(sandbox: StripeSandbox, client: stripe.StripeClient, **how: Any) -> Any:
    session = await start(client)
    await sandbox.save_card(session.url, **how)
    intent = await client.v1.setup_intents.retrieve_async(session.setup_intent, {"expand": ["payment_method"]})
    return intent.payment_method


def payment(saved: Any, **params: Any) -> Any:
    return {"amount": 500, "currency": "cad", "customer": saved.customer, "payment_method": saved.id,
            "allowed_payment_method_types": ["card"], "metadata": {"order": "o1"}, **params}  # fmt: skip


async def refused(call: Any) -> stripe.StripeError:
    with pytest.raises(stripe.StripeError) as error:
        await call
    return error.value


def types(sandbox: StripeSandbox) -> list[str]:
    return [event["type"] for event in sandbox.world.every("event")]


# --- saving ---
async def test_card_is_saved_on_the_page_that_shows_the_terms(
    sandbox: StripeSandbox, client: stripe.StripeClient
) -> None:
    session = await start(client)
    assert (session.payment_status, session.amount_total, session.status) == ("no_payment_required", None, "open")
    async with aiohttp.ClientSession() as browser:
        async with browser.get(session.url) as page:
            html = await page.text()
        assert TERMS in html and "Garder la carte" in html
        fields = {"email": "lea@example.org", "card": "5555555555554444", "expiry": "09 / 31", "cvc": "123"}
        async with browser.post(session.url, data=fields, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "https://t.me/bot?start=abc")
        async with browser.get(session.url) as page:
            assert "La carte est enregistrée." in await page.text()
    done = await client.v1.checkout.sessions.retrieve_async(session.id, {"expand": ["setup_intent.payment_method"]})
    method: Any = done.setup_intent.payment_method  # type: ignore[union-attr]  # expanded
    card = method.card
    email = method.billing_details.email
    assert (done.status, method.customer, email) == ("complete", done.customer, "lea@example.org")
    assert (card.brand, card.last4, card.exp_month, card.exp_year) == ("mastercard", "4444", 9, 2031)
    customer = await client.v1.customers.retrieve_async(str(done.customer))
    assert customer.email == "lea@example.org"
    assert types(sandbox)[-4:] == [
        "customer.updated", "payment_method.attached", "setup_intent.succeeded", "checkout.session.completed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("card", "approve", "status"),
    [("4000000000000002", True, "open"), ("4000002500003155", True, "complete"), ("4000002500003155", False, "open")],
)
async def test_card_is_saved_only_if_the_bank_agrees(
    sandbox: StripeSandbox, client: stripe.StripeClient, card: str, approve: bool, status: str
) -> None:
    session = await start(client)
    assert (await sandbox.save_card(session.url, card=card, approve=approve))["status"] == status
    methods = await client.v1.payment_methods.list_async({"customer": str(session.customer), "type": "card"})
    assert len(methods.data) == (status == "complete")
    assert ("setup_intent.setup_failed" in types(sandbox)) == (status == "open")


async def test_expired_page_saves_nothing(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    session = await start(client)
    await client.v1.checkout.sessions.expire_async(session.id)
    with pytest.raises(Closed):
        await sandbox.save_card(session.url)
    assert types(sandbox)[-2:] == ["setup_intent.canceled", "checkout.session.expired"]


async def test_page_of_a_deleted_customer_saves_nothing(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    session = await start(client)
    await client.v1.customers.delete_async(str(session.customer))
    with pytest.raises(Closed):
        await sandbox.save_card(session.url)


LINE = {"quantity": 1, "price_data": {"currency": "cad", "unit_amount": 500, "product_data": {"name": "A"}}}
BAD_SESSIONS: dict[str, dict[str, Any]] = {
    "line items": {"line_items": [LINE]},
    "payment data": {"payment_intent_data": {"description": "A"}},
    "other methods": {"allowed_payment_method_types": ["acss_debit"]},
    "unknown customer": {"customer": "cus_nobody"},
    "long terms": {"custom_text": {"submit": {"message": "x" * 1_201}}},
    "credential usage": {"setup_intent_data": {"setup_credential_usage": "unscheduled"}},
}


@pytest.mark.parametrize("params", BAD_SESSIONS.values(), ids=BAD_SESSIONS)
async def test_impossible_setup_session_is_refused(client: stripe.StripeClient, params: Any) -> None:
    assert isinstance(await refused(start(client, **params)), stripe.InvalidRequestError)


async def test_setup_session_of_more_than_a_day_is_refused(client: stripe.StripeClient) -> None:
    too_late = int((now() + timedelta(hours=24, minutes=1)).timestamp())
    assert isinstance(await refused(start(client, expires_at=too_late)), stripe.InvalidRequestError)


# --- charging ---
async def test_created_intent_is_charged_once_it_is_confirmed(
    sandbox: StripeSandbox, client: stripe.StripeClient, saved: Any
) -> None:
    made = await client.v1.payment_intents.create_async(payment(saved, receipt_email="lea@example.org"))
    assert (made.status, sandbox.world.every("charge")) == ("requires_confirmation", [])
    paid = await client.v1.payment_intents.confirm_async(made.id, {"error_on_requires_action": True})
    (charge,) = sandbox.world.every("charge")
    assert (paid.status, paid.latest_charge, charge["amount"]) == ("succeeded", charge["id"], 500)
    assert (charge["customer"], charge["receipt_email"], charge["metadata"]) == (
        saved.customer, "lea@example.org", {"order": "o1"},
    )  # fmt: skip
    assert types(sandbox)[-4:] == [
        "payment_intent.created", "payment_intent.succeeded", "charge.succeeded", "charge.updated",
    ]  # fmt: skip
    again = await refused(client.v1.payment_intents.confirm_async(made.id))
    assert again.code == "payment_intent_unexpected_state"
    listed = await client.v1.payment_intents.list_async({"customer": saved.customer})
    assert [intent.id for intent in listed.data] == [made.id]


@pytest.mark.parametrize(
    ("how", "code", "decline_code"),
    [
        ({"refusal": "lost_card"}, "card_declined", "lost_card"),
        ({"refusal": "insufficient_funds"}, "card_declined", "insufficient_funds"),
        ({"card": "4000000000000341"}, "card_declined", "generic_decline"),
        ({"expired": True}, "expired_card", "expired_card"),
        ({"card": "4000002760003184"}, "authentication_required", "authentication_not_handled"),
    ],
)
async def test_declined_payment_says_why_and_waits_for_another_card(
    sandbox: StripeSandbox, client: stripe.StripeClient, how: dict[str, Any], code: str, decline_code: str
) -> None:
    saved = await save(sandbox, client, **({"card": how["card"]} if "card" in how else {}))
    if "refusal" in how:
        await sandbox.refuse_card(saved.id, how["refusal"])
    if "expired" in how:
        await sandbox.expire_card(saved.id)
    made = await client.v1.payment_intents.create_async(payment(saved))
    error = await refused(client.v1.payment_intents.confirm_async(made.id, {"error_on_requires_action": True}))
    assert isinstance(error, stripe.CardError)
    body: Any = error.json_body
    assert (error.http_status, error.code, body["error"]["decline_code"]) == (402, code, decline_code)
    assert body["error"]["payment_intent"]["status"] == "requires_payment_method"
    assert types(sandbox)[-2:] == ["payment_intent.payment_failed", "charge.failed"]
    assert (await client.v1.payment_intents.cancel_async(made.id)).status == "canceled"


async def test_question_of_the_bank_is_asked_without_the_parameter(
    sandbox: StripeSandbox, client: stripe.StripeClient
) -> None:
    saved = await save(sandbox, client, card="4000002760003184")
    made = await client.v1.payment_intents.create_async(payment(saved, confirm=True))
    assert made.status == "requires_action"


async def test_cancelled_intent_is_never_charged(
    sandbox: StripeSandbox, client: stripe.StripeClient, saved: Any
) -> None:
    made = await client.v1.payment_intents.create_async(payment(saved))
    await client.v1.payment_intents.cancel_async(made.id, {"cancellation_reason": "abandoned"})
    assert types(sandbox)[-1] == "payment_intent.canceled"
    for call in (client.v1.payment_intents.confirm_async, client.v1.payment_intents.cancel_async):
        assert (await refused(call(made.id))).code == "payment_intent_unexpected_state"


async def test_detached_card_is_never_charged_or_attached_again(
    sandbox: StripeSandbox, client: stripe.StripeClient, saved: Any
) -> None:
    made = await client.v1.payment_intents.create_async(payment(saved))
    await client.v1.payment_methods.detach_async(saved.id)
    assert types(sandbox)[-1] == "payment_method.detached"
    await refused(client.v1.payment_intents.confirm_async(made.id))
    await refused(client.v1.payment_intents.create_async(payment(saved)))
    await refused(client.v1.payment_methods.detach_async(saved.id))
    await refused(client.v1.payment_methods.attach_async(saved.id, {"customer": saved.customer}))
    assert sandbox.world.every("charge") == []


async def test_card_of_another_customer_is_refused(
    sandbox: StripeSandbox, client: stripe.StripeClient, saved: Any
) -> None:
    other = await client.v1.customers.create_async({})
    await refused(client.v1.payment_intents.create_async(payment(saved, customer=other.id)))
    await refused(client.v1.payment_methods.attach_async(saved.id, {"customer": other.id}))


async def test_deleted_customer_has_no_cards(sandbox: StripeSandbox, client: stripe.StripeClient, saved: Any) -> None:
    await client.v1.customers.delete_async(saved.customer)
    assert types(sandbox)[-2:] == ["payment_method.detached", "customer.deleted"]
    assert (await client.v1.customers.retrieve_async(saved.customer)).deleted
    await refused(client.v1.payment_intents.create_async(payment(saved)))


async def test_renewed_card_is_reported_and_charged(
    sandbox: StripeSandbox, client: stripe.StripeClient, saved: Any
) -> None:
    await sandbox.expire_card(saved.id)
    await sandbox.renew_card(saved.id, 3, 2032, number="4000001240000000")
    event = sandbox.world.every("event")[-1]
    card = event["data"]["object"]["card"]
    assert (event["type"], card["last4"], card["exp_year"]) == ("payment_method.automatically_updated", "0000", 2032)
    paid = await client.v1.payment_intents.create_async(payment(saved, confirm=True))
    assert paid.status == "succeeded"


BAD_INTENTS: dict[str, dict[str, Any]] = {
    "error on action without confirm": {"error_on_requires_action": True},
    "absent without confirm": {"off_session": True},
    "types of an older API": {"payment_method_types": ["card"]},
    "too little": {"amount": 49},
    "long description": {"description": "x" * 1_001},
    "stored usage of somebody present": {
        "payment_method_options": {"card": {"stored_credential_usage": "unscheduled"}}
    },
    "stored usage of an unknown kind": {
        "confirm": True, "off_session": True,
        "payment_method_options": {"card": {"stored_credential_usage": "donation"}},
    },
}  # fmt: skip


@pytest.mark.parametrize("params", BAD_INTENTS.values(), ids=BAD_INTENTS)
async def test_impossible_intent_is_refused(client: stripe.StripeClient, saved: Any, params: Any) -> None:
    assert isinstance(
        await refused(client.v1.payment_intents.create_async(payment(saved, **params))), stripe.InvalidRequestError
    )


async def test_declined_confirmation_is_repeated_under_its_key(
    sandbox: StripeSandbox, client: stripe.StripeClient, saved: Any
) -> None:
    made = await client.v1.payment_intents.create_async(payment(saved))
    await sandbox.refuse_card(saved.id)
    for _ in range(2):
        error = await refused(client.v1.payment_intents.confirm_async(made.id, {}, {"idempotency_key": "confirm-1"}))
        assert error.code == "card_declined"
    assert len(sandbox.world.every("charge")) == 1


async def test_lost_answer_to_a_confirmation_is_found_again(
    sandbox: StripeSandbox, client: stripe.StripeClient, saved: Any
) -> None:
    made = await client.v1.payment_intents.create_async(payment(saved))
    await sandbox.set_faults(dropped_answers=1)
    assert isinstance(await refused(client.v1.payment_intents.confirm_async(made.id)), stripe.APIConnectionError)
    assert (await client.v1.payment_intents.retrieve_async(made.id)).status == "succeeded"
    assert len(sandbox.world.every("charge")) == 1


# --- keys ---
NEEDED = (
    "rak_customer_write", "rak_checkout_session_write", "rak_payment_intent_write", "rak_payment_method_write",
    "rak_setup_intent_read",
)  # fmt: skip


@pytest.fixture
async def restricted(sandbox: StripeSandbox, missing: str) -> AsyncIterator[stripe.StripeClient]:
    key = await sandbox.make_restricted_key([name for name in NEEDED if name != missing])
    async with talking_to(sandbox.url, key) as client:
        yield client


async def use_everything(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    saved = await save(sandbox, client)
    await client.v1.payment_intents.create_async(payment(saved))
    await client.v1.payment_methods.detach_async(saved.id)


@pytest.mark.parametrize("missing", [*NEEDED, ""])
async def test_each_permission_is_needed(sandbox: StripeSandbox, restricted: stripe.StripeClient, missing: str) -> None:
    if not missing:
        await use_everything(sandbox, restricted)
        return
    error = await refused(use_everything(sandbox, restricted))
    assert isinstance(error, stripe.PermissionError)
    assert missing in str(error)
