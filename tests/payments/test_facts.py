"""How events are read: types, both forms of an invoice, events that are not ours, broken ones, speed."""

import contextlib
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments import facts
from payments.facts import (
    POLLED_TYPES,
    Fact,
    LivemodeMismatch,
    UnreadableEvent,
    read_event,
    require_livemode,
)
from payments.money import Money
from tests.payments import stripe_json as stripe
from tests.payments.stripe_json import T0, event

AT = datetime.fromtimestamp(T0, UTC)
RENEWS = datetime.fromtimestamp(stripe.RENEWS, UTC)
FIVE = Money(500, "cad")
TEN = Money(1000, "cad")
FRAME: dict[str, Any] = {"event_id": "evt_1", "at": AT}
ORIGIN: dict[str, Any] = {
    "reference": "tok",
    "metadata": stripe.OURS,
    "locale": "fr-CA",
    "payment_link": "plink_1",
}
GIFT: dict[str, Any] = {**FRAME, "ours": True, "payment_intent": "pi_1", "session": "cs_1", "money": FIVE}


def fact_of(kind: str, obj: dict[str, Any]) -> Fact | None:
    """Read an event of this type from bytes. Return its only fact, or None."""
    found = read_event(json.dumps(event(kind, obj)).encode()).facts
    assert len(found) <= 1
    return found[0] if found else None


def test_event_has_a_frame() -> None:
    read = read_event(event("charge.refunded", stripe.charge()))
    assert (read.id, read.type, read.created, read.livemode) == ("evt_1", "charge.refunded", AT, False)


def test_paid_session_is_a_gift() -> None:
    fact = fact_of("checkout.session.completed", stripe.session())
    assert fact == facts.GiftPaid(**GIFT, **ORIGIN, paid_at=AT)
    assert isinstance(fact, facts.GiftPaid)
    assert fact.key == "pi_1"


def test_email_address_is_not_stored() -> None:
    assert "someone@example.org" not in repr(fact_of("checkout.session.completed", stripe.session()))


def test_expanded_payment_intent_is_read_as_its_id() -> None:
    fact = fact_of("checkout.session.completed", stripe.session(payment_intent={"id": "pi_1", "amount": 500}))
    assert isinstance(fact, facts.GiftPaid)
    assert fact.payment_intent == "pi_1"


def test_amount_shown_in_another_currency_does_not_replace_ours() -> None:
    shown = {"presentment_amount": 340, "presentment_currency": "eur"}
    fact = fact_of("checkout.session.completed", stripe.session(presentment_details=shown))
    assert isinstance(fact, facts.GiftPaid)
    assert fact.money == FIVE


def test_unpaid_session_is_pending() -> None:
    unpaid = stripe.session(payment_status="unpaid")
    assert fact_of("checkout.session.completed", unpaid) == facts.GiftPending(**GIFT, **ORIGIN)
    settled = fact_of("checkout.session.async_payment_succeeded", stripe.session())
    assert settled == facts.GiftPaid(**GIFT, **ORIGIN, paid_at=AT)
    failed = fact_of("checkout.session.async_payment_failed", unpaid)
    assert failed == facts.GiftFailed(**GIFT, reference="tok", metadata=stripe.OURS)


def test_expired_session_is_read() -> None:
    obj = stripe.session(status="expired", payment_status="unpaid", payment_intent=None)
    assert fact_of("checkout.session.expired", obj) == facts.SessionExpired(
        **FRAME, ours=True, session="cs_1", reference="tok", metadata=stripe.OURS, payment_link="plink_1"
    )


def test_pledge_session_binds_and_is_not_a_gift() -> None:
    assert fact_of("checkout.session.completed", stripe.pledge_session()) == facts.PledgeBound(
        **FRAME,
        ours=True,
        session="cs_1",
        subscription="sub_1",
        money=FIVE,
        customer="cus_1",
        invoice="in_1",
        **ORIGIN,
    )
    assert fact_of("checkout.session.async_payment_succeeded", stripe.pledge_session()) is None


def test_pledge_session_by_bank_debit_binds_and_announces_the_first_gift() -> None:
    frame = FRAME | {"ours": True, "invoice": "in_1", "pledge": "sub_1", "session": "cs_1", "money": FIVE}
    obj = stripe.pledge_session(payment_status="unpaid")
    found = read_event(stripe.event("checkout.session.completed", obj)).facts
    assert [type(fact) for fact in found] == [facts.PledgeBound, facts.GiftPending]
    assert found[1] == facts.GiftPending(**frame, **ORIGIN)
    failed = fact_of("checkout.session.async_payment_failed", obj)
    assert failed == facts.GiftFailed(**frame, reference="tok", metadata=stripe.OURS)


