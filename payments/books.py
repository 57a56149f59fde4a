"""The books: the balances that a gift must have in each account, and the postings that lead there.

Double entry: the postings of an entry sum to zero in each currency. Entries are never changed; a correction is another.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from payments.ledger import Gift
from payments.money import Money

Books = Mapping[tuple[str, str], int]
"""(account, currency) -> minor units; debits are positive. Sums to zero in each currency."""


@dataclass(frozen=True, slots=True)
class Posting:
    """A line of an entry. account: a name of BOOKS or OFFLINE_BOOKS, or "fees". money: positive is a debit."""

    account: str
    money: Money


# The balances that the books must have for one gift. Only money that arrived is booked. A campaign's total is what
# was given, less refunds and disputes: counted == -(gifts + refunds + disputes).
# fmt: off
BOOKS: tuple[tuple[str, Callable[[Gift], int]], ...] = (
    ("gifts",    lambda g: -g.amount),                                        # given
    ("refunds",  lambda g: g.refunded.minor),                                 # given back
    ("disputes", lambda g: g.disputed.minor),                                 # contested or lost
    ("stripe",   lambda g: g.amount - g.refunded.minor - g.withdrawn.minor),  # on the charity's Stripe balance
    ("clearing", lambda g: g.withdrawn.minor - g.disputed.minor),             # due back, or yet to be taken
)
# Cash, cheques and transfers never touch Stripe. What the bank returns, or staff undo, was not given: it is taken back
# from "gifts", as a treasurer reverses it, and not shown as a refund.
OFFLINE_BOOKS: tuple[tuple[str, Callable[[Gift], int]], ...] = (
    ("gifts",       lambda g: g.refunded.minor - g.amount),
    ("undeposited", lambda g: 0 if g.banked else g.amount - g.refunded.minor),  # received, not yet at the bank
    ("bank",        lambda g: g.amount - g.refunded.minor if g.banked else 0),
)
# fmt: on


def _holder(gift: Gift) -> str:
    """Return the account that the fee of a gift is taken from.

    Stripe's is taken from its balance, in that account's currency. Other platforms keep theirs before the money
    reaches the bank.
    """
    if not gift.is_offline:
        return "stripe"
    return "bank" if gift.banked else "undeposited"


def target(gift: Gift) -> dict[tuple[str, str], int]:
    """Return the balances that the books must have for this gift, without accounts at zero."""
    if not gift.is_paid:
        return {}
    rows = OFFLINE_BOOKS if gift.is_offline else BOOKS
    books: dict[tuple[str, str], int] = {(account, gift.currency): of(gift) for account, of in rows}
    if gift.fee is not None and gift.fee_currency is not None:
        for account, minor in (("fees", gift.fee), (_holder(gift), -gift.fee)):
            at = (account, gift.fee_currency)
            books[at] = books.get(at, 0) + minor
    return {at: minor for at, minor in books.items() if minor}


def entry(before: Books, after: Books) -> tuple[Posting, ...]:
    """Return the postings that turn the balances `before` into `after`. Corrections are new lines."""
    return tuple(
        Posting(account, Money(change, currency))
        for account, currency in sorted(before.keys() | after.keys())
        if (change := after.get((account, currency), 0) - before.get((account, currency), 0))
    )
