"""Only the event fields that readers use are stored, and the two lists stay in step."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from payments.facts import read_event, reduced
from payments.facts.card_readers import CARD_READERS
from payments.facts.fields import FIELDS, FOREIGN_METADATA, OUR_METADATA
from payments.facts.readers import READERS as CORE_READERS
from payments.facts.readers import EventObject
from tests.payments import stripe_json as stripe
from tests.payments.stripe_json import T0, event

READERS = {**CORE_READERS, **CARD_READERS}
PAYMENTS = {"data": [{"payment": {"payment_intent": "pi_7"}}]}
INVOICES = [
    stripe.invoice(payments=PAYMENTS, payment_intent=None),
    stripe.old_invoice(),
    stripe.old_invoice(subscription_details=None, lines={"data": [{"metadata": stripe.OURS}]}),
]
INTENT = {"id": "pi_1", "amount": 500, "currency": "cad", "metadata": stripe.OURS, "last_payment_error": {"code": "x"}}
ORDERED = {**INTENT, "metadata": {**stripe.OURS, "order": "7"}, "amount_received": 500, "latest_charge": "ch_1"}
SETUP = stripe.session(
    mode="setup", metadata={**stripe.OURS, "card_request": "3"}, payment_status="no_payment_required"
)
WARNING = {"id": "issfr_1", "charge": "ch_1", "payment_intent": "pi_1", "fraud_type": "misc", "actionable": True}
CARD = {"type": "card", "card": {"fingerprint": "x1"}}
SHOWN = {"presentment_amount": 400, "presentment_currency": "usd"}
SAMPLES: Mapping[str, list[dict[str, Any]]] = {
    "checkout.session.": [stripe.session(presentment_details=SHOWN), stripe.pledge_session(), SETUP],
    "payment_intent.": [INTENT, ORDERED],
    "payment_method.": [{"id": "pm_1", "card": {"last4": "4242"}}],
    "customer.deleted": [{"id": "cus_1", "metadata": stripe.OURS}],
    "charge.dispute.": [stripe.dispute()],
    "charge.": [stripe.charge(), stripe.charge(metadata={}, customer="cus_1", payment_method_details=CARD)],
    "refund.": [stripe.refund()],
    "radar.": [WARNING],
    "invoice.": INVOICES,
    "invoice_payment.": [stripe.invoice_payment()],
    "customer.subscription.": [stripe.subscription(), stripe.old_subscription()],
    "payout.": [stripe.payout()],
}
PERSONAL = {
    "billing_details": {"name": "Some One", "email": "someone@example.org", "address": {"line1": "1 rue Some"}},
    "customer_details": {"email": "someone@example.org", "name": "Some One"},
    "customer_email": "someone@example.org",
    "customer_name": "Some One",
    "description": "A gift of Some One",
    "receipt_email": "someone@example.org",
    "receipt_number": "someone-1",
    "shipping": {"name": "Some One"},
    "payment_method_details": {"type": "card", "card": {"last4": "someone", "name": "Some One"}},
    "custom_fields": [{"text": {"value": "Some One"}}],
    "evidence": {"customer_name": "Some One"},
    "a_field_that_stripe_adds_tomorrow": "Some One",
}


def samples(kind: str) -> list[dict[str, Any]]:
    return next(objects for prefix, objects in SAMPLES.items() if kind.startswith(prefix))


class Traced(Mapping[str, Any]):
    """A JSON object that records which of its plain fields were read."""

    def __init__(self, value: Mapping[str, Any], path: tuple[str, ...], read: set[tuple[str, ...]]) -> None:
        self.value, self.path, self.read = value, path, read

    def __getitem__(self, name: str) -> Any:
        found, path = self.value[name], (*self.path, name)
        if isinstance(found, Mapping):
            return Traced(found, path, self.read)
        if isinstance(found, list):
            return [Traced(item, (*path, str(at)), self.read) for at, item in enumerate(found)]
        self.read.add(path)
        return found

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add((*self.path, name))
        return self[name] if name in self.value else default

    def __contains__(self, name: object) -> bool:
        return name in self.value

    def __iter__(self) -> Iterator[str]:
        return iter(self.value)

    def __len__(self) -> int:
        return len(self.value)


def test_every_handled_type_lists_its_fields() -> None:
    assert set(FIELDS) == set(READERS)


@pytest.mark.parametrize("kind", READERS)
def test_every_stored_field_is_read(kind: str) -> None:
    read: set[tuple[str, ...]] = set()
    for obj in samples(kind):
        READERS[kind](EventObject("evt_1", read_event(event(kind, obj)).created, Traced(obj, (), read)))
    read |= {path[:length] for path in read for length in range(1, len(path))}
    unread = {field for field in FIELDS[kind] if not _is_read(tuple(field.split(".")), read)}
    assert unread <= {"id"}, "the id of what an event is about helps to look it up at Stripe"


def _is_read(path: tuple[str, ...], read: set[tuple[str, ...]]) -> bool:
    """Return whether a reader used this path; `*` matches any name."""
    return any(
        len(used) == len(path) and all(step in ("*", name) for step, name in zip(path, used, strict=True))
        for used in read
    )


@pytest.mark.parametrize("kind", READERS)
def test_no_personal_data_is_stored(kind: str) -> None:
    for obj in samples(kind):
        stranger = {**obj, **PERSONAL, "metadata": {**obj.get("metadata", {}), "donor": "Some One"}}
        for source in (event(kind, stranger), event(kind, stranger, request={"id": "Some One"})):
            stored = json.dumps(reduced(source))
            assert "some" not in stored.lower().replace("something", "")


@pytest.mark.parametrize("kind", READERS)
def test_stored_event_gives_the_same_facts(kind: str) -> None:
    for obj in samples(kind):
        whole = event(kind, {**obj, **PERSONAL})
        assert read_event(json.dumps(reduced(whole)).encode()).facts == read_event(whole).facts


def test_expanded_object_is_reduced_to_its_id() -> None:
    charge = stripe.charge(customer={"id": "cus_1", "object": "customer", "email": "someone@example.org"})
    assert reduced(event("charge.updated", charge))["data"]["object"]["customer"] == {"id": "cus_1"}


def test_foreign_metadata_is_replaced_by_a_placeholder() -> None:
    for metadata, shown in (
        ({"donor": "Some One"}, FOREIGN_METADATA),
        ({}, {}),
        ({"obole": "1", "donor": "Some One"}, {"obole": "1"}),
    ):
        assert reduced(event("charge.updated", stripe.charge(metadata=metadata)))["data"]["object"]["metadata"] == shown
    assert not set(FOREIGN_METADATA) & set(OUR_METADATA)


def test_event_of_an_unread_type_is_reduced_to_its_frame() -> None:
    assert reduced(event("customer.created", {"id": "cus_1", **PERSONAL}))["data"] == {"object": {}}


def test_charge_without_our_mark_or_a_customer_is_not_ours() -> None:
    for kind in ("charge.updated", "charge.refunded"):
        assert not read_event(event(kind, stripe.charge(metadata={"shop": "1"}))).may_be_ours
        assert read_event(event(kind, stripe.charge(metadata={}, customer="cus_1"))).may_be_ours, "a pledge's"
        assert read_event(event(kind, stripe.charge())).may_be_ours


def test_event_of_a_connected_account_yields_no_facts() -> None:
    assert read_event(event("checkout.session.completed", stripe.session(), account="acct_9")).facts == ()
    assert read_event(event("checkout.session.completed", stripe.session(), account=None)).facts != ()


def test_malformed_data_does_not_fail_the_frame() -> None:
    for data in (None, [], "x", {"object": None}, {"object": []}):
        assert reduced({"object": "event", "type": "charge.updated", "id": "evt_1", "data": data, "created": T0})
