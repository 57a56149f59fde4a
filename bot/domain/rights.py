"""Who may see and do what with a gift: one table, checked by every use case.

A link says whom to thank and can be passed on, so being thanked grants nothing else. Control over a gift and news
about it require a proof of payment: something that only the payer has.
"""

from collections.abc import Mapping
from enum import StrEnum


class Standing(StrEnum):
    """How sure we are that the person thanked for a gift is its payer."""

    UNPROVED = "unproved"  # their link was used; anyone may have paid
    LEGACY = "legacy"  # a monthly gift bound to them before proofs existed
    PROVED = "proved"  # they have shown what only the payer has


class Right(StrEnum):
    """What a person may see of a gift they are thanked for, or do with it."""

    THANKS = "thanks"  # the one message: amount, campaign, whether monthly, and how to confirm
    HOW_TO_END = "how_to_end"  # names Stripe's page and the charity; shows nothing of the gift
    CONFIRM = "confirm"
    PAUSE = "pause"
    END = "end"
    NEWS = "news"  # of a monthly gift: renewals, failures, cancellation
    AMOUNT = "amount"  # change the amount
    MOVE = "move"  # to another campaign
    CARD = "card"  # Stripe's pages that show or change how it is paid
    DATES = "dates"
    RECEIPT = "receipt"
    OUTCOME = "outcome"  # whether a bank debit went through
    REFUNDS = "refunds"  # news of them
    UNDO = "undo"  # have a duplicate gift refunded without staff
    SUMS = "sums"  # totals and impact updates
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
