"""Which amounts to suggest to a person: with their consent based on their own gifts, else the campaign's.

Raising suggested amounts by 20 to 40 % has been found to cost 15 % of donors and gain nothing, so the step up is
small, and the highest suggestion is at most a fifth above what the person usually gives.
"""

from collections.abc import Sequence
from fractions import Fraction
from statistics import median_low

MOST_UP = Fraction(6, 5)  # the highest suggestion as a multiple of the usual gift


def personal_amounts(gifts: Sequence[int], linked: Sequence[int]) -> tuple[int, ...]:
    """Return the usual gift with one step down and one up, in minor units, among amounts that have links.

    `gifts`: what the person gave, in the campaign's currency. `linked`: amounts that have links. Empty if these do not
    suit the person; the campaign's own amounts are then shown.
    """
    if not gifts or not linked:
        return ()
    usual = median_low(sorted(gifts))
    amounts = sorted(set(linked))
    middle = max((a for a in amounts if a <= usual), default=None)
    if middle is None or middle * 2 < usual:  # no amount with a link is near what they give
        return ()
    below = [a for a in amounts if a < middle][-1:]
    above = [a for a in amounts if middle < a <= usual * MOST_UP][:1]
    chosen = [*below, middle, *above]
    return tuple(chosen) if len(chosen) > 1 else ()


def linked_amounts(suggested: Sequence[int]) -> tuple[int, ...]:
    """Return the amounts that get links for personal suggestions: the campaign's own, and round ones in their range.

    Round means 1, 2, 3, 4, 5, 6, 7.50 or 10 times a power of ten.
    """
    low, high = min(suggested), max(suggested)
    unit = 10 ** (len(str(low)) - 1)
    found = set(suggested)
    while unit <= high:
        found |= {unit, unit * 2, unit * 3, unit * 4, unit * 5, unit * 6, unit * 15 // 2, unit * 10}
        unit *= 10
    return tuple(sorted(amount for amount in found if low <= amount <= high))
