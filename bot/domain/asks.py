"""Which amounts to ask of whom: with their consent by their own gifts, else the campaign's.

Raising the ladder of suggested amounts by 20 to 40 % cost 15 % of donors and won nothing, so the step up is a small
one, and the highest amount shown never grows by more than a fifth over what the person has given.
"""

from collections.abc import Sequence
from fractions import Fraction
from statistics import median_low

MOST_UP = Fraction(6, 5)  # of the usual gift: the most that the highest suggestion may be


def personal_amounts(gifts: Sequence[int], warm: Sequence[int]) -> tuple[int, ...]:
    """The usual gift in the middle, one small step down and one up, in minor units, chosen among warm links.

    `gifts`: what the person gave, in the campaign's currency. Empty where the choice would not fit them: then the
    campaign's own amounts are shown.
    """
    if not gifts or not warm:
        return ()
    usual = median_low(sorted(gifts))
    amounts = sorted(set(warm))
    middle = max((a for a in amounts if a <= usual), default=None)
    if middle is None or middle * 2 < usual:  # nothing warm comes near what they give
        return ()
    below = [a for a in amounts if a < middle][-1:]
    above = [a for a in amounts if middle < a <= usual * MOST_UP][:1]
    chosen = [*below, middle, *above]
    return tuple(chosen) if len(chosen) > 1 else ()


def linked_amounts(suggested: Sequence[int]) -> tuple[int, ...]:
    """The amounts whose links are kept warm for personal asks: the campaign's own, and round ones between and around.

    Round is what people give: 1, 2, 3, 5, 7.50 and 10 times a power of ten, within the campaign's own range.
    """
    low, high = min(suggested), max(suggested)
    unit = 10 ** (len(str(low)) - 1)
    found = set(suggested)
    while unit <= high:
        found |= {unit, unit * 2, unit * 3, unit * 4, unit * 5, unit * 6, unit * 15 // 2, unit * 10}
        unit *= 10
    return tuple(sorted(amount for amount in found if low <= amount <= high))
