"""Payouts and the movements of the Stripe balance: read, joined in any order, and booked."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from payments.balance import movement, total
from payments.books import Books
from payments.facts import UnreadableEvent, read_event
from payments.facts.kinds import PayoutReported
from payments.money import Money
from payments.payouts import Kind, Payout, join, movement_books, payout_books, payout_of
from tests.payments import stripe_json as stripe

CREATED = datetime.fromtimestamp(stripe.T0, UTC)


def reported(kind: str = "payout.paid", at: int = stripe.T0, **changes: Any) -> Payout:
    [fact] = read_event(stripe.event(kind, stripe.payout(**changes), at=at)).facts
    assert isinstance(fact, PayoutReported)
    return payout_of(fact)


def moved(type_: str = "charge", amount: int = 500, fee: int = 45, **changes: Any) -> dict[str, Any]:
    return {
        "id": "txn_1",
        "object": "balance_transaction",
        "type": type_,
        "reporting_category": type_,
        "amount": amount,
        "fee": fee,
        "net": amount - fee,
        "currency": "cad",
        "created": stripe.T0,
        "available_on": stripe.T0 + 86_400,
        "balance_type": "payments",
        "source": None,
    } | changes


def sums(books: Books) -> dict[str, int]:
    """Return what the postings add up to in each currency."""
    found: Counter[str] = Counter()
    for (_, code), minor in books.items():
        found[code] += minor
    return dict(found)


def test_payout_event_states_what_arrives_when() -> None:
    assert reported() == Payout(
        id="po_1",
        money=Money(41_218, "cad"),
        status="paid",
        automatic=True,
        instant=False,
        created_at=CREATED,
        arrives_at=CREATED + timedelta(days=2),
        said_at=CREATED,
    )
    assert reported("payout.reconciliation_completed", reconciliation_status="completed").reconciled
    assert reported("payout.failed", status="failed", failure_balance_transaction={"id": "txn_2"}).returned
    assert reported(automatic=False, method="instant").instant


@pytest.mark.parametrize(
    "changes",
    [{"amount": "1"}, {"amount": None}, {"currency": "CAD"}, {"currency": ""}, {"arrival_date": None}, {"id": ""}],
)
def test_payout_that_lacks_something_is_unreadable(changes: dict[str, Any]) -> None:
    with pytest.raises(UnreadableEvent):
        reported(**changes)


def test_payout_is_the_same_in_any_order_of_its_events() -> None:
    later = {"arrival_date": stripe.T0 + 3 * 86_400}
    gone = {"status": "failed", "failure_balance_transaction": "txn_2"}
    stated = [
        reported("payout.created", status="pending"),
        reported("payout.updated", at=stripe.T0 + 60, status="in_transit", **later),
        reported("payout.paid", at=stripe.T0 + 120, **later),
        reported("payout.reconciliation_completed", at=stripe.T0 + 120, reconciliation_status="completed", **later),
        reported("payout.failed", at=stripe.T0 + 180, **gone, **later),
    ]
    found = set()
    for order in permutations([*stated, stated[2]]):
        payout = order[0]
        for other in order[1:]:
            payout = join(payout, other)
        found.add((payout.status, payout.reconciled, payout.returned, payout.arrives_at))
    assert found == {("failed", True, True, CREATED + timedelta(days=3))}


@pytest.mark.parametrize(
    "changes, books",
    [
        ({"status": "pending"}, {("bank", "cad"): 41_218, ("stripe", "cad"): -41_218}),
        ({"status": "a_new_one"}, {("bank", "cad"): 41_218, ("stripe", "cad"): -41_218}),
        ({"amount": -300, "currency": "usd"}, {("bank", "usd"): -300, ("stripe", "usd"): 300}),
        ({"status": "failed"}, {("payout_failures", "cad"): 41_218, ("stripe", "cad"): -41_218}),
        ({"status": "failed", "failure_balance_transaction": "txn_2"}, {}),
        ({"failure_balance_transaction": "txn_2"}, {}),
        ({"amount": 0}, {}),
    ],
)
def test_payout_is_booked_where_its_money_is(changes: dict[str, Any], books: Books) -> None:
    assert payout_books(reported(**changes)) == books


def test_movement_says_which_payment_it_belongs_to() -> None:
    charge = {
        "id": "ch_1",
        "object": "charge",
        "amount": 500,
        "currency": "cad",
        "payment_intent": "pi_1",
        "created": 1,
    }
    read = movement(moved(source=charge))
    assert (read.kind, read.source, read.charge, read.payment_intent) == (Kind.CHARGE, "ch_1", "ch_1", "pi_1")
    refund = {
        "id": "re_1",
        "object": "refund",
        "amount": 500,
        "currency": "cad",
        "payment_intent": "pi_1",
        "charge": "ch_1",
    }
    read = movement(moved("refund", -500, 0, source=refund))
    assert (read.kind, read.charge, read.presented) == (Kind.REFUND, "ch_1", Money(-500, "cad"))
    dispute = refund | {"id": "du_1", "object": "dispute"}
    read = movement(moved("adjustment", -500, 1500, source=dispute))
    assert (read.kind, read.net, read.payment_intent) == (Kind.DISPUTE, Money(-2000, "cad"), "pi_1")
    assert movement(moved("adjustment", -500, 0, source="du_1", reporting_category="dispute")).kind is Kind.DISPUTE
    assert movement(moved("adjustment", 100, 0)).kind is Kind.OTHER
    assert movement(moved("something_new", 100, 0)).kind is Kind.OTHER


@pytest.mark.parametrize("ours", [True, False])
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("presented", [None, Money(400, "usd"), Money(500, "cad")])
def test_movement_is_booked_in_balance(ours: bool, kind: Kind, presented: Money | None) -> None:
    books = movement_books(kind, Money(500, "cad"), Money(45, "cad"), presented, ours=ours)
    assert all(minor == 0 for minor in sums(books).values())
    # A gift's own entries have its amount and fee, and a payout's its amount.
    elsewhere = {Kind.CHARGE: 455, Kind.REFUND: 500, Kind.DISPUTE: 500} if ours else {}
    elsewhere[Kind.PAYOUT] = 500
    converted = ours and presented == Money(400, "usd") and kind in (Kind.CHARGE, Kind.REFUND, Kind.DISPUTE)
    booked = elsewhere.get(kind, 0) if not converted else -45 if kind is Kind.CHARGE else 0
    assert books.get(("stripe", "cad"), 0) + booked == 455
    assert ("not_ours", "cad") in books or ours or kind not in (Kind.CHARGE, Kind.REFUND, Kind.DISPUTE, Kind.OTHER)
    assert books.get(("stripe", "usd"), 0) == (-400 if converted else 0)


def test_balance_is_what_is_available_and_pending() -> None:
    parts = {
        "available": [{"amount": 500, "currency": "cad"}, {"amount": -20, "currency": "usd"}],
        "pending": [{"amount": 300, "currency": "cad"}],
    }
    assert total(parts) == {"cad": 800, "usd": -20}
