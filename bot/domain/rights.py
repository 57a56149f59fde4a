"""Who may see and do what with a gift: one table, asked by every use case.

A link says whom to thank and can be passed on, so being thanked grants nothing else. Control over a gift and news of
it follow from a proof of payment only: something that nobody but the payer has.
"""

from collections.abc import Mapping
from enum import StrEnum


class Standing(StrEnum):
    """How sure it is that the person who is thanked for a gift is the one who pays it."""

    UNPROVED = "unproved"  # their link was used; anybody may have paid
    LEGACY = "legacy"  # a monthly gift that was bound to them before proofs existed
    PROVED = "proved"  # they have shown what only the payer has


class Right(StrEnum):
    """What somebody may see of a gift that they are thanked for, or do with it."""

    THANKS = "thanks"  # the one message: amount, campaign, whether monthly, and how to confirm
    HOW_TO_END = "how_to_end"  # names Stripe's page and the charity; shows nothing of the gift
    CONFIRM = "confirm"
    PAUSE = "pause"
    END = "end"
    NEWS = "news"  # of a monthly gift: renewals, failures, its end
    AMOUNT = "amount"  # change what it comes to
    MOVE = "move"  # to another campaign
    CARD = "card"  # Stripe's pages that show or change how it is paid
    DATES = "dates"
    RECEIPT = "receipt"
    OUTCOME = "outcome"  # whether a bank debit went through
    REFUNDS = "refunds"  # news of them
    UNDO = "undo"  # have a duplicate gift refunded by themselves
    SUMS = "sums"  # totals and looks back
    END_WHEN_FORGOTTEN = "end_when_forgotten"


_ALL = frozenset(Standing)
_KNOWN = frozenset({Standing.LEGACY, Standing.PROVED})
_PROVED = frozenset({Standing.PROVED})

RIGHTS: Mapping[Right, frozenset[Standing]] = {
    Right.THANKS: _ALL,
    Right.HOW_TO_END: _ALL,
    Right.CONFIRM: _ALL - _PROVED,
    Right.PAUSE: _KNOWN,
    Right.END: _KNOWN,
    Right.NEWS: _KNOWN,
    Right.AMOUNT: _PROVED,
    Right.MOVE: _PROVED,
    Right.CARD: _PROVED,
    Right.DATES: _PROVED,
    Right.RECEIPT: _PROVED,
    Right.OUTCOME: _PROVED,
    Right.REFUNDS: _PROVED,
    Right.UNDO: _PROVED,
    Right.SUMS: _PROVED,
    Right.END_WHEN_FORGOTTEN: _PROVED,
}


def may(standing: Standing, right: Right) -> bool:
    """Return whether this standing grants this right."""
    return standing in RIGHTS[right]