@pytest.mark.parametrize("changes", [{"mode": "setup"}, {"payment_status": "no_payment_required"}])
def test_session_without_payment_yields_no_fact(changes: dict[str, Any]) -> None:
    assert fact_of("checkout.session.completed", stripe.session(payment_intent=None, **changes)) is None


def test_events_that_are_not_ours_are_recognized() -> None:
    strangers = {
        "checkout.session.completed": stripe.session(metadata={}),
        "invoice.paid": stripe.invoice(parent={"subscription_details": {"subscription": "sub_9", "metadata": {}}}),
        "customer.subscription.updated": stripe.subscription(metadata={"obole": "0"}),
    }
    for kind, obj in strangers.items():
        fact = fact_of(kind, obj)
        assert fact is not None
        assert fact.ours is False, kind
    refund = fact_of("refund.created", stripe.refund())
    assert refund is not None
    assert refund.ours is None  # refunds carry no mark: it depends on whether the gift is known
    assert fact_of("invoice.paid", stripe.invoice(parent=None)) is None  # an invoice without a subscription
    assert fact_of("charge.refunded", stripe.charge(payment_intent=None)) is None


def test_foreign_session_in_another_form_is_no_error() -> None:
    assert fact_of("checkout.session.completed", stripe.session(metadata={}, payment_intent=None)) is None


PAID_INVOICE: dict[str, Any] = {
    **FRAME,
    "ours": True,
    "invoice": "in_1",
    "pledge": "sub_1",
    "metadata": stripe.OURS,
    "money": TEN,
    "paid_at": AT - timedelta(seconds=60),
    "renews_at": RENEWS,
}


def test_both_forms_of_an_invoice_are_gifts() -> None:
    assert fact_of("invoice.paid", stripe.invoice()) == facts.GiftPaid(**PAID_INVOICE)
    old = facts.GiftPaid(**PAID_INVOICE, payment_intent="pi_7", charge="ch_7")
    assert fact_of("invoice.paid", stripe.old_invoice()) == old
    assert old.key == "in_1"
    payments = {"data": [{"payment": {"type": "payment_intent", "payment_intent": "pi_7"}}]}
    listed = fact_of("invoice.paid", stripe.invoice(payments=payments))
    assert listed == facts.GiftPaid(**PAID_INVOICE, payment_intent="pi_7")
    line = {"metadata": stripe.OURS, "period": {"end": stripe.RENEWS}}
    marked_lines = stripe.old_invoice(subscription_details=None, lines={"data": [line]})
    assert fact_of("invoice.paid", marked_lines) == old


def test_invoice_of_zero_is_no_gift() -> None:
    assert fact_of("invoice.paid", stripe.invoice(amount_paid=0)) is None


def test_invoice_payment_links_charge_and_invoice() -> None:
    assert fact_of("invoice_payment.paid", stripe.invoice_payment()) == facts.InvoiceCharged(
        **FRAME, payment_intent="pi_7", invoice="in_1", money=TEN
    )


def test_failed_renewal_has_the_invoice_page() -> None:
    obj = stripe.invoice(amount_paid=0, attempt_count=2, next_payment_attempt=T0 + 3600)
    assert fact_of("invoice.payment_failed", obj) == facts.RenewalFailed(
        **FRAME,
        ours=True,
        invoice="in_1",
        pledge="sub_1",
        metadata=stripe.OURS,
        money=TEN,
        attempt=2,
        invoice_url="https://invoice.stripe.com/i/1",
    )


