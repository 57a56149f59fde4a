"""Payouts: Stripe's daily schedule, the dashboard's manual and instant ones, and what banks do with them.

Sources: docs.stripe.com/payouts (schedule, failures, negative balances), docs.stripe.com/payouts/reconciliation and
docs.stripe.com/payouts/instant-payouts, the API's Payouts and Balance.
"""

from collections import Counter

from ..kit import Json
from . import money_shapes
from .errors import invalid
from .lists import page, same
from .world import World

# Movements that no object causes: docs.stripe.com/reports/balance-transaction-types.
ACCOUNT_MOVEMENTS = (
    "adjustment", "contribution", "payout_minimum_balance_hold", "payout_minimum_balance_release", "reserve_hold",
    "reserve_release", "stripe_fee", "stripe_fx_fee", "tax_fee", "topup",
)  # fmt: skip


def balance(world: World) -> Json:
    """Return the account's balance. Funds are available once `available_on` has come."""
    sums = {"available": Counter[str](), "pending": Counter[str]()}
    for movement in _movements(world):
        sums[movement["status"]][movement["currency"]] += movement["net"]
    currencies = sorted({*sums["available"], *sums["pending"]} | {world.charity.currency})
    shown = {
        name: [{"amount": found[code], "currency": code, "source_types": {"card": found[code]}} for code in currencies]
        for name, found in sums.items()
    }
    return {"object": "balance", **shown, "livemode": False}


def list_movements(world: World, given: Json, _: str) -> Json:
    """List balance transactions; of a payout only if it is automatic, since nobody knows what others consist of."""
    _movements(world)
    fits = same(given, "currency", "source", "type")
    if "payout" not in given:
        return page(world, "balance_transaction", given, "/v1/balance_transactions", fits)
    payout = world.refer("payout", given["payout"], "payout")
    if not payout["automatic"]:
        raise invalid("Balance transaction history can only be filtered on automatic transfers, not manual.", "payout")
    paid_out = world.paid_out
    own = payout["balance_transaction"]
    return page(
        world, "balance_transaction", given, "/v1/balance_transactions",
        lambda t: fits(t) and (t["id"] == own or paid_out.get(t["id"]) == payout["id"]),
    )  # fmt: skip


def _movements(world: World) -> list[Json]:
    """Return all balance transactions, with their status as of now."""
    found, now = world.every("balance_transaction"), world.now()
    for movement in found:
        if movement["status"] == "pending" and movement["available_on"] <= now:
            movement["status"] = "available"
    return found


def run_schedule(world: World) -> list[Json]:
    """Do what a day brings: payouts arrive, those that arrived are itemised, and what is available is paid out.

    A negative balance is debited from the bank account. Return the new payouts.
    """
    for payout in world.every("payout"):
        is_over = payout["status"] in ("paid", "failed", "canceled")
        if payout["reconciliation_status"] == "in_progress" and is_over:
            world.change(payout, "payout.reconciliation_completed", reconciliation_status="completed")
        if payout["status"] in ("pending", "in_transit") and payout["arrival_date"] <= world.now():
            world.change(payout, "payout.paid", status="paid")
    due = [m for m in _movements(world) if m["status"] == "available" and m["id"] not in world.paid_out]
    made = []
    for code in sorted({movement["currency"] for movement in due}):
        movements = [movement for movement in due if movement["currency"] == code]
        if sum(movement["net"] for movement in movements):
            made.append(_pay_out(world, movements))
    return made


def _pay_out(world: World, movements: list[Json]) -> Json:
    payout = _create(world, sum(movement["net"] for movement in movements), movements[0]["currency"], automatic=True)
    world.paid_out |= {movement["id"]: payout["id"] for movement in movements}
    world.paid_out[payout["balance_transaction"]] = payout["id"]
    return payout


def pay_by_hand(world: World, amount: int, currency: str, method: str) -> Json:
    """Pay out by hand. Raises ValueError above what is available."""
    available = next((one["amount"] for one in balance(world)["available"] if one["currency"] == currency), 0)
    if not 0 < amount <= available:
        raise ValueError(f"{amount} {currency} cannot be paid out: {available} are available")
    return _create(world, amount, currency, automatic=False, method=method)


def _create(world: World, amount: int, currency: str, *, automatic: bool, method: str = "standard") -> Json:
    payout = money_shapes.payout(world, amount, currency, automatic=automatic, method=method)
    moved = money_shapes.balance_transaction(world, "payout", -amount, currency, payout["id"], available_in=0)
    payout["balance_transaction"] = moved["id"]
    world.emit("payout.created", payout)
    return payout


def fail(world: World, payout: Json, *, canceled: bool = False) -> Json:
    """Let the bank refuse or return a payout, or cancel a pending one; its money comes back. Raises ValueError."""
    if payout["status"] in ("failed", "canceled") or (canceled and payout["status"] != "pending"):
        raise ValueError(f"{payout['id']} is {payout['status']}")
    kind = "payout_cancel" if canceled else "payout_failure"
    back = money_shapes.balance_transaction(
        world, kind, payout["amount"], payout["currency"], payout["id"], available_in=0
    )
    change: Json = {"status": "canceled" if canceled else "failed", "failure_balance_transaction": back["id"]}
    if not canceled:
        change |= {"failure_code": "account_closed", "failure_message": "The bank account has been closed."}
    return world.change(payout, f"payout.{change['status']}", **change)


def move(world: World, kind: str, amount: int, currency: str) -> Json:
    """Move the balance as Stripe does without an object of its own: fees, reserves, top-ups. Raises ValueError."""
    if kind not in ACCOUNT_MOVEMENTS:
        raise ValueError(f"no such movement: {kind}; one of {', '.join(ACCOUNT_MOVEMENTS)}")
    return money_shapes.balance_transaction(world, kind, amount, currency, None, available_in=0)


def list_payouts(world: World, given: Json, _: str) -> Json:
    return page(world, "payout", given, "/v1/payouts", same(given, "status"))
