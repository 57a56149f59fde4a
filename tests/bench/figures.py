"""What a benchmark measured, and the bounds that it must keep."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A promise: `value` must be at most (or at least) `limit`."""

    what: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the promise holds."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One benchmark's outcome. `rows`: what was run -> its figures, by the names of the columns."""

    title: str
    rows: dict[str, dict[str, float]]
    bounds: tuple[Bound, ...]
    notes: tuple[str, ...] = ()
    also: "Report | None" = None  # measured with it, in a table of its own

    @property
    def kept(self) -> bool:
        """Whether every bound holds."""
        return all(bound.kept for bound in self.bounds) and (self.also is None or self.also.kept)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of all values do not exceed; 0.0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)