def test_subscription_events_give_the_pledge_state() -> None:
    expected: dict[str, Any] = {
        "ours": True,
        "subscription": "sub_1",
        "metadata": stripe.OURS,
        "money": TEN,
        "customer": "cus_1",
    }
    plain = fact_of("customer.subscription.updated", stripe.subscription())
    assert plain == facts.PledgeChanged(**FRAME, **expected, status="active", renews_at=RENEWS)
    ending = fact_of("customer.subscription.updated", stripe.subscription(cancel_at_period_end=True))
    assert ending == facts.PledgeChanged(**FRAME, **expected, status="active", renews_at=RENEWS, ends_at=RENEWS)
    later = fact_of("customer.subscription.updated", stripe.subscription(cancel_at=T0 + 99 * 86_400))
    assert later == facts.PledgeChanged(
        **FRAME, **expected, status="active", renews_at=RENEWS, ends_at=AT + timedelta(days=99)
    )
    old = fact_of("customer.subscription.updated", stripe.old_subscription(cancel_at_period_end=True))
    assert old == ending
    ended = fact_of("customer.subscription.deleted", stripe.subscription(status="canceled", ended_at=T0))
    assert ended == facts.PledgeChanged(**FRAME, **expected, status="canceled", renews_at=RENEWS, ended_at=AT)


def test_refund_events_are_read() -> None:
    two = Money(200, "cad")
    for kind in ("refund.created", "refund.updated", "refund.failed"):
        assert fact_of(kind, stripe.refund()) == facts.GiftRefunded(
            **FRAME,
            payment_intent="pi_1",
            refund_id="re_1",
            money=two,
            status="succeeded",
            charge="ch_1",
            reason="requested_by_customer",
        )
    refunded = facts.ChargeRefunded(**FRAME, ours=True, payment_intent="pi_1", charge="ch_1", money=two, total=FIVE)
    assert fact_of("charge.refunded", stripe.charge(amount_refunded=200)) == refunded


def test_dispute_events_are_read() -> None:
    frame: dict[str, Any] = {
        **FRAME, "payment_intent": "pi_1", "dispute_id": "du_1", "money": FIVE, "charge": "ch_1"
    }  # fmt: skip
    opened = facts.GiftDisputed(**frame, status="needs_response", reason="fraudulent", due_by=AT + timedelta(days=1))
    assert fact_of("charge.dispute.created", stripe.dispute()) == opened
    for move in facts.FundsMove:
        moved = fact_of(f"charge.dispute.funds_{move}", stripe.dispute())
        assert moved == facts.DisputeFunds(**frame, status="needs_response", move=move)
    closed = fact_of("charge.dispute.closed", stripe.dispute(status="lost"))
    assert closed == facts.DisputeClosed(**frame, status="lost")


def test_charges_failures_and_warnings_are_read() -> None:
    frame: dict[str, Any] = {**FRAME, "ours": True, "payment_intent": "pi_1"}
    assert fact_of("charge.updated", stripe.charge(balance_transaction="txn_1")) == facts.ChargeUpdated(
        **frame,
        charge="ch_1",
        balance_transaction="txn_1",
        receipt_url="https://pay.stripe.com/receipts/1",
        statement_descriptor="REPAS CHAUDS",
    )
    assert fact_of("charge.updated", stripe.charge(paid=False)) is None
    error = {"code": "card_declined", "decline_code": "insufficient_funds"}
    intent = {
        "id": "pi_1",
        "amount": 500,
        "currency": "cad",
        "metadata": stripe.OURS,
        "last_payment_error": error,
    }
    assert fact_of("payment_intent.payment_failed", intent) == facts.PaymentFailed(
        **frame, money=FIVE, code="card_declined"
    )
    warning = {"id": "issfr_1", "charge": "ch_1", "payment_intent": "pi_1", "fraud_type": "card_never_received"}
    assert fact_of("radar.early_fraud_warning.created", {**warning, "actionable": True}) == facts.FraudWarning(
        **FRAME, payment_intent="pi_1", charge="ch_1"
    )


def test_saved_card_is_read_only_from_our_own_page() -> None:
    ours = {**stripe.OURS, "card_request": "3"}
    saving = stripe.session(mode="setup", metadata=ours, payment_status="no_payment_required")
    assert fact_of("checkout.session.completed", saving) == facts.CardSaved(
        **FRAME, ours=True, session=saving["id"], request="3"
    )
    assert fact_of("checkout.session.completed", saving | {"metadata": {"card_request": "3"}}) is None


