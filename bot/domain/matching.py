"""Matched gifts: a sponsor adds as much as donors give, up to a pool and until an end.

A sponsor's share is a promise to the charity. It is shown beside the campaign's total, never added to it, and never
booked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.gifts import Gift
from bot.domain.people import Locale
from payments.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPeriod:
    """A sponsor's promise. `left`: what remains of the `pool`. Times are UTC."""

    id: int
    campaign_id: int
    sponsor: Mapping[Locale, str]
    pool: Money
    left: Money
    starts_at: datetime
    ends_at: datetime
    closed_at: datetime | None = None

    def covers(self, paid_at: datetime) -> bool:
        """Return whether a gift paid at this time (UTC) falls into the period."""
        return self.starts_at <= paid_at < self._end

    @property
    def _end(self) -> datetime:
        return self.ends_at if self.closed_at is None else min(self.ends_at, self.closed_at)

    def overlaps(self, other: "MatchPeriod") -> bool:
        """Return whether a gift could fall into both periods."""
        return self.starts_at < other._end and other.starts_at < self._end

    def is_active(self, now: datetime) -> bool:
        """Return whether gifts paid now are matched."""
        return self.covers(now) and self.left.is_positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What one sponsor adds to one gift, in minor units."""

    gift_id: int
    match_id: int
    minor: int


def allocate(
    gifts: Iterable[Gift], periods: Mapping[int, MatchPeriod], known: Mapping[int, Matched]
) -> tuple[list[Matched], dict[int, MatchPeriod]]:
    """Return what changes for these gifts' current state: the new matches, and the periods with new remainders.

    A matched gift's match is capped at its counted amount; the rest returns to the pool. A new gift is matched as far
    as the pool allows. Gifts are processed oldest first, and a pool cannot be overspent.
    """
    now = dict(periods)
    changed: list[Matched] = []
    for gift in sorted(gifts, key=lambda g: (g.book.paid_at is None, g.book.paid_at, g.id)):
        before = known.get(gift.id)
        period = now.get(before.match_id) if before is not None else _period_of(gift, now.values())
        if period is None or gift.book.currency != period.pool.currency:
            continue
        had = before.minor if before is not None else 0
        wanted = min(had, gift.book.counted.minor) if before is not None else _new(gift, period)
        if wanted != had:
            changed.append(Matched(gift_id=gift.id, match_id=period.id, minor=wanted))
            left = Money(period.left.minor + had - wanted, period.left.currency)
            now[period.id] = replace(period, left=left)
    return changed, {key: period for key, period in now.items() if period != periods[key]}


def _new(gift: Gift, period: MatchPeriod) -> int:
    return min(gift.book.counted.minor, period.left.minor)


def _period_of(gift: Gift, periods: Iterable[MatchPeriod]) -> MatchPeriod | None:
    """Return the period of a gift that has no match yet."""
    paid_at = gift.book.paid_at
    if paid_at is None:
        return None
    return next((p for p in periods if p.campaign_id == gift.campaign_id and p.covers(paid_at)), None)
