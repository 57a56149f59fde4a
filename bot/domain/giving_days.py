"""What gifts add to the stored figures: sums by day, the days each supporter gave on, and numbers of donors.

All of it follows from the gifts alone, so a change of gifts is the difference between two states. A gift counts on the
day that was fixed when it was booked (`Gift.day`), with what it is worth now: net of refunds and disputes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from bot.domain.gifts import CountedGift, Gift, GiftChange
from bot.domain.periods import Span, periods_of

AGAIN_WITHIN = timedelta(days=90)


class SumKey(NamedTuple):
    """What gifts are added up by; `amount` is what each of them counts, in minor units."""

    day: date
    campaign_id: int
    currency: str
    origin: str
    touch_kind: str
    monthly: bool
    known: bool  # has a supporter
    amount: int


@dataclass(slots=True)
class DonorChanges:
    """Numbers of donors by calendar period, or differences of them."""

    donors: Counter[tuple[Span, date]] = field(default_factory=Counter)
    new: Counter[tuple[Span, date]] = field(default_factory=Counter)  # of them, who gave for the first time
    again: Counter[tuple[Span, date]] = field(default_factory=Counter)  # of the new ones, who gave again in time

    def change(self, before: Set[date], after: Set[date]) -> None:
        """Change the days on which one supporter gave."""
        if before == after:
            return
        others = _periods(before & after)
        for days, by in ((before - after, -1), (after - before, 1)):
            for period in _periods(days) - others:
                self.donors[period] += by
        if (first := _first(before)) != (first_now := _first(after)):
            self._add_first(first, -1)
            self._add_first(first_now, 1)

    def _add_first(self, first: tuple[date, bool] | None, by: int) -> None:
        if first is not None:
            day, again = first
            for period in periods_of(day):
                self.new[period] += by
                self.again[period] += by * again


def _periods(days: Iterable[date]) -> frozenset[tuple[Span, date]]:
    return frozenset().union(*map(periods_of, days))


def sum_changes(changes: Iterable[GiftChange]) -> dict[SumKey, int]:
    """Return by how many the gifts change under each key."""
    moved: Counter[SumKey] = Counter()
    for gift, day, amount, by in _states(changes):
        book = gift.book
        monthly, known = book.pledge is not None, gift.supporter_id is not None
        kind = (book.currency, book.origin.value, gift.touch.kind.value, monthly, known)
        moved[SumKey(day, gift.campaign_id, *kind, amount)] += by
    return {key: by for key, by in moved.items() if by}


def giving_changes(changes: Iterable[GiftChange]) -> dict[tuple[int, date], int]:
    """Return by how many the gifts of each (supporter, day) change. Gifts without a supporter have no donor."""
    moved: Counter[tuple[int, date]] = Counter()
    for gift, day, _, by in _states(changes):
        if gift.supporter_id is not None:
            moved[gift.supporter_id, day] += by
    return {key: by for key, by in moved.items() if by}


def donor_changes(theirs: Iterable[CountedGift], moved: Mapping[tuple[int, date], int]) -> DonorChanges:
    """Return the differences in numbers of donors. `theirs`: the gifts of the supporters of `moved`, after them."""
    held = Counter((gift.supporter_id, gift.day) for gift in theirs)
    days: defaultdict[int, set[date]] = defaultdict(set)
    for supporter_id, day in held:
        days[supporter_id].add(day)
    by_supporter: defaultdict[int, dict[date, int]] = defaultdict(dict)
    for (supporter_id, day), by in moved.items():
        by_supporter[supporter_id][day] = by
    found = DonorChanges()
    for supporter_id, by_day in by_supporter.items():
        after = days[supporter_id]
        before = after - by_day.keys() | {day for day, by in by_day.items() if held[supporter_id, day] > by}
        found.change(before, after)
    return found


def _first(days: Set[date]) -> tuple[date, bool] | None:
    """Return a supporter's first day, and whether they gave again within 90 days of it."""
    if not days:
        return None
    first, *later = sorted(days)
    return first, bool(later) and later[0] - first <= AGAIN_WITHIN


def _states(changes: Iterable[GiftChange]) -> Iterator[tuple[Gift, date, int, int]]:
    """Yield gifts that count, with their day, what they count in minor units, and -1 before or +1 after the change."""
    for change in changes:
        for gift, by in ((change.before, -1), (change.after, 1)):
            if gift is not None and (counted := gift.book.counted.minor) > 0:
                assert gift.day is not None  # fixed together with the payment
                yield gift, gift.day, counted, by