def test_charge_of_a_saved_card_is_read_only_with_our_order() -> None:
    metadata = {**stripe.OURS, "order": "7", "reference": "token"}
    intent = {
        "id": "pi_1", "amount_received": 500, "currency": "cad", "latest_charge": "ch_1", "metadata": metadata,
    }  # fmt: skip
    paid = facts.GiftPaid(
        **FRAME, ours=True, payment_intent="pi_1", money=FIVE, paid_at=AT, charge="ch_1", reference="token",
        metadata=metadata,
    )  # fmt: skip
    assert fact_of("payment_intent.succeeded", intent) == paid
    cancelled = facts.ChargeCancelled(**FRAME, ours=True, payment_intent="pi_1", order="7")
    assert fact_of("payment_intent.canceled", intent) == cancelled
    for other in (stripe.OURS, {"order": "7"}, {}):  # a link's payment, another program's, anyone's
        assert fact_of("payment_intent.succeeded", intent | {"metadata": other}) is None
        assert fact_of("payment_intent.canceled", intent | {"metadata": other}) is None


def test_changes_of_saved_cards_are_read_by_their_ids() -> None:
    card = {"id": "pm_1", "card": {"last4": "4242"}}
    assert fact_of("payment_method.detached", card) == facts.CardDetached(**FRAME, payment_method="pm_1")
    assert fact_of("payment_method.automatically_updated", card) == facts.CardUpdated(**FRAME, payment_method="pm_1")
    for metadata, ours in ((stripe.OURS, True), ({}, False)):
        deleted = fact_of("customer.deleted", {"id": "cus_1", "metadata": metadata})
        assert deleted == facts.CustomerDeleted(**FRAME, ours=ours, customer="cus_1")


def test_unknown_types_yield_no_facts() -> None:
    assert read_event(event("customer.created", {"id": "cus_1"})).facts == ()
    assert read_event(event("v2.core.thing", {})).facts == ()


def test_polled_types_fit_into_one_call() -> None:
    assert len(POLLED_TYPES) == len(set(POLLED_TYPES)) <= 20


def test_event_of_the_other_mode_is_refused() -> None:
    live = read_event(event("charge.refunded", stripe.charge(), livemode=True))
    require_livemode(live, True)
    with pytest.raises(LivemodeMismatch):
        require_livemode(live, False)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"[]", b"null", b"{", b'"x"', b"\xff\xfe", b"[" * 100_000, b"{}", b'{"object": "event"}',
        json.dumps(event("checkout.session.completed", {"metadata": stripe.OURS})).encode(),
        json.dumps(event("refund.created", {"payment_intent": "pi_1"})).encode(),
        json.dumps(event("charge.refunded", stripe.charge(), at=10**30)).encode(),
    ],
)  # fmt: skip
def test_broken_events_are_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableEvent):
        read_event(raw)


def test_error_names_event_and_field() -> None:
    with pytest.raises(UnreadableEvent, match=r"checkout.session.completed evt_1: amount_total: integer"):
        read_event(event("checkout.session.completed", stripe.session(amount_total="500")))


SAMPLES = [
    ("checkout.session.completed", stripe.session()),
    ("checkout.session.completed", stripe.pledge_session()),
    ("charge.refunded", stripe.charge()),
    ("refund.created", stripe.refund()),
    ("charge.dispute.created", stripe.dispute()),
    ("invoice.paid", stripe.invoice()),
    ("invoice.paid", stripe.old_invoice()),
    ("invoice_payment.paid", stripe.invoice_payment()),
    ("customer.subscription.updated", stripe.subscription()),
    ("payout.paid", stripe.payout()),
]
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_any_field_value_is_read_or_refused(data: st.DataObject) -> None:
    kind, sample = data.draw(st.sampled_from(SAMPLES))
    name = data.draw(st.sampled_from(sorted(sample)))
    broken = sample | {name: data.draw(junk)}
    with contextlib.suppress(UnreadableEvent):
        read_event(event(kind, broken))


def test_reading_is_fast() -> None:
    padding = {f"field_{number}": {"nothing": None, "text": "is not read"} for number in range(60)}
    raw = json.dumps(event("checkout.session.completed", stripe.session() | padding)).encode()
    assert len(raw) > 3_000  # as long as Stripe's
    reading = min(_seconds(read_event, raw) for _ in range(200))
    parsing = min(_seconds(json.loads, raw) for _ in range(200))
    assert reading < 10 * parsing  # 3 times


def _seconds(read: Callable[[bytes], object], raw: bytes) -> float:
    tracer = sys.gettrace()
    sys.settrace(None)  # coverage would slow down Python and not the parser in C
    start = time.perf_counter()
    read(raw)
    seconds = time.perf_counter() - start
    sys.settrace(tracer)
    return seconds
