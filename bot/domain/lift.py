"""Whether reminders work: both arms compared by intention to treat, each assigned supporter counted once.

The unit is the supporter, from the due time of their first decision: the arm is drawn once, and everything that follows
belongs to it. Supporters count in their arm whether or not the message could be sent.

Intervals remain valid however often they are inspected. They are asymptotic confidence sequences: Waudby-Smith,
Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of
Statistics 2024 (theorem 2.2), on the difference of the two arms' means.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

LEVEL = 0.05  # the probability that an interval misses the true value at any inspection
_TIGHTEST_AT = 1_000  # supporters for which the interval is tuned to be shortest
_FEWEST_IN_ARM = 30  # below, a normal approximation would promise too much
_FEWEST_GIVERS = 10
_TYPICAL_RATE = 0.2  # of donors who give again
_USEFUL_DIFFERENCE = 0.1  # half as many gifts again at the typical rate: a large effect
_ROUNDED_TO = 100  # supporters


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """The supporters assigned to one arm."""

    assigned: int
    gave: int  # those of them who gave within the window

    @property
    def rate(self) -> float:
        """The share of assigned supporters who gave, 0 if the arm is empty."""
        return self.gave / self.assigned if self.assigned else 0.0

    @property
    def variance(self) -> float:
        """The variance of one supporter's outcome; the rate is shrunk towards one half: no givers is not certainty."""
        rate = (self.gave + 0.5) / (self.assigned + 1)
        return rate * (1 - rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Supporters drawn with the same probability. Arms are compared within a stratum only."""

    sent: Arm
    held_out: Arm

    @property
    def assigned(self) -> int:
        """Both arms."""
        return self.sent.assigned + self.held_out.assigned


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """How much higher the share of givers is in the "sent" arm: a difference of shares, from -1 to 1.

    `low` and `high` bound it at every inspection; they are -1 and 1 while too few were assigned or gave.
    """

    sent: Arm
    held_out: Arm
    lift: float
    low: float
    high: float
    smallest: float  # the smallest difference that this many supporters could show; 1 while too few

    @property
    def is_shown(self) -> bool:
        """Whether the interval excludes zero."""
        return self.low > 0 or self.high < 0

    @property
    def is_bounded(self) -> bool:
        """Whether there is enough data for an interval."""
        return self.low > -1 or self.high < 1


def compare(strata: Sequence[Stratum], *, level: float = LEVEL) -> Lift:
    """Return the lift over strata, each weighted by its supporters. Strata with an empty arm are omitted."""
    used = [s for s in strata if s.sent.assigned and s.held_out.assigned]
    sent, held_out = _sum([s.sent for s in used]), _sum([s.held_out for s in used])
    total = sent.assigned + held_out.assigned
    if not total:
        return Lift(sent=sent, held_out=held_out, lift=0.0, low=-1.0, high=1.0, smallest=1.0)
    lift = sum((s.sent.rate - s.held_out.rate) * s.assigned for s in used) / total
    if not _enough(sent, held_out):
        return Lift(sent=sent, held_out=held_out, lift=lift, low=-1.0, high=1.0, smallest=1.0)
    radius = sequence_radius(_unit_variance(used, total), total, level=level)
    low, high = max(-1.0, lift - radius), min(1.0, lift + radius)
    return Lift(sent=sent, held_out=held_out, lift=lift, low=low, high=high, smallest=min(1.0, radius))


def sequence_radius(variance: float, count: int, *, level: float = LEVEL) -> float:
    """Return half the width of the confidence sequence for a mean of `count` values with this variance."""
    rho2 = (-2 * math.log(level) + math.log(-2 * math.log(level)) + 1) / _TIGHTEST_AT
    spread = count * rho2 + 1
    return math.sqrt(variance * 2 * spread / (count * count * rho2) * math.log(math.sqrt(spread) / level))


def useful_size(held_out: float) -> int:
    """Return about how many supporters it takes to show a large effect while this share of them is held out."""
    variance = _TYPICAL_RATE * (1 - _TYPICAL_RATE) * (1 / held_out + 1 / (1 - held_out))
    size = _ROUNDED_TO
    while sequence_radius(variance, size) > _USEFUL_DIFFERENCE:
        size += _ROUNDED_TO
    return size


def _enough(sent: Arm, held_out: Arm) -> bool:
    fewest = min(sent.assigned, held_out.assigned)
    return fewest >= _FEWEST_IN_ARM and sent.gave + held_out.gave >= _FEWEST_GIVERS


def _unit_variance(strata: Sequence[Stratum], total: int) -> float:
    """Return the variance of the lift's estimate times the supporters, as for a mean of that many values."""
    variance = 0.0
    for stratum in strata:
        weight = stratum.assigned / total
        of_mean = stratum.sent.variance / stratum.sent.assigned + stratum.held_out.variance / stratum.held_out.assigned
        variance += weight * weight * of_mean
    return variance * total


def _sum(arms: Sequence[Arm]) -> Arm:
    return Arm(assigned=sum(a.assigned for a in arms), gave=sum(a.gave for a in arms))


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyStratum:
    """What each supporter of a stratum gave, in minor units, zeros included."""

    sent: Sequence[int]
    held_out: Sequence[int]

    @property
    def assigned(self) -> int:
        """Both arms."""
        return len(self.sent) + len(self.held_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyLift:
    """How much more an assigned supporter gives in the "sent" arm, in minor units.

    Zeros are included, refunds are not, and no supporter counts for more than `cap`. The interval is an ordinary
    bootstrap over supporters, valid for one inspection; it is -cap to cap while too few were assigned or gave.
    """

    lift: float
    low: float
    high: float
    cap: int

    @property
    def is_bounded(self) -> bool:
        """Whether there is enough data for an interval."""
        return (self.low, self.high) != (-self.cap, self.cap)


def compare_money(
    strata: Sequence[MoneyStratum], *, cap: int, rng: random.Random, rounds: int = 1_000
) -> MoneyLift | None:
    """Return the lift in money per assigned supporter, compared within strata as in `compare`; None without a stratum.

    The held-out share changes over time, and so do gifts: pooling the strata would mistake seasons for an effect.
    """
    used = [_capped(s, cap) for s in strata if s.sent and s.held_out]
    if not used:
        return None
    sent, held_out = [m for s in used for m in s.sent], [m for s in used for m in s.held_out]
    lift = _weighted(used, [_mean(s.sent) - _mean(s.held_out) for s in used])
    givers = sum(m > 0 for m in (*sent, *held_out))
    if min(len(sent), len(held_out)) < _FEWEST_IN_ARM or givers < _FEWEST_GIVERS:
        return MoneyLift(lift=lift, low=-cap, high=cap, cap=cap)
    drawn = sorted(
        _weighted(used, [_mean(_resampled(s.sent, rng)) - _mean(_resampled(s.held_out, rng)) for s in used])
        for _ in range(rounds)
    )
    low, high = drawn[int(rounds * LEVEL / 2)], drawn[int(rounds * (1 - LEVEL / 2)) - 1]
    return MoneyLift(lift=lift, low=low, high=high, cap=cap)


def _capped(stratum: MoneyStratum, cap: int) -> MoneyStratum:
    return MoneyStratum(
        sent=[min(m, cap) for m in stratum.sent],
        held_out=[min(m, cap) for m in stratum.held_out],
    )


def _weighted(strata: Sequence[MoneyStratum], lifts: Sequence[float]) -> float:
    total = sum(s.assigned for s in strata)
    return sum(lift * s.assigned for s, lift in zip(strata, lifts, strict=True)) / total


def _resampled(values: Sequence[int], rng: random.Random) -> list[int]:
    return rng.choices(values, k=len(values))


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)
