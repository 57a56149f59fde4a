"""What gifts add to the stored figures: sums by day, the days each supporter gave on, and numbers of donors.

All of it follows from the gifts alone, so a change of gifts is the difference between two states. A gift counts on the
day that was fixed when it was booked (`Gift.day`), with what it is worth now: net of refunds and disputes.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from bot.domain.gifts import Gift, GiftChange
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
    """Numbers of donors, or differences of them."""

    by_period: Counter[tuple[Span, date]] = field(default_factory=Counter)
    by_first_day: Counter[date] = field(default_factory=Counter)  # donors who gave for the first time on that day
    again: Counter[date] = field(default_factory=Counter)  # of those, by their first day, who gave again in time

    def change(self, before: Collection[date], after: Collection[date]) -> None:
        """Change the days on which one supporter gave."""
        was, now = _periods(before), _periods(after)
        for period in now - was:
            self.by_period[period] += 1
        for period in was - now:
            self.by_period[period] -= 1
        if (first := _first(before)) != (first_now := _first(after)):
            self._add_first(first, -1)
            self._add_first(first_now, 1)

    def _add_first(self, first: tuple[date, bool] | None, by: int) -> None:
        if first is not None:
            day, again = first
            self.by_first_day[day] += by
            self.again[day] += by * again


def _periods(days: Iterable[date]) -> frozenset[tuple[Span, date]]:
    return frozenset().union(*map(periods_of, days))


def sum_changes(changes: Iterable[GiftChange]) -> dict[SumKey, int]:
    """Return by how many the gifts change under each key."""
    moved: Counter[SumKey] = Counter()
    for gift, by in _states(changes):
        book = gift.book
        key = SumKey(
            day=_day(gift),
            campaign_id=gift.campaign_id,
            currency=book.currency,
            origin=book.origin.value,
            touch_kind=gift.touch.kind.value,
            monthly=book.pledge is not None,
            known=gift.supporter_id is not None,
            amount=book.counted.minor,
        )
        moved[key] += by
    return {key: by for key, by in moved.items() if by}


def giving_changes(changes: Iterable[GiftChange]) -> dict[tuple[int, date], int]:
    """Return by how many the gifts of each (supporter, day) change. Gifts without a supporter have no donor."""
    moved: Counter[tuple[int, date]] = Counter()
    for gift, by in _states(changes):
        if gift.supporter_id is not None:
            moved[gift.supporter_id, _day(gift)] += by
    return {key: by for key, by in moved.items() if by}


def donor_changes(now: Mapping[int, Mapping[date, int]], moved: Mapping[tuple[int, date], int]) -> DonorChanges:
    """Return the differences in numbers of donors.

    `now`: the number of gifts on every day that the supporters of `moved` gave on, after the change.
    """
    by_supporter: defaultdict[int, dict[date, int]] = defaultdict(dict)
    for (supporter_id, day), by in moved.items():
        by_supporter[supporter_id][day] = by
    found = DonorChanges()
    for supporter_id, by_day in by_supporter.items():
        after = now.get(supporter_id, {})
        before = [day for day in after.keys() | by_day.keys() if after.get(day, 0) > by_day.get(day, 0)]
        found.change(before, after.keys())
    return found


def _first(days: Collection[date]) -> tuple[date, bool] | None:
    """Return a supporter's first day, and whether they gave again within 90 days of it."""
    if not days:
        return None
    first, *later = sorted(days)
    return first, bool(later) and later[0] - first <= AGAIN_WITHIN


def _states(changes: Iterable[GiftChange]) -> Iterator[tuple[Gift, int]]:
    for change in changes:
        for gift, by in ((change.before, -1), (change.after, 1)):
            if gift is not None and gift.book.counted.is_positive:
                yield gift, by


def _day(gift: Gift) -> date:
    assert gift.day is not None  # fixed together with the payment
    return gift.day
