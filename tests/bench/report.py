"""A benchmark's figures, and the bounds that they must respect."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A bound: `value` must be at most (or at least) `limit`."""

    what: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the bound holds."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One benchmark's result. `rows`: name of what ran -> its figures by column."""

    title: str
    rows: dict[str, dict[str, float]]
    bounds: tuple[Bound, ...]
    notes: tuple[str, ...] = ()
    also: "Report | None" = None  # measured in the same run, shown in a second table

    @property
    def kept(self) -> bool:
        """Whether every bound holds."""
        return all(bound.kept for bound in self.bounds) and (self.also is None or self.also.kept)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` (0 to 1) of all values do not exceed; 0.0 if there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)
