"""Shares counted from few people, and how sure they are."""

import math

_Z = 1.96  # 95%
FEWEST = 10  # with fewer people, no share is claimed


def interval(part: int, whole: int) -> tuple[float, float]:
    """Return the bounds of a share at 95% (Wilson's score interval, which stays within 0 and 1 for few people)."""
    share, square = part / whole, _Z**2 / whole
    middle = (share + square / 2) / (1 + square)
    half = _Z * math.sqrt(share * (1 - share) / whole + square / (4 * whole)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)
