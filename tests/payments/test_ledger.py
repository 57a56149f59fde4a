"""Sequences of facts with the resulting gifts and books, and the invariant: order and repetition change nothing."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments import facts
from payments.books import Posting, entry, target
from payments.facts import FundsMove, GiftFact
from payments.ledger import (
    DISPUTE_ORDER,
    REFUND_ORDER,
    REGISTERS,
    ContradictingFacts,
    Gift,
    Origin,
    Refund,
    Settled,
    State,
    apply,
    from_row,
    gift_of,
    join,
    to_row,
)
from payments.money import Money

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
FRAME: dict[str, Any] = {"event_id": "evt_1", "at": AT}
ON_GIFT: dict[str, Any] = {**FRAME, "payment_intent": "pi_1"}


def CAD(minor: int) -> Money:
    return Money(minor, "cad")


def paid(minor: int = 500) -> GiftFact:
    return facts.GiftPaid(**ON_GIFT, money=CAD(minor), session="cs_1", paid_at=AT)


def pending(minor: int = 500) -> GiftFact:
    return facts.GiftPending(**ON_GIFT, money=CAD(minor), session="cs_1")


def failed(minor: int = 500) -> GiftFact:
    return facts.GiftFailed(**ON_GIFT, money=CAD(minor), session="cs_1")


def refund(minor: int, status: str = "succeeded", id: str = "re_1") -> GiftFact:
    return facts.GiftRefunded(**ON_GIFT, refund_id=id, money=CAD(minor), status=status, charge="ch_1")


def charge_refunded(minor: int) -> GiftFact:
    return facts.ChargeRefunded(**ON_GIFT, charge="ch_1", money=CAD(minor), total=CAD(500))


def disputed(minor: int = 500, status: str = "needs_response", id: str = "du_1") -> GiftFact:
    return facts.GiftDisputed(**ON_GIFT, dispute_id=id, money=CAD(minor), status=status, reason="fraudulent")


def funds(move: FundsMove, status: str = "needs_response", id: str = "du_1", minor: int = 500) -> GiftFact:
    return facts.DisputeFunds(**ON_GIFT, dispute_id=id, money=CAD(minor), status=status, move=move)


def closed(status: str, id: str = "du_1", minor: int = 500) -> GiftFact:
    return facts.DisputeClosed(**ON_GIFT, dispute_id=id, money=CAD(minor), status=status)


def fee(minor: int = 45, currency: str = "cad") -> GiftFact:
    return facts.FeeKnown(**ON_GIFT, charge="ch_1", fee=Money(minor, currency))


OUT, BACK = FundsMove.WITHDRAWN, FundsMove.REINSTATED


def after(*applied: GiftFact) -> Gift:
    gift = Gift()
    for fact in applied:
        gift = apply(gift, fact)
    return gift


def books(*applied: GiftFact) -> dict[str, int]:
    """Return the balance of each account, all in one currency."""
    return {account: minor for (account, _), minor in target(after(*applied)).items()}


SEQUENCES: list[tuple[str, Sequence[GiftFact], State, int]] = [
    ("nothing applied", [], State.EXPECTED, 0),
    ("a declined try", [facts.PaymentFailed(**ON_GIFT, money=CAD(500))], State.EXPECTED, 0),
    ("a bank debit on its way", [pending()], State.PENDING, 0),
    ("a bank debit that failed", [pending(), failed()], State.FAILED, 0),
    ("a bank debit that arrived", [pending(), paid()], State.PAID, 500),
    ("paid", [paid()], State.PAID, 500),
    ("refunded before the payment arrived", [refund(500)], State.EXPECTED, 0),
    ("a part refunded", [paid(), refund(200)], State.PARTLY_REFUNDED, 300),
    ("two parts refunded", [paid(), refund(200), refund(300, id="re_2")], State.REFUNDED, 0),
    ("a refund on its way", [paid(), refund(200, "pending")], State.PARTLY_REFUNDED, 300),
    ("a refund that failed", [paid(), refund(500), refund(500, "failed")], State.PAID, 500),
    ("the charge alone tells of a refund", [paid(), charge_refunded(200)], State.PARTLY_REFUNDED, 300),
    ("both tell of it", [paid(), charge_refunded(200), refund(200)], State.PARTLY_REFUNDED, 300),
    ("both, and it failed", [paid(), charge_refunded(200), refund(200, "failed")], State.PAID, 500),
    ("an inquiry", [paid(), disputed(status="warning_needs_response")], State.PAID, 500),
    ("disputed", [paid(), disputed(), funds(OUT)], State.DISPUTED, 0),
    ("a part disputed", [paid(), disputed(200)], State.DISPUTED, 300),
    ("lost", [paid(), disputed(), funds(OUT), closed("lost")], State.LOST, 0),
    ("lost, and appealed", [paid(), closed("lost"), closed("appeal_under_review")], State.LOST, 0),
    ("won", [paid(), disputed(), funds(OUT), closed("won"), funds(BACK, "won")], State.PAID, 500),
    ("won on appeal", [paid(), closed("lost"), closed("won")], State.PAID, 500),
    ("refunded in part, then disputed", [paid(), refund(200), disputed(500)], State.DISPUTED, 0),
    ("refunded, then disputed all the same", [paid(), refund(500), disputed(500)], State.REFUNDED, 0),
    ("refunded in part after a lost part", [paid(), refund(200), closed("lost", minor=100)], State.LOST, 200),
]


@pytest.mark.parametrize(
    ("applied", "state", "counted"), [row[1:] for row in SEQUENCES], ids=[row[0] for row in SEQUENCES]
)
def test_facts_give_state_and_counted_amount(applied: Sequence[GiftFact], state: State, counted: int) -> None:
    gift = after(*applied)
    assert (gift.state, gift.counted.minor) == (state, counted)
    assert after(*reversed(applied)) == gift


def test_books_of_a_gift() -> None:
    assert books(pending()) == {}
    assert books(paid()) == {"gifts": -500, "stripe": 500}
    assert books(paid(), fee(45)) == {"gifts": -500, "stripe": 455, "fees": 45}
    assert books(paid(), refund(200)) == {"gifts": -500, "refunds": 200, "stripe": 300}
    assert books(fee(45)) == {}  # only money that arrived is booked


def test_books_of_a_dispute() -> None:
    assert books(paid(), disputed()) == {"gifts": -500, "disputes": 500, "stripe": 500, "clearing": -500}
    assert books(paid(), disputed(), funds(OUT)) == {"gifts": -500, "disputes": 500}
    assert books(paid(), funds(OUT), closed("won")) == {"gifts": -500, "clearing": 500}
    assert books(paid(), funds(OUT), closed("won"), funds(BACK, "won")) == {"gifts": -500, "stripe": 500}
    assert books(paid(), funds(OUT), closed("lost")) == {"gifts": -500, "disputes": 500}


def offline(**registers: Any) -> Gift:
    cheque: dict[str, Any] = {"origin": Origin.CHEQUE, "currency": "cad", "amount": 500, "settled": Settled.PAID}
    return Gift(**cheque | {"paid_at": AT} | registers)


def test_books_of_an_offline_gift_never_touch_stripe() -> None:
    back = {"returned": Refund(500, "succeeded")}
    assert target(offline()) == {("gifts", "cad"): -500, ("undeposited", "cad"): 500}
    assert target(offline(banked=True)) == {("gifts", "cad"): -500, ("bank", "cad"): 500}
    assert target(offline(banked=True, refunds=back)) == {}
    assert entry(target(offline(banked=True)), target(offline(banked=True, refunds=back))) == (
        Posting("bank", CAD(-500)),
        Posting("gifts", CAD(500)),
    )
    assert from_row(to_row(offline(banked=True, refunds=back))) == offline(banked=True, refunds=back)


def test_offline_gifts_of_two_origins_are_not_one_gift() -> None:
    assert join(Gift(), offline()) == join(offline(), Gift()) == offline()
    with pytest.raises(ContradictingFacts):
        join(offline(), offline(origin=Origin.CASH))


def test_fee_in_another_currency_balances_there() -> None:
    assert target(after(paid(), fee(45, "usd"))) == {
        ("gifts", "cad"): -500, ("stripe", "cad"): 500, ("fees", "usd"): 45, ("stripe", "usd"): -45
    }  # fmt: skip


def test_entry_is_the_difference() -> None:
    before, then = after(paid()), after(paid(), refund(200))
    assert entry({}, target(before)) == (Posting("gifts", CAD(-500)), Posting("stripe", CAD(500)))
    assert entry(target(before), target(then)) == (Posting("refunds", CAD(200)), Posting("stripe", CAD(-200)))
    assert entry(target(then), target(before)) == (Posting("refunds", CAD(-200)), Posting("stripe", CAD(200)))
    assert entry(target(then), target(then)) == ()


# -- pledges: identified by the invoice, refunded by the payment intent --


def renewal() -> GiftFact:
    return facts.GiftPaid(**FRAME, invoice="in_1", pledge="sub_1", money=CAD(500), paid_at=AT)


def charged() -> GiftFact:
    return facts.InvoiceCharged(**FRAME, invoice="in_1", payment_intent="pi_1", money=CAD(500))


def test_invoice_and_payment_intent_become_one_gift() -> None:
    by_invoice, by_intent = gift_of(renewal()), after(refund(200))
    joined = join(apply(by_invoice, charged()), by_intent)
    other = join(by_invoice, apply(by_intent, charged()))
    assert joined == other
    assert (joined.key, joined.payment_intent, joined.pledge, joined.state) == (
        "in_1",
        "pi_1",
        "sub_1",
        State.PARTLY_REFUNDED,
    )


def test_failed_renewal_that_is_paid_later_counts() -> None:
    late = facts.RenewalFailed(**FRAME, invoice="in_1", pledge="sub_1", money=CAD(500), attempt=1)
    assert after(late).state is State.FAILED
    assert after(renewal(), late).state is State.PAID


def test_fact_about_another_gift_is_refused() -> None:
    others = [
        facts.GiftRefunded(**FRAME, payment_intent="pi_2", refund_id="re_9", money=CAD(1), status="pending"),
        renewal(),  # nothing links it to pi_1 yet
        facts.GiftPaid(**ON_GIFT, money=Money(500, "usd"), paid_at=AT),
    ]
    for fact in others:
        with pytest.raises(ContradictingFacts):
            apply(after(paid()), fact)
    with pytest.raises(ContradictingFacts):
        apply(
            apply(after(paid()), charged()),
            facts.InvoiceCharged(**FRAME, invoice="in_2", payment_intent="pi_1"),
        )


# -- the invariant --

amounts = st.integers(1, 900)
moves = st.sampled_from(FundsMove)
dispute_status = st.sampled_from(DISPUTE_ORDER)
any_fact: st.SearchStrategy[GiftFact] = st.one_of(
    st.builds(paid, amounts),
    st.builds(pending, amounts),
    st.builds(failed, amounts),
    st.builds(refund, amounts, st.sampled_from([*REFUND_ORDER, "invented"]), st.sampled_from(["re_1", "re_2"])),
    st.builds(charge_refunded, amounts),
    st.builds(disputed, amounts, dispute_status, st.sampled_from(["du_1", "du_2"])),
    st.builds(closed, dispute_status, st.sampled_from(["du_1", "du_2"]), amounts),
    st.builds(funds, moves, dispute_status, st.sampled_from(["du_1", "du_2"]), amounts),
    st.builds(fee, st.integers(0, 100), st.just("cad")),
    st.just(charged()),
    st.just(facts.PaymentFailed(**ON_GIFT, money=CAD(500))),
    st.just(facts.ChargeUpdated(**ON_GIFT, charge="ch_1", balance_transaction="txn_1")),
    st.just(facts.FraudWarning(**ON_GIFT, charge="ch_1")),
    st.builds(
        lambda s: facts.GiftPaid(**ON_GIFT, money=CAD(500), paid_at=AT + timedelta(seconds=s)),
        st.integers(0, 9),
    ),
)


def totals(postings: Iterable[Posting]) -> dict[tuple[str, str], int]:
    """Return the sum of postings by account and currency, without accounts at zero."""
    sums: Counter[tuple[str, str]] = Counter()
    for posting in postings:
        sums[posting.account, posting.money.currency] += posting.money.minor
    return {at: minor for at, minor in sums.items() if minor}


def is_balanced(postings: Iterable[Posting]) -> bool:
    """Return whether the postings sum to zero in each currency."""
    sums: Counter[str] = Counter()
    for posting in postings:
        sums[posting.money.currency] += posting.money.minor
    return not any(sums.values())


def post(applied: Iterable[GiftFact]) -> tuple[Gift, list[Posting]]:
    """Apply facts one after the other, as intake does. Return the gift and all postings."""
    gift, posted = Gift(), list[Posting]()
    for fact in applied:
        then = apply(gift, fact)
        made_entry = entry(target(gift), target(then))
        assert is_balanced(made_entry)
        assert 0 <= then.counted.minor <= then.amount
        gift, posted = then, [*posted, *made_entry]
    return gift, posted


@given(st.lists(any_fact, max_size=12), st.data())
def test_order_and_repetition_change_nothing(applied: list[GiftFact], data: st.DataObject) -> None:
    again = applied + (data.draw(st.lists(st.sampled_from(applied), max_size=6)) if applied else [])
    otherwise = data.draw(st.permutations(again))
    gift, posted = post(applied)
    same, posted_otherwise = post(otherwise)
    assert same == gift
    assert same.state is gift.state
    assert totals(posted_otherwise) == totals(posted) == target(gift)


@given(st.lists(any_fact, max_size=12))
def test_counted_amount_matches_the_books(applied: list[GiftFact]) -> None:
    gift = after(*applied)
    said = books(*applied)
    assert gift.counted.minor == -(said.get("gifts", 0) + said.get("refunds", 0) + said.get("disputes", 0))
    if gift.settled is not Settled.PAID:
        assert said == {}


@given(st.lists(any_fact, max_size=6), st.lists(any_fact, max_size=6), st.lists(any_fact, max_size=6))
def test_join_is_associative_commutative_and_idempotent(
    first: list[GiftFact], second: list[GiftFact], third: list[GiftFact]
) -> None:
    a, b, c = after(*first), after(*second), after(*third)
    assert join(a, b) == join(b, a)
    assert join(a, join(b, c)) == join(join(a, b), c)
    assert join(a, a) == a


@given(st.lists(any_fact, max_size=12))
def test_gift_survives_storage_as_a_row(applied: list[GiftFact]) -> None:
    gift = after(*applied)
    row = to_row(gift)
    for column in ("refunds", "disputes"):
        row[column] = json.loads(json.dumps(row[column]))
    assert from_row(row | {"campaign_id": 7}) == gift


def test_every_gift_fact_has_its_registers() -> None:
    kinds = {kind for kind in vars(facts).values() if isinstance(kind, type) and issubclass(kind, GiftFact)}
    assert kinds - {GiftFact, facts.DisputeFact} == set(REGISTERS)
