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


class GivingKey(NamedTuple):
    """A day on which a supporter gave to a campaign in a currency."""

    supporter_id: int
    day: date
    campaign_id: int
    currency: str


@dataclass(slots=True)
class DonorChanges:
    """Numbers of donors, or differences of them."""

    by_period: Counter[tuple[Span, date]] = field(default_factory=Counter)
    by_first_day: Counter[date] = field(default_factory=Counter)  # donors who gave for the first time on that day
    again: Counter[date] = field(default_factory=Counter)  # of those, by their first day, who gave again in time

    def add(self, days: Collection[date], by: int = 1) -> None:
        """Add one supporter who gave on these days, or with -1 take them away."""
        for period in {period for day in days for period in periods_of(day)}:
            self.by_period[period] += by
        if days:
            self.by_first_day[min(days)] += by
            self.again[min(days)] += by * gave_again(days)


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


def giving_changes(changes: Iterable[GiftChange]) -> dict[GivingKey, int]:
    """Return by how many the gifts change on each supporter's day. Gifts without a supporter have no donor."""
    moved: Counter[GivingKey] = Counter()
    for gift, by in _states(changes):
        if gift.supporter_id is not None:
            moved[GivingKey(gift.supporter_id, _day(gift), gift.campaign_id, gift.book.currency)] += by
    return {key: by for key, by in moved.items() if by}


def donor_changes(known: Mapping[int, Mapping[date, int]], moved: Mapping[GivingKey, int]) -> DonorChanges:
    """Return the differences in numbers of donors.

    `known`: the number of gifts on every day that the supporters of `moved` gave on, before the change.
    """
    by_supporter: defaultdict[int, Counter[date]] = defaultdict(Counter)
    for key, by in moved.items():
        by_supporter[key.supporter_id][key.day] += by
    found = DonorChanges()
    for supporter_id, by_day in by_supporter.items():
        before = known.get(supporter_id, {})
        after = {day: before.get(day, 0) + by_day[day] for day in before.keys() | by_day.keys()}
        found.add([day for day, gifts in before.items() if gifts > 0], -1)
        found.add([day for day, gifts in after.items() if gifts > 0], 1)
    return found


def gave_again(days: Collection[date]) -> bool:
    """Return whether a supporter gave again, on a later day, within 90 days of the first."""
    first, *later = sorted(days)
    return bool(later) and later[0] - first <= AGAIN_WITHIN


def _states(changes: Iterable[GiftChange]) -> Iterator[tuple[Gift, int]]:
    for change in changes:
        for gift, by in ((change.before, -1), (change.after, 1)):
            if gift is not None and gift.book.counted.is_positive:
                yield gift, by


def _day(gift: Gift) -> date:
    assert gift.day is not None  # fixed together with the payment
    return gift.day
